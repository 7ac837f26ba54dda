package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"exaone/chat"
	"exaone/disk"
)

// lock is the data directory's lock file, held. The file stays when the lock goes: removing it would let two
// processes hold two files of the same name.
type lock struct {
	file *os.File

	mu   sync.Mutex
	says holder // what the file says of this process
}

// holder is what the lock file says about whoever holds it.
type holder struct {
	pid     int    // 0 if it has not written it yet
	address string // "" if it is not serving
	socket  string // where it takes commands; "" if it takes none
}

// maxLockFile bounds what is read of a lock file that somebody else may have written.
const maxLockFile = 4 << 10

// takeLock locks a directory for this process, or returns a *chat.Error that names the process that has it.
func takeLock(dir string) (*lock, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	ok, err := disk.Lock(f)
	if err == nil && !ok {
		err = lockedBy(f, dir)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	l := &lock{file: f}
	if err := l.write(func(h *holder) { h.pid = os.Getpid() }); err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// lockedBy reads who holds the lock. Between taking it and writing so lies a moment, which is waited for.
func lockedBy(f *os.File, dir string) error {
	var h holder
	for range 20 {
		text, err := io.ReadAll(io.NewSectionReader(f, 0, maxLockFile))
		if err != nil {
			return err
		}
		if h = parseHolder(string(text)); h.pid != 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if h.address == "" {
		return chat.NewError(chat.CodeStoreLocked, nil, h.pid, dir)
	}
	return chat.NewError(chat.CodeStoreLockedAt, nil, h.pid, h.address, dir)
}

// write changes what the file says of this process. The padding wipes what a longer text left, in one write, so that
// nobody reads half of two texts.
func (l *lock) write(change func(*holder)) error {
	const width = 512
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.says
	change(&h)
	h.address = strings.Join(strings.Fields(h.address), " ")
	text := fmt.Sprintf("pid %d\naddress %s\n", h.pid, h.address)
	if h.socket != "" {
		text += fmt.Sprintf("socket %q\n", h.socket) // a path holds anything
	}
	if len(text) > width {
		return fmt.Errorf("%d bytes about the holder, want at most %d", len(text), width)
	}
	if _, err := l.file.WriteAt([]byte(text+strings.Repeat("\n", width-len(text))), 0); err != nil {
		return err
	}
	l.says = h
	return nil
}

// Socket returns the path on which the process that holds a data directory takes commands, or "" if it takes none or
// nobody can tell. The file is the word of whoever may write to the directory.
func Socket(dir string) string {
	f, err := os.Open(filepath.Join(dir, "lock"))
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxLockFile))
	if err != nil {
		return ""
	}
	return parseHolder(string(text)).socket
}

// Close gives the lock back. The text goes first, so that the next holder is never taken for this process.
func (l *lock) Close() error {
	return errors.Join(l.file.Truncate(0), l.file.Close())
}

// parseHolder reads what write wrote. Lines it does not know, and a pid that is none, are passed over: the
// lock itself, not the text, says whether the directory is in use.
func parseHolder(text string) holder {
	var h holder
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name {
		case "pid":
			if n, err := strconv.Atoi(value); err == nil && n > 0 {
				h.pid = n
			}
		case "address":
			h.address = strings.Map(printable, value)
		case "socket":
			if path, err := strconv.Unquote(value); err == nil {
				h.socket = path
			}
		}
	}
	return h
}

// printable drops what could steer the terminal that an error is shown on.
func printable(r rune) rune {
	if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
		return -1
	}
	return r
}
