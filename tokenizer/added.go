package tokenizer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxAdded is the length in bytes of the longest added token. Published ones stay below 100; the bound
// keeps a search from reading far at every position.
const maxAdded = 1024

// maxAddedTokens is how many added tokens a vocabulary may have. Gemma has 6,414.
const maxAddedTokens = 1 << 16

// added is a token that is matched in text before the model runs.
type added struct {
	text    string
	id      ID
	special bool
	strip   [2]bool // takes the white space before it, after it
	word    bool    // matches only where no word goes on before or after it
}

// matcher finds added tokens: the leftmost first, of those the longest. It never changes once built.
type matcher struct {
	tokens []added // sorted by text, no two alike
	first  [257]int32
	pairs  [1 << 16 / 64]uint64 // the first two bytes that tokens have, to pass over most text quickly
	single [256]bool            // the bytes that are tokens by themselves
}

// newMatcher returns a matcher, or nil if there are no tokens.
func newMatcher(tokens []added) (*matcher, error) {
	if len(tokens) == 0 {
		return nil, nil
	}
	if len(tokens) > maxAddedTokens {
		return nil, fmt.Errorf("added tokens: found %d, want at most %d", len(tokens), maxAddedTokens)
	}
	m := &matcher{tokens: slices.Clone(tokens)}
	slices.SortStableFunc(m.tokens, func(a, b added) int { return cmp.Compare(a.text, b.text) })
	m.tokens = slices.CompactFunc(m.tokens, func(a, b added) bool { return a.text == b.text })
	for _, t := range m.tokens {
		if t.text == "" || len(t.text) > maxAdded {
			return nil, fmt.Errorf("added token %d: found %d bytes, want 1 to %d", t.id, len(t.text), maxAdded)
		}
		m.first[int(t.text[0])+1]++
		if len(t.text) == 1 {
			m.single[t.text[0]] = true
			continue
		}
		pair := uint(t.text[0])<<8 | uint(t.text[1])
		m.pairs[pair/64] |= 1 << (pair % 64)
	}
	for b := range 256 {
		m.first[b+1] += m.first[b]
	}
	return m, nil
}

// find returns the next token in text at or after from, and the stretch it takes, which does not begin
// before from. It returns nil if there is none.
func (m *matcher) find(text string, from int) (start, end int, token *added) {
	if m == nil {
		return 0, 0, nil
	}
	for i := from; i < len(text); i++ {
		if !m.single[text[i]] {
			if i+1 == len(text) {
				break
			}
			pair := uint(text[i])<<8 | uint(text[i+1])
			if m.pairs[pair/64]&(1<<(pair%64)) == 0 {
				continue
			}
		}
		t := m.longest(text[i:])
		if t == nil {
			continue
		}
		end := i + len(t.text)
		if t.word && (endsInWord(text[:i]) || beginsWithWord(text[end:])) {
			i = end - 1
			continue
		}
		start := i
		if t.strip[0] {
			start = from + len(strings.TrimRightFunc(text[from:i], unicode.IsSpace))
		}
		if t.strip[1] {
			end = len(text) - len(strings.TrimLeftFunc(text[end:], unicode.IsSpace))
		}
		return start, end, t
	}
	return 0, 0, nil
}

// longest returns the longest token that text, which is not empty, begins with, or nil.
func (m *matcher) longest(text string) *added {
	tokens := m.tokens[m.first[text[0]]:m.first[int(text[0])+1]]
	var best *added
	// All tokens that are left share their first depth bytes with text; one that ends there is the first.
	for depth := 1; len(tokens) > 0; depth++ {
		if len(tokens[0].text) == depth {
			best = &tokens[0]
			tokens = tokens[1:]
		}
		if depth == len(text) {
			break
		}
		c := text[depth]
		from, _ := slices.BinarySearchFunc(tokens, c, func(t added, c byte) int { return cmp.Compare(t.text[depth], c) })
		tokens = tokens[from:]
		to, _ := slices.BinarySearchFunc(tokens, int(c)+1, func(t added, c int) int { return cmp.Compare(int(t.text[depth]), c) })
		tokens = tokens[:to]
	}
	return best
}

func endsInWord(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return s != "" && isWordRune(r)
}

func beginsWithWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && isWordRune(r)
}

// isWordRune reports whether \w holds r.
func isWordRune(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc, unicode.Other_Alphabetic, unicode.Join_Control)
}
