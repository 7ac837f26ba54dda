package intake

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

// serveUntilKilled is a server's store and shelf in a process of their own: it puts documents in, says which it has put, and
// reads them, until it is killed.
func serveUntilKilled(dir string) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	ctx := context.Background()
	st, err := store.Open(ctx, store.Options{Dir: dir})
	fail(err)
	shelf, err := Open(ctx, Options{Store: st, Dir: filepath.Join(dir, "documents"), Reader: here{}, Workers: 2, Lease: 300 * time.Millisecond})
	fail(err)
	fmt.Println("open")
	who := chat.Local
	for n := 0; ; n++ {
		text := fmt.Sprintf("문서 %d의 표지\n\n%s", n, strings.Repeat("출장비는 닷새 안에 정산한다.\n\n", 1+rand.IntN(400)))
		word := "낱말" + strconv.FormatUint(rand.Uint64(), 36)
		d, _, err := st.AddDocument(ctx, who, store.DocumentSpec{Name: word + ".txt", Mime: "text/plain"}, strings.NewReader(word+" "+text))
		fail(err)
		fmt.Println("put", d.ID, word)
		shelf.Wake()
	}
}

// kills is how often the server is killed.
func kills(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("EXAONE_INTAKE_KILLS"))
	if err != nil {
		return 3
	}
	return n
}

// However often a server is killed while it takes documents in, reads them and writes the index: what it said it has put is
// read and found in the end, once.
func TestKilledServersLoseNothing(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o700))
	me, err := os.Executable()
	must(t, err)
	put := map[string]string{} // word of each document
	n := kills(t)
	for range n {
		cmd := exec.Command(me)
		cmd.Env = append(os.Environ(), "EXAONE_TEST_INTAKE="+dir)
		cmd.Stderr = t.Output()
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		if !lines.Scan() || lines.Text() != "open" {
			t.Fatalf("the server said %q and ended: %v", lines.Text(), cmd.Wait())
		}
		go func() {
			time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
			_ = cmd.Process.Kill()
		}()
		for lines.Scan() {
			if words := strings.Fields(lines.Text()); len(words) == 3 && strings.HasPrefix(words[2], "낱말") {
				put[words[1]] = words[2]
			}
		}
		_ = cmd.Wait()
	}
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	must(t, err)
	defer func() { must(t, st.Close()) }()
	shelf, err := Open(t.Context(), Options{Store: st, Dir: filepath.Join(dir, "documents"), Reader: here{}, Workers: 2, Lease: 300 * time.Millisecond})
	must(t, err)
	defer func() { must(t, shelf.Close()) }()
	lost, twice := 0, 0
	for id, word := range put {
		versions, err := st.Versions(t.Context(), chat.Local, id)
		must(t, err)
		if len(versions) != 1 {
			t.Errorf("document %s has %d versions, want 1", id, len(versions))
			continue
		}
		for deadline := time.Now().Add(time.Minute); versions[0].State != store.VersionRead && time.Now().Before(deadline); {
			time.Sleep(10 * time.Millisecond)
			versions[0], err = st.Version(t.Context(), chat.Local, versions[0].ID)
			must(t, err)
		}
		found, err := shelf.Search(t.Context(), chat.Local, Question{Text: word, Versions: []string{versions[0].ID}, Top: 50})
		must(t, err)
		with := 0
		for _, f := range found {
			if strings.HasPrefix(f.Text, word) {
				with++
			}
		}
		switch {
		case with == 0:
			lost++
			t.Errorf("%s of %s is lost: %s, found %d", word, id, versions[0].State, len(found))
		case with > 1:
			twice++
			t.Errorf("%s of %s is there %d times", word, id, with)
		}
	}
	t.Logf("%d kills, %d documents acknowledged: %d lost, %d twice", n, len(put), lost, twice)
}
