package assistant

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"exaone/chat"
	"exaone/document"
)

// answerBoxes answers a question about parts of pages: with the table in them if that is asked for, in the words of a model, or
// in their own words.
func (d documents) answerBoxes(ctx context.Context, q Question, f *findings, yield func(chat.Event, error) bool) error {
	say := func(ev chat.Event) bool { return yield(ev, nil) }
	if q.Begun != "" && (d.byExtract(q) || len(f.shown) == 0) {
		return d.extracted(ctx, q, f, say) // what there is is proven again
	}
	if wants := d.wantsTable(q); wants && len(f.tables) > 0 {
		return d.tabled(ctx, q, f, say)
	} else if wants && d.byExtract(q) && len(f.shown) > 0 {
		return d.worded(ctx, q, f, chat.Text(q.Language, chat.CodeBoxNoTable)+"\n\n", say)
	}
	switch {
	case !d.byExtract(q) && (len(f.shown)+len(f.pictures) > 0):
		return d.written(ctx, q, f, rounds{}, yield)
	case len(f.shown) == 0:
		return d.readAnew(ctx, q, say)
	case pointsOnly(q.Text), f.nothing(q, extractFloor) && f.short():
		return d.worded(ctx, q, f, "", say)
	}
	return d.extracted(ctx, q, f, say)
}

// shortBox is how many characters a box may have that are said in full where no sentence of them answers: somebody has pointed
// at them.
const shortBox = 300

func (f *findings) short() bool {
	n := 0
	for _, s := range f.shown {
		n += utf8.RuneCountInString(s.Text)
	}
	return n <= shortBox
}

// mostWorded is how many passages of a box are said; the others are shown above.
const mostWorded = 4

// worded answers with the words of the boxes, each passage with its proof.
func (d documents) worded(ctx context.Context, q Question, f *findings, before string, say func(chat.Event) bool) error {
	out := d.proving(ctx, q, f, say)
	if !say(sightAt(chat.SightWords, q.Boxes)) || before != "" && !say(chat.Delta{Text: before}) {
		return errLeft
	}
	at := units(before)
	for i, one := range f.shown[:min(len(f.shown), mostWorded)] {
		gap := ""
		if i > 0 {
			gap = "\n\n"
		}
		s := sentence{text: asLines(one.Text) + " " + markText(one.Index)}
		s.from = at + units(gap)
		s.to = s.from + units(s.text)
		at = s.to
		if !say(chat.Delta{Text: gap + s.text}) || !out.tell(s, map[int]line{one.Index: {0, len(one.Text)}}) {
			return errLeft
		}
	}
	if more := len(f.shown) - mostWorded; more > 0 && !say(chat.Delta{Text: "\n\n" + chat.Text(q.Language, chat.CodeBoxMore, more)}) {
		return errLeft
	}
	if !out.verdict() {
		return errLeft
	}
	return finish(say, chat.Finish{Reason: chat.FinishStop, Model: q.Model.Name})
}

// lineSign is what would make of the beginning of a line a heading, a list or a quotation.
var lineSign = regexp.MustCompile(`^(?:[#>+=|-]|\d+[.)])`)

// asLines is a text of a document as Markdown that has the same lines.
func asLines(text string) string {
	var lines []string
	for l := range strings.SplitSeq(text, "\n") {
		l = escaped(strings.ReplaceAll(strings.TrimSpace(l), "\t", " · "))
		if m := lineSign.FindString(l); m != "" {
			l = m[:len(m)-1] + `\` + l[len(m)-1:]
		}
		if l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "  \n")
}

// tabled answers with the tables of the boxes. The sentence before each cites the cells.
func (d documents) tabled(ctx context.Context, q Question, f *findings, say func(chat.Event) bool) error {
	out := d.proving(ctx, q, f, say)
	if !say(sightAt(chat.SightWords, q.Boxes)) {
		return errLeft
	}
	at := 0
	for i, t := range f.tables {
		gap := ""
		if i > 0 {
			gap = "\n\n"
		}
		s := sentence{text: chat.Text(q.Language, chat.CodeBoxTable), from: at + units(gap)}
		known := map[int]line{}
		for _, n := range t.rests {
			s.text += " " + markText(n)
			known[n] = line{0, len(f.shown[n-1].Text)}
		}
		s.to = s.from + units(s.text)
		at = s.to
		if !say(chat.Delta{Text: gap + s.text}) || len(known) > 0 && !out.tell(s, known) || !say(t.event()) {
			return errLeft
		}
	}
	if !out.verdict() {
		return errLeft
	}
	return finish(say, chat.Finish{Reason: chat.FinishStop, Model: q.Model.Name})
}

// event is the table as an answer has it: its first row is what its columns are called, or, where the document says how many
// rows are headings, what these say together.
func (t boxTable) event() chat.Table {
	heads := max(t.Headers, 1)
	if heads >= len(t.Rows) {
		heads = 1
	}
	columns := slices.Clone(t.Rows[0])
	for c := range columns {
		for _, row := range t.Rows[1:heads] {
			if row[c] != "" && row[c] != columns[c] {
				columns[c] = strings.TrimSpace(columns[c] + " " + row[c])
			}
		}
	}
	return chat.Table{Title: t.title, Columns: columns, Rows: append([][]string{}, t.Rows[heads:]...)}
}

// readAnew answers about boxes in which no words were found when their document was read: enlarged, small print may be read
// after all. There is nothing that it could be held against, and the answer says so.
func (d documents) readAnew(ctx context.Context, q Question, say func(chat.Event) bool) error {
	var lines []string
	for _, b := range q.Boxes {
		const sharp = 1600 // pixels: the letters of a few lines are large then
		v := document.View{Page: b.Page, Rect: b.Rect, Width: sharp, Most: sharp, Words: true}
		drawn, err := d.library.Picture(ctx, q.Principal, b.Version, v)
		switch {
		case hasCode(err, chat.CodeDocumentNeedsOCR), hasCode(err, chat.CodeDocumentNeedsKorean), hasCode(err, chat.CodeUnmanaged), hasCode(err, chat.CodeDocumentDamaged):
			continue // nobody can read it
		case err != nil:
			return err
		}
		for _, p := range (&document.Document{Blocks: drawn.Blocks}).Passages() {
			lines = append(lines, p.Text)
		}
	}
	by, text := chat.SightNone, chat.Text(q.Language, chat.CodeBoxNoWords)
	if read := strings.TrimSpace(strings.Join(lines, "\n")); read != "" {
		by, text = chat.SightWords, chat.Text(q.Language, chat.CodeBoxReadAnew)+"\n\n"+asLines(storable(read))
	}
	if !say(sightAt(by, q.Boxes)) || !say(chat.Delta{Text: text}) {
		return errLeft
	}
	return finish(say, chat.Finish{Reason: chat.FinishStop, Model: q.Model.Name})
}
