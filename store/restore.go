package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/disk"
)

// restoringDir is where a data directory is put together before it takes its place.
const restoringDir = "restoring"

// Restore brings a backup of size bytes into an empty store: a data directory without rows, and where the options
// name a database, one without rows of ours or tables of somebody else's. The backup is read to its end first, so that
// nothing is touched for one that is damaged; until all of it is there, nothing is. It may have been made of the other
// kind of database. An older one is brought up to date when the store is next opened. Nobody is signed in afterwards, and
// no link lets anybody in: what was ended after the backup was made does not come back. Keys do, and are returned.
//
// Errors are those of VerifyBackup and Open, and CodeRestoreNotEmpty.
func Restore(ctx context.Context, opts Options, r io.ReaderAt, size int64) (Restored, error) {
	a, err := openArchive(r, size)
	if err == nil {
		err = a.verify(ctx)
	}
	if err != nil {
		return Restored{}, err
	}
	if opts.URL != "" {
		return restorePostgres(ctx, opts, a)
	}
	return restoreSQLite(ctx, opts, a)
}

// restoreSQLite makes the store beside the place where it belongs, and moves it there when it is whole.
func restoreSQLite(ctx context.Context, opts Options, a *archive) (done Restored, err error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return done, err
	}
	outside := &Store{dir: dir, dialect: &sqliteDialect} // for what its errors say
	defer func() { err = outside.fault("restore", err) }()
	if err := disk.MakeDir(dir); err != nil {
		return done, err
	}
	lock, err := takeLock(dir)
	if err != nil {
		return done, err
	}
	defer lock.Close()
	if err := requireNoFile(ctx, outside.databasePath()); err != nil {
		return done, err
	}
	aside := filepath.Join(dir, restoringDir)
	if err := os.RemoveAll(aside); err != nil { // what a restoration left that was cut off
		return done, err
	}
	defer os.RemoveAll(aside)
	s, err := open(ctx, Options{Dir: aside, Log: opts.Log}, migrations(&sqliteDialect)[:a.manifest.Schema])
	if err != nil {
		return done, err
	}
	done, err = s.fill(ctx, a)
	if err := errors.Join(err, s.Close()); err != nil {
		return done, err
	}
	return done, moveStore(aside, dir)
}

// requireNoFile is CodeRestoreNotEmpty if a database is there that holds anything.
func requireNoFile(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 && info.Mode().IsRegular() {
		return nil
	}
	if err != nil {
		return err
	}
	occupied := chat.NewError(chat.CodeRestoreNotEmpty, nil, path)
	s := &Store{dir: filepath.Dir(path), dialect: &sqliteDialect}
	if s.reader, err = openPool(s.readerName(), 1); err != nil {
		return err
	}
	defer s.reader.Close()
	if empty, err := s.holdsNothing(ctx, s.reader); err != nil || !empty {
		return errors.Join(err, occupied)
	}
	return nil
}

// moveStore moves a whole store to an empty data directory: the files first, then the database, which makes them
// count.
func moveStore(from, to string) error {
	blobs := filepath.Join(from, "blobs")
	err := filepath.WalkDir(blobs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, below)
		if err := disk.MakeDir(filepath.Dir(target)); err != nil {
			return err
		}
		if err := os.Rename(path, target); err != nil {
			return err
		}
		return disk.SyncDir(filepath.Dir(target))
	})
	if err != nil {
		return err
	}
	// What SQLite keeps beside an empty database must not be read as this one's.
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(filepath.Join(to, "store.db"+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := disk.SyncDir(to); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(from, "store.db"), filepath.Join(to, "store.db")); err != nil {
		return err
	}
	return disk.SyncDir(to)
}

// restorePostgres makes the tables anew and fills them in one transaction. Files that a restoration left which was cut
// off are those of nobody, and are swept when the store is opened.
func restorePostgres(ctx context.Context, opts Options, a *archive) (done Restored, err error) {
	if err := clearPostgres(ctx, opts); err != nil {
		return done, err
	}
	s, err := open(ctx, opts, migrations(&postgresDialect)[:a.manifest.Schema])
	if err != nil {
		return done, err
	}
	done, err = s.fill(ctx, a)
	return done, errors.Join(s.fault("restore", err), s.Close())
}

// clearPostgres drops the tables of a store that holds nothing. CodeRestoreNotEmpty for one that does, CodeStoreForeign
// for tables that are none of ours.
func clearPostgres(ctx context.Context, opts Options) (err error) {
	s := &Store{url: opts.URL, dir: opts.Dir, dialect: &postgresDialect}
	defer func() { err = s.fault("restore", err) }()
	config, err := parseURL(opts.URL)
	if err != nil {
		return err
	}
	if s.guard, err = takeGuard(ctx, s, config); err != nil {
		return err
	}
	defer s.guard.Close()
	version, err := s.version(ctx, s.guard.conn)
	if err != nil || version == 0 {
		return err
	}
	if empty, err := s.holdsNothing(ctx, s.guard.conn); err != nil || !empty {
		return errors.Join(err, chat.NewError(chat.CodeRestoreNotEmpty, nil, s.place()))
	}
	names, err := rows(ctx, s.guard.conn, text, s.dialect.tables)
	if err != nil {
		return err
	}
	for i, name := range names {
		names[i] = quoteName(name)
	}
	_, err = s.guard.conn.ExecContext(ctx, `DROP TABLE `+strings.Join(names, ", ")+`; DROP FUNCTION IF EXISTS audit_stays()`)
	return err
}

