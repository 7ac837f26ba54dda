package index

import (
	"errors"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// lockFile takes an exclusive lock that ends with the process, on a byte that the file does not have: Windows keeps
// others from reading what is locked. It reports false if somebody else has it.
func lockFile(f *os.File) (bool, error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return false, nil
	}
	return false, &os.PathError{Op: "lock", Path: f.Name(), Err: err}
}

// syncDir does nothing: NTFS keeps its names in a journal, and a directory cannot be flushed.
func syncDir(string) error { return nil }

// mapBytes maps the first size bytes of a file for reading.
func mapBytes(f *os.File, size int) ([]byte, func() error, error) {
	handle, err := windows.CreateFileMapping(windows.Handle(f.Fd()), nil, windows.PAGE_READONLY, 0, 0, nil)
	if err != nil {
		return nil, nil, &os.PathError{Op: "map", Path: f.Name(), Err: err}
	}
	defer windows.CloseHandle(handle) // the view keeps the mapping
	addr, err := windows.MapViewOfFile(handle, windows.FILE_MAP_READ, 0, 0, uintptr(size))
	if err != nil {
		return nil, nil, &os.PathError{Op: "map", Path: f.Name(), Err: err}
	}
	// The address is the system's, not the heap's: read it through a pointer to it, which vet can follow.
	data := unsafe.Slice(*(**byte)(unsafe.Pointer(&addr)), size)
	return data, func() error { return windows.UnmapViewOfFile(addr) }, nil
}
