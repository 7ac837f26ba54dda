package document

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// hwpxList is a list of paragraphs that is being read: the section itself, a cell, a note. What begins in one paragraph and
// ends in another (fields, tracked changes) ends with the list.
type hwpxList struct {
	fields   []hwpxField
	inserted string // the author of what is being read, if changed is true
	deleted  string
	inserts  bool
	deletes  bool
	ground   bool // white text is seen here
}

// hwpxField is a field that has begun.
type hwpxField struct {
	id    string
	mark  Mark // its Start is in the paragraph that is being read
	plain bool // nothing to mark: it only has an end
}

// hwpxText is a paragraph while it is being read.
type hwpxText struct {
	*hangulParagraph
	text   []byte
	at     int // characters until now, as Hangul counts them for its lines: a control counts eight
	pieces []hwpxPiece
	hidden bool // letters of the run

	letters hangulLetters // of the run
	shape   hangulShape
}

// hwpxPiece says that the n-th character is at a byte of the text.
type hwpxPiece struct{ n, at int }

// controlWidth is what a control, a table or a tab counts in the line segments of a paragraph.
const controlWidth = 8

// sec reads a section.
func (r *hwpxReader) sec() error {
	for {
		token, err := r.x.next()
		if err != nil {
			return untilEnd(err)
		}
		if token == xmlOpen && local(r.x.name) == "sec" {
			break
		}
	}
	r.list = &hwpxList{ground: r.plain == nil && bytes.Contains(r.x.data, []byte("BEHIND_TEXT"))} // a picture may be behind any text
	return r.x.children(func(name string) error {
		if name != "p" {
			return nil
		}
		r.paragraph++
		r.parts = 0
		p := r.newParagraph()
		err := r.p(p)
		if err != nil && fatal(err) {
			return err
		}
		if out := r.out(p); out != nil {
			return out
		}
		return err
	}, nil)
}

// out gives a paragraph of the section to the builder.
func (r *hwpxReader) out(p *hangulParagraph) error {
	if r.plain != nil {
		err := r.plain.write(p, 0)
		r.plain.back(p)
		return err
	}
	if r.layout != nil {
		r.layout.paragraph(p)
		if err := r.pages(p.Page, false); err != nil {
			return err
		}
	}
	return r.b.add(p.block())
}

// nested reads the paragraphs of a subList into add.
func (r *hwpxReader) nested(ground bool, add func(*hangulParagraph)) error {
	return r.within(ground, func(name string) error {
		if name != "p" {
			return nil
		}
		p := r.newParagraph()
		add(p)
		return r.p(p)
	})
}

// within calls f for the elements of a list of paragraphs of its own. Fields and changes outside do not count in it.
func (r *hwpxReader) within(ground bool, f func(name string) error) error {
	outer := r.list
	if r.plain != nil {
		r.list = r.plain.lists.take()
		*r.list = hwpxList{}
		err := r.x.children(f, nil)
		r.plain.lists.put(r.list)
		r.list = outer
		return err
	}
	r.list = &hwpxList{ground: outer.ground || ground}
	defer func() { r.list = outer }()
	return r.x.children(f, nil)
}

// part counts a paragraph or cell, of which there may not be more than the limits allow in all.
func (r *hwpxReader) part() error {
	if r.parts++; r.parts+r.b.blocks > r.b.limits.Blocks {
		return r.b.limits.over("blocks")
	}
	return nil
}

// p reads a paragraph.
func (r *hwpxReader) p(p *hangulParagraph) error {
	if err := r.part(); err != nil {
		return err
	}
	x := r.x
	if r.plain != nil {
		return r.plainP(p)
	}
	p.newPage, p.newColumn = x.is("pageBreak"), x.is("columnBreak")
	shape, known := r.head.paragraphs[x.attr("paraPrIDRef")]
	t := r.begin(p)
	t.shape = shape
	err := x.children(func(name string) error {
		switch name {
		case "run":
			t.look(r, r.head.letters[x.attr("charPrIDRef")])
			return x.children(func(name string) error { return r.run(t, name) }, nil)
		case "linesegarray", "lineSegArray":
			return x.children(func(name string) error {
				t.segment(x)
				return nil
			}, nil)
		}
		return nil
	}, nil)
	r.finish(t)
	if known {
		r.kind(p, shape)
	}
	return err
}

