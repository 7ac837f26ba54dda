package document

import (
	"context"
	"slices"
	"strings"
)

// separated is a table as text: fields divided by commas, semicolons, tabs or bars, as spreadsheets write them
// (RFC 4180, and what is made in its name).
var separated = format{
	name: "csv", extensions: []string{".csv", ".tsv", ".tab"},
	is: func(head []byte, src *Source) bool {
		return slices.Contains([]string{".csv", ".tsv", ".tab"}, src.extension()) && looksLikeText(head, src)
	},
	read: readSeparated, count: countSeparated, rows: true,
}

// readSeparated reads one table.
func readSeparated(_ context.Context, src *Source, b *builder) error {
	text, err := readText(src, "", b)
	if err != nil {
		return err
	}
	text, separator := separatorOf(text, src.extension())
	grid, err := fields(text, separator, b.limits.Blocks-b.blocks-2)
	if len(grid.Cells) > 0 {
		grid.Headers = headers(grid)
		if err := b.add(Block{Kind: Table, Grid: grid, Place: Place{Section: 1, Paragraph: 1}}); err != nil {
			return err
		}
	}
	if err != nil { // there are more
		return b.limits.over("blocks")
	}
	return nil
}

// separatorOf returns what divides fields: that of which lines have alike many. Excel's own line about it is taken off.
func separatorOf(text, extension string) (string, byte) {
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) > 1 && rest[1] == '\n' {
		return rest[2:], rest[0]
	}
	const look = 64 << 10
	head := text[:min(len(text), look)]
	best, most := byte(','), 0.0
	for _, s := range []byte(",\t;|") {
		points := separatorPoints(head, s)
		if s == '\t' && extension != ".csv" {
			points *= 2
		}
		if points > most {
			best, most = s, points
		}
	}
	return text, best
}

// separatorPoints is how well a separator divides a text: how many rows have as many fields as most rows.
func separatorPoints(head string, separator byte) float64 {
	grid, _ := fields(head, separator, 10_000)
	inRow := map[int]int{} // row → fields
	for i := range grid.Cells {
		inRow[grid.Cells[i].Row]++
	}
	rows := map[int]int{} // fields → rows
	for _, n := range inRow {
		rows[n]++
	}
	points := 0.0
	for n, r := range rows {
		if n > 1 {
			points = max(points, float64(r)/float64(len(inRow))+float64(min(n, 50))/1000)
		}
	}
	return points
}

// fields divides text into rows and fields, at most so many.
func fields(text string, separator byte, most int) (*Grid, error) {
	grid := &Grid{Cells: make([]Cell, 0, min(strings.Count(text, string(separator))+strings.Count(text, "\n")+1, max(most, 0)))}
	f := fieldReader{text: text, separator: separator}
	for row, col := 0, 0; f.at < len(text); {
		if col == 0 && text[f.at] == '\n' { // an empty line is no row
			f.at++
			continue
		}
		if len(grid.Cells) >= most {
			return grid, tooMuch("blocks", most)
		}
		grid.Cells = append(grid.Cells, Cell{Row: row, Col: col, Text: f.next()})
		grid.Rows, grid.Cols = row+1, max(grid.Cols, col+1)
		if f.at == len(text) {
			break
		}
		ended := text[f.at] == '\n'
		f.at++
		if ended {
			row, col = row+1, 0
			continue
		}
		if col++; f.at == len(text) && len(grid.Cells) < most { // the last field is empty
			grid.Cells = append(grid.Cells, Cell{Row: row, Col: col})
			grid.Cols = max(grid.Cols, col+1)
		}
	}
	return grid, nil
}

// fieldReader reads fields of a text.
type fieldReader struct {
	text      string
	separator byte
	at        int
	unclosed  int // quotation marks that nothing closes
}

// mostUnclosed is how many quotation marks are tried that nothing closes: each is looked for to the end of the text.
const mostUnclosed = 16

// next returns the field at the place, and goes to its end: a separator, a line's end, or the text's. Quotation marks
// enclose a field if one begins it and one ends it; else they are characters like others.
func (f *fieldReader) next() string {
	if f.text[f.at] == '"' && f.unclosed < mostUnclosed {
		if inside, ok := f.quoted(); ok {
			return inside
		}
	}
	begin := f.at
	f.toEnd()
	return f.text[begin:f.at]
}

func (f *fieldReader) toEnd() {
	for f.at < len(f.text) && f.text[f.at] != f.separator && f.text[f.at] != '\n' {
		f.at++
	}
}

// quoted returns what is between quotation marks, of which two are one within, and goes on after them.
func (f *fieldReader) quoted() (string, bool) {
	begin, doubled := f.at+1, false
	for at := begin; ; at += 2 {
		next := strings.IndexByte(f.text[at:], '"')
		if next < 0 {
			f.unclosed++
			return "", false
		}
		at += next
		if at+1 < len(f.text) && f.text[at+1] == '"' {
			doubled = true
			continue
		}
		end := at + 1
		for end < len(f.text) && f.text[end] == ' ' {
			end++
		}
		if end < len(f.text) && f.text[end] != f.separator && f.text[end] != '\n' {
			return "", false
		}
		f.at = end
		if doubled {
			return strings.ReplaceAll(f.text[begin:at], `""`, `"`), true
		}
		return f.text[begin:at], true
	}
}

// headers guesses how many rows at the top are headings: one, if it has words where there are numbers below it.
func headers(g *Grid) int {
	words := map[int]bool{}
	const look = 1000 // cells
	for i := range g.Cells[:min(len(g.Cells), look)] {
		c := &g.Cells[i]
		switch numeric := isNumeric(c.Text); {
		case c.Row == 0 && numeric:
			return 0
		case c.Row == 0:
			words[c.Col] = c.Text != ""
		case numeric && words[c.Col]:
			return 1
		}
	}
	return 0
}

// isNumeric reports whether a text is a number, a date, or the like: digits, with what stands between and around them.
func isNumeric(text string) bool {
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune(" .,:-+/%()₩$€¥원", r):
		default:
			return false
		}
	}
	return digits > 0
}
