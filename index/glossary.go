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

// synonyms adds to the units from one on what the glossary has for them. Of several words the rarest stands for all.
func (p *plan) synonyms(from int, same []string) {
	for u := from; u < len(p.units); u++ {
		unit := &p.units[u]
		for _, other := range same {
			text, quality := p.rarest(other)
			unit.forms = append(unit.forms, form{[]rune(text), kindStem, quality})
			p.add(unit.group, kindStem, text, quality)
			unit.weight = max(unit.weight, idf(p.lexicon.Count(Term{kindStem, text}), p.lexicon.Passages())*lightWeight)
			if whole, n := normal(other); n > 1 {
				unit.forms = append(unit.forms, form{[]rune(whole), kindStem, glossaryForms})
				p.add(unit.group, kindStem, whole, glossaryForms)
			}
		}
	}
}

// rarest returns the stem of a phrase's word that is in the fewest passages, but in some, and how good a find it is.
func (p *plan) rarest(phrase string) (stem string, quality float64) {
	least, n := 0, 0
	for w := range korean.Words(phrase) {
		n++
		s := korean.Stems(w.Text)[0]
		if c := p.lexicon.Count(Term{kindStem, s}); stem == "" || c > 0 && (c < least || least == 0) {
			stem, least = s, c
		}
	}
	if n > 1 {
		return stem, glossaryPart
	}
	return stem, glossaryForms
}
