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
	for _, d := range []*dialect{&sqliteDialect, &postgresDialect} {
		for _, step := range migrations(d) {
			path := frozenPath(d, step)
			if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) && *update {
				must(t, os.MkdirAll(filepath.Dir(path), 0o755))
				must(t, os.WriteFile(path, []byte(step.sql), 0o644))
			}
			if got, want := step.sql, readFile(t, path); got != want {
				t.Errorf("migration %s/%04d_%s differs from %s", d.steps, step.version, step.name, path)
			}
		}
	}
}

func frozenPath(d *dialect, step migration) string {
	dir := filepath.Join("testdata", "frozen", strings.TrimPrefix(d.steps, "migrations"))
	return filepath.Join(dir, fmt.Sprintf("%04d_%s.sql", step.version, step.name))
}

// Both databases have the same migrations, and after each the same tables, columns and keys.
func TestBothDatabasesHaveTheSameTables(t *testing.T) {
	lite, post := migrations(&sqliteDialect), migrations(&postgresDialect)
	if len(lite) != len(post) {
		t.Fatalf("%d migrations for SQLite, %d for PostgreSQL", len(lite), len(post))
	}
	for i := range lite {
		if lite[i].name != post[i].name {
			t.Errorf("migration %d is %s for SQLite, %s for PostgreSQL", i+1, lite[i].name, post[i].name)
		}
		one, err := sqlitePlace(t).openWith(t, lite[:i+1])
		must(t, err)
		other, err := postgresPlace(t).blank(t).openWith(t, post[:i+1])
		must(t, err)
		if got, want := layout(t, other), layout(t, one); !slices.Equal(got, want) {
			t.Errorf("version %d: PostgreSQL has\n%s\nSQLite has\n%s", i+1, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// layout is every table of a store with its columns, their kinds and places in the key, and what refers to what. What
// only one database needs for searching is left out.
func layout(t testing.TB, s *Store) []string {
	t.Helper()
	names, err := rows(t.Context(), s.reader, text, s.dialect.tables)
	must(t, err)
	slices.Sort(names)
	var all []string
	for _, name := range names {
		if name == "search_grams" {
			continue
		}
		columns, err := rows(t.Context(), s.reader, scanColumn, s.dialect.columns, name)
		must(t, err)
		for _, c := range columns {
			all = append(all, fmt.Sprint(name, ".", c.Name, " ", c.Kind, " ", c.key))
		}
	}
	refers, err := rows(t.Context(), s.reader, pair, s.dialect.refers)
	must(t, err)
	var links []string
	for _, r := range refers {
		links = append(links, r[0]+" → "+r[1])
	}
	slices.Sort(links)
	return append(all, links...)
}

// schema is everything that a database says about its tables.
func schema(t testing.TB, s *Store) []string {
	t.Helper()
	query := `SELECT coalesce(sql, name) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`
	if s.postgres() {
		query = `SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
				FROM information_schema.columns WHERE table_schema = current_schema()
			UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()
			UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
				WHERE connamespace = current_schema()::regnamespace
			UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
			ORDER BY 1`
	}
	all, err := rows(t.Context(), s.reader, text, query)
	must(t, err)
	return all
}

// From every frozen version the migrations lead to the same schema as a new store has, and what was in the
// store is still there.
func TestEveryVersionMigratesToTheLast(t *testing.T) { eachStore(t, testEveryVersionMigrates) }
func testEveryVersionMigrates(t *testing.T, at place) {
	want := schema(t, at.open(t))
	steps := migrations(at.dialect())
	for _, from := range steps {
		t.Run(fmt.Sprintf("%04d", from.version), func(t *testing.T) {
			at := at.blank(t)
			old, err := at.openWith(t, steps[:from.version])
			must(t, err)
			must(t, old.Close())
			at.exec(t, fmt.Sprintf(rowsOfVersion[1], map[bool]string{true: "BLOB", false: "BYTEA"}[at.sqlite()]))
			s := at.open(t)
			if got := schema(t, s); !slices.Equal(got, want) {
				t.Errorf("schema\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			var language string
			if ok, err := s.Setting(t.Context(), chat.Local, "language", &language); err != nil || !ok || language != "ko" {
				t.Errorf("setting %q, %v, %v; want ko", language, ok, err)
			}
			p, err := s.Person(t.Context(), System, "person-old")
			if err != nil || p.Name != "옛 사람" || p.Role != "" || p.Login != "" {
				t.Errorf("person %+v, %v", p, err)
			}
			if keys, err := s.Keys(t.Context(), p.as()); err != nil || len(keys) != 1 || keys[0].Name != "옛 키" {
				t.Errorf("keys %+v, %v", keys, err)
			}
			if jobs, err := s.Jobs(t.Context(), p.as(), 9); err != nil || len(jobs) != 1 || string(jobs[0].Payload) != `{"a":1}` {
				t.Errorf("jobs %+v, %v", jobs, err)
			}
			must(t, s.Check(t.Context()))
			// It is a store like any other.
			_, err = s.CreatePerson(t.Context(), System, PersonSpec{Name: "새 사람", Role: RoleMember})
			must(t, err)
		})
	}
}

// rowsOfVersion are rows as a program of a version wrote them, in SQL that both databases read.
var rowsOfVersion = map[int]string{
	1: `INSERT INTO settings (principal, name, value, updated) VALUES ('local', 'language', '"ko"', 1);
		INSERT INTO principals (id, kind, name, created) VALUES ('person-old', 'person', '옛 사람', 5);
		INSERT INTO keys (id, principal, name, hash, prefix, scopes, per_minute, created)
			SELECT 'key-old', 'person-old', '옛 키', hash, 'exa-0000', 'inference', 0, 6
			FROM (SELECT CAST('0123456789abcdef0123456789abcdef' AS %s) AS hash) AS h;
		INSERT INTO acceptances (id, model, licence, class, text_hash, person, principal, accepted)
			VALUES ('acceptance-old', 'm', 'l', 'terms', 'h', '', 'person-old', 7);
		INSERT INTO jobs (id, principal, kind, payload, state, max_attempts, not_before, created)
			VALUES ('job-old', 'person-old', 'k', '{"a":1}', 'queued', 1, 8, 8);`,
}

// plus is the migrations there are and others after them.
func plus(d *dialect, sql ...string) []migration {
	steps := migrations(d)
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
	s, err := open(t.Context(), Options{Dir: dir}, plus(&sqliteDialect, `DELETE FROM settings`))
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

func TestMigrationCopiesTheTablesFirst(t *testing.T) {
	at := postgresPlace(t)
	s := at.open(t)
	must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "language", "ko"))
	must(t, s.Close())
	s, err := at.openWith(t, plus(at.dialect(), `DELETE FROM settings`))
	must(t, err)
	schema, ok, err := row(t.Context(), s.reader, text, `SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'backup%'`)
	if err != nil || !ok || !strings.HasPrefix(schema, fmt.Sprintf("backup_v%04d_2", len(migrations(at.dialect())))) {
		t.Fatalf("schema %q, %v; want one with the version", schema, err)
	}
	value, _, err := row(t.Context(), s.reader, text, `SELECT value FROM `+schema+`.settings`)
	if err != nil || value != `"ko"` {
		t.Fatalf("setting in the copy: %q, %v", value, err)
	}
}

func TestMigrationThatFailsChangesNothing(t *testing.T) { eachStore(t, testMigrationThatFails) }
func testMigrationThatFails(t *testing.T, at place) {
	s := at.open(t)
	before := schema(t, s)
	must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "language", "ko"))
	must(t, s.Close())
	for name, sql := range map[string]string{
		"in the middle":                     `CREATE TABLE next (x TEXT); DROP TABLE settings; INSERT INTO nowhere VALUES (1)`,
		"in its text":                       `CREATE TABLE next (x`,
		"a reference that leads nowhere":    `DELETE FROM settings; DELETE FROM principals WHERE id = 'local'; INSERT INTO team_members VALUES ('t', 'local', 1)`,
		"a table that is there":             `CREATE TABLE keys (x TEXT)`,
		"a value that the table won't have": `UPDATE settings SET value = NULL`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := at.openWith(t, plus(at.dialect(), `CREATE TABLE first (x TEXT)`, sql))
			wantCode(t, err, chat.CodeStoreMigration)

			s := at.open(t)
			defer s.Close()
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
	s, err = open(t.Context(), Options{Dir: dir}, plus(&sqliteDialect, `
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

func TestOlderProgramRefusesNewerStore(t *testing.T) { eachStore(t, testOlderProgram) }
func testOlderProgram(t *testing.T, at place) {
	known := len(migrations(at.dialect()))
	s, err := at.openWith(t, plus(at.dialect(), `CREATE TABLE later (x TEXT)`))
	must(t, err)
	before := schema(t, s)
	must(t, s.Close())
	_, err = at.openWith(t, nil)
	e := wantCode(t, err, chat.CodeStoreNewer)
	if len(e.Params) != 2 || e.Params[0] != known+1 || e.Params[1] != known {
		t.Fatalf("parameters %v, want both versions", e.Params)
	}
	s, err = at.openWith(t, plus(at.dialect(), `CREATE TABLE later (x TEXT)`))
	must(t, err)
	if got := schema(t, s); !slices.Equal(got, before) {
		t.Fatal("the newer store was changed")
	}
}

func TestReadMigrationsWantsNumbersWithoutGaps(t *testing.T) {
	for _, names := range [][]string{{"0002_a.sql"}, {"0001_a.sql", "0003_b.sql"}, {"0001_a.sql", "0001_b.sql"}, {"1_a.sql"}, {"first.sql"}} {
		files := fstest.MapFS{}
		for _, name := range names {
			files["migrations/"+name] = &fstest.MapFile{}
		}
		if steps, err := readMigrations(files, "migrations"); err == nil {
			t.Errorf("%v: read as %v", names, steps)
		}
	}
}
