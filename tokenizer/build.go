package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// parseJSON builds a tokenizer from the bytes of a tokenizer.json.
func parseJSON(data []byte) (*Tokenizer, error) {
	var file tokenizerJSON
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	return file.build()
}

// build makes the tokenizer that a file describes.
func (file *tokenizerJSON) build() (*Tokenizer, error) {
	pre, err := parsePreTokenizer(file.PreTokenizer)
	if err != nil {
		return nil, err
	}
	normalizers, err := parseNormalizers(file.Normalizer)
	if err != nil {
		return nil, err
	}
	decode, err := parseDecoder(file.Decoder)
	if err != nil {
		return nil, err
	}
	if decode == nil {
		decode = &decoder{byteLevel: pre.byteLevel, fallback: file.Model.ByteFallback}
	}
	t := &Tokenizer{normalizers: normalizers, splitters: pre.splitters(), words: pre.words, strip: decode.strip,
		bos: -1, eos: -1, unk: -1, pad: -1}
	if err := t.setVocabulary(file, decode); err != nil {
		return nil, err
	}
	if err := t.setAdded(file.AddedTokens); err != nil {
		return nil, err
	}
	if err := t.setModelOf(&file.Model, pre.byteLevel); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if err := t.setTemplate(file.PostProcessor); err != nil {
		return nil, fmt.Errorf("post_processor: %w", err)
	}
	t.cache = newCache()
	return t, nil
}

// setVocabulary makes the vocabulary of the model's tokens and the added ones.
func (t *Tokenizer) setVocabulary(file *tokenizerJSON, decode *decoder) error {
	if len(file.AddedTokens) > maxAddedTokens {
		return fmt.Errorf("added tokens: found %d, want at most %d", len(file.AddedTokens), maxAddedTokens)
	}
	n := 0
	for _, id := range file.Model.Vocab.ids {
		n = max(n, int(id)+1)
	}
	for _, a := range file.AddedTokens {
		if a.ID < 0 || a.ID >= maxLen {
			return fmt.Errorf("added token %.40q: found id %d, want 0 to %d", a.Content, a.ID, maxLen-1)
		}
		n = max(n, int(a.ID)+1)
	}
	tokens, classes := make([][]byte, n), make([]class, n)
	for i, id := range file.Model.Vocab.ids {
		token := file.Model.Vocab.tokens.at(ID(i))
		if classes[id] != classNone {
			return fmt.Errorf("vocab: found id %d for %.40q and %.40q, want one token for an id", id, tokens[id], token)
		}
		tokens[id], classes[id] = token, classNormal
	}
	for _, a := range file.AddedTokens {
		if classes[a.ID] != classNone && string(tokens[a.ID]) != a.Content {
			return fmt.Errorf("added token %.40q: id %d is %.40q in the vocabulary", a.Content, a.ID, tokens[a.ID])
		}
		tokens[a.ID], classes[a.ID] = []byte(a.Content), classAdded
		if a.Special {
			classes[a.ID] = classSpecial
		}
	}
	if file.Model.ByteFallback {
		for id, token := range tokens {
			if _, ok := fallbackByte(string(token)); ok && classes[id] == classNormal {
				classes[id] = classByte
			}
		}
	}
	v, err := newVocabulary(tokens, classes)
	if err != nil {
		return err
	}
	for _, a := range file.AddedTokens {
		if id := v.find(a.Content); id != a.ID {
			return fmt.Errorf("added token %.40q: found id %d, want %d as in the vocabulary", a.Content, a.ID, id)
		}
	}
	v.decodeBy(decode)
	t.vocab = v
	return nil
}

// decodeBy fills in the bytes that tokens stand for.
func (v *vocabulary) decodeBy(d *decoder) {
	v.bytes.data = make([]byte, 0, len(v.spelling.data))
	v.bytes.ends = make([]uint32, 0, v.len())
	for id := range ID(v.len()) {
		v.bytes.data = append(v.bytes.data, v.decoded(id, d)...)
		v.bytes.end()
	}
}

func (v *vocabulary) decoded(id ID, d *decoder) []byte {
	token := v.spelling.at(id)
	if b, ok := fallbackByte(string(token)); ok && d.fallback && v.class[id] != classSpecial {
		return []byte{b}
	}
	if v.class[id] == classNormal && d.byteLevel {
		return []byte(spelledBytes(string(token)))
	}
	if d.wordPrefix != "" && v.class[id] == classNormal {
		if rest, inside := bytes.CutPrefix(token, []byte(d.wordPrefix)); inside {
			return rest
		}
		return append([]byte(" "), token...)
	}
	if v.class[id] != classSpecial {
		for _, r := range d.replace {
			token = bytes.ReplaceAll(token, []byte(r[0]), []byte(r[1]))
		}
	}
	return token
}

