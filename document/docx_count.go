package document

import (
	"bytes"
	"cmp"
	"context"
	"errors"
)

// countDOCX counts tables, cells, pictures and characters. It counts no pages: the file has none but by what Word says of
// them.
func countDOCX(ctx context.Context, src *Source, l Limits) (Count, error) {
	c, err := walkParts(ctx, src, l)
	if err != nil {
		return Count{}, err
	}
	main := c.mainPart("wordprocessingml.document.main", "ms-word.document.macroEnabled.main", "wordprocessingml.template.main",
		"ms-word.template.macroEnabledTemplate.main")
	body := c.part(main)
	if len(body) == 0 {
		return Count{}, cmp.Or(c.wrong(), errors.New("no main part to count in"))
	}
	d := &docxCounted{}
	d.part(body)
	counted := map[string]bool{main: true}
	diagrams := map[string]bool{}
	for id, r := range c.relations(main) {
		switch r.kind {
		case "footnotes", "endnotes", "comments":
			counted[r.target] = true
		case "header", "footer":
			if referred(body, id) {
				counted[r.target] = true
			}
		case "diagramData":
			if referred(body, id) {
				diagrams[r.target] = true
			}
		}
	}
	for name := range counted {
		if name != main {
			d.part(c.part(name))
		}
	}
	for name := range diagrams {
		d.Characters += countDiagram(c.part(name))
	}
	d.Images = c.images(counted)
	if err := c.wrong(); err != nil {
		return Count{}, err
	}
	return d.Count, ctx.Err()
}

// referred reports whether a part names a relation.
func referred(part []byte, id string) bool {
	return bytes.Contains(part, []byte(`"`+id+`"`)) || bytes.Contains(part, []byte(`'`+id+`'`))
}

// docxCounted is what was counted of a document.
type docxCounted struct {
	walkedPart
	code    []bool // of fields that are open: still instructions
	changed int    // how a cell was before
	aside   bool   // in the line above notes
}

func (d *docxCounted) part(data []byte) {
	d.skipped, d.chosen, d.code, d.changed, d.aside = 0, nil, nil, 0, false
	eachTag(data, d.tag)
	d.flush()
}

func (d *docxCounted) tag(t walkedTag) {
	if d.alternatives(t) {
		return
	}
	switch t.name {
	case "t", "delText":
		if !t.closes && !t.empty && !d.aside && !d.instructions() {
			d.add(t.after)
		}
	case "p":
		if !t.closes && !t.empty {
			d.flush()
			break
		}
		d.flush()
		for n := len(d.code); n > 0 && d.code[n-1]; n-- {
			d.code = d.code[:n-1]
		}
	case "tbl":
		if !t.closes {
			d.Tables++
		}
	case "tc":
		if !t.closes {
			d.Cells++
		}
	case "tcPrChange":
		d.changed++
		if t.closes || t.empty {
			d.changed = 0
		}
	case "vMerge", "hMerge":
		if !t.closes && d.changed == 0 && t.value("val") != "restart" {
			d.Cells--
		}
	case "fldChar":
		d.field(t)
	case "footnote", "endnote":
		d.aside = !t.closes && t.value("type") != "" && t.value("type") != "normal"
	}
}

// field follows the marks of a field.
func (d *docxCounted) field(t walkedTag) {
	top := len(d.code) - 1
	switch t.value("fldCharType") {
	case "begin":
		d.code = append(d.code, true)
	case "separate":
		if top >= 0 {
			d.code[top] = false
		}
	case "end":
		if top >= 0 {
			d.code = d.code[:top]
		}
	}
}

// instructions reports whether a field is open of which the instructions have not ended.
func (d *docxCounted) instructions() bool {
	for _, code := range d.code {
		if code {
			return true
		}
	}
	return false
}

// countDiagram counts the characters of a diagram's points.
func countDiagram(data []byte) int64 {
	var c walkedPart
	shown := false
	eachTag(data, func(t walkedTag) {
		switch t.name {
		case "pt":
			kind := t.value("type")
			shown = kind == "" || kind == "node" || kind == "asst" || kind == "doc"
		case "t":
			if shown && !t.closes && !t.empty {
				c.add(t.after)
			}
		case "p":
			c.flush()
		}
	})
	c.flush()
	return c.Characters
}
