package assistant

import (
	"encoding/json"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/intake"
)

// row checks a row of a table: the passages that its sources name are in the document, word for word, and have the numbers and the
// names in quotation marks of its cells. Of one that names none nothing can be looked at.
func (v *verifier) row(t chat.Table, row []string) (Proved, error) {
	at := t.Sources - 1
	if at < 0 || at >= len(row) {
		return Proved{Text: strings.Join(row, " | "), False: true, Cites: []ProvedCite{}, Missing: []string{}}, nil
	}
	cells := slices.Delete(slices.Clone(row), at, at+1)
	one := Proved{Text: strings.Join(row, " | "), Cites: []ProvedCite{}, Missing: []string{}}
	var source []string
	complete := true
	for _, n := range marksIn(row[at]) {
		cite, with, err := v.passage(n)
		if err != nil {
			return one, err
		}
		one.Cites = append(one.Cites, cite)
		one.False = one.False || cite.State.false()
		complete = complete && cite.State == CiteHolds
		source = append(source, with...)
	}
	one.Bare = len(one.Cites) == 0
	if !complete || one.Bare {
		return one, nil
	}
	for _, cell := range cells {
		one.Missing = append(one.Missing, missingIn(cell, source...)...)
	}
	one.False = one.False || len(one.Missing) > 0
	return one, nil
}

// passage looks a passage up that was shown: whether all of it is where it is said to be. with is what the document has there.
func (v *verifier) passage(n int) (c ProvedCite, with []string, err error) {
	c = ProvedCite{Index: n, State: CiteUnknown}
	known := slices.IndexFunc(v.shown, func(p chat.Passage) bool { return p.Index == n })
	if known < 0 {
		return c, nil, nil
	}
	p := v.shown[known]
	version, ok := strings.CutPrefix(p.Source, chat.SourceVersion)
	c.Source = p.Source
	switch {
	case p.Deleted:
		c.State = CiteDeleted
	case p.Withheld:
		c.State = CiteWithheld
	case !ok:
	default:
		var doc *verified
		if doc, err = v.version(version); err != nil || doc.state != CiteHolds {
			c.State = doc.state
			return c, nil, err
		}
		c.Text, with, c.State = doc.has(p)
	}
	return c, with, nil
}

// has reports whether a passage stands in the document as it was shown. text and with are the document's own words, as cite has
// them, and with the looks of the cells: what the passage says of itself is held against them, and is not believed.
func (d *verified) has(p chat.Passage) (text string, with []string, state CiteStatus) {
	var place intake.Place
	if json.Unmarshal(p.Place, &place) != nil || len(place.Spans) == 0 {
		return "", nil, CiteAbsent
	}
	var parts []string
	last := chat.CiteSpan{}
	at := 0 // bytes of the passage that are accounted for
	for i, s := range place.Spans {
		size := s.End - s.Start
		if s.Text < 0 || s.Text >= len(d.texts) || s.Start < at || size <= 0 || s.End > len(p.Text) || s.From < 0 || s.From > len(d.texts[s.Text])-size {
			return "", nil, CiteAbsent
		}
		part, marker := d.texts[s.Text][s.From:s.From+size], d.markers[s.Text]
		if between := strings.TrimSpace(p.Text[at:s.Start]); p.Text[s.Start:s.End] != part || between != "" && between != strings.TrimSpace(marker) {
			return "", nil, CiteChanged
		}
		parts = append(parts, part)
		span := chat.CiteSpan{Text: s.Text, Start: s.From, End: s.From + size}
		if marked := marker + " " + part; i > 0 && follows(last, span, len(d.texts[last.Text])) {
			with[len(with)-1] += "\n" + marked
		} else {
			with = append(with, marked)
		}
		last, at = span, s.End
	}
	if strings.TrimSpace(p.Text[at:]) != "" {
		return "", nil, CiteChanged
	}
	for _, s := range place.Spans {
		if looks := d.looks[s.Text]; looks != "" {
			with = append(with, looks)
		}
	}
	return strings.Join(parts, "\n"), with, CiteHolds
}
