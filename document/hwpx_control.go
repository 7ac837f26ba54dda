package document

import (
	"strings"
)

// run reads what stands in a run of text.
func (r *hwpxReader) run(t *hwpxText, name string) error {
	x := r.x
	if r.plain != nil && plainWithout[name] {
		return nil
	}
	switch name {
	case "t":
		return r.t(t)
	case "secPr":
		t.control()
		return r.secPr(t)
	case "ctrl":
		return x.children(func(name string) error { return r.ctrl(t, name) }, nil)
	case "switch":
		return r.switched(func(name string) error { return r.run(t, name) })
	case "compose":
		t.control()
		r.write(t, x.attr("composeText"), 0)
	case "dutmal":
		t.control()
		return r.dutmal(t)
	case "edit", "comboBox", "listBox", "btn", "checkBtn", "radioBtn", "scrollBar":
		t.control()
		return r.form(t, name)
	case "equation":
		t.control()
		return r.equation(t)
	case "tbl", "pic", "ole", "container", "line", "rect", "ellipse", "arc", "polygon", "curve", "connectLine", "textart", "chart", "video", "unknownObject":
		t.control()
		o := t.hang(r, Block{})
		return r.object(o, name)
	}
	return nil
}

// switched reads of what programs of different age understand the first that there is.
func (r *hwpxReader) switched(f func(name string) error) error {
	done := false
	return r.x.children(func(string) error {
		if done {
			return nil
		}
		return r.x.children(func(name string) error {
			done = true
			return f(name)
		}, nil)
	}, nil)
}

// ctrl reads a control.
func (r *hwpxReader) ctrl(t *hwpxText, name string) error {
	x := r.x
	t.control()
	if r.plain != nil && plainWithout[name] {
		return nil
	}
	switch name {
	case "colPr":
		return r.colPr(t)
	case "fieldBegin":
		return r.fieldBegin(t)
	case "fieldEnd":
		r.fieldEnd(t, x.attr("beginIDRef"))
	case "header", "footer", "footNote", "endNote", "hiddenComment":
		kind := hwpxNotes[name]
		return r.note(t, kind)
	case "autoNum":
		return r.autoNum(t)
	case "newNum":
		if x.attr("numType") == "PAGE" && r.layout != nil {
			r.label.number = x.num("num") - 1
		}
	case "pageNum":
		r.label.shown, r.label.format, r.label.side = x.attr("pos") != "NONE", hangulFormat(x.attr("formatType")), clean(x.attr("sideChar"))
	}
	return nil
}

var hwpxNotes = map[string]Kind{"header": Header, "footer": Footer, "footNote": Footnote, "endNote": Endnote, "hiddenComment": Hidden}

// note reads a header, a footer, a note or a hidden comment. It is seen or not whatever the text around it is.
func (r *hwpxReader) note(t *hwpxText, kind Kind) error {
	x := r.x
	o := t.hang(r, Block{Kind: kind, Hidden: kind == Hidden})
	if number := x.num("number"); r.plain == nil && number > 0 && (kind == Footnote || kind == Endnote) {
		o.Marker = hangulNumber(0, number) + suffix(x.num("suffixChar"))
	}
	err := r.subList(o, nil)
	o.numbered()
	return err
}

// suffix is what is drawn after a note's number: the code of a character.
func suffix(code int) string {
	if code < 0x20 || code > 0xffff {
		return ""
	}
	return clean(string(rune(code)))
}

// subList reads the paragraphs of what was opened last into an object; others gets the elements beside them.
func (r *hwpxReader) subList(o *hangulObject, others func(name string) error) error {
	x := r.x
	return x.children(func(name string) error {
		switch {
		case name == "subList":
			if r.plain == nil {
				o.text = hwpxAlign(x.attr("vertAlign"))
			}
			return r.nested(o.ground, func(p *hangulParagraph) { o.paragraphs = append(o.paragraphs, p) })
		case others != nil:
			return others(name)
		}
		return nil
	}, nil)
}

// autoNum reads a number that Hangul counts: of a note it is drawn before it, of a caption or page it is in the text.
func (r *hwpxReader) autoNum(t *hwpxText) error {
	x := r.x
	number, kind := x.num("num"), x.attr("numType")
	format, before, after := 0, "", ""
	err := x.children(func(name string) error {
		if name == "autoNumFormat" {
			format, before, after = hangulFormat(x.attr("type")), x.attr("prefixChar"), x.attr("suffixChar")
		}
		return nil
	}, nil)
	switch kind {
	case "FOOTNOTE", "ENDNOTE":
		t.Marker = clean(before + hangulNumber(format, number) + after)
	case "PAGE", "TOTAL_PAGE":
		// what is printed changes from page to page
	default:
		start := len(t.text)
		r.write(t, before+hangulNumber(format, number)+after, 0)
		if len(t.text) > start {
			t.Marks = append(t.Marks, Mark{Start: start, End: len(t.text), Kind: MarkNumber})
		}
	}
	return err
}

