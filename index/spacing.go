package index

import (
	"math"
	"slices"

	"exaone/korean"
)

// What unspace pays: as -ln of a probability.
const (
	unreadSyllable = 9.0 // a syllable that is of no known word
	shortWord      = 4.0 // more for a word of one syllable
	longestPiece   = 10  // syllables of a word with its particles
	longestRun     = 200 // syllables that are taken apart
	usualWords     = 80  // of a passage
)

// unspace divides what was written without spaces into words of the lexicon, their particles taken off: the cheapest way
// by how common each word is (Viterbi). It returns the words of two and more syllables, and how many syllables are of no
// word.
func unspace(l Lexicon, run []rune) (parts []string, unread int) {
	if len(run) < 4 || len(run) > longestRun {
		return nil, len(run)
	}
	type step struct {
		cost float64
		from int
		word string // "" for a syllable that was not read
	}
	best := make([]step, len(run)+1)
	total := math.Log(float64(l.Passages()*usualWords + 1))
	for to := 1; to <= len(run); to++ {
		best[to] = step{cost: best[to-1].cost + unreadSyllable, from: to - 1}
		for from := max(0, to-longestPiece); from < to; from++ {
			piece := string(run[from:to])
			if korean.IsParticle(piece) && from > 0 {
				if c := best[from].cost + 3; c < best[to].cost {
					best[to] = step{c, from, piece}
				}
			}
			for i, stem := range korean.Readings(piece) {
				n := l.Count(Term{kindStem, stem})
				if n == 0 {
					continue
				}
				cost := total - math.Log(float64(n)) + float64(i)
				if len(stem) <= len("가") {
					cost += shortWord
				}
				if c := best[from].cost + cost; c < best[to].cost {
					best[to] = step{c, from, stem}
				}
			}
		}
	}
	for at := len(run); at > 0; at = best[at].from {
		switch s := best[at]; {
		case s.word == "":
			unread++
		case len(s.word) > len("가") && !korean.IsParticle(s.word) && !askers[s.word]:
			parts = append(parts, s.word)
		}
	}
	slices.Reverse(parts)
	return parts, unread
}