// holdsNothing reports whether a store has no rows but those that it begins with.
func (s *Store) holdsNothing(ctx context.Context, q querier) (bool, error) {
	tables, err := s.readTables(ctx, q)
	if err != nil {
		return false, err
	}
	for _, t := range tables {
		query := `SELECT count(*) FROM ` + quoteName(t.Name)
		switch t.Name {
		case "principals":
			query += ` WHERE id NOT IN ('local', 'system')`
		case "audit_head":
			query += ` WHERE seq > 0`
		}
		n, _, err := row(ctx, q, integer, query)
		if err != nil || n > 0 {
			return false, err
		}
	}
	return true, nil
}

// fill brings an archive that has been verified into a store of its version that holds nothing, and reads it all again.
func (s *Store) fill(ctx context.Context, a *archive) (done Restored, err error) {
	release := s.keepFiles() // from the sweep that opening began: their rows come last
	defer release()
	for _, b := range a.manifest.Blobs {
		if err := s.fillBlob(ctx, a, b); err != nil {
			return done, err
		}
	}
	err = s.write(ctx, "restore", func(tx *sql.Tx) error {
		err := s.fillTables(ctx, tx, a)
		if err == nil {
			done, err = s.endRestored(ctx, tx)
		}
		return err
	})
	if err != nil {
		return done, err
	}
	if err := s.restoreSearch(ctx); err != nil {
		return done, err
	}
	head, err := s.VerifyAudit(ctx, System)
	if want := a.manifest.Audit.Seq + 1; err == nil && head.Seq != want {
		err = fmt.Errorf("the audit log ends at %d, want %d", head.Seq, want)
	}
	return done, err
}

// restoreSearch makes the conversations findable, where the store is of a version that looks for any.
func (s *Store) restoreSearch(ctx context.Context) error {
	names, err := rows(ctx, s.reader, text, s.dialect.tables)
	if err != nil || !slices.Contains(names, "search") {
		return err
	}
	ids, err := rows(ctx, s.reader, text, `SELECT id FROM conversations WHERE deleted = 0 ORDER BY id`)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, 200) {
		if err := s.reindexSome(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// fillBlob puts one file in its place.
func (s *Store) fillBlob(ctx context.Context, a *archive, b manifestBlob) error {
	temp := path.Join(tempDir, b.Hash)
	f, err := s.blobs.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer s.blobs.Remove(temp) // not there any more if all went well
	err = a.readBlob(ctx, b, f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	s.blobsMu.Lock()
	defer s.blobsMu.Unlock()
	return s.placeBlob(temp, Blob{Hash: b.Hash, Size: b.Size})
}

// fillTables puts all rows in the place of those that a store begins with.
func (s *Store) fillTables(ctx context.Context, tx *sql.Tx, a *archive) error {
	here, err := s.readTables(ctx, tx)
	if err != nil {
		return err
	}
	for i := range here {
		if _, err := tx.Exec(`DELETE FROM ` + quoteName(here[len(here)-1-i].Name)); err != nil {
			return err
		}
	}
	byName := map[string]table{}
	for _, t := range here {
		byName[t.Name] = t
	}
	for _, t := range a.manifest.Tables {
		target, ok := byName[t.Name]
		if !ok || !sameColumns(t.table, target) {
			return damaged(t.member(), fmt.Errorf("columns %s, want those of version %d", t.list(), a.manifest.Schema))
		}
		delete(byName, t.Name)
	}
	for name := range byName {
		return damaged(manifestMember, fmt.Errorf("no table %s", name))
	}
	// In the order of this store: each after those that it refers to.
	for _, target := range here {
		for _, t := range a.manifest.Tables {
			if t.Name != target.Name {
				continue
			}
			if err := s.fillTable(ctx, tx, a, t); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
	}
	return s.noneBroken(ctx, tx)
}

// sameColumns reports whether two tables have the same columns, in whatever order.
func sameColumns(a, b table) bool {
	kinds := map[string]string{}
	for _, c := range b.Columns {
		kinds[c.Name] = c.Kind
	}
	for _, c := range a.Columns {
		if kinds[c.Name] != c.Kind {
			return false
		}
		delete(kinds, c.Name)
	}
	return len(kinds) == 0
}

// fillParameters is how many values one statement brings, at most: both databases take more.
const fillParameters = 1000

// fillTable inserts the rows of one table, many with one statement.
func (s *Store) fillTable(ctx context.Context, tx *sql.Tx, a *archive, t manifestTable) error {
	width := len(t.Columns)
	if width == 0 {
		return damaged(t.member(), errors.New("no columns"))
	}
	many := max(1, fillParameters/width)
	full, err := tx.PrepareContext(ctx, insertRows(t.table, many))
	if err != nil {
		return err
	}
	defer full.Close()
	var waiting []any
	err = a.readRows(ctx, t, func(values []any) error {
		for _, v := range values {
			if text, ok := v.(string); ok && s.postgres() {
				v = validText(text)
			}
			waiting = append(waiting, v)
		}
		if len(waiting) < many*width {
			return nil
		}
		_, err := full.ExecContext(ctx, waiting...)
		waiting = waiting[:0]
		return err
	})
	if err != nil || len(waiting) == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, insertRows(t.table, len(waiting)/width), waiting...)
	return err
}

// insertRows is the statement that inserts n rows.
func insertRows(t table, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `INSERT INTO %s (%s) VALUES `, quoteName(t.Name), t.list())
	parameter := 0
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(")
		for j := range t.Columns {
			if j > 0 {
				b.WriteString(", ")
			}
			parameter++
			fmt.Fprintf(&b, "$%d", parameter)
		}
		b.WriteString(")")
	}
	return b.String()
}
