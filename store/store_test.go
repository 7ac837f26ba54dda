package store

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// openTest opens a store in a directory and closes it at the end of the test.
func openTest(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// wantCode fails unless err is a *chat.Error with a code, whose sentence is complete in both languages.
func wantCode(t testing.TB, err error, want chat.Code) *chat.Error {
	t.Helper()
	e, ok := errors.AsType[*chat.Error](err)
	if !ok || e.Code != want {
		t.Fatalf("error %v, want code %s", err, want)
	}
	for _, lang := range []chat.Language{chat.Korean, chat.English} {
		if text := e.In(lang); text == "" || strings.Contains(text, "%!") {
			t.Fatalf("%s in %s: %q", want, lang, text)
		}
	}
	return e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person makes a principal of its own.
func person(t testing.TB, s *Store, name string) chat.Principal {
	t.Helper()
	p, err := s.CreatePrincipal(t.Context(), System, KindPerson, name)
	must(t, err)
	return chat.Principal{ID: p.ID}
}

func TestOpenKeepsEverythingPrivate(t *testing.T) {
	if !permissionsMatter {
		t.Skip("file modes: not on this system")
	}
	dir := filepath.Join(t.TempDir(), "새 자료", "a#b?c%41=d&e;f")
	s := openTest(t, dir)
	_, err := s.PutBlob(t.Context(), chat.Local, "note:1", "text/plain", stringReader("내용"))
	must(t, err)
	must(t, filepath.WalkDir(filepath.Dir(dir), func(path string, d os.DirEntry, err error) error {
		must(t, err)
		info, err := d.Info()
		must(t, err)
		want := os.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: mode %o, want %o", path, got, want)
		}
		return nil
	}))
	if _, err := os.Stat(filepath.Join(dir, "store.db")); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAgainFindsWhatWasThere(t *testing.T) { eachStore(t, testOpenAgain) }
func testOpenAgain(t *testing.T, at place) {
	s := at.open(t)
	must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "language", "ko"))
	must(t, s.Close())
	s = at.open(t)
	var language string
	ok, err := s.Setting(t.Context(), chat.Local, "language", &language)
	if err != nil || !ok || language != "ko" {
		t.Fatalf("setting %q, %v, %v; want ko", language, ok, err)
	}
}

func TestOpenRefusesWhatIsNotAStore(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, dir string)
		want chat.Code
	}{
		{"text", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "store.db"), []byte("not a database, but long enough to be read as one"), 0o600))
		}, chat.CodeStoreForeign},
		{"directory", func(t *testing.T, dir string) {
			must(t, os.Mkdir(filepath.Join(dir, "store.db"), 0o700))
		}, chat.CodeStoreForeign},
		{"somebody else's database", func(t *testing.T, dir string) {
			execFile(t, filepath.Join(dir, "store.db"), `CREATE TABLE theirs (x)`)
		}, chat.CodeStoreForeign},
		{"somebody else's migrations", func(t *testing.T, dir string) {
			execFile(t, filepath.Join(dir, "store.db"), `CREATE TABLE migrations (version INTEGER)`)
		}, chat.CodeStoreForeign},
		{"a directory that is a file", func(t *testing.T, dir string) {
			must(t, os.Remove(dir))
			must(t, os.WriteFile(dir, nil, 0o600))
		}, chat.CodeStoreUnwritable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			must(t, os.Mkdir(dir, 0o700))
			test.make(t, dir)
			_, err := Open(t.Context(), Options{Dir: dir})
			wantCode(t, err, test.want)
		})
	}
}

func TestOpenReportsDamage(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	for range 200 {
		_, err := s.Enqueue(t.Context(), chat.Local, JobSpec{Kind: "fill", Payload: "some words to fill a few pages"})
		must(t, err)
	}
	must(t, s.Close())
	path := filepath.Join(dir, "store.db")
	data, err := os.ReadFile(path)
	must(t, err)
	for i := 4096; i < len(data); i++ { // all but the first page, which says that it is a database
		data[i] ^= 0x5a
	}
	must(t, os.WriteFile(path, data, 0o600))
	_, err = Open(t.Context(), Options{Dir: dir})
	wantCode(t, err, chat.CodeStoreDamaged)
}

// execFile runs SQL on a database file, as the sqlite3 shell would.
func execFile(t testing.TB, path, query string, args ...any) {
	t.Helper()
	db, err := openPool(sourceName(path, map[string][]string{}), 1)
	must(t, err)
	defer db.Close()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

func TestWriteCarriesThroughWhatItBegan(t *testing.T) {
	eachStore(t, testWriteCarriesThroughWhatItBegan)
}
func testWriteCarriesThroughWhatItBegan(t *testing.T, at place) {
	s := at.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.SetSetting(ctx, chat.Local, chat.Local, "a", 1)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
	if all, err := s.Settings(t.Context(), chat.Local); err != nil || len(all) != 0 {
		t.Fatalf("settings %v, %v; want none", all, err)
	}
}

// BenchmarkOpen measures what a start waits for: a store that is there, and one that is made.
func BenchmarkOpen(b *testing.B) {
	b.Run("existing", func(b *testing.B) {
		dir := b.TempDir()
		openTest(b, dir).Close()
		for b.Loop() {
			s, err := Open(b.Context(), Options{Dir: dir})
			must(b, err)
			b.StopTimer()
			must(b, s.Close())
			b.StartTimer()
		}
	})
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			s, err := Open(b.Context(), Options{Dir: filepath.Join(b.TempDir(), "new")})
			must(b, err)
			b.StopTimer()
			must(b, s.Close())
			b.StartTimer()
		}
	})
}

// BenchmarkVerifyKey measures what every request with a key waits for.
func BenchmarkVerifyKey(b *testing.B) {
	s := openTest(b, b.TempDir())
	secret, _, err := s.CreateKey(b.Context(), chat.Local, KeySpec{Name: "bench", Scopes: []Scope{ScopeInference}})
	must(b, err)
	for b.Loop() {
		if _, err := s.VerifyKey(b.Context(), secret); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWrite measures one acknowledged write: a transaction and its fsync.
func BenchmarkWrite(b *testing.B) {
	s := openTest(b, b.TempDir())
	start := time.Now()
	for b.Loop() {
		must(b, s.AppendAudit(b.Context(), chat.Local, "bench.write", "x", nil))
	}
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "writes/s")
}
