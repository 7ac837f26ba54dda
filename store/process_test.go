package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// The test binary is also the other process of the tests below: EXAONE_STORE_CHILD names what it does, in the
// directory that EXAONE_STORE_DIR names and with the rows in the database that EXAONE_STORE_URL names, if it does.
const (
	childKey = "EXAONE_STORE_CHILD"
	dirKey   = "EXAONE_STORE_DIR"
	urlKey   = "EXAONE_STORE_URL"
)

var children = map[string]func(dir string) error{
	"hold":   holdStore,
	"write":  writeUntilKilled,
	"script": runScript,
	"full":   fillDisk,
}

func TestMain(m *testing.M) {
	if name := os.Getenv(childKey); name != "" {
		if err := children[name](os.Getenv(dirKey)); err != nil {
			fmt.Println("FAIL", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	stopServer()
	os.Exit(code)
}

// child is this binary as another process, not yet started, under other programs if args are given.
func child(t testing.TB, name, dir string, under ...string) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	must(t, err)
	args := append(under, binary)
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childKey+"="+name, dirKey+"="+dir)
	return cmd
}

// rounds is how often a test with random moments repeats itself: few, unless an environment variable says.
func rounds(t testing.TB, variable string, few int) int {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		return few
	}
	n, err := strconv.Atoi(value)
	must(t, err)
	return n
}

func holdStore(dir string) error {
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		return err
	}
	fmt.Println("open")
	in := bufio.NewReader(os.Stdin)
	in.ReadString('\n')
	if err := s.SetAddress("127.0.0.1:8080"); err != nil {
		return err
	}
	fmt.Println("serving")
	in.ReadString('\n') // until it is killed
	return nil
}

func TestOneProcessPerDirectory(t *testing.T) {
	dir := t.TempDir()
	cmd := child(t, "hold", dir)
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	defer cmd.Process.Kill()
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "open" {
		t.Fatalf("the other process says %q", lines.Text())
	}
	_, err = Open(t.Context(), Options{Dir: dir})
	e := wantCode(t, err, chat.CodeStoreLocked)
	if e.Params[0] != cmd.Process.Pid || e.Params[1] != dir {
		t.Fatalf("names %v, want process %d and %s", e.Params, cmd.Process.Pid, dir)
	}
	fmt.Fprintln(in)
	if !lines.Scan() || lines.Text() != "serving" {
		t.Fatalf("the other process says %q", lines.Text())
	}
	_, err = Open(t.Context(), Options{Dir: dir})
	e = wantCode(t, err, chat.CodeStoreLockedAt)
	if e.Params[0] != cmd.Process.Pid || e.Params[1] != "127.0.0.1:8080" {
		t.Fatalf("names %v, want process %d at 127.0.0.1:8080", e.Params, cmd.Process.Pid)
	}
	// The lock goes with its holder, however that ends.
	must(t, cmd.Process.Kill())
	cmd.Wait()
	must(t, openTest(t, dir).Check(t.Context()))
}

func TestTheSameProcessIsLockedOutToo(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	_, err := Open(t.Context(), Options{Dir: dir})
	wantCode(t, err, chat.CodeStoreLocked)
	must(t, s.Close())
	openTest(t, dir)
}

func FuzzParseHolder(f *testing.F) {
	f.Add("pid 12\naddress 127.0.0.1:80\n\n\n")
	f.Add("pid -1\naddress \x1b[31mred")
	f.Fuzz(func(t *testing.T, text string) {
		h := parseHolder(text)
		if h.pid < 0 || strings.ContainsAny(h.address, "\x1b\n\r\x00") {
			t.Errorf("%q became %+v", text, h)
		}
	})
}

// writeUntilKilled writes with eight goroutines for ever. For each write that was acknowledged it prints a line
// that says how to find it again.
func writeUntilKilled(dir string) error {
	fmt.Println("opening")
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: dir, URL: os.Getenv(urlKey)})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	acknowledge := func(words ...string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(strings.Join(words, " "))
	}
	failed := make(chan error)
	for w := range 8 {
		go func() {
			for i := 1; ; i++ {
				words, err := writeOne(ctx, s, w, i)
				if err != nil {
					failed <- err
					return
				}
				acknowledge(words...)
			}
		}()
	}
	return <-failed
}

// writeOne does the i-th write of a worker and returns what is to be found afterwards.
func writeOne(ctx context.Context, s *Store, w, i int) ([]string, error) {
	name := fmt.Sprintf("w%d.%d.%d", w, os.Getpid(), i)
	switch (w + i) % 8 {
	case 0:
		return []string{"audit", name}, s.AppendAudit(ctx, chat.Local, "test.write", name, nil)
	case 1:
		worker := fmt.Sprintf("w%d.%d", w, os.Getpid())
		return []string{"setting", worker, strconv.Itoa(i)}, s.SetSetting(ctx, chat.Local, chat.Local, worker, i)
	case 2:
		secret, _, err := s.CreateKey(ctx, chat.Local, KeySpec{Name: name, Scopes: []Scope{ScopeInference}})
		return []string{"key", secret}, err
	case 3:
		j, err := s.Enqueue(ctx, chat.Local, JobSpec{Kind: "test", Payload: name})
		return []string{"job", j.ID}, err
	case 4:
		a := Acceptance{Model: name, Licence: "l", Class: "terms", TextHash: "h"}
		return []string{"acceptance", name}, s.RecordAcceptance(ctx, chat.Local, a)
	case 5:
		content := strings.Repeat(name, 1+i*97%3000)
		b, err := s.PutBlob(ctx, chat.Local, name, "text/plain", stringReader(content))
		return []string{"blob", b.Hash}, err
	case 6:
		return writeTurn(ctx, s, name, i+w/8)
	default:
		// Few contents, so that putting and releasing the same one meet.
		content := fmt.Sprint("shared ", i%3)
		b, err := s.PutBlob(ctx, chat.Local, name, "text/plain", stringReader(content))
		if err != nil {
			return nil, err
		}
		return []string{"released", b.Hash, name}, s.ReleaseBlob(ctx, chat.Local, name, b.Hash)
	}
}

