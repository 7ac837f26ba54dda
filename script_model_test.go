package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// The outline of the model that scripts run: as small as a llama can be and still be one.
const (
	tinyWidth  = 32
	tinyHidden = 48
	tinyWindow = 256
)

// tiny writes a model of one layer as a Hugging Face folder, with the tokenizer of our tests: tiny DIR. Its weights
// are random numbers from a fixed seed, so what it says is nonsense, always the same.
func tiny(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tiny DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	source := filepath.Join(ts.Getenv("REPO"), "tokenizer", "testdata", "tiny")
	ts.Check(os.CopyFS(dir, os.DirFS(source)))
	vocabulary, err := vocabularySize(filepath.Join(source, "tokenizer.json"))
	ts.Check(err)
	config, err := json.Marshal(map[string]any{
		"architectures": []string{"LlamaForCausalLM"}, "model_type": "llama", "vocab_size": vocabulary,
		"hidden_size": tinyWidth, "intermediate_size": tinyHidden, "num_hidden_layers": 1, "num_attention_heads": 2,
		"num_key_value_heads": 1, "max_position_embeddings": tinyWindow, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
		"hidden_act": "silu", "tie_word_embeddings": true,
	})
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(dir, "config.json"), config, 0o644))
	ts.Check(os.WriteFile(filepath.Join(dir, "model.safetensors"), tinyWeights(vocabulary), 0o644))
}

// vocabularySize returns one more than the largest id of a tokenizer.json.
func vocabularySize(file string) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	var parsed struct {
		Model struct{ Vocab map[string]int }
		Added []struct{ ID int } `json:"added_tokens"`
	}
	if err := json.Unmarshal(text, &parsed); err != nil {
		return 0, err
	}
	size := 0
	for _, id := range parsed.Model.Vocab {
		size = max(size, id+1)
	}
	for _, added := range parsed.Added {
		size = max(size, added.ID+1)
	}
	return size, nil
}

// tinyWeights returns the weights of the model.
func tinyWeights(vocabulary int) []byte {
	const d, f, layer = tinyWidth, tinyHidden, "model.layers.0."
	return randomWeights([]namedShape{
		{"model.embed_tokens.weight", []int{vocabulary, d}}, {"model.norm.weight", []int{d}},
		{layer + "input_layernorm.weight", []int{d}}, {layer + "post_attention_layernorm.weight", []int{d}},
		{layer + "self_attn.q_proj.weight", []int{d, d}}, {layer + "self_attn.k_proj.weight", []int{d / 2, d}},
		{layer + "self_attn.v_proj.weight", []int{d / 2, d}}, {layer + "self_attn.o_proj.weight", []int{d, d}},
		{layer + "mlp.gate_proj.weight", []int{f, d}}, {layer + "mlp.up_proj.weight", []int{f, d}},
		{layer + "mlp.down_proj.weight", []int{d, f}},
	})
}

// namedShape is a tensor to be made.
type namedShape struct {
	name  string
	shape []int
}

// randomWeights returns a safetensors file of such tensors: the length of a JSON header, the header, and float32 numbers.
func randomWeights(tensors []namedShape) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	header := map[string]any{}
	var data []byte
	for _, t := range tensors {
		begin, n := len(data), 1
		for _, size := range t.shape {
			n *= size
		}
		for range n {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(random.NormFloat64())))
		}
		header[t.name] = map[string]any{"dtype": "F32", "shape": t.shape, "data_offsets": []int{begin, len(data)}}
	}
	text, err := json.Marshal(header)
	if err != nil {
		panic(err) // a map of strings and numbers always marshals
	}
	var out bytes.Buffer
	binary.Write(&out, binary.LittleEndian, uint64(len(text)))
	out.Write(text)
	out.Write(data)
	return out.Bytes()
}
