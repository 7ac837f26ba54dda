package document

import (
	"errors"
	"io"
)

// What is different where the text of a file is wanted and nothing else. Styles and lists change it in one place: a paragraph
// with nothing in it has a line of its own if it is a plain one.

// plainPart reads a part that the text depends on. Styles and lists wait until a paragraph asks for them, which few do. Settings,
// notes and comments are not in the text: of a part that has none of it nothing is read, if it is there.
func (d *docxReader) plainPart(kind string, read func(name string) error) func(name string) error {
	return func(name string) error {
		switch {
		case !d.has(name):
			return read(name)
		case kind == "styles":
			d.scanStyles = d.scanner(name)
			d.laterStyles = func() error { return d.readStylesOf(d.scanStyles) }
		case kind == "numbering":
			d.laterLists = func() error { return read(name) }
		}
		return nil
	}
}

// look reads styles or lists when they are first asked for.
func (d *docxReader) look(later *func() error) {
	if read := *later; read != nil {
		*later = nil
		d.wrong = errors.Join(d.wrong, read())
	}
}

// emptyIsPlain reports whether a paragraph with nothing in it is a plain one. Most name no style: of these no more is read of the
// styles than the one that they have then, which is the first in most files.
func (d *docxReader) emptyIsPlain(p *docxParagraph) bool {
	if p.style != "" || p.list > 0 || len(p.blocks) > 0 || d.laterStyles == nil {
		return false
	}
	if !d.defaultRead {
		d.defaultRead, d.defaultPlain = true, true
		d.wrong = errors.Join(d.wrong, d.scanStyles(func(x *xmlScanner) error {
			switch {
			case x.name == "w:latentStyles":
				return x.skipElement()
			case x.name != "w:style":
				return nil
			case !defaultStyle(x):
				return x.skipElement()
			}
			s := newDocxStyle()
			if err := s.read(x, true); err != nil {
				return err
			}
			d.defaultPlain = s.based == "" && s.list <= 0 && kindOfStyle(s.name) == Paragraph
			return io.EOF // there is no more to know
		}))
	}
	return d.defaultPlain
}

// plainText writes the text as Document.Text does.
func (d *docxReader) plainText() error {
	if d.wrong != nil {
		return d.wrong
	}
	w := &textWriter{skip: append([]Kind{Deleted}, docxSkip...)}
	for _, piece := range d.all {
		for i := range piece {
			if err := d.b.count(&piece[i], 0); err != nil {
				return err
			}
			w.block(&piece[i])
		}
	}
	text := w.out.String()
	d.b.doc.text = &text
	return d.b.ctx.Err()
}
