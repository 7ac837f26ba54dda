package model

import (
	"errors"
	"fmt"
	"math"
)

// config is what an architecture is built from: the members of config.json or of GGUF metadata under one
// set of names, each within its range. It is made once, by configJSON or configGGUF, and checked there.
type config struct {
	Shape
	FFN        int // f
	Eps        float32
	Tied       bool // the head is the embedding
	RopeBase   float64
	LocalBase  float64 // rope base of sliding layers, if it is another
	Scaling    *scaling
	QueryScale float32 // scores are multiplied by it
	AttnCap    float32 // soft cap of scores, 0 for none
	FinalCap   float32 // soft cap of logits, 0 for none
	Slide      int     // window of sliding layers, 0 if there are none
	Sliding    []bool  // which layers slide, [l]
	GGUF       bool    // tensors have GGUF names, and rows as GGUF permutes them
}

// Limits of sizes. They are far above every model there is, and keep every product of two of them and a
// few small numbers inside an int.
const (
	maxLayers = 512
	maxHeads  = 1024
	maxHead   = 1024
	maxWidth  = 1 << 17
	maxFFN    = 1 << 20
	maxVocab  = 1 << 22
	maxWindow = 1 << 27
)

// defaults are what an architecture means by a member that is not there.
type defaults struct {
	headDim     int // 0: width / heads
	tied        bool
	eps         float64
	ropeBase    float64
	localBase   float64 // 0: sliding layers use ropeBase
	queryScalar int     // scores are divided by its root; 0: the head size
	attnCap     float64
	finalCap    float64
	slide       int                       // the window of sliding layers
	slides      func(l, pattern int) bool // whether layer l slides, if no list says so; nil: none do
	pattern     int                       // the usual argument of slides
	act         string                    // the activation function, as Hugging Face names it
}

// configJSON reads the config.json of a Hugging Face folder. The error lists everything that is wrong.
func configJSON(data []byte, d defaults) (*config, error) {
	f, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	c := &config{}
	c.Layers = f.integer("num_hidden_layers|num_layers", 1, maxLayers, -1)
	c.Width = f.integer("hidden_size", 2, maxWidth, -1)
	c.FFN = f.integer("intermediate_size", 1, maxFFN, -1)
	c.Heads = f.integer("num_attention_heads", 1, maxHeads, -1)
	c.KVHeads = f.integer("num_key_value_heads", 1, maxHeads, c.Heads)
	c.Vocab = f.integer("vocab_size", 1, maxVocab, -1)
	c.Window = f.integer("max_position_embeddings", 1, maxWindow, -1)
	c.HeadDim = f.headDim("head_dim", c, d)
	c.Eps = float32(f.real("rms_norm_eps|layer_norm_epsilon", 0, 1, d.eps))
	c.Tied = f.boolean("tie_word_embeddings", d.tied)
	c.AttnCap = float32(f.real("attn_logit_softcapping", 0, 1e6, d.attnCap))
	c.FinalCap = float32(f.real("final_logit_softcapping", 0, 1e6, d.finalCap))
	scalar := d.queryScalar
	if scalar == 0 {
		scalar = c.HeadDim
	}
	c.QueryScale = float32(1 / math.Sqrt(f.real("query_pre_attn_scalar", 1e-3, 1e6, float64(scalar))))
	f.only("hidden_act|hidden_activation|activation_function", d.act)
	f.only("attention_bias", "false")
	f.only("mlp_bias", "false")
	f.only("use_sliding_window", "false")
	if d.attnCap == 0 {
		f.only("attn_logit_softcapping", "0")
	}
	f.only("partial_rotary_factor", "1")
	f.ropeJSON(c, d)
	f.slidingJSON(c, d)
	return c, errors.Join(append(f.errs, c.check())...)
}

// headDim reads the head size, which must be even for the rotation.
func (f *fields) headDim(name string, c *config, d defaults) int {
	absent := d.headDim
	if absent == 0 {
		absent = c.Width / c.Heads
	}
	e := f.integer(name, 2, maxHead, absent)
	if e%2 != 0 || e < 2 || e > maxHead {
		f.fail("%s: %d, want an even number from 2 to %d", name, e, maxHead)
		e = 2
	}
	return e
}

