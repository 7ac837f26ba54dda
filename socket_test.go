package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// ownersOnly is a resolver that knows nobody but whoever owns the data directory.
func ownersOnly() *people.Resolver {
	return people.NewResolver(people.ResolverOptions{Owner: isOwner})
}

// takingCommands returns a desk whose server takes commands, until the test ends.
func takingCommands(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	server := newApp(strings.NewReader(""), io.Discard, io.Discard)
	ctx, stop := context.WithCancel(d.ctx)
	server.takeCommands(ctx, d, ownersOnly())
	t.Cleanup(func() {
		stop()
		d.work.Wait()
	})
	return d
}

// elsewhere runs a command as another process would that finds the directory held.
func elsewhere(ctx context.Context, d *desk, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	a := newApp(strings.NewReader(""), &o, &e)
	code = run(ctx, append([]string{"--lang", "en", "--data", d.store.Dir()}, args...), a)
	return code, o.String(), e.String()
}

// TestCommandsAreTheConsoles holds that what comes over the socket is somebody, whom the audit log tells from a program on
// this machine, and that the socket is nobody else's.
func TestCommandsAreTheConsoles(t *testing.T) {
	d := takingCommands(t)
	code, secret, errs := elsewhere(t.Context(), d, "key", "create", "mine")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if code, out, errs := elsewhere(t.Context(), d, "key", "list"); code != exitOK || !strings.Contains(out, "mine") {
		t.Errorf("the keys are %s (%d %s)", out, code, errs)
	}
	if k, err := d.store.VerifyKey(d.ctx, strings.TrimSpace(secret)); err != nil || k.Principal.ID != chat.Local.ID {
		t.Errorf("the key is of %+v: %v, want one of programs on this machine", k.Principal, err)
	}
	code, link, errs := elsewhere(t.Context(), d, "people", "invite", "김철수", "--role", "admin")
	_, secret, _ = strings.Cut(strings.TrimSpace(link), "#link=")
	if used, err := d.store.PeekLink(d.ctx, secret); err != nil || used.Role != "admin" {
		t.Errorf("an invitation of the console: %+v, %v (%d %s)", used, err, code, errs)
	}
	entries, err := d.store.FindAudit(d.ctx, store.System, store.AuditFilter{Principal: chat.Console.ID, Limit: 10})
	if err != nil || len(entries) != 2 || entries[1].Action != "key.create" || entries[0].Action != "link.create" {
		t.Errorf("the console has done %+v (%v), want a key and a link", entries, err)
	}

	stranger := people.NewResolver(people.ResolverOptions{Owner: func(string) bool { return false }})
	s, err := openSocket(t.TempDir(), stranger, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.newApp = func(context.Context, chat.Principal, chat.Language, io.Writer, io.Writer) *app {
		t.Error("a command of somebody else begins")
		return newApp(strings.NewReader(""), io.Discard, io.Discard)
	}
	ctx, stop := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() { s.serve(ctx) })
	if all := say(t, s.Path(), `{"args":["key","list"],"language":"en"}`+"\n"); len(all) > 0 {
		t.Errorf("somebody else is answered: %+v", all)
	}
	stop()
	serving.Wait()
}

func TestManyCommandsAtOnce(t *testing.T) {
	d := takingCommands(t)
	const many = 24
	var wg sync.WaitGroup
	secrets := make([]string, many)
	for i := range many {
		wg.Go(func() {
			code, out, errs := elsewhere(t.Context(), d, "key", "create", fmt.Sprintf("key %d", i))
			if code != exitOK || !strings.HasPrefix(out, "exa-") || !strings.Contains(errs, "made key") {
				t.Errorf("command %d: exit code %d, out %q, err %q", i, code, out, errs)
			}
			secrets[i] = strings.TrimSpace(out)
		})
	}
	wg.Wait()
	for i, secret := range secrets {
		if k, err := d.store.VerifyKey(d.ctx, secret); err != nil || k.Name != fmt.Sprintf("key %d", i) {
			t.Errorf("secret %d is of key %q: %v", i, k.Name, err)
		}
	}
}

func TestARevokedKeyIsForgottenByTheServer(t *testing.T) {
	d := newDesk(t)
	dir := keepOnDisk(t, d)
	server := newApp(strings.NewReader(""), io.Discard, io.Discard)
	ctx, stop := context.WithCancel(d.ctx)
	defer d.work.Wait()
	defer stop()
	server.takeCommands(ctx, d, ownersOnly())
	_, kim := newKey(t, d, "kim")
	ask(t, d, kim, 40)
	ask(t, d, "", 42)
	runsLeft(t, dir, 2)
	if code, _, errs := elsewhere(t.Context(), d, "key", "revoke", kim); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	runsLeft(t, dir, 1)
}

