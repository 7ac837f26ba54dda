package web

import (
	"io"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// Folders, their order and their instructions are one's own, and a deleted one lets go of what is in it.
func TestFolders(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	first := ann.must("POST", "/api/folders", jsonObject{"name": "보고서", "instructions": "존댓말로"}).text("id")
	second := ann.must("POST", "/api/folders", jsonObject{"name": "번역"}).text("id")
	ann.must("PATCH", "/api/folders/"+second, jsonObject{"position": 0, "name": "영어 번역"})
	if names := ann.must("GET", "/api/folders", nil).all("name", "items"); !slices.Equal(names, []string{"영어 번역", "보고서"}) {
		t.Errorf("folders: %q", names)
	}
	w.model.say(nil, "네")
	conversation, _, answer := ann.ask(jsonObject{"text": "정리해 줘", "folder": first})
	ann.listen(answer, 0, nil)
	other := ann.must("POST", "/api/conversations", jsonObject{"title": "다른 것"}).text("id")
	ids := func(query string) []string {
		return ann.must("GET", "/api/conversations?"+query, nil).all("id", "items")
	}
	if got := ids("folder=" + first); !slices.Equal(got, []string{conversation}) {
		t.Errorf("in the folder: %q", got)
	}
	ann.must("POST", "/api/conversations/bulk", jsonObject{"ids": []string{conversation, other}, "action": "move", "folder": second})
	if got := ids("folder=" + second); len(got) != 2 {
		t.Errorf("moved: %q", got)
	}
	ann.must("DELETE", "/api/folders/"+second, nil)
	if got := ann.must("GET", "/api/conversations/"+conversation, nil).text("conversation", "folder"); got != "" {
		t.Errorf("it is in %q, which is deleted", got)
	}

	ann.must("POST", "/api/conversations/bulk", jsonObject{"ids": []string{conversation}, "action": "archive"})
	if got := ids("archived=true"); !slices.Equal(got, []string{conversation}) || !slices.Equal(ids(""), []string{other}) {
		t.Errorf("archived: %q, not: %q", got, ids(""))
	}
	ann.must("PATCH", "/api/conversations/"+other, jsonObject{"pinned": true, "title": "맨 위"})
	ann.must("POST", "/api/conversations/bulk", jsonObject{"ids": []string{conversation}, "action": "unarchive"})
	page := ann.must("GET", "/api/conversations?limit=1", nil)
	if page.text("items", 0, "title") != "맨 위" {
		t.Errorf("what is pinned is first: %v", page)
	}
	if next := ids("limit=1&cursor=" + page.text("next")); !slices.Equal(next, []string{conversation}) {
		t.Errorf("the next page: %q", next)
	}
	ann.must("POST", "/api/conversations/bulk", jsonObject{"ids": []string{conversation, other}, "action": "delete"})
	if got := ids(""); len(got) != 0 {
		t.Errorf("deleted: %q", got)
	}
	temporary := ann.must("POST", "/api/conversations", jsonObject{"temporary": true}).text("id")
	ann.must("GET", "/api/conversations/"+temporary, nil)
	if got := ids(""); len(got) != 0 {
		t.Errorf("a temporary conversation is in the list: %q", got)
	}
}

// A prompt is one's own, one's team's if one is in it, and everybody's only if one speaks to everybody.
func TestPromptsAndWhoTheyAreFor(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.join("boss", "admin")
	team, err := w.store.CreateTeam(t.Context(), boss.who, "기획")
	if err != nil {
		t.Fatal(err)
	}
	ann, bob, eve := w.join("ann", "member"), w.join("bob", "guest"), w.join("eve", "member")
	if err := w.store.SetMembers(t.Context(), boss.who, team.ID, []string{ann.who.ID, bob.who.ID}); err != nil {
		t.Fatal(err)
	}
	prompt := func(name, audience string) jsonObject {
		return jsonObject{"name": name, "title": name, "text": "{{글}}을 요약해 줘", "audience": audience}
	}
	own := ann.must("POST", "/api/prompts", prompt("own", "")).text("id")
	ann.must("POST", "/api/prompts", prompt("teams", team.ID))
	ann.refused("POST", "/api/prompts", prompt("all", "*"), chat.CodeMayNot)
	eve.refused("POST", "/api/prompts", prompt("teams", team.ID), chat.CodeMayNot)
	bob.refused("POST", "/api/prompts", prompt("teams", team.ID), chat.CodeMayNot) // a guest, though in the team
	eve.refused("POST", "/api/prompts", prompt("teams", "no-such-team"), chat.CodeMayNot)
	boss.must("POST", "/api/prompts", prompt("all", "*"))
	ann.refused("PATCH", "/api/prompts/"+own, jsonObject{"audience": "*"}, chat.CodeMayNot)
	ann.refused("POST", "/api/prompts", prompt("own", ""), chat.CodePromptTaken)
	for who, want := range map[*visitor][]string{ann: {"all", "own", "teams"}, bob: {"all", "teams"}, eve: {"all"}} {
		if got := who.must("GET", "/api/prompts", nil).all("name", "items"); !slices.Equal(got, want) {
			t.Errorf("%s has the prompts %q, want %q", who.who.ID, got, want)
		}
	}
	ann.must("DELETE", "/api/prompts/"+own, nil)
	ann.refused("DELETE", "/api/prompts/"+own, nil, chat.CodeNoPrompt)
}

// What is set stays until it is set again; what is not named is left alone; "" takes it away.
func TestSettings(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	ann.must("PUT", "/api/settings", jsonObject{"theme": "dark", "enter_sends": false, "instructions": "짧게 답해 줘"})
	ann.must("PUT", "/api/settings", jsonObject{"language": "en", "font_size": "large"})
	ann.must("PUT", "/api/settings", jsonObject{"theme": ""})
	_, got := ann.send("GET", "/api/settings", nil)
	if want := `{"language":"en","font_size":"large","enter_sends":false,"instructions":"짧게 답해 줘"}`; strings.TrimSpace(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
	w.model.say(nil, "네")
	ledger := ann.must("POST", "/api/ledger", jsonObject{"text": "안녕?"})
	if kinds := ledger.all("kind", "items"); !slices.Contains(kinds, "instructions") || ledger.at("window") != 4096.0 {
		t.Errorf("the ledger: %v", ledger)
	}
	if n := len(ann.must("GET", "/api/conversations", nil).all("id", "items")); n != 0 {
		t.Errorf("looking at the ledger made %d conversations", n)
	}
}

// What was found is marked where the page counts, which is not where Go does.
func TestSearchMarks(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	w.model.say(nil, "😀😀 회의록입니다")
	_, _, answer := ann.ask(jsonObject{"text": "줘"})
	ann.listen(answer, 0, nil)
	got := ann.must("GET", "/api/search?q=회의", nil)
	if got.text("items", 0, "message") != answer || got.text("items", 0, "snippet") != "😀😀 회의록입니다" {
		t.Fatalf("%v", got)
	}
	if marks := got.at("items", 0, "marks", 0).([]any); marks[0] != 5.0 || marks[1] != 7.0 {
		t.Errorf("marks %v, want 5 to 7", marks)
	}
}

// A key that was made for asking models does not open conversations.
func TestAKeyForModelsDoesNotOpenConversations(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	secret := addKey(t, w.store, ann.who, 0, "inference")
	for _, path := range []string{"/api/conversations", "/api/search?q=x", "/api/folders", "/api/settings", "/api/shares"} {
		reply := (&visitor{t: t, url: w.url, lang: "ko"}).open("GET", path, nil, "Authorization", "Bearer "+secret)
		reply.Body.Close()
		if reply.StatusCode != chat.CodeKeyScope.HTTPStatus() {
			t.Errorf("%s with a key for models: %s", path, reply.Status)
		}
	}
}

// A key of an administrator lets nobody in, shuts nobody out and takes over nobody's work, and nobody gives themselves a
// role: neither would end with the key, or with the role.
func TestNobodyIsLetInByAKey(t *testing.T) {
	w := newWorld(t, nil)
	boss, ann := w.join("boss", "admin"), w.join("ann", "member")
	secret := addKey(t, w.store, boss.who, 0, "admin")
	for path, body := range map[string]string{
		"POST /api/invites":                           `{"role":"admin"}`,
		"POST /api/people":                            `{"name":"eve","login":"eve","role":"admin"}`,
		"POST /api/people/" + boss.who.ID + "/reset":  `{}`,
		"POST /api/people/" + ann.who.ID + "/depart":  `{"heir":"` + boss.who.ID + `"}`,
		"POST /api/people/" + ann.who.ID + "/disable": `{}`,
		"POST /api/people/" + ann.who.ID + "/enable":  `{}`,
		"PATCH /api/people/" + ann.who.ID:             `{"role":"admin"}`,
		"PATCH /api/people/" + ann.who.ID + "?":       `{"grade":9}`,
	} {
		method, path, _ := strings.Cut(path, " ")
		reply := (&visitor{t: t, url: w.url, lang: "ko"}).open(method, path, strings.NewReader(body), "Authorization", "Bearer "+secret)
		reply.Body.Close()
		if reply.StatusCode != chat.CodeSignInNeeded.HTTPStatus() {
			t.Errorf("%s %s with a key: %s", method, path, reply.Status)
		}
	}
	boss.refused("PATCH", "/api/people/"+boss.who.ID, map[string]any{"role": "auditor"}, chat.CodeNotOneself)
	boss.refused("PATCH", "/api/people/"+boss.who.ID, map[string]any{"grade": 9}, chat.CodeNotOneself)
}

// A file is its owner's, whatever its name is guessed to be, and comes as something to save.
func TestBlobs(t *testing.T) {
	w := newWorld(t, nil)
	ann, eve := w.join("ann", "member"), w.join("eve", "member")
	const page = "<!doctype html><script>alert(1)</script>"
	b, err := w.store.PutBlob(t.Context(), ann.who, "message:1", "text/html", strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	reply := ann.open("GET", "/api/files/"+b.Hash, nil)
	content, err := io.ReadAll(reply.Body)
	reply.Body.Close()
	if err != nil || string(content) != page || reply.Header.Get("Content-Type") != "application/octet-stream" ||
		reply.Header.Get("Content-Disposition") != "attachment" || reply.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s %q, %v, %v", reply.Status, content, reply.Header, err)
	}
	eve.refused("GET", "/api/files/"+b.Hash, nil, chat.CodeNoBlob)
	eve.refused("GET", "/api/files/..%2F..%2Fstore.db", nil, chat.CodeNoBlob)
}
