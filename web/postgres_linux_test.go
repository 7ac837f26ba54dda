package web

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// newPostgres starts a PostgreSQL server for a test, and returns the address of an empty database. The other function vacuums it
// and returns all bytes of the files of its tables. Where there is no PostgreSQL the test is skipped.
func newPostgres(t *testing.T) (address string, vacuum func() string) {
	t.Helper()
	program := func(name string) string {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
		if len(found) == 0 {
			t.Skip("no PostgreSQL here")
		}
		return found[len(found)-1]
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir, err := os.MkdirTemp("", "exaone-pg")
	check(err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Getuid() == 0 { // a server does not run as root
		who, err := user.Lookup("nobody")
		check(err)
		uid, _ := strconv.Atoi(who.Uid)
		gid, _ := strconv.Atoi(who.Gid)
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		check(os.Chown(dir, uid, gid))
	}
	data := filepath.Join(dir, "data")
	run := func(name string, args ...string) ([]byte, error) {
		cmd := exec.Command(program(name), args...)
		cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: attr.Credential}
		return cmd.CombinedOutput()
	}
	if out, err := run("initdb", "-D", data, "-U", "exaone", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	server := exec.Command(program("postgres"), "-D", data, "-k", dir, "-h", "", "-F", "-c", "log_min_messages=panic")
	server.Dir, server.SysProcAttr = dir, attr
	started, ended := make(chan error), make(chan struct{})
	go func() { // it hears of our end by the thread that starts it
		runtime.LockOSThread()
		err := server.Start()
		started <- err
		if err == nil {
			_ = server.Wait() // it is ended by a signal
		}
		close(ended)
	}()
	check(<-started)
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGQUIT) // it may have ended
		<-ended
	})
	query := func(database string, queries ...string) ([]byte, error) {
		args := []string{"-h", dir, "-U", "exaone", "-d", database}
		for _, q := range queries {
			args = append(args, "-c", q)
		}
		return run("psql", args...)
	}
	for range 5000 {
		if _, err = query("postgres", "SELECT 1"); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	check(err)
	_, err = query("postgres", "CREATE DATABASE kept")
	check(err)
	u := url.URL{Scheme: "postgres", Path: "/kept", RawQuery: url.Values{"host": {dir}, "user": {"exaone"}}.Encode()}
	return u.String(), func() string {
		if out, err := query("kept", "VACUUM FULL", "CHECKPOINT"); err != nil {
			t.Fatalf("vacuum: %v\n%s", err, out)
		}
		var all bytes.Buffer
		paths, err := filepath.Glob(filepath.Join(data, "base", "*", "*"))
		check(err)
		for _, path := range paths {
			if b, err := os.ReadFile(path); err == nil {
				all.Write(b)
			}
		}
		if !strings.Contains(all.String(), "principals") {
			t.Fatal("the files of the database do not even have the names of its tables")
		}
		return all.String()
	}
}
