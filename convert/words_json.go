package convert

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"exaone/weights"
)

// added is an entry of added_tokens.
type added struct {
	ID         int    `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// wordsJSON returns the tokenizer's files of a Hugging Face folder for a GGUF file, and the members that config.json has
// of it.
func wordsJSON(f *weights.File) (files map[string][]byte, members map[string]any, err error) {
	tokens, ok := f.Strings("tokenizer.ggml.tokens")
	if !ok {
		return nil, nil, errors.New("tokenizer.ggml.tokens: missing: a folder without a tokenizer is of no use")
	}
	kinds, _ := f.Ints("tokenizer.ggml.token_type")
	types := make([]int32, len(tokens))
	for i := range types {
		types[i] = typeNormal
		if i < len(kinds) {
			types[i] = int32(kinds[i])
		}
	}
	var file map[string]any
	switch kind, _ := f.String("tokenizer.ggml.model"); kind {
	case "gpt2":
		file, err = byteLevel(f, unknownOf(f, tokens))
	case "llama":
		file, err = pieces(f, tokens, types)
	default:
		err = fmt.Errorf("tokenizer.ggml.model: %q, want gpt2 or llama", clip(kind))
	}
	if err != nil {
		return nil, nil, err
	}
	vocab, list, err := vocabularyJSON(tokens, types)
	if err != nil {
		return nil, nil, err
	}
	file["model"].(map[string]any)["vocab"] = vocab
	file["version"], file["added_tokens"], file["truncation"], file["padding"] = "1.0", list, nil, nil
	config := said(f, tokens)
	members = map[string]any{}
	for key, name := range map[string]string{"bos_token_id": "bos", "eos_token_id": "eos", "pad_token_id": "padding"} {
		if id, ok := f.Uint("tokenizer.ggml." + name + "_token_id"); ok && id < uint64(len(tokens)) {
			members[key] = id
		}
	}
	if begin, ok := config["bos_token"].(string); ok && config["add_bos_token"] == true {
		file["post_processor"] = beginning(begin, members["bos_token_id"])
	}
	generation := map[string]any{"eos_token_id": ends(f)}
	files = map[string][]byte{}
	for name, v := range map[string]any{"tokenizer_config.json": config, "generation_config.json": generation} {
		if files[name], err = indented(v); err != nil {
			return nil, nil, err
		}
	}
	files["tokenizer.json"], err = json.Marshal(file) // on one line: a vocabulary is not for people
	return files, members, err
}

// vocabularyJSON returns the vocabulary as an object in the order of ids, and the tokens that are matched whole.
func vocabularyJSON(tokens []string, types []int32) (json.RawMessage, []added, error) {
	var b strings.Builder
	list := []added{}
	seen := make(map[string]bool, len(tokens))
	b.WriteByte('{')
	for i, t := range tokens {
		if seen[t] {
			return nil, nil, fmt.Errorf("tokenizer.ggml.tokens: %q appears twice", clip(t))
		}
		seen[t] = true
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s:%d", quoted(t), i)
		if kind := types[i]; kind == typeControl || kind == typeUser || kind == typeUnknown {
			list = append(list, added{ID: i, Content: t, Special: kind != typeUser})
		}
	}
	b.WriteByte('}')
	return json.RawMessage(b.String()), list, nil
}

// quoted returns a string as JSON, with nothing in it that HTML would mind: bytes that are no UTF-8 are replaced.
func quoted(s string) string {
	b, err := indented(s)
	if err != nil {
		return `""` // a string always has JSON
	}
	return strings.TrimSuffix(string(b), "\n")
}

// byteLevel returns a tokenizer.json for "gpt2".
func byteLevel(f *weights.File, unknown any) (map[string]any, error) {
	pre, _ := f.String("tokenizer.ggml.pre")
	c, err := cutOf(pre)
	if err != nil {
		return nil, err
	}
	lines, _ := f.Strings("tokenizer.ggml.merges")
	pairs := make([][]string, len(lines))
	for i, line := range lines {
		left, right, ok := strings.Cut(line, " ")
		if !ok {
			return nil, fmt.Errorf("tokenizer.ggml.merges: %q, want two tokens", clip(line))
		}
		pairs[i] = []string{left, right}
	}
	llama3 := c.names[0] == cuts[2].names[0]
	var normalizer any
	if c.names[0] == cuts[3].names[0] {
		normalizer = map[string]any{"type": "NFC"}
	}
	return map[string]any{
		"normalizer": normalizer, "pre_tokenizer": json.RawMessage(c.json), "post_processor": nil,
		"decoder": json.RawMessage(`{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}`),
		"model": map[string]any{"type": "BPE", "dropout": nil, "unk_token": unknown, "continuing_subword_prefix": nil,
			"end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false, "ignore_merges": llama3, "merges": pairs},
	}, nil
}

// pieces returns a tokenizer.json for "llama".
func pieces(f *weights.File, tokens []string, types []int32) (map[string]any, error) {
	list, ok := f.Floats("tokenizer.ggml.scores")
	if !ok || len(list) != len(tokens) {
		return nil, fmt.Errorf("tokenizer.ggml.scores: %d, want one for each of %d tokens", len(list), len(tokens))
	}
	prefix, said := f.Bool("tokenizer.ggml.add_space_prefix")
	prefix = prefix || !said
	normalizers := []any{json.RawMessage(`{"type":"Replace","pattern":{"String":" "},"content":"▁"}`)}
	decoders := []any{json.RawMessage(`{"type":"Replace","pattern":{"String":"▁"},"content":" "}`),
		json.RawMessage(`{"type":"ByteFallback"}`), json.RawMessage(`{"type":"Fuse"}`)}
	if prefix {
		normalizers = append([]any{json.RawMessage(`{"type":"Prepend","prepend":"▁"}`)}, normalizers...)
		decoders = append(decoders, json.RawMessage(`{"type":"Strip","content":" ","start":1,"stop":0}`))
	}
	return map[string]any{
		"normalizer":    map[string]any{"type": "Sequence", "normalizers": normalizers},
		"pre_tokenizer": nil, "post_processor": nil,
		"decoder": map[string]any{"type": "Sequence", "decoders": decoders},
		"model": map[string]any{"type": "BPE", "dropout": nil, "unk_token": unknownOf(f, tokens), "continuing_subword_prefix": nil,
			"end_of_word_suffix": nil, "fuse_unk": true, "byte_fallback": true, "ignore_merges": false,
			"merges": merges(tokens, types, list)},
	}, nil
}

// unknownOf returns the token for what has none, or nil.
func unknownOf(f *weights.File, tokens []string) any {
	if id, ok := f.Uint("tokenizer.ggml.unknown_token_id"); ok && id < uint64(len(tokens)) {
		return tokens[id]
	}
	return nil
}

// said returns a tokenizer_config.json.
func said(f *weights.File, tokens []string) map[string]any {
	config := map[string]any{"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false}
	for key, name := range map[string]string{"bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding"} {
		if id, ok := f.Uint("tokenizer.ggml." + name + "_token_id"); ok && id < uint64(len(tokens)) {
			config[key] = tokens[id]
		}
	}
	for _, key := range []string{"add_bos_token", "add_eos_token"} {
		if b, ok := f.Bool("tokenizer.ggml." + key); ok {
			config[key] = b
		}
	}
	if _, ok := config["add_bos_token"]; !ok { // what llama.cpp takes for granted
		kind, _ := f.String("tokenizer.ggml.model")
		pre, _ := f.String("tokenizer.ggml.pre")
		c, err := cutOf(pre)
		config["add_bos_token"] = kind == "llama" || err == nil && c.names[0] == cuts[2].names[0]
	}
	if text, ok := f.String("tokenizer.chat_template"); ok {
		config["chat_template"] = text
	}
	return config
}

// ends returns the ids that end a turn: one, several, or null.
func ends(f *weights.File) any {
	var ids []uint64
	for _, name := range []string{"eos", "eot", "eom"} {
		if id, ok := f.Uint("tokenizer.ggml." + name + "_token_id"); ok {
			ids = append(ids, id)
		}
	}
	switch len(ids) {
	case 0:
		return nil
	case 1:
		return ids[0]
	}
	return ids
}

// beginning returns a post-processor that puts a token before a text.
func beginning(token string, id any) any {
	mark := map[string]any{"SpecialToken": map[string]any{"id": token, "type_id": 0}}
	text := func(name string, kind int) any {
		return map[string]any{"Sequence": map[string]any{"id": name, "type_id": kind}}
	}
	return map[string]any{"type": "TemplateProcessing",
		"single": []any{mark, text("A", 0)}, "pair": []any{mark, text("A", 0), text("B", 1)},
		"special_tokens": map[string]any{token: map[string]any{"id": token, "ids": []any{id}, "tokens": []string{token}}}}
}
