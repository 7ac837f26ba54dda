package document

import "unicode/utf8"

// Stretch is bytes Start to End of the text with a number of a document, in the order of [Document.Texts]: what an answer
// cites.
type Stretch struct {
	Text  int `json:"text"`
	Start int `json:"start"`
	End   int `json:"end"`
}

// Spot is where a stretch, or a part of it that is on one line, stands. What the format does not know is 0, as in [Place].
type Spot struct {
	Stretch   int   `json:"stretch"` // which of those that were asked for, from 0
	Page      int   `json:"page,omitempty"`
	Rect      *Rect `json:"box,omitempty"`
	Section   int   `json:"section,omitempty"`
	Paragraph int   `json:"paragraph,omitempty"`
	// Exact says that nothing else is in Rect. Otherwise it is around more than the stretch: its line, or its block.
	Exact bool `json:"exact"`
}

// Marked is the text that a stretch is of.
type Marked struct {
	Stretch Stretch
	TextOf
	Part int // of Document.Parts, in which it is
}

// Places tells where stretches of a document stand: of each at least one spot, one for each of its lines where those are
// known, in reading order; and the texts that they are of. A stretch of no text of the document, or with bytes that its text
// has not, has neither.
func (d *Document) Places(stretches []Stretch) ([]Spot, []Marked) {
	wanted := map[int][]int{}
	for i, s := range stretches {
		wanted[s.Text] = append(wanted[s.Text], i)
	}
	texts := make([]*Marked, len(stretches))
	parts := d.Parts()
	part, left := 0, len(wanted)
	for n, t := range d.Texts() {
		for part+1 < len(parts) && n >= parts[part+1].Text {
			part++
		}
		for _, i := range wanted[n] {
			s := stretches[i]
			if s.Start >= 0 && s.Start < s.End && s.End <= len(t.Text) && boundary(t.Text, s.Start) && boundary(t.Text, s.End) {
				texts[i] = &Marked{Stretch: s, TextOf: t, Part: part}
			}
		}
		if wanted[n] != nil {
			if left--; left == 0 {
				break
			}
		}
	}
	var spots []Spot
	var marked []Marked
	for i, m := range texts {
		if m != nil {
			spots = append(spots, m.spots(i)...)
			marked = append(marked, *m)
		}
	}
	return spots, marked
}

// boundary reports whether a character begins or ends at a byte of a text.
func boundary(text string, at int) bool { return at == len(text) || utf8.RuneStart(text[at]) }

// spots are where a stretch stands, line by line. Without lines it is where its block stands.
func (m *Marked) spots(number int) []Spot {
	var out []Spot
	for i := range m.Lines {
		l := &m.Lines[i]
		start, end := max(l.Start, m.Stretch.Start), min(l.End, m.Stretch.End)
		if start >= end {
			continue
		}
		at := Spot{Stretch: number, Page: l.Page, Section: m.Block.Section, Paragraph: m.Block.Paragraph}
		rect, exact := l.within(m.Text, start, end)
		if rect != (Rect{}) {
			at.Rect, at.Exact = &rect, exact
		}
		out = append(out, at)
	}
	if len(out) == 0 {
		out = append(out, Spot{Stretch: number, Page: m.Block.Page, Rect: m.Block.Rect, Section: m.Block.Section, Paragraph: m.Block.Paragraph})
	}
	return out
}

// within is the rectangle of bytes start to end of a text that are on the line, or the whole line's and false if where its
// characters stand is not known.
func (l *Line) within(text string, start, end int) (Rect, bool) {
	if start == l.Start && end == l.End {
		return l.Rect, l.Rect != Rect{}
	}
	if l.Start < 0 || l.End > len(text) || utf8.RuneCountInString(text[l.Start:l.End]) != len(l.Steps) {
		return l.Rect, false
	}
	from := utf8.RuneCountInString(text[l.Start:start])
	to := from + utf8.RuneCountInString(text[start:end])
	var before, through float64 // points from where the line begins
	for i, step := range l.Steps[:to] {
		if i < from {
			before += float64(step) / 100
		}
		through += float64(step) / 100
	}
	return l.part(before, through), true
}

// part is the rectangle of what begins and ends so many points from where the line begins.
func (l *Line) part(before, through float64) Rect {
	r := l.Rect
	switch l.Turn {
	case 1:
		r.Y0, r.Y1 = r.Y0+before, min(r.Y0+through, r.Y1)
	case 2:
		r.X0, r.X1 = max(r.X1-through, r.X0), r.X1-before
	case 3:
		r.Y0, r.Y1 = max(r.Y1-through, r.Y0), r.Y1-before
	default:
		r.X0, r.X1 = r.X0+before, min(r.X0+through, r.X1)
	}
	return r
}
