package model

import "exaone/tensor"

// archLlama is Llama 2 and 3.x, SmolLM2 and everything else that is stored as one. GGUF files of this family
// have the rows of q and k reordered so that rotation acts on neighbours instead of halves.
var archLlama = Arch{
	Name:       "LlamaForCausalLM",
	GGUF:       "llama",
	neighbours: true,
	absent:     defaults{eps: 1e-6, ropeBase: 1e4, act: "silu"},
	build:      buildLlama,
}

type llama struct {
	frame
	rope   *rope
	scale  float32
	layers []llamaLayer
}

type llamaLayer struct {
	attnNorm, ffnNorm []float32
	attn              attention
	mlp               mlp
}

func buildLlama(c *config, w *loader) Model {
	m := &llama{scale: c.QueryScale, layers: make([]llamaLayer, c.Layers)}
	m.frame = w.frame("model.embed_tokens", "model.norm", 0)
	m.rope = w.rope(c.RopeBase, c.Scaling, c.GGUF)
	d, q, g := c.Width, c.Heads*c.HeadDim, c.KVHeads*c.HeadDim
	for i := range m.layers {
		at := w.at("model.layers", i)
		m.layers[i] = llamaLayer{
			attnNorm: at.vector("input_layernorm", d),
			ffnNorm:  at.vector("post_attention_layernorm", d),
			attn: attention{
				q: at.linear("self_attn.q_proj", q, d),
				k: at.linear("self_attn.k_proj", g, d),
				v: at.linear("self_attn.v_proj", g, d),
				o: at.linear("self_attn.o_proj", d, q),
			},
			mlp: at.gatedMLP(d, c.FFN),
		}
	}
	return m
}

// Forward implements [Model].
func (m *llama) Forward(ops tensor.Ops, b *Batch, kv *tensor.KV) ([]float32, error) {
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
