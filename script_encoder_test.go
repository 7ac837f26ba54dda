package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// encoderWords is the vocabulary of the encoder that scripts run, a token a line.
const encoderWords = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\ncat\ndog\nthat\nrun\n##s\nwhere\n?\n"

// encoder writes an encoder of one layer as a Hugging Face folder: encoder DIR [ARCHITECTURE]. Its weights are random
// numbers from a fixed seed.
func encoder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: encoder DIR [ARCHITECTURE]")
	}
	dir, arch := ts.MkAbs(args[0]), "BertModel"
	if len(args) == 2 {
		arch = args[1]
	}
	const d, f, window = 32, 64, 16
	words := strings.Count(encoderWords, "\n")
	ts.Check(os.MkdirAll(dir, 0o755))
	config, err := json.Marshal(map[string]any{
		"architectures": []string{arch}, "model_type": "bert", "vocab_size": words, "hidden_size": d, "intermediate_size": f,
		"num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": window, "type_vocab_size": 2,
		"layer_norm_eps": 1e-12, "hidden_act": "gelu",
	})
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(dir, "config.json"), config, 0o644))
	ts.Check(os.WriteFile(filepath.Join(dir, "vocab.txt"), []byte(encoderWords), 0o644))
	const layer = "bert.encoder.layer.0."
	tensors := []namedShape{
		{"bert.embeddings.word_embeddings.weight", []int{words, d}}, {"bert.embeddings.position_embeddings.weight", []int{window, d}},
		{"bert.embeddings.token_type_embeddings.weight", []int{2, d}},
	}
	add := func(name string, shape ...int) {
		tensors = append(tensors, namedShape{name + ".weight", shape}, namedShape{name + ".bias", shape[:1]})
	}
	add("bert.embeddings.LayerNorm", d)
	for _, name := range []string{"attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"} {
		add(layer+name, d, d)
	}
	add(layer+"attention.output.LayerNorm", d)
	add(layer+"intermediate.dense", f, d)
	add(layer+"output.dense", d, f)
	add(layer+"output.LayerNorm", d)
	if arch != "BertModel" {
		add("bert.pooler.dense", d, d)
		add("classifier", 1, d)
	}
	ts.Check(os.WriteFile(filepath.Join(dir, "model.safetensors"), randomWeights(tensors), 0o644))
}
