package grammar

import (
	"bytes"
	"math"
	"slices"
	"unicode/utf8"

	"exaone/tokenizer"
)

// Vocabulary is the tokens of a model by their bytes. What it says never changes, and it may be used
// by many goroutines.
type Vocabulary struct {
	tok   *tokenizer.Tokenizer
	size  int
	words int // of a mask

	all  *trie // every token that is text
	rest *trie // those that are not plain

	// Plain tokens are characters that every JSON string may have as they are, the last maybe in part. plain[k] is
	// those of at most k characters; long is the others, the shorter first.
	plain    [][]uint64
	long     []token
	lengths  []int32 // of long, in characters
	maxChars int32

	runs runTable
}

// plainSteps is how many lengths of plain tokens have a mask of their own.
const plainSteps = 32

// NewVocabulary takes the tokens of tok apart for a model of size logits. Special tokens are no text.
func NewVocabulary(tok *tokenizer.Tokenizer, size int) *Vocabulary {
	v := &Vocabulary{tok: tok, size: size, words: (size + 63) / 64}
	var all, rest []token
	type plainToken struct {
		token
		chars int32
	}
	var plain []plainToken
	for id := range int32(min(size, tok.Len())) {
		b := tok.Bytes(id)
		if len(b) == 0 || len(b) > math.MaxUint16 || tok.IsSpecial(id) {
			continue
		}
		all = append(all, token{b, id})
		if n := plainChars(b); n >= 0 {
			plain = append(plain, plainToken{token{b, id}, n})
			v.maxChars = max(v.maxChars, n)
		} else {
			rest = append(rest, token{b, id})
		}
	}
	byBytes := func(a, b token) int { return bytes.Compare(a.bytes, b.bytes) }
	slices.SortStableFunc(all, byBytes)
	slices.SortStableFunc(rest, byBytes)
	v.all, v.rest = newTrie(all), newTrie(rest)
	slices.SortStableFunc(plain, func(a, b plainToken) int { return int(a.chars - b.chars) })
	mask := make([]uint64, v.words)
	for k := int32(0); k <= plainSteps; k++ {
		for len(plain) > 0 && plain[0].chars <= k {
			mask[plain[0].id>>6] |= 1 << (plain[0].id & 63)
			plain = plain[1:]
		}
		v.plain = append(v.plain, slices.Clone(mask))
	}
	for _, p := range plain {
		v.long = append(v.long, p.token)
		v.lengths = append(v.lengths, p.chars)
	}
	return v
}

// plainChars counts the characters of a plain token, or returns -1.
func plainChars(b []byte) int32 {
	n := int32(0)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			if utf8.FullRune(b) || !utf8.RuneStart(b[0]) {
				return -1
			}
			if isSeparatorStart(b) { // it may become U+2028, which is not plain
				return -1
			}
			return n + 1
		}
		if !plainRunes.contains(r) {
			return -1
		}
		n++
		b = b[size:]
	}
	return n
}

func isSeparatorStart(b []byte) bool { return bytes.HasPrefix([]byte("\u2028"), b) }

// addPlain sets the plain tokens of at most k characters; k may be unlimited.
func (v *Vocabulary) addPlain(dst []uint64, k int32) {
	if k == unlimited || k > v.maxChars {
		k = v.maxChars
	}
	for i, w := range v.plain[min(k, plainSteps)] {
		dst[i] |= w
	}
	for i, tok := range v.long {
		if v.lengths[i] > k {
			break
		}
		dst[tok.id>>6] |= 1 << (tok.id & 63)
	}
}

// symbol returns the id of a special token by its text.
func (v *Vocabulary) symbol(name string) (int32, bool) {
	id, ok := v.tok.ID(name)
	return id, ok && v.tok.IsAdded(id) && int(id) < v.size
}

// text returns the bytes of a token, or nil if it is none that may be text.
func (v *Vocabulary) text(id int32) []byte {
	if id < 0 || int(id) >= v.size || int(id) >= v.tok.Len() || v.tok.IsSpecial(id) {
		return nil
	}
	return v.tok.Bytes(id)
}
