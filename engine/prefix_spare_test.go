package engine

import (
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// taken is how many bytes the runs in dir have, whoever comes and goes meanwhile.
func taken(dir string) (sum int64) {
	(&prefixes{dir: dir}).each(func(f runFile) { sum += f.size })
	return sum
}

// onDiskOf has an engine believe that its store is on a disk of 1 GiB, of which free bytes beside the store's are free.
func onDiskOf(e *Engine, dir string, limit int64, free *atomic.Int64, log *slog.Logger) {
	space := func(string) (int64, int64, error) { return free.Load() - taken(dir), 1 << 30, nil }
	e.opts.prefixes = sync.OnceValue(func() *prefixes { return openPrefixesOn(space, dir, limit, log) })
}

// However large a store somebody asks for, it leaves the disk a spare; and goes on with what was used last.
func TestTheStoreLeavesTheDiskASpare(t *testing.T) {
	dir, path, prompts := t.TempDir(), tiny(t), alike(12)
	var free atomic.Int64
	room := 14 * runOfOnePage(t, path)
	free.Store(spare(1<<30) + room)
	e, log := keeping(t, dir, path, 0)
	onDiskOf(e, dir, 1<<50, &free, e.opts.Log)
	for _, ids := range prompts {
		askAll(t, e, dir, [][]int32{ids})
		if n := taken(dir); n > room {
			t.Fatalf("%d bytes on disk leave less than the spare, want %d at most", n, room)
		}
	}
	closeEngine(t, e)
	if said(log.String()) != 0 {
		t.Errorf("nothing is to be said of it:\n%s", log)
	}
}

// While others fill the disk the store gives way, and says so once; when there is room again it goes on.
func TestTheStoreGivesWay(t *testing.T) {
	dir, path, prompts := t.TempDir(), tiny(t), alike(5)
	var free atomic.Int64
	free.Store(1 << 30)
	e, log := keeping(t, dir, path, 0)
	onDiskOf(e, dir, 0, &free, e.opts.Log)
	askAll(t, e, dir, prompts[:1])
	free.Store(spare(1<<30) / 2)
	for _, ids := range prompts[1:3] {
		collect(t, e, raw("a", ids))
	}
	eventually(t, "it is said that the disk is full", func() bool { return said(log.String()) > 0 })
	free.Store(1 << 30)
	askAll(t, e, dir, prompts[3:])
	closeEngine(t, e)
	if said(log.String()) != 1 || !strings.Contains(log.String(), "want 65 MiB") {
		t.Errorf("want one line that says how much room is wanted:\n%s", log)
	}
}
