package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
)

// readsHere reads documents in this process.
type readsHere struct{}

func (readsHere) Read(ctx context.Context, path, name, password string, o document.Options) (*document.Document, error) {
	return document.ReadFile(ctx, path, name, password, o)
}

// newArchive is a world that keeps documents.
func newArchive(t *testing.T) *world {
	t.Helper()
	return newArchiveOf(t, readsHere{})
}

// newArchiveOf is newArchive with another reader.
func newArchiveOf(t *testing.T, reader intake.Reader) *world {
	t.Helper()
	var shelf *intake.Shelf
	w := newWorld(t, func(o *Options) {
		var err error
		shelf, err = intake.Open(t.Context(), intake.Options{Store: o.Store, Dir: t.TempDir(), Reader: reader})
		if err != nil {
			t.Fatal(err)
		}
		o.Documents = shelf
	})
	t.Cleanup(func() {
		if err := shelf.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// put sends a file as a form has it, after other fields.
func (b *visitor) put(path, name, text string, others ...string) (int, jsonObject) {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(others); i += 2 {
		if err := form.WriteField(others[i], others[i+1]); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = io.WriteString(part, text) // to a buffer
	if err := form.Close(); err != nil {
		b.t.Fatal(err)
	}
	reply := b.open(http.MethodPost, path, &body, "Content-Type", form.FormDataContentType())
	defer reply.Body.Close()
	var out jsonObject
	if err := json.NewDecoder(reply.Body).Decode(&out); err != nil {
		b.t.Fatal(err)
	}
	return reply.StatusCode, out
}

// readEvents follows a version until its reading has ended, and returns its last state.
func (b *visitor) readEvents(version string) (states []string) {
	b.t.Helper()
	reply := b.open("GET", "/api/versions/"+version+"/events", nil)
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			var v jsonObject
			if err := json.Unmarshal([]byte(data), &v); err != nil {
				b.t.Fatal(err)
			}
			states = append(states, v.text("state"))
		}
	}
	return states
}

func TestDocumentsFromUploadToPassage(t *testing.T) {
	w := newArchive(t)
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	status, out := ann.put("/api/documents", "출장 규정.html", "<h1>여비</h1><p>출장비는 돌아온 뒤 닷새 안에 정산한다 😀.</p>", "grade", "0", "reader", bob.who.ID)
	if status != http.StatusOK || out.text("name") != "출장 규정.html" {
		t.Fatalf("%d %v", status, out)
	}
	id, version := out.text("id"), out.text("versions", 0, "id")
	if states := ann.readEvents(version); states[len(states)-1] != "read" {
		t.Fatalf("states %q, want read at the end", states)
	}
	for _, who := range []*visitor{ann, bob} {
		found := who.must("POST", "/api/passages", jsonObject{"query": "출장비 정산은 언제까지?"})
		if found.text("items", 0, "document") != id || found.text("items", 0, "heading") != "여비" {
			t.Errorf("%s finds %v", who.who.ID, found)
		}
		if content := who.must("GET", "/api/versions/"+version+"/content", nil); content.text("blocks", 0, "text") != "여비" {
			t.Errorf("content %v", content)
		}
	}
	if list := bob.must("GET", "/api/documents", nil); list.text("items", 0, "versions", 0, "state") != "read" || list.at("items", 0, "readers") != nil {
		t.Errorf("bob's list: %v", list)
	}
	if list := ann.must("GET", "/api/documents", nil); list.text("items", 0, "readers", 0) != bob.who.ID {
		t.Errorf("ann's list does not say who else reads: %v", list)
	}

	ann.must("PATCH", "/api/documents/"+id, jsonObject{"readers": []string{}})
	bob.refused("GET", "/api/documents/"+id, nil, chat.CodeNoDocument)
	bob.refused("GET", "/api/versions/"+version+"/file", nil, chat.CodeNoDocument)
	if found := bob.must("POST", "/api/passages", jsonObject{"query": "출장비"}); found.at("items", 0) != nil {
		t.Errorf("bob still finds %v", found)
	}

	status, out = ann.put("/api/documents/"+id+"/versions", "출장 규정 2.txt", "출장비를 폐지한다.")
	if status != http.StatusOK || out.at("number") != 2.0 {
		t.Fatalf("%d %v", status, out)
	}
	ann.readEvents(out.text("id"))
	if whole := ann.must("GET", "/api/documents/"+id, nil); whole.text("versions", 0, "name") != "출장 규정 2.txt" || whole.text("versions", 1, "id") != version {
		t.Errorf("versions %v", whole)
	}
	ann.must("DELETE", "/api/documents/"+id, nil)
	ann.refused("GET", "/api/documents/"+id, nil, chat.CodeNoDocument)
	ann.refused("GET", "/api/versions/"+version, nil, chat.CodeNoDocument)
}

// What a house calls one thing by two names is found by either.
func TestGlossaryIsSearchedWith(t *testing.T) {
	w := newArchive(t)
	boss, ann := w.join("boss", "admin"), w.join("ann", "member")
	_, out := ann.put("/api/documents", "회식.txt", "회식비는 부서장이 승인한다.")
	ann.readEvents(out.text("versions", 0, "id"))
	if found := ann.must("POST", "/api/passages", jsonObject{"query": "뒤풀이"}); found.at("items", 0) != nil {
		t.Fatalf("without a glossary it finds %v", found)
	}
	ann.refused("PUT", "/api/admin/glossary", jsonObject{"groups": [][]string{{"뒤풀이", "회식비"}}}, chat.CodeMayNot)
	boss.refused("PUT", "/api/admin/glossary", jsonObject{"groups": [][]string{{"뒤풀이"}}}, chat.CodeBadField)
	boss.must("PUT", "/api/admin/glossary", jsonObject{"groups": [][]string{{"뒤풀이", "회식비", "회식"}}})
	if found := ann.must("POST", "/api/passages", jsonObject{"query": "뒤풀이"}); found.text("items", 0, "name") != "회식.txt" {
		t.Errorf("with one it finds %v", found)
	}
	if words := ann.must("GET", "/api/glossary", nil); words.text("groups", 0, 1) != "회식비" {
		t.Errorf("%v", words)
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	w := newArchive(t)
	ann := w.join("ann", "member")
	status, out := ann.put("/api/documents", "a.txt", "글", "colour", "red")
	if status != chat.CodeBadField.HTTPStatus() || out.text("error", "code") != string(chat.CodeBadField) {
		t.Errorf("an unknown field: %d %v", status, out)
	}
	status, out = ann.put("/api/documents", "a.txt", "글", "grade", "7")
	if status != chat.CodeGradeAbove.HTTPStatus() || out.text("error", "code") != string(chat.CodeGradeAbove) {
		t.Errorf("above one's clearance: %d %v", status, out)
	}
	status, out = ann.put("/api/documents", "a.txt", "글", "reader", "nobody")
	if status != chat.CodeBadField.HTTPStatus() || out.text("error", "code") != string(chat.CodeBadField) {
		t.Errorf("a reader who is nobody: %d %v", status, out)
	}
	ann.refused("POST", "/api/passages", jsonObject{"query": "글", "top": 1000}, chat.CodeBadField)
	if list := ann.must("GET", "/api/documents", nil); list.at("items", 0) != nil {
		t.Errorf("of what was refused there is %v", list)
	}
	_, out = ann.put("/api/documents", "빈.hwp", "")
	version := out.text("versions", 0, "id")
	if states := ann.readEvents(version); states[len(states)-1] != "failed" {
		t.Errorf("states %q", states)
	}
	if v := ann.must("GET", "/api/versions/"+version, nil); v.text("error", "code") != string(chat.CodeDocumentEmpty) || !strings.Contains(v.text("error", "message"), "비어 있습니다") {
		t.Errorf("%v", v)
	}
}

func TestByteUnits(t *testing.T) {
	text := "가😀나 abc"
	got := byteUnits(text, [][2]int{{0, 3}, {3, 7}, {11, 14}})
	want := [][2]int{{0, 1}, {1, 3}, {5, 8}}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("mark %d: %v, want %v", i, got[i], want[i])
		}
	}
}
