package index

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"exaone/chat"
	"exaone/disk"
)

// takeLock locks a directory for this process, or returns a *chat.Error that names the one that has it. The file stays when
// the lock goes: removing it would let two processes hold two files of the same name.
func takeLock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	ok, err := disk.Lock(f)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeIndexLocked, nil, holder(f), dir)
	}
	if err == nil {
		_, err = f.WriteAt(fmt.Appendf(nil, "%-20d\n", os.Getpid()), 0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// holder reads which process holds a lock. Between taking it and writing so lies a moment, which is waited for.
func holder(f *os.File) int {
	for range 20 {
		text, err := io.ReadAll(io.NewSectionReader(f, 0, 64))
		if err != nil {
			break
		}
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return pid
		}
		time.Sleep(5 * time.Millisecond)
	}
	return 0
}
