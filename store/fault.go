package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"exaone/chat"
)

var errNotDirectory = errors.New("is not a directory")

// fault makes an error of SQLite or of the file system one that a person may read, where a person can do
// something about it. Errors that are so already, and those of a context, stay what they are.
func (s *Store) fault(op string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*chat.Error](err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", op, err)
	}
	path := s.dir
	code := fileCode(err)
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		path, code = s.databasePath(), s.sqliteCode(e)
	} else if e, ok := errors.AsType[*fs.PathError](err); ok {
		path = e.Path
	}
	if code == "" {
		return fmt.Errorf("%s: %w", op, err)
	}
	return chat.NewError(code, fmt.Errorf("%s: %w", op, err), path)
}

// fileCode is the code for an error of the file system, "" if there is none.
func fileCode(err error) chat.Code {
	switch {
	case isDiskFull(err):
		return chat.CodeStoreFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, errNotDirectory), isReadOnly(err):
		return chat.CodeStoreUnwritable
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return chat.CodeStoreFault
	}
	if _, ok := errors.AsType[*os.LinkError](err); ok {
		return chat.CodeStoreFault
	}
	return ""
}

// sqliteCode is the code for an error of SQLite, "" if it is a mistake of ours.
func (s *Store) sqliteCode(e *sqlite.Error) chat.Code {
	switch e.Code() & 0xff { // the low byte is the primary result code
	case sqlite3.SQLITE_FULL:
		return chat.CodeStoreFull
	case sqlite3.SQLITE_CORRUPT:
		return chat.CodeStoreDamaged
	case sqlite3.SQLITE_NOTADB:
		return chat.CodeStoreForeign
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return chat.CodeStoreUnwritable
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return chat.CodeStoreBusy
	case sqlite3.SQLITE_IOERR:
		// SQLite reports only a failed write as a full disk. Growing the file of the WAL's index fails
		// as an I/O error for the same reason, so the disk is asked.
		if diskIsFull(s.dir) {
			return chat.CodeStoreFull
		}
		return chat.CodeStoreFault
	}
	return ""
}

// mayHaveCommitted reports whether a transaction that ended with err can have left a whole commit in the WAL:
// where its last write succeeded and only synchronising it failed.
func mayHaveCommitted(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_IOERR
}
