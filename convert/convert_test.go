package convert

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/model"
	"exaone/reference"
	"exaone/tensor"
	"exaone/weights"
)

// tiny are the checkpoints with reference logits by transformers.
var tiny = []string{"exaone3-tiny", "exaone35-tiny", "exaone4-tiny", "exaone4full-tiny", "gemma2-tiny", "gemma3-tiny",
	"llama31-tiny", "qwen2-tiny", "qwen3-tiny"}

// checkpoint returns the folder of a tiny checkpoint: the committed one put beside the committed tokenizer, else the
// shared one.
func checkpoint(t testing.TB, name string) string {
	t.Helper()
	committed := filepath.Join("..", "model", "testdata", name)
	if _, err := os.Stat(filepath.Join(committed, "model.safetensors")); err != nil {
		return reference.Path(t, "golden", name)
	}
	dir := t.TempDir()
	for _, from := range []string{committed, filepath.Join("..", "tokenizer", "testdata", "tiny")} {
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t testing.TB, path string) *weights.File {
	t.Helper()
	f, err := weights.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func parse(t testing.TB, name string) Mix {
	t.Helper()
	if name == "" {
		return Mix{}
	}
	m, err := ParseMix(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// toGGUF converts and opens the result.
func toGGUF(t testing.TB, from, mix string) (*weights.File, Report) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.gguf")
	r, err := GGUF(context.Background(), open(t, from), path, Options{Mix: parse(t, mix), Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	return open(t, path), r
}

// toFolder converts and opens the result.
func toFolder(t testing.TB, from, mix string) (*weights.File, Report) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out")
	r, err := Safetensors(context.Background(), open(t, from), path, Options{Mix: parse(t, mix), Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	return open(t, path), r
}

// logits runs ids through a checkpoint, in float32.
func logits(t testing.TB, f *weights.File, ids []int32) []float32 {
	t.Helper()
	m, err := model.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	s := m.Shape()
	const page = 32
	kv, err := tensor.NewKV(tensor.KVOptions{Layers: s.Layers, Heads: s.KVHeads, HeadDim: s.HeadDim, PageSize: page,
		Pages: len(ids)/page + 1, Type: tensor.F32})
	if err != nil {
		t.Fatal(err)
	}
	defer kv.Close()
	pool := tensor.NewPool(2)
	defer pool.Close()
	b := &model.Batch{IDs: ids}
	pages := make([]int32, len(ids)/page+1)
	for i := range pages {
		pages[i] = int32(i)
	}
	for i := range ids {
		b.Rows = append(b.Rows, tensor.Row{Pos: i, Pages: pages})
		b.Want = append(b.Want, i)
	}
	out, err := m.Forward(tensor.NewCPU(pool, true), b, kv)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(out)
}

type golden struct {
	Prompt []int32 `json:"prompt_ids"`
	Logits struct {
		File string `json:"file"`
	} `json:"logits"`
}

// expected returns the prompt and the reference logits of a checkpoint.
func expected(t testing.TB, dir string) ([]int32, []float32) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g.Prompt, readFloats(t, filepath.Join(dir, g.Logits.File))
}

func readFloats(t testing.TB, path string) []float32 {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, len(data)/4)
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return x
}

// furthest returns the largest difference; NaN if there is one.
func furthest(x, y []float32) float64 {
	if len(x) != len(y) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range x {
		if d := math.Abs(float64(x[i]) - float64(y[i])); !(d <= worst) {
			worst = d
		}
	}
	return worst
}

// Every architecture goes to GGUF and back. On either side it gives the reference's logits, and in the end every tensor
// is what it was, to the bit.
func TestThereAndBack(t *testing.T) {
	for _, name := range tiny {
		t.Run(name, func(t *testing.T) {
			dir := checkpoint(t, name)
			ids, want := expected(t, dir)
			first := open(t, dir)
			own := logits(t, first, ids)
			gguf, _ := toGGUF(t, dir, "")
			there := logits(t, gguf, ids)
			if d := furthest(there, own); !(d <= 1e-4) {
				t.Errorf("as GGUF the logits differ by %.3g from those before", d)
			}
			mix, folded := "bf16", name == "gemma2-tiny" || name == "gemma3-tiny"
			if folded { // a scale was multiplied in, which BF16 would round
				mix = "f32"
			}
			back, _ := toFolder(t, gguf.Paths()[0], mix)
			again := logits(t, back, ids)
			t.Logf("from the reference: before %.2g, as GGUF %.2g, back %.2g; GGUF from before %.2g", furthest(own, want),
				furthest(there, want), furthest(again, want), furthest(there, own))
			for _, x := range [][]float32{there, again} {
				if d := furthest(x, want); !(d <= 1e-3) {
					t.Errorf("logits differ from the reference by %.3g", d)
				}
			}
			if !folded {
				sameTensors(t, first, back)
			}
		})
	}
}

// sameTensors holds two checkpoints to the same names and numbers.
func sameTensors(t *testing.T, a, b *weights.File) {
	t.Helper()
	names := func(f *weights.File) []string {
		var list []string
		for _, i := range f.Tensors() {
			list = append(list, i.Name)
		}
		slices.Sort(list)
		return list
	}
	if !slices.Equal(names(a), names(b)) {
		t.Fatalf("tensors %v, want %v", names(b), names(a))
	}
	for _, name := range names(a) {
		x, _ := a.Tensor(name)
		y, _ := b.Tensor(name)
		if x.Type != y.Type || !bytes.Equal(x.Data, y.Data) {
			t.Errorf("%s: other numbers than before", name)
		}
	}
}

// Our GGUF of a checkpoint says the same as the one that another program made of it.
func TestGGUFSaysWhatOthersSay(t *testing.T) {
	for _, name := range tiny {
		if name == "exaone3-tiny" || name == "exaone4-tiny" {
			continue // compressed, and not there
		}
		t.Run(name, func(t *testing.T) {
			theirs := open(t, reference.Path(t, "golden", name, name+".BF16.gguf"))
			ours, _ := toGGUF(t, reference.Path(t, "golden", name), "bf16")
			for _, key := range theirs.Keys() {
				if key == "general.name" {
					continue
				}
				if got, want := ours.Value(key), theirs.Value(key); !equalJSON(got, want) {
					t.Errorf("%s: got %.80v, want %.80v", key, got, want)
				}
			}
			for _, want := range theirs.Tensors() {
				got, ok := ours.Tensor(want.Name)
				data, _ := theirs.Tensor(want.Name)
				if !ok || got.Type != want.Type || !slices.Equal(got.Shape, want.Shape) {
					t.Errorf("%s: got %+v, want %v %v", want.Name, got, want.Type, want.Shape)
					continue
				}
				x, y := make([]float32, got.Rows()*got.Cols()), make([]float32, got.Rows()*got.Cols())
				tensor.Dequantize(x, got.Type, got.Data)
				tensor.Dequantize(y, data.Type, data.Data)
				if d := furthest(x, y); !(d <= 1e-6) {
					t.Errorf("%s: numbers differ by %.3g", want.Name, d)
				}
			}
			if got, want := len(ours.Tensors()), len(theirs.Tensors()); got != want {
				t.Errorf("%d tensors, want %d", got, want)
			}
		})
	}
}

func equalJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// A mix gives every tensor the type that llama.cpp's mix of that name gives it.
func TestMixesAreLlamaCpps(t *testing.T) {
	for _, mix := range []string{"Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K_M", "Q5_K_M", "Q6_K"} {
		t.Run(mix, func(t *testing.T) {
			theirs := open(t, reference.Path(t, "golden", "exaone3-tiny-gguf", "exaone3-tiny."+mix+".gguf"))
			ours, _ := toGGUF(t, reference.Path(t, "golden", "exaone3-tiny"), mix)
			for _, want := range theirs.Tensors() {
				if got, ok := ours.Tensor(want.Name); !ok || got.Type != want.Type {
					t.Errorf("%s: got %v, want %v", want.Name, got.Type, want.Type)
				}
			}
			got, _ := ours.Uint("general.file_type")
			if want, _ := theirs.Uint("general.file_type"); got != want {
				t.Errorf("general.file_type: got %d, want %d", got, want)
			}
		})
	}
}

// A prepared file is as good a source as its original, and one whose bytes have changed is refused by the tensor's name.
func TestPreparedSource(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.gguf")
	o := Options{Mix: parse(t, "q4_k_m"), Threads: 2}
	if _, err := GGUF(t.Context(), open(t, checkpoint(t, "exaone35-tiny")), path, o); err != nil {
		t.Fatal(err)
	}
	if err := weights.Prepare(t.Context(), path, nil); err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "again.gguf")
	if _, err := GGUF(t.Context(), open(t, weights.PreparedPath(path)), again, Options{Threads: 2}); err != nil {
		t.Fatal(err)
	}
	a, b := open(t, path), open(t, again)
	for _, info := range a.Tensors() {
		x, _ := a.Tensor(info.Name)
		if y, ok := b.Tensor(info.Name); !ok || x.Type != y.Type || !bytes.Equal(x.Data, y.Data) {
			t.Errorf("%s: other bytes than in the original", info.Name)
		}
	}
	data, err := os.ReadFile(weights.PreparedPath(path))
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-5000] ^= 1
	broken := filepath.Join(t.TempDir(), "broken.gguf.prepared")
	if err := os.WriteFile(broken, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.gguf")
	f, err := weights.Open(broken) // tensors of a megabyte are compared at once, larger ones when they are read
	if err == nil {
		defer f.Close()
		_, err = GGUF(t.Context(), f, out, Options{Threads: 2})
	}
	if err == nil || !strings.Contains(err.Error(), "blk.2.ffn_down.weight") {
		t.Errorf("error %v, want one that names the tensor", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(out)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A prepared file that is cut short under the conversion is an error, and not the end of the program.
func TestPreparedSourceCutShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.gguf")
	if _, err := GGUF(t.Context(), open(t, checkpoint(t, "exaone35-tiny")), path, Options{Mix: parse(t, "q4_0"), Threads: 2}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(weights.Prepare(t.Context(), path, nil), os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	f := open(t, path)
	info, err := os.Stat(weights.PreparedPath(path))
	if err != nil {
		t.Fatal(err)
	}
	var cut error
	_, err = GGUF(t.Context(), f, filepath.Join(t.TempDir(), "out.gguf"), Options{Threads: 2, Progress: func(done, total int64) {
		cut = errors.Join(cut, os.Truncate(weights.PreparedPath(path), info.Size()/3))
	}})
	if cut != nil {
		t.Skipf("truncating a mapped file: %v", cut)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

// A conversion that is cancelled half way leaves nothing, neither a file nor a folder.
func TestCancelledLeavesNothing(t *testing.T) {
	f := open(t, checkpoint(t, "exaone35-tiny"))
	for name, make := range map[string]func(context.Context, *weights.File, string, Options) (Report, error){
		"file": GGUF, "folder": Safetensors,
	} {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		_, err := make(ctx, f, filepath.Join(dir, name), Options{Threads: 1, Progress: func(done, total int64) {
			if done > total/2 {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v, want that it was cancelled", name, err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s: left behind: %v", name, left)
		}
	}
}

// Equal sources give equal bytes, however many threads there are.
func TestThreadsChangeNoByte(t *testing.T) {
	f := open(t, checkpoint(t, "exaone35-tiny"))
	var first []byte
	for _, n := range []int{1, 2, 5} {
		path := filepath.Join(t.TempDir(), "out.gguf")
		if _, err := GGUF(t.Context(), f, path, Options{Mix: parse(t, "q5_k_m"), Threads: n}); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = data
		} else if !bytes.Equal(first, data) {
			t.Errorf("%d threads give another file than one", n)
		}
	}
}
