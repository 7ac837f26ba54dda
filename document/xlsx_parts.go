package document

import (
	"slices"
	"strings"
)

// What stands on a sheet and is in parts of its own: comments, pictures, charts, text boxes; and what is printed above and
// below it.

// comments reads the comments of a sheet: those that are answered, and else the notes.
func (s *xlsxSheet) comments() (map[xlsxAt][]Block, error) {
	notes := map[xlsxAt][]Block{}
	for _, id := range s.rels.ids() {
		if r := s.rels[id]; r.kind == "threadedComment" {
			if err := s.scan(r.target, func(x *xmlScanner) error { return s.answered(x, notes) }); err != nil {
				return notes, err
			}
		}
	}
	answered := len(notes) > 0
	for _, id := range s.rels.ids() {
		if r := s.rels[id]; r.kind == "comments" {
			if err := s.readNotes(r.target, answered, notes); err != nil {
				return notes, err
			}
		}
	}
	return notes, nil
}

// answered reads a comment of a thread.
func (s *xlsxSheet) answered(x *xmlScanner, notes map[xlsxAt][]Block) error {
	if local(x.name) != "threadedComment" {
		return nil
	}
	a, ok := areaOf(x.attr("ref"))
	b := Block{Kind: Comment, Author: s.persons[x.attr("personId")], Place: Place{Page: s.number}}
	err := x.children(func(name string) error {
		if name != "text" {
			return nil
		}
		text, err := x.textInside()
		b.Text = strings.TrimSpace(text)
		return err
	}, nil)
	if at := (xlsxAt{a.row, a.col}); ok && b.Text != "" {
		notes[at] = append(notes[at], b)
	}
	return err
}

// readNotes reads a part with notes. For each thread of comments there is one that says that this program is too old.
func (s *xlsxSheet) readNotes(name string, answered bool, notes map[xlsxAt][]Block) error {
	var authors []string
	return s.scan(name, func(x *xmlScanner) error {
		switch local(x.name) {
		case "author":
			text, err := x.textInside()
			authors = append(authors, text)
			return err
		case "comment":
			a, ok := areaOf(x.attr("ref"))
			author, who := x.num("authorId"), ""
			if author >= 0 && author < len(authors) {
				who = authors[author]
			}
			text, err := xlsxText(x)
			text = strings.TrimSpace(text)
			at := xlsxAt{a.row, a.col}
			if ok && text != "" && !(answered && strings.HasPrefix(who, "tc=")) {
				notes[at] = append(notes[at], Block{Kind: Comment, Author: who, Text: text, Place: Place{Page: s.number}})
			}
			return err
		}
		return nil
	})
}

// annotate puts comments and links to the cells that they are of. A cell with either has its text in a block.
func (s *xlsxSheet) annotate(notes map[xlsxAt][]Block) {
	var empty []Cell // that have a comment all the same
	for at := range notes {
		if s.find(at) == nil {
			empty = append(empty, Cell{Row: at.row, Col: at.col})
		}
	}
	if len(empty) > 0 {
		s.grid.Cells = append(s.grid.Cells, empty...)
		slices.SortFunc(s.grid.Cells, byPlace)
	}
	for at, to := range s.links {
		c := s.find(at)
		if c == nil || c.Text == "" || to == "" || to == c.Text || strings.TrimPrefix(to, "mailto:") == c.Text {
			continue
		}
		c.Blocks = []Block{{Kind: Paragraph, Text: c.Text, Marks: []Mark{{End: len(c.Text), Kind: MarkLink, Value: to}}, Place: Place{Page: s.number}}}
	}
	for at, blocks := range notes {
		c := s.find(at)
		if len(c.Blocks) == 0 {
			c.Blocks = []Block{{Kind: Paragraph, Text: c.Text, Place: Place{Page: s.number}}}
		}
		for i := range blocks {
			blocks[i].Offset = len(c.Text)
		}
		c.Blocks[0].Blocks = blocks
	}
	for i := range s.grid.Cells {
		if c := &s.grid.Cells[i]; len(c.Blocks) > 0 {
			c.Text = ""
		}
	}
}

