package document

// slides reads the slides of a presentation, or the pages of a drawing.
func (r *odfReader) slides() error {
	x := r.x
	return x.children(func(string) error {
		switch x.name {
		case "presentation:footer-decl", "presentation:header-decl", "presentation:date-time-decl":
			name := x.name + "/" + x.attr("presentation:name")
			text, err := x.wholeText()
			r.decls[name] = clean(text)
			return err
		case "draw:page":
			return r.slide()
		}
		return nil
	}, nil)
}

// slide reads a slide with its notes.
func (r *odfReader) slide() error {
	x := r.x
	style, _ := r.styles.find("drawing-page/"+x.attr("draw:style-name"), func(t odfStyle) bool { return t.shown != unsaid })
	size := r.styles.layouts[r.styles.masters[x.attr("draw:master-page-name")]]
	p := Page{Label: clean(x.attr("draw:name")), Width: size[0], Height: size[1], Hidden: style.shown == no}
	if err := r.b.page(p); err != nil {
		return err
	}
	footer := "presentation:footer-decl/" + x.attr("presentation:use-footer-name")
	err := x.children(func(string) error {
		switch x.name {
		case "presentation:notes":
			b := Block{Kind: Notes, Hidden: p.Hidden}
			err := r.inner(&b, r.content)
			if b.Text == "" && len(b.Blocks) == 0 {
				return err
			}
			if out := r.add(b); out != nil {
				return out
			}
			return err
		case "draw:page-thumbnail":
			return nil
		}
		return r.block(func(b Block) error {
			b.Hidden = b.Hidden || p.Hidden
			return r.add(b)
		})
	}, nil)
	if text := r.decls[footer]; text != "" && r.footers.first(footer, p.Hidden) {
		if out := r.add(Block{Kind: Footer, Text: text, Hidden: p.Hidden}); out != nil {
			return out
		}
	}
	return err
}