// setAdded makes the matchers of added tokens.
func (t *Tokenizer) setAdded(list []addedJSON) error {
	var raw, normalized []added
	for _, a := range list {
		token := added{text: a.Content, id: a.ID, special: a.Special, word: a.SingleWord, strip: [2]bool{a.LStrip, a.RStrip}}
		if !a.normalized() {
			raw = append(raw, token)
			continue
		}
		for _, n := range t.normalizers {
			token.text = n(token.text, place{})
		}
		normalized = append(normalized, token)
	}
	var err error
	if t.raw, t.rawPlain, err = matchers(raw); err != nil {
		return err
	}
	t.normalized, t.normalizedPlain, err = matchers(normalized)
	return err
}

// matchers returns a matcher of all tokens, and one of those that are not special.
func matchers(tokens []added) (all, plain *matcher, err error) {
	if all, err = newMatcher(tokens); err != nil {
		return nil, nil, err
	}
	var rest []added
	for _, a := range tokens {
		if !a.special {
			rest = append(rest, a)
		}
	}
	plain, err = newMatcher(rest)
	return all, plain, err
}

// setModelOf makes the model of a tokenizer.json.
func (t *Tokenizer) setModelOf(m *modelJSON, byteLevel bool) error {
	switch m.Type {
	case "BPE", "":
		return t.setBPE(m, byteLevel)
	case "Unigram", "WordPiece":
		if byteLevel {
			return fmt.Errorf("found type %s after ByteLevel, want BPE", m.Type)
		}
		if m.Type == "Unigram" {
			return t.setUnigram(m)
		}
		return t.setWordPiece(m)
	}
	return fmt.Errorf("found type %.40q, want BPE, Unigram or WordPiece", m.Type)
}

// setBPE makes a byte-pair model.
func (t *Tokenizer) setBPE(m *modelJSON, byteLevel bool) error {
	switch {
	case m.Vocab.scores != nil:
		return fmt.Errorf("vocab: found tokens with scores, want tokens with ids")
	case m.Dropout != nil && *m.Dropout != 0:
		return fmt.Errorf("found dropout %g, want none", *m.Dropout)
	case m.Prefix != nil && *m.Prefix != "":
		return fmt.Errorf("found continuing_subword_prefix %.40q, want none", *m.Prefix)
	case m.Suffix != nil && *m.Suffix != "":
		return fmt.Errorf("found end_of_word_suffix %.40q, want none", *m.Suffix)
	}
	if m.UnkToken != nil {
		if t.unk = t.vocab.find(*m.UnkToken); t.unk < 0 {
			return fmt.Errorf("unk_token %.40q is not in the vocabulary", *m.UnkToken)
		}
	}
	b := &bpe{byteLevel: byteLevel, ignoreMerges: m.IgnoreMerges, vocab: t.vocab}
	b.unknown = unknown{id: t.unk, fuse: m.FuseUnk}
	if m.ByteFallback {
		b.unknown.setBytes(t.vocab)
	}
	merges, err := findMerges(t.vocab, &m.Merges.parts)
	if err != nil {
		return err
	}
	if err := b.index(merges, true); err != nil {
		return err
	}
	return t.setModel(b)
}

// setModel completes a byte-pair model and takes it for t's.
func (t *Tokenizer) setModel(b *bpe) error {
	if !b.setSingles() && !b.unknown.fallback && b.unknown.id < 0 {
		if !b.byteLevel {
			return fmt.Errorf("found neither byte tokens nor an unknown token, want one for characters outside the vocabulary")
		}
		if c := b.lacking(); c >= 0 {
			return fmt.Errorf("byte %#02x has no token and there is no unknown token", c)
		}
		// Only bytes that no character has are missing.
		t.normalizers = append(t.normalizers, replaceInvalid)
	}
	if b.byteLevel {
		b.setBytePairs()
	}
	t.model = b
	if !b.byteLevel && !b.ignoreMerges && t.words == nil && cutsAtBlanks(t.vocab) {
		t.words = blankScanner{}
	}
	return nil
}

// findMerges resolves merges, two strings each, to ids.
func findMerges(v *vocabulary, parts *strings32) ([]merge, error) {
	merges := make([]merge, 0, parts.len()/2)
	var joined []byte
	for i := ID(0); int(i) < parts.len(); i += 2 {
		left, right := parts.at(i), parts.at(i+1)
		joined = append(append(joined[:0], left...), right...)
		m := merge{v.find(string(left)), v.find(string(right)), v.find(string(joined))}
		if m.left < 0 || m.right < 0 || m.id < 0 {
			return nil, fmt.Errorf("merge %d, %.40q and %.40q: one of them or both together are not in the vocabulary", i/2, left, right)
		}
		merges = append(merges, m)
	}
	return merges, nil
}
