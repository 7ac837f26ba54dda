package assistant

import "slices"

// Tally counts the sentences of an answer, or the rows of its tables, by what has become of them. Each is Held, Struck, False or none of
// these: what cites nothing, or could not be looked at.
type Tally struct {
	All    int `json:"all"`
	Held   int `json:"held"`   // it cites, and each citation is what it says
	Struck int `json:"struck"` // the answer says itself that it does not stand
	False  int `json:"false"`  // it is not what the answer says
	// Unchecked is how many citations of sentences could not be looked at, or how many rows, each once: because they name no source, or
	// one that is gone, may not be read, or is being read.
	Unchecked int `json:"unchecked"`
}

// Sentences counts the sentences. A citation in the text that no sentence has is False, and no sentence.
func (p Proof) Sentences() Tally {
	t := p.tally(false)
	t.False += len(p.Stray)
	return t
}

// Rows counts the rows of tables whose cells rest on their sources.
func (p Proof) Rows() Tally { return p.tally(true) }

func (p Proof) tally(rows bool) Tally {
	var t Tally
	for _, c := range p.Claims {
		if c.Row != rows {
			continue
		}
		t.All++
		switch {
		case c.False:
			t.False++
		case c.Struck:
			t.Struck++
		case len(c.Cites) > 0 && !slices.ContainsFunc(c.Cites, func(one ProvedCite) bool { return one.State != CiteHolds }):
			t.Held++
		}
		unseen := 0
		for _, one := range c.Cites {
			if one.State != CiteHolds && !one.State.false() {
				unseen++
			}
		}
		if rows && (unseen > 0 || c.Bare) {
			unseen = 1
		}
		t.Unchecked += unseen
	}
	return t
}
