package engine

// Speculation says whether a step may run tokens that are only guessed, to find several of an answer at once. What
// is answered is the same, to the last bit: a guess is kept only where the model itself, sampling at that position,
// picks it.
type Speculation int

// The kinds of speculation.
const (
	SpeculateAuto Speculation = iota // guess where it pays
	SpeculateOff
)

const (
	mostDraft   = 16   // guesses per sequence and step
	draftMargin = 1.03 // what guessing must be foretold to gain
	// Where guesses would come true but a step is foretold to be too long for them, one in so many steps finds out
	// how long it is now.
	draftProbe = 150
	probeDraft = 3
)

// drafter decides how many guesses each sequence of a step gets. It keeps memory between steps.
type drafter struct {
	mode   Speculation
	always int // for tests: so many guesses whenever there are some
	since  int // steps without a guess
	chance []float64
	given  []int
}

// draft gives the sequences of a step their guesses, in sequence.draft: as many as are foretold to yield most tokens
// per second. A row more costs time whether its guess comes true or not, so with many streams, or a model that
// computes as long as it reads, it gives none. Steps with prompts have none: there every row counts for something.
func (r *runner) draft(parts []part) {
	d := &r.drafter
	var now work
	prompts := false
	for _, p := range parts {
		p.seq.draft = p.seq.draft[:0]
		prompts = prompts || p.seq.inPrompt()
		now = now.plus(span(p.seq.computed, p.tokens))
	}
	if d.mode == SpeculateOff || prompts {
		return
	}
	any := false
	for _, p := range parts {
		if p.tokens == p.seq.pending() {
			any = p.seq.propose(r.pages.size, r.spare()) || any
		}
	}
	if !any {
		return
	}
	d.choose(parts, &r.pace, now)
	for i, p := range parts {
		p.seq.draft = p.seq.draft[:d.given[i]]
	}
}

// spare is how many pages guesses may take without anybody having to give way for them.
func (r *runner) spare() int { return max(r.pages.available()-len(r.running), 0) }

// propose fills s.draft with all guesses that are possible, and reports whether there are any.
func (s *sequence) propose(pageSize, spare int) bool {
	if s.lookup == nil {
		s.lookup = newLookup(s.ids, s.most-s.generated())
	}
	room := (len(s.pages)+min(spare, 1))*pageSize - len(s.ids)
	n := min(mostDraft, s.most-s.generated()-1, room)
	if n <= 0 {
		return false
	}
	s.draft = s.lookup.draft(s.draft[:0], s.ids, n)
	for i, id := range s.draft {
		if s.end[id] { // it would end the answer and not be kept
			s.draft = s.draft[:i]
			break
		}
	}
	if s.constrained != nil {
		s.draft = s.constrained.fits(s.draft)
	}
	return len(s.draft) > 0
}

// choose sets given. Guesses are added likeliest first; where tokens per second are most, it stops.
func (d *drafter) choose(parts []part, p *pace, now work) {
	d.given, d.chance = d.given[:0], d.chance[:0]
	for _, q := range parts {
		n, c := 0, 0.0
		if len(q.seq.draft) > 0 {
			c = q.seq.lookup.odds.chance(q.seq.lookup.long)
			n = min(d.always, len(q.seq.draft))
		}
		d.given, d.chance = append(d.given, n), append(d.chance, c)
	}
	if d.always > 0 {
		return
	}
	without := float64(len(parts)) / p.seconds(now)
	best, bestCount := without*draftMargin, 0
	tokens := float64(len(parts))
	for count := 1; ; count++ {
		i := d.likeliest(parts)
		if i < 0 {
			break
		}
		tokens += d.chance[i]
		now = now.plus(span(parts[i].seq.computed+1+d.given[i], 1))
		d.advance(parts[i].seq, i)
		if rate := tokens / p.seconds(now); rate > best {
			best, bestCount = rate, count
		}
	}
	d.redo(parts, bestCount)
	d.probe(parts, bestCount > 0)
}

// likeliest is the sequence whose next guess is most likely to be needed and right, or -1.
func (d *drafter) likeliest(parts []part) int {
	best, at := 0.02, -1
	for i, c := range d.chance {
		if c > best && d.given[i] < len(parts[i].seq.draft) {
			best, at = c, i
		}
	}
	return at
}

// advance gives sequence i one guess more: the chance of the one after it is that both are right.
func (d *drafter) advance(s *sequence, i int) {
	d.given[i]++
	d.chance[i] *= s.lookup.odds.chance(s.lookup.long + d.given[i])
}

// redo gives the first so many guesses in order of likelihood, and no more.
func (d *drafter) redo(parts []part, count int) {
	for i, q := range parts {
		d.given[i], d.chance[i] = 0, 0
		if len(q.seq.draft) > 0 {
			d.chance[i] = q.seq.lookup.odds.chance(q.seq.lookup.long)
		}
	}
	for range count {
		i := d.likeliest(parts)
		d.advance(parts[i].seq, i)
	}
}

// probe makes a few guesses in one of many steps in which they would come true but seemed too dear.
func (d *drafter) probe(parts []part, given bool) {
	if given {
		d.since = 0
		return
	}
	d.since++
	if d.since < draftProbe {
		return
	}
	for i, q := range parts {
		if len(q.seq.draft) >= probeDraft && d.chance[i] > 0.7 {
			d.given[i], d.since = probeDraft, 0
			return
		}
	}
}
