package assistant

import (
	"maps"
	"math"
	"slices"
)

// weighed is a word of a text, by its number, with how much it tells.
type weighed struct {
	word   int
	weight float64
}

// vectorsOf are texts by their words, each of length 1, words in the order of their numbers: sums over them come out the same
// each time.
func vectorsOf(texts []map[string]float64) [][]weighed {
	with := map[string]float64{}
	for _, t := range texts {
		for s := range t {
			with[s]++
		}
	}
	numbers := map[string]int{}
	for n, s := range slices.Sorted(maps.Keys(with)) {
		numbers[s] = n
	}
	vectors := make([][]weighed, len(texts))
	for i, t := range texts {
		length := 0.0
		for _, s := range slices.Sorted(maps.Keys(t)) {
			w := t[s] * math.Log(1+float64(len(texts))/with[s])
			vectors[i] = append(vectors[i], weighed{numbers[s], w})
			length += w * w
		}
		for k := range vectors[i] {
			vectors[i][k].weight /= math.Sqrt(length)
		}
	}
	return vectors
}

// central scores texts by how much they say of what the others say, as LexRank does (Erkan and Radev, 2004): texts are nodes,
// how alike the words of two are is the weight of their edge, and a text is central that central texts are like. The scores
// add up to 1. It takes time and memory of the square of their number.
func central(vectors [][]weighed) []float64 {
	n := len(vectors)
	edges := make([]float64, n*n)
	sums := make([]float64, n)
	for i := range n {
		for j := range i {
			w := cosine(vectors[i], vectors[j])
			if w < 0.1 { // as in the paper: below, two sentences have but common words in common
				continue
			}
			edges[i*n+j], edges[j*n+i] = w, w
			sums[i] += w
			sums[j] += w
		}
	}
	return settle(edges, sums)
}

// settle is the power method with damping.
func settle(edges, sums []float64) []float64 {
	const damping, rounds = 0.85, 30
	n := len(sums)
	now := make([]float64, n)
	for i := range now {
		now[i] = 1 / float64(n)
	}
	for range rounds {
		next := make([]float64, n)
		for i := range n {
			next[i] += (1 - damping) / float64(n)
			if sums[i] == 0 {
				for j := range n {
					next[j] += damping * now[i] / float64(n)
				}
				continue
			}
			for j := range n {
				next[j] += damping * now[i] * edges[i*n+j] / sums[i]
			}
		}
		now = next
	}
	return now
}

// cosine is how alike two vectors of length 1 are.
func cosine(a, b []weighed) float64 {
	sum := 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].word < b[j].word:
			i++
		case a[i].word > b[j].word:
			j++
		default:
			sum += a[i].weight * b[j].weight
			i, j = i+1, j+1
		}
	}
	return sum
}
