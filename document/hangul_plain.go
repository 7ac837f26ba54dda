package document

import (
	"bytes"
	"slices"
	"sync"
)

// hangulPlain writes what a paragraph of Hangul's formats says as Document.Text does, without making blocks of it, and takes
// back the memory of what it has written: most of the time of reading a file for its text alone went into blocks that are
// looked at once.
type hangulPlain struct {
	out  []byte
	skip []Kind
	b    *builder

	paragraphs shelf[hwpxText]
	objects    shelf[hangulObject]
	cells      shelf[hangulCell]
	tables     shelf[hangulTable]
	lists      shelf[hwpxList]
	names      xmlNames
}

// hangulPlains are kept from file to file.
var hangulPlains = sync.Pool{New: func() any { return &hangulPlain{} }}

// maxKept is how large is what is kept from one file to the next, in bytes of text and in pieces of each kind.
const (
	maxKeptText   = 1 << 20
	maxKeptPieces = 1 << 12
)

// newHangulPlain returns a writer for a builder's document. What is left out is what Document.Text leaves out of the format.
func newHangulPlain(b *builder, skip []Kind) *hangulPlain {
	h := hangulPlains.Get().(*hangulPlain)
	h.out, h.b = h.out[:0], b
	h.skip = append(append(h.skip[:0], Deleted), skip...)
	return h
}

// leave gives the writer to others.
func (h *hangulPlain) leave() {
	h.b = nil
	if cap(h.out) <= maxKeptText && h.paragraphs.made+h.objects.made+h.cells.made <= maxKeptPieces {
		hangulPlains.Put(h)
	}
}

// shelf keeps pieces to be used again.
type shelf[T any] struct {
	spare []*T
	made  int
}

// take returns a piece as it was put back.
func (s *shelf[T]) take() *T {
	if len(s.spare) == 0 {
		more := make([]T, 16)
		for i := range more {
			s.spare = append(s.spare, &more[i])
		}
		s.made += len(more)
	}
	last := len(s.spare) - 1
	t := s.spare[last]
	s.spare = s.spare[:last]
	return t
}

func (s *shelf[T]) put(t *T) { s.spare = append(s.spare, t) }

// write writes a paragraph and all that is in it.
func (h *hangulPlain) write(p *hangulParagraph, depth int) error {
	if err := h.spend(len(p.plain), depth); err != nil {
		return err
	}
	h.line(p.plain, p.Marks, p.Kind == Paragraph)
	for _, o := range p.objects {
		if err := h.object(o, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// spend takes a block off what is left.
func (h *hangulPlain) spend(text, depth int) error {
	if depth > h.b.limits.Depth {
		return tooMuch("depth", h.b.limits.Depth)
	}
	return h.b.spendBytes(text, 1)
}

// line writes a text without the numbers in it that its program counts; one of nothing only if it is a paragraph's.
func (h *hangulPlain) line(text []byte, marks []Mark, paragraph bool) {
	begin, at := len(h.out), 0
	for _, m := range marks {
		if m.Kind == MarkNumber && m.Start >= at && m.End <= len(text) {
			h.out = append(h.out, text[at:m.Start]...)
			at = m.End
		}
	}
	h.out = append(h.out, text[at:]...)
	if len(h.out) > begin || paragraph {
		h.out = append(h.out, '\n')
	}
}

// object writes an object and all that is in it. The only plain paragraph of one is its own text.
func (h *hangulPlain) object(o *hangulObject, depth int) error {
	if slices.Contains(h.skip, o.Kind) {
		return nil
	}
	if err := h.spend(len(o.Text), depth); err != nil {
		return err
	}
	paragraphs, inside := o.paragraphs, []*hangulObject(nil)
	if len(paragraphs) == 1 && o.Kind != Box && o.Text == "" && paragraphs[0].Kind == Paragraph {
		p := paragraphs[0]
		if err := h.spend(len(p.plain), depth); err != nil {
			return err
		}
		h.line(p.plain, p.Marks, o.Kind == Paragraph)
		paragraphs, inside = nil, p.objects
	} else if o.Text != "" {
		h.out = append(append(h.out, o.Text...), '\n')
	}
	if o.table != nil {
		if err := h.table(o.table, depth); err != nil {
			return err
		}
	}
	for _, p := range paragraphs {
		if err := h.write(p, depth+1); err != nil {
			return err
		}
	}
	for _, all := range [2][]*hangulObject{inside, o.objects} {
		for _, inner := range all {
			if err := h.object(inner, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// table writes a row a line, divided by tabs.
func (h *hangulPlain) table(t *hangulTable, depth int) error {
	for i, c := range t.cells {
		switch {
		case i == 0:
		case c.Row != t.cells[i-1].Row:
			h.out = append(h.out, '\n')
		default:
			h.out = append(h.out, '\t')
		}
		begin := len(h.out)
		if err := h.spend(0, depth); err != nil {
			return err
		}
		for _, p := range c.paragraphs {
			if err := h.write(p, depth+1); err != nil {
				return err
			}
		}
		h.out = h.out[:begin+len(bytes.TrimRight(h.out[begin:], "\n"))]
	}
	if len(t.cells) > 0 {
		h.out = append(h.out, '\n')
	}
	return nil
}

// take returns a paragraph to be read.
func (h *hangulPlain) take() *hangulParagraph {
	t := h.paragraphs.take()
	if t.hangulParagraph == nil {
		t.hangulParagraph = &hangulParagraph{}
		t.hangulParagraph.reader = t
	}
	return t.hangulParagraph
}

// back takes back a paragraph and all that is in it.
func (h *hangulPlain) back(p *hangulParagraph) {
	for _, o := range p.objects {
		h.backObject(o)
	}
	t := p.reader
	*p = hangulParagraph{objects: p.objects[:0], plain: p.plain[:0], reader: t}
	*t = hwpxText{hangulParagraph: p, pieces: t.pieces[:0]}
	h.paragraphs.put(t)
}

func (h *hangulPlain) backObject(o *hangulObject) {
	for _, p := range o.paragraphs {
		h.back(p)
	}
	for _, inner := range o.objects {
		h.backObject(inner)
	}
	if t := o.table; t != nil {
		for _, c := range t.cells {
			for _, p := range c.paragraphs {
				h.back(p)
			}
			*c = hangulCell{paragraphs: c.paragraphs[:0]}
			h.cells.put(c)
		}
		*t = hangulTable{cells: t.cells[:0]}
		h.tables.put(t)
	}
	*o = hangulObject{paragraphs: o.paragraphs[:0], objects: o.objects[:0]}
	h.objects.put(o)
}
