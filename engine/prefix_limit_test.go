package engine

import (
	"log/slog"
	"os"
	"strings"
	"testing"
)

// bytesOf is how much the runs below a directory take.
func bytesOf(t *testing.T, dir string) (sum int64) {
	t.Helper()
	for _, file := range runFiles(t, dir) {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}

// keptIn has an engine answer in a store of so many bytes, and returns how many tokens of the same question another
// engine finds there, what is on disk, and what is in the log. bytes 0 is the usual size.
func keptIn(t *testing.T, dir, path string, bytes int64, ids []int32) (cached int, size int64, log string) {
	t.Helper()
	var lines syncBuffer
	o := Options{Threads: 1, PrefixDir: dir, PrefixBytes: bytes, Log: slog.New(slog.NewTextHandler(&lines, nil)),
		Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }}
	for range 2 {
		e := New(o)
		cached = collect(t, e, raw("a", ids)).cached
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return cached, bytesOf(t, dir), lines.String()
}

// A store that is made smaller is smaller from the start, before anything is written.
func TestASmallerStoreIsTrimmedAtOnce(t *testing.T) {
	dir, path := t.TempDir(), tiny(t)
	for seed := range 4 {
		keptIn(t, dir, path, 0, promptIDs(seed, 3*pageSize))
	}
	limit := bytesOf(t, dir) / 2
	openPrefixes(dir, limit, slog.New(slog.DiscardHandler))
	if n := bytesOf(t, dir); n > limit || n == 0 {
		t.Errorf("%d bytes on disk, want some, and %d at most", n, limit)
	}
}

// runOfOnePage is how many bytes it takes.
func runOfOnePage(t *testing.T, path string) int64 {
	t.Helper()
	dir := t.TempDir()
	keptIn(t, dir, path, 0, promptIDs(1, pageSize))
	file := runFiles(t, dir)[0]
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h, err := readRunHeader(f, bytesOf(t, dir), pageSize)
	if err != nil {
		t.Fatal(err)
	}
	return int64(headerSize(pageSize, 1)) + h.pageBytes
}

// A small store keeps the beginning of a long prefix in short runs; one that holds no page says so, once.
func TestASmallStoreKeepsBeginnings(t *testing.T) {
	path, long := tiny(t), promptIDs(1, 15*pageSize)
	one := runOfOnePage(t, path)
	for _, pages := range []int64{2, 4, 10} {
		limit := one*pages + one*pages/9 + 1
		cached, size, log := keptIn(t, t.TempDir(), path, limit, long)
		if cached < pageSize || size > limit || strings.Contains(log, "prefixes") {
			t.Errorf("in a store for %d pages %d tokens were found, %d bytes of %d; log:\n%s", pages, cached, size, limit, log)
		}
	}
	cached, size, log := keptIn(t, t.TempDir(), path, one/2, long)
	if cached != 0 || size != 0 || strings.Count(log, "level=ERROR") != 2 || !strings.Contains(log, "one page") {
		t.Errorf("in a store for less than a page %d tokens were found, %d bytes; log of two engines:\n%s", cached, size, log)
	}
}
