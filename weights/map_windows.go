package weights

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// mapBytes maps the first size bytes of file for reading. Windows lets nobody truncate a mapped file.
func mapBytes(file *os.File, size int) ([]byte, func() error, error) {
	handle, err := windows.CreateFileMapping(windows.Handle(file.Fd()), nil, windows.PAGE_READONLY, 0, 0, nil)
	if err != nil {
		return nil, nil, &os.PathError{Op: "map", Path: file.Name(), Err: err}
	}
	defer windows.CloseHandle(handle) // the view keeps the mapping
	addr, err := windows.MapViewOfFile(handle, windows.FILE_MAP_READ, 0, 0, uintptr(size))
	if err != nil {
		return nil, nil, &os.PathError{Op: "map", Path: file.Name(), Err: err}
	}
	// The address is the system's, not the heap's: read it through a pointer to it, which vet can follow.
	data := unsafe.Slice(*(**byte)(unsafe.Pointer(&addr)), size)
	return data, func() error { return windows.UnmapViewOfFile(addr) }, nil
}

// willNeed would ask the system to read a map ahead; Windows does so by itself for sequential access.
func willNeed([]byte) {}
