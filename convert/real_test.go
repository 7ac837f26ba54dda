package convert

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"exaone/reference"
	"exaone/tokenizer"
)

// realModel returns the path of a published model's file in the folder EXAONE_MODELS.
func realModel(t testing.TB, file string) string {
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

// Two published tokenizers, of either kind, go to a Hugging Face folder and give the ids of the reference for every hard
// string.
func TestTokenizersSurvive(t *testing.T) {
	if testing.Short() {
		t.Skip("short: writes a gigabyte")
	}
	for _, c := range []struct{ file, name string }{
		{"SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2"}, {"gemma-3-270m-q4_k_m.gguf", "gemma3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files, _, err := wordsJSON(open(t, realModel(t, c.file)))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for name, data := range files {
				if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			tok, err := tokenizer.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			lines, err := os.Open(reference.Path(t, "golden", "tokenizer-golden.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			defer lines.Close()
			right, all := 0, 0
			for s := bufio.NewScanner(lines); s.Scan(); {
				var line struct {
					Tokenizer, Text string
					IDs             []int32 `json:"ids"`
					Alt             []int32 `json:"alt_ids"`
					Special         bool
				}
				if err := json.Unmarshal(s.Bytes(), &line); err != nil {
					t.Fatal(err)
				}
				if line.Tokenizer != c.name {
					continue
				}
				all++
				got := tok.Encode(nil, line.Text, line.Special)
				if slices.Equal(got, line.IDs) || slices.Equal(got, line.Alt) {
					right++
				} else if all-right <= 5 {
					t.Errorf("%q: got %v, want %v", line.Text, got, line.IDs)
				}
			}
			t.Logf("%d of %d strings give the reference's ids", right, all)
			if right < all || all == 0 {
				t.Errorf("%d of %d strings give the reference's ids", right, all)
			}
		})
	}
}

// What a published model loses by our quantiser, beside llama.cpp's: how far the predictions for the reference's text are
// from those of the F32 file that both begin with, and the mean negative log-likelihood, in exact arithmetic on each
// file. The divergence is the figure: the likelihood of one text goes up and down by several hundredths by luck.
func TestQuantisedModelsAreAsGood(t *testing.T) {
	l := startLlama(t)
	const file = "SmolLM2-135M-Instruct.Q4_1.gguf"
	data, err := os.ReadFile(reference.Path(t, "golden", "real", "smollm2-golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		NLL []struct {
			IDs []int32 `json:"ids"`
		} `json:"nll"`
	}
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	ids := g.NLL[0].IDs
	plain, _ := toGGUF(t, realModel(t, file), "f32")
	from := plain.Paths()[0]
	before := logits(t, plain, ids)
	for _, name := range []string{"q4_0", "q4_k_m", "q5_0", "q5_k_m", "q6_k", "q8_0"} {
		ours, r := toGGUF(t, from, name)
		theirs := open(t, l.quantize(t, from, parse(t, name)))
		x, y := logits(t, ours, ids), logits(t, theirs, ids)
		a, b := divergence(before, x, len(ids)), divergence(before, y, len(ids))
		t.Logf("%-7s mean KL %.5f by ours, %.5f by llama.cpp's; NLL %+.4f, %+.4f; %d and %d bytes", name, a, b,
			nll(x, ids)-nll(before, ids), nll(y, ids)-nll(before, ids), r.Bytes, theirs.Size())
		if a > 1.1*b {
			t.Errorf("%s: mean KL %.5f, llama.cpp's file has %.5f", name, a, b)
		}
	}
}

// nll returns the mean negative log-likelihood of ids after the first.
func nll(logits []float32, ids []int32) float64 {
	v, total := len(logits)/len(ids), 0.0
	for i := range len(ids) - 1 {
		total -= logProbs(logits[i*v : (i+1)*v])[ids[i+1]]
	}
	return total / float64(len(ids)-1)
}
