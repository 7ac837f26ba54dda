package document

import (
	"context"
	"path"
	"strconv"
	"strings"
)

// countHWPX counts by the tags of the XML: elements by name, text where HWPX has it, pages where positions fall back.
func countHWPX(ctx context.Context, src *Source, l Limits) (Count, error) {
	p, err := openCounted(ctx, src, l)
	if err != nil {
		return Count{}, err
	}
	c := &hwpxCounter{items: map[string]string{}, masters: map[string]bool{}}
	tags := &tagWalker{start: c.start, end: c.end, text: c.words}
	for _, f := range p.archive.File {
		if path.Ext(f.Name) == ".hpf" {
			if err := p.walk(f.Name, &tagWalker{start: c.list, end: func() {}, text: func([]byte) {}}); err != nil {
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
		if err := p.walk(f.Name, tags); err != nil {
			return c.Count, err
		}
		c.sections = append(c.sections, c.section)
	}
	c.section = hwpxCountedSection{}
	for id := range c.masters {
		if err := p.walk(c.items[id], tags); err != nil {
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
func (c *hwpxCounter) list(name string, e []byte) {
	if name != "item" {
		return
	}
	id := tagValue(e, "id")
	if _, twice := c.items[id]; !twice && strings.HasPrefix(tagValue(e, "media-type"), "image/") && tagValue(e, "isEmbeded") != "0" {
		c.Images++
	}
	c.items[id] = tagValue(e, "href")
}

// words counts text.
func (c *hwpxCounter) words(text []byte) {
	if n := len(c.open); c.skipped == 0 && n > 0 {
		switch c.open[n-1] {
		case "t", "mainText", "subText", "script", "text":
			c.text.add(text)
		}
	}
}

func (c *hwpxCounter) start(name string, e []byte) {
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
		c.word(tagValue(e, "composeText"))
	case "textart":
		c.word(strings.NewReplacer("␍", "", "␊", "").Replace(tagValue(e, "text")))
	case "btn", "checkBtn", "radioBtn":
		c.word(tagValue(e, "caption"))
	case "comboBox", "listBox":
		c.chosen = tagValue(e, "selectedValue")
	case "listItem":
		if shown := tagValue(e, "displayText"); shown != "" && (shown == c.chosen || tagValue(e, "value") == c.chosen) {
			c.word(shown)
			c.chosen = ""
		}
	case "masterPage":
		if id := tagValue(e, "idRef"); c.items[id] != "" {
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
func (c *hwpxCounter) place(e []byte, name, parent string) {
	s := &c.section
	switch {
	case name == "p":
		s.paragraphs++
		if len(c.open) == 2 {
			s.fresh, s.forced = s.laid > 0, s.laid > 0 && tagValue(e, "pageBreak") == "1"
		}
	case strings.EqualFold(name, "linesegarray"):
		s.laid++
	case name == "colPr" && tagValue(e, "colCount") != "1":
		s.columns = true
	case name == "lineseg" && len(c.open) == 4:
		y, _ := strconv.Atoi(tagValue(e, "vertpos"))
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
