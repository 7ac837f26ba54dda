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
	var all []string
	for w := range korean.Words(phrase) {
		all = append(all, w.Text)
	}
	return joined(all), len(all)
}

func joined(words []string) string {
	if len(words) == 0 {
		return ""
	}
	last := words[len(words)-1]
	return strings.Join(words[:len(words)-1], "") + korean.Stems(last)[0]
}

// at returns what means the same as the words that a list begins with, the most words there are, and how many they are.
func (g *Glossary) at(words []string) (same []string, n int) {
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
