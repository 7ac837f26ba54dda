package hub

import (
	"fmt"
	"os"
	"path/filepath"

	"exaone/chat"
	"exaone/weights"
)

// GiveUp removes the original of a model, which its prepared form then stands for, after the manifest says which one that
// is: another one in its place is found out. The caller holds the model and has verified its prepared form.
func (h *Hub) GiveUp(l Local) error {
	m, err := readManifest(l.Dir)
	if err != nil {
		return err
	}
	form, err := weights.ReadPrepared(l.Path)
	if err != nil {
		return err
	}
	m.Prepared = form.Content
	data, err := m.encode()
	if err != nil {
		return err
	}
	if err := keepFile(filepath.Join(l.Dir, manifestName), data); err != nil {
		return err
	}
	return os.Remove(l.Path)
}

// givenUp is the error of a path that leads to an original which was given up; nil if it is none.
func givenUp(all []Local, path string) error {
	dir, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return nil
	}
	for _, l := range all {
		if !l.Slim && l.Err == nil || filepath.Base(l.Path) != filepath.Base(path) {
			continue
		}
		if own, err := os.Stat(filepath.Dir(l.Path)); err != nil || !os.SameFile(own, dir) {
			continue
		}
		if l.Err != nil {
			return l.Err
		}
		return chat.NewError(chat.CodeHubSlimPath, nil, path, l.Name)
	}
	return nil
}

// Sum returns the SHA-256 that the file at Path should have, in hexadecimal; "" if it is not known.
func (l Local) Sum() string {
	for _, f := range l.Files {
		if f.Name == filepath.Base(l.Path) {
			return f.SHA256
		}
	}
	return ""
}

// Broken is the error of a model whose file of this name is not what it should be: it says what to do.
func (l Local) Broken(file string, cause error) error {
	return chat.NewError(chat.CodeHubBroken, cause, l.Name, filepath.Base(file))
}

// standsFor reports a prepared form that is not that of the file f of a model in dir, as far as its header says; content
// is what the manifest knows of it, if anything.
func standsFor(dir string, f File, content string) error {
	form, err := weights.ReadPrepared(filepath.Join(dir, f.Name))
	switch {
	case err != nil:
		return err
	case form.Size != f.Size:
		return fmt.Errorf("the prepared form of %s is of a file of %d bytes, want %d", f.Name, form.Size, f.Size)
	case content != "" && form.Content != content:
		return fmt.Errorf("the prepared form of %s has content %s, want %s", f.Name, form.Content, content)
	}
	return nil
}
