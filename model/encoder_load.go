package model

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"exaone/tensor"
	"exaone/weights"
)

// encoderArch is an architecture of encoders. Where its tensors are named, the Hugging Face name comes first.
type encoderArch struct {
	Name string // as in config.json "architectures"

	prefix string                           // what may stand before all names but those of the head
	offset bool                             // positions count from one behind that of padding
	head   func(w *encoderLoader) *rankHead // nil: it embeds
}

// ggufEncoder is what GGUF calls all of them.
const ggufEncoder = "bert"

// EncoderInfo is what is known of an encoder without touching its numbers.
type EncoderInfo struct {
	Shape
	Ranks   bool    // it scores pairs of texts; otherwise it embeds texts
	Pooling Pooling // of one that embeds
	Types   int     // token types, by which it tells texts of a pair apart

	// Query and Passage are what its files say belongs before a question and before what is to be found; "" is nothing.
	Query, Passage string
}

// LoadEncoder builds the encoder of a checkpoint, as [Load] builds a decoder.
func LoadEncoder(f *weights.File) (*Encoder, error) {
	arch, err := encoderOf(f)
	if err != nil {
		return nil, err
	}
	if arch == nil {
		return nil, ErrDecoder
	}
	c, err := arch.config(f)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", arch.Name, err)
	}
	w := &encoderLoader{c: c, scope: f.Root()}
	if !c.GGUF && !w.scope.Has("embeddings.word_embeddings.weight") {
		w.prefix = arch.prefix
	}
	e := arch.build(w)
	if err := w.scope.Err(); err != nil {
		return nil, fmt.Errorf("load %s: %w", arch.Name, err)
	}
	return e, nil
}

// encoderOf returns the architecture of a checkpoint if it is an encoder's, or nil.
func encoderOf(f *weights.File) (*encoderArch, error) {
	names, err := archNames(f)
	if err != nil {
		return nil, err
	}
	if f.Format() != weights.Safetensors {
		if !slices.Contains(names, ggufEncoder) {
			return nil, nil
		}
		if rank, _ := f.Uint(ggufEncoder + ".pooling_type"); rank == poolRank {
			return &encoderArch{Name: "bert", head: ggufHead}, nil
		}
		return &encoderArch{Name: "bert"}, nil
	}
	for _, name := range names {
		for i := range encoders {
			if encoders[i].Name == name {
				return &encoders[i], nil
			}
		}
	}
	return nil, nil
}

// config reads the config of a checkpoint of this architecture.
func (a *encoderArch) config(f *weights.File) (*encoderConfig, error) {
	var c *encoderConfig
	var err error
	if f.Format() == weights.Safetensors {
		c, err = encoderJSON(f.Config(), a)
	} else {
		embed, ok := f.Tensor("token_embd.weight")
		if !ok || len(embed.Shape) != 2 || embed.Shape[0] < 1 || embed.Shape[0] > maxVocab {
			return nil, fmt.Errorf("token_embd.weight: missing, or not a matrix of 1 to %d rows", maxVocab)
		}
		c, err = encoderGGUF(f, embed.Shape[0], a)
	}
	if err != nil {
		return nil, err
	}
	c.Ranks = a.head != nil
	return c, c.beside(f)
}

// encoderLoader hands out the weights of one place in a checkpoint, by their Hugging Face names or GGUF's.
type encoderLoader struct {
	c      *encoderConfig
	scope  weights.Scope
	prefix string
}

// at returns the loader of layer i.
func (w *encoderLoader) at(i int) *encoderLoader {
	l := *w
	if w.c.GGUF {
		l.prefix += "blk." + strconv.Itoa(i) + "."
	} else {
		l.prefix += "encoder.layer." + strconv.Itoa(i) + "."
	}
	return &l
}

func (w *encoderLoader) name(hf, gguf string) string {
	if w.c.GGUF {
		return w.prefix + gguf
	}
	return w.prefix + hf
}

// linear returns a weight [m, k] with its bias.
func (w *encoderLoader) linear(hf, gguf string, m, k int) linear {
	name := w.name(hf, gguf)
	return linear{w: w.scope.Get(name+".weight", m, k), bias: floats(w.scope.Get(name+".bias", m))}
}

// norm returns a norm. Old checkpoints call its weight gamma and its bias beta.
func (w *encoderLoader) norm(hf, gguf string) layerNorm {
	name, weight, bias := w.name(hf, gguf), ".weight", ".bias"
	if w.scope.Has(name + ".gamma") {
		weight, bias = ".gamma", ".beta"
	}
	return layerNorm{floats(w.scope.Get(name+weight, w.c.Width)), floats(w.scope.Get(name+bias, w.c.Width))}
}

// table returns an embedding of n rows.
func (w *encoderLoader) table(hf, gguf string, n int) *tensor.Tensor {
	return w.scope.Get(w.name(hf, gguf)+".weight", n, w.c.Width)
}

// build puts an encoder together.
func (a *encoderArch) build(w *encoderLoader) *Encoder {
	c := w.c
	e := &Encoder{config: c, layers: make([]encoderLayer, c.Layers)}
	e.words = w.table("embeddings.word_embeddings", "token_embd", c.Vocab)
	e.positions = w.table("embeddings.position_embeddings", "position_embd", c.positions)
	if c.Types > 0 {
		e.types = w.table("embeddings.token_type_embeddings", "token_types", c.Types)
	}
	e.norm = w.norm("embeddings.LayerNorm", "token_embd_norm")
	d := c.Width
	for i := range e.layers {
		at := w.at(i)
		e.layers[i] = encoderLayer{
			q:        at.linear("attention.self.query", "attn_q", d, d),
			k:        at.linear("attention.self.key", "attn_k", d, d),
			v:        at.linear("attention.self.value", "attn_v", d, d),
			o:        at.linear("attention.output.dense", "attn_output", d, d),
			up:       at.linear("intermediate.dense", "ffn_up", c.FFN, d),
			down:     at.linear("output.dense", "ffn_down", d, c.FFN),
			attnNorm: at.norm("attention.output.LayerNorm", "attn_output_norm"),
			outNorm:  at.norm("output.LayerNorm", "layer_output_norm"),
		}
	}
	// Exporters of old stored the numbers of the positions as if they were weights, and a pooler that was trained for
	// another purpose is in most checkpoints that embed.
	w.scope.Ignore(w.prefix + "embeddings.position_ids")
	if a.head != nil {
		e.head = a.head(w)
	} else {
		w.scope.Ignore(w.prefix + "pooler")
	}
	return e
}

// ggufHead is the head of a GGUF file.
func ggufHead(w *encoderLoader) *rankHead {
	d := w.c.Width
	h := &rankHead{out: w.linear("", "cls.output", 1, d)}
	if w.scope.Has("cls.weight") {
		h.dense = w.linear("", "cls", d, d)
	}
	return h
}

// inspectEncoder is Inspect for encoders; ok says that the checkpoint is one.
func inspectEncoder(f *weights.File) (info Info, ok bool, err error) {
	arch, err := encoderOf(f)
	if arch == nil || err != nil {
		return Info{}, false, err
	}
	c, err := arch.config(f)
	if err != nil {
		return Info{}, true, fmt.Errorf("load %s: %w", arch.Name, err)
	}
	return Info{Arch: arch.Name, Shape: c.Shape, Encoder: &c.EncoderInfo}, true, nil
}

// What a checkpoint is that is not what was wanted.
var (
	ErrEncoder = errors.New("it is an encoder: it embeds or scores texts, and writes none")
	ErrDecoder = errors.New("it is no encoder: it writes texts, and neither embeds nor scores them")
)
