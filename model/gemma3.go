package model

import (
	"math"

	"exaone/tensor"
)

// archGemma3 is the text model of Gemma 3: as Gemma 2 with norms on the heads of q and k instead of soft
// caps, and five layers with a window for one without. The two kinds rotate with different bases; that of
// the windowed ones and the pattern are the model's constants, which GGUF files leave out.
var archGemma3 = Arch{
	Name:      "Gemma3ForCausalLM",
	GGUF:      "gemma3",
	postNorm:  true,
	headNorms: true,
	normPlus:  1,
	absent: defaults{headDim: 256, tied: true, eps: 1e-6, ropeBase: 1e6, localBase: 1e4, queryScalar: 256,
		slide: 4096, slides: func(l, pattern int) bool { return (l+1)%pattern != 0 }, pattern: 6, act: "gelu_pytorch_tanh"},
	build: buildGemma3,
}

type gemma3 struct {
	frame
	global, local *rope
	scale         float32
	layers        []gemma3Layer
}

type gemma3Layer struct {
	attnNorm, attnPost, ffnNorm, ffnPost []float32
	attn                                 attention
	mlp                                  mlp
	window                               int
	rope                                 *rope
}

func buildGemma3(c *config, w *loader) Model {
	m := &gemma3{scale: c.QueryScale, layers: make([]gemma3Layer, c.Layers)}
	plus := gemmaPlus(c)
	m.frame = w.frame("model.embed_tokens", "model.norm", plus)
	m.frame.scale = float32(math.Sqrt(float64(c.Width)))
	m.global = w.rope(c.RopeBase, c.Scaling, false)
	m.local = newRope(c.HeadDim, c.LocalBase, nil, nil, false)
	d, q, g := c.Width, c.Heads*c.HeadDim, c.KVHeads*c.HeadDim
	for i := range m.layers {
		at := w.at("model.layers", i)
		l := gemma3Layer{
			attnNorm: at.vectorPlus("input_layernorm", d, plus),
			attnPost: at.vectorPlus("post_attention_layernorm", d, plus),
			ffnNorm:  at.vectorPlus("pre_feedforward_layernorm", d, plus),
			ffnPost:  at.vectorPlus("post_feedforward_layernorm", d, plus),
			attn: attention{
				q:     at.linear("self_attn.q_proj", q, d),
				k:     at.linear("self_attn.k_proj", g, d),
				v:     at.linear("self_attn.v_proj", g, d),
				o:     at.linear("self_attn.o_proj", d, q),
				qNorm: at.vectorPlus("self_attn.q_norm", c.HeadDim, plus),
				kNorm: at.vectorPlus("self_attn.k_norm", c.HeadDim, plus),
			},
			mlp:    at.gatedMLP(d, c.FFN),
			window: c.window(i),
			rope:   m.global,
		}
		if c.Sliding[i] {
			l.rope = m.local
		}
		m.layers[i] = l
	}
	return m
}

// Forward implements [Model].
func (m *gemma3) Forward(ops tensor.Ops, b *Batch, kv *tensor.KV) ([]float32, error) {
	s, err := m.begin(ops, b, kv, m.global, m.local)
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
		s.headNorm(&l.attn)
		s.rotate(l.rope)
		s.attend(&l.attn, m.scale, 0, l.window)
		s.postNorm("attn_post_norm", l.attnPost)
		s.residual("attn_resid")
		s.norm("ffn_norm", l.ffnNorm)
		s.geglu(&l.mlp)
		s.postNorm("ffn_post_norm", l.ffnPost)
		s.residual("layer_out")
	}
	return s.finish()
}
