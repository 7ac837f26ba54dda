package web

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

// property is what one person has, by the kind of id.
func (w *world) property(b *visitor) map[string]string {
	w.t.Helper()
	w.model.say(nil, "비밀")
	conversation, question, answer := b.ask(jsonObject{"text": "비밀이 뭐야?"})
	b.listen(answer, 0, nil)
	summary, err := w.store.AddSummary(w.t.Context(), b.who, conversation, answer, "비밀 요약", "scripted")
	if err != nil {
		w.t.Fatal(err)
	}
	return map[string]string{
		"{c}": conversation, "{q}": question, "{a}": answer, "{sum}": summary.ID,
		"{f}":  b.must("POST", "/api/folders", jsonObject{"name": "비밀 폴더"}).text("id"),
		"{p}":  b.must("POST", "/api/prompts", jsonObject{"name": "secret", "title": "비밀", "text": "비밀"}).text("id"),
		"{sh}": b.must("POST", "/api/shares", jsonObject{"conversation": conversation, "audience": []string{b.who.ID}}).text("id"),
	}
}

// Wherever an id may stand, somebody else's is not there: not seen, not changed, not told from one that never was.
func TestWhatIsAnothersIsNotThere(t *testing.T) {
	w := newWorld(t, nil)
	ann, eve := w.join("ann", "member"), w.join("eve", "member")
	theirs := w.property(ann)
	mine := w.property(eve)
	secret := ann.must("POST", "/api/shares", jsonObject{"conversation": theirs["{c}"], "audience": []string{ann.who.ID}}).text("secret")
	before := w.snapshot(ann)

	for _, c := range []struct {
		method, path, body string // {c} and so on are the other's, {my-c} one's own
		want               chat.Code
	}{
		{"GET", "/api/conversations/{c}", "", chat.CodeNoConversation},
		{"GET", "/api/conversations/{c}?leaf={a}", "", chat.CodeNoConversation},
		{"GET", "/api/conversations/{my-c}?leaf={a}", "", chat.CodeNoMessage},
		{"PATCH", "/api/conversations/{c}", `{"title":"x"}`, chat.CodeNoConversation},
		{"PATCH", "/api/conversations/{my-c}", `{"folder":"{f}"}`, chat.CodeNoFolder},
		{"PATCH", "/api/conversations/{my-c}", `{"leaf":"{a}"}`, chat.CodeNoMessage},
		{"DELETE", "/api/conversations/{c}", "", chat.CodeNoConversation},
		{"POST", "/api/conversations/{c}/branch", `{}`, chat.CodeNoConversation},
		{"POST", "/api/conversations/{my-c}/branch", `{"leaf":"{a}"}`, chat.CodeNoMessage},
		{"POST", "/api/conversations", `{"folder":"{f}"}`, chat.CodeNoFolder},
		{"POST", "/api/conversations/bulk", `{"ids":["{my-c}","{c}"],"action":"delete"}`, chat.CodeNoConversation},
		{"POST", "/api/conversations/bulk", `{"ids":["{my-c}","{c}"],"action":"archive"}`, chat.CodeNoConversation},
		{"POST", "/api/conversations/bulk", `{"ids":["{c}"],"action":"move","folder":"{my-f}"}`, chat.CodeNoConversation},
		{"POST", "/api/conversations/bulk", `{"ids":["{my-c}"],"action":"move","folder":"{f}"}`, chat.CodeNoFolder},
		{"POST", "/api/turns", `{"conversation":"{c}","text":"?"}`, chat.CodeNoConversation},
		{"POST", "/api/turns", `{"conversation":"{my-c}","parent":"{a}","text":"?"}`, chat.CodeNoMessage},
		{"POST", "/api/turns", `{"folder":"{f}","text":"?"}`, chat.CodeNoFolder},
		{"POST", "/api/turns", `{"regenerate":"{a}"}`, chat.CodeNoMessage},
		{"POST", "/api/turns", `{"regenerate":"{q}"}`, chat.CodeNoMessage},
		{"POST", "/api/turns", `{"continue":"{a}"}`, chat.CodeNoMessage},
		{"GET", "/api/turns/{a}/events", "", chat.CodeNoMessage},
		{"POST", "/api/turns/{a}/stop", "", chat.CodeNoMessage},
		{"POST", "/api/ledger", `{"conversation":"{c}","text":"?"}`, chat.CodeNoConversation},
		{"POST", "/api/ledger", `{"conversation":"{my-c}","parent":"{a}","text":"?"}`, chat.CodeNoMessage},
		{"POST", "/api/summaries/{sum}/undo", "", chat.CodeNoSummary},
		{"GET", "/api/messages/{a}/events", "", chat.CodeNoMessage},
		{"PATCH", "/api/messages/{a}", `{"text":"x"}`, chat.CodeNoMessage},
		{"DELETE", "/api/messages/{a}", "", chat.CodeNoMessage},
		{"PUT", "/api/messages/{a}/rating", `{"value":1,"reasons":[],"text":""}`, chat.CodeNoMessage},
		{"PATCH", "/api/folders/{f}", `{"name":"x"}`, chat.CodeNoFolder},
		{"DELETE", "/api/folders/{f}", "", chat.CodeNoFolder},
		{"PATCH", "/api/prompts/{p}", `{"text":"x"}`, chat.CodeNoPrompt},
		{"DELETE", "/api/prompts/{p}", "", chat.CodeNoPrompt},
		{"POST", "/api/shares", `{"conversation":"{c}","audience":["*"]}`, chat.CodeNoConversation},
		{"POST", "/api/shares", `{"conversation":"{my-c}","leaf":"{a}","audience":["*"]}`, chat.CodeNoMessage},
		{"DELETE", "/api/shares/{sh}", "", chat.CodeNoShare},
		{"POST", "/api/shared", `{"secret":"` + secret + `"}`, chat.CodeNoShare},
		{"POST", "/api/shared/branch", `{"secret":"` + secret + `"}`, chat.CodeNoShare},
		{"POST", "/api/shared/file", `{"secret":"` + secret + `","blob":"x"}`, chat.CodeNoShare},
	} {
		var other, own []string
		for name, id := range theirs {
			other = append(other, name, id)
			own = append(own, "{my-"+name[1:], mine[name])
		}
		fill := strings.NewReplacer(append(other, own...)...)
		path, body := fill.Replace(c.path), fill.Replace(c.body)
		eve.refused(c.method, path, body, c.want)

		// One that never was gives the same reply, but for the id.
		_, others := eve.send(c.method, path, body)
		made := make([]string, 0, len(other))
		for i := 0; i < len(other); i += 2 {
			made = append(made, other[i+1], other[i+1][:len(other[i+1])-3]+"zzz")
		}
		never := strings.NewReplacer(append(made, secret, secret[:len(secret)-3]+"zzz")...)
		_, nobodys := eve.send(c.method, never.Replace(path), never.Replace(body))
		if never.Replace(others) != nobodys {
			t.Errorf("%s %s: somebody else's %s, nobody's %s", c.method, c.path, others, nobodys)
		}
	}
	if after := w.snapshot(ann); after != before {
		t.Errorf("what ann has was changed:\n%s\nwant\n%s", after, before)
	}
	got := eve.must("GET", "/api/search?q=비밀", nil)
	for _, id := range got.all("conversation", "items") {
		if id == theirs["{c}"] {
			t.Error("the search finds somebody else's conversation")
		}
	}
	if n := len(got.all("conversation", "items")); n != 1 {
		t.Errorf("the search finds %d conversations, want one's own", n)
	}
}

