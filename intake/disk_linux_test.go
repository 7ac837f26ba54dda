package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/powercut"
	"exaone/store"
)

// A real disk that is really full: a file system of 56 MB in a mount namespace of its own, whose store and index are filled by
// documents, and then to its last byte by something else.
func TestFullDisk(t *testing.T) {
	binary, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), "EXAONE_TEST_INTAKE_FULL="+t.TempDir())
	powercut.RunWithDisks(t, cmd)
}

// crowd is a store and a shelf on a disk that fills up.
type crowd struct {
	dir   string
	store *store.Store
	shelf *Shelf
	put   map[string]string // versions, by the word that finds them
}

func fillDisk(dir string) error {
	if err := powercut.Mount(dir, 56<<20); err != nil {
		return err
	}
	c := &crowd{dir: filepath.Join(dir, "data"), put: map[string]string{}}
	if err := c.open(); err != nil {
		return err
	}
	const large = 5 << 20
	for n := 0; ; n++ { // a few fit, beside what is left free
		err := c.add(fmt.Sprintf("낱말%d", n), large)
		if told, ok := errors.AsType[*chat.Error](err); ok && told.Code == chat.CodeDocumentNoRoom && n > 0 {
			want, free := told.Params[1].(int64), told.Params[2].(int64)
			if want < large>>20 || free <= 0 || free >= want {
				return fmt.Errorf("it says %v", told)
			}
			fmt.Println(told.In(chat.Korean))
			break
		}
		if err != nil || n == 6 {
			return fmt.Errorf("document %d: %w", n, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(c.dir, "blobs", "tmp", "*"))
	if err != nil || len(left) > 0 {
		return fmt.Errorf("left behind: %v %w", left, err)
	}
	if err := c.found("as many as fit"); err != nil {
		return err
	}
	// One comes, and before it is read somebody else takes all the room.
	filler := filepath.Join(dir, "filler")
	if err := c.shelf.Close(); err != nil {
		return err
	}
	if err := c.add("늦은말", 100); err != nil {
		return err
	}
	if err := powercut.Fill(filler); err != nil {
		return err
	}
	if c.shelf, err = c.newShelf(); err != nil {
		return fmt.Errorf("opened while full: %w", err)
	}
	late := c.put["늦은말"]
	delete(c.put, "늦은말")
	if err := c.found("full"); err != nil {
		return err
	}
	comes(func() bool { return c.shelf.Held() != nil })
	v, err := c.store.Version(context.Background(), chat.Local, late)
	if why := c.shelf.Held(); err != nil || why == nil || v.State != store.VersionWaiting {
		return fmt.Errorf("held: %v, %s, %w", why, v.State, err)
	}
	fmt.Println(c.shelf.Held().In(chat.Korean))
	if err := os.Remove(filler); err != nil {
		return err
	}
	c.put["늦은말"] = late
	if err := c.found("with room"); err != nil {
		return err
	}
	if why := c.shelf.Held(); why != nil {
		return fmt.Errorf("held with room: %w", why)
	}
	return errors.Join(c.shelf.Close(), c.store.Close())
}

func (c *crowd) open() (err error) {
	if c.store, err = store.Open(context.Background(), store.Options{Dir: c.dir}); err != nil {
		return err
	}
	c.shelf, err = c.newShelf()
	return err
}

func (c *crowd) newShelf() (*Shelf, error) {
	return Open(context.Background(), Options{Store: c.store, Dir: filepath.Join(c.dir, "documents"), Reader: here{}})
}

// add puts a document in that one word finds, and whose file is so large.
func (c *crowd) add(word string, size int) error {
	page := "<p>" + word + "</p><!--" + strings.Repeat("x", size) + "-->"
	_, v, err := c.store.AddDocument(context.Background(), chat.Local,
		store.DocumentSpec{Name: word + ".html", Mime: "text/html", Size: int64(len(page))}, strings.NewReader(page))
	if err == nil {
		c.put[word] = v.ID
		c.shelf.Wake()
	}
	return err
}

// found waits until each document is found.
func (c *crowd) found(when string) error {
	for word, id := range c.put {
		for n := 0; ; n++ {
			found, err := c.shelf.Search(context.Background(), chat.Local, Question{Text: word, Top: 1})
			if err == nil && len(found) > 0 && found[0].Version.ID == id {
				break
			}
			if n > 12000 || err != nil {
				return fmt.Errorf("%s: %s finds %+v, %w", when, word, found, err)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return nil
}
