package document

import (
	"fmt"
	"strings"
)

// p reads a paragraph.
func (r *hwpmlReader) p(p *hangulParagraph) error {
	if err := r.part(); err != nil {
		return err
	}
	x := r.x
	shape, known := r.head.paragraphs[x.attr("ParaShape")]
	t := r.begin(p)
	t.shape = shape
	err := x.children(func(name string) error {
		if name != "TEXT" {
			return nil
		}
		t.look(r.hwpxReader, r.head.letters[x.attr("CharShape")])
		return x.children(func(name string) error { return r.run(t, name) }, nil)
	}, nil)
	r.finish(t)
	if known {
		r.kind(p, shape)
	}
	return err
}

// run reads what stands in a run of text.
func (r *hwpmlReader) run(t *hwpxText, name string) error {
	x := r.x
	switch name {
	case "CHAR":
		return r.char(t)
	case "SECDEF":
		r.outline = r.head.numberings[x.attr("OutlineShape")]
		return x.children(func(name string) error {
			if name == "MASTERPAGE" {
				return r.paraList(t.hang(r.hwpxReader, Block{Kind: Header}), nil)
			}
			return nil
		}, nil)
	case "COMPOSE":
		for _, key := range []string{"ComposeText", "CompositeText", "Text"} {
			r.write(t, x.attr(key), 0)
		}
	case "DUTMAL":
		return r.dutmal(t)
	case "HEADER", "FOOTER", "FOOTNOTE", "ENDNOTE", "HIDDENCOMMENT":
		kind := map[string]Kind{"HEADER": Header, "FOOTER": Footer, "FOOTNOTE": Footnote, "ENDNOTE": Endnote, "HIDDENCOMMENT": Hidden}[name]
		o := t.hang(r.hwpxReader, Block{Kind: kind, Hidden: kind == Hidden})
		err := r.paraList(o, nil)
		o.numbered()
		return err
	case "AUTONUM":
		return r.autoNum(t)
	case "FIELDBEGIN":
		return r.fieldBegin(t)
	case "FIELDEND":
		if n := len(r.list.fields); n > 0 {
			r.fieldEnd(t, r.list.fields[n-1].id)
		}
	case "EDIT", "COMBOBOX", "LISTBOX", "BUTTON", "CHECKBUTTON", "RADIOBUTTON", "SCROLLBAR":
		return r.form(t, name)
	case "TABLE", "PICTURE", "CONTAINER", "OLE", "EQUATION", "TEXTART", "LINE", "RECTANGLE", "ELLIPSE", "ARC", "POLYGON", "CURVE", "CONNECTLINE", "UNKNOWNOBJECT":
		return r.object(t.hang(r.hwpxReader, Block{}), name)
	}
	return nil
}

// char reads text.
func (r *hwpmlReader) char(t *hwpxText) error {
	signs := map[string]string{"TAB": "\t", "LINEBREAK": "\n", "HYPEN": "-", "HYPHEN": "-", "NBSPACE": "\u00a0", "FWSPACE": " "}
	return r.x.children(func(name string) error {
		r.write(t, signs[name], 0)
		return nil
	}, func(text []byte) { r.write(t, string(text), 0) })
}

// paraList reads the paragraphs of what was opened last into an object; others gets the elements beside them.
func (r *hwpmlReader) paraList(o *hangulObject, others func(name string) error) error {
	x := r.x
	return x.children(func(name string) error {
		switch {
		case name == "PARALIST":
			return r.nested(o.ground, func(p *hangulParagraph) { o.paragraphs = append(o.paragraphs, p) })
		case others != nil:
			return others(name)
		}
		return nil
	}, nil)
}

// nested reads the paragraphs of a list.
func (r *hwpmlReader) nested(ground bool, add func(*hangulParagraph)) error {
	return r.within(ground, func(name string) error {
		if name != "P" {
			return nil
		}
		p := &hangulParagraph{}
		add(p)
		return r.p(p)
	})
}

