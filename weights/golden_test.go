package weights

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/reference"
	"exaone/tensor"
)

// goldenFile is one file of golden-quant.json.
type goldenFile struct {
	Type, File string
	Dequant    []struct {
		Tensor, Type, File string
		FirstBlockHex      string `json:"first_block_hex"`
	}
	Tensors []struct {
		Name, Type string
		NE         []int // fastest first
	}
}

// Every type that llama.cpp's quantiser wrote, against the values of gguf-py's dequantiser (0.19.0).
func TestDequantGolden(t *testing.T) {
	dir := reference.Path(t, "golden", "exaone3-tiny-gguf")
	text, err := os.ReadFile(filepath.Join(dir, "golden-quant.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct{ Files []goldenFile }
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	equal := map[string]int{}
	for _, g := range golden.Files {
		f := open(t, unpacked(t, filepath.Join(dir, g.File)))
		checkTensors(t, f, g)
		for _, d := range g.Dequant {
			want, err := os.ReadFile(filepath.Join(dir, d.File))
			if err != nil {
				t.Fatal(err)
			}
			w, ok := f.Tensor(d.Tensor)
			if !ok || w.Type.String() != d.Type {
				t.Fatalf("%s: tensor %s: got %+v, want type %s", g.File, d.Tensor, w, d.Type)
			}
			if !strings.HasPrefix(hex.EncodeToString(w.Data[:w.Type.BlockBytes()]), d.FirstBlockHex) {
				t.Errorf("%s: %s does not start with the golden block", g.File, d.Tensor)
			}
			got := make([]float32, len(want)/4)
			tensor.Dequantize(got, w.Type, w.Data[:w.Type.Bytes(len(got))])
			for i, v := range got {
				if bits := binary.LittleEndian.Uint32(want[4*i:]); math.Float32bits(v) != bits {
					t.Fatalf("%s: %s element %d: got %v, want %v", g.File, d.Tensor, i, v, math.Float32frombits(bits))
				}
				equal[d.Type]++
			}
		}
	}
	if len(equal) != 15 {
		t.Errorf("%d types compared, want 15", len(equal))
	}
	for _, name := range slices.Sorted(maps.Keys(equal)) {
		t.Logf("%-7s %5d values equal to the last bit", name, equal[name])
	}
}

// checkTensors compares the list of tensors with the golden one.
func checkTensors(t *testing.T, f *File, g goldenFile) {
	t.Helper()
	for _, want := range g.Tensors {
		w, ok := f.Tensor(want.Name)
		slices.Reverse(want.NE)
		if !ok || w.Type.String() != want.Type || !slices.Equal(w.Shape, want.NE) {
			t.Errorf("%s: %s: got %+v, want type %s and shape %v", g.File, want.Name, w, want.Type, want.NE)
		}
	}
	if len(f.Tensors()) != len(g.Tensors) && g.Tensors != nil {
		t.Errorf("%s: %d tensors, want %d", g.File, len(f.Tensors()), len(g.Tensors))
	}
}

// A checkpoint and its GGUF hold the same numbers: two readers, one of each format, must agree.
func TestSafetensorsAndGGUFAgree(t *testing.T) {
	hf := open(t, reference.Path(t, "golden", "exaone3-tiny"))
	gg := open(t, unpacked(t, reference.Path(t, "golden", "exaone3-tiny-gguf", "exaone3-tiny.F32.gguf.gz")))
	for stored, name := range map[string]string{
		"token_embd.weight": "transformer.wte.weight", "blk.2.ffn_gate.weight": "transformer.h.2.mlp.c_fc_0.weight",
		"blk.1.attn_k.weight": "transformer.h.1.attn.attention.k_proj.weight", "output_norm.weight": "transformer.ln_f.weight",
	} {
		a, ok := gg.Tensor(stored)
		b, ok2 := hf.Tensor(name)
		if !ok || !ok2 || !slices.Equal(a.Shape, b.Shape) {
			t.Fatalf("%s %+v and %s %+v differ", stored, a, name, b)
		}
		n := a.Rows() * a.Cols()
		x, y := make([]float32, n), make([]float32, n)
		tensor.Dequantize(x, a.Type, a.Data)
		tensor.Dequantize(y, b.Type, b.Data)
		if !slices.Equal(x, y) {
			t.Errorf("%s and %s hold different numbers", stored, name)
		}
	}
	if !json.Valid(hf.Config()) || gg.Config() != nil {
		t.Errorf("config: got %.40q and %q, want an object and nothing", hf.Config(), gg.Config())
	}
}

// Every golden checkpoint opens, and no real file is refused by a limit.
func TestOpenGoldenCheckpoints(t *testing.T) {
	root := reference.Path(t, "golden")
	folders, err := filepath.Glob(filepath.Join(root, "*-tiny"))
	if err != nil {
		t.Fatal(err)
	}
	ggufs, err := filepath.Glob(filepath.Join(root, "*", "*.gguf"))
	if err != nil {
		t.Fatal(err)
	}
	adapters, err := filepath.Glob(filepath.Join(root, "lora", "*", "*.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, path := range slices.Concat(folders, ggufs, adapters) {
		f := open(t, path)
		if len(f.Tensors()) == 0 {
			t.Errorf("%s: no tensors", path)
		}
		for _, key := range f.Keys() {
			if f.Value(key) == nil {
				t.Errorf("%s: key %s has no value", path, key)
			}
		}
		if other, ok := ids[f.ID()]; ok {
			t.Errorf("%s and %s have the same id", path, other)
		}
		ids[f.ID()] = path
	}
	t.Logf("%d checkpoints opened", len(ids))
}

// Real models, if EXAONE_MODELS names a folder of them: no limit is in their way, and opening reads no data.
func TestOpenRealModels(t *testing.T) {
	dir := os.Getenv("EXAONE_MODELS")
	paths, err := filepath.Glob(filepath.Join(dir, "*.gguf"))
	if err != nil || dir == "" || len(paths) == 0 {
		t.Skip("EXAONE_MODELS: no folder of GGUF files")
	}
	for _, path := range paths {
		heap := allocated(func() { open(t, path) })
		f := open(t, path)
		tokens, ok := f.Strings("tokenizer.ggml.tokens")
		if !ok || f.Root().Err() == nil {
			t.Errorf("%s: %d tokens, and nothing to read", path, len(tokens))
		}
		t.Logf("%s: %d tensors, %d keys, %d tokens, %.1f MiB; opening allocates %.2f MiB", filepath.Base(path), len(f.Tensors()),
			len(f.Keys()), len(tokens), float64(f.Size())/(1<<20), float64(heap)/(1<<20))
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := os.Getenv("EXAONE_MODELS")
	paths, err := filepath.Glob(filepath.Join(dir, "*.gguf"))
	if err != nil || dir == "" || len(paths) == 0 {
		b.Skip("EXAONE_MODELS: no folder of GGUF files")
	}
	for _, path := range paths {
		b.Run(filepath.Base(path), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := Open(path)
				if err != nil {
					b.Fatal(err)
				}
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
