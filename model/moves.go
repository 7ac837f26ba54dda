package model

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"exaone/tensor"
	"exaone/weights"
)

// Converted is what a checkpoint becomes in the other format, GGUF or Hugging Face's. The places that know GGUF's names
// are gguf.go for reading and gguf_keys.go for writing.
type Converted struct {
	Arch    string // as in config.json "architectures"
	Layers  int
	Keys    []weights.Key  // of a GGUF file, but for the tokenizer's
	Config  map[string]any // of a config.json, but for what the tokenizer and the types say
	Tensors []Move
	Made    []*tensor.Tensor // tensors that the source does not have
}

// Move is a tensor on its way from one format to the other: number c of row r becomes (source + Plus)·Scale, where
// source is number c of the row that Row names.
type Move struct {
	From, To string
	GGUF     string          // the one of the two that is GGUF's
	Layer    int             // -1 for what is outside layers
	Row      func(r int) int // nil: the same
	Plus     float32
	Scale    float32
}

// Exact reports whether the numbers stay what they are, if in another order.
func (m Move) Exact() bool { return m.Plus == 0 && m.Scale == 1 }

// module is a tensor's name without "weight" or "bias" at its end.
type module struct{ hf, gguf string }

// Convert plans the way of a checkpoint into the other format. It checks as much as Load does: every tensor is there,
// well shaped, and part of the model. What the other format cannot say is an error.
func Convert(f *weights.File) (*Converted, error) {
	var seen []module
	arch, c, _, err := assemble(f, &seen)
	if err != nil {
		return nil, err
	}
	out := &Converted{Arch: arch.Name, Layers: c.Layers}
	for _, m := range seen {
		for _, kind := range []string{".weight", ".bias"} {
			move := Move{From: m.hf + kind, To: m.gguf + kind, GGUF: m.gguf + kind, Layer: LayerOf(m.gguf), Scale: 1}
			if c.GGUF {
				move.From, move.To = move.To, move.From
			}
			t, ok := f.Tensor(move.From)
			if !ok {
				continue
			}
			arch.change(&move, c, t)
			out.Tensors = append(out.Tensors, move)
		}
	}
	if c.GGUF {
		out.Config, err = arch.configJSON(c, f)
	} else {
		out.Keys = arch.keysGGUF(c)
		out.Made = factorsGGUF(c)
	}
	if err != nil {
		return nil, fmt.Errorf("convert %s: %w", arch.Name, err)
	}
	return out, nil
}

// Check checks a checkpoint as Load does, and returns how many layers it has.
func Check(f *weights.File) (layers int, err error) {
	_, c, _, err := assemble(f, nil)
	if err != nil {
		return 0, err
	}
	return c.Layers, nil
}

// LayerOf returns the layer that a tensor with this GGUF name is in, -1 for what is outside layers.
func LayerOf(name string) int {
	rest, ok := strings.CutPrefix(name, "blk.")
	number, _, _ := strings.Cut(rest, ".")
	if l, err := strconv.Atoi(number); ok && err == nil {
		return l
	}
	return -1
}

// change says what of a tensor is another in the other format.
func (a Arch) change(m *Move, c *config, t *tensor.Tensor) {
	name := m.GGUF
	if m.Layer >= 0 {
		_, name, _ = strings.Cut(strings.TrimPrefix(name, "blk."), ".")
	}
	switch {
	case strings.HasSuffix(name, "norm.weight"):
		m.Plus = a.normPlus
	case a.neighbours && (name == "attn_q.weight" || name == "attn_k.weight"):
		m.Row = neighbours(c.HeadDim)
	}
	if c.GGUF {
		m.Plus = -m.Plus
		if m.Row != nil {
			m.Row = halves(c.HeadDim)
		}
		return
	}
	// GGUF has no key for query_pre_attn_scalar: what it is beside what readers take for granted goes into the norm of
	// q, or into q itself where there is none.
	folded := "attn_q.weight"
	if a.headNorms {
		folded = "attn_q_norm.weight"
	}
	if name == folded {
		if s := float32(float64(c.QueryScale) / (1 / math.Sqrt(scoreRoot(a.GGUF, c)))); math.Abs(float64(s)-1) > 1e-6 {
			m.Scale = s
		}
	}
}

// neighbours returns the order of rows in GGUF files whose rotation turns neighbours, from rows whose rotation turns the
// halves of a head of e rows. halves is the way back.
func neighbours(e int) func(int) int {
	return func(r int) int { return r - r%e + r%e/2 + r%2*(e/2) }
}

func halves(e int) func(int) int {
	return func(r int) int {
		i := r % e
		return r - i + i%(e/2)*2 + i/(e/2)
	}
}
