package document

import (
	"bytes"
	"context"
	"encoding/xml"
	"regexp"
	"strconv"
)

// countXLSX counts sheets, cells with something in them and what it says, with encoding/xml.
func countXLSX(ctx context.Context, src *Source, l Limits) (Count, error) {
	parts, err := walkParts(ctx, src, l)
	if err != nil {
		return Count{}, err
	}
	const most = 128 << 20 // bytes: encoding/xml reads twenty million in a second
	parts.left, parts.most = min(parts.left, most), min(parts.most, most)
	n := &xlsxCount{parts: parts, drawn: map[string]bool{}}
	book := parts.mainPart("spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml", "spreadsheetml.template.main+xml", "template.macroEnabled.main+xml")
	rels := parts.relations(book)
	for _, r := range rels {
		if r.kind == "sharedStrings" {
			n.texts(parts.part(r.target))
		}
	}
	eachXML(parts.part(book), func(d *xml.Decoder, e xml.StartElement) {
		if e.Name.Local != "sheet" || ctx.Err() != nil {
			return
		}
		n.Pages++
		for _, a := range e.Attr {
			if r, ok := rels[a.Value]; ok && a.Name.Local == "id" {
				n.sheet(r.target)
			}
		}
	})
	n.Images = parts.images(n.drawn)
	if err := parts.wrong(); err != nil {
		return Count{}, err
	}
	return n.Count, ctx.Err()
}

type xlsxCount struct {
	Count
	parts  *walkedParts
	shared []int64 // characters of each text, -1 if it is empty
	drawn  map[string]bool
	texted cellTexts
}

// eachXML calls f for the elements of a text, as far as it is whole.
func eachXML(data []byte, f func(*xml.Decoder, xml.StartElement)) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	for {
		token, err := d.RawToken()
		if err != nil {
			return
		}
		if e, ok := token.(xml.StartElement); ok {
			f(d, e)
		}
	}
}

// escapedCharacter is a character that XML cannot have.
var escapedCharacter = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// cellTexts are the texts in a cell by the elements that they are in; used again for each cell.
type cellTexts struct{ v, f, t []byte }

// read reads to the end of the element that began, without reading aids. What is not whole is not counted.
func (c *cellTexts) read(d *xml.Decoder, end string) (whole bool) {
	c.v, c.f, c.t = c.v[:0], c.f[:0], c.t[:0]
	open, aid := "", 0
	for {
		token, err := d.RawToken()
		if err != nil {
			return false
		}
		switch t := token.(type) {
		case xml.StartElement:
			if open = t.Name.Local; open == "rPh" {
				aid++
			}
		case xml.EndElement:
			if t.Name.Local == "rPh" {
				aid--
			}
			if open = ""; t.Name.Local == end {
				return true
			}
		case xml.CharData:
			switch {
			case aid > 0:
			case open == "v":
				c.v = append(c.v, t...)
			case open == "f":
				c.f = append(c.f, t...)
			case open == "t":
				c.t = append(c.t, t...)
			}
		}
	}
}

// characters counts a cell's text, and what XML cannot have not at all.
func (n *xlsxCount) characters(text []byte) int64 {
	if bytes.Contains(text, []byte("_x")) {
		text = escapedCharacter.ReplaceAll(text, nil)
	}
	return countCharacters(text)
}

// texts counts those that cells share.
func (n *xlsxCount) texts(data []byte) {
	eachXML(data, func(d *xml.Decoder, e xml.StartElement) {
		if e.Name.Local != "si" {
			return
		}
		whole := n.texted.read(d, "si")
		count := n.characters(n.texted.t)
		if !whole || count == 0 {
			count = -1
		}
		n.shared = append(n.shared, count)
	})
}

// sheet counts a sheet.
func (n *xlsxCount) sheet(part string) {
	n.drawn[part] = true
	for _, r := range n.parts.relations(part) {
		if r.kind == "drawing" {
			n.drawn[r.target] = true
		}
	}
	before := n.Cells
	eachXML(n.parts.part(part), func(d *xml.Decoder, e xml.StartElement) {
		if e.Name.Local != "c" {
			return
		}
		kind := ""
		for _, a := range e.Attr {
			if a.Name.Local == "t" {
				kind = a.Value
			}
		}
		if n.texted.read(d, "c") {
			n.cell(kind)
		}
	})
	delete(n.parts.parts, part) // it is large, and was all that is wanted of it
	if n.Cells > before {
		n.Tables++
	}
}

// cell counts a cell. Of a number that is no whole one it counts one character: how many it is written with is a matter
// of the reader.
func (n *xlsxCount) cell(kind string) {
	value := bytes.TrimSpace(n.texted.v)
	count := int64(0)
	switch kind {
	case "s":
		at, err := strconv.Atoi(string(value))
		if err == nil && at >= 0 && at < len(n.shared) {
			count = n.shared[at]
		}
	case "inlineStr":
		count = n.characters(n.texted.t)
	case "str", "e", "d":
		count = n.characters(value)
	case "b":
		count = int64(min(len(value), 1)) * 4
	default:
		count = int64(min(len(value), 1))
		if len(bytes.Trim(value, "0123456789")) == 0 {
			count = int64(len(value))
		}
	}
	if count > 0 || len(n.texted.f) > 0 {
		n.Cells++
		n.Characters += max(count, 0)
	}
}