// begin begins a paragraph; fields that are open go on in it.
func (r *hwpxReader) begin(p *hangulParagraph) *hwpxText {
	p.Kind, p.Section, p.Paragraph = Paragraph, r.section, r.paragraph
	for i := range r.list.fields {
		r.list.fields[i].mark.Start = 0
	}
	return &hwpxText{hangulParagraph: p}
}

// unseen reports whether nobody sees letters in a paragraph: they are white on white, or tiny.
func (r *hwpxReader) unseen(l hangulLetters, s hangulShape) bool {
	return l.tiny || l.white && !r.list.ground && !r.head.fills[s.fill] && !r.head.fills[l.fill]
}

// look takes up what the letters of a run look like.
func (t *hwpxText) look(r *hwpxReader, l hangulLetters) {
	t.letters, t.hidden = l, r.unseen(l, t.shape)
}

// unseenForm reports whether nobody sees what a control of a form says. Its letters have a shape of their own, of which own tells, or follow
// those around; the control may be painted with a colour on which white is seen.
func (r *hwpxReader) unseenForm(t *hwpxText, own string, follows, painted bool) bool {
	l := t.letters
	if shape, ok := r.head.letters[own]; ok && !follows {
		l = shape
	}
	return l.tiny || !painted && r.unseen(l, t.shape)
}

// finish closes what a paragraph's end closes.
func (r *hwpxReader) finish(t *hwpxText) {
	for _, f := range r.list.fields {
		t.mark(f, len(t.text))
	}
	t.Text = string(t.text)
	slices.SortStableFunc(t.Marks, func(a, b Mark) int { return a.Start - b.Start })
	t.Hidden = hiddenWhole(t.Text, t.Marks, t.anchored())
	for i := range t.segments {
		t.segments[i].at = t.byteOf(t.segments[i].at)
	}
}

// kind says what a paragraph is by its shape, and draws what stands before it.
func (r *hwpxReader) kind(p *hangulParagraph, s hangulShape) {
	switch s.heading { // as HWPX writes it, or HWPML
	case "OUTLINE", "Outline":
		if r.outline != nil {
			p.Marker = r.outline.next(s.level)
		}
		if p.Text != "" {
			p.Kind, p.Level = Heading, s.depth()
		}
	case "NUMBER", "Number":
		if n := r.head.numberings[s.of]; n != nil {
			p.Marker = n.next(s.level)
		}
		p.Kind, p.Level = Item, s.depth()
	case "BULLET", "Bullet":
		p.Marker = r.head.bullets[s.of]
		p.Kind, p.Level = Item, s.depth()
	}
}

// segment reads a line.
func (t *hwpxText) segment(x *xmlScanner) {
	const (
		first = 1 << 17 // of the stretches of its line
		most  = 1 << 16 // lines: a paragraph of a thousand pages
	)
	if len(t.segments) >= most {
		return
	}
	s := hangulSegment{at: x.num("textpos"), y: x.num("vertpos"), height: x.num("vertsize"), x: x.num("horzpos"), width: x.num("horzsize")}
	flags := x.num("flags")
	if n := len(t.segments); n > 0 {
		before := t.segments[n-1]
		s.at = max(s.at, before.at)
		s.more = s.y == before.y && (flags&first == 0 || s.x > before.x)
	}
	t.segments = append(t.segments, s)
}

// byteOf is where in the text the n-th character is, as lines count them.
func (t *hwpxText) byteOf(n int) int {
	i, found := slices.BinarySearchFunc(t.pieces, n, func(p hwpxPiece, n int) int { return p.n - n })
	if !found {
		i--
	}
	if i < 0 {
		return 0
	}
	at, end := t.pieces[i].at, len(t.text)
	if i+1 < len(t.pieces) {
		end = t.pieces[i+1].at
	}
	for n -= t.pieces[i].n; n > 0 && at < end; n-- {
		r, size := utf8.DecodeRune(t.text[at:])
		if r > 0xffff {
			n--
		}
		at += size
	}
	return min(at, end)
}

