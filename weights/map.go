package weights

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"exaone/disk"
)

// mapFile maps a regular file that is not empty.
func mapFile(path string) ([]byte, func() error, error) {
	// Opening a pipe waits for its other end, so look before.
	if info, err := os.Stat(path); err != nil {
		return nil, nil, err
	} else if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s: mode %v, want a regular file", filepath.Base(path), info.Mode())
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close() // the map stays
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, nil, err
	case !info.Mode().IsRegular():
		return nil, nil, fmt.Errorf("%s: mode %v, want a regular file", filepath.Base(path), info.Mode())
	case info.Size() == 0:
		return nil, nil, fmt.Errorf("%s is empty", filepath.Base(path))
	case info.Size() > math.MaxInt:
		return nil, nil, fmt.Errorf("%s: %d bytes, more than this machine can address", filepath.Base(path), info.Size())
	}
	data, unmap, err := disk.Map(file, int(info.Size()))
	if err == nil {
		hugePages(data)
	}
	return data, unmap, err
}

// errChanged is what reading a map gives if the file was truncated under it.
var errChanged = errors.New("the file became shorter while it was read")

// guard calls read, which looks into maps, and turns a fault there into an error.
func guard(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		fault, ok := r.(interface {
			runtime.Error
			Addr() uintptr // only faults at an address have it
		})
		if !ok {
			panic(r)
		}
		err = fmt.Errorf("%w: %w", errChanged, error(fault))
	}()
	return read()
}

// prefetch asks the system to read the tensors ahead. The call may wait for the disk, hence the goroutine; Close
// waits for it.
func (f *File) prefetch() {
	parts := f.parts
	f.readAhead.Go(func() {
		for _, p := range parts {
			willNeed(p.data)
		}
	})
}
