package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"exaone/assistant"
	"exaone/chat"
	"exaone/intake"
	"exaone/store"
)

// answered is a data directory with a document, and the answer to a question about it as a server keeps it.
type answered struct {
	t        *testing.T
	dir      string
	store    *store.Store
	document string
	events   []chat.Event
	text     string
	question string
	talk     string // the conversation
}

func answerIn(t *testing.T, rule, question string) *answered {
	t.Helper()
	a := &answered{t: t, dir: t.TempDir(), question: question}
	var err error
	if a.store, err = store.Open(t.Context(), store.Options{Dir: a.dir}); err != nil {
		t.Fatal(err)
	}
	shelf, err := intake.Open(t.Context(), intake.Options{Store: a.store, Dir: filepath.Join(a.dir, documentsOfData), Reader: inProcess{}})
	if err != nil {
		t.Fatal(err)
	}
	d, _ := bringDocument(t, a.store, shelf, chat.Local, store.DocumentSpec{Name: "규정.txt", Mime: "text/plain"}, rule)
	a.document = d.ID
	for ev, err := range assistant.Alone(t.Context(), nil, shelf, assistant.Question{Principal: chat.Local, Text: question}) {
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := ev.(chat.Delta); ok {
			a.text += d.Text
		}
		a.events = append(a.events, ev)
	}
	if err := shelf.Close(); err != nil {
		t.Fatal(err)
	}
	return a
}

// keep keeps the answer, in the words of text.
func (a *answered) keep(text string) (id string) {
	a.t.Helper()
	c, _, m, err := a.store.StartConversation(a.t.Context(), chat.Local, store.ConversationSpec{Title: "출장", Mode: assistant.Documents},
		store.MessageSpec{Text: a.question}, store.MessageSpec{})
	for i, ev := range a.events {
		if err != nil {
			break
		}
		var kind string
		var version int
		var data json.RawMessage
		if kind, version, data, err = chat.EncodeEvent(ev); err == nil {
			err = a.store.AppendEvents(a.t.Context(), m.ID, []store.Event{{Number: int64(i + 1), Kind: kind, Version: version, Data: data}})
		}
	}
	if err == nil {
		err = a.store.FinishMessage(a.t.Context(), m.ID, store.MessageEnd{State: store.StateDone, Text: text, Finish: "stop"})
	}
	if err != nil {
		a.t.Fatal(err)
	}
	a.talk = c.ID
	return m.ID
}

// verify runs the command, with the store closed as after a server.
func (a *answered) verify(args ...string) (code int, out string) {
	a.t.Helper()
	if err := a.store.Close(); err != nil {
		a.t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code = run(a.t.Context(), append([]string{"--data", a.dir, "--lang", "en", "verify"}, args...), newApp(strings.NewReader(""), &stdout, &stderr))
	var err error
	if a.store, err = store.Open(context.Background(), store.Options{Dir: a.dir}); err != nil {
		a.t.Fatal(err)
	}
	return code, stdout.String() + stderr.String()
}

func TestVerifyChecksAnAnswerAgain(t *testing.T) {
	a := answerIn(t, "출장비는 돌아온 뒤 7일 안에 정산한다.\n연차는 해마다 15일이다.\n", "출장비는 언제까지 정산하나요?")
	defer func() { a.store.Close() }()
	if !strings.Contains(a.text, "7일") {
		t.Fatalf("the answer is %q", a.text)
	}
	good := a.keep(a.text)
	talk := a.talk
	forged := a.keep(strings.Replace(a.text, "7일", "9일", 1))
	if code, out := a.verify(good); code != exitOK || !strings.Contains(out, "  ok  출장비는") || !strings.Contains(out, "1 sentences: 1 ok, 0 struck out in the answer already, 0 false citations, 0 citations not checked") || strings.Contains(out, "rows") {
		t.Errorf("a good answer: %d\n%s", code, out)
	}
	if code, out := a.verify(talk, "--json"); code != exitOK || !strings.Contains(out, `"holds":true`) || !strings.Contains(out, `"state":"holds"`) ||
		!strings.Contains(out, `"sentences":{"all":1,"held":1,"struck":0,"false":0,"unchecked":0},"rows":{"all":0,`) {
		t.Errorf("a good conversation: %d\n%s", code, out)
	}
	if code, out := a.verify(forged); code != exitFailed || !strings.Contains(out, "not in the source: 9일") || !strings.Contains(out, "1 false citations") {
		t.Errorf("a forged answer: %d\n%s", code, out)
	}
	if err := a.store.DeleteDocument(t.Context(), chat.Local, a.document); err != nil {
		t.Fatal(err)
	}
	if code, out := a.verify(good); code != exitOK || !strings.Contains(out, "the document was deleted") || !strings.Contains(out, "0 false citations, 1 citations not checked") {
		t.Errorf("an answer whose document is gone: %d\n%s", code, out)
	}
}

// Rows of tables are counted by themselves: those that hold, that the answer struck out, that are wrong, and that name nothing.
func TestVerifyCountsRows(t *testing.T) {
	a := answerIn(t, "출장비는 돌아온 뒤 7일 안에 정산한다.\n연차는 해마다 15일이다.\n", "출장비는 언제까지 정산하나요?")
	defer func() { a.store.Close() }()
	n := 0
	for _, ev := range a.events {
		if c, ok := ev.(chat.Citation); ok {
			n = c.Index
		}
	}
	if n == 0 {
		t.Fatalf("the answer cites nothing: %s", a.text)
	}
	source := fmt.Sprintf("[%d]", n)
	table := chat.Table{Columns: []string{"기한", "출처"}, Sources: 2, Held: true, Rows: [][]string{{"7일", source}, {"9일", source}, {"8일", source}, {"6일", "1쪽"}},
		Flaws: []chat.TableFlaw{{Row: 2, Missing: []string{"8일"}}, {Row: 3, Unchecked: true}}}
	a.events = append(a.events, table)
	id := a.keep(a.text)
	code, out := a.verify(id)
	for _, want := range []string{"4 rows of tables: 1 ok, 1 struck out in the answer already, 1 wrong, 1 not checked\n", "not in the source: 9일  9일", "Row not checked  6일"} {
		if code != exitFailed || !strings.Contains(out, want) {
			t.Errorf("%d, without %q:\n%s", code, want, out)
		}
	}
	if _, out := a.verify(id, "--json"); !strings.Contains(out, `"rows":{"all":4,"held":1,"struck":1,"false":1,"unchecked":1}`) {
		t.Errorf("as JSON: %s", out)
	}
}

// A table on the terminal strikes what does not stand, and says why in a last cell.
func TestAskTellsFlawsOfRows(t *testing.T) {
	var text strings.Builder
	w := bufio.NewWriter(&text)
	askOutcome{lang: chat.Korean}.grid(w, ink{}, chat.Table{Columns: []string{"이름", "금액", "출처"}, Sources: 3, Rows: [][]string{{"김", "1,300", "[1]"}, {"이", "35", "[2]"}, {"박", "7", ""}},
		Flaws: []chat.TableFlaw{{Row: 0, Missing: []string{"1,300"}}, {Row: 2, Unchecked: true}}})
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if want := "\n이름\t금액\t출처\t확인\n~~김~~\t~~1,300~~\t[1]\t근거에 없음: 1,300\n이\t35\t[2]\t\n박\t7\t\t확인하지 못한 행\n"; text.String() != want {
		t.Errorf("%q, want %q", text.String(), want)
	}
}
