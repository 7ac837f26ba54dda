package document

import (
	"cmp"
	"context"
	"errors"
)

// countPPTX counts slides, tables, cells, pictures and characters.
func countPPTX(ctx context.Context, src *Source, l Limits) (Count, error) {
	c, err := walkParts(ctx, src, l)
	if err != nil {
		return Count{}, err
	}
	main := c.mainPart("presentationml.presentation.main", "presentationml.slideshow.main", "presentationml.template.main",
		"ms-powerpoint.presentation.macroEnabled.main", "ms-powerpoint.slideshow.macroEnabled.main", "ms-powerpoint.template.macroEnabled.main")
	if len(c.part(main)) == 0 {
		return Count{}, cmp.Or(c.wrong(), errors.New("no main part to count in"))
	}
	p := &pptxCounted{}
	slides := c.relations(main)
	counted, diagrams := map[string]bool{}, map[string]bool{}
	eachTag(c.part(main), func(t walkedTag) {
		if t.name != "sldId" || t.closes {
			return
		}
		p.Pages++
		name := slides[idOfSlide(t)].target
		counted[name] = true
		p.part(c.part(name), false)
		for id, r := range c.relations(name) {
			switch {
			case r.kind == "notesSlide":
				counted[r.target] = true
				p.part(c.part(r.target), true)
			case r.kind == "comments":
				p.part(c.part(r.target), false)
			case r.kind == "diagramData" && referred(c.part(name), id) && !diagrams[r.target]:
				diagrams[r.target] = true
				p.Characters += countDiagram(c.part(r.target))
			}
		}
	})
	p.Images = c.images(counted)
	if err := c.wrong(); err != nil {
		return Count{}, err
	}
	return p.Count, ctx.Err()
}

// idOfSlide is the relation of a slide: the attribute "id" that has a prefix.
func idOfSlide(t walkedTag) string {
	for i := len(t.rest) - 3; i > 0; i-- {
		if t.rest[i-1] == ':' && t.rest[i] == 'i' && t.rest[i+1] == 'd' {
			return walkedTag{rest: t.rest[i:]}.value("id")
		}
	}
	return ""
}

// pptxCounted is what was counted of a presentation.
type pptxCounted struct {
	walkedPart
	aside bool // what notes have beside notes
}

func (p *pptxCounted) part(data []byte, notes bool) {
	p.skipped, p.chosen, p.aside = 0, nil, false
	eachTag(data, func(t walkedTag) { p.tag(t, notes) })
	p.flush()
}

func (p *pptxCounted) tag(t walkedTag, notes bool) {
	if p.alternatives(t) {
		return
	}
	switch t.name {
	case "sp":
		p.aside = false
	case "ph":
		switch t.value("type") {
		case "sldImg", "sldNum", "dt", "hdr", "ftr":
			p.aside = notes
		}
	case "t", "text":
		if !t.closes && !t.empty && !p.aside {
			p.add(t.after)
		}
	case "p", "br":
		p.flush()
	case "tbl":
		if !t.closes {
			p.Tables++
		}
	case "tc":
		if !t.closes && !on(t.value("hMerge")) && !on(t.value("vMerge")) {
			p.Cells++
		}
	}
}

func on(value string) bool { return value == "1" || value == "true" }
