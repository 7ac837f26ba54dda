//go:build unix

package weights

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestPrepareThroughAPipe neither waits for its other end nor takes it away.
func TestPrepareThroughAPipe(t *testing.T) {
	path := preparable(t)
	part := PreparedPath(path) + partSuffix
	if err := unix.Mkfifo(part, 0o600); err != nil {
		t.Skipf("pipes: %v", err)
	}
	err := Prepare(context.Background(), path, nil)
	if _, ok := errors.AsType[*NotAFile](err); !ok {
		t.Errorf("got %v, want a *NotAFile", err)
	}
	if f, err := openHere(part); !errors.Is(err, unix.ENXIO) {
		t.Errorf("opened %v, %v, want %v", f, err, unix.ENXIO)
	}
}

// TestLinksAreNotFollowed though they appear after it was looked for them.
func TestLinksAreNotFollowed(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(link+".victim", link); err != nil {
		t.Skipf("links: %v", err)
	}
	if f, err := openHere(link); err == nil {
		t.Error("the link was followed", f.Close())
	}
}
