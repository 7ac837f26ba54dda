package document

import "errors"

// What is different where the text of a file is wanted and nothing else. Styles and lists change it in one place: a paragraph
// with nothing in it has a line of its own if it is a plain one.

// plainPart reads a part that the text may depend on, or looks at it and reads it when it is needed.
func (d *docxReader) plainPart(kind string, read func(name string) error) func(name string) error {
	switch kind {
	case "styles", "numbering":
		return func(name string) error {
			later := func() error { return read(name) }
			if kind == "styles" {
				d.laterStyles = later
			} else {
				d.laterLists = later
			}
			_, err := d.glance(name)
			return err
		}
	case "settings":
		return func(name string) error {
			_, err := d.glance(name)
			return err
		}
	}
	return read
}

// look reads styles or lists when they are first asked for.
func (d *docxReader) look(later *func() error) {
	if read := *later; read != nil {
		*later = nil
		d.wrong = errors.Join(d.wrong, read())
	}
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
