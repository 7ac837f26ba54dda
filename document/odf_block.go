package document

import (
	"maps"
	"slices"
	"strings"
)

// content reads the blocks in the element that was opened last.
func (r *odfReader) content(to sink) error {
	return r.x.children(func(string) error { return r.block(to) }, nil)
}

// block reads a block: a paragraph, a list, a table, a drawing, or what holds some.
func (r *odfReader) block(to sink) error {
	x := r.x
	switch x.name {
	case "text:p":
		return r.one(to)
	case "text:h":
		return r.heading(to)
	case "text:list":
		return r.list(to)
	case "text:numbered-paragraph":
		return r.content(to)
	case "table:table":
		if r.nested == 0 {
			r.paragraph++
		}
		return r.table(to)
	case "text:section", "text:index-title":
		outer := r.hidden
		display := x.attr("text:display")
		r.hidden = outer || display == "none" || display == "condition" && x.is("text:is-hidden")
		hidden := r.hidden
		err := r.content(func(b Block) error {
			b.Hidden = b.Hidden || hidden
			return to(b)
		})
		r.hidden = outer
		return err
	case "text:table-of-content", "text:alphabetical-index", "text:bibliography", "text:illustration-index", "text:object-index", "text:table-index", "text:user-index", "text:index-body", "text:page-sequence", "style:region-left", "style:region-center", "style:region-right":
		return r.content(to)
	case "text:soft-page-break":
		r.pages.next(r)
	case "text:tracked-changes":
		return r.tracked()
	case "text:change":
		if b, ok := r.deleted(x.attr("text:change-id")); ok {
			return to(b)
		}
	case "text:change-start":
		if c := r.changes[x.attr("text:change-id")]; c != nil && c.inserted {
			r.inserts, r.inserted = true, c.author
		}
	case "text:change-end":
		r.inserts = false
	case "office:annotation":
		b, err := r.annotation()
		if out := to(b); out != nil {
			return out
		}
		return err
	case "office:forms":
		return r.forms(to)
	default:
		if isDrawing(x.name) {
			return r.drawing(to)
		}
	}
	return nil
}

// one reads a paragraph.
func (r *odfReader) one(to sink) error {
	if r.nested == 0 {
		r.paragraph++
	}
	r.pages.before(r, "paragraph/"+r.x.attr("text:style-name"))
	t, err := r.text()
	if out := to(t.Block); out != nil {
		return out
	}
	return err
}

// heading reads a heading with its number.
func (r *odfReader) heading(to sink) error {
	x := r.x
	if r.nested == 0 {
		r.paragraph++
	}
	level := min(max(x.num("text:outline-level"), 1), hangulLevels)
	list := x.is("text:is-list-header")
	r.pages.before(r, "paragraph/"+x.attr("text:style-name"))
	t, err := r.text()
	if t.Text != "" {
		t.Kind, t.Level = Heading, level
	}
	if levels := r.styles.lists[outlineList]; levels != nil && !list && t.Text != "" {
		countOn(&r.outline, levels, level-1)
		t.Marker = levels.drawn(level-1, r.outline)
	}
	if out := to(t.Block); out != nil {
		return out
	}
	return err
}

// countOn counts one on at a level from 0. Levels that were passed over count as begun.
func countOn(reached *[hangulLevels]int, levels *odfList, level int) {
	for i := range level {
		if reached[i] == 0 {
			reached[i] = max(levels[i].start, 1)
		}
	}
	if reached[level] == 0 {
		reached[level] = levels[level].start
	} else {
		reached[level]++
	}
	clear(reached[level+1:])
}

// listRun is a list that is being read.
type listRun struct {
	levels  *odfList
	style   string
	reached [hangulLevels]int
}

// list reads a list, which may go on counting where another ended.
func (r *odfReader) list(to sink) error {
	x := r.x
	run := &listRun{style: x.attr("text:style-name")}
	run.levels = r.styles.lists[run.style]
	id := x.attr("xml:id")
	if other := x.attr("text:continue-list"); other != "" {
		run.reached = r.runs["#"+other]
	} else if x.is("text:continue-numbering") {
		run.reached = r.runs[run.style]
	}
	err := r.items(to, run, 0)
	r.runs[run.style] = run.reached
	if id != "" {
		r.runs["#"+id] = run.reached
	}
	return err
}

