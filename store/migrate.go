package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
)

//go:embed migrations/*.sql migrations/postgres/*.sql
var migrationFiles embed.FS

// migration is one step from a version of the schema to the next.
type migration struct {
	version int // 1, 2, 3, … without gaps
	name    string
	sql     string
}

// migrations are the steps of this program for one kind of database, in order.
func migrations(d *dialect) []migration {
	steps, err := readMigrations(migrationFiles, d.steps)
	if err != nil {
		panic(err) // the files are part of the program
	}
	return steps
}

// readMigrations reads the files NNNN_NAME.sql of a folder, whose numbers run from 0001 without gaps.
func readMigrations(files fs.FS, dir string) ([]migration, error) {
	names, err := fs.Glob(files, dir+"/*.sql")
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
func (s *Store) migrate(ctx context.Context, conn *sql.Conn, steps []migration) error {
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
		if err := s.dialect.backUp(s, ctx, conn, found); err != nil {
			return err
		}
	}
	if err := s.apply(ctx, conn, steps[found:]); err != nil {
		if e, ok := errors.AsType[*chat.Error](s.fault("migrate", err)); ok {
			return e // the disk, say: more to the point than that the migration failed
		}
		return chat.NewError(chat.CodeStoreMigration, err, found, want)
	}
	return nil
}

// version returns the version of the store's schema, 0 for a new one. A database of somebody else's is
// CodeStoreForeign.
func (s *Store) version(ctx context.Context, conn *sql.Conn) (int, error) {
	all, err := rows(ctx, conn, text, s.dialect.tables)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	foreign := func(cause error) error {
		return chat.NewError(chat.CodeStoreForeign, cause, s.place())
	}
	if !slices.Contains(all, "migrations") {
		return 0, foreign(errors.New("no table migrations"))
	}
	var count, last int
	err = conn.QueryRowContext(ctx, `SELECT count(*), coalesce(max(version), 0) FROM migrations`).Scan(&count, &last)
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
func (s *Store) apply(ctx context.Context, conn *sql.Conn, steps []migration) (err error) {
	if s.dialect.loosen != "" {
		if _, err := conn.ExecContext(ctx, s.dialect.loosen); err != nil {
			return err
		}
		defer func() {
			_, e := conn.ExecContext(context.WithoutCancel(ctx), s.dialect.tighten)
			err = errors.Join(err, e)
		}()
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if _, err := tx.ExecContext(ctx, s.dialect.history); err != nil {
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
	if err := s.noneBroken(ctx, tx); err != nil {
		return fmt.Errorf("after the migration %w", err)
	}
	return tx.Commit()
}

// noneBroken is an error if a row refers to one that is not there.
func (s *Store) noneBroken(ctx context.Context, q querier) error {
	if s.dialect.broken == "" {
		return nil
	}
	table, ok, err := row(ctx, q, text, s.dialect.broken)
	if err == nil && ok {
		err = fmt.Errorf("a row of table %s refers to one that is not there", table)
	}
	return err
}
