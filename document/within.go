package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Within are the passages that what stands in a rectangle of a page makes, in the order of reading: its words, as people see
// them. A word is in it if half of it is; where it is not known where the words of a line stand, that goes for the line, and
// where lines are not known, for the block. What the document hides is not in it. Rows of tables are lines, their cells
// divided by tabs. What nobody knows to stand anywhere is in no rectangle.
func (d *Document) Within(page int, r Rect) []Passage {
	w := &inside{page: page, rect: r}
	w.blocks(d.Blocks, false, nil)
	w.flush()
	return w.all
}

// inside gathers what stands in a rectangle. It counts the texts of a document as textsOf does.
type inside struct {
	page   int
	rect   Rect
	number int // of the text that comes next
	above  headings

	all  []Passage
	now  Passage
	text strings.Builder
	size int // characters
	last seat

	put    func(at seat, letters int) // hears of what stands in it, if it is set
	tables []*tableInside             // of the document, if put is set
	of     map[*Grid]*tableInside
}

// seat is where in a document a text is, as far as it matters for what is written between two texts.
type seat struct {
	grid     *Grid
	row, col int
	text     int
}

func (w *inside) blocks(blocks []Block, hidden bool, in *seat) {
	for i := range blocks {
		b := &blocks[i]
		unseen := hidden || b.Hidden || b.Kind == Hidden || b.Kind == Deleted
		if b.Kind == Heading {
			w.above.seen(b, unseen)
		}
		w.take(b.Text, b.Marks, b.Lines, b, unseen, in)
		if g := b.Grid; g != nil {
			if in == nil && w.put != nil && !unseen {
				t := &tableInside{block: b}
				w.tables, w.of[g] = append(w.tables, t), t
			}
			for n := range g.Cells {
				c := &g.Cells[n]
				at := &seat{grid: g, row: c.Row, col: c.Col}
				if in != nil {
					at = in // a table in a cell is part of that cell
				}
				if len(c.Blocks) == 0 {
					w.take(c.Text, nil, c.Lines, nil, unseen, at)
				}
				w.blocks(c.Blocks, unseen, at)
			}
		}
		w.blocks(b.Blocks, unseen, in)
	}
}

// take adds what of a text stands in the rectangle. b is the block whose own text it is, nil for a cell's.
func (w *inside) take(text string, marks []Mark, lines []Line, b *Block, hidden bool, in *seat) {
	number := w.number
	w.number++
	if hidden || strings.TrimSpace(text) == "" {
		return
	}
	at := seat{text: number}
	if in != nil {
		at.grid, at.row, at.col = in.grid, in.row, in.col
	}
	if len(lines) == 0 {
		if b != nil && b.Rect != nil && b.Page == w.page && w.covers(*b.Rect) {
			w.add(text, marks, 0, len(text), at, b)
		}
		return
	}
	begun, ended := -1, 0
	for i := range lines {
		l := &lines[i]
		if l.Page != w.page || l.Start < 0 || l.End > len(text) || l.Start >= l.End || !boundary(text, l.Start) || !boundary(text, l.End) {
			continue
		}
		for _, run := range w.runs(text, l) {
			if begun >= 0 && strings.TrimSpace(text[min(ended, run[0]):run[0]]) != "" || begun >= 0 && run[0] < ended {
				w.add(text, marks, begun, ended, at, b)
				begun = -1
			}
			if begun < 0 {
				begun = run[0]
			}
			ended = run[1]
		}
	}
	if begun >= 0 {
		w.add(text, marks, begun, ended, at, b)
	}
}

// covers reports whether at least half of a rectangle is in the one that is looked at.
func (w *inside) covers(r Rect) bool {
	wide, high := min(r.X1, w.rect.X1)-max(r.X0, w.rect.X0), min(r.Y1, w.rect.Y1)-max(r.Y0, w.rect.Y0)
	return wide > 0 && high > 0 && 2*wide*high >= (r.X1-r.X0)*(r.Y1-r.Y0)
}

// longWord is how many characters a word may have that is in a rectangle or not: of what is written without spaces each
// character is.
const longWord = 24

// runs are the stretches of a line that are in the rectangle: bytes of the text, without white space at their ends.
func (w *inside) runs(text string, l *Line) (all [][2]int) {
	if utf8.RuneCountInString(text[l.Start:l.End]) != len(l.Steps) {
		if from, to := trimmed(text, l.Start, l.End); from < to && w.covers(l.Rect) {
			return [][2]int{{from, to}}
		}
		return nil
	}
	before := 0.0 // points from where the line begins
	from, at, letters := l.Start, 0.0, 0
	put := func(to int) {
		if from < to && w.covers(l.part(at, before)) {
			if n := len(all) - 1; n >= 0 && strings.TrimSpace(text[all[n][1]:from]) == "" {
				all[n][1] = to
			} else {
				all = append(all, [2]int{from, to})
			}
		}
	}
	n := 0
	for i, c := range text[l.Start:l.End] {
		i += l.Start
		step := float64(l.Steps[n]) / 100
		n++
		switch space := unicode.IsSpace(c); {
		case space:
			put(i)
			before += step
			from, at, letters = i+utf8.RuneLen(c), before, 0
			continue
		case letters == longWord:
			put(i)
			from, at, letters = i, before, 0
		}
		letters++
		before += step
	}
	put(l.End)
	return all
}

// trimmed are bytes of a text without white space at the ends.
func trimmed(text string, from, to int) (int, int) {
	part := text[from:to]
	from += len(part) - len(strings.TrimLeftFunc(part, unicode.IsSpace))
	return from, from + len(strings.TrimSpace(part))
}

// add adds bytes from to to of a text, but for what its marks hide.
func (w *inside) add(text string, marks []Mark, from, to int, at seat, b *Block) {
	for _, s := range stretchesOf(text, marks) {
		if start, end := trimmed(text, max(s.from, from), max(min(s.to, to), max(s.from, from))); !s.hidden && start < end {
			if w.put != nil {
				w.put(at, utf8.RuneCountInString(text[start:end]))
				continue
			}
			w.piece(text[start:end], start, at, b)
		}
	}
}

// piece adds a piece of a text, with what divides it from the one before.
func (w *inside) piece(text string, from int, at seat, b *Block) {
	line := true // it begins one
	switch last := w.last; {
	case len(w.now.Spans) == 0:
	case last.text == at.text, at.grid != nil && last.grid == at.grid && last.row == at.row && last.col == at.col:
		line = false
		w.write(" ")
	case at.grid != nil && last.grid == at.grid && last.row == at.row:
		line = false
		w.write("\t")
	case w.size >= passageWanted, w.size+utf8.RuneCountInString(text) > passageMost:
		w.flush()
	default:
		w.write("\n")
	}
	if len(w.now.Spans) == 0 {
		w.now.Page, w.now.Last = w.page, w.page
		w.now.Heading = w.above.String()
	}
	if line && from == 0 && b != nil && b.Marker != "" {
		w.write(b.Marker + " ")
	}
	start := w.text.Len()
	w.write(text)
	w.now.Spans = append(w.now.Spans, Span{Start: start, End: w.text.Len(), Text: at.text, From: from})
	w.last = at
}

func (w *inside) write(text string) {
	w.text.WriteString(text)
	w.size += utf8.RuneCountInString(text)
}

// flush ends a passage.
func (w *inside) flush() {
	if len(w.now.Spans) > 0 {
		w.now.Number, w.now.Text = len(w.all), w.text.String()
		w.all = append(w.all, w.now)
	}
	w.now = Passage{}
	w.text.Reset()
	w.size = 0
}
