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
	sqlite3 "modernc.org/sqlite/lib"

	"exaone/chat"
	"exaone/disk"
)

// sqliteDialect is SQLite in WAL mode: one file, one connection that writes, others that read.
var sqliteDialect = dialect{
	name:  "sqlite",
	steps: "migrations",

	snapshot: &sql.TxOptions{ReadOnly: true},

	tables: `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite%'`,
	columns: `SELECT name, CASE type WHEN 'INTEGER' THEN 'integer' WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytes' ELSE type END, pk
		FROM pragma_table_info($1) ORDER BY cid`,
	refers: `SELECT t.name, f."table" FROM pragma_table_list AS t JOIN pragma_foreign_key_list(t.name) AS f WHERE t.schema = 'main'`,
	history: `CREATE TABLE IF NOT EXISTS migrations (
		version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied INTEGER NOT NULL) STRICT`,
	broken:  `SELECT "table" FROM pragma_foreign_key_check LIMIT 1`,
	loosen:  `PRAGMA foreign_keys = 0`,
	tighten: `PRAGMA foreign_keys = 1`,

	open:   openSQLite,
	backUp: backUpSQLite,
	verify: verifySQLite,

	code:         sqliteCode,
	again:        func(error, bool) bool { return false }, // there is one writer
	mayHaveStood: sqliteMayHaveStood,
}

// busyTimeout is how long a statement waits, in milliseconds, for a lock that a program such as the sqlite3
// shell holds. Our own connections never wait so long for one another: there is one writer.
const busyTimeout = 5000

// walLimit is how much of a WAL that once grew large is kept on disk after it has been folded into the file.
const walLimit = 64 << 20

// openSQLite opens the file, creating it if need be, migrates it, and opens the readers.
func openSQLite(s *Store, ctx context.Context, steps []migration) error {
	if err := createPrivate(s.databasePath()); err != nil {
		return err
	}
	// SQLite asks for fsync in this build, though fdatasync keeps just as much and is faster where there is
	// one. Where there is none (darwin has F_FULLFSYNC below, Windows FlushFileBuffers), it says so.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return err
	}
	var err error
	if s.writer, err = openPool(s.writerName(), 1); err != nil {
		return err
	}
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := s.migrate(ctx, conn, steps); err != nil {
		return err
	}
	// Readers are opened when they are first needed; more of them than processors only add memory.
	s.reader, err = openPool(s.readerName(), max(4, runtime.GOMAXPROCS(0)))
	return err
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
			"secure_delete(1)", // what is deleted is overwritten
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

// verifySQLite has SQLite look at every page, index and reference. It does so through a connection of its own: FTS5 refreshes
// what it remembers of its index when it is searched, not when it is checked, so that a connection that searched before the
// index was merged would call it damaged.
func verifySQLite(s *Store, ctx context.Context) error {
	db, err := openPool(s.readerName(), 1)
	if err != nil {
		return err
	}
	defer db.Close()
	verdict, _, err := row(ctx, db, text, `PRAGMA integrity_check(1)`)
	if err != nil {
		return err
	}
	if verdict != "ok" {
		return chat.NewError(chat.CodeStoreDamaged, errors.New(verdict), s.place())
	}
	err = s.noneBroken(ctx, s.reader)
	if err != nil {
		if _, ok := s.dialect.code(s, err); !ok && ctx.Err() == nil {
			err = chat.NewError(chat.CodeStoreDamaged, err, s.place())
		}
	}
	return err
}

// sqliteCode is the code for an error of SQLite.
func sqliteCode(s *Store, err error) (chat.Code, bool) {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return "", false
	}
	return primaryCode(s, e), true
}

func primaryCode(s *Store, e *sqlite.Error) chat.Code {
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
		if free, err := disk.Free(s.dir); err == nil && free < 64<<10 {
			return chat.CodeStoreFull
		}
		return chat.CodeStoreFault
	}
	return ""
}

// sqliteMayHaveStood reports whether a transaction that ended with err can have left a whole commit in the WAL:
// where its last write succeeded and only synchronising it failed.
func sqliteMayHaveStood(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_IOERR
}
