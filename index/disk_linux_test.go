package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"exaone/disk"
	"exaone/powercut"
)

// A real disk that is really full: a file system of 3 MB in a mount namespace of its own.
func TestFullDisk(t *testing.T) {
	binary, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), childKey+"=full", dirKey+"="+t.TempDir())
	powercut.RunWithDisks(t, cmd)
}

// fillDisk puts documents until nothing fits, and sees what can be done then: with what is open, opened again, and with room.
func fillDisk(dir string) error {
	if err := powercut.Mount(dir, 3<<20); err != nil {
		return err
	}
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); err != nil {
		return err
	}
	dir = filepath.Join(dir, "index")
	ix, err := Open(dir, Options{FlushBytes: 400 << 10})
	if err != nil {
		return err
	}
	w := newWriter(9, 2000)
	there := 0
	put := func() error {
		d := Document{ID: fmt.Sprintf("d%d", there), Class: "c", Version: "1"}
		for range 20 {
			d.Passages = append(d.Passages, Passage{Text: w.text(200)})
		}
		d.Passages = append(d.Passages, Passage{Text: fmt.Sprintf("표지%dx", there)})
		err := ix.Put(context.Background(), d)
		if err == nil {
			there++
		}
		return err
	}
	all := func(when string) error {
		for n := 0; n < there; n += 1 + n/8 {
			result, err := ix.Search(context.Background(), Query{Text: fmt.Sprintf("표지%dx", n), Classes: []string{"c"}, Top: 1})
			if err != nil || len(result.Hits) == 0 || result.Hits[0].Document != fmt.Sprintf("d%d", n) {
				return fmt.Errorf("%s: document %d of %d finds %+v, %w", when, n, there, result.Hits, err)
			}
		}
		return nil
	}
	for err == nil {
		err = put()
	}
	if !disk.Full(err) || there < 5 {
		return fmt.Errorf("%d fitted, then: %w", there, err)
	}
	if err := all("full"); err != nil {
		return err
	}
	fmt.Println(there, "documents fitted")
	if err := ix.Close(); err != nil {
		return err
	}
	if err := powercut.Fill(filepath.Join(filepath.Dir(dir), "rest")); err != nil {
		return err
	}
	if ix, err = Open(dir, Options{FlushBytes: 400 << 10}); err != nil {
		return fmt.Errorf("opened while full: %w", err)
	}
	if err := all("opened while full"); err != nil {
		return err
	}
	if err := put(); !disk.Full(err) {
		return fmt.Errorf("put while full: %w", err)
	}
	if err := os.Remove(filler); err != nil {
		return err
	}
	for range 10 {
		if err := put(); err != nil {
			return fmt.Errorf("put with room: %w", err)
		}
	}
	if err := errors.Join(all("with room"), ix.Close()); err != nil {
		return err
	}
	if ix, err = Open(dir, Options{}); err != nil {
		return err
	}
	return errors.Join(all("opened with room"), ix.Close())
}
