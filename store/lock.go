package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"exaone/chat"
)

// lock is the data directory's lock file, held. The file stays when the lock goes: removing it would let two
// processes hold two files of the same name.
type lock struct{ file *os.File }

// holder is what the lock file says about whoever holds it.
type holder struct {
	pid     int    // 0 if it has not written it yet
	address string // "" if it is not serving
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
	ok, err := lockFile(f)
	if err == nil && !ok {
		err = lockedBy(f, dir)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	l := &lock{f}
	if err := l.write(""); err != nil {
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

// write puts this process into the file. The padding wipes what a longer address left, in one write, so that
// nobody reads half of two texts.
func (l *lock) write(address string) error {
	const width = 512
	text := fmt.Sprintf("pid %d\naddress %s\n", os.Getpid(), strings.Join(strings.Fields(address), " "))
	if len(text) > width {
		return fmt.Errorf("address of %d bytes, want at most %d", len(address), width-32)
	}
	_, err := l.file.WriteAt([]byte(text+strings.Repeat("\n", width-len(text))), 0)
	return err
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
