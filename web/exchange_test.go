package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/store"
)

// upload sends a file as the page's form does, and returns the status and the reply.
func (b *visitor) upload(content io.Reader, dry bool) (int, string) {
	b.t.Helper()
	in, out := io.Pipe()
	form := multipart.NewWriter(out)
	go func() {
		err := form.WriteField("dry_run", fmt.Sprint(dry))
		var part io.Writer
		if err == nil {
			part, err = form.CreateFormFile("file", "대화.json")
		}
		if err == nil {
			_, err = io.Copy(part, content)
		}
		if err == nil {
			err = form.Close()
		}
		out.CloseWithError(err)
	}()
	reply := b.open("POST", "/api/import", in, "Content-Type", form.FormDataContentType())
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return reply.StatusCode, string(text)
}

// file downloads, and returns the content and the name that it is to have.
func (b *visitor) file(method, path string, body io.Reader) (content, name string) {
	b.t.Helper()
	reply := b.open(method, path, body)
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode != http.StatusOK {
		b.t.Fatalf("%s %s: %s %.300s, %v", method, path, reply.Status, text, err)
	}
	return string(text), reply.Header.Get("Content-Disposition")
}

// What is taken away comes back with all its branches, as somebody else's of another id.
func TestExportAndImport(t *testing.T) {
	w := newWorld(t, nil)
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	w.model.say(nil, "**첫** 답")
	conversation, _, answer := ann.ask(jsonObject{"text": "감은 언제 익나요?"})
	ann.listen(answer, 0, nil)
	w.model.say(nil, "다른 답")
	_, _, second := ann.ask(jsonObject{"regenerate": answer})
	ann.listen(second, 0, nil)

	text, name := ann.file("GET", "/api/conversations/"+conversation+"/export?format=md", nil)
	if !strings.Contains(text, "감은 언제 익나요?") || !strings.Contains(text, "다른 답") || !strings.Contains(text, "AI가 만들었습니다") {
		t.Errorf("as Markdown: %s", text)
	}
	if !strings.HasPrefix(name, "attachment; filename*=utf-8''") {
		t.Errorf("its name: %s", name)
	}
	whole, _ := ann.file("GET", "/api/conversations/"+conversation+"/export?format=json", nil)

	status, reply := bob.upload(strings.NewReader(whole), true)
	if status != http.StatusOK || !strings.Contains(reply, `"conversations":1,"messages":3`) {
		t.Errorf("a dry run: %d %s", status, reply)
	}
	if n := len(bob.must("GET", "/api/conversations", nil).all("id", "items")); n != 0 {
		t.Errorf("a dry run brought %d conversations", n)
	}
	if status, reply = bob.upload(strings.NewReader(whole), false); status != http.StatusOK {
		t.Fatalf("%d %s", status, reply)
	}
	var brought struct{ IDs []string }
	if err := json.Unmarshal([]byte(reply), &brought); err != nil || len(brought.IDs) != 1 || brought.IDs[0] == conversation {
		t.Fatalf("%s: %v", reply, err)
	}
	got := bob.must("GET", "/api/conversations/"+brought.IDs[0], nil)
	if texts := got.all("text", "messages"); !slices.Equal(texts, []string{"감은 언제 익나요?", "다른 답"}) {
		t.Errorf("brought: %q", texts)
	}
	if n := len(got.at("messages", 1, "siblings").([]any)); n != 2 {
		t.Errorf("%d answers, want both", n)
	}
	bob.refused("GET", "/api/conversations/"+conversation+"/export?format=md", nil, chat.CodeNoConversation)
	ann.refused("GET", "/api/conversations/"+conversation+"/export?format=pdf", nil, chat.CodeBadField)

	// Many at once, and none of them if one is not there.
	body := fmt.Sprintf(`{"ids":[%q],"action":"export"}`, brought.IDs[0])
	packed, _ := bob.file("POST", "/api/conversations/bulk", strings.NewReader(body))
	archive, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	if err != nil || len(archive.File) != 1 || !strings.HasSuffix(archive.File[0].Name, ".md") {
		t.Errorf("a zip: %v", err)
	}
	bob.refused("POST", "/api/conversations/bulk", jsonObject{"ids": []string{brought.IDs[0], conversation}, "action": "export"}, chat.CodeNoConversation)
}

