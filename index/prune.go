package index

import "slices"

// prune leaves out terms that are nowhere, what is there twice, and what would be read for nothing: words that are nearly
// everywhere, where others are rare. The second pass still looks for them.
func (p *plan) prune() {
	passages := p.lexicon.Passages()
	type inGroup struct {
		Term
		group int
	}
	seen := map[inGroup]bool{}
	counts := make(map[Term]int, len(p.terms))
	rare := map[int]bool{} // groups
	kept := p.terms[:0]
	for _, t := range p.terms {
		n, ok := counts[t.Term]
		if !ok {
			n = p.lexicon.Count(t.Term)
			counts[t.Term] = n
		}
		if n == 0 || seen[inGroup{t.Term, t.Group}] {
			continue
		}
		seen[inGroup{t.Term, t.Group}] = true
		if t.Kind != kindPair && n*rareShare <= passages {
			rare[t.Group] = true
		}
		kept = append(kept, t)
	}
	p.terms = kept
	if len(rare) < enoughRare {
		return
	}
	p.terms = slices.DeleteFunc(p.terms, func(t Weighted) bool {
		share := commonShare
		if t.Kind == kindPair && !rare[t.Group] {
			share = commonPairShare
		}
		return counts[t.Term]*share > passages
	})
}

// A term is rare if it is in at most one of so many passages, and common if it is in more than one of so many. With enough
// rare ones in a question common ones are not looked up.
const (
	rareShare       = 50
	commonShare     = 8
	commonPairShare = 25
	enoughRare      = 2
)
