package convert

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"exaone/weights"
)

// put writes files into a new folder and returns its path.
func put(t *testing.T, names ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("somebody's"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A folder is replaced if every file in it is one that a conversion writes, and a file never by way of a folder.
func TestForceReplacesWhatConversionsWrite(t *testing.T) {
	f := open(t, checkpoint(t, "exaone35-tiny"))
	for what, c := range map[string]struct {
		files []string
		by    Occupant
	}{
		"empty":               {nil, ""},
		"a checkpoint":        {[]string{"config.json", "model.safetensors", "tokenizer.json"}, ""},
		"some program":        {[]string{"config.json", "index.js"}, NoCheckpoint},
		"tensors alone":       {[]string{"model.safetensors"}, NoCheckpoint},
		"letters":             {[]string{"letters"}, NoCheckpoint},
		"a checkpoint's code": {[]string{"config.json", "model.safetensors", "modeling.py"}, OtherFile},
		"letters beside it":   {[]string{"config.json", "model.safetensors", ".letters"}, OtherFile},
	} {
		t.Run(what, func(t *testing.T) {
			dir := put(t, c.files...)
			_, err := Safetensors(t.Context(), f, dir, Options{Threads: 1, Force: true})
			occupied, ok := errors.AsType[*Occupied](err)
			if c.by == "" && err != nil || c.by != "" && (!ok || occupied.By != c.by) {
				t.Fatalf("error %v, want %q", err, c.by)
			}
			for _, name := range c.files {
				data, err := os.ReadFile(filepath.Join(dir, name))
				if c.by != "" && (err != nil || string(data) != "somebody's") {
					t.Errorf("%s: %q, %v, want it as it was", name, data, err)
				}
			}
			if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) != 1 {
				t.Errorf("%v are left beside it: %v", left, err)
			}
		})
	}
	if _, err := Safetensors(t.Context(), f, put(t), Options{Threads: 1}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("without force: %v, want %v", err, fs.ErrExist)
	}
}

// What somebody puts into the folder while a conversion runs is found before anything is replaced.
func TestForceLooksAgain(t *testing.T) {
	dir := put(t, "config.json", "model.safetensors")
	letters := filepath.Join(dir, "letters")
	_, err := Safetensors(t.Context(), open(t, checkpoint(t, "exaone35-tiny")), dir, Options{Threads: 1, Force: true,
		Progress: func(done, total int64) {
			if err := os.WriteFile(letters, nil, 0o600); err != nil {
				t.Error(err)
			}
		}})
	if occupied, ok := errors.AsType[*Occupied](err); !ok || occupied.By != OtherFile {
		t.Errorf("error %v, want %q", err, OtherFile)
	}
	if _, err := os.Stat(letters); err != nil {
		t.Error(err)
	}
}

// A file that is to be written takes no folder's place, and nothing that is no file: both are refused before any work.
func TestAFileTakesAFilesPlace(t *testing.T) {
	f := open(t, checkpoint(t, "exaone35-tiny"))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(t.TempDir(), "elsewhere"), link); err != nil {
		t.Skipf("links: %v", err)
	}
	for path, by := range map[string]Occupant{put(t): Folder, put(t, "config.json", "model.safetensors"): Folder, link: Special} {
		worked := false
		_, err := GGUF(t.Context(), f, path, Options{Threads: 1, Force: true, Progress: func(int64, int64) { worked = true }})
		if occupied, ok := errors.AsType[*Occupied](err); !ok || occupied.By != by || worked {
			t.Errorf("error %v, worked %v, want %q before any work", err, worked, by)
		}
	}
	if _, err := Safetensors(t.Context(), f, link, Options{Threads: 1, Force: true}); err == nil {
		t.Error("a folder took a link's place")
	}
	if _, err := os.Lstat(link); err != nil {
		t.Error(err)
	}
}

// What is read is not written to, by whatever name, nor is a name taken that prepared forms have; a model of which only
// that is left counts as being there.
func TestNothingTakesThePlaceOfWhatIsRead(t *testing.T) {
	folder := checkpoint(t, "exaone35-tiny")
	f := open(t, folder)
	path := filepath.Join(t.TempDir(), "model.gguf")
	if _, err := GGUF(t.Context(), f, path, Options{Threads: 1}); err != nil {
		t.Fatal(err)
	}
	other := path + ".link"
	if err := os.Link(path, other); err != nil {
		t.Skipf("links: %v", err)
	}
	file := open(t, path)
	for _, c := range []struct {
		path string
		from *weights.File
		by   Occupant
	}{
		{path, file, Input},
		{other, file, Input},
		{filepath.Join(folder, tensorsName), f, Input},
		{filepath.Join(folder, "chat_template.jinja"), f, Input},
		{filepath.Join(folder, "new.gguf"), f, ""},
		{path, f, ""},
		{path, nil, ""},
		{path + ".prepared", nil, PreparedForm},
		{path + ".Prepared", f, PreparedForm},
	} {
		err := Free(c.path, c.from, true)
		if occupied, ok := errors.AsType[*Occupied](err); c.by == "" && err != nil || c.by != "" && (!ok || occupied.By != c.by) {
			t.Errorf("%s: %v, want %q", filepath.Base(c.path), err, c.by)
		}
	}
	if err := freeFolder(folder, f, true); err == nil || err.Error() != (&Occupied{Path: folder, By: Input}).Error() {
		t.Errorf("the folder that is read: %v", err)
	}
	if err := os.Rename(path, weights.PreparedPath(path)); err != nil {
		t.Fatal(err)
	}
	if err := Free(path, nil, false); !errors.Is(err, fs.ErrExist) {
		t.Errorf("where only a prepared form is: %v, want %v", err, fs.ErrExist)
	}
}
