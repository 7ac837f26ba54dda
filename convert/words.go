package convert

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"exaone/tokenizer"
	"exaone/weights"
)

// The token types of GGUF (llama.cpp's enum llama_token_type).
const (
	typeNormal  int32 = 1
	typeUnknown int32 = 2
	typeControl int32 = 3
	typeUser    int32 = 4
	typeUnused  int32 = 5
	typeByte    int32 = 6
)

// wordsFile is what matters of a tokenizer.json beyond what package tokenizer says of it.
type wordsFile struct {
	Normalizer   *step `json:"normalizer"`
	PreTokenizer *step `json:"pre_tokenizer"`
	Model        struct {
		Type         string            `json:"type"`
		ByteFallback bool              `json:"byte_fallback"`
		Merges       []json.RawMessage `json:"merges"`
	} `json:"model"`
}

// step is a normalizer or pre-tokenizer, of which only some members matter.
type step struct {
	Type          string  `json:"type"`
	Normalizers   []step  `json:"normalizers"`
	PreTokenizers []step  `json:"pretokenizers"`
	Digits        bool    `json:"individual_digits"`
	Regex         *bool   `json:"use_regex"`
	Scheme        string  `json:"prepend_scheme"`
	Prefix        *bool   `json:"add_prefix_space"`
	Pattern       pattern `json:"pattern"`
}

type pattern struct{ Regex, String string }

// flat returns the steps of a sequence, or the one step.
func (s *step) flat() []step {
	switch {
	case s == nil:
		return nil
	case s.Type != "Sequence":
		return []step{*s}
	}
	var all []step
	for _, inner := range slices.Concat(s.Normalizers, s.PreTokenizers) {
		if inner.Type == "Sequence" {
			all = append(all, inner.Normalizers...)
			all = append(all, inner.PreTokenizers...)
		} else {
			all = append(all, inner)
		}
	}
	return all
}

// wordsGGUF returns the keys of a GGUF file for the tokenizer of a Hugging Face folder. size is the number of rows of the
// embedding: ids without a token get one that no text becomes. lost says what GGUF cannot.
func wordsGGUF(f *weights.File, size int) (keys []weights.Key, lost []string, err error) {
	dir := f.Dir()
	tok, err := tokenizer.Load(dir)
	if err != nil {
		return nil, nil, err
	}
	file, err := readWords(dir)
	if err != nil {
		return nil, nil, err
	}
	add := func(name string, value any) {
		keys = append(keys, weights.Key{Name: "tokenizer.ggml." + name, Value: value})
	}
	pairs, err := file.pairs()
	if err != nil {
		return nil, nil, err
	}
	tokens, types := spelled(tok, max(size, tok.Len()))
	if file.Model.ByteFallback {
		add("model", "llama")
		add("pre", "default")
		markBytes(tokens, types, tok.UNK())
		add("tokens", tokens)
		add("scores", scores(tokens, pairs))
		add("token_type", types)
		add("add_space_prefix", file.prefixes())
	} else {
		pre, err := file.pre()
		if err != nil {
			return nil, nil, err
		}
		add("model", "gpt2")
		add("pre", pre)
		add("tokens", tokens)
		add("token_type", types)
		add("merges", joined(pairs))
		lost = file.lost(pre)
	}
	ends, template, err := saidBeside(dir, f.Config())
	if err != nil {
		return nil, nil, err
	}
	keys = append(keys, named(tok, ends)...)
	if template != "" {
		keys = append(keys, weights.Key{Name: "tokenizer.chat_template", Value: template})
	}
	return keys, lost, nil
}

// named returns the keys of the tokens with a meaning. ends are further ids that end a turn.
func named(tok *tokenizer.Tokenizer, ends []int32) []weights.Key {
	var keys []weights.Key
	add := func(name string, value any) {
		keys = append(keys, weights.Key{Name: "tokenizer.ggml." + name, Value: value})
	}
	for _, id := range []struct {
		name string
		id   int32
	}{{"bos", tok.BOS()}, {"eos", tok.EOS()}, {"unknown", tok.UNK()}, {"padding", tok.PAD()}} {
		if id.id >= 0 {
			add(id.name+"_token_id", uint32(id.id))
		}
	}
	names := []string{"eot_token_id", "eom_token_id"}
	for _, id := range ends {
		if id >= 0 && id != tok.EOS() && len(names) > 0 {
			add(names[0], uint32(id))
			names = names[1:]
		}
	}
	add("add_bos_token", tok.AddBOS())
	add("add_eos_token", tok.AddEOS())
	return keys
}

