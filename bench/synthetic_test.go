package bench

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"exaone/engine"
	"exaone/model"
	"exaone/tensor"
	"exaone/weights"
)

// small is a shape that every type can be tried on in a moment.
var small = shape{
	name: "tiny", arch: "llama", l: 2, d: 256, h: 4, g: 2, e: 64, f: 512, v: firstMerge + 100,
	window: 2048, ropeBase: 1e4, eps: 1e-5,
}

// made writes a synthetic checkpoint of the small shape and returns its path.
func made(t *testing.T, kind string) string {
	t.Helper()
	shapes["tiny"] = small
	t.Cleanup(func() { delete(shapes, "tiny") })
	var b bytes.Buffer
	s := Synthetic{Shape: "tiny", Type: kind}
	if err := s.Write(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tiny.gguf")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSyntheticModelsAnswerSanely(t *testing.T) {
	for _, kind := range Mixes() {
		t.Run(kind, func(t *testing.T) {
			f, err := weights.Open(made(t, kind))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			m, err := model.Load(f)
			if err != nil {
				t.Fatal(err)
			}
			logits := forward(t, m, 24)
			var sum, square float64
			for _, x := range logits {
				sum += float64(x)
				square += float64(x) * float64(x)
			}
			n := float64(len(logits))
			mean, deviation := sum/n, math.Sqrt(square/n)
			if !(math.Abs(mean) < 0.3) || !(deviation > 0.5 && deviation < 2) {
				t.Errorf("logits have mean %.3f and root mean square %.3f, want near 0 and 1", mean, deviation)
			}
		})
	}
}

// forward returns the logits of every position of n ids.
func forward(t *testing.T, m model.Model, n int) []float32 {
	t.Helper()
	s := m.Shape()
	kv, err := tensor.NewKV(tensor.KVOptions{Layers: s.Layers, Heads: s.KVHeads, HeadDim: s.HeadDim, PageSize: 32, Pages: 1, Type: tensor.F16})
	if err != nil {
		t.Fatal(err)
	}
	defer kv.Close()
	pool := tensor.NewPool(2)
	defer pool.Close()
	var b model.Batch
	for i := range n {
		b.Want = append(b.Want, i)
		b.IDs = append(b.IDs, int32(firstMerge+i*7%100))
		b.Rows = append(b.Rows, tensor.Row{Pos: i, Pages: []int32{0}})
		b.Adapters = append(b.Adapters, nil)
	}
	out, err := m.Forward(tensor.NewCPU(pool, false), &b, kv)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRandomBlocksHaveTheScaleWanted holds each type to the deviation asked for, with a mean near zero, which is
// what keeps the activations of a deep model where a trained one's are.
func TestRandomBlocksHaveTheScaleWanted(t *testing.T) {
	for kind := range stored {
		const n, scale = 1 << 16, 1.0 / 64
		data := make([]byte, kind.Bytes(n))
		if err := fill(context.Background(), data, planned{"", kind, []int{n}, scale}, 1); err != nil {
			t.Fatal(err)
		}
		values := make([]float32, n)
		tensor.Dequantize(values, kind, data)
		var sum, square float64
		for _, x := range values {
			sum += float64(x)
			square += float64(x) * float64(x)
		}
		mean, deviation := sum/n/scale, math.Sqrt(square/n)/scale
		if math.Abs(mean) > 0.03 || math.Abs(deviation-1) > 0.05 {
			t.Errorf("%v: mean %.4f and deviation %.3f of what was asked for, want 0 and 1", kind, mean, deviation)
		}
	}
}

func TestSyntheticTokenizerKnowsEveryText(t *testing.T) {
	tok, err := engine.OpenTokenizer(made(t, "q8"))
	if err != nil {
		t.Fatal(err)
	}
	const text = "안녕, tea and 12 €\n\x00"
	if got := tok.Decode(tok.Encode(nil, text, false)); string(got) != text {
		t.Errorf("came back as %q, want %q", got, text)
	}
	if ids := tok.Encode(nil, "ee[|endofturn|]", true); len(ids) != 2 || ids[0] != firstMerge || ids[1] != endMark {
		t.Errorf("ids %v, want [%d %d]", ids, firstMerge, endMark)
	}
}

func TestShapesAreThoseOfTheModels(t *testing.T) {
	for _, c := range []struct {
		shape, kind     string
		numbers, sixBit int // elements, tensors of Q6_K
		bytes           int64
	}{
		{"7.8b", "q4_k_m", 7818448896, 33, 0},
		{"7.8b", "bf16", 7818448896, 0, 15637430272},
		{"2.4b", "q4", 2405327360, 1, 0},
		{"135m", "q4", 134515008, 0, 0},
	} {
		s := Synthetic{Shape: c.shape, Type: c.kind}
		list, _, err := s.plan()
		if err != nil {
			t.Fatal(err)
		}
		numbers, six := 0, 0
		for i := range list {
			numbers += list[i].elements()
			if list[i].kind == tensor.Q6_K {
				six++
			}
		}
		if numbers != c.numbers || six != c.sixBit {
			t.Errorf("%s %s: %d numbers and %d tensors of Q6_K, want %d and %d", c.shape, c.kind, numbers, six, c.numbers, c.sixBit)
		}
		if size, err := s.Size(); err != nil || c.bytes != 0 && size != c.bytes {
			t.Errorf("%s %s: %d bytes, %v, want %d", c.shape, c.kind, size, err, c.bytes)
		}
	}
}

func TestSyntheticStopsWhenNobodyWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := Synthetic{Shape: "135m", Type: "q4", Progress: func(done, total int64) {
		if done > 0 {
			cancel()
		}
	}}
	if err := s.Write(ctx, &bytes.Buffer{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// full is a disk with no room.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestSyntheticSaysThatTheDiskIsFull(t *testing.T) {
	s := Synthetic{Shape: "135m", Type: "q4"}
	if err := s.Write(context.Background(), full{}); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}
