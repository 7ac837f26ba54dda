package convert

import (
	"fmt"
	"strings"

	"exaone/tensor"
)

// Mix says which type each tensor of a file gets. The mixes and their rules are llama.cpp's (llama-quant.cpp), so that
// a name means the same to everybody.
type Mix struct {
	Name string

	base     tensor.Type
	fileType uint32 // general.file_type, as llama.cpp counts (enum llama_ftype)
	// What the values of attention and the MLP's way down get in layer i of n, where an error does the most harm.
	value, down func(i, n int) tensor.Type
}

// mixes are all there are, each under its full name.
var mixes = []Mix{
	{Name: "f32", base: tensor.F32, fileType: 0},
	{Name: "f16", base: tensor.F16, fileType: 1},
	{Name: "bf16", base: tensor.BF16, fileType: 32},
	{Name: "q8_0", base: tensor.Q8_0, fileType: 7},
	{Name: "q6_k", base: tensor.Q6_K, fileType: 18},
	{Name: "q5_k_m", base: tensor.Q5_K, fileType: 17, value: some(tensor.Q5_K), down: some(tensor.Q5_K)},
	{Name: "q5_k_s", base: tensor.Q5_K, fileType: 16},
	{Name: "q5_1", base: tensor.Q5_1, fileType: 9},
	{Name: "q5_0", base: tensor.Q5_0, fileType: 8},
	{Name: "q4_k_m", base: tensor.Q4_K, fileType: 15, value: some(tensor.Q4_K), down: some(tensor.Q4_K)},
	{Name: "q4_k_s", base: tensor.Q4_K, fileType: 14, value: first(4), down: func(i, n int) tensor.Type { return first(n/8)(i, n) }},
	{Name: "q4_1", base: tensor.Q4_1, fileType: 3},
	{Name: "q4_0", base: tensor.Q4_0, fileType: 2},
}

// aliases are other names that people use.
var aliases = map[string]string{"q4_k": "q4_k_m", "q5_k": "q5_k_m"}

// MixNames lists the names of all mixes.
func MixNames() []string {
	var names []string
	for _, m := range mixes {
		names = append(names, m.Name)
	}
	return names
}

// ParseMix finds a mix by its name, in any case.
func ParseMix(name string) (Mix, error) {
	lower := strings.ToLower(name)
	if full, ok := aliases[lower]; ok {
		lower = full
	}
	for _, m := range mixes {
		if m.Name == lower {
			return m, nil
		}
	}
	return Mix{}, fmt.Errorf("type %.40q, want one of %s", name, strings.Join(MixNames(), ", "))
}

// Float reports whether the mix is one type of floats.
func (m Mix) Float() bool { return m.Name != "" && !m.base.Quantised() }

// some gives Q6_K to the first and last eighth of the layers and to every third between them.
func some(base tensor.Type) func(i, n int) tensor.Type {
	return func(i, n int) tensor.Type {
		if i < n/8 || i >= 7*n/8 || (i-n/8)%3 == 2 {
			return tensor.Q6_K
		}
		return base
	}
}

// first gives Q5_K to the first layers, and Q4_K to the rest.
func first(count int) func(i, n int) tensor.Type {
	return func(i, _ int) tensor.Type {
		if i < count {
			return tensor.Q5_K
		}
		return tensor.Q4_K
	}
}

// choose returns the type that the mix has for a matrix with a GGUF name. head says that the matrix makes the logits:
// it is the head, or the embedding of a model without one of its own.
func (m Mix) choose(name string, layer, layers int, head bool) tensor.Type {
	switch {
	case !m.base.Quantised():
		return m.base
	case head && m.base != tensor.Q8_0:
		return tensor.Q6_K
	case strings.HasSuffix(name, ".attn_v.weight") && m.value != nil:
		return m.value(layer, layers)
	case strings.HasSuffix(name, ".ffn_down.weight") && m.down != nil:
		return m.down(layer, layers)
	}
	return m.base
}

// substitutes are the types with blocks of 32 that take the place of those with 256.
var substitutes = map[tensor.Type]tensor.Type{tensor.Q4_K: tensor.Q5_0, tensor.Q5_K: tensor.Q5_1, tensor.Q6_K: tensor.Q8_0}

// fitting returns want, or what takes its place for rows that are no whole blocks of it.
func fitting(want tensor.Type, columns int) tensor.Type {
	if columns%want.BlockSize() == 0 {
		return want
	}
	if t, ok := substitutes[want]; ok && columns%t.BlockSize() == 0 {
		return t
	}
	return tensor.F16
}
