package document

import (
	"bytes"
	"context"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// countODF counts by the tags of the XML: elements by their local names, text in paragraphs and headings.
func countODF(ctx context.Context, src *Source, l Limits) (Count, error) {
	c := &odfCounter{headers: map[string]bool{}}
	head := make([]byte, 4)
	tags := &tagWalker{start: c.start, end: func() { c.flush(); c.end() }, text: c.words}
	if _, err := src.ReadAt(head, 0); err != nil || string(head) != "PK\x03\x04" {
		data, err := src.bytes(l)
		if err == nil {
			err = tags.walk(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
		}
		return c.Count, err
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
		if err := p.walk(part, tags); err != nil {
			return c.Count, err
		}
	}
	for _, object := range c.objects {
		part := object + "/content.xml"
		if !has[part] {
			continue
		}
		c.open, c.part, c.sheet, c.styles, c.frames = nil, part, false, false, nil
		if err := p.walk(part, tags); err != nil {
			return c.Count, err
		}
	}
	return c.Count, nil
}

// odfCounter is what was counted.
type odfCounter struct {
	Count
	part    string // of an object
	styles  bool   // only headers and footers count
	frames  []bool // of each that is open: it has something. Of what else is in it, another program may choose
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
	covered          bool
}

// Bounds of what is repeated, as sheets have them.
const (
	countedRepeats = 1000
	countedColumns = 16384
)

// words keeps text until the next tag.
func (c *odfCounter) words(text []byte) {
	if c.skip == 0 && (c.text > 0 || c.math.open) && (c.inside || !c.styles) {
		for _, b := range text {
			if b > ' ' {
				c.word = append(c.word, b)
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
		if k := len(c.tables); k > 0 && !c.tables[k-1].sheet {
			c.tables[k-1].some = true
		}
	}
}

// shaped are what is drawn: text in it is not that of the cell in which it is.
var shaped = map[string]bool{"frame": true, "custom-shape": true, "rect": true, "line": true, "polyline": true, "polygon": true, "regular-polygon": true, "path": true, "circle": true, "ellipse": true, "g": true, "connector": true, "caption": true, "measure": true, "scene": true}

// framed are what frames have.
var framed = map[string]bool{"text-box": true, "image": true, "object": true, "object-ole": true, "plugin": true, "floating-frame": true, "table": true}

func (c *odfCounter) start(name string, e []byte) {
	c.flush()
	parent := ""
	if n := len(c.open); n > 0 {
		parent = c.open[n-1]
	}
	c.open = append(c.open, name)
	if c.skip > 0 {
		c.skip++
		return
	}
	if n := len(c.frames); n > 0 && parent == "frame" && framed[name] {
		if c.frames[n-1] {
			c.skip = 1
			return
		}
		c.frames[n-1] = true
	}
	if shaped[name] {
		c.aside++
	}
	switch name {
	case "content-validations", "label-ranges", "dde-links":
		c.skip = 1
	case "tracked-changes": // of a sheet: what its cells were
		if prefixOf(e) == "table" {
			c.skip = 1
		}
	case "p", "h":
		c.text++
	case "creator", "date", "date-string", "sender-initials", "title", "desc", "note-citation", "binary-data", "script", "event-listeners", "meta", "settings", "scripts", "styles", "automatic-styles", "footer-decl", "header-decl", "date-time-decl", "ruby-properties":
		switch prefixOf(e) + ":" + name { // fields of the text, and the title of a chart, are text
		case "text:date", "text:title", "text:creator", "text:meta", "chart:title":
		default:
			c.skip = 1
		}
		if name == "binary-data" && parent == "image" {
			c.Images++
		}
	case "header", "footer", "header-left", "footer-left", "header-first", "footer-first":
		if tagValue(e, "display") == "false" {
			c.skip = 1
		} else if parent == "master-page" {
			c.inside, c.header = true, c.header[:0]
		}
	case "frame":
		if tagValue(e, "placeholder") == "true" {
			c.skip = 1
		}
		c.frames = append(c.frames, false)
	case "annotation":
		if !c.math.open {
			c.aside++
			c.hangs()
		}
	case "math":
		c.math.open, c.math.typed, c.math.signs = true, 0, 0
	case "spreadsheet":
		c.sheet = true
	case "master-styles":
		c.styles = true
	case "page":
		if prefixOf(e) == "draw" && c.part == "" {
			c.Pages++
		}
	case "object":
		c.objects = append(c.objects, strings.Trim(tagValue(e, "href"), "./"))
	case "hidden-text":
		if value := tagValue(e, "string-value"); value != "" {
			c.word = append(c.word, strings.Join(strings.Fields(value), "")...)
			c.flush()
			c.skip = 1
		}
	case "s", "tab", "line-break":
		if n := len(c.tables); n > 0 && c.text > 0 && (c.aside == 0 || !c.tables[n-1].sheet) {
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

// prefixOf is the prefix of a tag's name, as it is written.
func prefixOf(tag []byte) string {
	prefix, rest, ok := bytes.Cut(tag, []byte(":"))
	if !ok || len(rest) == 0 || bytes.ContainsAny(prefix, " \t\r\n/") {
		return ""
	}
	return string(prefix)
}

// number is an attribute that says how many, 1 if it does not.
func number(e []byte, name string) int {
	n, err := strconv.Atoi(tagValue(e, name))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 1<<30)
}

// grid follows tables.
func (c *odfCounter) grid(e []byte, name string) {
	n := len(c.tables)
	switch name {
	case "table":
		sheet := c.sheet && n == 0
		if sheet && c.part == "" {
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

func (c *odfCounter) cell(t *odfCountedTable, e []byte, covered bool) {
	t.times, t.covered = number(e, "number-columns-repeated"), covered
	t.ownText, t.typed, t.some = 0, false, false
	if !t.sheet {
		return
	}
	raw := ""
	switch tagValue(e, "value-type") {
	case "float", "percentage", "currency":
		raw = tagValue(e, "value")
	case "date":
		raw = tagValue(e, "date-value")
	case "boolean":
		raw = tagValue(e, "boolean-value")
	case "string":
		raw = tagValue(e, "string-value")
	case "time": // 16:24:05 for PT16H24M05S is one sign less a letter
		if raw = tagValue(e, "time-value"); strings.HasPrefix(raw, "PT") && strings.HasSuffix(raw, "S") && strings.Contains(raw, "M") {
			raw = raw[2 : len(raw)-1]
		}
	}
	if raw != "" {
		t.typed, t.some = true, true
		t.ownText = int64(utf8.RuneCountInString(strings.Join(strings.Fields(raw), "")))
	}
	t.some = t.some || tagValue(e, "formula") != ""
}

func (c *odfCounter) end() {
	n := len(c.open)
	if n == 0 {
		return
	}
	name := c.open[n-1]
	c.open = c.open[:n-1]
	if c.skip > 0 {
		if c.skip--; c.skip > 0 || name != "frame" {
			return
		}
	}
	if shaped[name] {
		c.aside = max(c.aside-1, 0)
	}
	switch name {
	case "p", "h":
		c.text = max(c.text-1, 0)
	case "frame":
		c.frames = c.frames[:max(len(c.frames)-1, 0)]
	case "master-styles":
		c.styles = false
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
		if keep := t.some || !t.covered && !t.sheet; keep && t.col < countedColumns {
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
		if c.styles { // headers are told once, whatever repeats them
			c.tables = c.tables[:n-1]
			return
		}
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
