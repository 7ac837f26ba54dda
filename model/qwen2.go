package model

import "exaone/tensor"

// archQwen2 is Qwen 2 and 2.5: Llama with biases on q, k and v.
var archQwen2 = Arch{
	Name:   "Qwen2ForCausalLM",
	GGUF:   "qwen2",
	absent: defaults{eps: 1e-6, ropeBase: 1e4, act: "silu"},
	build:  buildQwen2,
}

type qwen2 struct {
	frame
	rope   *rope
	scale  float32
	layers []qwen2Layer
}

type qwen2Layer struct {
	attnNorm, ffnNorm []float32
	attn              attention
	mlp               mlp
}

func buildQwen2(c *config, w *loader) Model {
	m := &qwen2{scale: c.QueryScale, layers: make([]qwen2Layer, c.Layers)}
	m.frame = w.frame("model.embed_tokens", "model.norm", 0)
	m.rope = w.rope(c.RopeBase, c.Scaling, false)
	d, q, g := c.Width, c.Heads*c.HeadDim, c.KVHeads*c.HeadDim
	for i := range m.layers {
		at := w.at("model.layers", i)
		m.layers[i] = qwen2Layer{
			attnNorm: at.vector("input_layernorm", d),
			ffnNorm:  at.vector("post_attention_layernorm", d),
			attn: attention{
				q: at.biased("self_attn.q_proj", q, d),
				k: at.biased("self_attn.k_proj", g, d),
				v: at.biased("self_attn.v_proj", g, d),
				o: at.linear("self_attn.o_proj", d, q),
			},
			mlp: at.gatedMLP(d, c.FFN),
		}
	}
	return m
}

// Forward implements [Model].
func (m *qwen2) Forward(ops tensor.Ops, b *Batch, kv *tensor.KV) ([]float32, error) {
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