// margin reads a header or a footer: what is in it at the left, in the middle and at the right, without page numbers and
// fonts. [ECMA-376, part 1, 18.3.1.46]
func (s *xlsxSheet) margin(x *xmlScanner, kind Kind) error {
	raw, err := x.textInside()
	var out strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] != '&' || i+1 == len(raw) {
			out.WriteByte(raw[i])
			continue
		}
		i++
		switch c := raw[i]; {
		case c == '&':
			out.WriteByte('&')
		case c == 'L' || c == 'C' || c == 'R':
			out.WriteByte('\t')
		case c == 'A':
			out.WriteString(s.entry.name)
		case c == '"': // the name of a font
			if end := strings.IndexByte(raw[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case c == 'K': // a colour
			i += min(6, len(raw)-1-i)
		case c >= '0' && c <= '9': // a size
			for i+1 < len(raw) && raw[i+1] >= '0' && raw[i+1] <= '9' {
				i++
			}
		}
	}
	if text := strings.TrimSpace(clean(out.String())); text != "" {
		s.margins = append(s.margins, Block{Kind: kind, Text: text})
	}
	return err
}

// drawings reads what is drawn on a sheet.
func (s *xlsxSheet) drawings() ([]Block, error) {
	if err := s.readImages(s.rels, s.number); err != nil {
		return nil, err
	}
	var out []Block
	for _, id := range s.rels.ids() {
		r := s.rels[id]
		switch {
		case r.out || r.target == "":
		case r.kind == "drawing":
			d := &xlsxDrawing{s: s, rels: s.relations(r.target)}
			if err := s.readImages(d.rels, s.number); err != nil {
				return out, err
			}
			err := s.scan(r.target, d.element)
			out = append(out, d.blocks...)
			if err != nil {
				return out, err
			}
		case r.kind == "oleObject" || r.kind == "package":
			s.b.gap(Gap{What: GapEmbedded, Page: s.number, Where: r.target, Why: "an object of another program on sheet " + s.entry.name})
		}
	}
	return out, nil
}

// xlsxDrawing is what is drawn on a sheet.
type xlsxDrawing struct {
	s      *xlsxSheet
	rels   relations
	blocks []Block
}

// element reads an element of a drawing.
func (d *xlsxDrawing) element(x *xmlScanner) error {
	switch local(x.name) {
	case "AlternateContent":
		return alternate(x, func() error { return x.inside(d.element) })
	case "pic":
		return d.picture(x)
	case "sp":
		return d.shape(x)
	case "chart":
		return d.other(d.rels[x.attr("r:id")], (*dmlReader).chart)
	case "relIds":
		return d.other(d.rels[x.attr("r:dm")], (*dmlReader).diagram)
	}
	return nil
}

// picture reads a picture.
func (d *xlsxDrawing) picture(x *xmlScanner) error {
	b := Block{Kind: Picture}
	err := x.inside(func(x *xmlScanner) error {
		switch local(x.name) {
		case "cNvPr":
			b.Text, b.Hidden = altOf(x), onOffOf(x.attr("hidden"))
		case "blip":
			b.Image = d.s.imageOf(d.rels[x.attr("r:embed")])
		}
		return nil
	})
	if b.Text != "" || b.Image > 0 {
		d.blocks = append(d.blocks, b)
	}
	return err
}

// shape reads a shape with text.
func (d *xlsxDrawing) shape(x *xmlScanner) error {
	b := Block{Kind: Box}
	err := x.inside(func(x *xmlScanner) error {
		switch local(x.name) {
		case "cNvPr":
			b.Hidden = onOffOf(x.attr("hidden"))
		case "txBody":
			blocks, err := d.dml(d.rels).paragraphs(x)
			b.Blocks = append(b.Blocks, blocks...)
			return err
		}
		return nil
	})
	b.Blocks = slices.DeleteFunc(b.Blocks, func(b Block) bool { return b.Text == "" && len(b.Blocks) == 0 })
	if len(b.Blocks) > 0 {
		d.blocks = append(d.blocks, b)
	}
	return err
}

// other reads a chart or a diagram, once.
func (d *xlsxDrawing) other(r relation, read func(*dmlReader, string) (Block, error)) error {
	if r.out || r.target == "" || !d.s.once.first(r.target, d.s.entry.hidden) {
		return nil
	}
	b, err := read(d.dml(d.s.relations(r.target)), r.target)
	if b.Text != "" || len(b.Blocks) > 0 {
		d.blocks = append(d.blocks, b)
	}
	return err
}

// dml reads text of drawings, as long as there is room for it beside the cells.
func (d *xlsxDrawing) dml(rels relations) *dmlReader {
	l := d.s.b.left()
	blocks, text := l.Blocks-len(d.s.grid.Cells)-len(d.blocks), l.Text-d.s.text
	return &dmlReader{ooxml: d.s.ooxml, rels: rels, place: Place{Page: d.s.number}, spend: func(b, t int) error {
		blocks, text = blocks-b, text-int64(t)
		if blocks < 0 || text < 0 {
			return d.s.b.limits.over("blocks")
		}
		return nil
	}}
}
