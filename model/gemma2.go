package model

import (
	"math"

	"exaone/tensor"
)

// archGemma2 is Gemma 2: norms before and behind attention and MLP, soft caps on scores and logits, every
// other layer sees a window only. Its norms multiply by 1+w; GGUF files store that sum.
var archGemma2 = Arch{
	Name:     "Gemma2ForCausalLM",
	GGUF:     "gemma2",
	postNorm: true,
	normPlus: 1,
	absent: defaults{headDim: 256, tied: true, eps: 1e-6, ropeBase: 1e4, queryScalar: 256, attnCap: 50, finalCap: 30,
		slide: 4096, slides: func(l, pattern int) bool { return (l+1)%pattern != 0 }, pattern: 2, act: "gelu_pytorch_tanh"},
	build: buildGemma2,
}

type gemma2 struct {
	frame
	rope   *rope
	scale  float32
	cap    float32
	layers []gemma2Layer
}

type gemma2Layer struct {
	attnNorm, attnPost, ffnNorm, ffnPost []float32
	attn                                 attention
	mlp                                  mlp
	window                               int
}

func buildGemma2(c *config, w *loader) Model {
	m := &gemma2{scale: c.QueryScale, cap: c.AttnCap, layers: make([]gemma2Layer, c.Layers)}
	plus := gemmaPlus(c)
	m.frame = w.frame("model.embed_tokens", "model.norm", plus)
	m.frame.scale = float32(math.Sqrt(float64(c.Width)))
	m.rope = w.rope(c.RopeBase, c.Scaling, false)
	d, q, g := c.Width, c.Heads*c.HeadDim, c.KVHeads*c.HeadDim
	for i := range m.layers {
		at := w.at("model.layers", i)
		m.layers[i] = gemma2Layer{
			attnNorm: at.vectorPlus("input_layernorm", d, plus),
			attnPost: at.vectorPlus("post_attention_layernorm", d, plus),
			ffnNorm:  at.vectorPlus("pre_feedforward_layernorm", d, plus),
			ffnPost:  at.vectorPlus("post_feedforward_layernorm", d, plus),
			attn: attention{
				q: at.linear("self_attn.q_proj", q, d),
				k: at.linear("self_attn.k_proj", g, d),
				v: at.linear("self_attn.v_proj", g, d),
				o: at.linear("self_attn.o_proj", d, q),
			},
			mlp:    at.gatedMLP(d, c.FFN),
			window: c.window(i),
		}
	}
	return m
}

// gemmaPlus returns what is added to the weights of Gemma's norms.
func gemmaPlus(c *config) float32 {
	if c.GGUF {
		return 0
	}
	return 1
}

// Forward implements [Model].
func (m *gemma2) Forward(ops tensor.Ops, b *Batch, kv *tensor.KV) ([]float32, error) {
	s, err := m.begin(ops, b, kv, m.rope)
	if err != nil {
		return nil, err
	}
	for i := range m.layers {
		l := &m.layers[i]
		if err := s.enter(i); err != nil {
			return nil, err
		}
		s.norm("attn_norm", l.attnNorm)
		s.qkv(&l.attn)
		s.rotate(m.rope)
		s.attend(&l.attn, m.scale, m.cap, l.window)
		s.postNorm("attn_post_norm", l.attnPost)
		s.residual("attn_resid")
		s.norm("ffn_norm", l.ffnNorm)
		s.geglu(&l.mlp)
		s.postNorm("ffn_post_norm", l.ffnPost)
		s.residual("layer_out")
	}
	return s.finish()
}
