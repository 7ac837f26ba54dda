package web

import (
	"net/http"
	"testing"

	"exaone/chat"
)

// A folder hands its readers down to what is in it, and takes them back.
func TestCollections(t *testing.T) {
	w := newArchive(t)
	ann, bob, guest := w.join("ann", "member"), w.join("bob", "member"), w.join("gus", "guest")
	rules := ann.must("POST", "/api/collections", jsonObject{"name": "규정", "readers": []string{bob.who.ID}})
	travel := ann.must("POST", "/api/collections", jsonObject{"name": "출장", "parent": rules.text("id")})
	status, out := ann.put("/api/documents", "여비.txt", "출장비는 닷새 안에 정산한다.", "collection", travel.text("id"))
	if status != http.StatusOK || out.at("inherits") != true {
		t.Fatalf("%d %v", status, out)
	}
	id := out.text("id")
	ann.readEvents(out.text("versions", 0, "id"))
	if got := bob.must("GET", "/api/documents?collection="+travel.text("id"), nil); got.text("items", 0, "id") != id {
		t.Errorf("bob's list of the folder: %v", got)
	}
	find := jsonObject{"query": "출장비 정산", "scope": "collection:" + rules.text("id")}
	if got := bob.must("POST", "/api/passages", find); got.text("items", 0, "document") != id {
		t.Errorf("bob finds %v", got)
	}
	if got := ann.must("GET", "/api/collections/"+travel.text("id"), nil); got.text("above", 0) != bob.who.ID || got.at("documents") != 1.0 {
		t.Errorf("the folder is %v", got)
	}
	bob.refused("PATCH", "/api/collections/"+travel.text("id"), jsonObject{"name": "내 것"}, chat.CodeNoCollection)
	bob.refused("PATCH", "/api/documents/"+id, jsonObject{"collection": ""}, chat.CodeNoDocument)
	guest.refused("GET", "/api/collections/"+rules.text("id"), nil, chat.CodeNoCollection)
	guest.refused("POST", "/api/collections", jsonObject{"name": "x", "readers": []string{ann.who.ID}}, chat.CodeMayNot)

	ann.must("PATCH", "/api/collections/"+rules.text("id"), jsonObject{"readers": []string{}})
	bob.refused("GET", "/api/documents/"+id, nil, chat.CodeNoDocument)
	bob.refused("POST", "/api/passages", find, chat.CodeNoCollection)
	ann.must("DELETE", "/api/collections/"+rules.text("id"), nil)
	ann.refused("GET", "/api/documents/"+id, nil, chat.CodeNoDocument)
	if got := ann.must("GET", "/api/collections", nil); got.at("items", 0) != nil {
		t.Errorf("after deleting: %v", got)
	}
}

// A file that is dropped into the first question belongs to the conversation that the question begins, and goes with it.
func TestFileOfAFirstQuestion(t *testing.T) {
	w := newArchive(t)
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	if status, out := ann.put("/api/documents", "a.txt", "감", "conversation", "draft:../x"); status != http.StatusBadRequest {
		t.Fatalf("%d %v", status, out)
	}
	status, out := ann.put("/api/documents", "영수증.txt", "점심값은 12,000원이다.", "conversation", "draft:c1")
	if status != http.StatusOK || out.text("conversation") != "draft:c1" {
		t.Fatalf("%d %v", status, out)
	}
	id := out.text("id")
	ann.readEvents(out.text("versions", 0, "id"))
	if got := ann.must("GET", "/api/documents", nil); got.at("items", 0) != nil {
		t.Errorf("it is in the list: %v", got)
	}
	turn := ann.must("POST", "/api/turns", jsonObject{"text": "점심값은?", "attachments": []jsonObject{{"document": id, "name": "거짓.exe"}}})
	talk := turn.text("conversation", "id")
	if got := turn.text("question", "attachments", 0, "name"); got != "영수증.txt" {
		t.Errorf("the attachment is %v", turn.at("question", "attachments"))
	}
	if got := ann.must("GET", "/api/documents?conversation="+talk, nil); got.text("items", 0, "id") != id {
		t.Errorf("of the conversation: %v", got)
	}
	find := jsonObject{"query": "점심값", "scope": "attached", "conversation": talk}
	if got := ann.must("POST", "/api/passages", find); got.text("items", 0, "document") != id {
		t.Errorf("it finds %v", got)
	}
	bob.refused("POST", "/api/passages", find, chat.CodeNoConversation)
	bob.refused("POST", "/api/turns", jsonObject{"text": "?", "attachments": []jsonObject{{"document": id}}}, chat.CodeNoDocument)
	ann.must("DELETE", "/api/conversations/"+talk, nil)
	ann.refused("GET", "/api/documents/"+id, nil, chat.CodeNoDocument)
}
