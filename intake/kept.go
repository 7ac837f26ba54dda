package intake

import (
	"bufio"
	"compress/flate"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"exaone/disk"
	"exaone/document"
)

// kept are the documents that were read, a file for each version: what is shown beside an answer, what the index is made
// again from, and what a version with the same bytes takes over. A file is a SHA-256 of what follows, and that is gob,
// deflated.
type kept struct{ dir string }

// path is where a version is kept.
func (k kept) path(version string) string { return filepath.Join(k.dir, version+".read") }

// save keeps a document. The file appears whole or not at all.
func (k kept) save(version string, doc *document.Document) error {
	if err := checkVersion(version); err != nil {
		return err
	}
	temp, err := os.CreateTemp(k.dir, "saving-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // not there any more if all went well
	err = k.write(temp, doc)
	if err == nil {
		err = temp.Sync()
	}
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), k.path(version)); err != nil {
		return err
	}
	return disk.SyncDir(k.dir)
}

func (k kept) write(file *os.File, doc *document.Document) error {
	sum := sha256.New()
	if _, err := file.Write(make([]byte, sum.Size())); err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	squeezed, err := flate.NewWriter(io.MultiWriter(w, sum), flate.BestSpeed)
	if err != nil {
		return err
	}
	if err := gob.NewEncoder(squeezed).Encode(doc); err != nil {
		return err
	}
	if err := errors.Join(squeezed.Close(), w.Flush()); err != nil {
		return err
	}
	_, err = file.WriteAt(sum.Sum(nil), 0)
	return err
}

// load returns the document of a version. Whatever is wrong with the file is an error: it is read again then.
func (k kept) load(version string) (*document.Document, error) {
	if err := checkVersion(version); err != nil {
		return nil, err
	}
	file, err := os.Open(k.path(version))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sum := sha256.New()
	want := make([]byte, sum.Size())
	if _, err := io.ReadFull(file, want); err != nil {
		return nil, fmt.Errorf("%s: %w", version, err)
	}
	if _, err := io.Copy(sum, file); err != nil {
		return nil, err
	}
	if got := sum.Sum(nil); string(got) != string(want) {
		return nil, fmt.Errorf("%s: checksum %x, want %x", version, got, want)
	}
	if _, err := file.Seek(int64(len(want)), io.SeekStart); err != nil {
		return nil, err
	}
	doc := &document.Document{}
	if err := gob.NewDecoder(flate.NewReader(bufio.NewReader(file))).Decode(doc); err != nil {
		return nil, fmt.Errorf("%s: %w", version, err)
	}
	return doc, nil
}

// mark tells what is kept of a version from what another reading of it brought.
func (k kept) mark(version string) (string, error) {
	if err := checkVersion(version); err != nil {
		return "", err
	}
	file, err := os.Open(k.path(version))
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := make([]byte, sha256.Size)
	_, err = io.ReadFull(file, sum)
	return string(sum), err
}

// drop removes what is kept of a version.
func (k kept) drop(version string) error {
	if err := checkVersion(version); err != nil {
		return err
	}
	err := os.Remove(k.path(version))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return errors.Join(err, disk.SyncDir(k.dir)) // a power cut must not bring it back when nobody knows of it
}

// versions are those that are kept.
func (k kept) versions() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(k.dir, "*.read"))
	for i, path := range files {
		files[i] = strings.TrimSuffix(filepath.Base(path), ".read")
	}
	return files, err
}

// open makes the directory, and takes away what a crash has left half written.
func (k kept) open() error {
	if err := disk.MakeDir(k.dir); err != nil {
		return err
	}
	left, err := filepath.Glob(filepath.Join(k.dir, "saving-*"))
	for _, name := range left {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// checkVersion is an error for an id that is no name of a file.
func checkVersion(version string) error {
	if version == "" || strings.ContainsFunc(version, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	}) {
		return fmt.Errorf("version %.80q, want small letters, digits and hyphens", version)
	}
	return nil
}
