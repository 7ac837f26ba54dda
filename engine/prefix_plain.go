package engine

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"exaone/chat"
)

// openPlain opens a regular file for reading, and nothing else that may have its name: no link, pipe or device, which
// could keep whoever reads it waiting for ever, or never end. It does not wait for one either that comes meanwhile.
func openPlain(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if err == nil {
		err = isPlain(path, info)
	}
	if err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|plainly, 0)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = isPlain(path, info)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

func isPlain(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return chat.NewError(chat.CodeNoticePlain, nil, path, info.Mode().String())
}

// readSalt reads the file of the salt, and says how many bytes it has: no more than those of a salt are read.
func readSalt(path string) (salt []byte, size int64, err error) {
	f, info, err := openPlain(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	if info.Size() != saltSize {
		return nil, info.Size(), nil
	}
	salt = make([]byte, saltSize)
	_, err = io.ReadFull(f, salt)
	return salt, saltSize, err
}

// makeDir makes the folder of a model unless it is there. A link to one does not do: what is in there would not be
// found by those who make room and forget.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is a link, want a folder", dir)
	}
	return err
}
