package model

import "exaone/tensor"

// archExaone4 is EXAONE 4.0: norms behind attention and MLP instead of before them, and on every head of q
// and k. The 32B form is hybrid: three layers with a window and rotation, then one that sees everything and
// does not rotate. The 1.2B form has no window and rotates everywhere.
var archExaone4 = Arch{
	Name:      "Exaone4ForCausalLM",
	GGUF:      "exaone4",
	postNorm:  true,
	headNorms: true,
	absent: defaults{eps: 1e-5, ropeBase: 1e4, act: "silu", pattern: 4,
		slides: func(l, pattern int) bool { return (l+1)%pattern != 0 }},
	build: buildExaone4,
}

type exaone4 struct {
	frame
	rope   *rope
	scale  float32
	layers []exaone4Layer
}

type exaone4Layer struct {
	attnPost, ffnPost []float32
	attn              attention
	mlp               mlp
	window            int
	rotates           bool
}

func buildExaone4(c *config, w *loader) Model {
	m := &exaone4{scale: c.QueryScale, layers: make([]exaone4Layer, c.Layers)}
	m.frame = w.frame("model.embed_tokens", "model.norm", 0)
	m.rope = w.rope(c.RopeBase, c.Scaling, false)
	d, q, g := c.Width, c.Heads*c.HeadDim, c.KVHeads*c.HeadDim
	for i := range m.layers {
		at := w.at("model.layers", i)
		m.layers[i] = exaone4Layer{
			attnPost: at.vector("post_attention_layernorm", d),
			ffnPost:  at.vector("post_feedforward_layernorm", d),
			attn: attention{
				q:     at.linear("self_attn.q_proj", q, d),
				k:     at.linear("self_attn.k_proj", g, d),
				v:     at.linear("self_attn.v_proj", g, d),
				o:     at.linear("self_attn.o_proj", d, q),
				qNorm: at.vector("self_attn.q_norm", c.HeadDim),
				kNorm: at.vector("self_attn.k_norm", c.HeadDim),
			},
			mlp:     at.gatedMLP(d, c.FFN),
			window:  c.window(i),
			rotates: c.Slide == 0 || c.Sliding[i],
		}
	}
	return m
}

// Forward implements [Model].
func (m *exaone4) Forward(ops tensor.Ops, b *Batch, kv *tensor.KV) ([]float32, error) {
	s, err := m.begin(ops, b, kv, m.rope)
	if err != nil {
		return nil, err
	}
	for i := range m.layers {
		l := &m.layers[i]
		if err := s.enter(i); err != nil {
			return nil, err
		}
		s.bare()
		s.qkv(&l.attn)
		s.headNorm(&l.attn)
		turn := m.rope
		if !l.rotates {
			turn = nil
		}
		s.rotate(turn)
		s.attend(&l.attn, m.scale, 0, l.window)
		s.postNorm("attn_post_norm", l.attnPost)
		s.residual("attn_resid")
		s.bare()
		s.swiglu(&l.mlp)
		s.postNorm("ffn_post_norm", l.ffnPost)
		s.residual("layer_out")
	}
	return s.finish()
}
