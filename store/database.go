package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"modernc.org/sqlite"

	"exaone/chat"
)

// busyTimeout is how long a statement waits, in milliseconds, for a lock that a program such as the sqlite3
// shell holds. Our own connections never wait so long for one another: there is one writer.
const busyTimeout = 5000

// walLimit is how much of a WAL that once grew large is kept on disk after it has been folded into the file.
const walLimit = 64 << 20

// openDatabase opens the file, creating it if need be, migrates it, and opens the readers.
func (s *Store) openDatabase(ctx context.Context, steps []migration) error {
	if err := createPrivate(s.databasePath()); err != nil {
		return s.fault("create the store", err)
	}
	// SQLite asks for fsync in this build, though fdatasync keeps just as much and is faster where there is
	// one. Where there is none (darwin has F_FULLFSYNC below, Windows FlushFileBuffers), it says so.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return err
	}
	var err error
	if s.writer, err = openPool(s.writerName(), 1); err != nil {
		return s.fault("open the store", err)
	}
	if err := s.migrate(ctx, steps); err != nil {
		return s.fault("open the store", err)
	}
	// Readers are opened when they are first needed; more of them than processors only add memory.
	s.reader, err = openPool(s.readerName(), max(4, runtime.GOMAXPROCS(0)))
	return s.fault("open the store", err)
}

// createPrivate makes sure that a file exists which this user alone may read. SQLite would create it readable
// to everybody, and gives its WAL the same mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return chat.NewError(chat.CodeStoreForeign, errors.New("not a regular file"), path)
	}
	if permissionsMatter && info.Mode().Perm()&0o077 != 0 {
		return os.Chmod(path, 0o600)
	}
	return nil
}

func openPool(name string, conns int) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// writerName is the data source name of the writing connection. Its transactions take the write lock as they
// begin, so that none fails half-way for want of it.
func (s *Store) writerName() string {
	return sourceName(s.databasePath(), url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"journal_mode(WAL)",
			// FULL, not NORMAL: in WAL mode NORMAL may lose what was committed last in a power cut.
			"synchronous(FULL)",
			"fullfsync(1)", "checkpoint_fullfsync(1)", // darwin's fsync leaves it in the drive's cache
			"journal_size_limit(" + strconv.Itoa(walLimit) + ")",
			"foreign_keys(1)", "cell_size_check(1)", "trusted_schema(0)",
		},
	})
}

func (s *Store) readerName() string {
	return sourceName(s.databasePath(), url.Values{
		"mode":    {"ro"},
		"_pragma": {"query_only(1)", "cell_size_check(1)", "trusted_schema(0)"},
	})
}

// sourceName writes a file's path and options as the URI that SQLite reads. Paths hold anything: spaces,
// question marks, Hangul.
func sourceName(path string, options url.Values) string {
	options.Set("_busy_timeout", strconv.Itoa(busyTimeout))
	options.Set("_dqs", "0")
	options.Set("_defensive", "1")
	options.Set("_error_rc", "1")
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/… is file:///C:/…
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}
	return u.String()
}

// write runs fn in a transaction of the one writer, and returns when it is on the disk. While others write it
// waits until ctx ends; once begun it is carried through, so that the file never depends on when a reader
// left.
func (s *Store) write(ctx context.Context, op string, fn func(*sql.Tx) error) error {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return s.fault(op, err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return s.fault(op, err)
	}
	defer tx.Rollback() // does nothing after a commit
	if err := fn(tx); err != nil {
		return s.fault(op, err)
	}
	return s.fault(op, tx.Commit())
}

// querier is what rows are read from: the readers, or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// rows reads all rows of a query, each by scan.
func rows[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	found, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var all []T
	for found.Next() {
		one, err := scan(found)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, found.Err()
}

// row reads the one row of a query, or reports that there is none.
func row[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) (T, bool, error) {
	all, err := rows(ctx, q, scan, query, args...)
	if err != nil || len(all) == 0 {
		var none T
		return none, false, err
	}
	return all[0], true, nil
}

// scanner is a row that can be read.
type scanner interface{ Scan(dest ...any) error }

// integer scans a row of one number.
func integer(r scanner) (n int64, err error) {
	err = r.Scan(&n)
	return n, err
}

// text scans a row of one text.
func text(r scanner) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}
