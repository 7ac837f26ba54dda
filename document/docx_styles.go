package document

import (
	"strings"
)

// docxFormat is what a style and a paragraph say alike; -1 is nothing.
type docxFormat struct {
	outline int // 0 to 8 are levels of headings, 9 is text
	list    int // numId; 0 takes a paragraph out of any
	level   int // ilvl
	shaded  bool
}

func unformatted() docxFormat { return docxFormat{outline: -1, list: -1, level: -1} }

// readFormat takes what the element that was opened last says, if it is of a format.
func (f *docxFormat) readFormat(x *xmlScanner) {
	switch x.name {
	case "w:outlineLvl":
		f.outline = min(max(intOf(x.attr("w:val"), -1), -1), 9)
	case "w:numId":
		f.list = intOf(x.attr("w:val"), -1)
	case "w:ilvl":
		f.level = intOf(x.attr("w:val"), -1)
	case "w:shd":
		f.shaded = shaded(x)
	}
}

// docxStyle is a style of paragraphs or characters: what it says itself, and on which it is based.
type docxStyle struct {
	docxFormat
	name   string // in lower case
	based  string
	hidden int // 1 hidden, 0 shown, -1 if it says nothing
}

type docxStyles map[string]*docxStyle

// maxStyles is how many styles are read.
const maxStyles = 1 << 15

// maxBased is how many styles may be based on each other in turn: a circle ends there.
const maxBased = 24

func (d *docxReader) readStyles(name string) error { return d.readStylesOf(d.scanner(name)) }

// readStylesOf reads the styles of the part that is scanned.
func (d *docxReader) readStylesOf(scan xmlScan) error {
	d.styles = docxStyles{}
	plain := d.b.o.Plain // then nobody asks what is hidden
	return scan(func(x *xmlScanner) error {
		switch kind := x.attr("w:type"); {
		case x.name == "w:latentStyles", x.name == "w:style" && kind != "paragraph" && kind != "character" && kind != "":
			return x.skipElement() // of tables: they change no text, and are most of the part
		case plain && kind == "character":
			return x.skipElement()
		case x.name != "w:style":
			return nil
		}
		id := x.attr("w:styleId")
		if defaultStyle(x) {
			defer func() {
				if d.styles[""] == nil {
					d.styles[""] = d.styles[id]
				}
			}()
		}
		s := newDocxStyle()
		if _, twice := d.styles[id]; !twice && len(d.styles) < maxStyles {
			d.styles[id] = s
		}
		return s.read(x, plain)
	})
}

// defaultStyle reports whether the style that was opened last is that of paragraphs which name none. Of several it is the first.
func defaultStyle(x *xmlScanner) bool {
	return x.attr("w:type") == "paragraph" && onOffOf(x.attr("w:default"))
}

func newDocxStyle() *docxStyle { return &docxStyle{docxFormat: unformatted(), hidden: -1} }

// read reads the style that was opened last, if plain without what is hidden by it.
func (s *docxStyle) read(x *xmlScanner, plain bool) error {
	return x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:name":
			s.name = strings.ToLower(x.attr("w:val"))
		case "w:basedOn":
			s.based = x.attr("w:val")
		case "w:vanish":
			s.hidden = 0
			if onOff(x) {
				s.hidden = 1
			}
		case "w:tblStylePr", "w:pPrChange", "w:rPrChange":
			return x.skipElement()
		case "w:rPr":
			if plain {
				return x.skipElement()
			}
		default:
			s.readFormat(x)
		}
		return nil
	})
}

func onOffOf(v string) bool { return v == "1" || v == "true" || v == "on" }

// shaded reports whether the shading that was opened last paints a background.
func shaded(x *xmlScanner) bool {
	fill := x.attr("w:fill")
	return fill != "" && fill != "auto" && !strings.EqualFold(fill, "FFFFFF") || x.attr("w:themeFill") != "" ||
		x.attr("w:val") != "clear" && x.attr("w:val") != "nil" && x.attr("w:val") != ""
}

// chain calls f for a style and those on which it is based, until f returns false.
func (ss docxStyles) chain(id string, f func(id string, s *docxStyle) bool) {
	for range maxBased {
		s := ss[id]
		if s == nil || !f(id, s) || s.based == "" || s.based == id {
			return
		}
		id = s.based
	}
}

// docxLook is what a paragraph's style makes of it.
type docxLook struct {
	kind    Kind
	heading int // level from 1, 0 if it is none
	list    int // -1: none said
	level   int // -1: none said
	linked  string
	hidden  bool
	shaded  bool
}

// look is what a style says, all that it is based on together.
func (ss docxStyles) look(id string) docxLook {
	l := docxLook{kind: Paragraph, list: -1, level: -1}
	outline, hidden := -1, -1
	ss.chain(id, func(id string, s *docxStyle) bool {
		if outline < 0 {
			outline = s.outline
		}
		if hidden < 0 {
			hidden = s.hidden
		}
		if l.list < 0 && s.list >= 0 {
			l.list, l.linked = s.list, id
		}
		if l.level < 0 && l.list == s.list {
			l.level = s.level
		}
		l.shaded = l.shaded || s.shaded
		if l.kind == Paragraph {
			l.kind = kindOfStyle(s.name)
		}
		if l.heading == 0 && outline < 0 {
			l.heading = headingOfStyle(s.name)
		}
		return true
	})
	l.hidden = hidden == 1
	if outline >= 0 && outline < 9 {
		l.heading = outline + 1
	}
	return l
}

// headingOfStyle is the level of a heading by the name of its style, which Word keeps in English.
func headingOfStyle(name string) int {
	if name == "title" {
		return 1
	}
	for _, prefix := range []string{"heading ", "제목 "} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && len(rest) == 1 && rest[0] >= '1' && rest[0] <= '9' {
			return int(rest[0] - '0')
		}
	}
	return 0
}

func kindOfStyle(name string) Kind {
	switch name {
	case "caption", "캡션":
		return Caption
	case "html preformatted", "source code", "code":
		return Code
	}
	return Paragraph
}
