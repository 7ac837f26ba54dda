package index

import (
	"slices"
	"strings"

	"exaone/korean"
)

// Glossary has words that mean the same in a company: 연차, 연차휴가; KPI, 핵심성과지표. It is read by many goroutines and
// changed by none.
type Glossary struct {
	same map[string][]string // by the words' texts as normal has them; each without itself
	most int                 // words in the longest one
}

// NewGlossary makes a glossary of groups of words or phrases that mean the same. Groups that share one are not joined.
func NewGlossary(groups [][]string) *Glossary {
	g := &Glossary{same: map[string][]string{}}
	for _, group := range groups {
		for _, one := range group {
			key, n := normal(one)
			if n == 0 {
				continue
			}
			g.most = max(g.most, n)
			for _, other := range group {
				if k, n := normal(other); n > 0 && k != key && !slices.Contains(g.same[key], other) {
					g.same[key] = append(g.same[key], other)
				}
			}
		}
	}
	return g
}

// normal returns the words of a phrase with no space between, folded, the last without particles; and how many there are.
func normal(phrase string) (string, int) {
	var all []korean.Word
	for w := range korean.Words(phrase) {
		all = append(all, w)
	}
	return joined(all), len(all)
}

func joined(words []korean.Word) string {
	var b strings.Builder
	for i, w := range words {
		if i == len(words)-1 {
			b.WriteString(korean.Stems(w.Text)[0])
		} else {
			b.WriteString(w.Text)
		}
	}
	return b.String()
}

// at returns what means the same as the words that a list begins with, the most words there are, and how many they are.
func (g *Glossary) at(words []korean.Word) (same []string, n int) {
	if g == nil {
		return nil, 0
	}
	for n := min(g.most, len(words)); n > 0; n-- {
		if same := g.same[joined(words[:n])]; len(same) > 0 {
			return same, n
		}
	}
	return nil, 0
}
