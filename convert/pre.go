package convert

import (
	"fmt"
	"slices"
	"strings"
)

// How words are cut before they are merged, in tokenizer.json and by the names that llama.cpp has for it.

// The expressions of Llama 3 and of Qwen 2: they differ in how many digits stay together.
const (
	llama3Pattern = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwen2Pattern  = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

// cut is one way to cut, with the names under which GGUF files have it, the one to write first.
type cut struct {
	names []string
	json  string // of the pre_tokenizer
}

var cuts = []cut{
	{[]string{"exaone", "smollm", "starcoder", "refact", "command-r"},
		`{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]}`},
	{[]string{"gpt-2", "gpt2", "exaone4", "phi-2", "gigachat"},
		`{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}`},
	{[]string{"llama-bpe", "llama3", "llama-v3"}, split(llama3Pattern)},
	{[]string{"qwen2", "deepseek-r1-qwen"}, split(qwen2Pattern)},
}

// split returns a pre-tokenizer that cuts by an expression and leaves bytes.
func split(expression string) string {
	return `{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":` + quoted(expression) +
		`},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}`
}

// pre names the way in which a tokenizer.json cuts.
func (w *wordsFile) pre() (string, error) {
	steps := w.PreTokenizer.flat()
	var kinds []string
	for _, s := range steps {
		kinds = append(kinds, s.Type)
	}
	regex := func(s step) bool { return s.Regex == nil || *s.Regex }
	switch shape := strings.Join(kinds, " "); {
	case shape == "Digits ByteLevel" && steps[0].Digits && regex(steps[1]):
		return cuts[0].names[0], nil
	case shape == "ByteLevel" && regex(steps[0]):
		return cuts[1].names[0], nil
	case shape == "Split ByteLevel" && steps[0].Pattern.Regex == llama3Pattern:
		return cuts[2].names[0], nil
	case shape == "Split ByteLevel" && steps[0].Pattern.Regex == qwen2Pattern:
		return cuts[3].names[0], nil
	default:
		return "", fmt.Errorf("tokenizer.json: pre_tokenizer of steps [%s], want one of those that llama.cpp has a name for: %s",
			clip(shape), "GPT-2's, EXAONE's, Llama 3's, Qwen 2's")
	}
}

// cutOf finds the way to cut that a GGUF file names.
func cutOf(pre string) (cut, error) {
	var names []string
	for _, c := range cuts {
		if slices.Contains(c.names, pre) {
			return c, nil
		}
		names = append(names, c.names...)
	}
	return cut{}, fmt.Errorf("tokenizer.ggml.pre: %q, want one of %s", clip(pre), strings.Join(names, ", "))
}

// lost says which normalizers are lost. llama.cpp itself has none for Qwen's, whose files say NFC.
func (w *wordsFile) lost(pre string) []string {
	var lost []string
	for _, s := range w.Normalizer.flat() {
		if s.Type != "NFC" || pre != cuts[3].names[0] {
			lost = append(lost, "normalizer "+clip(s.Type))
		}
	}
	return lost
}

// prefixes reports whether a SentencePiece tokenizer puts a space before a text.
func (w *wordsFile) prefixes() bool {
	for _, s := range w.Normalizer.flat() {
		if s.Type == "Prepend" {
			return true
		}
	}
	for _, s := range w.PreTokenizer.flat() {
		if s.Type == "Metaspace" {
			return s.Scheme != "never" && (s.Scheme != "" || s.Prefix == nil || *s.Prefix)
		}
	}
	return false
}
