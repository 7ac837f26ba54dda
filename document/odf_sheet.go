package document

import "strings"

// sheets reads the sheets of a spreadsheet.
func (r *odfReader) sheets() error {
	x := r.x
	return x.children(func(string) error {
		if x.name != "table:table" {
			return nil
		}
		style, _ := r.styles.find("table/"+x.attr("table:style-name"), func(t odfStyle) bool { return t.shown != unsaid })
		if err := r.b.page(Page{Label: clean(x.attr("table:name")), Hidden: style.shown == no}); err != nil {
			return err
		}
		b := Block{Kind: Table, Grid: &Grid{}, Hidden: style.shown == no}
		r.nested++
		err := r.rows(&b, &odfGrid{Grid: b.Grid, sheet: true})
		r.nested--
		if len(b.Grid.Cells) > 0 || len(b.Blocks) > 0 {
			if out := r.add(b); out != nil {
				return out
			}
		}
		return err
	}, nil)
}

// innerSheets reads the sheets of a spreadsheet that is an object in another document.
func (r *odfReader) innerSheets(to sink) error {
	x := r.x
	return x.children(func(string) error {
		if x.name != "table:table" {
			return nil
		}
		b := Block{Kind: Table, Grid: &Grid{}, Place: r.place()}
		err := r.rows(&b, &odfGrid{Grid: b.Grid, sheet: true})
		if len(b.Grid.Cells) > 0 || len(b.Blocks) > 0 {
			if out := to(b); out != nil {
				return out
			}
		}
		return err
	}, nil)
}

// value sets what a sheet's cell has: its raw value and formula. Text it has in paragraphs.
func (r *odfReader) value(c *Cell) {
	x := r.x
	switch x.attr("office:value-type") {
	case "float", "percentage", "currency":
		c.Text = clean(x.attr("office:value"))
	case "date":
		c.Text = clean(x.attr("office:date-value"))
	case "time":
		c.Text = odfDuration(x.attr("office:time-value"))
	case "boolean":
		c.Text = strings.ToUpper(clean(x.attr("office:boolean-value")))
	case "string":
		c.Text = clean(x.attr("office:string-value"))
	}
	if formula := x.attr("table:formula"); formula != "" {
		c.Formula = odfFormula(clean(formula))
	}
}

// odfDuration is a duration, "PT16H24M05S", as the time that cells have: "16:24:05". What is none stays as it is.
func odfDuration(text string) string {
	rest, ok := strings.CutPrefix(text, "PT")
	h, rest, hours := strings.Cut(rest, "H")
	m, rest, minutes := strings.Cut(rest, "M")
	if s, seconds := strings.CutSuffix(rest, "S"); ok && hours && minutes && seconds && h != "" && m != "" && s != "" {
		return clean(h + ":" + m + ":" + s)
	}
	return clean(text)
}

// odfFormula is a formula without "of:=" and the brackets of OpenFormula: "[.B4]+[Sheet2.C4]" is B4+Sheet2.C4.
func odfFormula(text string) string {
	if _, rest, ok := strings.Cut(text, ":="); ok {
		text = rest
	}
	text = strings.TrimPrefix(text, "=")
	var out strings.Builder
	quoted, inside := false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			inside = true
			if i+1 < len(text) && text[i+1] == '.' {
				i++
			}
			continue
		case c == ']':
			inside = false
			continue
		case inside && c == ':' && i+1 < len(text) && text[i+1] == '.':
			i++
		}
		out.WriteByte(c)
	}
	return out.String()
}
