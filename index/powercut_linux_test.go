package index

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"exaone/powercut"
)

// TestPowerCutsLoseNothing plays a script's system calls on a model of a disk, and cuts its power after each call that made
// something last, after each write that was acknowledged, and now and then between: what was acknowledged is there, what was
// under way is there or not, nothing is damaged, and it goes on. EXAONE_INDEX_CUTS is how many ways of chance are tried at each,
// beside none; without it an eighth is tried.
func TestPowerCutsLoseNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("short: make test and make prove-search-kill run it")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace: not here")
	}
	chances, share := 1, 8
	if s := os.Getenv("EXAONE_INDEX_CUTS"); s != "" {
		chances, err = strconv.Atoi(s)
		share = 1
		must(t, err)
	}
	base, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	dir, log := filepath.Join(base, "index"), filepath.Join(t.TempDir(), "calls")
	binary, err := os.Executable()
	must(t, err)
	args := append(powercut.Strace(strace, log), binary)
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childKey+"=script", dirKey+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("strace: cannot trace here: %v %s", err, out)
	}
	calls, err := os.ReadFile(log)
	must(t, err)
	d := powercut.New(base)
	random := rand.New(rand.NewPCG(20261130, 7))
	states := scriptStates()
	done, cuts, open := 0, 0, false
	for _, line := range powercut.Calls(string(calls)) {
		printed, err := d.Play(line)
		must(t, err)
		lasts := strings.HasPrefix(line, "fsync") || strings.HasPrefix(line, "rename")
		switch {
		case strings.HasPrefix(printed, "done "):
			done++
		case !open:
			open = strings.HasPrefix(line, "openat") && strings.Contains(line, "O_CREAT") // the directory is there
			continue
		}
		if !lasts && printed == "" && random.IntN(20) > 0 || random.IntN(share) > 0 {
			continue
		}
		for n := range 1 + chances {
			chance := random
			if n == 0 {
				chance = nil
			}
			to := t.TempDir()
			must(t, d.Cut(to, chance))
			cuts++
			checkCut(t, filepath.Join(to, "index"), fmt.Sprintf("after %d writes, cut %d", done, cuts), states[done:min(done+2, len(states))])
			if t.Failed() {
				t.Fatalf("the last call: %.200s", line)
			}
		}
	}
	if done != scriptWrites {
		t.Fatalf("%d writes acknowledged, want %d", done, scriptWrites)
	}
	t.Logf("%d indexes opened of what %d power cuts left: no acknowledged write lost", cuts, cuts)
}

// checkCut opens what a power cut left: it has one of some states, is whole, and can be written.
func checkCut(t *testing.T, dir, when string, may []string) {
	t.Helper()
	w := newWriter(12, 50)
	for again := range 2 {
		ix, err := Open(dir, Options{FlushBytes: 4 << 10})
		if err != nil {
			t.Errorf("%s: opened %d times before: %v", when, again, err)
			return
		}
		var have []string
		for info, err := range ix.Documents() {
			must(t, err)
			if info.ID != "after" {
				have = append(have, info.ID+"="+info.Version)
				wantFoundAs(t, ix, info)
			}
		}
		slices.Sort(have)
		if got := strings.Join(have, " "); !slices.Contains(may, got) {
			t.Errorf("%s: it has\n%s\nwant one of\n%s", when, got, strings.Join(may, "\n"))
		}
		may = []string{strings.Join(have, " ")}
		must(t, ix.Put(t.Context(), w.document("after", "c0")))
		must(t, ix.Close())
	}
}

// wantFoundAs wants the mark of a document's version to find it.
func wantFoundAs(t *testing.T, ix *Index, info Info) {
	t.Helper()
	result, err := ix.Search(t.Context(), Query{Text: info.Version + "x" + info.ID, Classes: []string{"c0", "c1"}, Top: 5})
	must(t, err)
	if !slices.ContainsFunc(result.Hits, func(h Hit) bool { return h.Document == info.ID && h.Text == "표지 "+info.Version+"x"+info.ID }) {
		t.Errorf("%s, version %s, is not found", info.ID, info.Version)
	}
}
