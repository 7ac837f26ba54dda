package bench

import (
	"fmt"

	"exaone/weights"
)

// The layout of EXAONE's vocabulary: four named tokens, unused ones, five marks, 256 bytes, and the results of merges.
const (
	firstMark  = 357
	firstByte  = 362
	firstMerge = firstByte + 256
	endMark    = 361
)

var (
	named = []string{"[PAD]", "[BOS]", "[EOS]", "[UNK]"}
	marks = []string{"[|system|]", "[|tool|]", "[|assistant|]", "[|user|]", "[|endofturn|]"}
)

// template is EXAONE 3's chat format.
const template = `{% for message in messages %}{% if loop.first and message['role'] != 'system' %}{{ '[|system|][|endofturn|]\n' }}{% endif %}` +
	`{{ '[|' + message['role'] + '|]' + message['content'] }}{% if message['role'] == 'user' %}{{ '\n' }}{% else %}{{ '[|endofturn|]\n' }}{% endif %}` +
	`{% endfor %}{% if add_generation_prompt %}{{ '[|assistant|]' }}{% endif %}`

// vocabularyKeys describes a byte-level tokenizer of v tokens. It is a valid one, with every byte and with merges of
// letters, so texts of any kind can be encoded; its words are made up.
func vocabularyKeys(v int, arch string) []weights.Key {
	tokens := make([]string, 0, v)
	types := make([]int32, 0, v)
	add := func(text string, kind int32) {
		tokens = append(tokens, text)
		types = append(types, kind)
	}
	const normal, control = 1, 3
	for _, text := range named {
		add(text, control)
	}
	for i := len(tokens); i < firstMark; i++ {
		add(fmt.Sprintf("[unused%d]", i), control)
	}
	for _, text := range marks {
		add(text, control)
	}
	for b := range 256 {
		add(string(byteRune(byte(b))), normal)
	}
	merges := madeUpMerges(v - len(tokens))
	for _, m := range merges {
		add(m[0]+m[1], normal)
	}
	lines := make([]string, len(merges))
	for i, m := range merges {
		lines[i] = m[0] + " " + m[1]
	}
	pre := arch
	if arch != "exaone" {
		pre = "gpt-2"
	}
	return []weights.Key{
		{Name: "tokenizer.ggml.model", Value: "gpt2"},
		{Name: "tokenizer.ggml.pre", Value: pre},
		{Name: "tokenizer.ggml.tokens", Value: tokens},
		{Name: "tokenizer.ggml.token_type", Value: types},
		{Name: "tokenizer.ggml.merges", Value: lines},
		{Name: "tokenizer.ggml.bos_token_id", Value: uint32(1)},
		{Name: "tokenizer.ggml.eos_token_id", Value: uint32(endMark)},
		{Name: "tokenizer.ggml.unknown_token_id", Value: uint32(3)},
		{Name: "tokenizer.ggml.padding_token_id", Value: uint32(0)},
		{Name: "tokenizer.ggml.add_bos_token", Value: false},
		{Name: "tokenizer.chat_template", Value: template},
	}
}

// madeUpMerges returns n merges, each of letters or of the results of earlier ones: pairs of letters, a space before
// each pair, then pairs of pairs.
func madeUpMerges(n int) [][2]string {
	const letters = "etaoinsrhldcumfpgwybvkxjqz"
	const space = "Ġ" // how a byte-level vocabulary spells a space
	var pairs, merges [][2]string
	for _, a := range letters {
		for _, b := range letters {
			pairs = append(pairs, [2]string{string(a), string(b)})
		}
	}
	merges = append(merges, pairs...)
	for _, p := range pairs {
		merges = append(merges, [2]string{space, p[0] + p[1]})
	}
	for _, p := range pairs {
		for _, q := range pairs {
			if len(merges) >= n {
				return merges[:n]
			}
			merges = append(merges, [2]string{p[0] + p[1], q[0] + q[1]})
		}
	}
	return merges[:n]
}

// byteRune is how a byte-level vocabulary spells a byte: itself if it is a visible character of Latin-1, else the
// next unused character from 256 on (GPT-2's bytes_to_unicode).
func byteRune(b byte) rune {
	visible := func(c int) bool { return c >= '!' && c <= '~' || c >= 0xa1 && c <= 0xac || c >= 0xae }
	if visible(int(b)) {
		return rune(b)
	}
	next := rune(256)
	for c := range int(b) {
		if !visible(c) {
			next++
		}
	}
	return next
}
