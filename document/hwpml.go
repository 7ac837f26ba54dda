package document

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"exaone/chat"
)

// hwpml is Hangul's XML format from before HWPX (한글 문서 파일 형식 3.0/HWPML): one XML file, by its name often .hml, sometimes
// .hwp. It is HWPX with other names, without lines; pictures are at its end in base64.
var hwpml = &format{
	name:       "hwpml",
	extensions: []string{".hml"},
	is: func(head []byte, _ *Source) bool {
		head = xmlUTF8(head)
		at := bytes.Index(head, []byte("<HWPML"))
		return at >= 0 && !bytes.ContainsAny(head[:at], "\x00")
	},
	read:  readHWPML,
	count: countHWPML,
	skip:  []Kind{Ruby, Equation, Field},
}

// hwpmlReader reads one file: what paragraphs are is as in HWPX.
type hwpmlReader struct {
	*hwpxReader
	bins  map[string]hwpmlBin // by the id of their data
	binOf []string            // of a BINITEM, from 0, the id
}

// hwpmlBin is a file within the file.
type hwpmlBin struct{ format string }

func readHWPML(_ context.Context, src *Source, b *builder) error {
	data, err := src.bytes(b.limits)
	if err != nil {
		return err
	}
	if err := b.unpack(src.Size); err != nil {
		return err
	}
	r := &hwpmlReader{hwpxReader: &hwpxReader{b: b, head: newHWPXHead(), images: map[string]int{}, name: src.Name, list: &hwpxList{}}}
	r.x = newXML(data, nil, xmlNesting*b.limits.Depth)
	if err := r.storage(); err != nil {
		return err
	}
	for {
		token, err := r.x.next()
		if err == nil && token == xmlOpen {
			err = r.top(r.x.name)
		}
		switch {
		case errors.Is(err, io.EOF) && r.section > 0:
			return nil
		case errors.Is(err, io.EOF):
			return chat.NewError(chat.CodeDocumentDamaged, errors.New("no section in it"), src.Name)
		case err != nil && fatal(err):
			return err
		case err != nil:
			r.b.gap(Gap{What: GapEntry, Where: fmt.Sprintf("SECTION %d", r.section), Why: fmt.Sprintf("paragraph %d: %v", r.paragraph, err)})
			return nil
		}
	}
}

// top reads what is below the root, or below what is below it.
func (r *hwpmlReader) top(name string) error {
	x := r.x
	switch name {
	case "TITLE", "SUBJECT", "AUTHOR", "KEYWORDS":
		text, err := x.wholeText()
		text = clean(strings.TrimSpace(text))
		m := &r.b.doc.Meta
		*map[string]*string{"TITLE": &m.Title, "SUBJECT": &m.Subject, "AUTHOR": &m.Author, "KEYWORDS": &m.Keywords}[name] = text
		return err
	case "BORDERFILL", "CHARSHAPE", "PARASHAPE", "NUMBERING", "BULLET":
		return r.shapes(name)
	case "SECTION":
		r.section, r.paragraph = r.section+1, 0
		r.list = &hwpxList{ground: bytes.Contains(x.data, []byte("BehindText"))} // a picture may be behind any text
		return x.children(func(name string) error {
			if name != "P" {
				return nil
			}
			r.paragraph, r.parts = r.paragraph+1, 0
			p := &hangulParagraph{}
			err := r.p(p)
			if err != nil && fatal(err) {
				return err
			}
			if out := r.out(p); out != nil {
				return out
			}
			return err
		}, nil)
	case "TAIL":
		return x.skipElement()
	}
	return nil
}

