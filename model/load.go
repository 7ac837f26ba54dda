package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"exaone/tensor"
	"exaone/weights"
)

// Arch is an architecture: what it is called, what its config leaves out, and how it is put together.
type Arch struct {
	Name string // as in config.json "architectures"
	GGUF string // as in GGUF "general.architecture"

	postNorm   bool    // it has a norm behind attention; see ggufName
	headNorms  bool    // heads of q and k have a norm
	normPlus   float32 // the weights of its norms are that much larger in GGUF files
	neighbours bool    // rows of q and k are in another order in GGUF files
	absent     defaults
	build      func(c *config, w *loader) Model
}

// Info is what is known of a model without touching its numbers.
type Info struct {
	Arch       string // as in config.json "architectures", whatever the file's format
	Shape      Shape
	Parameters int64 // numbers in all tensors; a tied head counts once

	Encoder *EncoderInfo // of an encoder; nil for a decoder
}

// Inspect reads the outline of a checkpoint. The error lists everything that is wrong with its config; tensors
// are looked at only by Load.
func Inspect(f *weights.File) (Info, error) {
	info, ok, err := inspectEncoder(f)
	if err != nil {
		return Info{}, err
	}
	if !ok {
		arch, c, err := outline(f)
		if err != nil {
			return Info{}, err
		}
		info = Info{Arch: arch.Name, Shape: c.Shape}
	}
	for _, t := range f.Tensors() {
		n := int64(1)
		for _, d := range t.Shape {
			n *= int64(d)
		}
		info.Parameters += n
	}
	return info, nil
}

// Load builds the model of a checkpoint. Its weights stay in the file's maps: the file must stay open as long
// as the model is used. The error lists every tensor that is missing, misshapen or not part of the model.
func Load(f *weights.File) (Model, error) {
	_, _, m, err := assemble(f, nil)
	return m, err
}

// assemble is Load for those who also want to know the modules, in the order in which they were asked for.
func assemble(f *weights.File, seen *[]module) (Arch, *config, Model, error) {
	arch, c, err := outline(f)
	if err != nil {
		return Arch{}, nil, nil, err
	}
	w := &loader{arch: arch, c: c, scope: f.Root(), linears: make(map[string]int), seen: seen}
	m := arch.build(c, w)
	if err := w.scope.Err(); err != nil {
		return Arch{}, nil, nil, fmt.Errorf("load %s: %w", arch.Name, err)
	}
	return arch, c, m, nil
}

// outline finds the architecture of a checkpoint and reads its config.
func outline(f *weights.File) (Arch, *config, error) {
	arch, err := archOf(f)
	if err != nil {
		return Arch{}, nil, err
	}
	var c *config
	if f.Format() != weights.Safetensors {
		embed, ok := f.Tensor("token_embd.weight")
		if !ok || len(embed.Shape) != 2 || embed.Shape[0] < 1 || embed.Shape[0] > maxVocab {
			return Arch{}, nil, fmt.Errorf("load %s: token_embd.weight: missing, or not a matrix of 1 to %d rows", arch.Name, maxVocab)
		}
		_, head := f.Tensor("output.weight")
		c, err = configGGUF(f.Value, arch.GGUF, embed.Shape[0], !head, arch.absent)
	} else {
		c, err = configJSON(f.Config(), arch.absent)
	}
	if err != nil {
		return Arch{}, nil, fmt.Errorf("load %s: %w", arch.Name, err)
	}
	return arch, c, nil
}

// archOf finds the architecture that a checkpoint names.
func archOf(f *weights.File) (Arch, error) {
	names, err := archNames(f)
	if err != nil {
		return Arch{}, err
	}
	for _, name := range names {
		for _, a := range archs {
			if a.Name == name || f.Format() != weights.Safetensors && a.GGUF == name {
				return a, nil
			}
		}
	}
	if arch, err := encoderOf(f); arch != nil || err != nil {
		return Arch{}, errors.Join(err, fmt.Errorf("architecture %.200q: %w", names, ErrEncoder))
	}
	return Arch{}, fmt.Errorf("architecture %.200q, want one of %s", names, known())
}

// archNames returns what a checkpoint calls its architecture.
func archNames(f *weights.File) ([]string, error) {
	if f.Format() != weights.Safetensors {
		v := f.Value("general.architecture")
		name, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("general.architecture: %s, want one of %s", short(v), known())
		}
		return []string{name}, nil
	}
	if f.Config() == nil {
		return nil, errors.New("no config.json beside the weights")
	}
	var head struct {
		Architectures []string `json:"architectures"`
	}
	if err := json.Unmarshal(f.Config(), &head); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	return head.Architectures, nil
}

