// Package store remembers it all: one SQLite file, or PostgreSQL, and the blobs beside it.
//
// A data directory belongs to one process at a time and looks like this:
//
//	DIR/lock        held while the store is open; says who holds it
//	DIR/store.db    every row, in SQLite's WAL mode
//	DIR/blobs/ab/…  files by the SHA-256 of their content
//	DIR/backups/    a copy of store.db from before each migration
//
// With an address of PostgreSQL in [Options] the rows are there instead of in store.db, and a lock keeps other servers
// from the database; the rest of the directory is the same. What the two databases are told differently is in
// dialect.go; all else is one code, and one suite of tests runs on both.
//
// Each noun has a file of its own. All writes are transactions that are as if they ran one after another: on SQLite
// they do, through one connection; on PostgreSQL several run at once and are tried again where they come in each
// other's way. Reads have connections of their own and wait for nobody:
//
//	CreateKey ─┐                       ┌─▶ keys
//	Enqueue   ─┼─▶ write ─▶ one tx ────┼─▶ jobs       fsync, then return
//	PutBlob   ─┘                       └─▶ audit
//	Jobs, VerifyKey ─▶ read pool
//
// A call that returned nil has been synchronised to the disk. Whatever is read is read with a [chat.Principal], who owns
// it or has the right to (right.go) and is cleared for it (grade.go): there is no getter that leaves it out.
package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"exaone/chat"
	"exaone/disk"
	"exaone/people"
)

// System is the principal of the program itself: it owns the settings that hold for everybody, and the jobs that nobody
// asked for, and may read what the program must know before it is known who asks. No credential leads to it.
var System = chat.Principal{ID: "system"}

// Options say where a store is.
type Options struct {
	Dir string       // the data directory; created if it is not there
	URL string       // postgres://NAME@HOST/DATABASE keeps the rows there; "" is a file in the directory
	Log *slog.Logger // what nobody waits for: sweeping, a directory others can read; nil discards it

	May func(role people.Role, action people.Action) bool // what a role allows; nil is people.May
}

// Store is an open data directory. All methods may be called from many goroutines.
type Store struct {
	dir  string
	log  *slog.Logger
	lock *lock

	dialect *dialect
	url     string // of PostgreSQL
	writer  *sql.DB
	reader  *sql.DB // which cannot write
	turns   turns
	guard   *guard      // of PostgreSQL: that no other server has the database
	taken   atomic.Bool // another server has it nevertheless
	handed  atomic.Int64

	events     eventQueue // what answers that are being written wait to append
	searches   searches
	most       bounds // of a search
	mostText   int    // of a branch, in bytes
	mostCopied int    // of one that is copied

	may func(role people.Role, action people.Action) bool

	blobs   *os.Root
	blobsMu sync.Mutex // held from placing or forgetting a blob's file to the commit that says so
	keepers int        // how many want the files to stay that nothing refers to; under blobsMu
	kept    bool       // whether some did stay

	scrubbing  atomic.Bool // somebody is about to scrub
	background sync.WaitGroup
	life       context.Context    // of the background work
	stop       context.CancelFunc // ends it
}

// Open opens the store in a directory, creates it if there is none, and brings an older one up to date after
// copying it to DIR/backups.
//
// A *chat.Error says what is wrong: CodeStoreLocked and CodeStoreLockedAt if another process holds the
// directory, CodeStoreNewer if a newer program wrote it, CodeStoreForeign, CodeStoreDamaged,
// CodeStoreUnwritable, CodeStoreFull, or CodeStoreMigration, after which the store is as it was.
func Open(ctx context.Context, opts Options) (*Store, error) {
	s, err := open(ctx, opts, nil)
	if err != nil {
		return nil, err
	}
	if err := s.dropImports(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.moveSearchLater()
	s.wipeLater()
	return s, nil
}

// open is Open with some steps, nil for all there are.
func open(ctx context.Context, opts Options, steps []migration) (_ *Store, err error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, url: opts.URL, log: opts.Log, dialect: &sqliteDialect, most: searchBounds, mostText: branchBytes,
		mostCopied: copyBytes, may: opts.May}
	if s.may == nil {
		s.may = people.May
	}
	if opts.URL != "" {
		s.dialect = &postgresDialect
	}
	if steps == nil {
		steps = migrations(s.dialect)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	defer func() {
		if err != nil {
			s.closeFiles()
		}
	}()
	if err := disk.MakeDir(dir); err != nil {
		return nil, s.fault("create the data directory", err)
	}
	s.warnIfOpenToOthers()
	if s.lock, err = takeLock(dir); err != nil {
		return nil, s.fault("lock the data directory", err)
	}
	if err := s.openDatabase(ctx, steps); err != nil {
		return nil, err
	}
	if err := s.openBlobs(); err != nil {
		return nil, s.fault("open the blobs", err)
	}
	if err := s.releaseLeases(ctx); err != nil {
		return nil, err
	}
	s.life, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.background.Go(func() { s.sweepAtStart(s.life) })
	return s, nil
}

// Close ends the background work and closes the files. No method may be called afterwards.
func (s *Store) Close() error {
	s.stop()
	s.background.Wait()
	return s.closeFiles()
}

// closeFiles closes whatever has been opened, the lock last.
func (s *Store) closeFiles() error {
	var errs []error
	// The writer goes after the readers: it may fold the WAL into the file as it closes.
	if s.reader != nil {
		errs = append(errs, s.reader.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if s.guard != nil {
		errs = append(errs, s.guard.Close())
	}
	if s.blobs != nil {
		errs = append(errs, s.blobs.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Dir returns the data directory as an absolute path.
func (s *Store) Dir() string { return s.dir }

// SetAddress tells other processes that find the directory locked where this one is serving.
func (s *Store) SetAddress(address string) error {
	return s.fault("write the lock", s.lock.write(func(h *holder) { h.address = address }))
}

// SetSocket tells other processes that find the directory locked where this one takes commands ([Socket]).
func (s *Store) SetSocket(path string) error {
	return s.fault("write the lock", s.lock.write(func(h *holder) { h.socket = path }))
}

func (s *Store) databasePath() string { return filepath.Join(s.dir, "store.db") }

// place is where the rows are, for a person to read: without a password.
func (s *Store) place() string {
	if s.url != "" {
		return shownURL(s.url)
	}
	return s.databasePath()
}

// permissionsMatter says that a file's mode decides who may read it; on Windows the directory's ACL does.
const permissionsMatter = runtime.GOOS != "windows"

// warnIfOpenToOthers says so if other users can look into the data directory. Its mode is left alone: it may
// be a directory that was not made for us.
func (s *Store) warnIfOpenToOthers() {
	info, err := os.Stat(s.dir)
	if err == nil && permissionsMatter && info.Mode().Perm()&0o077 != 0 {
		s.log.Warn("other users of this machine can look into the data directory",
			"dir", s.dir, "mode", info.Mode().Perm().String())
	}
}

// milliseconds is how times are kept; the zero time is 0.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is the inverse of milliseconds, in UTC.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// now is the present as it is kept.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
