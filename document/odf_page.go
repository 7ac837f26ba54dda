package document

// odfPages counts pages: the text says where each ended when it was last laid out, styles where somebody began one.
type odfPages struct {
	number int
	begun  bool // something is on the first page
}

// page is the number of the page that is being filled, 0 if the file does not say.
func (p *odfPages) page() int {
	if p == nil {
		return 0
	}
	return p.number
}

// next goes on to the next page.
func (p *odfPages) next(*odfReader) {
	if p != nil {
		p.number++
	}
}

// before goes on to the next page if a block of a style begins one. Only the text itself does so.
func (p *odfPages) before(r *odfReader, style string) {
	if p == nil || r.nested > 0 {
		return
	}
	if p.begun && r.styles.breaks(style) {
		p.number++
	}
	p.begun = true
}

// breaks reports whether a page begins before a block of a style.
func (s *odfStyles) breaks(name string) bool {
	_, ok := s.find(name, func(t odfStyle) bool { return t.breaks })
	return ok
}

// foresee counts the pages of a text, and believes them if they are as many as the file says of itself: files that were made
// without being laid out have none, or those of an older version.
func (r *odfReader) foresee(data []byte) {
	seen := &odfPages{number: 1}
	x := newXML(data, odfSpaces, xmlNesting*r.b.limits.Depth)
	look := &odfReader{styles: r.styles, x: x, b: r.b}
	body, inside := false, []int{} // depths of cells, boxes and notes
	for {
		token, err := x.next()
		if err != nil {
			break
		}
		if n := len(inside); token == xmlClose && n > 0 && x.depth() < inside[n-1] {
			inside = inside[:n-1]
		}
		if token != xmlOpen {
			continue
		}
		look.nested = len(inside)
		switch x.name {
		case "office:body":
			body = true
		case "office:automatic-styles", "office:styles":
			if r.styles.read(x) != nil {
				return
			}
		case "text:soft-page-break":
			seen.next(look)
		case "text:p", "text:h":
			if body {
				seen.before(look, "paragraph/"+x.attr("text:style-name"))
			}
		case "table:table":
			seen.before(look, "table/"+x.attr("table:style-name"))
			inside = append(inside, x.depth())
		case "draw:frame", "text:note", "office:annotation", "text:tracked-changes":
			inside = append(inside, x.depth())
		}
	}
	if seen.number > 1 && seen.number == r.pageCount {
		r.pages = &odfPages{number: 1}
		r.b.doc.Unit, r.b.doc.Layout = Paper, PageOnly
	}
}

// pagesTo begins pages up to a number.
func (r *odfReader) pagesTo(number int) error {
	if r.pages == nil {
		return nil
	}
	size := r.styles.layouts[r.styles.masters["Standard"]]
	for n := len(r.b.doc.Pages); n < number; n++ {
		if err := r.b.page(Page{Width: size[0], Height: size[1]}); err != nil {
			return err
		}
	}
	return nil
}
