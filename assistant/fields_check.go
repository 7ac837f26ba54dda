package assistant

import (
	"context"

	"exaone/chat"
)

// rowChecker holds the rows of a table against what they rest on while it is made, by the same look that [Verify] takes at them later:
// whoever is shown the table sees what that would find.
type rowChecker struct {
	verifier
	s *saying
}

func newRowChecker(ctx context.Context, s *saying) *rowChecker {
	return &rowChecker{verifier{ctx: ctx, read: map[string]*verified{}}, s}
}

// flaw is what is wrong with a row; ok is false if nothing is.
func (c *rowChecker) flaw(b *book, sources int, row []string) (f chat.TableFlaw, ok bool, err error) {
	for _, one := range c.s.proof.shown[len(c.shown):] {
		c.shown = append(c.shown, one.Passage)
	}
	if c.read[b.version.ID] == nil {
		c.read[b.version.ID] = verifiedOf(b.doc)
	}
	p, err := c.row(sources, row)
	if err != nil {
		return f, false, err
	}
	f.Missing, f.Unchecked = p.Missing, p.Bare
	for _, cite := range p.Cites {
		f.Unchecked = f.Unchecked || cite.State != CiteHolds
	}
	return f, len(f.Missing) > 0 || f.Unchecked, nil
}
