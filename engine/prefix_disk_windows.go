package engine

import (
	"os"

	"golang.org/x/sys/windows"
)

// diskSpace returns how many bytes this user may still write where dir is, and how many the disk has.
func diskSpace(dir string) (free, size int64, err error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, err
	}
	var left, all uint64
	if err := windows.GetDiskFreeSpaceEx(path, &left, &all, nil); err != nil {
		return 0, 0, &os.PathError{Op: "free space", Path: dir, Err: err}
	}
	return int64(min(left, 1<<62)), int64(min(all, 1<<62)), nil
}
