package document

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode"
)

// What a document keeps and does not show. A block that is Hidden is so with all that is in it; the words of a text may be hidden by
// marks as well, and then what is anchored among them is seen all the same: a table has colours of its own.

// stretch is bytes from to to of a text, all of them hidden or none.
type stretch struct {
	from, to int
	hidden   bool
}

// stretchesOf divides a text by what its marks say is hidden.
func stretchesOf(text string, marks []Mark) []stretch {
	byStart := func(a, b Mark) int { return cmp.Compare(a.Start, b.Start) }
	if !slices.IsSortedFunc(marks, byStart) {
		marks = slices.SortedStableFunc(slices.Values(marks), byStart)
	}
	var all []stretch
	last := 0
	for _, m := range marks {
		from, to := max(m.Start, last), min(m.End, len(text))
		if m.Kind != MarkHidden || from >= to {
			continue
		}
		if last < from {
			all = append(all, stretch{last, from, false})
		}
		all, last = append(all, stretch{from, to, true}), to
	}
	if last < len(text) {
		all = append(all, stretch{last, len(text), false})
	}
	return all
}

// shownOf is what a reader sees of a text.
func shownOf(text string, marks []Mark) string {
	var shown strings.Builder
	for _, s := range stretchesOf(text, marks) {
		if !s.hidden {
			shown.WriteString(text[s.from:s.to])
		}
	}
	return shown.String()
}

// hidesAll reports whether marks hide all of a text that could be seen, and something of it. White space cannot: that it is white says
// nothing.
func hidesAll(text string, marks []Mark) bool {
	hides := false
	for _, s := range stretchesOf(text, marks) {
		if !strings.ContainsFunc(text[s.from:s.to], leavesInk) {
			continue
		}
		if !s.hidden {
			return false
		}
		hides = true
	}
	return hides
}

// Shown are the bytes of a text that a reader sees, in order, each the first and the one behind the last; none, if there is no sign to be
// seen among them.
func (t TextOf) Shown() (all [][2]int) {
	if t.Hidden {
		return nil
	}
	var marks []Mark
	if t.Cell == nil {
		marks = t.Block.Marks
	}
	for _, s := range stretchesOf(t.Text, marks) {
		if !s.hidden && strings.ContainsFunc(t.Text[s.from:s.to], leavesInk) {
			all = append(all, [2]int{s.from, s.to})
		}
	}
	return all
}

// Unseen reports whether a reader sees nothing of what a block itself says: it is hidden, or its words are. What is in it may be seen in
// the second case.
func (b *Block) Unseen() bool { return b.Hidden || hidesAll(b.Text, b.Marks) }

// leavesInk reports whether a character is seen where it stands. Those for private use are: Hangul has signs among them.
func leavesInk(r rune) bool { return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cc, unicode.Cf) }

// hiddenWhole reports whether a reader sees nothing of a paragraph, with all that is anchored in it. Reading aids above words that are
// hidden are made so.
func hiddenWhole(text string, marks []Mark, anchored iter.Seq[*Block]) bool {
	if !hidesAll(text, marks) {
		return false
	}
	whole := true
	for b := range anchored {
		b.Hidden = b.Hidden || b.Kind == Ruby
		whole = whole && (b.Hidden || b.Kind == Hidden || b.Kind == Deleted)
	}
	return whole
}

// each yields blocks to be changed.
func each(blocks []Block) iter.Seq[*Block] {
	return func(yield func(*Block) bool) {
		for i := range blocks {
			if !yield(&blocks[i]) {
				return
			}
		}
	}
}

func hide(blocks []Block) {
	for b := range each(blocks) {
		b.Hidden = true
	}
}

// hideReadings hides the reading aids among blocks, which have the look of the words below them.
func hideReadings(blocks []Block) {
	for b := range each(blocks) {
		b.Hidden = b.Hidden || b.Kind == Ruby
	}
}

// once lets what is in several places through where a reader sees it first, and where it is first hidden if that is before: what is hidden
// keeps nothing from being seen. The zero value has let nothing through.
type once struct{ seen, unseen map[string]bool }

// first reports whether a thing of a name is to be let through.
func (o *once) first(name string, hidden bool) bool {
	if o.seen[name] || hidden && o.unseen[name] {
		return false
	}
	in := &o.seen
	if hidden {
		in = &o.unseen
	}
	if *in == nil {
		*in = map[string]bool{}
	}
	(*in)[name] = true
	return true
}

// headings are those that are open, by level.
type headings []string

// seen opens a heading as a reader sees it; one of which nothing is seen, or that is in what is hidden, stands above nothing.
func (h *headings) seen(b *Block, hidden bool) {
	if !hidden && !hidesAll(b.Text, b.Marks) {
		h.open(b, shownOf(b.Text, b.Marks))
	}
}

// open opens a heading that says a text: what follows stands below it.
func (h *headings) open(b *Block, text string) {
	level := min(max(b.Level, 1), mostHeadings)
	for len(*h) < level {
		*h = append(*h, "")
	}
	*h = (*h)[:level]
	(*h)[level-1] = atMost(strings.TrimSpace(b.Marker+" "+text), repeatMost)
}

// String is what stands above.
func (h headings) String() string {
	var parts []string
	for _, one := range h {
		if one != "" {
			parts = append(parts, one)
		}
	}
	return strings.Join(parts, headingBreak)
}