// known lists the architectures for an error.
func known() string {
	var names []string
	for _, a := range archs {
		names = append(names, a.Name+" ("+a.GGUF+")")
	}
	for _, a := range encoders {
		names = append(names, a.Name+" ("+ggufEncoder+")")
	}
	return strings.Join(names, ", ")
}

// loader hands out the weights of one place in a checkpoint under their Hugging Face names, whatever the file
// calls them, and numbers the linears.
type loader struct {
	arch    Arch
	c       *config
	scope   weights.Scope
	prefix  string         // "model.layers.3."
	seen    *[]module      // if not nil, takes every module that is asked for
	linears map[string]int // shared: the number of each linear, by its GGUF name
	sizes   *[][2]int      // shared: outputs and inputs of each
}

// at returns the loader of layer i under a prefix.
func (w *loader) at(prefix string, i int) *loader {
	l := *w
	l.prefix = prefix + "." + strconv.Itoa(i) + "."
	// Exporters of old stored the rope frequencies as if they were weights.
	l.scope.Ignore(l.prefix+"self_attn.rotary_emb", l.prefix+"attn.attention.rotary")
	return &l
}

// stored returns the name of a module in the file.
func (w *loader) stored(name string) string {
	hf, gguf := w.prefix+name, ggufName(w.prefix+name, w.arch.postNorm)
	if w.seen != nil && (len(*w.seen) == 0 || (*w.seen)[len(*w.seen)-1].hf != hf) {
		*w.seen = append(*w.seen, module{hf, gguf})
	}
	if w.c.GGUF {
		return gguf
	}
	return hf
}

// linear returns a weight [m, k] without bias.
func (w *loader) linear(module string, m, k int) linear {
	key := ggufName(w.prefix+module, w.arch.postNorm)
	w.linears[key] = len(w.linears)
	*w.sizes = append(*w.sizes, [2]int{m, k})
	return linear{w: w.scope.Get(w.stored(module)+".weight", m, k), index: w.linears[key]}
}

// biased returns a weight [m, k] with its bias.
func (w *loader) biased(module string, m, k int) linear {
	l := w.linear(module, m, k)
	l.bias = floats(w.scope.Get(w.stored(module)+".bias", m))
	return l
}

// gatedMLP returns an MLP under its usual names.
func (w *loader) gatedMLP(d, f int) mlp {
	return mlp{
		gate: w.linear("mlp.gate_proj", f, d),
		up:   w.linear("mlp.up_proj", f, d),
		down: w.linear("mlp.down_proj", d, f),
	}
}

// vector returns the weight of a norm, [n].
func (w *loader) vector(module string, n int) []float32 { return w.vectorPlus(module, n, 0) }

// vectorPlus returns the weight of a norm with plus added to every number.
func (w *loader) vectorPlus(module string, n int, plus float32) []float32 {
	v := floats(w.scope.Get(w.stored(module)+".weight", n))
	for i := range v {
		v[i] += plus
	}
	return v
}

// floats copies a small tensor into float32.
func floats(t *tensor.Tensor) []float32 {
	if len(t.Data) == 0 { // a placeholder; the ledger knows
		return nil
	}
	v := make([]float32, t.Rows()*t.Cols())
	tensor.Dequantize(v, t.Type, t.Data)
	return v
}

// frame returns what is around the layers: the embedding, the last norm (plus is added to its weight), the
// head, which is lm_head or tied.
func (w *loader) frame(embed, norm string, plus float32) frame {
	c := w.c
	f := frame{shape: c.Shape, ffn: c.FFN, eps: c.Eps, scale: 1, finalCap: c.FinalCap, linears: w.linears, sizes: new([][2]int)}
	w.sizes = f.sizes
	f.embed = w.scope.Get(w.stored(embed)+".weight", c.Vocab, c.Width)
	f.norm = w.vectorPlus(norm, c.Width, plus)
	if c.Tied {
		f.head = f.embed
		w.scope.Ignore("lm_head.weight") // some exporters store the tied head twice
	} else {
		f.head = w.scope.Get(w.stored("lm_head")+".weight", c.Vocab, c.Width)
	}
	return f
}

// rope returns the rotary embedding of the model, with the factors of a GGUF file if it has some.
func (w *loader) rope(base float64, s *scaling, interleaved bool) *rope {
	e := w.c.HeadDim
	if t, ok := w.scope.Lookup("rope_freqs.weight", e/2); ok && w.c.GGUF {
		if factors := floats(t); factors != nil {
			return newRope(e, base, s, factors, interleaved)
		}
	}
	return newRope(e, base, s, nil, interleaved)
}
