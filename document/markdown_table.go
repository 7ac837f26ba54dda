package document

import "strings"

// table reads a table: a line of headings, one of dashes, and the rows.
func (p *markdownLines) table(line string) bool {
	if p.at+1 >= len(p.lines) || len(p.para) > 0 || !strings.Contains(line, "|") {
		return false
	}
	divider := strings.TrimSpace(p.lines[p.at+1])
	if !markdownDivider.MatchString(divider) || !strings.Contains(divider, "-") {
		return false
	}
	head := cells(line)
	if len(cells(divider)) != len(head) {
		return false
	}
	p.flush()
	grid := &Grid{Cols: len(head), Headers: 1}
	p.row(grid, head)
	for p.at += 2; p.at < len(p.lines); p.at++ {
		line := strings.TrimSpace(p.lines[p.at])
		if line == "" || begins(line) && !strings.HasPrefix(line, "|") {
			break
		}
		p.row(grid, cells(line))
	}
	if grid.Rows == 1 {
		grid.Headers = 0
	}
	p.out = append(p.out, Block{Kind: Table, Grid: grid})
	return true
}

// row adds a row. Cells beyond the headings are kept: what is written is not lost.
func (p *markdownLines) row(grid *Grid, texts []string) {
	for col := range max(len(texts), grid.Cols) {
		c := Cell{Row: grid.Rows, Col: col}
		if col < len(texts) {
			b := Block{Kind: Paragraph}
			p.r.inline(&b, texts[col])
			if len(b.Marks) == 0 && len(b.Blocks) == 0 {
				c.Text = b.Text
			} else {
				c.Blocks = []Block{b}
			}
		}
		grid.Cells = append(grid.Cells, c)
	}
	grid.Cols = max(grid.Cols, len(texts))
	grid.Rows++
}

// cells divides a line at its bars, but for those that a backslash or code holds.
func cells(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	var out []string
	begin, code := 0, false
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '`':
			code = !code && strings.IndexByte(line[i+1:], '`') >= 0
		case '|':
			if !code {
				out = append(out, cellText(line[begin:i]))
				begin = i + 1
			}
		}
	}
	if rest := strings.TrimSpace(line[begin:]); rest != "" || len(out) == 0 {
		out = append(out, cellText(line[begin:]))
	}
	return out
}

func cellText(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), `\|`, "|") }
