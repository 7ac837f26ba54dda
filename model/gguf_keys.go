package model

import (
	"fmt"
	"math"
	"slices"

	"exaone/tensor"
	"exaone/weights"
)

// keysGGUF returns the metadata that configGGUF reads, in the kinds that llama.cpp wants.
func (a Arch) keysGGUF(c *config) []weights.Key {
	keys := []weights.Key{{Name: "general.architecture", Value: a.GGUF}}
	add := func(name string, value any) {
		keys = append(keys, weights.Key{Name: a.GGUF + "." + name, Value: value})
	}
	add("block_count", uint32(c.Layers))
	add("context_length", uint32(c.Window))
	add("embedding_length", uint32(c.Width))
	add("feed_forward_length", uint32(c.FFN))
	add("attention.head_count", uint32(c.Heads))
	add("attention.head_count_kv", uint32(c.KVHeads))
	add("attention.key_length", uint32(c.HeadDim))
	add("attention.value_length", uint32(c.HeadDim))
	add("attention.layer_norm_rms_epsilon", c.Eps)
	add("rope.dimension_count", uint32(c.HeadDim))
	add("rope.freq_base", float32(c.RopeBase))
	add("vocab_size", uint32(c.Vocab))
	if c.LocalBase != 0 {
		add("rope.freq_base_swa", float32(c.LocalBase))
	}
	if c.Scaling != nil && c.Scaling.kind == "linear" {
		add("rope.scaling.type", "linear")
		add("rope.scaling.factor", float32(c.Scaling.factor))
	}
	if c.AttnCap != 0 {
		add("attn_logit_softcapping", c.AttnCap)
	}
	if c.FinalCap != 0 {
		add("final_logit_softcapping", c.FinalCap)
	}
	if c.Slide != 0 {
		add("attention.sliding_window", uint32(c.Slide))
		add("attention.sliding_window_pattern", slices.Clone(c.Sliding))
	}
	return keys
}

// factorsGGUF returns the tensor by which GGUF files say how Llama 3.1's scaling changes each frequency.
func factorsGGUF(c *config) []*tensor.Tensor {
	if c.Scaling == nil || c.Scaling.kind != "llama3" {
		return nil
	}
	factors := make([]float32, c.HeadDim/2)
	for i := range factors {
		factors[i] = float32(c.Scaling.factorAt(i, c.HeadDim, c.RopeBase))
	}
	return []*tensor.Tensor{{Name: "rope_freqs.weight", Type: tensor.F32, Shape: []int{len(factors)}, Data: tensor.Bytes(factors)}}
}

// factorAt returns what divides frequency i of a head of e numbers.
func (s *scaling) factorAt(i, e int, base float64) float64 {
	f := math.Pow(base, -float64(2*i)/float64(e))
	return f / s.apply(f)
}

// scalingOf finds the members of rope_scaling that give the factors of a GGUF file: files of Llama 3.1's family differ in
// the factor and the first window alone.
func scalingOf(factors []float32, e int, base float64) (*scaling, error) {
	top := slices.Max(factors)
	if top == 1 && slices.Min(factors) == 1 {
		return nil, nil
	}
	for _, factor := range []float64{math.Round(float64(top)), float64(top)} {
		for window := 8; window <= maxWindow; window *= 2 {
			s := &scaling{kind: "llama3", factor: factor, low: 1, high: 4, originalWidth: float64(window)}
			if s.gives(factors, e, base) {
				return s, nil
			}
		}
	}
	return nil, fmt.Errorf("rope_freqs.weight: factors up to %g, which no rope_scaling of kind llama3 with bands 1 and 4 gives", top)
}

// gives reports whether the scaling has these factors, but for their rounding.
func (s *scaling) gives(factors []float32, e int, base float64) bool {
	for i, want := range factors {
		if got := s.factorAt(i, e, base); math.Abs(got-float64(want)) > 1e-5*got {
			return false
		}
	}
	return true
}

// configJSON returns what configJSON reads, under the names that each architecture has for it.
func (a Arch) configJSON(c *config, f *weights.File) (map[string]any, error) {
	m := map[string]any{
		"architectures": []string{a.Name}, "model_type": a.modelType(),
		"hidden_size": c.Width, "intermediate_size": c.FFN, "num_attention_heads": c.Heads, "num_key_value_heads": c.KVHeads,
		"head_dim": c.HeadDim, "vocab_size": c.Vocab, "max_position_embeddings": c.Window, "tie_word_embeddings": c.Tied,
		"rope_theta": c.RopeBase, "rope_scaling": nil,
	}
	layers, eps, act := "num_hidden_layers", "rms_norm_eps", "hidden_act"
	if a.Name == archExaone.Name {
		layers, eps, act = "num_layers", "layer_norm_epsilon", "activation_function"
	}
	m[layers], m[eps], m[act] = c.Layers, c.Eps, a.absent.act
	if a.absent.queryScalar != 0 { // Gemma
		m["hidden_activation"] = a.absent.act
		m["query_pre_attn_scalar"] = float32(1 / (float64(c.QueryScale) * float64(c.QueryScale)))
		m["attn_logit_softcapping"], m["final_logit_softcapping"] = orNull(c.AttnCap), orNull(c.FinalCap)
	}
	if c.LocalBase != 0 {
		m["rope_local_base_freq"] = c.LocalBase
	}
	if a.absent.slides != nil {
		m["sliding_window"] = nil
		if c.Slide != 0 {
			m["sliding_window"] = c.Slide
		}
		m["layer_types"] = layerKinds(c)
	}
	s, err := c.Scaling, error(nil)
	if t, ok := f.Tensor("rope_freqs.weight"); ok {
		s, err = scalingOf(floats(t), c.HeadDim, c.RopeBase)
	}
	if s != nil {
		m["rope_scaling"] = s.members()
	}
	return m, err
}

// modelType is the name of the architecture's family in config.json.
func (a Arch) modelType() string {
	if a.Name == archGemma3.Name {
		return "gemma3_text"
	}
	return a.GGUF
}

func orNull(x float32) any {
	if x == 0 {
		return nil
	}
	return x
}

// members returns the members of rope_scaling.
func (s *scaling) members() map[string]any {
	m := map[string]any{"rope_type": s.kind, "factor": s.factor}
	if s.kind == "llama3" {
		m["low_freq_factor"], m["high_freq_factor"] = s.low, s.high
		m["original_max_position_embeddings"] = int(s.originalWidth)
	}
	return m
}

// layerKinds lists which layers slide.
func layerKinds(c *config) []string {
	kinds := make([]string, c.Layers)
	for l, slides := range c.Sliding {
		kinds[l] = "full_attention"
		if slides {
			kinds[l] = "sliding_attention"
		}
	}
	return kinds
}
