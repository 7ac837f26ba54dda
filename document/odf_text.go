package document

import (
	"slices"
	"strings"
)

// odfText is a paragraph while it is being read.
type odfText struct {
	Block
	text   []byte
	space  bool // the text ends with white space of the XML, of which any number is one space
	hidden bool
	link   string
	style  string // of the paragraph
	inked  inked  // of the base of a reading aid
}

// inked says what there is of signs that could be seen.
type inked struct{ shown, hidden bool }

// text reads a paragraph or heading, what is in it included.
func (r *odfReader) text() (*odfText, error) {
	x := r.x
	t := &odfText{Block: Block{Kind: Paragraph}, space: true, style: "paragraph/" + x.attr("text:style-name")}
	gone := r.hidden || r.styles.gone(t.style)
	t.hidden = gone || r.hides(t.style)
	t.Place = r.place()
	err := r.part()
	if err == nil {
		err = r.inline(t)
	}
	t.Text = string(t.text)
	slices.SortStableFunc(t.Marks, func(a, b Mark) int { return a.Start - b.Start })
	if gone { // and with it what is anchored in it; what is white is there
		hide(t.Blocks)
	}
	t.Hidden = hiddenWhole(t.Text, t.Marks, each(t.Blocks))
	return t, err
}

// place is where a block begins.
func (r *odfReader) place() Place {
	if r.b.doc.Unit != Flow && r.b.doc.Unit != Paper {
		return Place{}
	}
	return Place{Page: r.pages.page(), Section: 1, Paragraph: max(r.paragraph, 1)}
}

// inline reads what is in a paragraph, or in an element of it.
func (r *odfReader) inline(t *odfText) error {
	return r.x.children(func(string) error { return r.element(t) }, func(text []byte) { r.collapse(t, text) })
}

// collapse adds text as it is written in the XML: white space of any length is one space, none at the beginning.
func (r *odfReader) collapse(t *odfText, text []byte) {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		if xmlSpace(c) {
			if t.space {
				continue
			}
			c, t.space = ' ', true
		} else {
			t.space = false
		}
		out = append(out, c)
	}
	r.put(t, string(out))
}

// put adds text as it is.
func (r *odfReader) put(t *odfText, text string) {
	text = clean(text)
	if text == "" {
		return
	}
	start := len(t.text)
	t.text = append(t.text, text...)
	if strings.ContainsFunc(text, leavesInk) {
		t.inked.shown, t.inked.hidden = t.inked.shown || !t.hidden, t.inked.hidden || t.hidden
	}
	if t.hidden {
		t.stretch(Mark{Start: start, End: len(t.text), Kind: MarkHidden})
	}
	if r.inserts {
		t.stretch(Mark{Start: start, End: len(t.text), Kind: MarkInserted, Value: r.inserted})
	}
	if t.link != "" {
		t.stretch(Mark{Start: start, End: len(t.text), Kind: MarkLink, Value: t.link})
	}
}

// stretch marks text, or makes the mark longer that ends where it begins.
func (t *odfText) stretch(m Mark) {
	for i := len(t.Marks) - 1; i >= max(0, len(t.Marks)-4); i-- {
		if old := &t.Marks[i]; old.Kind == m.Kind && old.Value == m.Value && old.End == m.Start {
			old.End = m.End
			return
		}
	}
	t.Marks = append(t.Marks, m)
}

// hang adds a block that stands in the text here.
func (t *odfText) hang(b Block) {
	b.Offset = len(t.text)
	t.Blocks = append(t.Blocks, b)
}

