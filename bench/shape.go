package bench

import (
	"fmt"
	"math"

	"exaone/tensor"
)

// shape is the outline of a model as published: layers l, width d, heads h, key-value heads g, head size e, MLP
// width f, vocabulary v.
type shape struct {
	name     string // general.name
	arch     string // of its own metadata
	l, d     int
	h, g, e  int
	f, v     int
	window   int
	tied     bool // the head is the embedding
	ropeBase float32
	eps      float32
}

// shapes are what can be made, by the names that people type. The numbers are those of the models' config.json:
// EXAONE-3.0-7.8B-Instruct, EXAONE-3.5-2.4B-Instruct and SmolLM2-135M.
var shapes = map[string]shape{
	"7.8b": {
		name: "EXAONE 3.0 7.8B shape", arch: "exaone", l: 32, d: 4096, h: 32, g: 8, e: 128, f: 14336, v: 102400,
		window: 4096, ropeBase: 5e5, eps: 1e-5,
	},
	"2.4b": {
		name: "EXAONE 3.5 2.4B shape", arch: "exaone", l: 30, d: 2560, h: 32, g: 8, e: 80, f: 7168, v: 102400,
		window: 32768, tied: true, ropeBase: 1e6, eps: 1e-5,
	},
	"135m": {
		name: "SmolLM2 135M shape", arch: "llama", l: 30, d: 576, h: 9, g: 3, e: 64, f: 1536, v: 49152,
		window: 8192, tied: true, ropeBase: 1e5, eps: 1e-5,
	},
}

// planned is one tensor of a checkpoint to be made. Scale is the standard deviation of its elements; 0 stands for a
// vector of ones.
type planned struct {
	name  string
	kind  tensor.Type
	shape []int // slowest dimension first
	scale float64
}

// tensors lists the checkpoint in the order of llama.cpp's files. Every matrix keeps the variance of what it is
// multiplied with, so activations neither fade nor explode, whatever the depth.
func (s shape) tensors(m mix) []planned {
	var list []planned
	matrix := func(name string, kind tensor.Type, rows, cols int, scale float64) {
		list = append(list, planned{name, fitting(kind, cols), []int{rows, cols}, scale})
	}
	ones := func(name string) { list = append(list, planned{name, tensor.F32, []int{s.d}, 0}) }
	per := func(cols int) float64 { return 1 / math.Sqrt(float64(cols)) }
	if s.tied { // the head's type, since the head is what is read every step
		matrix("token_embd.weight", m.head, s.v, s.d, per(s.d))
	} else {
		matrix("token_embd.weight", m.embedding, s.v, s.d, per(s.d))
		matrix("output.weight", m.head, s.v, s.d, per(s.d))
	}
	ones("output_norm.weight")
	for i := range s.l {
		at := func(name string) string { return fmt.Sprintf("blk.%d.%s.weight", i, name) }
		value, down := m.layers, m.layers
		if m.more != m.layers && moreBits(i, s.l) {
			value, down = m.more, m.more
		}
		ones(at("attn_norm"))
		matrix(at("attn_q"), m.layers, s.h*s.e, s.d, per(s.d))
		matrix(at("attn_k"), m.layers, s.g*s.e, s.d, per(s.d))
		matrix(at("attn_v"), value, s.g*s.e, s.d, per(s.d))
		matrix(at("attn_output"), m.layers, s.d, s.h*s.e, per(s.h*s.e))
		ones(at("ffn_norm"))
		matrix(at("ffn_gate"), m.layers, s.f, s.d, per(s.d))
		matrix(at("ffn_up"), m.layers, s.f, s.d, per(s.d))
		matrix(at("ffn_down"), down, s.d, s.f, per(s.f))
	}
	return list
}

// mix says which type each kind of tensor has.
type mix struct {
	layers    tensor.Type
	more      tensor.Type // of attn_v and ffn_down where moreBits says so
	embedding tensor.Type
	head      tensor.Type
	fileType  uint32 // general.file_type, llama.h's enum llama_ftype
}

// mixes are what can be asked for.
var mixes = map[string]mix{
	"q4":     {tensor.Q4_0, tensor.Q4_0, tensor.Q4_0, tensor.Q6_K, 2},
	"q4_k_m": {tensor.Q4_K, tensor.Q6_K, tensor.Q4_K, tensor.Q6_K, 15},
	"q8":     {tensor.Q8_0, tensor.Q8_0, tensor.Q8_0, tensor.Q8_0, 7},
	"f16":    {tensor.F16, tensor.F16, tensor.F16, tensor.F16, 1},
	"bf16":   {tensor.BF16, tensor.BF16, tensor.BF16, tensor.BF16, 32},
}

// moreBits is llama.cpp's rule for the tensors of Q4_K_M that get Q6_K: the first and last eighth of the layers and
// every third between (src/llama-quant.cpp, use_more_bits).
func moreBits(i, layers int) bool {
	return i < layers/8 || i >= 7*layers/8 || (i-layers/8)%3 == 2
}

// fitting replaces a type whose blocks do not divide a row, as llama.cpp does (src/llama-quant.cpp,
// tensor_type_fallback).
func fitting(t tensor.Type, cols int) tensor.Type {
	if cols%t.BlockSize() == 0 {
		return t
	}
	switch t {
	case tensor.Q4_K:
		return tensor.Q5_0
	case tensor.Q6_K:
		return tensor.Q8_0
	}
	return tensor.F16
}
