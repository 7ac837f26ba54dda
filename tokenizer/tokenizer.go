// Package tokenizer turns text into token ids and back, byte for byte.
//
//	text ─ added tokens ─▶ pieces ─ normalise ─▶ ─ pre-tokenise ─▶ words ─ model (or its cache) ─▶ ids
//	ids ─ Bytes ─▶ bytes ─ Stream ─▶ whole characters
//
// A tokenizer comes from a tokenizer.json or a vocabulary and its merges ([Load]), or from what a GGUF file
// holds ([FromVocab]). What a file asks for and is not built here is an error when it is loaded; nothing is
// passed over. Each model algorithm is one file: bpe.go, sentencepiece.go, unigram.go, wordpiece.go.
package tokenizer

import (
	"sync"
)

// ID is a token as a number.
type ID = int32

// Tokenizer encodes and decodes. It never changes and may be used by many goroutines; its memory of common
// words (about 4 MiB, bounded) is of no consequence to results.
type Tokenizer struct {
	vocab *vocabulary

	// Added tokens are matched in the text as it is; those that the file calls normalized, in the normalised
	// text. Each in two sets: all, and those that are not special.
	raw, rawPlain               *matcher
	normalized, normalizedPlain *matcher

	normalizers []normalizer
	splitters   []splitter
	words       wordScanner // cuts what the splitters leave; nil: it is one word
	model       model
	cache       *cache // nil: none
	strip       bool   // Encode puts a space before a text, so decoding takes one off

	bos, eos, unk, pad ID
	addBOS, addEOS     bool
	single, pair       []Slot

	nothing []ID // what a text without characters becomes

	scratch sync.Pool
}

// model is an algorithm that makes ids of a word.
type model interface {
	encode(s *scratch, dst []ID, word string) []ID
}

// wordScanner cuts a text into words.
type wordScanner interface {
	word(s string) int // the length of the word that s, which is not empty, begins with
}

// scratch is the memory of one call of Encode.
type scratch struct {
	spelling     []byte
	pieces       []string
	more         []string
	starts, ends []int32
	endings      []ending
	merger       merger
}

// maxScratch is the number of symbols up to which scratch memory is kept for the next call.
const maxScratch = 1 << 16

func (t *Tokenizer) getScratch() *scratch {
	if s, ok := t.scratch.Get().(*scratch); ok {
		return s
	}
	return &scratch{}
}

func (t *Tokenizer) putScratch(s *scratch) {
	if cap(s.starts) > maxScratch || cap(s.merger.next) > maxScratch || cap(s.pieces) > maxScratch || cap(s.spelling) > 8*maxScratch || cap(s.endings) > 8*maxScratch {
		return
	}
	clear(s.pieces[:cap(s.pieces)])
	clear(s.more[:cap(s.more)])
	t.scratch.Put(s)
}

// Encode appends the ids of text to dst. If special, the special tokens that text spells are those tokens;
// if not, it is what a person typed, and no special token can come of it. Added tokens that are not special,
// such as runs of spaces, match either way. Neither BOS nor EOS is added.
//
// A prompt of several segments is encoded by several calls, each with the ids so far as dst: a tokenizer
// that puts a space before a text does so only where dst is empty, or is BOS alone.
//
// Bytes that are not UTF-8 are kept where the vocabulary has tokens for them, and are U+FFFD where it does
// not. A tokenizer.json with expressions of its own may fail on a text, see [Tokenizer.TryEncode]; Encode
// then makes one word of the piece that failed, whose ids decode to the same text.
func (t *Tokenizer) Encode(dst []ID, text string, special bool) []ID {
	dst, _ = t.encode(dst, text, special)
	return dst
}

// TryEncode is Encode with an error, wrapping [ErrSlow], if an expression of the tokenizer.json took too
// long on the text. The ids are those that Encode returns. The tokenizers of the models named in
// [FromVocab] and all hand-written scanners never fail.
func (t *Tokenizer) TryEncode(dst []ID, text string, special bool) ([]ID, error) {
	return t.encode(dst, text, special)
}

// encoding is the state of one call of Encode.
type encoding struct {
	*Tokenizer
	*scratch
	dst     []ID
	special bool
	fresh   bool // nothing but BOS comes before the text
	err     error
}

func (t *Tokenizer) encode(dst []ID, text string, special bool) ([]ID, error) {
	if text == "" {
		return append(dst, t.nothing...), nil
	}
	s := t.getScratch()
	e := encoding{Tokenizer: t, scratch: s, dst: dst, special: special, fresh: len(dst) == len(t.start(dst))}
	found := t.rawPlain
	if special {
		found = t.raw
	}
	e.each(found, text, e.piece)
	t.putScratch(s)
	return e.dst, e.err
}

