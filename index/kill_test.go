package index

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// The test binary is also the process that is killed: EXAONE_INDEX_CHILD names what it does, in the directory that
// EXAONE_INDEX_DIR names.
const (
	childKey = "EXAONE_INDEX_CHILD"
	dirKey   = "EXAONE_INDEX_DIR"
)

func TestMain(m *testing.M) {
	child := map[string]func(dir string) error{"write": writeUntilKilled, "full": fillDisk, "script": runScript}[os.Getenv(childKey)]
	if child == nil {
		os.Exit(m.Run())
	}
	if err := child(os.Getenv(dirKey)); err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// writeUntilKilled writes for ever and says what it is about to write, and what was acknowledged. It flushes every few
// kilobytes, so that it is always flushing and merging. Documents are named by worker: the parent knows which may be
// what.
func writeUntilKilled(dir string) error {
	ix, err := Open(dir, Options{FlushBytes: 40 << 10})
	if err != nil {
		return err
	}
	fmt.Println("open")
	failed := make(chan error)
	seed := uint64(os.Getpid())
	for worker := range 3 {
		go func() {
			w := newWriter(seed+uint64(worker), 400)
			say := func(format string, args ...any) { fmt.Printf(format+"\n", args...) } // one write, at once
			for i := 0; ; i++ {
				id, version := fmt.Sprintf("w%d-%d", worker, w.IntN(40)), fmt.Sprintf("%d.%d", seed, i)
				var err error
				switch w.IntN(8) {
				case 0:
					say("begin %s -", id)
					if err = ix.Delete(context.Background(), id); err == nil {
						say("done %s -", id)
					}
				case 1:
					info, ok, _ := ix.Document(id)
					if ok && info.Passages > 0 {
						vectors := make([][]float32, info.Passages)
						for j := range vectors {
							vectors[j] = w.vector(8)
						}
						_, err = ix.PutVectors(context.Background(), id, info.Version, vectors)
					}
				case 2:
					if w.IntN(10) == 0 {
						say("begin %s -", id)
						if err = ix.Purge(context.Background(), id); err == nil {
							say("done %s -", id)
						}
					}
				default:
					d := w.document(id, fmt.Sprint("c", w.IntN(3)))
					d.Version = version
					d.Passages = append(d.Passages, Passage{Text: "표지 " + strings.ReplaceAll(version, ".", "x") + id})
					say("begin %s %s", id, version)
					if err = ix.Put(context.Background(), d); err == nil {
						say("done %s %s", id, version)
					}
				}
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

// TestKilledWritersLoseNothing kills a process that writes, flushes and merges, at random moments. Afterwards each
// document is the one that was acknowledged last, or one whose writing had begun after that; once, and found.
// EXAONE_INDEX_KILLS is how often; few otherwise.
func TestKilledWritersLoseNothing(t *testing.T) {
	kills := 3
	if s := os.Getenv("EXAONE_INDEX_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		must(t, err)
		kills = n
	}
	dir := t.TempDir()
	may := map[string][]string{} // by document, the versions that it may have; "-" for none
	acknowledged, lost, twice := 0, 0, 0
	for kill := range kills {
		acknowledged += killOne(t, dir, may)
		ix, err := Open(dir, Options{FlushBytes: 40 << 10})
		must(t, err)
		found := map[string][]Info{}
		for info, err := range ix.Documents() {
			must(t, err)
			found[info.ID] = append(found[info.ID], info)
		}
		for id, versions := range may {
			is := "-"
			if list := found[id]; len(list) > 1 {
				twice++
				t.Errorf("kill %d: %s is there %d times: %v", kill, id, len(list), list)
			} else if len(list) == 1 {
				is = list[0].Version
			}
			if !slices.Contains(versions, is) {
				lost++
				t.Errorf("kill %d: %s has version %s, want one of %v", kill, id, is, versions)
			}
			may[id] = []string{is}
			if is != "-" {
				wantFound(t, ix, found[id][0])
			}
		}
		for id, list := range found {
			if may[id] == nil {
				t.Errorf("kill %d: %s is there, though nobody put it: %v", kill, id, list)
			}
		}
		must(t, ix.Close())
	}
	t.Logf("%d kills, %d writes acknowledged, %d lost, %d twice", kills, acknowledged, lost, twice)
}

// wantFound wants the words that only this version of a document has to find it, and it alone.
func wantFound(t *testing.T, ix *Index, info Info) {
	t.Helper()
	text := "표지 " + strings.ReplaceAll(info.Version, ".", "x") + info.ID
	result, err := ix.Search(t.Context(), Query{Text: strings.TrimPrefix(text, "표지 "), Classes: []string{"c0", "c1", "c2"}, Top: 50})
	must(t, err)
	n := 0
	for _, h := range result.Hits {
		if h.Document == info.ID {
			if h.Text == text {
				n++
			}
			if h.Number >= info.Passages {
				t.Errorf("%s/%d is found, of %d passages", h.Document, h.Number, info.Passages)
			}
		}
	}
	if n != 1 {
		t.Errorf("%s, version %s, is found %d times", info.ID, info.Version, n)
	}
}

// killOne starts a writer, kills it, and notes what each document may be now.
func killOne(t *testing.T, dir string, may map[string][]string) (acknowledged int) {
	t.Helper()
	binary, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), childKey+"=write", dirKey+"="+dir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "open" {
		t.Fatalf("the writer says %q", lines.Text())
	}
	timer := time.AfterFunc(20*time.Millisecond+rand.N(400*time.Millisecond), func() { cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) != 3 || words[0] == "FAIL" {
			t.Fatalf("the writer says %q", lines.Text())
		}
		id, version := words[1], words[2]
		if may[id] == nil {
			may[id] = []string{"-"}
		}
		if words[0] == "begin" {
			may[id] = append(may[id], version)
		} else {
			may[id] = []string{version} // a worker has one write under way
			acknowledged++
		}
	}
	cmd.Wait()
	return acknowledged
}

func TestOneProcessPerDirectory(t *testing.T) {
	dir := t.TempDir()
	ix := openTest(t, dir)
	_, err := Open(dir, Options{})
	if e, ok := err.(*chat.Error); !ok || e.Code != chat.CodeIndexLocked || e.Params[0] != os.Getpid() || e.Params[1] != dir {
		t.Fatalf("opening it twice gives %v", err)
	}
	must(t, ix.Close())
	openTest(t, dir)
}
