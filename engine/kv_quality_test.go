package engine

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exaone/model"
	"exaone/reference"
	"exaone/tensor"
	"exaone/weights"
)

// The bars: what a cheaper arithmetic may add to the negative log-likelihood.
const (
	mostOfRounding = 0.003 // 8-bit activations, against everything in float32
	mostOfInt8     = 0.002 // a cache of 8 bits, against one of 16
)

// qualityWindow is the length of each text in tokens, and qualityTexts how many there are.
const (
	qualityWindow = 1536
	qualityTexts  = 2
)

// qualityWay is one way to compute, and the number of the one it is compared with. What a cache costs is measured with
// activations in float32: rounding them moves log-probabilities fifty times as much as 16 bits in the cache do, and
// would hide what the cache does. The last line is what an engine does when nobody asks for anything else.
type qualityWay struct {
	name  string
	exact bool
	kv    tensor.Type
	base  int
}

var qualityWays = []qualityWay{
	{"exact, F32 cache", true, tensor.F32, 0},
	{"8-bit activations, F16 cache", false, tensor.F16, 0},
	{"exact, F16 cache", true, tensor.F16, 0},
	{"exact, int8 cache", true, tensor.Q8_0, 2},
	{"exact, int4 cache", true, tensor.Q4_1, 2},
	{"8-bit activations, int8 cache", false, tensor.Q8_0, 0},
}

// TestKVQuality measures what each type of cache costs on real text, in contexts of up to qualityWindow tokens.
func TestKVQuality(t *testing.T) {
	if os.Getenv("EXAONE_KV_QUALITY") == "" {
		t.Skip("EXAONE_KV_QUALITY is not set: takes minutes")
	}
	for _, c := range []struct {
		file string
		text func(t *testing.T) string
	}{
		{"SmolLM2-135M-Instruct.Q4_1.gguf", englishText},
		{"gemma-3-270m-q4_k_m.gguf", englishText},
		{"gemma-3-270m-q4_k_m.gguf", koreanText},
	} {
		text := c.text(t)
		name := c.file + "/English"
		if strings.Contains(text, "다.") {
			name = c.file + "/Korean"
		}
		t.Run(name, func(t *testing.T) { checkQuality(t, c.file, text) })
	}
}

func checkQuality(t *testing.T, file, text string) {
	f, err := weights.Open(realFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := model.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	tok, _, err := words(f)
	if err != nil {
		t.Fatal(err)
	}
	ids := tok.Encode(nil, text, false)
	if len(ids) < qualityTexts*qualityWindow {
		t.Fatalf("%d tokens of text, want %d", len(ids), qualityTexts*qualityWindow)
	}
	logs := make([][]float64, len(qualityWays))
	cost := make([]float64, len(qualityWays))
	for i, way := range qualityWays {
		for w := range qualityTexts {
			part := append([]int32(nil), ids[w*qualityWindow:(w+1)*qualityWindow]...)
			if tok.BOS() >= 0 && tok.AddBOS() {
				part[0] = tok.BOS()
			}
			logs[i] = append(logs[i], logProbs(t, m, way, part)...)
		}
		var mean, spread float64
		cost[i], mean, spread = compare(logs[i], logs[way.base])
		t.Logf("%-30s NLL %.5f, %+.3f %% ± %.3f against %s", way.name, mean, 100*cost[i], 100*spread, qualityWays[way.base].name)
	}
	if cost[1] > mostOfRounding {
		t.Errorf("8-bit activations cost %.3f %%, want at most %.1f %%", 100*cost[1], 100*mostOfRounding)
	}
	if cost[3] > mostOfInt8 {
		t.Errorf("a cache of 8 bits costs %.3f %%, want at most %.1f %%", 100*cost[3], 100*mostOfInt8)
	}
}

// compare returns by what share the negative log-likelihood of logs is above that of base, its mean, and the standard
// error of the share, over the tokens.
func compare(logs, base []float64) (share, mean, spread float64) {
	n := float64(len(logs))
	var sum, square, all float64
	for i, l := range logs {
		d := base[i] - l
		sum, square, all, mean = sum+d, square+d*d, all-base[i], mean-l/n
	}
	return sum / all, mean, math.Sqrt(max(square-sum*sum/n, 0)) / all
}

// logProbs returns the log-probabilities of ids after the first.
func logProbs(t *testing.T, m model.Model, way qualityWay, ids []int32) []float64 {
	t.Helper()
	shape := m.Shape()
	kv, err := tensor.NewKV(tensor.KVOptions{Layers: shape.Layers, Heads: shape.KVHeads, HeadDim: shape.HeadDim,
		PageSize: pageSize, Pages: pagesFor(len(ids), pageSize), Type: way.kv})
	if err != nil {
		t.Fatal(err)
	}
	defer kv.Close()
	pool := tensor.NewPool(2)
	defer pool.Close()
	ops := tensor.NewCPU(pool, way.exact)
	pages := make([]int32, kv.Pages)
	for i := range pages {
		pages[i] = int32(i)
	}
	const chunk = 64
	var out []float64
	for lo := 0; lo < len(ids)-1; lo += chunk {
		hi := min(lo+chunk, len(ids)-1)
		b := &model.Batch{IDs: ids[lo:hi]}
		for pos := lo; pos < hi; pos++ {
			b.Rows = append(b.Rows, tensor.Row{Pos: pos, Pages: pages})
			b.Want = append(b.Want, pos-lo)
		}
		logits, err := m.Forward(ops, b, kv)
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.IDs {
			out = append(out, logProb(logits[i*shape.Vocab:(i+1)*shape.Vocab], int(ids[lo+i+1])))
		}
	}
	return out
}

func logProb(logits []float32, id int) float64 {
	top, sum := math.Inf(-1), 0.0
	for _, l := range logits {
		top = max(top, float64(l))
	}
	for _, l := range logits {
		sum += math.Exp(float64(l) - top)
	}
	return float64(logits[id]) - top - math.Log(sum)
}

func realFile(t *testing.T, file string) string {
	t.Helper()
	dir := os.Getenv("EXAONE_MODELS")
	if dir == "" {
		t.Skipf("EXAONE_MODELS is not set: %s not here", file)
	}
	path := filepath.Join(dir, file)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("EXAONE_MODELS: %s not here", file)
	}
	return path
}

// englishText is questions and answers of GSM8K.
func englishText(t *testing.T) string {
	questions, err := os.ReadFile(reference.Path(t, "bench", "gsm8k-test.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(questions)) {
		var item struct{ Question, Answer string }
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatal(err)
		}
		b.WriteString(item.Question + "\n" + item.Answer + "\n\n")
		if b.Len() > 60_000 {
			break
		}
	}
	return b.String()
}

// koreanText is paragraphs of KorQuAD.
func koreanText(t *testing.T) string {
	var b strings.Builder
	for _, a := range reference.KorQuAD(t) {
		for _, p := range a.Paragraphs {
			b.WriteString(p.Text + "\n")
		}
		if b.Len() > 90_000 {
			break
		}
	}
	return b.String()
}
