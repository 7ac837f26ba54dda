package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// The tests start a PostgreSQL server of their own, once per run: in a temporary directory, on a socket in it alone, by
// somebody without rights where we have all. It ends with the run, however that ends.
type server struct {
	dir  string
	ctl  *sql.DB
	proc *os.Process
	done chan struct{} // closed when it has ended

	model sync.Once
}

var theServer struct {
	once sync.Once
	*server
	err error
}

var databases atomic.Int32

// newDatabase makes a database, with the tables of a store or blank, and returns its address. Where there is no
// PostgreSQL the test is skipped.
func newDatabase(t testing.TB, tables bool) string {
	t.Helper()
	theServer.once.Do(func() { theServer.server, theServer.err = startServer() })
	if errors.Is(theServer.err, exec.ErrNotFound) {
		t.Skip("no PostgreSQL here")
	}
	must(t, theServer.err)
	name := fmt.Sprint("test", databases.Add(1))
	query := `CREATE DATABASE ` + name
	if tables {
		theServer.model.Do(func() { theServer.err = theServer.makeModel() })
		must(t, theServer.err)
		query += ` TEMPLATE model`
	}
	_, err := theServer.ctl.Exec(query)
	must(t, err)
	return theServer.url(name)
}

// makeModel makes the database that others are copies of: a new store.
func (s *server) makeModel() error {
	if _, err := s.ctl.Exec(`CREATE DATABASE model`); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "exaone-model")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	made, err := Open(context.Background(), Options{Dir: dir, URL: s.url("model")})
	if err != nil {
		return err
	}
	return made.Close()
}

func (s *server) url(database string) string {
	u := url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: url.Values{"host": {s.dir}, "user": {"exaone"}}.Encode()}
	return u.String()
}

// postgresProgram finds a program of PostgreSQL, which Debian keeps off the path.
func postgresProgram(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", exec.ErrNotFound
	}
	return found[len(found)-1], nil
}

func startServer() (_ *server, err error) {
	initdb, err := postgresProgram("initdb")
	if err != nil {
		return nil, err
	}
	postgres, err := postgresProgram("postgres")
	if err != nil {
		return nil, err
	}
	s := &server{done: make(chan struct{})}
	if s.dir, err = os.MkdirTemp("", "exaone-pg"); err != nil {
		return nil, err
	}
	attr, err := asSomebody(s.dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(s.dir, "data")
	cmd := exec.Command(initdb, "-D", data, "-U", "exaone", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8")
	cmd.Dir, cmd.SysProcAttr = s.dir, attr
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	cmd = exec.Command(postgres, "-D", data, "-k", s.dir, "-h", "", "-F", "-c", "max_connections=200",
		"-c", "full_page_writes=off", "-c", "autovacuum=off", "-c", "shared_buffers=32MB", "-c", "log_min_messages=panic")
	// It hears of our end, even if we are killed: the thread that starts it must be there until then.
	own := *attr
	own.Pdeathsig = syscall.SIGQUIT
	cmd.Dir, cmd.SysProcAttr = s.dir, &own
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
		close(s.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	s.proc = cmd.Process
	return s, s.wait()
}

// wait returns when the server answers.
func (s *server) wait() error {
	config, err := parseURL(s.url("postgres"))
	if err != nil {
		return err
	}
	s.ctl = stdlib.OpenDB(*config)
	s.ctl.SetMaxIdleConns(1)
	for range 5000 {
		if err = s.ctl.Ping(); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL does not answer: %w", err)
}

// asSomebody is how to run a program as a user who may be a server of PostgreSQL, which root may not, and gives that
// user a directory.
func asSomebody(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{}
	if os.Getuid() != 0 {
		return attr, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(who.Gid)
	if err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, os.Chown(dir, uid, gid)
}

// stopServer ends the server, if there is one, and removes what it kept.
func stopServer() {
	s := theServer.server
	if s == nil {
		return
	}
	if s.ctl != nil {
		s.ctl.Close()
	}
	if s.proc != nil {
		s.proc.Signal(syscall.SIGQUIT)
		<-s.done
	}
	os.RemoveAll(s.dir)
}
