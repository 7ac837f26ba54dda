package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// opened is a store with a conversation of two branches in it.
func opened(t *testing.T) (*store.Store, string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c, q, a, err := s.StartConversation(t.Context(), chat.Local, store.ConversationSpec{Title: "휴가 <규정>", Mode: "chat", Model: "tiny"},
		store.MessageSpec{Text: "연차는 며칠인가요?"}, store.MessageSpec{Model: "tiny"})
	if err != nil {
		t.Fatal(err)
	}
	for i, ev := range []chat.Event{
		chat.Delta{Text: "15일"},
		chat.Citation{Index: 1, Title: "취업규칙 [개정]", Where: "12쪽", URL: "https://example.com/rule", Snippet: "연차 15일"},
		chat.Citation{Index: 2, Title: "사내 문서", URL: "javascript:alert(1)"},
		chat.Table{Title: "연차", Columns: []string{"근속", "일수"}, Rows: [][]string{{"1년|미만", "11"}, {"1년"}}},
		chat.Chart{Title: "추이", Kind: "vega", Spec: []byte(`{"a":1}`)},
		chat.File{Name: "연차.xlsx", Blob: strings.Repeat("a", 64)},
		chat.Verdict{Checked: []string{"일수"}, Failed: []string{"이월"}},
	} {
		kind, version, data, err := chat.EncodeEvent(ev)
		if err == nil {
			err = s.AppendEvents(t.Context(), a.ID, []store.Event{{Number: int64(i + 1), Kind: kind, Version: version, Data: data}})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	err = s.FinishMessage(t.Context(), a.ID, store.MessageEnd{State: store.StateDone, Text: "15일입니다 [1][2].", Thinking: "규칙을 보자", Finish: "stop"})
	if err == nil {
		_, err = s.AddMessage(t.Context(), chat.Local, store.MessageSpec{Conversation: c.ID, Parent: q.ID, Role: chat.Assistant, Text: "다른 답", State: store.StateStopped})
	}
	if err == nil {
		leaf, grade := a.ID, 1
		_, err = s.UpdateConversation(t.Context(), chat.Local, c.ID, store.ConversationChange{Leaf: &leaf, Grade: &grade})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, c.ID
}

// each is the conversations of a store.
func each(t *testing.T, s *store.Store, ids ...string) iter.Seq2[store.Whole, error] {
	return func(yield func(store.Whole, error) bool) {
		for _, id := range ids {
			if w, err := s.Whole(t.Context(), chat.Local, id); !yield(w, err) || err != nil {
				return
			}
		}
	}
}

// What is exported and imported again is the same, but for its ids and for what belongs to the place it was in.
func TestOurOwnComesBack(t *testing.T) {
	s, id := opened(t)
	var first bytes.Buffer
	if err := WriteJSON(&first, Options{Language: chat.Korean, Owner: "김하나"}, each(t, s, id, id)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"format":"exaone.conversations"`, `"version":1`, "AI가 만들었습니다", `"owner":"김하나"`, "연차.xlsx"} {
		if !strings.Contains(first.String(), want) {
			t.Errorf("the export has no %s:\n%s", want, first.String())
		}
	}
	in := mustRead(t, first.Bytes())
	if in.Format != "exaone" || len(in.Conversations) != 2 {
		t.Fatalf("%d conversations of %s, want 2 of exaone", len(in.Conversations), in.Format)
	}
	if diff := cmp.Diff([]string{"files (연차.xlsx): 2"}, skippedLines(in)); diff != "" {
		t.Errorf("skipped: want (-), got (+):\n%s", diff)
	}
	ids, err := s.Import(t.Context(), chat.Local, in.Conversations)
	if err != nil {
		t.Fatal(err)
	}
	if ids[0] == id || ids[0] == ids[1] {
		t.Errorf("ids are %v, want new ones", ids)
	}
	var second bytes.Buffer
	if err := WriteJSON(&second, Options{}, each(t, s, ids...)); err != nil {
		t.Fatal(err)
	}
	again := mustRead(t, second.Bytes())
	if len(again.Skipped) != 0 {
		t.Errorf("what was brought is not brought again: %q", skippedLines(again))
	}
	if diff := cmp.Diff(in.Conversations, again.Conversations, cmpopts.IgnoreUnexported(store.ImportedConversation{})); diff != "" {
		t.Errorf("first (-), second (+):\n%s", diff)
	}
	c := again.Conversations[0]
	if c.Title != "휴가 <규정>" || c.Mode != "chat" || c.Grade != 1 || len(c.Messages) != 3 || c.Messages[2].Parent != 0 || c.Leaf != 1 ||
		c.Messages[2].State != store.StateStopped || c.Messages[1].Thinking != "규칙을 보자" || len(c.Messages[1].Events) != 5 {
		t.Errorf("the conversation is %s", outline(c))
	}
	for _, e := range c.Messages[1].Events {
		if bytes.Contains(e.Data, []byte("javascript:")) {
			t.Errorf("a link that runs was brought: %s", e.Data)
		}
	}
}

// What was copied from others stays as confidential as it was there on its way through a file.
func TestWhatIsCopiedFromOthersStaysConfidential(t *testing.T) {
	s, _ := opened(t)
	ids, err := s.Import(t.Context(), chat.Local, []store.ImportedConversation{{Title: "사본", Grade: 2, Lowest: 2, Leaf: -1,
		Messages: []store.ImportedMessage{{Parent: -1, Role: chat.User, Text: "연봉은?"}}}})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := WriteJSON(&file, Options{}, each(t, s, ids...)); err != nil {
		t.Fatal(err)
	}
	ids, err = s.Import(t.Context(), chat.Local, mustRead(t, file.Bytes()).Conversations)
	if err != nil {
		t.Fatal(err)
	}
	one := 1
	_, err = s.UpdateConversation(t.Context(), chat.Local, ids[0], store.ConversationChange{Grade: &one})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeGradeBelow {
		t.Errorf("it goes below: %v, want %s", err, chat.CodeGradeBelow)
	}
}

func TestWriteMarkdown(t *testing.T) {
	s, id := opened(t)
	w, err := s.Whole(t.Context(), chat.Local, id)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 0, 30, 0, 0, time.UTC)
	w.Created, w.Updated = at, at.Add(time.Hour)
	for i := range w.Messages {
		w.Messages[i].Created = at
	}
	var b bytes.Buffer
	zone := time.FixedZone("KST", 9*60*60)
	if err := WriteMarkdown(&b, Options{Language: chat.Korean, Owner: "김*하나", Zone: zone}, w); err != nil {
		t.Fatal(err)
	}
	want := `# 휴가 \<규정\>

- 작성자: 김\*하나
- 시작: 2026-03-02 09:30 KST
- 마지막 메시지: 2026-03-02 10:30 KST
- 모델: tiny
- 내보낸 때: NOW

## 질문 · 2026-03-02 09:30 KST

연차는 며칠인가요?

## 답변 · tiny · 2026-03-02 09:30 KST

<details>
<summary>생각한 과정</summary>

규칙을 보자

</details>

15일입니다 [^1-1][^1-2].

**연차**

| 근속 | 일수 |
| --- | --- |
| 1년\|미만 | 11 |
| 1년 |  |

*(차트: 추이)*

*(파일: 연차.xlsx)*

*확인하지 못한 내용: 이월*

[^1-1]: 취업규칙 \[개정\] — 12쪽 — <https://example.com/rule>
[^1-2]: 사내 문서

*다른 갈래에 있는 메시지 1개는 JSON으로 내보내면 들어 있습니다.*

---

*이 답변은 AI가 만들었습니다. 틀릴 수 있으니 중요한 내용은 확인하세요.*
`
	lines := strings.Split(b.String(), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "- 내보낸 때: ") {
			lines[i] = "- 내보낸 때: NOW"
		}
	}
	if diff := cmp.Diff(want, strings.Join(lines, "\n")); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	b.Reset()
	if err := WriteMarkdown(&b, Options{Language: chat.English}, store.Whole{}); err != nil || !strings.Contains(b.String(), "# Untitled conversation") ||
		!strings.Contains(b.String(), "made by AI") {
		t.Errorf("one without messages: %v\n%s", err, b.String())
	}
}

func TestWriteArchive(t *testing.T) {
	s, id := opened(t)
	var b bytes.Buffer
	if err := WriteArchive(&b, Options{Language: chat.Korean}, each(t, s, id, id)); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil || !strings.Contains(string(text), "15일입니다") {
			t.Errorf("%s: %v\n%s", f.Name, err, text)
		}
	}
	if diff := cmp.Diff([]string{"0001 휴가 규정.md", "0002 휴가 규정.md"}, names); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if err := WriteArchive(&b, Options{}, each(t, s, id, "conversation-x")); err == nil {
		t.Error("an archive without one of its conversations")
	}
	var told *chat.Error
	if err := WriteJSON(&b, Options{}, each(t, s, id, "conversation-x")); !errors.As(err, &told) || told.Code != chat.CodeNoConversation {
		t.Errorf("JSON without one of its conversations: %v", err)
	}
}

func TestFileNamesFitEverySystem(t *testing.T) {
	for title, want := range map[string]string{
		`a/b\c:d*e?f"g<h>i|j`:    "0007 a b c d e f g h i j.md",
		"..":                     "0007 Untitled conversation.md",
		"":                       "0007 Untitled conversation.md",
		"줄\n바꿈\x1b[31m":          "0007 줄 바꿈 [31m.md",
		strings.Repeat("가", 100): "0007 " + strings.Repeat("가", 39) + "….md",
		"CON":                    "0007 CON.md",
		"\u202eevil":             "0007 evil.md",
	} {
		if got := fileName(7, title, chat.English); got != want {
			t.Errorf("%q became %q, want %q", title, got, want)
		}
	}
	if got := FileName("휴가", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), "json", chat.Korean); got != "휴가 2026-03-02.json" {
		t.Errorf("the file is named %q", got)
	}
}