// ropeJSON reads the rope members: flat ones, or rope_parameters with the same inside, maybe per layer kind.
func (f *fields) ropeJSON(c *config, d defaults) {
	const lo, hi = 1, 1e12
	c.RopeBase = f.real("rope_theta", lo, hi, d.ropeBase)
	c.LocalBase = f.real("rope_local_base_freq", lo, hi, d.localBase)
	if s := f.object("rope_scaling"); s != nil {
		c.Scaling = s.scaling()
		f.absorb("rope_scaling", s)
	}
	p := f.object("rope_parameters")
	if p == nil {
		return
	}
	full, name := p, "rope_parameters"
	if g := p.object("full_attention"); g != nil {
		full, name = g, "rope_parameters.full_attention"
		if l := p.object("sliding_attention"); l != nil {
			c.LocalBase = l.real("rope_theta", lo, hi, c.LocalBase)
			f.absorb("rope_parameters.sliding_attention", l)
		}
	}
	c.RopeBase = full.real("rope_theta", lo, hi, c.RopeBase)
	if c.Scaling == nil {
		c.Scaling = full.scaling()
	}
	f.absorb(name, full)
}

// slidingJSON reads which layers slide: a list, or a pattern, or what the architecture always does.
func (f *fields) slidingJSON(c *config, d defaults) {
	c.Sliding = make([]bool, c.Layers)
	if d.slides == nil {
		f.onlyFull("layer_types")
		return
	}
	v, _ := f.find("sliding_window")
	if v == nil && d.slide == 0 {
		f.onlyFull("layer_types")
		return
	}
	slide := f.integer("sliding_window", 1, maxWindow, d.slide)
	pattern := d.pattern
	if v, name := f.find("sliding_window_pattern"); v != nil {
		if s, ok := v.(string); ok {
			pattern = len(s) // "LLLG"
		} else {
			pattern = f.integer(name, 1, maxLayers, pattern)
		}
	}
	for l := range c.Sliding {
		c.Sliding[l] = d.slides(l, pattern)
	}
	f.layerTypes(c)
	c.setSlide(slide)
}

// layerTypes reads the list of layer kinds, if there is one.
func (f *fields) layerTypes(c *config) {
	v, name := f.find("layer_types")
	if v == nil {
		return
	}
	list, ok := v.([]any)
	if !ok || len(list) != c.Layers {
		f.fail("%s: %s, want a list of %d", name, short(v), c.Layers)
		return
	}
	for l, kind := range list {
		switch kind {
		case "sliding_attention":
			c.Sliding[l] = true
		case "full_attention":
			c.Sliding[l] = false
		default:
			f.fail("%s: %s for layer %d, want sliding_attention or full_attention", name, short(kind), l)
		}
	}
}

// onlyFull reports a list of layer kinds with another kind than full attention.
func (f *fields) onlyFull(names string) {
	v, name := f.find(names)
	list, ok := v.([]any)
	if v != nil && !ok {
		f.fail("%s: %s, want a list", name, short(v))
	}
	for l, kind := range list {
		if kind != "full_attention" {
			f.fail("%s: %s for layer %d, want full_attention", name, short(kind), l)
		}
	}
}

// setSlide keeps the window if any layer slides.
func (c *config) setSlide(window int) {
	for _, s := range c.Sliding {
		if s {
			c.Slide = window
		}
	}
}

// window returns how many positions layer l sees, 0 for all.
func (c *config) window(l int) int {
	if c.Sliding[l] {
		return c.Slide
	}
	return 0
}

// check reports what no single member shows.
func (c *config) check() error {
	var errs []error
	if c.Heads%c.KVHeads != 0 {
		errs = append(errs, fmt.Errorf("%d heads over %d key-value heads, want a multiple", c.Heads, c.KVHeads))
	}
	if c.Heads*c.HeadDim > maxWidth {
		errs = append(errs, fmt.Errorf("%d heads of %d, want at most %d together", c.Heads, c.HeadDim, maxWidth))
	}
	if c.Scaling != nil {
		errs = append(errs, c.Scaling.check())
	}
	return errors.Join(errs...)
}