// control notes what counts and is no letter.
func (t *hwpxText) control() {
	t.at += controlWidth
	t.pieces = append(t.pieces, hwpxPiece{t.at, len(t.text)})
}

// write adds text to a paragraph, or to what a tracked change took out of it.
func (r *hwpxReader) write(t *hwpxText, text string, width int) {
	if r.plain != nil {
		if !r.list.deletes {
			t.text = append(t.text, clean(text)...)
		}
		return
	}
	text = clean(text)
	if text == "" {
		t.at += width
		return
	}
	t.pieces = append(t.pieces, hwpxPiece{t.at, len(t.text)})
	if t.at += width; r.list.deletes {
		r.deleted(t, text)
		t.pieces = append(t.pieces, hwpxPiece{t.at, len(t.text)})
		return
	}
	start := len(t.text)
	t.text = append(t.text, text...)
	if t.hidden {
		t.stretch(Mark{Start: start, End: len(t.text), Kind: MarkHidden})
	}
	if r.list.inserts {
		t.stretch(Mark{Start: start, End: len(t.text), Kind: MarkInserted, Value: r.list.inserted})
	}
}

// stretch marks text, or makes the mark longer that ends where it begins.
func (t *hwpxText) stretch(m Mark) {
	for i := len(t.Marks) - 1; i >= max(0, len(t.Marks)-4); i-- {
		if old := &t.Marks[i]; old.Kind == m.Kind && old.Value == m.Value && old.End == m.Start {
			old.End = m.End
			return
		}
	}
	t.Marks = append(t.Marks, m)
}

// deleted keeps text that a tracked change took out.
func (r *hwpxReader) deleted(t *hwpxText, text string) {
	if n := len(t.objects); n > 0 {
		if last := t.objects[n-1]; last.Kind == Deleted && last.Offset == len(t.text) && last.Author == r.list.deleted {
			last.Text += text
			return
		}
	}
	t.hang(r, Block{Kind: Deleted, Text: text, Author: r.list.deleted})
}

// hang adds what stands in the text here.
func (t *hwpxText) hang(r *hwpxReader, b Block) *hangulObject {
	b.Section, b.Paragraph, b.Offset = r.section, r.paragraph, len(t.text)
	o := r.newObject(b)
	t.objects = append(t.objects, o)
	return o
}

// mark marks a field up to an end.
func (t *hwpxText) mark(f hwpxField, end int) {
	if m := f.mark; !f.plain && m.Start < end {
		m.End = end
		t.Marks = append(t.Marks, m)
	}
}

// t reads text with what is in it.
func (r *hwpxReader) t(t *hwpxText) error {
	x := r.x
	return x.children(func(name string) error {
		switch name {
		case "tab":
			r.write(t, "\t", controlWidth)
		case "lineBreak":
			r.write(t, "\n", 1)
		case "nbSpace":
			r.write(t, "\u00a0", 1)
		case "fwSpace":
			r.write(t, " ", 1)
		case "hyphen":
			r.write(t, "-", 1)
		case "titleMark":
			t.control()
		case "insertBegin":
			r.list.inserts, r.list.inserted = true, r.head.author(x.attr("TcId"))
		case "insertEnd":
			r.list.inserts = false
		case "deleteBegin":
			r.list.deletes, r.list.deleted = true, r.head.author(x.attr("TcId"))
		case "deleteEnd":
			r.list.deletes = false
		}
		return nil
	}, func(text []byte) {
		if r.plain == nil {
			r.write(t, string(text), units(text))
		} else if plainXML(text) {
			if !r.list.deletes {
				t.text = append(t.text, text...)
			}
		} else {
			r.write(t, string(text), 0)
		}
	})
}

// units is how many UTF-16 units a text has.
func units(text []byte) int {
	n := 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			n, i = n+1, i+1
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r > 0xffff {
			n++
		}
		n, i = n+1, i+size
	}
	return n
}
