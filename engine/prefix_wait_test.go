package engine

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"exaone/chat"
)

// While somebody waits for a disk with the store in their hands, answers go on: the loop takes no lock of the store.
func TestNoStepWaitsForADisk(t *testing.T) {
	e := newEngine(t, Options{Threads: 1, PrefixDir: t.TempDir()})
	if err := e.Preload(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	store := e.opts.prefixes()
	store.mu.Lock() // as trim and forget do, which list and delete files
	defer store.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), mostWait) // instead of for ever
	defer cancel()
	for i := range 3 { // the second needs the loop to have ended the first
		if _, _, err := chat.Collect(e.Chat(ctx, raw("a", promptIDs(i, 2*pageSize)))); err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
	}
}

// However much is to be deleted, whoever says so deletes nothing himself.
func TestDeletingIsLeftToTheKeeper(t *testing.T) {
	dir := t.TempDir()
	k := &keeper{store: openPrefixes(dir, 1<<20, slog.New(slog.DiscardHandler)), more: make(chan struct{}, 1),
		quit: make(chan struct{}), done: make(chan struct{})}
	const files = 2*mostChores + 1
	for range files {
		f, err := os.CreateTemp(dir, "*"+runSuffix)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		k.later(chore{path: f.Name()})
	}
	left := func() int {
		list, err := filepath.Glob(filepath.Join(dir, "*"+runSuffix))
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := left(); n != files {
		t.Errorf("%d of %d files are left before the keeper runs", n, files)
	}
	go k.run()
	k.close()
	if n := left(); n != 0 {
		t.Errorf("%d files are left after the keeper's end", n)
	}
}