// snapshot is what somebody has, as they see it.
func (w *world) snapshot(b *visitor) string {
	w.t.Helper()
	var all strings.Builder
	for _, path := range []string{"/api/conversations", "/api/folders", "/api/prompts", "/api/shares", "/api/settings"} {
		_, text := b.send("GET", path, nil)
		all.WriteString(text)
		if path != "/api/conversations" {
			continue
		}
		var out jsonObject
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			w.t.Fatal(err)
		}
		for _, id := range out.all("id", "items") {
			_, text := b.send("GET", "/api/conversations/"+id, nil)
			all.WriteString(text)
		}
	}
	return all.String()
}

// A link is for its audience, until it ends, and shows the branch and nothing else.
func TestShare(t *testing.T) {
	w := newWorld(t, nil)
	ann, bob, eve := w.join("ann", "member"), w.join("bob", "member"), w.join("eve", "guest")
	admin := w.join("admin", "admin")
	team, err := w.store.CreateTeam(t.Context(), admin.who, "기획")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.SetMembers(t.Context(), admin.who, team.ID, []string{bob.who.ID}); err != nil {
		t.Fatal(err)
	}
	w.model.say(nil, "첫 답")
	conversation, _, answer := ann.ask(jsonObject{"text": "질문"})
	ann.listen(answer, 0, nil)

	share := func(leaf string, expires *time.Time, audience ...string) (id string, link jsonObject) {
		out := ann.must("POST", "/api/shares", jsonObject{"conversation": conversation, "leaf": leaf, "audience": audience, "expires": expires})
		if out.text("link") != w.url+"/#/s/"+out.text("secret") {
			t.Errorf("a link: %v", out)
		}
		return out.text("id"), jsonObject{"secret": out.text("secret")}
	}
	_, person := share("", nil, bob.who.ID)
	_, teams := share("", nil, team.ID)
	everybody, all := share(answer, nil, "*")

	bob.must("POST", "/api/shared", person)
	eve.refused("POST", "/api/shared", person, chat.CodeNoShare)
	bob.must("POST", "/api/shared", teams)
	eve.refused("POST", "/api/shared", teams, chat.CodeNoShare)
	got := eve.must("POST", "/api/shared", all)
	if got.text("owner") != "ann" || got.text("messages", 1, "text") != "첫 답" || got.at("mine") != false || got.at("live") != false {
		t.Errorf("for everybody: %v", got)
	}
	if text, _ := json.Marshal(got); strings.Contains(string(text), conversation) {
		t.Errorf("the id of the conversation is in it: %s", text)
	}
	eve.refused("POST", "/api/shares", jsonObject{"conversation": conversation, "audience": []string{"*"}}, chat.CodeMayNot)

	// One goes on with the conversation, the other does not.
	_, _, second := ann.ask(jsonObject{"conversation": conversation, "text": "다음 질문"})
	ann.listen(second, 0, nil)
	if n := len(bob.must("POST", "/api/shared", person).all("id", "messages")); n != 4 {
		t.Errorf("live: %d messages, want 4", n)
	}
	if n := len(eve.must("POST", "/api/shared", all).all("id", "messages")); n != 2 {
		t.Errorf("a snapshot: %d messages, want 2", n)
	}

	// A copy is one's own.
	copied := eve.must("POST", "/api/shared/branch", all)
	w.model.say(nil, "이어서")
	_, _, third := eve.ask(jsonObject{"conversation": copied.text("id"), "text": "이어서?"})
	eve.listen(third, 0, nil)
	if texts := eve.must("GET", "/api/conversations/"+copied.text("id"), nil).all("text", "messages"); strings.Join(texts, "|") != "질문|첫 답|이어서?|이어서" {
		t.Errorf("a copy: %q", texts)
	}
	if n := len(ann.must("GET", "/api/conversations", nil).all("id", "items")); n != 1 {
		t.Errorf("ann has %d conversations, want 1", n)
	}

	ann.must("DELETE", "/api/shares/"+everybody, nil)
	eve.refused("POST", "/api/shared", all, chat.CodeNoShare)
	for life := 400 * time.Millisecond; ; life *= 2 { // long enough to be looked at before it is over
		over := time.Now().Add(life)
		status, text := ann.send("POST", "/api/shares", jsonObject{"conversation": conversation, "audience": []string{"*"}, "expires": over})
		var made jsonObject
		if err := json.Unmarshal([]byte(text), &made); err != nil {
			t.Fatal(err)
		}
		brief := jsonObject{"secret": made.text("secret")}
		if status == http.StatusOK {
			status, text = eve.send("POST", "/api/shared", brief)
		}
		if status != http.StatusOK && time.Now().Before(over) {
			t.Fatalf("before it is over: %d %s", status, text)
		}
		time.Sleep(time.Until(over) + 50*time.Millisecond)
		if status == http.StatusOK {
			eve.refused("POST", "/api/shared", brief, chat.CodeNoShare)
			break
		}
	}
	ann.must("DELETE", "/api/conversations/"+conversation, nil)
	bob.refused("POST", "/api/shared", person, chat.CodeNoShare)
	eve.must("GET", "/api/conversations/"+copied.text("id"), nil)
}