// items reads the items of a list at a level from 0.
func (r *odfReader) items(to sink, run *listRun, level int) error {
	x := r.x
	return x.children(func(string) error {
		header := x.name == "text:list-header"
		if x.name != "text:list-item" && !header {
			return nil
		}
		if value, ok := x.has("text:start-value"); ok && level < hangulLevels {
			run.reached[level] = wholeNumber([]byte(value)) - 1
		}
		first := !header
		return x.children(func(string) error {
			if x.name == "text:list" {
				inner := run
				if style := x.attr("text:style-name"); style != "" && style != run.style {
					inner = &listRun{style: style, levels: r.styles.lists[style], reached: run.reached}
				}
				if level+1 < hangulLevels && level >= 0 && first {
					first = false // an item that only holds a list draws no number of its own
				}
				return r.items(to, inner, level+1)
			}
			if x.name != "text:p" && x.name != "text:h" {
				return r.block(to)
			}
			mark := first
			first = false
			return r.item(to, run, level, mark)
		}, nil)
	}, nil)
}

// item reads a paragraph of an item; the first has the marker.
func (r *odfReader) item(to sink, run *listRun, level int, mark bool) error {
	if r.x.name == "text:h" {
		return r.heading(to)
	}
	return r.one(func(b Block) error {
		if b.Kind == Paragraph {
			b.Kind, b.Level = Item, level+1
		}
		if at := min(level, hangulLevels-1); mark && run.levels != nil {
			countOn(&run.reached, run.levels, at)
			b.Marker = run.levels.drawn(at, run.reached)
		}
		return to(b)
	})
}

// odfChange is a tracked change.
type odfChange struct {
	inserted bool
	author   string
	blocks   []Block // what was deleted
	told     bool
}

// tracked reads the tracked changes, which come before the text that refers to them.
func (r *odfReader) tracked() error {
	x := r.x
	return x.children(func(string) error {
		if x.name != "text:changed-region" {
			return nil
		}
		c := &odfChange{}
		for _, key := range []string{"text:id", "xml:id"} {
			if id := x.attr(key); id != "" {
				r.changes[id] = c
			}
		}
		return x.children(func(string) error {
			c.inserted = x.name == "text:insertion"
			holder := Block{Kind: Box}
			err := r.inner(&holder, func(to sink) error {
				return x.children(func(string) error {
					if x.name == "office:change-info" {
						return r.changeInfo(c)
					}
					return r.block(to)
				}, nil)
			})
			c.blocks = append(c.blocks, holder.Blocks...)
			return err
		}, nil)
	}, nil)
}

// changeInfo reads who made a change.
func (r *odfReader) changeInfo(c *odfChange) error {
	return r.x.children(func(string) error {
		if r.x.name != "dc:creator" {
			return nil
		}
		text, err := r.x.wholeText()
		c.author = clean(strings.TrimSpace(text))
		return err
	}, nil)
}

// deleted is what a tracked change took out, once.
func (r *odfReader) deleted(id string) (Block, bool) {
	c := r.changes[id]
	if c == nil || c.inserted || c.told || len(c.blocks) == 0 {
		return Block{}, false
	}
	c.told = true
	b := Block{Kind: Deleted, Author: c.author, Blocks: c.blocks, Place: r.place()}
	plain := true
	var lines []string
	for i := range c.blocks {
		plain = plain && c.blocks[i].Grid == nil && len(c.blocks[i].Blocks) == 0
		lines = append(lines, c.blocks[i].Text)
	}
	if plain {
		b.Text, b.Blocks = strings.Join(lines, "\n"), nil
	}
	return b, true
}

// undeleted gives what tracked changes took out of places that the text does not have.
func (r *odfReader) undeleted() error {
	for _, id := range slices.Sorted(maps.Keys(r.changes)) {
		if b, ok := r.deleted(id); ok {
			if err := r.add(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// forms reads the controls of forms: what they are called, and what is in them.
func (r *odfReader) forms(to sink) error {
	x := r.x
	return x.children(func(string) error {
		b := Block{Kind: Field, Marker: clean(x.attr("form:name")), Place: r.place()}
		switch x.name {
		case "form:form":
			return r.forms(to)
		case "form:text", "form:textarea", "form:combobox", "form:formatted-text", "form:number", "form:date", "form:time":
			b.Text = clean(x.attr("form:current-value"))
			if b.Text == "" {
				b.Text = clean(x.attr("form:value"))
			}
		case "form:checkbox", "form:radio":
			b.Text = "☐ " + clean(x.attr("form:label"))
			if x.attr("form:current-state") == "checked" || x.is("form:current-selected") {
				b.Text = "☑ " + clean(x.attr("form:label"))
			}
		case "form:button", "form:fixed-text":
			b.Text = clean(x.attr("form:label"))
		}
		if b.Text == "" {
			return nil
		}
		if err := r.part(); err != nil {
			return err
		}
		return to(b)
	}, nil)
}
