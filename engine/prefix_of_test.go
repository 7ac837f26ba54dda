package engine

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// What was asked of a model is deleted when the model is gone: at once by whoever removes it, or when the next engine
// begins. That of others stays.
func TestPrefixesGoWithTheirModel(t *testing.T) {
	for _, c := range []struct {
		name  string
		sweep func(dir string) error
	}{
		{"at once", SweepPrefixes},
		{"at the next start", func(dir string) error {
			e, _ := keeping(t, dir, tiny(t), 0)
			e.Forget("nobody")
			return e.Close()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, gone, stays := t.TempDir(), tiny(t), tiny(t)
			mine, yours := promptIDs(1, 3*pageSize), promptIDs(2, 3*pageSize)
			keptIn(t, dir, gone, 0, mine)
			keptIn(t, dir, stays, 0, yours)
			if err := os.RemoveAll(gone); err != nil {
				t.Fatal(err)
			}
			if err := c.sweep(dir); err != nil {
				t.Fatal(err)
			}
			if n := holding(t, dir, mine); n != 0 {
				t.Errorf("%d files hold what was asked of a model that is gone", n)
			}
			if n := holding(t, dir, yours); n == 0 {
				t.Error("what was asked of another model is gone")
			}
			if list, err := os.ReadDir(dir); err != nil || len(list) != 2 {
				t.Errorf("%v is left, want the salt and one folder; %v", list, err)
			}
		})
	}
}

// Of a model that was read from several places, one is enough; so is a prepared form; and where no list is, or none that
// can be read, nothing is deleted.
func TestOneCheckpointIsEnough(t *testing.T) {
	for _, c := range []struct {
		name, here string
		list       string // instead of both; "-" is no file
		stays      bool
	}{
		{"both gone", "", "", false},
		{"the second is here", "b.gguf", "", true},
		{"a prepared form is here", "a.gguf.prepared", "", true},
		{"no list", "", "-", true},
		{"an empty list", "", "[]", true},
		{"no JSON", "", "[\"", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			models, dir := t.TempDir(), t.TempDir()
			model := filepath.Join(dir, "model")
			file := filepath.Join(model, "000000-0"+runSuffix)
			if err := errors.Join(os.Mkdir(model, 0o700), os.WriteFile(file, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
			var err error
			switch c.list {
			case "":
				err = errors.Join(note(model, filepath.Join(models, "a.gguf")), note(model, filepath.Join(models, "b.gguf")))
			case "-":
			default:
				err = os.WriteFile(filepath.Join(model, ofName), []byte(c.list), 0o600)
			}
			if err == nil && c.here != "" {
				err = os.WriteFile(filepath.Join(models, c.here), nil, 0o600)
			}
			if err = errors.Join(err, SweepPrefixes(dir)); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(file); (err == nil) != c.stays {
				t.Errorf("a run stays: %v, want %v", err == nil, c.stays)
			}
		})
	}
}
