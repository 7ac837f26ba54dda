package model

import (
	"errors"
	"math"
	"strings"
)

// GGUF has names of its own for tensors and config members. This file knows them for reading; gguf_keys.go writes.

// ggufLayer are the modules of a layer, by their Hugging Face names. EXAONE 3 has other ones than the rest.
var ggufLayer = map[string]string{
	"input_layernorm":            "attn_norm",
	"ln_1":                       "attn_norm",
	"post_attention_layernorm":   "ffn_norm",
	"ln_2":                       "ffn_norm",
	"pre_feedforward_layernorm":  "ffn_norm",
	"post_feedforward_layernorm": "post_ffw_norm",
	"self_attn.q_proj":           "attn_q",
	"self_attn.k_proj":           "attn_k",
	"self_attn.v_proj":           "attn_v",
	"self_attn.o_proj":           "attn_output",
	"self_attn.q_norm":           "attn_q_norm",
	"self_attn.k_norm":           "attn_k_norm",
	"attn.attention.q_proj":      "attn_q",
	"attn.attention.k_proj":      "attn_k",
	"attn.attention.v_proj":      "attn_v",
	"attn.attention.out_proj":    "attn_output",
	"mlp.gate_proj":              "ffn_gate",
	"mlp.up_proj":                "ffn_up",
	"mlp.down_proj":              "ffn_down",
	"mlp.c_fc_0":                 "ffn_gate",
	"mlp.c_fc_1":                 "ffn_up",
	"mlp.c_proj":                 "ffn_down",
}

// ggufTop are the modules outside layers.
var ggufTop = map[string]string{
	"model.embed_tokens": "token_embd",
	"transformer.wte":    "token_embd",
	"model.norm":         "output_norm",
	"transformer.ln_f":   "output_norm",
	"lm_head":            "output",
}

// ggufName returns the GGUF name of a Hugging Face module, such as blk.3.attn_q, or "" if there is none.
// postNorm says that the architecture has a norm behind attention: then that is what the module called
// post_attention_layernorm is, and otherwise it is the norm before the MLP.
func ggufName(module string, postNorm bool) string {
	if name := ggufTop[module]; name != "" {
		return name
	}
	rest, ok := strings.CutPrefix(module, "model.layers.")
	if !ok {
		if rest, ok = strings.CutPrefix(module, "transformer.h."); !ok {
			return ""
		}
	}
	layer, rest, _ := strings.Cut(rest, ".")
	if rest == "post_attention_layernorm" && postNorm {
		return "blk." + layer + ".post_attention_norm"
	}
	name := ggufLayer[rest]
	if name == "" {
		return ""
	}
	return "blk." + layer + "." + name
}

// Models whose scores are not divided by the root of the head size but by that of width / heads. Files do
// not say so: readers know them by their number of layers.
const (
	gemma2Large = 46 // Gemma 2 27B
	gemma3Large = 62 // Gemma 3 27B
)

// scoreRoot returns the number whose root divides scores in a GGUF file.
func scoreRoot(arch string, c *config) float64 {
	if arch == "gemma2" && c.Layers == gemma2Large || arch == "gemma3" && c.Layers == gemma3Large {
		return float64(c.Width) / float64(c.Heads)
	}
	return float64(c.HeadDim)
}

// configGGUF reads the metadata of a GGUF file. vocab is the number of rows of the embedding, tied whether
// there is no head of its own.
func configGGUF(value func(key string) any, arch string, vocab int, tied bool, d defaults) (*config, error) {
	f := &fields{look: func(name string) (any, bool) {
		v := value(arch + "." + name)
		return v, v != nil
	}}
	c := &config{GGUF: true, Tied: tied}
	c.Vocab = vocab
	c.Layers = f.integer("block_count", 1, maxLayers, -1)
	c.Width = f.integer("embedding_length", 2, maxWidth, -1)
	c.FFN = f.integer("feed_forward_length", 1, maxFFN, -1)
	c.Heads = f.integer("attention.head_count", 1, maxHeads, -1)
	c.KVHeads = f.integer("attention.head_count_kv", 1, maxHeads, c.Heads)
	c.Window = f.integer("context_length", 1, maxWindow, -1)
	d.headDim = 0 // written wherever it is not width / heads
	c.HeadDim = f.headDim("attention.key_length", c, d)
	f.integer("attention.value_length", c.HeadDim, c.HeadDim, c.HeadDim)
	f.integer("rope.dimension_count", c.HeadDim, c.HeadDim, c.HeadDim)
	f.integer("vocab_size", vocab, vocab, vocab)
	c.Eps = float32(f.real("attention.layer_norm_rms_epsilon", 0, 1, d.eps))
	c.AttnCap = float32(f.real("attn_logit_softcapping", 0, 1e6, d.attnCap))
	c.FinalCap = float32(f.real("final_logit_softcapping", 0, 1e6, d.finalCap))
	c.QueryScale = float32(1 / math.Sqrt(scoreRoot(arch, c)))
	c.RopeBase = f.real("rope.freq_base", 1, 1e12, d.ropeBase)
	c.LocalBase = f.real("rope.freq_base_swa", 1, 1e12, d.localBase)
	f.scalingGGUF(c)
	f.slidingGGUF(c, d)
	return c, errors.Join(append(f.errs, c.check())...)
}

func (f *fields) scalingGGUF(c *config) {
	switch kind := f.text("rope.scaling.type", "none"); kind {
	case "none", "":
	case "linear":
		c.Scaling = &scaling{kind: kind, factor: f.real("rope.scaling.factor", 1, 1e6, 0)}
	default:
		f.fail("rope.scaling.type: %q, want none or linear", kind)
	}
}

// slidingGGUF reads which layers slide. Few files say so; what they leave out is the architecture's rule.
func (f *fields) slidingGGUF(c *config, d defaults) {
	c.Sliding = make([]bool, c.Layers)
	slide := f.integer("attention.sliding_window", 0, maxWindow, d.slide)
	if d.slides == nil || slide == 0 {
		return
	}
	pattern := d.pattern
	v, name := f.find("attention.sliding_window_pattern")
	if _, ok := number(v); ok {
		pattern = f.integer(name, 1, maxLayers, pattern)
	}
	for l := range c.Sliding {
		c.Sliding[l] = d.slides(l, pattern)
	}
	if list := booleans(v); len(list) == c.Layers {
		copy(c.Sliding, list)
	} else if _, ok := number(v); v != nil && !ok {
		f.fail("%s: %s, want a number or a list of %d booleans", name, short(v), c.Layers)
	}
	c.setSlide(slide)
}

// booleans returns v if it is a list of booleans.
func booleans(v any) []bool {
	switch v := v.(type) {
	case []bool:
		return v
	case []any:
		list := make([]bool, len(v))
		for i, x := range v {
			b, ok := x.(bool)
			if !ok {
				return nil
			}
			list[i] = b
		}
		return list
	}
	return nil
}
