package store

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"exaone/chat"
)

var update = flag.Bool("update", false, "rewrite expected outputs")

// A migration that has been published never changes: stores that ran it would differ from stores that run it
// now. Mend a schema with the next migration. -update freezes a new one and leaves the others alone.
func TestMigrationsAreFrozen(t *testing.T) {
	for _, step := range migrations() {
		path := frozenPath(step)
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) && *update {
			must(t, os.WriteFile(path, []byte(step.sql), 0o644))
		}
		if got, want := step.sql, readFile(t, path); got != want {
			t.Errorf("migration %04d_%s differs from %s", step.version, step.name, path)
		}
	}
}

func frozenPath(step migration) string {
	return filepath.Join("testdata", "frozen", fmt.Sprintf("%04d_%s.sql", step.version, step.name))
}

// schema is everything that a database says about its tables.
func schema(t testing.TB, s *Store) []string {
	t.Helper()
	all, err := rows(t.Context(), s.reader, text,
		`SELECT coalesce(sql, name) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`)
	must(t, err)
	return all
}

// From every frozen version the migrations lead to the same schema as a new store has, and what was in the
// store is still there.
func TestEveryVersionMigratesToTheLast(t *testing.T) {
	want := schema(t, openTest(t, t.TempDir()))
	steps := migrations()
	for _, from := range steps {
		t.Run(fmt.Sprintf("%04d", from.version), func(t *testing.T) {
			dir := t.TempDir()
			old, err := open(t.Context(), Options{Dir: dir}, steps[:from.version])
			must(t, err)
			must(t, old.Close())
			execFile(t, filepath.Join(dir, "store.db"),
				`INSERT INTO settings (principal, name, value, updated) VALUES ('local', 'language', '"ko"', 1)`)
			s := openTest(t, dir)
			if got := schema(t, s); !slices.Equal(got, want) {
				t.Errorf("schema\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			var language string
			if ok, err := s.Setting(t.Context(), chat.Local, "language", &language); err != nil || !ok || language != "ko" {
				t.Errorf("setting %q, %v, %v; want ko", language, ok, err)
			}
			must(t, s.Check(t.Context()))
		})
	}
}

// plus is the migrations there are and others after them.
func plus(sql ...string) []migration {
	steps := migrations()
	for _, text := range sql {
		steps = append(steps, migration{len(steps) + 1, "next", text})
	}
	return steps
}

func TestMigrationCopiesTheStoreFirst(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "language", "ko"))
	must(t, s.Close())
	s, err := open(t.Context(), Options{Dir: dir}, plus(`DELETE FROM settings`))
	must(t, err)
	must(t, s.Close())

	copies := files(t, filepath.Join(dir, "backups"))
	if len(copies) != 1 || filepath.Ext(copies[0]) != ".db" {
		t.Fatalf("copies %v, want one", copies)
	}
	// The copy opens as a store, with what was in it.
	again := t.TempDir()
	must(t, os.WriteFile(filepath.Join(again, "store.db"), []byte(readFile(t, copies[0])), 0o600))
	s = openTest(t, again)
	if ok, err := s.Setting(t.Context(), chat.Local, "language", new(string)); err != nil || !ok {
		t.Fatalf("setting in the copy: %v, %v", ok, err)
	}
	if info, err := os.Stat(copies[0]); err != nil || permissionsMatter && info.Mode().Perm() != 0o600 {
		t.Fatalf("the copy's mode is %v, %v", info.Mode(), err)
	}
}

func TestMigrationThatFailsChangesNothing(t *testing.T) {
	tests := []struct{ name, sql string }{
		{"in the middle", `CREATE TABLE next (x INTEGER) STRICT; DROP TABLE settings; INSERT INTO nowhere VALUES (1)`},
		{"in its text", `CREATE TABLE next (x`},
		{"a reference that leads nowhere", `DELETE FROM principals WHERE id = 'local'`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			s := openTest(t, dir)
			before := schema(t, s)
			must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "language", "ko"))
			must(t, s.Close())

			_, err := open(t.Context(), Options{Dir: dir}, plus(`CREATE TABLE first (x INTEGER) STRICT`, test.sql))
			wantCode(t, err, chat.CodeStoreMigration)

			s = openTest(t, dir)
			if got := schema(t, s); !slices.Equal(got, before) {
				t.Errorf("schema\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(before, "\n"))
			}
			if ok, err := s.Setting(t.Context(), chat.Local, "language", new(string)); err != nil || !ok {
				t.Errorf("the old store: %v, %v", ok, err)
			}
			must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "language", "en"))
			must(t, s.Check(t.Context()))
		})
	}
}

// A table that others refer to can be built anew, which SQLite's ALTER TABLE cannot do.
func TestMigrationMayRebuildATable(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	_, _, err := s.CreateKey(t.Context(), chat.Local, KeySpec{Name: "k", Scopes: []Scope{ScopeAdmin}})
	must(t, err)
	must(t, s.Close())
	s, err = open(t.Context(), Options{Dir: dir}, plus(`
		CREATE TABLE rebuilt (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL,
			created INTEGER NOT NULL, disabled INTEGER NOT NULL DEFAULT 0, grade INTEGER NOT NULL DEFAULT 0) STRICT;
		INSERT INTO rebuilt SELECT id, kind, name, created, disabled, 0 FROM principals;
		DROP TABLE principals;
		ALTER TABLE rebuilt RENAME TO principals;`))
	must(t, err)
	defer s.Close()
	if keys, err := s.Keys(t.Context(), chat.Local); err != nil || len(keys) != 1 {
		t.Fatalf("keys %v, %v; want one", keys, err)
	}
	must(t, s.Check(t.Context()))
	if _, err := s.writer.Exec(`DELETE FROM principals WHERE id = 'local'`); err == nil {
		t.Fatal("references are not enforced after a migration")
	}
}

func TestOlderProgramRefusesNewerStore(t *testing.T) {
	dir := t.TempDir()
	s, err := open(t.Context(), Options{Dir: dir}, plus(`CREATE TABLE later (x INTEGER) STRICT`))
	must(t, err)
	must(t, s.Close())
	before := readFile(t, filepath.Join(dir, "store.db"))
	_, err = Open(t.Context(), Options{Dir: dir})
	e := wantCode(t, err, chat.CodeStoreNewer)
	if len(e.Params) != 2 || e.Params[0] != len(migrations())+1 || e.Params[1] != len(migrations()) {
		t.Fatalf("parameters %v, want both versions", e.Params)
	}
	if readFile(t, filepath.Join(dir, "store.db")) != before {
		t.Fatal("the newer store was changed")
	}
}

func TestReadMigrationsWantsNumbersWithoutGaps(t *testing.T) {
	for _, names := range [][]string{{"0002_a.sql"}, {"0001_a.sql", "0003_b.sql"}, {"0001_a.sql", "0001_b.sql"}, {"1_a.sql"}, {"first.sql"}} {
		files := fstest.MapFS{}
		for _, name := range names {
			files["migrations/"+name] = &fstest.MapFile{}
		}
		if steps, err := readMigrations(files); err == nil {
			t.Errorf("%v: read as %v", names, steps)
		}
	}
}