// missing says what is wrong with an acknowledged write, "" if it is there.
func missing(ctx context.Context, s *Store, line string) string {
	words := strings.Fields(line)
	n := int64(-1)
	var err error
	switch words[0] {
	case "audit":
		n, _, err = row(ctx, s.reader, integer, `SELECT count(*) FROM audit WHERE object = $1`, words[1])
	case "setting":
		var value, want int
		want, _ = strconv.Atoi(words[2])
		_, err = s.Setting(ctx, chat.Local, words[1], &value)
		if value >= want { // a later one may be there that was not acknowledged any more
			n = 1
		}
	case "key":
		n, _, err = row(ctx, s.reader, integer, `SELECT count(*) FROM keys WHERE hash = $1`, hashSecret(words[1]))
	case "job":
		_, err = s.Job(ctx, chat.Local, words[1])
		n = 1
	case "acceptance":
		var ok bool
		if ok, err = s.Accepted(ctx, System, words[1], "h"); ok {
			n = 1
		}
	case "blob":
		if _, _, err = s.OpenBlob(ctx, chat.Local, words[1]); err == nil {
			err = s.checkBlob(ctx, words[1])
		}
		n = 1
	case "turn":
		n, err = 1, findTurn(ctx, s, words[1:])
	case "released":
		n, _, err = row(ctx, s.reader, integer, `SELECT count(*) FROM blob_refs WHERE hash = $1 AND object = $2`, words[1], words[2])
		n = 1 - n
	}
	if err != nil || n != 1 {
		return fmt.Sprintf("%s: found %d, %v", line, n, err)
	}
	return ""
}

// A process that is killed loses nothing that it acknowledged and leaves a sound store, whether it is killed
// while it makes the store or while it writes. EXAONE_STORE_KILLS says how often.
func TestKilledWritersLoseNothing(t *testing.T) { eachStore(t, testKilledWriters) }
func testKilledWriters(t *testing.T, old place) {
	kills := rounds(t, "EXAONE_STORE_KILLS", 8)
	random := rand.New(rand.NewPCG(20261124, 1))
	kinds := map[string]int{}
	total, lost, corrupt := 0, 0, 0
	for round := range kills {
		at, begin := old, "opening"
		if round%4 == 0 {
			at = old.blank(t) // killed while it is made
			at.opts.Dir = filepath.Join(at.opts.Dir, "new")
		} else {
			begin = ""
		}
		acknowledged := killAfter(t, at, begin, time.Duration(random.IntN(100_000))*time.Microsecond)
		s, err := Open(t.Context(), at.opts)
		if err != nil {
			corrupt++
			t.Errorf("round %d: %v", round, err)
			continue
		}
		for _, line := range acknowledged {
			total++
			kinds[strings.Fields(line)[0]]++
			if why := missing(t.Context(), s, line); why != "" {
				lost++
				t.Errorf("round %d: lost %s", round, why)
			}
		}
		if err := soundAndSwept(t.Context(), s); err != nil {
			corrupt++
			t.Errorf("round %d: %v", round, err)
		}
		must(t, s.Close())
	}
	t.Logf("killed %d times: %d writes acknowledged, %d lost, %d corrupt stores", kills, total, lost, corrupt)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.Logf("  %-10s %d", kind, kinds[kind])
	}
}

// soundAndSwept is an error unless the store is whole and has a file for each blob and no other.
func soundAndSwept(ctx context.Context, s *Store) error {
	if err := s.Check(ctx); err != nil {
		return err
	}
	if _, err := s.Sweep(ctx); err != nil {
		return err
	}
	n, err := s.Sweep(ctx)
	if err != nil {
		return err
	}
	blobs, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM blobs`)
	if err == nil && (n.Removed != 0 || n.Files != int(blobs)) {
		err = fmt.Errorf("%d files for %d blobs", n.Files, blobs)
	}
	return err
}

// killAfter starts a writer and kills it some time after it has printed a line, any line but "opening" if begin
// is empty. It returns what was acknowledged.
func killAfter(t *testing.T, at place, begin string, after time.Duration) []string {
	t.Helper()
	cmd := child(t, "write", at.opts.Dir)
	cmd.Env = append(cmd.Env, urlKey+"="+at.opts.URL)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	var acknowledged []string
	var kill *time.Timer
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // half a line was not acknowledged
		}
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "FAIL") {
			t.Errorf("the writer: %s %s", line, &stderr)
			break
		}
		if kill == nil && (begin == "" && line != "opening" || begin == line) {
			kill = time.AfterFunc(after, func() { cmd.Process.Kill() })
		}
		if line != "opening" {
			acknowledged = append(acknowledged, line)
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	return acknowledged
}