// autoNum reads a number that Hangul counts.
func (r *hwpmlReader) autoNum(t *hwpxText) error {
	x := r.x
	number, kind := x.num("Number"), x.attr("NumberType")
	format, before, after := 0, "", ""
	err := x.children(func(name string) error {
		if name == "AUTONUMFORMAT" {
			format, before, after = hangulFormat(x.attr("Type")), x.attr("PrefixChar"), x.attr("SuffixChar")
		}
		return nil
	}, nil)
	switch drawn := before + hangulNumber(format, number) + after; kind {
	case "Footnote", "Endnote":
		t.Marker = clean(drawn)
	case "Page", "TotalPage":
	default:
		r.write(t, drawn, 0)
	}
	return err
}

// fieldBegin reads the beginning of a field.
func (r *hwpmlReader) fieldBegin(t *hwpxText) error {
	x := r.x
	f := hwpxField{id: fmt.Sprint(len(r.list.fields)), mark: Mark{Start: len(t.text), Kind: MarkField, Value: clean(x.attr("Name"))}}
	switch strings.ToUpper(x.attr("Type")) {
	case "HYPERLINK":
		f.mark.Kind, f.mark.Value = MarkLink, hangulLink("", x.attr("Command"))
	case "CLICKHERE", "FORMULA", "SUMMARY", "MAILMERGE", "USERINFO", "DATE", "DOCDATE", "PATH", "CROSSREF":
	default:
		f.plain = true
	}
	memo := &hangulObject{Block: Block{Kind: Comment, Place: Place{Section: r.section, Paragraph: r.paragraph}, Offset: len(t.text)}}
	err := r.paraList(memo, nil)
	if len(memo.paragraphs) > 0 {
		t.objects = append(t.objects, memo)
	}
	const most = 256 // fields in each other
	if len(r.list.fields) < most {
		r.list.fields = append(r.list.fields, f)
	}
	return err
}

// dutmal reads a word with a reading aid.
func (r *hwpmlReader) dutmal(t *hwpxText) error {
	x := r.x
	return x.children(func(name string) error {
		if name != "MAINTEXT" && name != "SUBTEXT" {
			return nil
		}
		text, err := x.wholeText()
		if name == "MAINTEXT" {
			r.write(t, text, 0)
		} else if text = clean(text); text != "" {
			t.hang(r.hwpxReader, Block{Kind: Ruby, Text: text, Hidden: t.hidden})
		}
		return err
	}, nil)
}

// form reads a control of a form.
func (r *hwpmlReader) form(t *hwpxText, kind string) error {
	x := r.x
	o := t.hang(r.hwpxReader, Block{Kind: Field, Hidden: t.hidden})
	read := func() {
		if name := x.attr("Name"); name != "" {
			o.Marker = clean(name)
		}
		if caption := x.attr("Caption"); caption != "" {
			o.Text = clean(caption)
		}
	}
	read()
	return x.children(func(name string) error {
		read()
		if chosen := x.attr("SelectedValue"); kind == "COMBOBOX" && name != "EDITTEXT" && chosen != "" {
			o.Text = clean(chosen)
		}
		switch name {
		case "FORMOBJECT":
			colour, has := x.has("BackColor")
			painted := has && !whiteNumber(colour)
			o.Hidden = r.unseenForm(t, "", true, painted)
			return x.children(func(name string) error {
				if name == "FORMCHARSHAPE" {
					o.Hidden = r.unseenForm(t, x.attr("CharShape"), x.is("FollowContext"), painted)
				}
				return nil
			}, nil)
		case "EDITTEXT":
			text, err := x.wholeText()
			o.Text = clean(text)
			return err
		}
		return nil
	}, nil)
}

