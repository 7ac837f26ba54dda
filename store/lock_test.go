package store

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestTheHolderSaysWhereItTakesCommands(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	if got := Socket(dir); got != "" {
		t.Fatalf("a socket %q, though none was named", got)
	}
	path := filepath.Join(dir, "한글 \"따옴표\"\n줄", "socket")
	must(t, s.SetSocket(path))
	must(t, s.SetAddress("http://127.0.0.1:11500"))
	if got := Socket(dir); got != path {
		t.Errorf("the socket is %q, want %q", got, path)
	}
	must(t, s.SetSocket(""))
	if got := Socket(dir); got != "" {
		t.Errorf("the socket is %q after it was taken back", got)
	}
	if err := s.SetSocket(strings.Repeat("x", 600)); err == nil || Socket(dir) != "" {
		t.Errorf("a path that does not fit: %v, and the file says %q", err, Socket(dir))
	}
	if got := Socket(filepath.Join(dir, "nowhere")); got != "" {
		t.Errorf("a socket %q where there is no directory", got)
	}
}
