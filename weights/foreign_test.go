package weights

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"exaone/tensor"
)

// TestForeignBesideTheOriginal puts checkpoints of other kinds where a prepared file belongs: the original is used, and
// neither what is there nor anything else is touched.
func TestForeignBesideTheOriginal(t *testing.T) {
	other := &tensor.Tensor{Name: "w", Type: tensor.F32, Shape: []int{2}, Data: make([]byte, 8)}
	var safetensors bytes.Buffer
	if err := WriteSafetensors(&safetensors, []Entry{Stored(other)}); err != nil {
		t.Fatal(err)
	}
	path := preparable(t)
	gguf, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, data := range map[string][]byte{"a copy of the original": gguf, "safetensors": safetensors.Bytes()} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "model.gguf")
			if err := errors.Join(os.WriteFile(path, gguf, 0o600), os.WriteFile(PreparedPath(path), data, 0o600)); err != nil {
				t.Fatal(err)
			}
			f, reason, err := OpenFast(path)
			if err != nil || f.Prepared() || !errors.Is(reason, ErrNotPrepared) {
				t.Fatalf("opened: %v, reason %v, want the original and why", err, reason)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
			ctx := context.Background()
			for what, err := range map[string]error{
				"prepare": Prepare(ctx, path, nil), "verify": VerifyPrepared(ctx, path, nil), "restore": Restore(ctx, path, nil),
			} {
				if !errors.Is(err, ErrNotPrepared) {
					t.Errorf("%s: %v, want %v", what, err, ErrNotPrepared)
				}
			}
			if now, err := os.ReadFile(PreparedPath(path)); err != nil || !bytes.Equal(now, data) {
				t.Errorf("what was there is changed: %v", err)
			}
			if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 2 {
				t.Errorf("%v are left, want 2 files: %v", left, err)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if f, err := Open(path); !errors.Is(err, ErrNotPrepared) {
				t.Errorf("without the original: %v, %v, want %v", f, err, ErrNotPrepared)
			}
		})
	}
}
