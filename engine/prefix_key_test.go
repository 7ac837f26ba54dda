package engine

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"exaone/tensor"
	"exaone/weights"
)

// changedTensor writes a checkpoint and, as often as it is called, changes one byte far inside a tensor.
func changedTensor(t *testing.T) (path string, change func()) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "model.gguf")
	const rows, columns = 512, 8192
	one := &tensor.Tensor{Name: "token_embd.weight", Type: tensor.Q4_0, Shape: []int{rows, columns},
		Data: make([]byte, rows*tensor.Q4_0.Bytes(columns))}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	keys := []weights.Key{{Name: "general.architecture", Value: "llama"}}
	if err := weights.WriteGGUF(f, keys, []weights.Entry{weights.Stored(one)}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path, func() {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2+9<<10] ^= 1
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		later := time.Now().Add(time.Minute) // file systems count time in ticks
		if err := os.Chtimes(path, later, later); err != nil {
			t.Fatal(err)
		}
	}
}

// tagOf is under what the prefixes of a checkpoint are kept.
func tagOf(t *testing.T, path string, prepared bool) (of tag, id string) {
	t.Helper()
	kv, err := tensor.NewKV(tensor.KVOptions{Layers: 1, Heads: 1, HeadDim: 16, PageSize: pageSize, Pages: 1, Type: tensor.F32})
	if err != nil {
		t.Fatal(err)
	}
	defer kv.Close()
	open := weights.Open
	if prepared {
		if err := weights.Prepare(context.Background(), path, func(int64, int64) {}); err != nil {
			t.Fatal(err)
		}
		open = func(path string) (*weights.File, error) {
			f, reason, err := weights.OpenFast(path)
			if reason != nil {
				t.Error(reason)
			}
			return f, err
		}
	}
	f, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Prepared() != prepared {
		t.Fatalf("prepared: %v, want %v", f.Prepared(), prepared)
	}
	m := &loaded{file: f, cache: kv, prefixes: openPrefixes("", 0, slog.New(slog.DiscardHandler))}
	return m.prefixTag(false), f.ID()
}

// What was computed with other weights is not found, also if the change is where no sample of the file is.
func TestChangedWeightsHaveOtherPrefixes(t *testing.T) {
	for _, prepared := range []bool{false, true} {
		path, change := changedTensor(t)
		before, id := tagOf(t, path, prepared)
		if again, _ := tagOf(t, path, prepared); again != before || before == (tag{}) {
			t.Errorf("prepared %v: the same file is taken for another: %x, %x", prepared, before, again)
		}
		change()
		after, same := tagOf(t, path, prepared)
		if id != same {
			t.Fatalf("prepared %v: the samples hit the change, so this proves nothing", prepared)
		}
		if after == before {
			t.Errorf("prepared %v: a change in a tensor was not noticed", prepared)
		}
	}
}

// Another build of the program finds what is on disk: the tag is of the weights, the page and the arithmetic alone.
func TestPreparedTagIsFixed(t *testing.T) {
	path, _ := changedTensor(t)
	one, _ := tagOf(t, path, true)
	copied := filepath.Join(t.TempDir(), "copy.gguf")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if two, _ := tagOf(t, copied, true); one != two {
		t.Errorf("a copy has other prefixes: %x, %x", one, two)
	}
}
