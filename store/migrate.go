package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"exaone/chat"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step from a version of the schema to the next.
type migration struct {
	version int // 1, 2, 3, … without gaps
	name    string
	sql     string
}

// migrations are the steps of this program in order.
func migrations() []migration {
	steps, err := readMigrations(migrationFiles)
	if err != nil {
		panic(err) // the files are part of the program
	}
	return steps
}

// readMigrations reads the files migrations/NNNN_NAME.sql, whose numbers run from 0001 without gaps.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var steps []migration
	for i, path := range names {
		base := strings.TrimSuffix(filepath.Base(path), ".sql")
		number, name, _ := strings.Cut(base, "_")
		version, err := strconv.Atoi(number)
		if err != nil || len(number) != 4 || version != i+1 {
			return nil, fmt.Errorf("migration %s: number %q, want %04d", path, number, i+1)
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, err
		}
		steps = append(steps, migration{version, name, string(text)})
	}
	return steps, nil
}

// migrate brings the store to the last of the steps, all in one transaction: it arrives there or stays where
// it was. A store that has content is copied first.
func (s *Store) migrate(ctx context.Context, steps []migration) error {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	found, err := s.version(ctx, conn)
	if err != nil {
		return err
	}
	want := len(steps)
	if found > want {
		return chat.NewError(chat.CodeStoreNewer, nil, found, want)
	}
	if found == want {
		return nil
	}
	if found > 0 {
		if err := s.backUp(ctx, conn, found); err != nil {
			return err
		}
	}
	if err := apply(ctx, conn, steps[found:]); err != nil {
		if e, ok := errors.AsType[*chat.Error](s.fault("migrate", err)); ok {
			return e // the disk, say: more to the point than that the migration failed
		}
		return chat.NewError(chat.CodeStoreMigration, err, found, want)
	}
	return nil
}

// version returns the version of the store's schema, 0 for a new file. A database of somebody else's is
// CodeStoreForeign.
func (s *Store) version(ctx context.Context, conn *sql.Conn) (int, error) {
	const tables = `SELECT count(*), count(CASE WHEN name = 'migrations' THEN 1 END) FROM sqlite_schema WHERE type = 'table'`
	var all, ours int
	if err := conn.QueryRowContext(ctx, tables).Scan(&all, &ours); err != nil {
		return 0, err
	}
	if all == 0 {
		return 0, nil
	}
	foreign := func(cause error) error {
		return chat.NewError(chat.CodeStoreForeign, cause, s.databasePath())
	}
	if ours == 0 {
		return 0, foreign(errors.New("no table migrations"))
	}
	var count, last int
	err := conn.QueryRowContext(ctx, `SELECT count(*), coalesce(max(version), 0) FROM migrations`).Scan(&count, &last)
	if err != nil {
		return 0, err
	}
	if count != last || last == 0 {
		return 0, foreign(fmt.Errorf("%d migrations, the last of them %d", count, last))
	}
	return last, nil
}

// apply runs steps in one transaction. References are checked at its end and not meanwhile, because changing
// a table that others refer to means building it anew.
func apply(ctx context.Context, conn *sql.Conn, steps []migration) (err error) {
	if _, err := conn.ExecContext(ctx, `PRAGMA foreign_keys = 0`); err != nil {
		return err
	}
	defer func() {
		_, e := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA foreign_keys = 1`)
		err = errors.Join(err, e)
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	const table = `CREATE TABLE IF NOT EXISTS migrations (
		version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied INTEGER NOT NULL) STRICT`
	if _, err := tx.ExecContext(ctx, table); err != nil {
		return err
	}
	for _, step := range steps {
		if _, err := tx.ExecContext(ctx, step.sql); err != nil {
			return fmt.Errorf("migration %04d_%s: %w", step.version, step.name, err)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO migrations (version, name, applied) VALUES ($1, $2, $3)`,
			step.version, step.name, milliseconds(now()))
		if err != nil {
			return err
		}
	}
	broken, ok, err := row(ctx, tx, text, `SELECT "table" FROM pragma_foreign_key_check LIMIT 1`)
	if err != nil {
		return err
	}
	if ok {
		return fmt.Errorf("after the migration a row of table %s refers to one that is not there", broken)
	}
	return tx.Commit()
}

// backUp copies the store as it is to DIR/backups, whole and checked, or returns why not.
func (s *Store) backUp(ctx context.Context, conn *sql.Conn, version int) (err error) {
	dir := filepath.Join(s.dir, "backups")
	if err := makeDir(dir); err != nil {
		return err
	}
	name := fmt.Sprintf("store-v%04d-%s.db", version, time.Now().UTC().Format("20060102T150405.000Z"))
	path := filepath.Join(dir, name)
	part := path + ".part"
	defer os.Remove(part) // not there any more if all went well
	// SQLite does not synchronise such a copy, so that is done here.
	if err := createPrivate(part); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `VACUUM INTO $1`, part); err != nil {
		return err
	}
	if err := checkCopy(ctx, part); err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	s.log.Info("the store was copied before it is migrated", "path", path, "version", version)
	return syncDir(dir)
}

// checkCopy reads a copy through.
func checkCopy(ctx context.Context, path string) error {
	db, err := openPool(sourceName(path, map[string][]string{"mode": {"ro"}}), 1)
	if err != nil {
		return err
	}
	defer db.Close()
	verdict, _, err := row(ctx, db, text, `PRAGMA quick_check(1)`)
	if err != nil {
		return err
	}
	if verdict != "ok" {
		return chat.NewError(chat.CodeStoreDamaged, errors.New(verdict), path)
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
