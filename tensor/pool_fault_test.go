//go:build unix

package tensor

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// A weight file that is cut short under its map is a panic of Run, whichever worker touches the lost part.
func TestAWorkerThatTouchesALostPageDoesNotEndTheProgram(t *testing.T) {
	page := os.Getpagesize()
	path := filepath.Join(t.TempDir(), "weights")
	if err := os.WriteFile(path, make([]byte, 64*page), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := syscall.Mmap(int(f.Fd()), 0, 64*page, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Skipf("mmap: %v", err)
	}
	defer syscall.Munmap(data)
	if err := f.Truncate(int64(page)); err != nil {
		t.Fatal(err)
	}
	p := NewPool(4)
	defer p.Close()
	defer func() {
		if v, ok := recover().(string); !ok || !strings.Contains(v, "in a pool worker") {
			t.Errorf("recovered %v, want the fault of a worker", v)
		}
	}()
	sums := make([]byte, 64)
	p.Run(64, func(worker, i int) {
		if worker == 0 { // the caller looks out for itself
			runtime.Gosched()
			return
		}
		sums[i] = data[i*page]
	})
	// The workers may have come too late for all of it: then there was nothing to see.
	panic("in a pool worker: none came in time")
}
