package assistant

import (
	"encoding/json"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/intake"
)

// row checks a row of a table: the passages that its sources name are in the document, word for word, and have the numbers and the
// names in quotation marks of its cells.
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
	if !complete || len(one.Cites) == 0 {
		return one, nil
	}
	for _, cell := range cells {
		one.Missing = append(one.Missing, missingIn(cell, source...)...)
	}
	one.False = one.False || len(one.Missing) > 0
	return one, nil
}

// passage looks a passage up that was shown: whether all of it is where it is said to be. with is its text, and what counts its
// paragraphs.
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
		c.Text = p.Text
		with, c.State = doc.has(p)
	}
	return c, with, nil
}

// has reports whether a passage stands in the document as it was shown, and returns its text, and the texts with what counts them.
func (d *verified) has(p chat.Passage) (with []string, state CiteStatus) {
	var place intake.Place
	if json.Unmarshal(p.Place, &place) != nil || len(place.Spans) == 0 {
		return nil, CiteAbsent
	}
	with = []string{p.Text}
	for _, s := range place.Spans {
		size := s.End - s.Start
		if s.Text < 0 || s.Text >= len(d.texts) || s.Start < 0 || size <= 0 || s.End > len(p.Text) || s.From < 0 || s.From > len(d.texts[s.Text])-size {
			return nil, CiteAbsent
		}
		text := p.Text[s.Start:s.End]
		if d.texts[s.Text][s.From:s.From+size] != text {
			return nil, CiteChanged
		}
		if marker := d.markers[s.Text]; marker != "" {
			with = append(with, marker+" "+text)
		}
	}
	return with, CiteHolds
}
