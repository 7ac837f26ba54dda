package web

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

const form = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n"

// importer is a server that takes files for whoever the header says.
func importer(t *testing.T, change func(*importing)) (*handler, *httptest.Server) {
	t.Helper()
	h := &handler{store: newStore(t), importing: newImporting()}
	if change != nil {
		change(h.importing)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, err := h.bring(w, r, chat.Principal{ID: r.Header.Get("X-Who")})
		if err != nil {
			var told *chat.Error
			if !errors.As(err, &told) {
				told = chat.NewError(chat.CodeInternal, err, "")
			}
			refuse(w, r, told)
			return
		}
		write(w, http.StatusOK, out)
	}))
	t.Cleanup(server.Close)
	return h, server
}

// post sends a file for somebody, and returns the status and the reply.
func post(t *testing.T, server *httptest.Server, who string, body io.Reader) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("X-Who", who)
	reply, err := server.Client().Do(r)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Error(err)
	}
	return reply.StatusCode, string(text)
}

func refusedWith(t *testing.T, what string, status int, text string, want chat.Code) {
	t.Helper()
	if status != want.HTTPStatus() || !strings.Contains(text, fmt.Sprintf(`"code":%q`, want)) {
		t.Errorf("%s: %d %s, want %s", what, status, text, want)
	}
}

// counted counts what is read of it.
type counted struct {
	io.Reader
	n atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// Who sends one file sends no second, and keeps nobody else from theirs. Whoever is refused has been heard to the end.
func TestOneUploadOfEach(t *testing.T) {
	h, server := importer(t, nil)
	slow, send := io.Pipe()
	first := make(chan string)
	go func() {
		_, text := post(t, server, chat.Local.ID, slow)
		first <- text
	}()
	if _, err := io.WriteString(send, form); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(mostWait); ; time.Sleep(time.Millisecond) {
		if leave, err := h.importing.enter(chat.Local); err != nil {
			break
		} else if leave(); time.Now().After(deadline) {
			t.Fatal("the first file is not on its way")
		}
	}
	const size = 20 << 20
	second := &counted{Reader: io.MultiReader(strings.NewReader(form), io.LimitReader(zeros{}, size))}
	status, text := post(t, server, chat.Local.ID, second)
	refusedWith(t, "a second file", status, text, chat.CodeImportYours)
	if second.n.Load() < size {
		t.Errorf("%d bytes were read of it: a browser would have seen a broken connection", second.n.Load())
	}
	status, text = post(t, server, "somebody", strings.NewReader(form+"{}\r\n--x--\r\n"))
	refusedWith(t, "somebody else's", status, text, chat.CodeImportUnknown)

	var others []func()
	for i := 0; ; i++ {
		leave, err := h.importing.enter(chat.Principal{ID: fmt.Sprint(i)})
		if err != nil {
			break
		}
		others = append(others, leave)
	}
	if len(others) != mostUploads-1 {
		t.Errorf("%d files at once, want %d", len(others)+1, mostUploads)
	}
	status, text = post(t, server, "one too many", strings.NewReader(form+"{}\r\n--x--\r\n"))
	refusedWith(t, "one too many", status, text, chat.CodeImportBusy)
	for _, leave := range others {
		leave()
	}
	if _, err := io.WriteString(send, "[]\r\n--x--\r\n"); err != nil {
		t.Fatal(err)
	}
	send.Close()
	if text := <-first; !strings.Contains(text, string(chat.CodeImportUnknown)) {
		t.Errorf("the first file: %s", text)
	}
	status, text = post(t, server, chat.Local.ID, strings.NewReader(form+"{}\r\n--x--\r\n"))
	refusedWith(t, "the next one", status, text, chat.CodeImportUnknown)
}

// A file that comes for ever, a little at a time, is given up; nothing of it is left.
func TestUploadThatNeverEnds(t *testing.T) {
	h, server := importer(t, func(i *importing) { i.uploading, i.ignoring = 300*time.Millisecond, 100*time.Millisecond })
	line, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	fmt.Fprintf(line, "POST / HTTP/1.1\r\nHost: x\r\nX-Who: local\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n%s", form)
	go func() {
		for {
			if _, err := io.WriteString(line, "가"); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	_ = line.SetReadDeadline(time.Now().Add(mostWait))
	reply, err := http.ReadResponse(bufio.NewReader(line), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reply.Body)
	if err != nil || !bytes.Contains(text, []byte(`"import_slow"`)) {
		t.Errorf("%s, %v", text, err)
	}
	left, err := os.ReadDir(filepath.Join(h.store.Dir(), "blobs", "tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// Who leaves while others' files are read waits no longer, and lets the next one in.
func TestLeavingWhileOthersAreRead(t *testing.T) {
	i := newImporting()
	_, done, err := i.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	heard := make(chan error)
	go func() {
		_, _, err := i.read(ctx)
		heard <- err
	}()
	leave()
	select {
	case err := <-heard:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	case <-time.After(mostWait):
		t.Fatal("it waits for a file to be read that nobody wants any more")
	}
	done()
	if _, done, err = i.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	done()
}

// A file that takes too long is given up, and the next one has its turn.
func TestAnImportThatTakesTooLong(t *testing.T) {
	h, server := importer(t, func(i *importing) { i.keeping = time.Nanosecond })
	const file = form + `{"format":"exaone.conversations","version":1,"conversations":[{"title":"x","messages":[{"parent":-1,"role":"user","text":"x"}]}]}` + "\r\n--x--\r\n"
	status, text := post(t, server, chat.Local.ID, strings.NewReader(file))
	refusedWith(t, "a file that takes long", status, text, chat.CodeImportLong)
	if list, err := h.store.Conversations(t.Context(), chat.Local, store.ConversationFilter{}); err != nil || len(list) != 0 {
		t.Errorf("%d conversations are there, %v", len(list), err)
	}
	h.importing.keeping = time.Minute
	if status, text = post(t, server, chat.Local.ID, strings.NewReader(file)); status != http.StatusOK {
		t.Errorf("the next one: %d %s", status, text)
	}
}