// element reads an element in a paragraph. What is not known is read for its text.
func (r *odfReader) element(t *odfText) error {
	x := r.x
	switch x.name {
	case "text:s":
		const most = 1 << 10 // spaces in a row
		r.put(t, strings.Repeat(" ", min(max(x.num("text:c"), 1), most)))
		t.space = false
	case "text:tab":
		r.put(t, "\t")
		t.space = false
	case "text:line-break":
		r.put(t, "\n")
		t.space = true
	case "text:soft-page-break":
		r.pages.next(r)
	case "text:span":
		outer, from := t.hidden, len(t.Blocks)
		style := "text/" + x.attr("text:style-name")
		t.hidden = outer || r.hides(style, t.style)
		err := r.inline(t)
		t.hidden = outer
		if r.styles.gone(style) {
			hide(t.Blocks[from:])
		}
		return err
	case "text:a", "draw:a":
		outer := t.link
		t.link = clean(x.attr("xlink:href"))
		err := r.inline(t)
		t.link = outer
		return err
	case "text:hidden-text", "text:hidden-paragraph":
		outer := t.hidden
		t.hidden = true
		if text := x.attr("text:string-value"); text != "" {
			r.put(t, text)
			t.hidden = outer
			return nil
		}
		err := r.inline(t)
		t.hidden = outer
		return err
	case "text:ruby":
		return r.ruby(t)
	case "text:note":
		return r.note(t)
	case "office:annotation":
		b, err := r.annotation()
		t.hang(b)
		return err
	case "text:change-start":
		if c := r.changes[x.attr("text:change-id")]; c != nil && c.inserted {
			r.inserts, r.inserted = true, c.author
		}
	case "text:change-end":
		r.inserts = false
	case "text:change":
		if b, ok := r.deleted(x.attr("text:change-id")); ok {
			t.hang(b)
		}
	case "text:text-input", "text:placeholder", "text:user-field-get", "text:user-field-input", "text:variable-get", "text:variable-set", "text:variable-input":
		return r.field(t)
	case "table:table":
		return r.table(func(b Block) error {
			t.hang(b)
			return nil
		})
	case "text:p", "text:h", "text:list":
		return r.block(func(b Block) error {
			t.hang(b)
			return nil
		})
	case "office:annotation-end", "svg:title", "svg:desc", "office:event-listeners", "text:script", "text:meta-field-id":
	default:
		if isDrawing(x.name) {
			return r.drawing(func(b Block) error {
				t.hang(b)
				return nil
			})
		}
		return r.inline(t)
	}
	return nil
}

// field reads a field that somebody fills in.
func (r *odfReader) field(t *odfText) error {
	start := len(t.text)
	name := r.x.attr("text:name")
	if name == "" {
		name = r.x.attr("text:description")
	}
	err := r.inline(t)
	if end := len(t.text); start < end {
		t.Marks = append(t.Marks, Mark{Start: start, End: end, Kind: MarkField, Value: clean(name)})
	}
	return err
}

// ruby reads a word with a reading aid.
func (r *odfReader) ruby(t *odfText) error {
	x := r.x
	around, hidden := t.inked, t.hidden
	return x.children(func(string) error {
		switch x.name {
		case "text:ruby-base":
			t.inked = inked{}
			err := r.inline(t)
			hidden = hidden || t.inked.hidden && !t.inked.shown
			t.inked = inked{around.shown || t.inked.shown, around.hidden || t.inked.hidden}
			return err
		case "text:ruby-text":
			hidden = hidden || r.hides("text/"+x.attr("text:style-name"), t.style)
			text, err := x.wholeText()
			if text = clean(strings.TrimSpace(text)); text != "" {
				t.hang(Block{Kind: Ruby, Text: text, Place: r.place(), Hidden: hidden})
			}
			return err
		}
		return nil
	}, nil)
}

// note reads a footnote or endnote.
func (r *odfReader) note(t *odfText) error {
	x := r.x
	b := Block{Kind: Footnote, Place: r.place()}
	if x.attr("text:note-class") == "endnote" {
		b.Kind = Endnote
	}
	err := x.children(func(string) error {
		switch x.name {
		case "text:note-citation":
			text, err := x.wholeText()
			b.Marker = clean(strings.TrimSpace(text))
			return err
		case "text:note-body":
			return r.inner(&b, r.content)
		}
		return nil
	}, nil)
	t.hang(b)
	t.space = false
	return err
}

// annotation reads a comment.
func (r *odfReader) annotation() (Block, error) {
	b := Block{Kind: Comment, Place: r.place()}
	err := r.inner(&b, func(to sink) error {
		return r.x.children(func(string) error {
			switch r.x.name {
			case "dc:creator":
				text, err := r.x.wholeText()
				b.Author = clean(strings.TrimSpace(text))
				return err
			case "text:p", "text:h", "text:list", "text:section":
				return r.block(to)
			}
			return nil
		}, nil)
	})
	return b, err
}