// fieldBegin reads the beginning of a field; a memo has its text with it.
func (r *hwpxReader) fieldBegin(t *hwpxText) error {
	x := r.x
	if r.plain != nil {
		return r.subList(t.hang(r, Block{Kind: Comment}), nil)
	}
	kind := x.attr("type")
	f := hwpxField{id: x.attr("id"), mark: Mark{Start: len(t.text), Kind: MarkField, Value: clean(x.attr("name"))}}
	parameters := map[string]string{}
	memo := &hangulObject{Block: Block{Kind: Comment}}
	err := r.subList(memo, func(name string) error {
		if name != "parameters" {
			return nil
		}
		return x.children(func(string) error {
			key := x.attr("name")
			text, err := x.wholeText()
			if len(parameters) < 64 {
				parameters[key] = clean(text)
			}
			return err
		}, nil)
	})
	switch kind {
	case "HYPERLINK":
		f.mark.Kind, f.mark.Value = MarkLink, hangulLink(parameters["Path"], parameters["Command"])
	case "CLICK_HERE", "FORMULA", "SUMMERY", "SUMMARY", "MAILMERGE", "USERINFO", "DATE", "DOC_DATE", "PATH", "CROSSREF":
		if f.mark.Value == "" {
			f.mark.Value = parameters["Direction"]
		}
	default:
		f.plain = true
	}
	if len(memo.paragraphs) > 0 {
		memo.Author = parameters["Author"]
		memo.Section, memo.Paragraph, memo.Offset = r.section, r.paragraph, len(t.text)
		t.objects = append(t.objects, memo)
	}
	const most = 256 // fields in each other
	if len(r.list.fields) < most {
		r.list.fields = append(r.list.fields, f)
	}
	return err
}

// hangulLink is where a hyperlink leads: its path, or what its command begins with, in which a backslash keeps a sign.
func hangulLink(path, command string) string {
	if path != "" {
		return path
	}
	var out strings.Builder
	for i := 0; i < len(command) && command[i] != ';'; i++ {
		if command[i] == '\\' && i+1 < len(command) {
			i++
		}
		out.WriteByte(command[i])
	}
	return out.String()
}

// fieldEnd ends a field, and those that began in it.
func (r *hwpxReader) fieldEnd(t *hwpxText, id string) {
	fields := r.list.fields
	for i := len(fields) - 1; i >= 0; i-- {
		if fields[i].id == id {
			t.mark(fields[i], len(t.text))
			r.list.fields = append(fields[:i], fields[i+1:]...)
			return
		}
	}
}

// dutmal reads a word with a reading aid.
func (r *hwpxReader) dutmal(t *hwpxText) error {
	x := r.x
	return x.children(func(name string) error {
		switch name {
		case "mainText":
			text, err := x.wholeText()
			r.write(t, text, 0)
			return err
		case "subText":
			text, err := x.wholeText()
			if text = clean(text); text != "" {
				t.hang(r, Block{Kind: Ruby, Text: text, Hidden: t.hidden})
			}
			return err
		}
		return nil
	}, nil)
}

// form reads a control of a form: what is filled in, chosen or written on it.
func (r *hwpxReader) form(t *hwpxText, kind string) error {
	x := r.x
	o := t.hang(r, Block{Kind: Field, Marker: clean(x.attr("name"))})
	caption, chosen := x.attr("caption"), x.attr("selectedValue")
	painted := covers(x.attr("backColor"))
	o.Hidden = r.unseenForm(t, "", true, painted)
	switch kind {
	case "checkBtn", "radioBtn":
		sign := "☐ "
		if x.attr("value") == "CHECKED" {
			sign = "☑ "
		}
		o.Text = clean(sign + caption)
	case "btn":
		o.Text = clean(caption)
	}
	return x.children(func(name string) error {
		switch name {
		case "formCharPr":
			o.Hidden = r.unseenForm(t, x.attr("charPrIDRef"), x.is("followContext"), painted)
		case "text":
			text, err := x.wholeText()
			o.Text = clean(text)
			return err
		case "listItem":
			if value := x.attr("value"); value == chosen || x.attr("displayText") == chosen {
				o.Text = clean(x.attr("displayText"))
				if o.Text == "" {
					o.Text = clean(chosen)
				}
			}
		default:
			return r.frame(o, name)
		}
		return nil
	}, nil)
}

// equation reads an equation as its script.
func (r *hwpxReader) equation(t *hwpxText) error {
	x := r.x
	o := t.hang(r, Block{Kind: Equation})
	return x.children(func(name string) error {
		switch name {
		case "script":
			text, err := x.wholeText()
			o.Text = clean(text)
			return err
		case "caption":
			return r.caption(o)
		}
		return r.frame(o, name)
	}, nil)
}
