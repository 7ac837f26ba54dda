package document

import (
	"context"
	"encoding/xml"
	"path"
	"strconv"
	"strings"
)

// countHWPX counts by the tokens of encoding/xml: elements by name, text where HWPX has it, pages where positions fall back.
func countHWPX(ctx context.Context, src *Source, l Limits) (Count, error) {
	p, err := openCounted(ctx, src, l)
	if err != nil {
		return Count{}, err
	}
	c := &hwpxCounter{items: map[string]string{}, masters: map[string]bool{}}
	for _, f := range p.archive.File {
		if path.Ext(f.Name) == ".hpf" {
			if err := p.tokens(f.Name, c.list); err != nil {
				return c.Count, err
			}
		}
	}
	seen := map[string]bool{}
	for _, f := range p.archive.File {
		base := strings.ToLower(path.Base(f.Name))
		if ok, _ := path.Match("section*.xml", base); !ok || seen[f.Name] {
			continue
		}
		seen[f.Name] = true
		c.section = hwpxCountedSection{}
		if err := p.tokens(f.Name, c.token); err != nil {
			return c.Count, err
		}
		c.sections = append(c.sections, c.section)
	}
	c.section = hwpxCountedSection{}
	for id := range c.masters {
		if err := p.tokens(c.items[id], c.token); err != nil {
			return c.Count, err
		}
	}
	c.Characters = c.text.n
	c.Pages = c.pages()
	return c.Count, nil
}

// hwpxCounter is what was counted.
type hwpxCounter struct {
	Count
	items    map[string]string // parts by id
	masters  map[string]bool   // master pages that sections have
	section  hwpxCountedSection
	sections []hwpxCountedSection
	text     countedText
	open     []string
	skipped  int    // how many elements are open in an alternative that is not taken
	taken    []bool // of each switch that is open: an alternative was
	chosen   string
}

// hwpxCountedSection is what a section says of its pages.
type hwpxCountedSection struct {
	paragraphs, laid int // with lines
	columns          bool
	breaks           int
	last             int
	forced, fresh    bool
}

// list counts the pictures in the package's list.
func (c *hwpxCounter) list(token xml.Token) {
	e, ok := token.(xml.StartElement)
	if !ok || e.Name.Local != "item" {
		return
	}
	id := attribute(e, "id")
	if _, twice := c.items[id]; !twice && strings.HasPrefix(attribute(e, "media-type"), "image/") {
		c.Images++
	}
	c.items[id] = attribute(e, "href")
}

// token counts what a token of a section says.
func (c *hwpxCounter) token(token xml.Token) {
	switch t := token.(type) {
	case xml.StartElement:
		c.start(t)
	case xml.EndElement:
		c.end()
	case xml.CharData:
		if n := len(c.open); c.skipped == 0 && n > 0 {
			switch c.open[n-1] {
			case "t", "mainText", "subText", "script", "text":
				c.text.add(t)
			}
		}
	}
}

func (c *hwpxCounter) start(e xml.StartElement) {
	name := e.Name.Local
	parent := ""
	if n := len(c.open); n > 0 {
		parent = c.open[n-1]
	}
	c.open = append(c.open, name)
	switch {
	case c.skipped > 0:
		c.skipped++
		return
	case parent == "switch" && len(c.taken) > 0 && c.taken[len(c.taken)-1]:
		c.skipped = 1
		return
	case name == "switch":
		c.taken = append(c.taken, false)
		return
	case parent == "case" || parent == "default":
		if n := len(c.taken); n > 0 {
			c.taken[n-1] = true
		}
	}
	switch name {
	case "tbl":
		c.Tables++
	case "tc":
		c.Cells++
	case "compose":
		c.word(attribute(e, "composeText"))
	case "textart":
		c.word(strings.NewReplacer("␍", "", "␊", "").Replace(attribute(e, "text")))
	case "btn", "checkBtn", "radioBtn":
		c.word(attribute(e, "caption"))
	case "comboBox", "listBox":
		c.chosen = attribute(e, "selectedValue")
	case "listItem":
		if shown := attribute(e, "displayText"); shown != "" && (shown == c.chosen || attribute(e, "value") == c.chosen) {
			c.word(shown)
			c.chosen = ""
		}
	case "masterPage":
		if id := attribute(e, "idRef"); c.items[id] != "" {
			c.masters[id] = true
		}
	}
	c.place(e, name, parent)
}

func (c *hwpxCounter) word(text string) {
	c.text.add([]byte(text))
	c.text.end()
}

func (c *hwpxCounter) end() {
	n := len(c.open)
	if n == 0 {
		return
	}
	name := c.open[n-1]
	c.open = c.open[:n-1]
	switch {
	case c.skipped > 0:
		c.skipped--
		return
	case name == "switch" && len(c.taken) > 0:
		c.taken = c.taken[:len(c.taken)-1]
	}
	c.text.end()
}

// place follows the vertical positions of the section's own paragraphs, which are two elements deep; their lines are four.
func (c *hwpxCounter) place(e xml.StartElement, name, parent string) {
	s := &c.section
	switch {
	case name == "p":
		s.paragraphs++
		if len(c.open) == 2 {
			s.fresh, s.forced = s.laid > 0, s.laid > 0 && attribute(e, "pageBreak") == "1"
		}
	case strings.EqualFold(name, "linesegarray"):
		s.laid++
	case name == "colPr" && attribute(e, "colCount") != "1":
		s.columns = true
	case name == "lineseg" && len(c.open) == 4:
		y, _ := strconv.Atoi(attribute(e, "vertpos"))
		if s.forced || y < s.last || s.fresh && y == s.last {
			s.breaks++
		}
		s.last, s.forced, s.fresh = y, false, false
	}
}

// pages are at least so many as the sections and the places where positions fall back; 0 where lines have no places. Tables
// that run over pages make more.
func (c *hwpxCounter) pages() int {
	n := 0
	for _, s := range c.sections {
		if s.laid < s.paragraphs || s.laid == 0 {
			return 0
		}
		if n++; !s.columns {
			n += s.breaks
		}
	}
	return n
}
