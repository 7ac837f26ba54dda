package convert

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"exaone/weights"
)

// TestWhatAKilledConversionLeftGoes finds a folder that was being filled, and puts back what had been moved away.
func TestWhatAKilledConversionLeftGoes(t *testing.T) {
	f := open(t, checkpoint(t, "exaone35-tiny"))
	dir := put(t, "config.json", "model.safetensors")
	parent := filepath.Dir(dir)
	beside := filepath.Join(parent, ".out.part.d")
	if err := errors.Join(os.Mkdir(beside, 0o700), os.WriteFile(filepath.Join(beside, "model.safetensors"), nil, 0o600),
		os.WriteFile(filepath.Join(parent, ".out.part"), nil, 0o600), os.Rename(dir, beside+oldSuffix)); err != nil {
		t.Fatal(err)
	}
	if _, err := Safetensors(t.Context(), f, dir, Options{Threads: 1}); !errors.Is(err, os.ErrExist) {
		t.Errorf("what had been moved away: %v, want that it is there", err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "config.json")); err != nil || string(data) != "somebody's" {
		t.Errorf("it holds %q, %v", data, err)
	}
	for range 2 { // the second time after one that was killed at the end
		if _, err := Safetensors(t.Context(), f, dir, Options{Threads: 1, Force: true}); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(parent); err != nil || len(left) != 1 {
			t.Errorf("%v are left: %v", left, err)
		}
		if err := os.CopyFS(beside+oldSuffix, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOneConversionAtATime tells whoever comes second.
func TestOneConversionAtATime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	held, err := weights.OpenPart(filepath.Join(filepath.Dir(dir), ".out.part"))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := Safetensors(t.Context(), open(t, checkpoint(t, "exaone35-tiny")), dir, Options{Threads: 1}); !errors.Is(err, weights.ErrWriting) {
		t.Errorf("got %v, want %v", err, weights.ErrWriting)
	}
}
