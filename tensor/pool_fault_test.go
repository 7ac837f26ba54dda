//go:build unix

package tensor

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"
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
		v := recover()
		if _, late := v.(string); late {
			return
		}
		at, ok := v.(interface{ Addr() uintptr })
		if !strings.Contains(fmt.Sprint(v), "in a pool worker") || !ok && runtime.GOARCH == "amd64" {
			t.Errorf("recovered %v, want the fault of a worker", v)
		}
		if !ok { // emulators of other processors do not tell the address
			return
		}
		if begin := uintptr(unsafe.Pointer(&data[0])); at.Addr() < begin || at.Addr() >= begin+uintptr(len(data)) {
			t.Errorf("a fault at %#x, want one within the file's map", at.Addr())
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
	panic("none came in time")
}
