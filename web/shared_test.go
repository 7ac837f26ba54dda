package web

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/store"
)

// cited is a conversation of ann's with a file, and an answer that cites a document that only she has.
func cited(w *world, ann *visitor) (conversation, file string) {
	w.t.Helper()
	ctx := w.t.Context()
	check := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	made, err := w.store.PutBlob(ctx, ann.who, "upload:1", "text/csv", strings.NewReader("월,매출"))
	check(err)
	document, err := w.store.PutBlob(ctx, ann.who, "document:1", "text/plain", strings.NewReader("비밀 문서"))
	check(err)
	c, _, answer, err := w.store.StartConversation(ctx, ann.who, store.ConversationSpec{Title: "매출"}, store.MessageSpec{Text: "매출은?"}, store.MessageSpec{})
	check(err)
	for i, ev := range []chat.Event{
		chat.Citation{Index: 1, Title: "비밀 문서", Source: chat.SourceFile + document.Hash, Snippet: "비밀 문장"},
		chat.File{Name: "매출.csv", MIME: "text/csv", Blob: made.Hash, Size: made.Size},
		chat.Ledger{Items: []chat.LedgerItem{{Label: "비밀 지시"}}},
		chat.Finish{Reason: chat.FinishStop},
	} {
		kind, version, data, err := chat.EncodeEvent(ev)
		check(err)
		check(w.store.AppendEvents(ctx, answer.ID, []store.Event{{Number: int64(i + 1), Kind: kind, Version: version, Data: data}}))
	}
	check(w.store.FinishMessage(ctx, answer.ID, store.MessageEnd{State: store.StateDone, Text: "많습니다 [1].", Thinking: "비밀 생각"}))
	return c.ID, made.Hash
}

// A reader of a share sees what an answer has beside its words, but for what they may not read, and saves its files.
func TestSharedEventsAndFiles(t *testing.T) {
	w := newWorld(t, nil)
	ann, bob, eve := w.join("ann", "member"), w.join("bob", "guest"), w.join("eve", "member")
	conversation, file := cited(w, ann)
	out := ann.must("POST", "/api/shares", jsonObject{"conversation": conversation, "audience": []string{bob.who.ID}})
	link := jsonObject{"secret": out.text("secret")}
	got := bob.must("POST", "/api/shared", link)
	if kinds := got.all("kind", "messages", 1, "events"); !slices.Equal(kinds, []string{"citation", "file", "finish"}) {
		t.Errorf("events %v", kinds)
	}
	citation, err := json.Marshal(got.at("messages", 1, "events", 0, "data"))
	const want = `{"index":1,"snippet":"","source":"","title":"열어 볼 권한이 없는 출처","url":"","where":"","withheld":true}`
	if err != nil || string(citation) != want {
		t.Errorf("the citation is %s, want %s", citation, want)
	}
	if text, err := json.Marshal(got); err != nil || strings.Contains(string(text), "비밀") {
		t.Errorf("told is %s", text)
	}
	if events, ok := got.at("messages", 0, "events").([]any); !ok || len(events) != 0 {
		t.Errorf("events of a question: %v", got.at("messages", 0, "events"))
	}
	mine := ann.must("POST", "/api/shared", link)
	if mine.text("messages", 1, "events", 0, "data", "title") != "비밀 문서" {
		t.Errorf("whoever shares it sees %v", mine)
	}

	body, err := json.Marshal(jsonObject{"secret": out.text("secret"), "blob": file})
	if err != nil {
		t.Fatal(err)
	}
	reply := bob.open("POST", "/api/shared/file", bytes.NewReader(body))
	content, err := io.ReadAll(reply.Body)
	reply.Body.Close()
	if err != nil || string(content) != "월,매출" || reply.Header.Get("Content-Disposition") != "attachment" {
		t.Errorf("%s %q %v, %v", reply.Status, content, reply.Header, err)
	}
	bob.refused("GET", "/api/files/"+file, nil, chat.CodeNoBlob)
	bob.refused("POST", "/api/shared/file", jsonObject{"secret": out.text("secret"), "blob": strings.Repeat("0", 64)}, chat.CodeNoBlob)
	eve.refused("POST", "/api/shared/file", jsonObject{"secret": out.text("secret"), "blob": file}, chat.CodeNoShare)

	// A copy has its own.
	copied := bob.must("POST", "/api/shared/branch", link).text("id")
	whole := bob.must("GET", "/api/conversations/"+copied, nil)
	events := bob.must("GET", "/api/messages/"+whole.text("messages", 1, "id")+"/events", nil)
	if kinds := events.all("kind", "items"); !slices.Equal(kinds, []string{"citation", "file", "finish"}) {
		t.Errorf("the copy has %v", kinds)
	}
	bob.file("GET", "/api/files/"+file, nil)

	thinking := ann.must("POST", "/api/shares", jsonObject{"conversation": conversation, "audience": []string{bob.who.ID}, "thinking": true})
	if got := bob.must("POST", "/api/shared", jsonObject{"secret": thinking.text("secret")}); got.text("messages", 1, "thinking") != "비밀 생각" {
		t.Errorf("what was thought is shared, but told is %v", got)
	}
	temporary := ann.must("POST", "/api/conversations", jsonObject{"temporary": true}).text("id")
	ann.refused("POST", "/api/shares", jsonObject{"conversation": temporary, "audience": []string{"*"}}, chat.CodeShareTemporary)
}

// What lets somebody in is in no path, which logs have, those of proxies too, and no page that is left for another tells
// where it was.
func TestSecretsAreInNoPath(t *testing.T) {
	for _, rt := range Routes() {
		if strings.Contains(rt.Path, "{secret") || strings.Contains(rt.Path, "{link") || strings.Contains(rt.Path, "{key}") {
			t.Errorf("%s %s has a secret in it", rt.Method, rt.Path)
		}
	}
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	reply := ann.open("GET", "/", nil)
	defer reply.Body.Close()
	if reply.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers %v", reply.Header)
	}
	conversation, _ := cited(w, ann)
	out := ann.must("POST", "/api/shares", jsonObject{"conversation": conversation, "audience": []string{"*"}})
	ann.refused("GET", "/api/shared/"+out.text("secret"), nil, chat.CodeNoRoute)
}
