package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/reference"
	"exaone/tensor"
	"exaone/weights"
)

// tinyEncoders are the checkpoints of encoders with reference outputs by transformers 5.24.0.
var tinyEncoders = []string{"bert-tiny", "bert-uncased-tiny", "e5small-tiny", "xlmr-tiny"}

// encoderTolerance is the bar. The goldens' own are 1e-4 for hidden states and 1e-5 for embeddings.
const encoderTolerance = 1e-4

// encoderGolden is the reference of an encoder.
type encoderGolden struct {
	Pooling string
	Texts   []struct{ IDs []int32 }
	Mean    struct{ File string } `json:"embeddings_mean"`
	First   struct{ File string } `json:"embeddings_cls"`
	Hidden  []struct {
		Text int
		File string
	} `json:"last_hidden_state"`
	TapsText int   `json:"activations_text"`
	Taps     []tap `json:"activations"`
}

func loadEncoder(t testing.TB, path string) *Encoder {
	t.Helper()
	f, err := weights.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	e, err := LoadEncoder(f)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func newOps(t testing.TB, exact bool, threads int) *tensor.CPU {
	t.Helper()
	pool := tensor.NewPool(threads)
	t.Cleanup(pool.Close)
	return tensor.NewCPU(pool, exact)
}

// encode runs texts in one step and returns a copy of what they become.
func encode(t testing.TB, e *Encoder, ops tensor.Ops, tapped func(layer int, name string, data []float32), texts ...[]int32) []float32 {
	t.Helper()
	b := &Texts{Tap: tapped}
	for _, ids := range texts {
		b.IDs, b.Lengths = append(b.IDs, ids...), append(b.Lengths, len(ids))
	}
	out, err := e.Encode(ops, b)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(out)
}

func unitOf(v []float32) []float32 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(float64(x) / math.Sqrt(sum))
	}
	return out
}

// TestEncoderGolden holds encoders to transformers, from both file formats: activations, hidden states, and the vectors
// of all texts at once, pooled in both ways.
func TestEncoderGolden(t *testing.T) {
	for _, name := range tinyEncoders {
		t.Run(name, func(t *testing.T) {
			dir := checkpoint(t, name)
			checkEncoder(t, loadEncoder(t, dir), dir)
		})
		t.Run(name+" GGUF", func(t *testing.T) {
			path := reference.Path(t, "golden", name, name+".BF16.gguf")
			checkEncoder(t, loadEncoder(t, path), filepath.Dir(path))
		})
	}
}

func checkEncoder(t *testing.T, e *Encoder, dir string) {
	t.Helper()
	var g encoderGolden
	readJSON(t, filepath.Join(dir, "golden.json"), &g)
	ops, info := newOps(t, true, 2), e.Info()
	if want := map[string]Pooling{"mean": PoolMean, "cls": PoolFirst}[g.Pooling]; info.Pooling != want || info.Ranks {
		t.Errorf("pooling %q, want %q", info.Pooling, want)
	}
	checkTaps(t, e, ops, &g, dir)
	worst := 0.0
	for _, h := range g.Hidden {
		var last []float32
		encode(t, e, ops, func(layer int, name string, data []float32) {
			if layer == info.Layers-1 && name == "layer_out" {
				last = slices.Clone(data)
			}
		}, g.Texts[h.Text].IDs)
		worst = max(worst, furthest(last, readFloats(t, filepath.Join(dir, h.File))))
	}
	if !(worst <= encoderTolerance) {
		t.Errorf("hidden states differ by %.3g, want at most %g", worst, encoderTolerance)
	}
	var texts [][]int32
	for _, text := range g.Texts {
		texts = append(texts, text.IDs)
	}
	vectors := 0.0
	for pooling, file := range map[Pooling]string{PoolMean: g.Mean.File, PoolFirst: g.First.File} {
		e.config.Pooling = pooling
		got, want := encode(t, e, ops, nil, texts...), readFloats(t, filepath.Join(dir, file))
		for i := range texts {
			d := info.Width
			vectors = max(vectors, furthest(unitOf(got[i*d:(i+1)*d]), want[i*d:(i+1)*d]))
		}
	}
	e.config.Pooling = info.Pooling
	if !(vectors <= encoderTolerance/10) {
		t.Errorf("vectors differ by %.3g, want at most %g", vectors, encoderTolerance/10)
	}
	t.Logf("hidden states differ by %.2g, vectors by %.2g", worst, vectors)
}