// say sends lines to a socket and returns all that comes back.
func say(t *testing.T, path, lines string) []frame {
	t.Helper()
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, lines) // what is too long is not read to its end
	var all []frame
	for dec := json.NewDecoder(conn); ; {
		var f frame
		if err := dec.Decode(&f); err != nil {
			return all
		}
		all = append(all, f)
	}
}

func TestASocketRunsOnlyWhatIsAllowed(t *testing.T) {
	d := takingCommands(t)
	path := filepath.Join(d.store.Dir(), "socket")
	for _, args := range [][]string{
		{"serve"}, {"chat", "hello"}, {"pull", "smollm2-135m"}, {"models", "remove", "tiny", "--yes"}, {"help"}, {},
		{"quantize", "tiny"}, {"restore", "x"},
	} {
		line, _ := json.Marshal(order{Args: args, Language: chat.English})
		all := say(t, path, string(line)+"\n")
		last := all[len(all)-1]
		if last.Exit == nil || *last.Exit == exitOK {
			t.Errorf("%v: the last frame is %+v, want an exit code that is not 0", args, last)
		}
	}
	for _, bad := range []string{"{\n", "[]\n", "\n", strings.Repeat("x", 2*maxOrder)} {
		if all := say(t, path, bad); len(all) > 0 {
			t.Errorf("%.20q was answered: %+v", bad, all)
		}
	}
	if _, err := d.store.Keys(t.Context(), chat.Local); err != nil {
		t.Errorf("afterwards the store does not answer: %v", err)
	}
}

// A command ends when whoever asked for it goes away, and the rest of what it writes goes nowhere.
func TestACommandEndsWithItsReader(t *testing.T) {
	s, err := openSocket(t.TempDir(), ownersOnly(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	began, ended := make(chan struct{}), make(chan error, 1)
	s.newApp = func(ctx context.Context, _ chat.Principal, lang chat.Language, out, errs io.Writer) *app {
		close(began)
		go func() {
			<-ctx.Done()
			var err error
			for range 100 {
				if _, err = out.Write(make([]byte, 1<<20)); err != nil {
					break
				}
			}
			ended <- err
		}()
		a := newApp(strings.NewReader(""), out, errs)
		a.desk = &desk{}
		return a
	}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		s.serve(ctx)
	}()
	conn, err := net.Dial("unix", s.Path())
	if err != nil {
		t.Fatal(err)
	}
	for range mostOrders { // every turn is taken: the command waits
		s.turns <- struct{}{}
	}
	io.WriteString(conn, `{"args":["key","list"],"language":"en"}`+"\n")
	<-began
	conn.Close()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("what nobody reads was written")
		}
	case <-time.After(mostWait):
		t.Error("the command goes on without its reader")
	}
	stop()
	<-over
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(s.folder, "socket")); err == nil {
		t.Error("the socket is left")
	}
}

func TestALongPathHasItsSocketElsewhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("긴", 40))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := openSocket(dir, ownersOnly(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(s.folder)
	if err != nil || len(s.Path()) > maxSocket || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the socket is at %s in a folder of mode %v: %v", s.Path(), info.Mode(), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.folder); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
}

// A socket that a server left behind when it was killed is in nobody's way.
func TestASocketOfTheDeadIsReplaced(t *testing.T) {
	dir := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	first, err := openSocket(dir, ownersOnly(), log)
	if err != nil {
		t.Fatal(err)
	}
	first.listener.SetUnlinkOnClose(false)
	first.listener.Close()
	second, err := openSocket(dir, ownersOnly(), log)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if second.Path() != first.Path() {
		t.Errorf("the socket is at %s, want %s", second.Path(), first.Path())
	}
}

// A server that dies in the middle of a command is told so, and the exit code says that it failed.
func TestACutConnectionIsAFailure(t *testing.T) {
	d := newDesk(t)
	path := filepath.Join(d.store.Dir(), "socket")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := d.store.SetSocket(path); err != nil {
		t.Fatal(err)
	}
	for _, reply := range []string{"", `{"out":"aGk="}` + "\n", "nonsense\n", strings.Repeat("x", 2*maxFrameLine)} {
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.ReadFull(conn, make([]byte, 10))
			io.WriteString(conn, reply)
			conn.Close()
		}()
		code, _, errs := elsewhere(t.Context(), d, "key", "list")
		if code != exitFailed || !strings.Contains(errs, "before the command did") {
			t.Errorf("after %.20q: exit code %d, %q", reply, code, errs)
		}
	}
}

func TestWithoutASocketTheHolderIsNamed(t *testing.T) {
	d := newDesk(t)
	for _, socket := range []string{"", filepath.Join(d.store.Dir(), "nothing-there")} {
		if err := d.store.SetSocket(socket); err != nil {
			t.Fatal(err)
		}
		code, _, errs := elsewhere(t.Context(), d, "key", "list")
		if code != exitFailed || !strings.Contains(errs, "already uses the data directory") {
			t.Errorf("socket %q: exit code %d, %q", socket, code, errs)
		}
	}
}
