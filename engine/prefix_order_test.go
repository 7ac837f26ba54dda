package engine

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// alike are prompts of whole pages that begin alike, with six pages, and go on with two of their own.
func alike(n int) [][]int32 {
	var list [][]int32
	for i := range n {
		list = append(list, slices.Concat(promptIDs(1, 6*pageSize), promptIDs(10+i, 2*pageSize), []int32{50}))
	}
	return list
}

// onDisk reports whether there is a run that ends with the last whole page of ids.
func onDisk(t *testing.T, dir string, ids []int32) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"+runSuffix)) // the folder may be gone
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		h, err := readRunHeader(bytes.NewReader(b), int64(len(b)), pageSize)
		if err == nil && slices.Equal(h.ids, ids[:len(ids)/pageSize*pageSize]) {
			return true
		}
	}
	return false
}

// keeping is an engine that keeps prefixes in dir, and its log.
func keeping(t *testing.T, dir, path string, bytes int64) (*Engine, *syncBuffer) {
	t.Helper()
	log := &syncBuffer{}
	e := New(Options{Threads: 1, PrefixDir: dir, PrefixBytes: bytes, Log: slog.New(slog.NewTextHandler(log, nil)),
		Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }})
	return e, log
}

// askAll asks one prompt after the other, each when the one before is on disk.
func askAll(t *testing.T, e *Engine, dir string, prompts [][]int32) {
	t.Helper()
	for _, ids := range prompts {
		collect(t, e, raw("a", ids))
		eventually(t, "a prompt is on disk", func() bool { return onDisk(t, dir, ids) })
	}
}

func closeEngine(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// What many prompts begin with stays on disk as long as what follows it in any of them, however many come and however
// little room there is.
func TestBeginningsOutliveWhatFollows(t *testing.T) {
	dir, path, prompts := t.TempDir(), tiny(t), alike(20)
	e, _ := keeping(t, dir, path, 14*runOfOnePage(t, path))
	askAll(t, e, dir, prompts)
	closeEngine(t, e)
	e, log := keeping(t, dir, path, 0)
	defer closeEngine(t, e)
	if n := collect(t, e, raw("a", prompts[len(prompts)-1])).cached; n != 8*pageSize {
		t.Errorf("%d tokens of the last prompt are on disk, want %d", n, 8*pageSize)
	}
	if strings.Contains(log.String(), "cannot be used") {
		t.Errorf("what was on disk was of no use:\n%s", log)
	}
}

// What somebody has deleted is missed when something that follows it is written, and written again first: one run, the
// folder of a model, or all of it.
func TestDeletedRunsAreWrittenAgain(t *testing.T) {
	path, prompts := tiny(t), alike(6)
	for _, c := range []struct {
		name string
		said int // lines in the log
	}{
		{"first runs", 0},
		{"the folder of a model", 1},
		{"the folder", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "prefix")
			e, log := keeping(t, dir, path, 0)
			askAll(t, e, dir, prompts[:3])
			model := filepath.Dir(runFiles(t, dir)[0])
			gone := []string{dir}
			switch c.name {
			case "first runs":
				gone, _ = filepath.Glob(filepath.Join(dir, "*", "000000-*"))
			case "the folder of a model":
				gone = []string{model}
			}
			for _, name := range gone {
				if err := os.RemoveAll(name); err != nil {
					t.Fatal(err)
				}
			}
			askAll(t, e, dir, prompts[3:])
			closeEngine(t, e)
			if n := strings.Count(log.String(), "made again"); n != c.said {
				t.Errorf("%d lines in the log say that a folder was made again, want %d:\n%s", n, c.said, log)
			}
			e, _ = keeping(t, dir, path, 0)
			defer closeEngine(t, e)
			if n := collect(t, e, raw("a", prompts[5])).cached; n != 8*pageSize {
				t.Errorf("%d tokens of the last prompt are on disk, want %d", n, 8*pageSize)
			}
		})
	}
}

// What is deleted while it is in memory is missed when it is used, and written again.
func TestUseMissesWhatWasDeleted(t *testing.T) {
	dir, path, prompts := t.TempDir(), tiny(t), alike(1)
	e, _ := keeping(t, dir, path, 0)
	e.opts.prefixes().noted = 0 // else a minute goes by first
	askAll(t, e, dir, prompts)
	for _, file := range runFiles(t, dir) {
		if strings.HasSuffix(file, runSuffix) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}
	}
	askAll(t, e, dir, prompts)
	closeEngine(t, e)
}

// A folder that was copied has new times, and older programs kept others: the order is put right when it is read.
func TestTimesOfACopyArePutRight(t *testing.T) {
	dir, path, prompts := t.TempDir(), tiny(t), alike(3)
	e, _ := keeping(t, dir, path, 0)
	askAll(t, e, dir, prompts)
	closeEngine(t, e)
	old := time.Now().Add(-time.Hour)
	roots, err := filepath.Glob(filepath.Join(dir, "*/000000-*"))
	if err != nil || len(roots) != 1 {
		t.Fatalf("%d first runs, want 1; %v", len(roots), err)
	}
	if err := os.Chtimes(roots[0], old, old); err != nil {
		t.Fatal(err)
	}
	e, _ = keeping(t, dir, path, 0)
	if err := e.Preload(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	closeEngine(t, e)
	root, err := os.Stat(roots[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range runFiles(t, dir) {
		if info, err := os.Stat(file); err != nil || root.ModTime().Before(info.ModTime()) {
			t.Errorf("%s was used after what it follows, or is gone: %v", file, err)
		}
	}
}
