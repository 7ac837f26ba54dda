package assistant

import (
	"slices"
	"unicode/utf8"

	"exaone/chat"
	"exaone/document"
	"exaone/korean"
)

// paper is a document as a proof sees it: its texts by number.
type paper struct {
	doc   *document.Document
	texts []document.TextOf
	above []int // by the number of a text: that of the heading above it, -1 if there is none
	inner map[string]bool
}

func paperOf(doc *document.Document) *paper {
	p := &paper{doc: doc}
	type open struct{ level, number int }
	var headings []open
	for n, t := range doc.Texts() {
		p.texts = append(p.texts, t)
		if t.Cell == nil && t.Block.Kind == document.Heading && len(t.Shown()) > 0 { // what nobody sees proves nothing
			level := max(t.Block.Level, 1)
			for len(headings) > 0 && headings[len(headings)-1].level >= level {
				headings = headings[:len(headings)-1]
			}
			p.above = append(p.above, lastNumber(headings, func(o open) int { return o.number }))
			headings = append(headings, open{level, n})
			continue
		}
		p.above = append(p.above, lastNumber(headings, func(o open) int { return o.number }))
	}
	return p
}

func lastNumber[T any](list []T, number func(T) int) int {
	if len(list) == 0 {
		return -1
	}
	return number(list[len(list)-1])
}

// cited are the texts that spans are of. ok is false if one is not in the document: beyond its texts, or in the middle of a
// character.
func (p *paper) cited(spans []chat.CiteSpan) (texts []string, ok bool) {
	for _, s := range spans {
		if s.Text < 0 || s.Text >= len(p.texts) {
			return texts, false
		}
		text := p.texts[s.Text].Text
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End || !runeStart(text, s.Start) || !runeStart(text, s.End) {
			return texts, false
		}
		texts = append(texts, text[s.Start:s.End])
	}
	return texts, len(spans) > 0
}

func runeStart(text string, at int) bool { return at == len(text) || utf8.RuneStart(text[at]) }

// withMarkers is the text of spans with what counts the paragraphs that they begin: the 제3조 or ① that is printed before
// them and is no text of theirs. Spans that follow each other in the document are one piece. The spans are in the document.
func (p *paper) withMarkers(spans []chat.CiteSpan) []string {
	var pieces []string
	for i, s := range spans {
		t := p.texts[s.Text]
		piece := wholeIn(t.Text, s.Start, s.End)
		if t.Cell == nil && t.Block.Marker != "" && (i == 0 || spans[i-1].Text != s.Text) {
			piece = t.Block.Marker + " " + piece
		}
		if i > 0 && follows(spans[i-1], s, len(p.texts[spans[i-1].Text].Text)) {
			pieces[len(pieces)-1] += "\n" + piece
		} else {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// follows reports whether a span goes on where the one before it ends: in the same text, which is of so many bytes, or in the
// next.
func follows(before, s chat.CiteSpan, size int) bool {
	const gap = 4 // bytes of white space between sentences
	if before.Text == s.Text {
		return before.End <= s.Start && s.Start-before.End <= gap
	}
	return before.Text+1 == s.Text && size-before.End <= gap && s.Start <= gap
}

// mostHeadings bounds the headings above a text that are looked at.
const mostHeadings = 8

// headingsFor are the headings above spans that have a number or a name which the ground lacks; it has them then.
func (p *paper) headingsFor(spans []chat.CiteSpan, need *needs, g *ground) []chat.CiteSpan {
	var all []chat.CiteSpan
	numbers, names := g.lacks(need)
	lacking := len(numbers) + len(names)
	at := spans[0].Text
	for range mostHeadings {
		if lacking == 0 {
			break
		}
		if at = p.above[at]; at < 0 {
			break
		}
		if slices.ContainsFunc(spans, func(s chat.CiteSpan) bool { return s.Text == at }) {
			continue
		}
		var shown []chat.CiteSpan
		for _, s := range p.texts[at].Shown() {
			shown = append(shown, chat.CiteSpan{Text: at, Start: s[0], End: s[1]})
		}
		with := p.withMarkers(shown)
		if !slices.ContainsFunc(with, func(one string) bool { return helps(one, need, numbers, names) }) {
			continue
		}
		g.add(with...)
		all = append(all, shown...)
		numbers, names = g.lacks(need)
		lacking = len(numbers) + len(names)
	}
	return all
}

// helps reports whether a text has any of the numbers and names that are lacking.
func helps(text string, need *needs, numbers, names []string) bool {
	var set korean.NumeralSet
	set.Add(text)
	for _, n := range need.numbers {
		if slices.Contains(numbers, n.Text) && set.Has(n) {
			return true
		}
	}
	return slices.ContainsFunc(names, func(name string) bool { return hasName(text, name) })
}

// within reports whether a passage is one of the files within the document.
func (p *paper) within(passage string) bool {
	if p.inner == nil {
		p.inner = map[string]bool{}
		p.attached(p.doc.Attachments)
	}
	return p.inner[passage]
}

func (p *paper) attached(files []document.Attachment) {
	for _, a := range files {
		if a.Read == nil {
			continue
		}
		for _, passage := range a.Read.Passages() {
			p.inner[passage.Text] = true
		}
		p.attached(a.Read.Attachments)
	}
}
