package web

import (
	"fmt"
	"testing"

	"exaone/chat"
)

func TestGrades(t *testing.T) {
	w := newWorld(t, nil)
	boss, ann, bob := w.join("boss", "admin"), w.join("ann", "member"), w.join("bob", "member")
	if got := ann.must("GET", "/api/grades", nil); got.at("clearance") != 0.0 || got.text("items", 1, "ko") != "민감" || got.text("items", 2, "en") != "Classified" {
		t.Errorf("grades %v", got)
	}
	if got := boss.must("PATCH", "/api/people/"+ann.who.ID, map[string]any{"grade": 1}); got.at("grade") != 1.0 {
		t.Errorf("person %v", got)
	}
	boss.refused("PATCH", "/api/people/"+ann.who.ID, map[string]any{"grade": 10}, chat.CodeBadField)

	id, question, _ := ann.ask(jsonObject{"text": "안건을 알려 줘"})
	path := "/api/conversations/" + id
	if got := ann.must("PATCH", path, map[string]any{"grade": 1}); got.at("grade") != 1.0 {
		t.Errorf("conversation %v", got)
	}
	ann.refused("PATCH", path, map[string]any{"grade": 2}, chat.CodeGradeAbove)
	if got := ann.must("GET", path+"?until="+question, nil).all("id", "messages"); len(got) != 1 || got[0] != question {
		t.Errorf("until the question: %v", got)
	}
	if got := ann.must("GET", path, nil); got.at("conversation", "grade") != 1.0 {
		t.Errorf("opened %v", got.at("conversation"))
	}
	share := ann.must("POST", "/api/shares", map[string]any{"conversation": id, "audience": []string{"*"}})
	secret := share.text("secret")
	bob.refused("POST", "/api/shared", jsonObject{"secret": secret}, chat.CodeNoShare)
	boss.must("PATCH", "/api/people/"+bob.who.ID, map[string]any{"grade": 1})
	bob.must("POST", "/api/shared", jsonObject{"secret": secret})
	copied := bob.must("POST", "/api/shared/branch", jsonObject{"secret": secret}).text("id")
	bob.refused("PATCH", "/api/conversations/"+copied, map[string]any{"grade": 0}, chat.CodeGradeBelow)
	ann.must("PATCH", path, map[string]any{"grade": 0})

	boss.must("PATCH", "/api/people/"+bob.who.ID, map[string]any{"grade": 0})
	bob.refused("GET", "/api/conversations/"+copied, nil, chat.CodeNoConversation)
	bob.refused("GET", "/api/conversations/"+copied+"/export?format=json", nil, chat.CodeNoConversation)
	if got := bob.must("GET", "/api/search?q=안건", nil); len(got.all("conversation", "items")) != 0 {
		t.Errorf("found %v", got)
	}
}

func TestGradesAreNamed(t *testing.T) {
	w := newWorld(t, nil)
	boss := w.join("boss", "admin")
	name := func(grade int, ko string) map[string]any { return map[string]any{"grade": grade, "ko": ko, "en": "x"} }
	got := boss.must("PUT", "/api/admin/grades", map[string]any{"items": []any{name(0, "일반"), name(1, "대외비")}})
	if got.text("items", 1, "ko") != "대외비" {
		t.Errorf("grades %v", got)
	}
	for i, items := range [][]any{{}, {name(1, "일반")}, {name(0, "")}, {name(0, "가\n나")}, {name(0, fmt.Sprintf("%021d", 0))}} {
		if status, body := boss.send("PUT", "/api/admin/grades", map[string]any{"items": items}); status != 400 {
			t.Errorf("%d: %d %s", i, status, body)
		}
	}
}
