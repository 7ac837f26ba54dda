package store

import (
	"log/slog"
	"path/filepath"
	"testing"
)

// place is where the store of a test is. It may be opened again once it has been closed.
type place struct{ opts Options }

// eachStore runs a test on every kind of store, each time with an empty place of its own.
func eachStore(t *testing.T, test func(t *testing.T, at place)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, sqlitePlace(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, postgresPlace(t)) })
}

func sqlitePlace(t testing.TB) place { return place{Options{Dir: t.TempDir()}} }

// postgresPlace is a data directory, and a database of its own on the server that is started with the first of
// them. The tables are there already, which saves the time of making them.
func postgresPlace(t testing.TB) place {
	t.Helper()
	return place{Options{Dir: t.TempDir(), URL: newDatabase(t, true)}}
}

// open opens the store at a place and closes it at the end of the test.
func (p place) open(t testing.TB) *Store {
	t.Helper()
	s, err := p.openWith(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// openWith is open with some migrations, nil for all there are.
func (p place) openWith(t testing.TB, steps []migration) (*Store, error) {
	t.Helper()
	p.opts.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	s, err := open(t.Context(), p.opts, steps)
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

// another is an empty place for a store of the same kind.
func (p place) another(t testing.TB) place {
	t.Helper()
	if p.sqlite() {
		return sqlitePlace(t)
	}
	return postgresPlace(t)
}

// blank is a place like another where not even the tables are.
func (p place) blank(t testing.TB) place {
	t.Helper()
	if p.sqlite() {
		return sqlitePlace(t)
	}
	return place{Options{Dir: t.TempDir(), URL: newDatabase(t, false)}}
}

// sqlite reports whether the rows are in a file.
func (p place) sqlite() bool { return p.opts.URL == "" }

func (p place) dialect() *dialect {
	if p.sqlite() {
		return &sqliteDialect
	}
	return &postgresDialect
}

// exec runs SQL as somebody else would who has the database.
func (p place) exec(t testing.TB, query string) {
	t.Helper()
	if p.sqlite() {
		execFile(t, filepath.Join(p.opts.Dir, "store.db"), query)
		return
	}
	config, err := parseURL(p.opts.URL)
	must(t, err)
	db := postgresPool(config, 1, nil)
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}
