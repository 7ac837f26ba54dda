//go:build linux

package store

import (
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// mostWait is how long something may take on a machine that others share.
const mostWait = 2 * time.Minute

func TestPostgresIsOneServers(t *testing.T) {
	at := postgresPlace(t)
	s := at.open(t)
	other := place{Options{Dir: t.TempDir(), URL: at.opts.URL}}
	_, err := other.openWith(t, nil)
	e := wantCode(t, err, chat.CodeStoreTaken)
	if who := fmt.Sprint(e.Params[1]); !strings.HasPrefix(who, guardName) {
		t.Fatalf("names %q, want the process that has it", who)
	}
	must(t, s.Close())
	other.open(t)
}

func TestPostgresThatIsNotThere(t *testing.T) {
	at := postgresPlace(t)
	address, err := url.Parse(at.opts.URL)
	must(t, err)
	with := func(change func(u *url.URL, query url.Values)) string {
		u, query := *address, address.Query()
		u.User = url.UserPassword("exaone", "p4ssw0rd")
		change(&u, query)
		u.RawQuery = query.Encode()
		return u.String()
	}
	for name, test := range map[string]struct {
		url  string
		want chat.Code
	}{
		"another scheme":   {"mysql://exaone:p4ssw0rd@localhost/x", chat.CodeStoreAddress},
		"no address":       {"host=localhost password=p4ssw0rd", chat.CodeStoreAddress},
		"a port too large": {"postgres://exaone:p4ssw0rd@localhost:99999/x", chat.CodeStoreAddress},
		"no server":        {with(func(_ *url.URL, query url.Values) { query.Set("host", t.TempDir()) }), chat.CodeStoreUnreachable},
		"no database":      {with(func(u *url.URL, _ url.Values) { u.Path = "/nowhere" }), chat.CodeStoreUnreachable},
		"nobody we know":   {with(func(_ *url.URL, query url.Values) { query.Set("user", "nobody") }), chat.CodeStoreUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := place{Options{Dir: t.TempDir(), URL: test.url}}.openWith(t, nil)
			wantCode(t, err, test.want)
			if strings.Contains(err.Error(), "p4ssw0rd") {
				t.Errorf("the password is in %q", err)
			}
		})
	}
}

func TestPostgresOfSomebodyElse(t *testing.T) {
	at := postgresPlace(t).blank(t)
	at.exec(t, `CREATE TABLE theirs (x TEXT)`)
	_, err := at.openWith(t, nil)
	wantCode(t, err, chat.CodeStoreForeign)
	wantCode(t, restore(t, at, emptyBackup(t)), chat.CodeStoreForeign)

	at = postgresPlace(t).blank(t)
	at.exec(t, `CREATE ROLE guest LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC`)
	u, err := url.Parse(at.opts.URL)
	must(t, err)
	query := u.Query()
	query.Set("user", "guest")
	u.RawQuery = query.Encode()
	_, err = place{Options{Dir: t.TempDir(), URL: u.String()}}.openWith(t, nil)
	wantCode(t, err, chat.CodeStoreUnwritable)
}

func emptyBackup(t testing.TB) []byte {
	t.Helper()
	data, _ := backup(t, openTest(t, t.TempDir()))
	return data
}

func TestPostgresKeepsWhatItAcknowledges(t *testing.T) {
	at := postgresPlace(t)
	at.exec(t, `ALTER ROLE exaone SET synchronous_commit = off`)
	defer at.exec(t, `ALTER ROLE exaone RESET synchronous_commit`)
	s := at.open(t)
	value, _, err := row(t.Context(), s.writer, text, `SELECT current_setting('synchronous_commit')`)
	if err != nil || value != "on" {
		t.Fatalf("synchronous_commit is %q, %v; want on", value, err)
	}
	if _, err := s.reader.Exec(`DELETE FROM settings`); err == nil {
		t.Fatal("a connection that reads wrote")
	}
	err = s.write(t.Context(), "test", func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO settings (principal, name, value, updated) VALUES ('local', $1, '', 0)`, "a\x00b")
		return err
	})
	wantCode(t, err, chat.CodeTextBytes)
	_, err = s.reader.Exec(`SELEC`)
	if err := s.fault("test", err); codeOf(err) != "" {
		t.Fatalf("a mistake of ours is %v", err)
	}
}

// When the server has been away, the store goes on by itself.
func TestPostgresComesBack(t *testing.T) {
	at := postgresPlace(t)
	s := at.open(t)
	must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "n", 1))
	endConnections(t, at)
	deadline := time.Now().Add(mostWait)
	for {
		err := s.SetSetting(t.Context(), chat.Local, chat.Local, "n", 2)
		if err == nil {
			break
		}
		wantCode(t, err, chat.CodeStoreUnreachable)
		if time.Now().After(deadline) {
			t.Fatalf("still: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	// And it has the lock again.
	_, err := place{Options{Dir: t.TempDir(), URL: at.opts.URL}}.openWith(t, nil)
	wantCode(t, err, chat.CodeStoreTaken)
	must(t, s.Check(t.Context()))
}

// endConnections ends all connections to a database, as a server does that is started again.
func endConnections(t testing.TB, at place) {
	t.Helper()
	u, err := url.Parse(at.opts.URL)
	must(t, err)
	_, err = theServer.ctl.Exec(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1`, strings.TrimPrefix(u.Path, "/"))
	must(t, err)
}

