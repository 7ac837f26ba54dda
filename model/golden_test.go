package model

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"exaone/reference"
	"exaone/tensor"
)

// tiny are the checkpoints with reference outputs by transformers 5.24.0 (float32, eager attention; see the
// file's own "reference").
var tiny = []string{"exaone3-tiny", "exaone35-tiny", "exaone4-tiny", "exaone4full-tiny", "gemma2-tiny", "gemma3-tiny",
	"llama31-tiny", "qwen2-tiny", "qwen3-tiny"}

// golden is the reference of a checkpoint.
type golden struct {
	PromptIDs []int32 `json:"prompt_ids"`
	Argmax    []int   `json:"argmax"`
	GreedyIDs []int32 `json:"greedy_ids"`
	Positions []int   `json:"activation_positions"`
	Taps      []tap   `json:"activations"`
	Logits    struct {
		File string `json:"file"`
	} `json:"logits"`
}

type tap struct {
	Layer int    `json:"layer"`
	Name  string `json:"name"`
	File  string `json:"file"`
}

// logitTolerance is the goldens' own: independent float32 implementations differ by 2e-5.
const logitTolerance = 1e-3

// TestGolden holds every architecture to another implementation's logits, from both file formats.
func TestGolden(t *testing.T) {
	for _, name := range tiny {
		t.Run(name, func(t *testing.T) {
			dir := checkpoint(t, name)
			var g golden
			readJSON(t, filepath.Join(dir, "golden.json"), &g)
			want := readFloats(t, filepath.Join(dir, g.Logits.File))
			checkGolden(t, load(t, dir), &g, want, dir)
		})
	}
}

// TestGoldenGGUF holds the same weights as GGUF to the same logits. exaone3-tiny as GGUF is in TestQuantisedTypes,
// and of exaone4-tiny there is none: llama.cpp knows its hybrid pattern at 64 layers only.
func TestGoldenGGUF(t *testing.T) {
	for _, name := range tiny {
		if name == "exaone3-tiny" || name == "exaone4-tiny" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			file := reference.Path(t, "golden", name, name+".BF16.gguf")
			dir := filepath.Dir(file)
			var g golden
			readJSON(t, filepath.Join(dir, "golden.json"), &g)
			want := readFloats(t, filepath.Join(dir, g.Logits.File))
			checkGolden(t, load(t, file), &g, want, "")
		})
	}
}

// checkGolden compares logits and greedy ids. taps is the folder of activations to look for the first fault
// in, or "".
func checkGolden(t *testing.T, m Model, g *golden, want []float32, taps string) {
	t.Helper()
	r := newRunner(t, m, true, 2, 8, tensor.F32)
	seen := map[tap][]float32{}
	r.tap = func(layer int, name string, data []float32) {
		if layer < 0 {
			layer = m.Shape().Layers - 1
		}
		seen[tap{Layer: layer, Name: name}] = slices.Clone(data)
	}
	s := &stream{r: r}
	got := s.feed(g.PromptIDs)
	r.tap = nil
	worst := furthest(got, want)
	if taps != "" {
		if fault := firstFault(t, seen, g, taps); fault != "" {
			t.Error(fault)
		}
	}
	if !(worst <= logitTolerance) {
		t.Errorf("logits differ by %.3g, want at most %g", worst, logitTolerance)
	}
	v := m.Shape().Vocab
	for i, id := range g.Argmax {
		if a := argmax(got[i*v : (i+1)*v]); a != id {
			t.Errorf("argmax at position %d is %d, want %d", i, a, id)
		}
	}
	if ids := s.greedy(got, len(g.GreedyIDs)); !slices.Equal(ids, g.GreedyIDs) {
		t.Errorf("greedy ids %v, want %v", ids, g.GreedyIDs)
	}
	t.Logf("max abs difference %.2g (limit %g), %d argmaxes and %d greedy ids equal", worst, logitTolerance, len(g.Argmax), len(g.GreedyIDs))
}

// firstFault names the first activation that is further from its reference than 1e-4 of the tensor's largest
// magnitude, or "".
func firstFault(t *testing.T, seen map[tap][]float32, g *golden, dir string) string {
	t.Helper()
	for _, a := range g.Taps {
		path := filepath.Join(dir, a.File)
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}
		want := readFloats(t, path)
		if a.Layer == 0 && (a.Name == "q_rope" || a.Name == "k_rope") {
			// These two files were written by the last layer but one that rotates, not by the first.
			for l := g.layers() - 1; l > 0 && distance(seen[a.tap()], want, g.Positions) > 1e-4; l-- {
				a.Layer = l
			}
		}
		data, ok := seen[a.tap()]
		if !ok {
			return fmt.Sprintf("activation %s of layer %d was not shown", a.Name, a.Layer)
		}
		if diff := distance(data, want, g.Positions); !(diff <= 1e-4) {
			return fmt.Sprintf("first activation that differs: %s of layer %d, by %.3g of its largest magnitude", a.Name, a.Layer, diff)
		}
	}
	return ""
}

// distance is the largest difference of the rows at positions of data to those of want, relative to want's
// largest magnitude.
func distance(data, want []float32, positions []int) float64 {
	d := len(want) / len(positions)
	if len(data) < (positions[len(positions)-1]+1)*d {
		return math.Inf(1)
	}
	top, worst := 0.0, 0.0
	for _, v := range want {
		top = max(top, math.Abs(float64(v)))
	}
	for i, pos := range positions {
		diff := furthest(data[pos*d:(pos+1)*d], want[i*d:(i+1)*d])
		if !(diff <= worst) {
			worst = diff
		}
	}
	return worst / top
}

// tap returns the key of an activation, without its file.
func (a tap) tap() tap { return tap{Layer: a.Layer, Name: a.Name} }

// layers returns how many layers the checkpoint has: the last one's activations are among the taps.
func (g *golden) layers() int {
	n := 0
	for _, a := range g.Taps {
		n = max(n, a.Layer+1)
	}
	return n
}
