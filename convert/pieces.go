package convert

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// SentencePiece keeps a score for each piece, and merges the neighbours whose piece has the highest. tokenizer.json keeps
// the merges in the order of their scores. Either can be made of the other.

// markBytes sets the types of pieces that stand for a byte, <0x00> to <0xFF>, and of the unknown one.
func markBytes(tokens []string, types []int32, unknown int32) {
	for i, t := range tokens {
		if len(t) == 6 && t[:3] == "<0x" && t[5] == '>' {
			if _, err := strconv.ParseUint(t[3:5], 16, 8); err == nil {
				types[i] = typeByte
			}
		}
	}
	if unknown >= 0 && int(unknown) < len(types) {
		types[unknown] = typeUnknown
	}
}

// scores gives each piece minus the place of the first merge that makes it. Pieces that nothing makes are not merged for.
func scores(tokens []string, pairs [][2]string) []float32 {
	place := make(map[string]int, len(pairs))
	for i, p := range pairs {
		piece := p[0] + p[1]
		if _, ok := place[piece]; !ok {
			place[piece] = i
		}
	}
	out := make([]float32, len(tokens))
	for i, t := range tokens {
		if at, ok := place[t]; ok {
			out[i] = -float32(at)
		} else if utf8.RuneCountInString(t) > 1 {
			out[i] = -math.MaxInt32
		}
	}
	return out
}

// merges returns the merges of SentencePiece's pieces: each way to cut a piece into two others, the higher score of
// the result first, then as the ids of the halves are.
func merges(tokens []string, types []int32, scores []float32) [][2]string {
	ids := make(map[string]int, len(tokens))
	for i, t := range tokens {
		if types[i] == typeNormal {
			ids[t] = i
		}
	}
	type merge struct{ left, right, piece int }
	var all []merge
	for i, t := range tokens {
		if types[i] != typeNormal {
			continue
		}
		for at := range t {
			if at == 0 {
				continue
			}
			left, okL := ids[t[:at]]
			right, okR := ids[t[at:]]
			if okL && okR {
				all = append(all, merge{left, right, i})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b merge) int {
		return cmp.Or(cmp.Compare(scores[b.piece], scores[a.piece]), cmp.Compare(a.piece, b.piece), cmp.Compare(a.left, b.left), cmp.Compare(a.right, b.right))
	})
	pairs := make([][2]string, len(all))
	for i, m := range all {
		pairs[i] = [2]string{tokens[m.left], tokens[m.right]}
	}
	return pairs
}
