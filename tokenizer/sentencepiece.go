package tokenizer

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// blank is how SentencePiece writes a space inside a piece: U+2581.
const blank = "▁"

// sentencePiece is SentencePiece's byte-pair encoding: two neighbours merge if their text is a piece, the
// piece with the best score first. It never changes once built.
type sentencePiece struct {
	vocab   *vocabulary
	rank    []uint32 // by id: its place among the scores; equal scores have equal ranks; noRank: not a piece
	unknown unknown
}

// newSentencePiece ranks the normal tokens by their scores.
func newSentencePiece(v *vocabulary, scores []float32, u unknown) (*sentencePiece, error) {
	p := &sentencePiece{vocab: v, unknown: u, rank: make([]uint32, v.len())}
	order := make([]ID, 0, v.len())
	for id := range ID(v.len()) {
		p.rank[id] = noRank
		if v.class[id] != classNormal {
			continue
		}
		if scores[id] != scores[id] {
			return nil, fmt.Errorf("score of token %d: found NaN, want a number", id)
		}
		order = append(order, id)
	}
	slices.SortFunc(order, func(a, b ID) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	rank := uint32(0)
	for i, id := range order {
		if i > 0 && scores[id] != scores[order[i-1]] {
			rank++
		}
		p.rank[id] = rank
	}
	return p, nil
}

// encode appends the ids of a word in which spaces are written as blanks.
func (p *sentencePiece) encode(s *scratch, dst []ID, word string) []ID {
	// Symbol i of the list is the text from starts[i] to ends[i].
	starts, ends := s.starts[:0], s.ends[:0]
	for i := 0; i < len(word); {
		_, n := utf8.DecodeRuneInString(word[i:])
		starts, ends = append(starts, int32(i)), append(ends, int32(i+n))
		i += n
	}
	s.starts, s.ends = starts, ends
	m := &s.merger
	m.run(len(starts),
		func(left, right int32) uint32 {
			id := p.vocab.find(word[starts[left]:ends[right]])
			if id < 0 {
				return noRank
			}
			return p.rank[id]
		},
		func(left, right int32) { ends[left] = ends[right] })
	run := false
	for i := int32(0); i >= 0 && len(starts) > 0; i = m.next[i] {
		text := word[starts[i]:ends[i]]
		id := p.vocab.find(text)
		if id >= 0 && p.rank[id] != noRank {
			dst = append(dst, id)
			run = false
			continue
		}
		dst = p.unknown.append(dst, text, run)
		run = true
	}
	return dst
}

// blankScanner finds words that begin with blanks and hold none after another character. Text may be cut
// there if no piece holds a blank after another character: then no merge can cross the cut.
type blankScanner struct{}

func (blankScanner) word(s string) int {
	i := 0
	for strings.HasPrefix(s[i:], blank) {
		i += len(blank)
	}
	if n := strings.Index(s[i:], blank); n >= 0 {
		return i + n
	}
	return len(s)
}

// cutsAtBlanks reports whether no normal token holds a blank after another character, and a blank is itself
// a token.
func cutsAtBlanks(v *vocabulary) bool {
	if v.find(blank) < 0 {
		return false
	}
	for id := range ID(v.len()) {
		if v.class[id] != classNormal {
			continue
		}
		if strings.Contains(strings.TrimLeft(string(v.spelling.at(id)), blank), blank) {
			return false
		}
	}
	return true
}