// shapes reads what paragraphs and letters look like.
func (r *hwpmlReader) shapes(name string) error {
	x, h := r.x, r.head
	id := x.attr("Id")
	switch name {
	case "BORDERFILL":
		return x.children(func(name string) error {
			if name != "FILLBRUSH" {
				return nil
			}
			return x.children(func(name string) error {
				colour, has := x.has("FaceColor")
				h.fills[id] = name != "WINDOWBRUSH" || has && !whiteNumber(colour)
				return nil
			}, nil)
		}, nil)
	case "CHARSHAPE":
		height, ok := x.has("Height")
		colour, has := x.has("TextColor")
		shade, shaded := x.has("ShadeColor")
		h.letters[id] = hangulLetters{
			tiny:  ok && wholeNumber([]byte(height)) < tinyLetters,
			white: has && colour != noColour && whiteNumber(colour) && (!shaded || whiteNumber(shade)),
			fill:  x.attr("BorderFillId"),
		}
	case "PARASHAPE":
		s := hangulShape{heading: x.attr("HeadingType"), of: x.attr("Heading"), level: x.num("Level")}
		err := x.children(func(name string) error {
			if name == "PARABORDER" {
				s.fill = x.attr("BorderFill")
			}
			return nil
		}, nil)
		h.paragraphs[id] = s
		return err
	case "NUMBERING":
		n := &hangulNumbering{}
		h.numberings[id] = n
		return x.children(func(name string) error {
			level := x.num("Level") - 1
			if name != "PARAHEAD" || level < 0 || level >= hangulLevels {
				return nil
			}
			l := hangulLevel{format: hangulFormat(x.attr("NumFormat")), start: x.num("Start")}
			text, err := x.wholeText()
			l.text = clean(text)
			n.levels[level] = l
			return err
		}, nil)
	case "BULLET":
		h.bullets[id] = hangulBullet(x.attr("Char"))
	}
	return nil
}

// noColour is no colour at all.
const noColour = "4294967295"

// whiteNumber reports whether a colour, a number 0x00bbggrr, is white or none.
func whiteNumber(colour string) bool { return colour == "16777215" || colour == noColour }

// storage reads the pictures, which are at the end of the file.
func (r *hwpmlReader) storage() error {
	data := r.x.data
	if at := bytes.Index(data, []byte("<BINDATALIST")); at >= 0 {
		x := newXML(data[at:], nil, r.b.limits.Depth)
		for {
			token, err := x.next()
			if err != nil || token == xmlClose && x.name == "BINDATALIST" {
				break
			}
			if token == xmlOpen && x.name == "BINITEM" && len(r.binOf) < r.b.limits.Entries {
				r.binOf = append(r.binOf, x.attr("BinData"))
				if r.bins == nil {
					r.bins = map[string]hwpmlBin{}
				}
				r.bins[x.attr("BinData")] = hwpmlBin{strings.ToLower(x.attr("Format"))}
			}
		}
	}
	at := bytes.LastIndex(data, []byte("<BINDATASTORAGE"))
	if at < 0 {
		return nil
	}
	x := newXML(data[at:], nil, r.b.limits.Depth)
	for {
		token, err := x.next()
		if err != nil || token == xmlClose && x.name == "BINDATASTORAGE" {
			return nil // what is damaged here is also damaged where the text is read
		}
		if token == xmlOpen && x.name == "BINDATA" {
			if err := r.binary(x); err != nil {
				return err
			}
		}
	}
}

// binary reads a picture.
func (r *hwpmlReader) binary(x *xmlScanner) error {
	id, compressed := x.attr("Id"), x.is("Compress")
	where := "BINDATA " + id
	text, fault := x.wholeText()
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err == nil {
		err = fault
	}
	if err == nil && compressed {
		left := r.b.limits.Unpacked - r.b.unpacked
		data, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), left+1))
	}
	if over := r.b.unpack(int64(len(data))); over != nil {
		return over
	}
	if err != nil {
		r.b.gap(Gap{What: GapEntry, Where: where, Why: err.Error()})
	}
	i := Image{Name: where, Type: "image/" + strings.Replace(r.bins[id].format, "jpg", "jpeg", 1), Data: data}
	i.Width, i.Height = pixels(data)
	r.images[id] = r.b.image(i)
	return nil
}