// each appends the tokens found in text and calls rest for what lies between.
func (e *encoding) each(found *matcher, text string, rest func(text string)) {
	for pos := 0; pos < len(text); {
		start, end, token := found.find(text, pos)
		if token == nil {
			rest(text[pos:])
			return
		}
		if start > pos {
			rest(text[pos:start])
		}
		e.dst = append(e.dst, token.id)
		e.fresh = e.fresh && len(e.dst) == len(e.start(e.dst))
		pos = end
	}
}

// piece appends the ids of a piece of the text that holds no added token.
func (e *encoding) piece(text string) {
	if len(e.normalizers) > 0 {
		at := place{fresh: e.fresh, lead: len(e.dst) == 0 || e.IsAdded(e.dst[len(e.dst)-1])}
		for _, n := range e.normalizers {
			text = n(text, at)
		}
	}
	found := e.normalizedPlain
	if e.special {
		found = e.normalized
	}
	if found == nil {
		e.plain(text)
		return
	}
	e.each(found, text, e.plain)
}

// plain appends the ids of normalised text.
func (e *encoding) plain(text string) {
	if len(e.splitters) == 0 {
		e.cut(text)
		e.fresh = false
		return
	}
	from, to := append(e.pieces[:0], text), e.more[:0]
	for _, split := range e.splitters {
		for i, piece := range from {
			var err error
			to, err = split(to, piece, e.fresh && i == 0)
			if err != nil {
				e.err = err
			}
		}
		from, to = to, from[:0]
	}
	for _, piece := range from {
		e.cut(piece)
	}
	e.pieces, e.more = from, to
	e.fresh = false
}

// cut appends the ids of the words of text.
func (e *encoding) cut(text string) {
	if e.words == nil {
		e.word(text)
		return
	}
	for len(text) > 0 {
		n := e.words.word(text)
		e.word(text[:n])
		text = text[n:]
	}
}

// maxWord is the longest word in bytes that a model is given; positions in it are 32 bits wide.
const maxWord = 1 << 30

// word appends the ids of a word.
func (e *encoding) word(word string) {
	key := e.cache.key(word)
	var ok bool
	if e.dst, ok = key.find(e.dst); ok {
		return
	}
	for len(word) > maxWord {
		e.dst = e.model.encode(e.scratch, e.dst, word[:maxWord])
		word = word[maxWord:]
	}
	start := len(e.dst)
	e.dst = e.model.encode(e.scratch, e.dst, word)
	key.keep(e.dst[start:])
}

// Len returns the number of ids: one more than the largest. Some may be no tokens.
func (t *Tokenizer) Len() int { return t.vocab.len() }

// ID returns the id of a token by its spelling in the vocabulary's file.
func (t *Tokenizer) ID(token string) (ID, bool) {
	id := t.vocab.find(token)
	return max(id, 0), id >= 0
}

// Spelling returns the token as the vocabulary's file has it, or "" for an id that is no token.
func (t *Tokenizer) Spelling(id ID) string {
	if !t.vocab.has(id) {
		return ""
	}
	return string(t.vocab.spelling.at(id))
}

// IsSpecial reports whether id is a special token: a mark that no text a person types can become.
func (t *Tokenizer) IsSpecial(id ID) bool {
	return t.vocab.has(id) && t.vocab.class[id] == classSpecial
}

// IsAdded reports whether id is an added token, special or not.
func (t *Tokenizer) IsAdded(id ID) bool {
	return t.IsSpecial(id) || t.vocab.has(id) && t.vocab.class[id] == classAdded
}

// BOS returns the token that begins a text, or -1.
func (t *Tokenizer) BOS() ID { return t.bos }

// EOS returns the token that ends a text or an answer, or -1.
func (t *Tokenizer) EOS() ID { return t.eos }

// UNK returns the token for what has none, or -1.
func (t *Tokenizer) UNK() ID { return t.unk }

// PAD returns the token that fills up batches, or -1.
func (t *Tokenizer) PAD() ID { return t.pad }

// AddBOS reports whether the model was taught with BOS before a text. Encode leaves that to its caller.
func (t *Tokenizer) AddBOS() bool { return t.addBOS && t.bos >= 0 }

// AddEOS reports whether the model was taught with EOS after a text. Encode leaves that to its caller.
func (t *Tokenizer) AddEOS() bool { return t.addEOS && t.eos >= 0 }
