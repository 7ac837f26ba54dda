package document

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// countODF counts by the tokens of encoding/xml: elements by their local names, text in paragraphs and headings.
func countODF(ctx context.Context, src *Source, l Limits) (Count, error) {
	c := &odfCounter{headers: map[string]bool{}}
	head := make([]byte, 4)
	if _, err := src.ReadAt(head, 0); err != nil || string(head) != "PK\x03\x04" {
		return c.flat(ctx, src)
	}
	p, err := openCounted(ctx, src, l)
	if err != nil {
		return c.Count, err
	}
	has := map[string]bool{}
	for _, f := range p.archive.File {
		if path.Dir(f.Name) == "Pictures" && !has[f.Name] {
			c.Images++
		}
		has[f.Name] = true
	}
	for _, part := range []string{"styles.xml", "content.xml"} {
		if !has[part] {
			continue
		}
		c.open, c.styles = nil, part == "styles.xml"
		if err := p.tokens(part, c.token); err != nil {
			return c.Count, err
		}
	}
	for _, object := range c.objects {
		part := object + "/content.xml"
		if !has[part] {
			continue
		}
		c.open, c.part = nil, part
		if err := p.tokens(part, c.token); err != nil {
			return c.Count, err
		}
	}
	return c.Count, nil
}

// flat counts a document that is one XML file.
func (c *odfCounter) flat(ctx context.Context, src *Source) (Count, error) {
	d := xml.NewDecoder(src.reader())
	d.Strict = false
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return c.Count, ctx.Err()
		}
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return c.Count, nil
		}
		if err != nil {
			return c.Count, err
		}
		c.token(token)
	}
}

// odfCounter is what was counted.
type odfCounter struct {
	Count
	part    string // of an object
	styles  bool   // only headers and footers count
	open    []string
	skip    int  // elements that are open in one that does not count
	text    int  // paragraphs and headings that are open
	aside   int  // comments and drawings in a cell that are open: repeated cells do not repeat them
	sheet   bool // tables are sheets
	tables  []odfCountedTable
	objects []string
	headers map[string]bool // what they say
	header  []byte          // what the one that is open says
	inside  bool            // a header or footer is open
	word    []byte          // text without white space, until the next tag
	math    struct {
		open         bool
		typed, signs int64
	}
}

// odfCountedTable is a table that is open.
type odfCountedTable struct {
	sheet            bool
	cells, blocks    int // in all, and what hangs in a sheet
	col              int
	rowTimes, times  int
	rowCells         int
	rowText, ownText int64 // characters of the row, of the cell
	typed, some      bool  // the cell has a raw value; it has anything
	covered, spans   bool
}

// Bounds of what is repeated, as sheets have them.
const (
	countedRepeats = 1000
	countedColumns = 16384
)

func (c *odfCounter) token(token xml.Token) {
	switch t := token.(type) {
	case xml.StartElement:
		c.flush()
		c.start(t, t.Name.Local)
	case xml.EndElement:
		c.flush()
		c.end()
	case xml.CharData:
		if c.skip == 0 && (c.text > 0 || c.math.open) && (c.inside || !c.styles) {
			for _, b := range t {
				if b > ' ' {
					c.word = append(c.word, b)
				}
			}
		}
	}
}

// flush counts the text before a tag.
func (c *odfCounter) flush() {
	if len(c.word) == 0 {
		return
	}
	if !utf8.Valid(c.word) {
		c.word = []byte(strings.ToValidUTF8(string(c.word), "\ufffd"))
	}
	counted := countedText{text: c.word}
	counted.end()
	c.characters(counted.n, string(c.word))
	c.word = c.word[:0]
}

// characters counts text where it stands.
func (c *odfCounter) characters(n int64, text string) {
	switch {
	case c.math.open && len(c.open) > 0 && c.open[len(c.open)-1] == "annotation":
		c.math.typed += n
	case c.math.open:
		c.math.signs += n
	case c.inside:
		c.header = append(c.header, text...)
	case len(c.tables) > 0 && c.tables[len(c.tables)-1].sheet && c.aside == 0:
		t := &c.tables[len(c.tables)-1]
		t.some = t.some || n > 0
		if !t.typed {
			t.ownText += n
		}
	default:
		c.Characters += n
		if k := len(c.tables); k > 0 {
			c.tables[k-1].some = true
		}
	}
}