// A server that was killed may still end, late, the connection of the one that waits for its lock: that one goes on.
func TestPostgresEndsTheOneThatWaits(t *testing.T) {
	at := postgresPlace(t)
	must(t, at.open(t).Close())
	config, err := parseURL(at.opts.URL)
	must(t, err)
	pool := postgresPool(config, 1, nil)
	defer pool.Close()
	killed, err := pool.Conn(t.Context())
	must(t, err)
	_, err = killed.ExecContext(t.Context(), `SELECT pg_advisory_lock($1)`, guardKey)
	must(t, err)
	ended := make(chan int64, 1)
	go func() {
		var n int64
		for deadline := time.Now().Add(mostWait); n == 0 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			killed.QueryRowContext(t.Context(), `SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&n)
		}
		killed.ExecContext(t.Context(), `SELECT pg_advisory_unlock_all()`)
		ended <- n
	}()
	s := at.open(t)
	if n := <-ended; n == 0 {
		t.Fatal("no connection waited")
	}
	must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "n", 1))
}

// If another server takes the database while this one is cut off, this one writes no more.
func TestPostgresThatIsTakenAway(t *testing.T) {
	at := postgresPlace(t)
	s := at.open(t)
	must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "n", 1))
	// The lock goes, and the connections that write stay: as if only the line of the lock had been cut.
	if _, err := s.writer.Exec(`SELECT pg_terminate_backend($1, 5000)`, s.guard.pid.Load()); err != nil {
		t.Fatal(err)
	}
	other := place{Options{Dir: t.TempDir(), URL: at.opts.URL}}.open(t)
	for range 5 {
		err := s.SetSetting(t.Context(), chat.Local, chat.Local, "n", 2)
		if code := codeOf(err); code != chat.CodeStoreUnreachable && code != chat.CodeStoreChanged {
			t.Fatalf("error %v, want none written", err)
		}
	}
	deadline := time.Now().Add(mostWait)
	for !s.taken.Load() {
		if time.Now().After(deadline) {
			t.Fatal("it does not notice")
		}
		time.Sleep(20 * time.Millisecond)
	}
	wantCode(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "n", 2), chat.CodeStoreChanged)
	n := 0
	if _, err := other.Setting(t.Context(), chat.Local, "n", &n); err != nil || n != 1 {
		t.Fatalf("the setting is %d, %v; want 1", n, err)
	}
	must(t, other.SetSetting(t.Context(), chat.Local, chat.Local, "n", 3))
}

// Transactions are as if they ran one after another, whatever they read before they write.
func TestTransactionsDoNotMix(t *testing.T) { eachStore(t, testTransactionsDoNotMix) }
func testTransactionsDoNotMix(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	const workers, each = 8, 10
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range each {
				err := s.write(ctx, "count", func(tx *sql.Tx) error {
					n, _, err := row(ctx, tx, text, `SELECT value FROM settings WHERE principal = 'local' AND name = 'n'`)
					if err != nil {
						return err
					}
					_, err = tx.Exec(`INSERT INTO settings (principal, name, value, updated) VALUES ('local', 'n', $1, 0)
						ON CONFLICT (principal, name) DO UPDATE SET value = excluded.value`, n+"x")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	n, _, err := row(ctx, s.reader, text, `SELECT value FROM settings WHERE name = 'n'`)
	if err != nil || len(n) != workers*each {
		t.Fatalf("counted to %d, %v; want %d", len(n), err, workers*each)
	}

	// Two administrators who take each other's role at once: one of them stays.
	for range 5 {
		ada, bob := signUp(t, s, fmt.Sprint("a", newID("x")), RoleAdmin), signUp(t, s, fmt.Sprint("b", newID("x")), RoleAdmin)
		member := RoleMember
		for _, p := range []Person{ada, bob} {
			group.Go(func() {
				if _, err := s.UpdatePerson(ctx, System, p.ID, PersonChange{Role: &member}); err != nil && codeOf(err) != chat.CodeLastAdmin {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n, err := s.Admins(ctx, System); err != nil || n != 1 {
			t.Fatalf("%d administrators, %v; want one", n, err)
		}
		all, err := s.Persons(ctx, System)
		must(t, err)
		for _, p := range all { // the next round begins with none
			must(t, s.write(ctx, "test", func(tx *sql.Tx) error {
				_, err := tx.Exec(`UPDATE principals SET role = 'member' WHERE id = $1`, p.ID)
				return err
			}))
		}
	}
}

func TestShownURLHoldsNoSecret(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://ada:secret@db.example:5432/exaone?sslmode=require": "postgres://db.example:5432/exaone",
		"postgres:///x?host=/run/pg&password=secret":                   "postgres:///run/pg/x",
		"secret":                       "…",
		"postgres://ada:se cret@%zz/x": "…",
		"postgres:secret":              "…",
	} {
		if got := shownURL(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}
