package assistant

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/intake"
)

// table checks the rows of a table. What the table says of itself to be wrong is told as struck.
func (v *verifier) table(t chat.Table) ([]Proved, error) {
	told := map[int][]string{}
	for _, f := range t.Flaws {
		told[f.Row] = append(told[f.Row], f.Missing...)
	}
	all := make([]Proved, 0, len(t.Rows))
	for n, row := range t.Rows {
		one, err := v.row(t.Sources, row)
		if err != nil {
			return nil, err
		}
		one.Struck = len(told[n]) > 0
		for _, m := range one.Missing {
			one.False = one.False || !slices.Contains(told[n], m)
		}
		all = append(all, one)
	}
	return all, v.ctx.Err()
}

// row checks a row of a table, of whose columns the one with a number has its sources: the passages that these name are in the document,
// word for word, and have what its cells say. Of a row that names none nothing can be looked at. The error is that of the context, or of
// documents that cannot be reached.
func (v *verifier) row(sources int, row []string) (Proved, error) {
	one := Proved{Row: true, Text: strings.Join(row, " | "), Cites: []ProvedCite{}, Missing: []string{}}
	if err := v.ctx.Err(); err != nil {
		return one, err
	}
	at := sources - 1
	if at < 0 || at >= len(row) {
		one.False = true
		return one, nil
	}
	cells := slices.Delete(slices.Clone(row), at, at+1)
	one.Text = strings.Join(cells, " | ")
	from, err := v.rowSource(row[at])
	if err != nil {
		return one, err
	}
	one.Cites = slices.Clone(from.cites)
	one.Bare = len(one.Cites) == 0
	complete := true
	for _, c := range one.Cites {
		one.False = one.False || c.State.false()
		complete = complete && c.State == CiteHolds
	}
	if complete && !one.Bare { // of what is not there to be read nothing can be missing
		for _, cell := range cells {
			lacking, err := from.lacks(v.ctx, cell)
			if err != nil {
				return one, err
			}
			one.Missing = append(one.Missing, lacking...)
		}
	}
	return one, nil
}

// rowSource is what rows rest on that name the same passages: rows of one table mostly do.
type rowSource struct {
	marks string
	cites []ProvedCite
	texts []*namesIn // that do not follow each other
	words *wording
}

func (v *verifier) rowSource(marks string) (*rowSource, error) {
	if v.rests != nil && v.rests.marks == marks {
		return v.rests, nil
	}
	from := &rowSource{marks: marks}
	var texts, looks []string
	for _, n := range marksIn(marks) {
		cite, with, shown, err := v.passage(n)
		if err != nil {
			return nil, err
		}
		from.cites = append(from.cites, cite)
		texts, looks = append(texts, with...), append(looks, shown...)
	}
	texts = append(texts, looks...) // at the end: a cell may begin in one passage and end in the next
	from.texts, from.words = namesAmong(texts), wordingOf(strings.Join(texts, "\n"))
	v.rests = from
	return from, nil
}

// longestLacking bounds words that are told to be missing, in characters.
const longestLacking = 60

// lacks are the numbers and the names in quotation marks of a cell that its source does not have; or else what stands in it, line by line,
// if that is not there. The error is that of the context: a cell may be long, and they may be many.
func (s *rowSource) lacks(ctx context.Context, cell string) ([]string, error) {
	if all := missingAmong(cell, &s.words.numbers, s.texts); len(all) > 0 {
		return all, ctx.Err()
	}
	var all []string
	for line := range strings.SplitSeq(strings.ReplaceAll(cell, " | ", "\n"), "\n") { // as the cells of a row are divided in a clause
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if line = strings.TrimSpace(line); line != "" && !s.words.has(line) {
			all = append(all, shorten(line, longestLacking))
		}
	}
	return all, nil
}

// passage looks a passage up that was shown: whether all of it is where it is said to be. with is what the document has there, and looks
// what the cells among it look like.
func (v *verifier) passage(n int) (c ProvedCite, with, looks []string, err error) {
	c = ProvedCite{Index: n, State: CiteUnknown}
	known := n - 1 // where it is mostly
	if known < 0 || known >= len(v.shown) || v.shown[known].Index != n {
		known = slices.IndexFunc(v.shown, func(p chat.Passage) bool { return p.Index == n })
	}
	if known < 0 {
		return c, nil, nil, nil
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
			return c, nil, nil, err
		}
		c.Text, with, looks, c.State = doc.has(p)
	}
	return c, with, looks, nil
}

// has reports whether a passage stands in the document as it was shown. text and with are the document's own words, as cite has
// them, and looks those of the cells: what the passage says of itself is held against them, and is not believed.
func (d *verified) has(p chat.Passage) (text string, with, looks []string, state CiteStatus) {
	var place intake.Place
	if json.Unmarshal(p.Place, &place) != nil || len(place.Spans) == 0 {
		return "", nil, nil, CiteAbsent
	}
	var parts []string
	last := chat.CiteSpan{}
	at := 0 // bytes of the passage that are accounted for
	for i, s := range place.Spans {
		size := s.End - s.Start
		if s.Text < 0 || s.Text >= len(d.texts) || s.Start < at || size <= 0 || s.End > len(p.Text) || s.From < 0 || s.From > len(d.texts[s.Text])-size {
			return "", nil, nil, CiteAbsent
		}
		part, marker := d.texts[s.Text][s.From:s.From+size], strings.TrimSpace(d.markers[s.Text])
		between := strings.TrimSpace(p.Text[at:s.Start])
		if p.Text[s.Start:s.End] != part || between != "" && between != marker {
			return "", nil, nil, CiteChanged
		}
		parts = append(parts, part)
		span := chat.CiteSpan{Text: s.Text, Start: s.From, End: s.From + size}
		whole := wholeIn(d.texts[s.Text], s.From, s.From+size)
		marked := whole
		if between != "" { // what counts a paragraph is told at its beginning alone
			marked = marker + " " + whole
		}
		if i > 0 && follows(last, span, len(d.texts[last.Text])) {
			with[len(with)-1] += "\n" + marked
		} else {
			with = append(with, marked)
		}
		if shown := d.looks[s.Text]; shown != "" {
			looks = append(looks, shown)
		}
		last, at = span, s.End
	}
	if strings.TrimSpace(p.Text[at:]) != "" {
		return "", nil, nil, CiteChanged
	}
	return strings.Join(parts, "\n"), with, looks, CiteHolds
}
