package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"exaone/chat"
)

// Proofs of the workspace run the built program as a company does, and talk to it as the page does. EXAONE_PROGRAM
// names the program; without it they are skipped, and make prove-NAME builds and names it.

// programKey names the program that is proven.
const programKey = "EXAONE_PROGRAM"

// workspace is a server of the program with a data directory of its own.
type workspace struct {
	t    *testing.T
	cmd  *exec.Cmd
	run  bool   // by another program, which cmd is
	dir  string // the data directory
	base string
	link string // the secret of the first administrator's

	mu  sync.Mutex
	log bytes.Buffer
}

// newWorkspace starts a server, under other programs if some are named, with further flags. It ends with the test.
func newWorkspace(t *testing.T, under []string, flags ...string) *workspace {
	t.Helper()
	program := os.Getenv(programKey)
	if program == "" {
		t.Skipf("%s: names no program; make prove runs this", programKey)
	}
	w := &workspace{t: t, run: len(under) > 0, dir: filepath.Join(t.TempDir(), "data")}
	args := append(under, program, "--data", w.dir, "--lang", "en", "serve", "--addr", "127.0.0.1:0")
	args = append(args, flags...)
	w.cmd = exec.Command(args[0], args[1:]...)
	w.cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "HF_ENDPOINT=http://127.0.0.1:9", "PIP_NO_INDEX=1")
	w.cmd.Stderr, w.cmd.WaitDelay = w, 5*time.Second
	out, err := w.cmd.StdoutPipe()
	if err == nil {
		err = w.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.stop)
	found := make(chan []string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(w, lines.Text())
			if m := firstLink.FindStringSubmatch(lines.Text()); m != nil {
				select {
				case found <- m:
				default: // it is said in both languages
				}
			}
		}
	}()
	select {
	case m := <-found:
		w.base, w.link = m[1], m[2]
	case <-time.After(time.Minute):
		t.Fatalf("no link after a minute:\n%s", w)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if status, text := w.visitor().send("GET", "/health", nil); status == http.StatusOK {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("/health: %d %s", status, text)
		}
	}
	return w
}

var firstLink = regexp.MustCompile(`(http://127\.0\.0\.1:\d+)/#link=(\S+)`)

// Write keeps what the program prints.
func (w *workspace) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(b)
}

// String is what the program has printed.
func (w *workspace) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

// stop ends the server as a service manager does, and waits. It may be called twice.
func (w *workspace) stop() {
	if w.cmd.ProcessState != nil {
		return
	}
	server, err := os.FindProcess(w.pid())
	if err != nil {
		w.t.Fatal(err)
	}
	server.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(mostWait, func() { server.Kill(); w.cmd.Process.Kill() })
	defer kill.Stop()
	if err := w.cmd.Wait(); err != nil {
		w.t.Errorf("the server ended with %v:\n%s", err, w)
	}
}

// pid is that of the server, or of the program that runs it if that has no other. The server has children of its own, which read
// documents.
func (w *workspace) pid() int {
	pid := w.cmd.Process.Pid
	if children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid)); err == nil && w.run {
		fmt.Sscan(string(children), &pid)
	}
	return pid
}