// Bodies, numbers and words that nobody should send.
func TestBounds(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "admin")
	w.model.say(nil, "답")
	conversation, question, answer := ann.ask(jsonObject{"text": "질문"})
	ann.listen(answer, 0, nil)
	many := `"` + strings.Repeat(`x","`, mostAtOnce) + `x"`
	for _, c := range []struct {
		method, path, body string
		want               chat.Code
	}{
		{"POST", "/api/conversations", `{"titel":"x"}`, chat.CodeBodyNotJSON},
		{"POST", "/api/conversations", `{"title":"두\n줄"}`, chat.CodeBadField},
		{"POST", "/api/conversations", `{"title":"` + strings.Repeat("가", 400) + `"}`, chat.CodeBadField},
		{"POST", "/api/conversations", `{"title":"` + strings.Repeat("가", 20_000) + `"}`, chat.CodeBodyTooLarge},
		{"GET", "/api/conversations?limit=0", "", chat.CodeBadField},
		{"GET", "/api/conversations?limit=201", "", chat.CodeBadField},
		{"GET", "/api/conversations?limit=9999999999999999999", "", chat.CodeBadField},
		{"GET", "/api/conversations?archived=maybe", "", chat.CodeBadField},
		{"GET", "/api/conversations?cursor=x", "", chat.CodeBadField},
		{"POST", "/api/conversations/bulk", `{"ids":[],"action":"delete"}`, chat.CodeBadField},
		{"POST", "/api/conversations/bulk", `{"ids":[` + many + `],"action":"delete"}`, chat.CodeBadField},
		{"POST", "/api/conversations/bulk", `{"ids":["` + conversation + `"],"action":"burn"}`, chat.CodeBadField},
		{"POST", "/api/conversations/bulk", `{"ids":["` + conversation + `"],"action":"move"}`, chat.CodeBadField},
		{"POST", "/api/conversations/bulk", `{"ids":["` + conversation + `"],"action":"delete","folder":"x"}`, chat.CodeBadField},
		{"POST", "/api/turns", `{"text":"  "}`, chat.CodeTurnEmpty},
		{"POST", "/api/turns", `{"text":"?","mode":"nonsense"}`, chat.CodeNoMode},
		{"POST", "/api/turns", `{"text":"?","attachments":{}}`, chat.CodeBadField},
		{"POST", "/api/turns", `{"text":"` + strings.Repeat("a", maxTextBody) + `"}`, chat.CodeBodyTooLarge},
		{"POST", "/api/turns", `{"continue":"` + question + `"}`, chat.CodeNotAnAnswer},
		{"GET", "/api/turns/" + question + "/events", "", chat.CodeNotAnAnswer},
		{"GET", "/api/turns/" + answer + "/events?after=-1", "", chat.CodeBadField},
		{"GET", "/api/turns/" + answer + "/events?after=x", "", chat.CodeBadField},
		{"GET", "/api/turns/" + answer + "/stop", "", chat.CodeBadMethod},
		{"PATCH", "/api/messages/" + question, `{"text":"x"}`, chat.CodeNotAnAnswer},
		{"PUT", "/api/messages/" + answer + "/rating", `{"value":2,"reasons":[],"text":""}`, chat.CodeBadField},
		{"PUT", "/api/messages/" + question + "/rating", `{"value":1,"reasons":[],"text":""}`, chat.CodeNoMessage},
		{"PATCH", "/api/folders/x", `{"position":-1}`, chat.CodeBadField},
		{"POST", "/api/prompts", `{"name":"a b","title":"x","text":"x"}`, chat.CodeBadField},
		{"PUT", "/api/settings", `{"theme":"pink"}`, chat.CodeBadField},
		{"PUT", "/api/settings", `{"default_model":"a\u0000b"}`, chat.CodeBadField},
		{"PUT", "/api/settings", `{"model":"x"}`, chat.CodeBodyNotJSON},
		{"POST", "/api/shares", `{"conversation":"` + conversation + `","audience":[]}`, chat.CodeBadField},
		{"POST", "/api/shares", `{"conversation":"` + conversation + `","audience":["*"],"expires":"2001-01-01T00:00:00Z"}`, chat.CodeBadField},
		{"GET", "/api/search?limit=0&q=x", "", chat.CodeBadField},
		{"GET", "/api/search?q=" + strings.Repeat("a", 2000), "", chat.CodeBadField},
		{"PUT", "/api/admin/quotas", `{"subject":"","per_day":-2,"per_minute":1,"at_once":1}`, chat.CodeBadField},
		{"PUT", "/api/admin/quotas", `{"subject":"","per_day":1}`, chat.CodeBadField},
		{"PUT", "/api/admin/quotas", `{"subject":"nobody","per_day":1,"per_minute":1,"at_once":1}`, chat.CodeBadField},
		{"GET", "/api/admin/usage?by=shoe", "", chat.CodeBadField},
		{"GET", "/api/admin/usage?from=2020-01-01&to=2026-01-01", "", chat.CodeBadField},
		{"GET", "/api/admin/usage?to=x", "", chat.CodeBadField},
		{"GET", "/api/admin/audit?limit=1001", "", chat.CodeBadField},
		{"GET", "/api/admin/audit?from=today", "", chat.CodeBadField},
		{"GET", "/api/admin/feedback?cursor=x", "", chat.CodeBadField},
		{"POST", "/api/admin/feedback/handle", `{"message":"` + answer + `","person":"x"}`, chat.CodeNoRating},
		{"PUT", "/api/admin/branding", `{"accent":"red"}`, chat.CodeBadField},
		{"PUT", "/api/admin/branding", `{"accent":"#a50034;x"}`, chat.CodeBadField},
		{"POST", "/api/admin/announcements", `{"level":"loud","ko":"x"}`, chat.CodeBadField},
		{"DELETE", "/api/admin/announcements/x", "", chat.CodeNoAnnouncement},
		{"GET", "/api/conversations/" + conversation + "/nonsense", "", chat.CodeNoRoute},
	} {
		ann.refused(c.method, c.path, c.body, c.want)
	}
	reply := ann.open("GET", "/api/turns/"+answer+"/events", nil, "Last-Event-ID", "x")
	reply.Body.Close()
	if reply.StatusCode != http.StatusBadRequest {
		t.Errorf("Last-Event-ID x: %s", reply.Status)
	}
	if texts := ann.must("GET", "/api/conversations/"+conversation, nil).all("text", "messages"); len(texts) != 2 {
		t.Errorf("there are %q, want question and answer", texts)
	}
}

// What an imported answer calls its events cannot write lines of its own into a stream.
func TestEventsStayInTheirLines(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	ids, err := w.store.Import(t.Context(), ann.who, []store.ImportedConversation{{Title: "x", Leaf: -1, Messages: []store.ImportedMessage{
		{Parent: -1, Role: chat.User, Text: "?"},
		{Parent: 0, Role: chat.Assistant, Text: "!", Events: []store.Event{
			{Number: 1, Kind: "odd\nevent: finish\ndata: {}\n\n", Version: 1, Data: json.RawMessage("{\"a\":\n\n\"event: finish\"}")}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	answer := ann.must("GET", "/api/conversations/"+ids[0], nil).text("messages", 1, "id")
	reply := ann.open("GET", "/api/turns/"+answer+"/events", nil)
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "event: finish") {
			t.Errorf("a line of its own:\n%s", text)
		}
	}
}
