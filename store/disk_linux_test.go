package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/powercut"
)

// A real disk that is really full: a file system of 4 MB in a mount namespace of its own.
func TestFullDisk(t *testing.T) {
	powercut.RunWithDisks(t, child(t, "full", t.TempDir()))
}

func fillDisk(dir string) error {
	if err := powercut.Mount(dir, 4<<20); err != nil {
		return err
	}
	ctx := context.Background()
	if err := os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 512<<10), 0o600); err != nil {
		return err
	}
	dir = filepath.Join(dir, "data")
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	// Blobs until there is no more room.
	var lines []string
	for i := 0; ; i++ {
		object := fmt.Sprint("upload:", i)
		b, err := s.PutBlob(ctx, chat.Local, object, "text/plain", stringReader(strings.Repeat(object, 8000)))
		if err != nil {
			if err := wantFull(err); err != nil {
				return err
			}
			break
		}
		lines = append(lines, "blob "+b.Hash)
	}
	// Rows until there is no more room for those either.
	for i := 0; ; i++ {
		name := fmt.Sprint("setting", i)
		if err := s.SetSetting(ctx, chat.Local, chat.Local, name, strings.Repeat("x", 5000)); err != nil {
			if err := wantFull(err); err != nil {
				return err
			}
			break
		}
	}
	fmt.Printf("%d files fitted, then store_full\n", len(lines))
	if err := allThere(ctx, s, lines); err != nil {
		return fmt.Errorf("while full: %w", err)
	}
	if err := s.Close(); err != nil {
		if err := wantFull(s.fault("close", err)); err != nil {
			return err
		}
	}
	return openFull(ctx, dir, lines)
}

// openFull opens the store on the disk that is still full, then makes room and goes on.
func openFull(ctx context.Context, dir string, lines []string) error {
	if s, err := Open(ctx, Options{Dir: filepath.Join(filepath.Dir(dir), "second")}); err == nil {
		s.Close()
		return errors.New("a new store on a full disk opened")
	} else if err := wantFull(err); err != nil {
		return err
	}
	if s, err := Open(ctx, Options{Dir: dir}); err == nil {
		if err := errors.Join(allThere(ctx, s, lines), s.Close()); err != nil {
			return fmt.Errorf("opened while full: %w", err)
		}
		fmt.Println("an existing store opens on a full disk")
	} else if err := wantFull(err); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(filepath.Dir(dir), "filler")); err != nil {
		return err
	}
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.SetSetting(ctx, chat.Local, chat.Local, "after", 1); err != nil {
		return fmt.Errorf("after making room: %w", err)
	}
	fmt.Println("after making room it goes on")
	return allThere(ctx, s, lines)
}

func allThere(ctx context.Context, s *Store, lines []string) error {
	for _, line := range lines {
		if why := missing(ctx, s, line); why != "" {
			return errors.New(why)
		}
	}
	return s.Check(ctx)
}

// wantFull is an error unless err says that the disk is full.
func wantFull(err error) error {
	if e, ok := errors.AsType[*chat.Error](err); ok && e.Code == chat.CodeStoreFull {
		return nil
	}
	return fmt.Errorf("want store_full: %w", err)
}
