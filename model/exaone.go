package model

import "exaone/tensor"

// archExaone is EXAONE 3.0, 3.5 and Deep: the maths of Llama under names of its own. Its GGUF files keep the
// rows of q and k as they are. LG's own config class sets other values for what a config.json leaves out
// than its published files have; those here are the ones that its modelling code falls back to.
var archExaone = Arch{
	Name:   "ExaoneForCausalLM",
	GGUF:   "exaone",
	absent: defaults{eps: 1e-6, ropeBase: 1e4, tied: true, act: "silu"},
	build:  buildExaone,
}

type exaone struct {
	frame
	rope   *rope
	scale  float32
	layers []exaoneLayer
}

type exaoneLayer struct {
	attnNorm, ffnNorm []float32
	attn              attention
	mlp               mlp
}

func buildExaone(c *config, w *loader) Model {
	m := &exaone{scale: c.QueryScale, layers: make([]exaoneLayer, c.Layers)}
	m.frame = w.frame("transformer.wte", "transformer.ln_f", 0)
	m.rope = w.rope(c.RopeBase, c.Scaling, false)
	d, q, g := c.Width, c.Heads*c.HeadDim, c.KVHeads*c.HeadDim
	for i := range m.layers {
		at := w.at("transformer.h", i)
		m.layers[i] = exaoneLayer{
			attnNorm: at.vector("ln_1", d),
			ffnNorm:  at.vector("ln_2", d),
			attn: attention{
				q: at.linear("attn.attention.q_proj", q, d),
				k: at.linear("attn.attention.k_proj", g, d),
				v: at.linear("attn.attention.v_proj", g, d),
				o: at.linear("attn.attention.out_proj", d, q),
			},
			mlp: mlp{
				gate: at.linear("mlp.c_fc_0", c.FFN, d),
				up:   at.linear("mlp.c_fc_1", c.FFN, d),
				down: at.linear("mlp.c_proj", d, c.FFN),
			},
		}
	}
	return m
}

// Forward implements [Model].
func (m *exaone) Forward(ops tensor.Ops, b *Batch, kv *tensor.KV) ([]float32, error) {
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
		s.attend(&l.attn, m.scale, 0, 0)
		s.residual("attn_resid")
		s.norm("ffn_norm", l.ffnNorm)
		s.swiglu(&l.mlp)
		s.residual("layer_out")
	}
	return s.finish()
}
