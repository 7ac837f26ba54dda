package document

import (
	"os"
	"path/filepath"
	"testing"
)

// What was compiled ahead is on the disk for the children that read, and is not compiled again.
func TestWhatPDFsNeedIsCompiledAhead(t *testing.T) {
	if testing.Short() {
		t.Skip("short: it compiles PDFium")
	}
	dir := t.TempDir()
	t.Setenv("EXAONE_TEST_CACHE", dir)
	p := pool(t)
	p.o.Memory = 480 << 20
	var before []os.FileInfo
	for again := range 2 {
		if err := p.Warm(t.Context()); err != nil {
			t.Fatal(err)
		}
		var compiled []os.FileInfo
		err := filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
			if err == nil && !info.IsDir() && info.Size() > 1<<20 {
				compiled = append(compiled, info)
			}
			return err
		})
		if err != nil || len(compiled) != 1 {
			t.Fatalf("%d large files, %v, want one: what was compiled", len(compiled), err)
		}
		if again == 1 && !compiled[0].ModTime().Equal(before[0].ModTime()) {
			t.Error("it was compiled twice")
		}
		before = compiled
	}
}

// Where nothing can be kept, nothing is done.
func TestNothingIsCompiledAheadForNobody(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := warm(file); err != nil {
		t.Error(err)
	}
	engines.Lock()
	defer engines.Unlock()
	if engines.pools[file] != nil {
		t.Error("it was compiled")
	}
}