// object reads what is drawn.
func (r *hwpmlReader) object(o *hangulObject, kind string) error {
	x := r.x
	switch kind {
	case "TABLE":
		return r.table(o)
	case "PICTURE":
		o.Kind = Picture
	case "OLE", "UNKNOWNOBJECT":
		o.Kind = Picture
		r.b.gap(Gap{What: GapEmbedded, Where: fmt.Sprintf("SECTION %d, P %d", r.section, r.paragraph), Why: kind})
	case "EQUATION":
		o.Kind = Equation
	case "TEXTART":
		o.Kind, o.Text = Box, clean(strings.NewReplacer("␍␊", "\n", "␍", "\n", "␊", "\n").Replace(x.attr("Text")))
	default:
		o.Kind = Box
	}
	return x.children(func(name string) error { return r.shape(o, name) }, nil)
}

// shape reads what is in a drawing.
func (r *hwpmlReader) shape(o *hangulObject, name string) error {
	x := r.x
	switch name {
	case "SHAPEOBJECT", "DRAWINGOBJECT":
		return x.children(func(name string) error { return r.shape(o, name) }, nil)
	case "CAPTION":
		c := &hangulObject{Block: Block{Kind: Caption, Place: Place{Section: r.section, Paragraph: r.paragraph}}}
		o.objects = append(o.objects, c)
		return r.paraList(c, nil)
	case "FILLBRUSH":
		return x.children(func(name string) error {
			colour, has := x.has("FaceColor")
			o.ground = name != "WINDOWBRUSH" || has && !whiteNumber(colour)
			return nil
		}, nil)
	case "DRAWTEXT":
		return r.paraList(o, nil)
	case "SCRIPT":
		text, err := x.wholeText()
		o.Text = clean(text)
		return err
	case "IMAGE":
		if n := x.num("BinItem"); o.Kind == Picture && n >= 1 && n <= len(r.binOf) {
			o.Image = r.images[r.binOf[n-1]]
		}
		if o.Kind == Picture && o.Image == 0 {
			r.b.gap(Gap{What: GapEntry, Where: "BinItem " + x.attr("BinItem"), Why: "a picture that is not in the file"})
		}
	case "PICTURE", "CONTAINER", "OLE", "TEXTART", "LINE", "RECTANGLE", "ELLIPSE", "ARC", "POLYGON", "CURVE", "CONNECTLINE":
		if err := r.part(); err != nil {
			return err
		}
		inner := &hangulObject{Block: Block{Place: Place{Section: r.section, Paragraph: r.paragraph}}}
		o.objects = append(o.objects, inner)
		return r.object(inner, name)
	}
	return nil
}

// table reads a table.
func (r *hwpmlReader) table(o *hangulObject) error {
	x := r.x
	t := &hangulTable{}
	o.Kind, o.table = Table, t
	o.Grid = &Grid{Rows: x.num("RowCount"), Cols: x.num("ColCount")}
	row := -1
	err := x.children(func(name string) error {
		if name != "ROW" {
			return r.shape(o, name)
		}
		row++
		return x.children(func(name string) error {
			if name != "CELL" {
				return nil
			}
			if err := r.part(); err != nil {
				return err
			}
			c := &hangulCell{Cell: Cell{Row: -1, Col: -1}, header: x.is("Header")}
			c.Rowspan, c.Colspan = span(x.num("RowSpan")), span(x.num("ColSpan"))
			t.cells = append(t.cells, c)
			if _, ok := x.has("ColAddr"); ok {
				c.Row, c.Col = x.num("RowAddr"), x.num("ColAddr")
			}
			if c.Row < 0 || c.Col < 0 {
				c.Row, c.Col = row, nextColumn(t.cells, row)
			}
			ground := r.head.fills[x.attr("BorderFill")]
			return x.children(func(name string) error {
				if name != "PARALIST" {
					return nil
				}
				return r.nested(ground, func(p *hangulParagraph) { c.paragraphs = append(c.paragraphs, p) })
			}, nil)
		}, nil)
	}, nil)
	r.grid(o, t, false)
	return err
}