// readWords reads the tokenizer.json of a folder, or merges.txt where there is none.
func readWords(dir string) (*wordsFile, error) {
	file := &wordsFile{}
	data, err := readSmall(filepath.Join(dir, "tokenizer.json"))
	if err == nil {
		if err := json.Unmarshal(data, file); err != nil {
			return nil, fmt.Errorf("tokenizer.json: %w", err)
		}
		return file, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if data, err = readSmall(filepath.Join(dir, "merges.txt")); err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || len(file.Model.Merges) == 0 && strings.HasPrefix(line, "#version") {
			continue
		}
		text, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		file.Model.Merges = append(file.Model.Merges, text)
	}
	var config struct {
		Class string `json:"tokenizer_class"`
	}
	if data, err := readSmall(filepath.Join(dir, "tokenizer_config.json")); err == nil {
		if err := json.Unmarshal(data, &config); err != nil {
			return nil, fmt.Errorf("tokenizer_config.json: %w", err)
		}
	}
	file.PreTokenizer = &step{Type: "ByteLevel"}
	if strings.HasPrefix(config.Class, "Qwen2") {
		file.Normalizer = &step{Type: "NFC"}
		file.PreTokenizer = &step{Type: "Sequence", PreTokenizers: []step{{Type: "Split", Pattern: pattern{Regex: qwen2Pattern}}, {Type: "ByteLevel"}}}
	}
	return file, nil
}

// pairs returns the merges, each as its two halves.
func (w *wordsFile) pairs() ([][2]string, error) {
	pairs := make([][2]string, len(w.Model.Merges))
	for i, raw := range w.Model.Merges {
		var two []string
		var line string
		switch {
		case json.Unmarshal(raw, &line) == nil:
			left, right, ok := strings.Cut(line, " ")
			if !ok {
				return nil, fmt.Errorf("merge %d: %q, want two tokens", i, clip(line))
			}
			pairs[i] = [2]string{left, right}
		case json.Unmarshal(raw, &two) == nil && len(two) == 2:
			pairs[i] = [2]string(two)
		default:
			return nil, fmt.Errorf("merge %d: %q, want two tokens", i, clip(string(raw)))
		}
	}
	return pairs, nil
}

// joined writes merges as GGUF has them.
func joined(pairs [][2]string) []string {
	lines := make([]string, len(pairs))
	for i, p := range pairs {
		lines[i] = p[0] + " " + p[1]
	}
	return lines
}

// spelled lists all tokens with their types.
func spelled(tok *tokenizer.Tokenizer, size int) (tokens []string, types []int32) {
	tokens, types = make([]string, size), make([]int32, size)
	for i := range size {
		id := tokenizer.ID(i)
		types[i] = typeNormal
		if i < tok.Len() {
			tokens[i] = tok.Spelling(id)
		}
		switch {
		case tokens[i] == "": // llama.cpp wants some text, and no two alike
			tokens[i], types[i] = fmt.Sprintf("[PAD%d]", i), typeUnused
		case tok.IsSpecial(id):
			types[i] = typeControl
		case tok.IsAdded(id):
			types[i] = typeUser
		}
	}
	return tokens, types
}

// saidBeside returns the ids that config.json and generation_config.json say end a turn, and the chat template.
func saidBeside(dir string, config []byte) (ends []int32, template string, err error) {
	generation, err := optional(filepath.Join(dir, "generation_config.json"))
	if err != nil {
		return nil, "", err
	}
	for _, text := range [][]byte{config, generation} {
		var said struct {
			End oneOrMore `json:"eos_token_id"`
		}
		if len(text) > 0 {
			if err := json.Unmarshal(text, &said); err != nil {
				return nil, "", fmt.Errorf("eos_token_id: %w", err)
			}
		}
		for _, id := range said.End {
			if !slices.Contains(ends, id) {
				ends = append(ends, id)
			}
		}
	}
	jinja, err := optional(filepath.Join(dir, "chat_template.jinja"))
	if err != nil || len(jinja) > 0 {
		return ends, string(jinja), err
	}
	text, err := optional(filepath.Join(dir, "tokenizer_config.json"))
	if err != nil || len(text) == 0 {
		return ends, "", err
	}
	var said struct {
		Template any `json:"chat_template"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return nil, "", fmt.Errorf("tokenizer_config.json: %w", err)
	}
	template, _ = said.Template.(string)
	return ends, template, nil
}

// optional reads a file that need not be there.
func optional(path string) ([]byte, error) {
	data, err := readSmall(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// oneOrMore reads a number, a list of numbers, or null.
type oneOrMore []int32

// UnmarshalJSON implements [json.Unmarshaler].
func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one *int32
	if json.Unmarshal(b, &one) == nil {
		if one != nil {
			*o = oneOrMore{*one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]int32)(o))
}