// memory is a line of what Linux says that the server holds, in bytes: VmRSS now, VmHWM at most.
func (w *workspace) memory(line string) int64 {
	w.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.cmd.Process.Pid))
	if err != nil {
		w.t.Skipf("/proc: not here: %v", err)
	}
	m := regexp.MustCompile(line + `:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		w.t.Fatalf("no %s in %s", line, status)
	}
	kib, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		w.t.Fatal(err)
	}
	return kib << 10
}

// command runs a command of the program beside the server, which carries it out, and returns what it prints.
func (w *workspace) command(args ...string) string {
	w.t.Helper()
	out, err := exec.Command(os.Getenv(programKey), append([]string{"--data", w.dir, "--lang", "en"}, args...)...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("exaone %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// visitor is a browser that nobody has signed in with.
func (w *workspace) visitor() *visitor { return &visitor{t: w.t, base: w.base} }

// admin makes the first administrator by the link, with a password.
func (w *workspace) admin() *visitor {
	w.t.Helper()
	v := w.visitor()
	v.must("POST", "/api/session/link", record{"secret": w.link})
	v.must("POST", "/api/session/password", record{"login": "admin", "new": provenPassword})
	return v
}

const provenPassword = "감나무 아래 큰 평상"

// join brings somebody in by an invitation.
func (w *workspace) join(admin *visitor, login, role string) *visitor {
	w.t.Helper()
	out := admin.must("POST", "/api/invites", record{"role": role})
	_, secret, ok := strings.Cut(out.text("link"), "/#link=")
	if !ok {
		w.t.Fatalf("no link in %v", out)
	}
	v := w.visitor()
	out = v.must("POST", "/api/session/link", record{"secret": secret, "name": login, "login": login, "password": provenPassword})
	v.id = out.text("person", "id")
	return v
}

// visitor is a browser: it keeps its cookie and says where its requests come from.
type visitor struct {
	t      *testing.T
	base   string
	cookie string // NAME=VALUE
	id     string // of the person, if it is known
	client *http.Client
}

// record is an object of JSON.
type record map[string]any

// at walks into a reply by the names of members.
func (r record) at(path ...string) any {
	var v any = map[string]any(r)
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func (r record) text(path ...string) string {
	s, _ := r.at(path...).(string)
	return s
}

// request is one as the page makes it.
func (v *visitor) request(method, path string, body io.Reader, headers ...string) *http.Request {
	v.t.Helper()
	r, err := http.NewRequest(method, v.base+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept-Language", "ko")
	r.Header.Set("Content-Type", "application/json")
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	return r
}

// do sends a request and keeps the cookie that comes back.
func (v *visitor) do(r *http.Request) (*http.Response, error) {
	client := v.client
	if client == nil {
		client = provenClient
	}
	reply, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	for _, c := range reply.Cookies() {
		v.cookie = c.Name + "=" + c.Value
	}
	return reply, nil
}

// provenClient opens as many connections as it is asked to, and goes through no proxy.
var provenClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512}}

// reply sends a request and returns the status and the body of the reply.
func (v *visitor) reply(r *http.Request) (int, string) {
	v.t.Helper()
	reply, err := v.do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return reply.StatusCode, string(text)
}

// send sends a request with a body of JSON, nil is none.
func (v *visitor) send(method, path string, body any) (int, string) {
	v.t.Helper()
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			v.t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	return v.reply(v.request(method, path, in))
}

// must is send where the request has to succeed; it returns the reply.
func (v *visitor) must(method, path string, body any) record {
	v.t.Helper()
	status, text := v.send(method, path, body)
	var out record
	if err := json.Unmarshal([]byte(text), &out); err != nil || status != http.StatusOK {
		v.t.Fatalf("%s %s: %d %.500s, %v", method, path, status, text, err)
	}
	return out
}

// upload sends a file as the page's form does.
func (v *visitor) upload(content io.Reader) (int, string) {
	v.t.Helper()
	in, out := io.Pipe()
	form := multipart.NewWriter(out)
	go func() {
		part, err := form.CreateFormFile("file", "conversations.json")
		if err == nil {
			_, err = io.Copy(part, content)
		}
		if err == nil {
			err = form.Close()
		}
		out.CloseWithError(err)
	}()
	return v.reply(v.request("POST", "/api/import", in, "Content-Type", form.FormDataContentType()))
}

// ask asks a question and returns the ids of the conversation and of the answer.
func (v *visitor) ask(text string) (conversation, answer string) {
	v.t.Helper()
	out := v.must("POST", "/api/turns", record{"text": text})
	return out.text("conversation", "id"), out.text("answer", "id")
}

// follow reads an answer while it is written, and calls hear with the kind and the data of each event until it returns
// false or the answer ends.
func (v *visitor) follow(answer string, hear func(kind, data string) bool) error {
	reply, err := v.do(v.request("GET", "/api/turns/"+answer+"/events", nil))
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("following: %s", reply.Status)
	}
	return readEvents(reply.Body, hear)
}

// readEvents reads server-sent events until hear returns false or they end.
func readEvents(r io.Reader, hear func(kind, data string) bool) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	kind := ""
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			kind = value
		case "data":
			if !hear(kind, value) {
				return nil
			}
		case "":
			kind = ""
		}
	}
	return lines.Err()
}

// hears follows an answer to its end and returns its text, or the error that it ended with.
func (v *visitor) hears(answer string) (text string, err error) {
	var said listened
	failed := v.follow(answer, func(kind, data string) bool {
		var in struct {
			chat.Delta
			Code string
		}
		if json.Unmarshal([]byte(data), &in) != nil {
			return true
		}
		switch kind {
		case "delta":
			said.put(in.Delta)
		case "error":
			err = fmt.Errorf("the answer ended with %s", in.Code)
		}
		return kind != "finish" && kind != "error"
	})
	if err == nil {
		err = failed
	}
	return said.String(), err
}

// verdict says whether a figure is within its goal. No test fails because of a time.
func verdict(met bool, goal string) string {
	if met {
		return "goal " + goal + ": met"
	}
	return "goal " + goal + ": NOT MET"
}