// checkTaps names the first activation that differs.
func checkTaps(t *testing.T, e *Encoder, ops tensor.Ops, g *encoderGolden, dir string) {
	t.Helper()
	seen := map[tap][]float32{}
	encode(t, e, ops, func(layer int, name string, data []float32) {
		seen[tap{Layer: max(layer, 0), Name: name}] = slices.Clone(data)
	}, g.Texts[g.TapsText].IDs)
	all := make([]int, len(g.Texts[g.TapsText].IDs))
	for i := range all {
		all[i] = i
	}
	for _, a := range g.Taps {
		data, ok := seen[a.tap()]
		if !ok {
			t.Fatalf("activation %s of layer %d was not shown", a.Name, a.Layer)
		}
		if diff := distance(data, readFloats(t, filepath.Join(dir, a.File)), all); !(diff <= 1e-4) {
			t.Fatalf("first activation that differs: %s of layer %d, by %.3g of its largest magnitude", a.Name, a.Layer, diff)
		}
	}
}

// TestEncoderSameBits encodes texts alone, beside others of other lengths, in another order, and with one, two and five
// threads, in float32 and with rounded activations: every number has the same bits.
func TestEncoderSameBits(t *testing.T) {
	for _, name := range tinyEncoders {
		t.Run(name, func(t *testing.T) { encoderBits(t, loadEncoder(t, checkpoint(t, name))) })
	}
}

func encoderBits(t *testing.T, e *Encoder) {
	r := rand.New(rand.NewPCG(7, 8))
	var texts [][]int32
	for _, n := range []int{1, 64, 3, 17, 40, 2} {
		ids := make([]int32, n)
		for i := range ids {
			ids[i] = int32(r.IntN(e.Info().Vocab))
		}
		texts = append(texts, ids)
	}
	for _, exact := range []bool{true, false} {
		alone := newOps(t, exact, 1)
		want := map[int][]float32{}
		for i, ids := range texts {
			want[i] = encode(t, e, alone, nil, ids)
		}
		for _, threads := range []int{1, 2, 5} {
			ops := newOps(t, exact, threads)
			order := r.Perm(len(texts))
			var shuffled [][]int32
			for _, i := range order {
				shuffled = append(shuffled, texts[i])
			}
			got, d := encode(t, e, ops, nil, shuffled...), e.Info().Width
			for at, i := range order {
				sameBits(t, fmt.Sprintf("exact %v, %d threads, text %d", exact, threads, i), got[at*d:(at+1)*d], want[i])
			}
		}
	}
}