// A file that is no export, too long or cut short is refused with a sentence, and nothing of it is kept, nor any file left.
func TestWhatCannotBeImported(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	for _, c := range []struct {
		name    string
		content string
		want    chat.Code
	}{
		{"nothing", "", chat.CodeImportDamaged},
		{"a picture", "\x89PNG\r\n\x1a\n", chat.CodeImportUnknown},
		{"another form", `{"hello":"world"}`, chat.CodeImportUnknown},
		{"cut short", `[{"title":"x","mapping":{"a":{"message":`, chat.CodeImportDamaged},
		{"no zip", "PK\x03\x04 and then nothing", chat.CodeImportDamaged},
	} {
		status, text := ann.upload(strings.NewReader(c.content), false)
		if status != c.want.HTTPStatus() || !strings.Contains(text, `"code":"`+string(c.want)+`"`) {
			t.Errorf("%s: %d %s, want %s", c.name, status, text, c.want)
		}
	}
	for _, c := range []struct{ kind, body string }{
		{"application/json", "{}"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"dry_run\"\r\n\r\ntrue\r\n--x--\r\n"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"dry_run\"\r\n\r\nperhaps\r\n--x--\r\n"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--x--\r\n"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx"},
	} {
		reply := ann.open("POST", "/api/import", strings.NewReader(c.body), "Content-Type", c.kind)
		text, err := io.ReadAll(reply.Body)
		reply.Body.Close()
		if err != nil || reply.StatusCode != http.StatusBadRequest {
			t.Errorf("%s %q: %s %s, %v", c.kind, c.body, reply.Status, text, err)
		}
	}
	if n := len(ann.must("GET", "/api/conversations", nil).all("id", "items")); n != 0 {
		t.Errorf("%d conversations were brought", n)
	}
	left, err := os.ReadDir(filepath.Join(w.store.Dir(), "blobs", "tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// zeros is a file of zeros.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A gigabyte is refused with a sentence, which whoever sends it hears though they send all of it first.
func TestImportOfAGigabyte(t *testing.T) {
	if testing.Short() {
		t.Skip("a gigabyte takes seconds")
	}
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	status, text := ann.upload(io.LimitReader(zeros{}, 1<<30), false)
	if status != http.StatusRequestEntityTooLarge || !strings.Contains(text, `"import_too_large"`) || !strings.Contains(text, "256") {
		t.Errorf("%d %s", status, text)
	}
}

// A backup opens as a store with everything in it, and that somebody took it is in its log.
func TestBackupDownload(t *testing.T) {
	w := newWorld(t, nil)
	boss, ann := w.join("boss", "admin"), w.join("ann", "member")
	w.model.say(nil, "답")
	conversation, _, answer := ann.ask(jsonObject{"text": "질문"})
	ann.listen(answer, 0, nil)
	ann.refused("POST", "/api/admin/backup", nil, chat.CodeMayNot)
	content, name := boss.file("POST", "/api/admin/backup", nil)
	if !strings.Contains(name, ".zip") {
		t.Errorf("its name: %s", name)
	}
	dir := filepath.Join(t.TempDir(), "restored")
	file := bytes.NewReader([]byte(content))
	if _, err := store.Restore(t.Context(), store.Options{Dir: dir}, file, file.Size()); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	branch, err := s.Branch(t.Context(), ann.who, conversation, "")
	if err != nil || len(branch) != 2 || branch[1].Text != "답" {
		t.Errorf("restored: %+v, %v", branch, err)
	}
	log, err := s.FindAudit(t.Context(), store.System, store.AuditFilter{Action: "backup.", Limit: 10})
	if err != nil || len(log) != 2 || log[0].Action != "backup.restore" || log[1].Principal != boss.who.ID || log[1].Action != auditBackupBegin {
		t.Errorf("the log that is in it: %+v, %v", log, err)
	}
	log, err = w.store.FindAudit(t.Context(), store.System, store.AuditFilter{Action: AuditBackup, Limit: 10})
	if err != nil || len(log) != 1 || log[0].Principal != boss.who.ID {
		t.Errorf("the log: %+v, %v", log, err)
	}
}

// What keeps a file from being made is said, and not known by a connection that breaks.
func TestDownloadThatCannotBeginSaysWhy(t *testing.T) {
	h := &handler{log: slog.New(slog.DiscardHandler)}
	full := chat.NewError(chat.CodeStoreFull, nil, "/data")
	get := func(write func(io.Writer) error) (reply *httptest.ResponseRecorder, err error, aborted bool) {
		defer func() { aborted = recover() == http.ErrAbortHandler }()
		reply = httptest.NewRecorder()
		_, err = h.download(reply, httptest.NewRequest(http.MethodPost, "/api/admin/backup", nil), "backup.zip", "application/zip", write)
		return reply, err, false
	}
	reply, err, aborted := get(func(io.Writer) error { return full })
	if !errors.Is(err, full) || aborted || reply.Header().Get("Content-Disposition") != "" {
		t.Errorf("before the first byte: %v, aborted %t, %v", err, aborted, reply.Header())
	}
	if _, _, aborted = get(func(w io.Writer) error { fmt.Fprint(w, "PK"); return full }); !aborted {
		t.Error("half a file is taken for a whole one")
	}
}
