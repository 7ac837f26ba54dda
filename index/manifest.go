package index

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"exaone/disk"
)

// manifest says which files make the index. It is replaced whole: a line of JSON, and a line with its checksum.
type manifest struct {
	Format  int
	Next    uint64 // the number of the next file
	Log     uint64 // the first log whose records are not in the files
	Files   []manifestFile
	Vectors []manifestFile
}

// manifestFile is a segment, or a file of vectors.
type manifestFile struct {
	Number uint64
	Class  []byte // what it is about, should the file be lost
	Dead   []byte // as deadSet.bytes writes it
}

const (
	manifestName   = "manifest"
	manifestFormat = 1
	maxManifest    = 1 << 30
)

func segmentName(number uint64) string { return fmt.Sprintf("segment-%08d", number) }
func vectorName(number uint64) string  { return fmt.Sprintf("vectors-%08d", number) }

// writeManifest replaces the manifest of a directory, in which the files that it names have been written.
func writeManifest(dir string, m *manifest) error {
	m.Format = manifestFormat
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := disk.SyncDir(dir); err != nil {
		return err
	}
	err = writeFile(filepath.Join(dir, manifestName), func(f *os.File) error {
		_, err := f.Write(sealManifest(text))
		return err
	})
	if err != nil {
		return err
	}
	if err := disk.SyncDir(dir); err != nil {
		return fmt.Errorf("%w: %w", errRenamed, err)
	}
	return nil
}

// sealManifest adds the line with the checksum.
func sealManifest(text []byte) []byte {
	return fmt.Appendf(text, "\ncrc32c %08x\n", crc32.Checksum(text, castagnoli))
}

// readManifest returns the manifest of a directory.
func readManifest(dir string) (*manifest, error) {
	f, err := os.Open(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, err
	}
	return parseManifest(b)
}

func parseManifest(b []byte) (*manifest, error) {
	text, sum, ok := bytes.Cut(b, []byte("\n"))
	if want := fmt.Sprintf("crc32c %08x\n", crc32.Checksum(text, castagnoli)); !ok || string(sum) != want {
		return nil, fmt.Errorf("it ends with %.40q, want %q", sum, want)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, err
	}
	if m.Format != manifestFormat {
		return nil, fmt.Errorf("format %d, want %d", m.Format, manifestFormat)
	}
	return &m, nil
}