// TestEncoderRefusesBadTexts gives steps that do not fit.
func TestEncoderRefusesBadTexts(t *testing.T) {
	e := loadEncoder(t, checkpoint(t, "bert-uncased-tiny"))
	ops, info := newOps(t, true, 1), e.Info()
	check := func(b *Texts, want string) {
		t.Helper()
		if _, err := e.Encode(ops, b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	check(&Texts{}, "and some")
	check(&Texts{IDs: []int32{1}, Lengths: []int{0, 1}}, "text 0: 0 ids")
	check(&Texts{IDs: make([]int32, info.Window+1), Lengths: []int{info.Window + 1}}, "want 1 to")
	check(&Texts{IDs: []int32{1, 2}, Lengths: []int{1}}, "as many")
	check(&Texts{IDs: []int32{int32(info.Vocab)}, Lengths: []int{1}}, "id 0")
	check(&Texts{IDs: []int32{-1}, Lengths: []int{1}}, "id 0")
	check(&Texts{IDs: []int32{1}, Types: []int32{2}, Lengths: []int{1}}, "token type 0: 2, want 0 to 1")
	asked := 0
	stopped := &Texts{IDs: []int32{1}, Lengths: []int{1}, Stopped: func() bool { asked++; return asked > 1 }}
	if _, err := e.Encode(ops, stopped); !errors.Is(err, ErrStopped) || asked != 2 {
		t.Errorf("%v after %d questions, want ErrStopped after 2", err, asked)
	}
}

// TestEncoderFolders changes one thing about a folder at a time.
func TestEncoderFolders(t *testing.T) {
	dir := checkpoint(t, "bert-uncased-tiny")
	check := func(name string, files map[string]string, want string) {
		t.Helper()
		into := t.TempDir()
		for _, file := range []string{"config.json", "model.safetensors", "modules.json", "sentence_bert_config.json"} {
			copyInto(t, filepath.Join(dir, file), filepath.Join(into, file))
		}
		if err := os.Mkdir(filepath.Join(into, "1_Pooling"), 0o755); err != nil {
			t.Fatal(err)
		}
		copyInto(t, filepath.Join(dir, "1_Pooling", "config.json"), filepath.Join(into, "1_Pooling", "config.json"))
		for file, text := range files {
			path := filepath.Join(into, file)
			if text == "" {
				if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
			} else if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, err := weights.Open(into)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		e, err := LoadEncoder(f)
		switch {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", name, err, want)
		case want == "" && e.Info().Window == 0:
			t.Errorf("%s: no window", name)
		}
	}
	config := func(change func(m map[string]any)) string {
		var m map[string]any
		readJSON(t, filepath.Join(dir, "config.json"), &m)
		change(m)
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	check("as it is", nil, "")
	check("flat", map[string]string{"1_Pooling": "", "1_Pooling.config.json": `{"pooling_mode_cls_token":true}`}, "")
	check("no modules", map[string]string{"modules.json": ""}, "")
	check("no pooling", map[string]string{"1_Pooling": ""}, "1_Pooling/config.json: missing")
	check("maximum", map[string]string{"1_Pooling/config.json": `{"pooling_mode_max_tokens":true}`}, "max_tokens")
	check("two", map[string]string{"1_Pooling/config.json": `{"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":true}`}, "want one")
	check("width", map[string]string{"1_Pooling/config.json": `{"word_embedding_dimension":3,"pooling_mode_cls_token":true}`}, "word_embedding_dimension")
	check("dense", map[string]string{"modules.json": `[{"path":"2_Dense","type":"sentence_transformers.models.Dense"}]`}, "Dense")
	check("outside", map[string]string{"modules.json": `[{"path":"../x","type":"a.Pooling"}]`}, "folder within")
	check("lower", map[string]string{"sentence_bert_config.json": `{"do_lower_case":true}`}, "do_lower_case")
	check("not JSON", map[string]string{"modules.json": `[`}, "modules.json")
	check("relu", map[string]string{"config.json": config(func(m map[string]any) { m["hidden_act"] = "relu" })}, "hidden_act")
	check("heads", map[string]string{"config.json": config(func(m map[string]any) { m["num_attention_heads"] = 5 })}, "5 heads")
	check("layers", map[string]string{"config.json": config(func(m map[string]any) { m["num_hidden_layers"] = 3 })}, "encoder.layer.2")
	check("positions", map[string]string{"config.json": config(func(m map[string]any) { m["max_position_embeddings"] = 65 })}, "position_embeddings")
}

func copyInto(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestEncodersAndDecodersAreTold loads each as the other.
func TestEncodersAndDecodersAreTold(t *testing.T) {
	open := func(name string) *weights.File {
		f, err := weights.Open(checkpoint(t, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	encoder := open("xlmr-tiny")
	if _, err := Load(encoder); !errors.Is(err, ErrEncoder) {
		t.Errorf("an encoder as a decoder: %v", err)
	}
	if _, err := LoadEncoder(open("qwen2-tiny")); !errors.Is(err, ErrDecoder) {
		t.Errorf("a decoder as an encoder: %v", err)
	}
	info, err := Inspect(encoder)
	if err != nil || info.Encoder == nil || info.Encoder.Pooling != PoolFirst || info.Shape.Window != 64 || info.Parameters == 0 {
		t.Errorf("%+v, %v", info, err)
	}
}
