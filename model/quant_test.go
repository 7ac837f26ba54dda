package model

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/reference"
	"exaone/tensor"
)

// kldLimit is what rounding activations to 8 bits may cost: llama.cpp, which does the same, is at 0.0014 to 0.0033
// on these files.
const kldLimit = 0.01

// TestQuantisedTypes runs every GGUF of one model: exactly against transformers on the dequantised weights,
// and with activations of 8 bits within a divergence.
func TestQuantisedTypes(t *testing.T) {
	dir := reference.Path(t, "golden", "exaone3-tiny-gguf")
	var g struct {
		PromptIDs []int32 `json:"prompt_ids"`
		Files     []struct {
			Type, File string
			Logits     struct{ File string }
			Argmax     []int
		}
	}
	readJSON(t, filepath.Join(dir, "golden-quant.json"), &g)
	if len(g.Files) == 0 {
		t.Fatal("no files in golden-quant.json")
	}
	for _, f := range g.Files {
		t.Run(f.Type, func(t *testing.T) {
			m := load(t, unzipped(t, filepath.Join(dir, f.File)))
			want := readFloats(t, filepath.Join(dir, f.Logits.File))
			v := m.Shape().Vocab
			exact := (&stream{r: newRunner(t, m, true, 2, 8, tensor.F32)}).feed(g.PromptIDs)
			rounded := (&stream{r: newRunner(t, m, false, 2, 8, tensor.F16)}).feed(g.PromptIDs)
			worst, kld, same := furthest(exact, want), divergence(want, rounded, v), 0
			for i, id := range f.Argmax {
				if got := argmax(exact[i*v : (i+1)*v]); got != id {
					t.Errorf("exact: argmax at position %d is %d, want %d", i, got, id)
				}
				if argmax(rounded[i*v:(i+1)*v]) == id {
					same++
				}
			}
			if !(worst <= logitTolerance) {
				t.Errorf("exact: logits differ by %.3g, want at most %g", worst, logitTolerance)
			}
			if !(kld <= kldLimit) {
				t.Errorf("8-bit activations: mean KL %.3g, want at most %g", kld, kldLimit)
			}
			t.Logf("%-7s exact: max abs %.2g   8-bit activations: mean KL %.5f, top-1 %d of %d", f.Type, worst, kld, same, len(f.Argmax))
		})
	}
}

// unzipped returns the path of a file, unpacked if it ends in .gz.
func unzipped(t *testing.T, path string) string {
	t.Helper()
	if !strings.HasSuffix(path, ".gz") {
		return path
	}
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), strings.TrimSuffix(filepath.Base(path), ".gz"))
	if err := os.WriteFile(out, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAdapters holds LoRA adapters to peft's logits, under both styles of names.
func TestAdapters(t *testing.T) {
	for _, c := range []struct{ adapter, base string }{
		{"exaone3-tiny", "exaone3-tiny"}, {"exaone3-tiny-renamed", "exaone3-tiny"}, {"llama31-tiny", "llama31-tiny"},
	} {
		t.Run(c.adapter, func(t *testing.T) {
			m := load(t, checkpoint(t, c.base))
			dir := reference.Path(t, "golden", "lora", c.adapter)
			ref := reference.Path(t, "golden", "lora", strings.TrimSuffix(c.adapter, "-renamed"))
			a, err := LoadAdapter(dir, m)
			if err != nil {
				t.Fatal(err)
			}
			var g, base golden
			readJSON(t, filepath.Join(ref, "golden.json"), &g)
			readJSON(t, filepath.Join(checkpoint(t, c.base), "golden.json"), &base)
			want := readFloats(t, filepath.Join(ref, "logits.f32"))
			s := &stream{r: newRunner(t, m, true, 2, 8, tensor.F32), adapter: a}
			got := s.feed(base.PromptIDs)
			worst := furthest(got, want)
			if !(worst <= logitTolerance) {
				t.Errorf("logits differ by %.3g, want at most %g", worst, logitTolerance)
			}
			ids := s.greedy(got, len(g.GreedyIDs))
			if !slices.Equal(ids, g.GreedyIDs) {
				t.Errorf("greedy ids %v, want %v", ids, g.GreedyIDs)
			}
			t.Logf("max abs difference %.2g (limit %g), %d greedy ids equal", worst, logitTolerance, len(ids))
		})
	}
}