func (c *odfCounter) start(e xml.StartElement, name string) {
	parent := ""
	if n := len(c.open); n > 0 {
		parent = c.open[n-1]
	}
	c.open = append(c.open, name)
	if c.skip > 0 {
		c.skip++
		return
	}
	switch name {
	case "p", "h":
		c.text++
	case "creator", "date", "date-string", "sender-initials", "title", "desc", "note-citation", "binary-data", "script", "event-listeners", "meta", "settings", "scripts", "styles", "automatic-styles", "footer-decl", "header-decl", "date-time-decl", "ruby-properties":
		switch e.Name.Space + ":" + name { // fields of the text, and the title of a chart, are text
		case "text:date", "text:title", "text:creator", "text:meta", "chart:title":
		default:
			c.skip = 1
		}
		if name == "binary-data" && parent == "image" {
			c.Images++
		}
	case "header", "footer", "header-left", "footer-left", "header-first", "footer-first":
		if attribute(e, "display") == "false" {
			c.skip = 1
		} else if parent == "master-page" {
			c.inside, c.header = true, c.header[:0]
		}
	case "frame":
		if attribute(e, "placeholder") == "true" {
			c.skip = 1
		}
		c.aside++
	case "annotation":
		if !c.math.open {
			c.aside++
			c.hangs()
		}
	case "math":
		c.math.open, c.math.typed, c.math.signs = true, 0, 0
	case "spreadsheet":
		c.sheet = true
	case "page":
		c.Pages++
	case "object":
		c.objects = append(c.objects, strings.TrimPrefix(attribute(e, "href"), "./"))
	case "hidden-text":
		if value := attribute(e, "string-value"); value != "" {
			c.word = append(c.word, strings.Join(strings.Fields(value), "")...)
			c.flush()
			c.skip = 1
		}
	case "s", "tab", "line-break":
		if n := len(c.tables); n > 0 && c.text > 0 {
			c.tables[n-1].some = true
		}
	default:
		c.grid(e, name)
	}
}

// hangs notes that something hangs in a sheet.
func (c *odfCounter) hangs() {
	if n := len(c.tables); n > 0 {
		c.tables[n-1].blocks++
	}
}

// number is an attribute that says how many, 1 if it does not.
func number(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(attribute(e, name))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 1<<30)
}

// grid follows tables.
func (c *odfCounter) grid(e xml.StartElement, name string) {
	n := len(c.tables)
	switch name {
	case "table":
		sheet := c.sheet && n == 0 && c.part == ""
		if sheet {
			c.Pages++
		}
		c.tables = append(c.tables, odfCountedTable{sheet: sheet})
	case "table-row":
		if n > 0 {
			t := &c.tables[n-1]
			t.col, t.rowCells, t.rowText, t.rowTimes = 0, 0, 0, number(e, "number-rows-repeated")
		}
	case "table-cell", "covered-table-cell":
		if n > 0 {
			c.cell(&c.tables[n-1], e, name == "covered-table-cell")
		}
	}
}

func (c *odfCounter) cell(t *odfCountedTable, e xml.StartElement, covered bool) {
	t.times, t.covered = number(e, "number-columns-repeated"), covered
	t.ownText, t.typed, t.some = 0, false, false
	t.spans = number(e, "number-columns-spanned") > 1 || number(e, "number-rows-spanned") > 1
	if !t.sheet {
		return
	}
	raw := ""
	switch attribute(e, "value-type") {
	case "float", "percentage", "currency":
		raw = attribute(e, "value")
	case "date":
		raw = attribute(e, "date-value")
	case "boolean":
		raw = attribute(e, "boolean-value")
	case "string":
		raw = attribute(e, "string-value")
	case "time": // 16:24:05 for PT16H24M05S is one sign less a letter
		if raw = attribute(e, "time-value"); strings.HasPrefix(raw, "PT") && strings.HasSuffix(raw, "S") && strings.Contains(raw, "M") {
			raw = raw[2 : len(raw)-1]
		}
	}
	if raw != "" {
		t.typed, t.some = true, true
		t.ownText = int64(utf8.RuneCountInString(strings.Join(strings.Fields(raw), "")))
	}
	t.some = t.some || attribute(e, "formula") != ""
}

func (c *odfCounter) end() {
	n := len(c.open)
	if n == 0 {
		return
	}
	name := c.open[n-1]
	c.open = c.open[:n-1]
	if c.skip > 0 {
		if c.skip--; c.skip == 0 && name == "frame" {
			c.aside = max(c.aside-1, 0)
		}
		return
	}
	switch name {
	case "p", "h":
		c.text = max(c.text-1, 0)
	case "frame":
		c.aside = max(c.aside-1, 0)
	case "annotation":
		if !c.math.open {
			c.aside = max(c.aside-1, 0)
		}
	case "math":
		c.math.open = false
		if c.math.typed == 0 {
			c.math.typed = c.math.signs
		}
		c.Characters += c.math.typed
	case "header", "footer", "header-left", "footer-left", "header-first", "footer-first":
		if c.inside && !c.headers[name[:6]+string(c.header)] {
			c.headers[name[:6]+string(c.header)] = true
			counted := countedText{text: c.header}
			counted.end()
			c.Characters += counted.n
		}
		c.inside = false
	default:
		c.endGrid(name)
	}
}

// endGrid follows the ends of tables.
func (c *odfCounter) endGrid(name string) {
	n := len(c.tables)
	if n == 0 {
		return
	}
	t := &c.tables[n-1]
	switch name {
	case "table-cell", "covered-table-cell":
		if keep := t.some || !t.covered && (!t.sheet || t.spans); keep && t.col < countedColumns {
			copies := min(t.times, countedRepeats, countedColumns-t.col)
			t.rowCells += copies
			t.rowText += t.ownText * int64(copies)
		}
		t.col = min(t.col+t.times, countedColumns)
	case "table-row":
		times := min(t.rowTimes, countedRepeats)
		t.cells += t.rowCells * times
		c.Characters += t.rowText * int64(times)
	case "table":
		c.Cells += t.cells
		if !t.sheet || t.cells > 0 || t.blocks > 0 {
			c.Tables++
		}
		some := t.sheet
		c.tables = c.tables[:n-1]
		if n > 1 && !some {
			c.tables[n-2].some = true
		}
	}
}
