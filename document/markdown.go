package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Markdown is the document as Markdown, in the dialect of GitHub: headings, lists with their markers, tables (as HTML where
// cells are merged or hold more than text), notes and comments as footnotes, where pages begin as comments, and in
// comments also what the file does not show. Signs that would be marks are escaped, and of addresses only those of the web
// and of mail are links, so that what a document says stays text.
func (d *Document) Markdown() string {
	w := &markdownWriter{doc: d}
	if d.Plain != "" {
		w.out.WriteString(strings.TrimRight(d.Plain, "\n"))
		w.out.WriteByte('\n')
	} else {
		w.pages()
	}
	for i, note := range w.notes {
		if i == 0 {
			w.gap()
		}
		w.out.WriteString(note)
	}
	for _, a := range d.Attachments {
		w.paragraph("", "<!-- attachment: "+inComment(a.Name)+" -->")
		if a.Read != nil {
			w.gap()
			w.out.WriteString(a.Read.Markdown())
		}
	}
	return w.out.String()
}

// markdownWriter writes blocks.
type markdownWriter struct {
	doc   *Document
	out   strings.Builder
	notes []string // definitions of footnotes
	quote string   // what each line begins with
	tight bool     // the block before was an item of a list, which another follows without a gap
	level int      // of that item
	depth int      // of tables in tables
}

// pages writes all blocks, with a comment where a page begins.
func (w *markdownWriter) pages() {
	page, at := 0, 0
	begin := func(p Page) {
		text := fmt.Sprintf("<!-- %s %d", w.doc.Unit, p.Number)
		if p.Label != "" && w.doc.Unit != Sheet {
			text += ": " + inComment(p.Label)
		}
		if p.Hidden {
			text += " (hidden)"
		}
		w.paragraph("", text+" -->")
		if w.doc.Unit == Sheet {
			w.paragraph("", "## "+escaped(oneSpace(p.Label)))
		}
	}
	for i := range w.doc.Blocks {
		b := &w.doc.Blocks[i]
		if w.doc.Unit != Flow && b.Page != page {
			for at < len(w.doc.Pages) && w.doc.Pages[at].Number < b.Page { // pages with nothing on them
				begin(w.doc.Pages[at])
				at++
			}
			page = b.Page
			if at < len(w.doc.Pages) && w.doc.Pages[at].Number == page {
				begin(w.doc.Pages[at])
				at++
			}
		}
		w.block(b)
	}
	if w.doc.Unit != Flow {
		for ; at < len(w.doc.Pages); at++ {
			begin(w.doc.Pages[at])
		}
	}
}

// gap divides what follows from what is before it.
func (w *markdownWriter) gap() {
	if w.out.Len() > 0 {
		w.out.WriteString(strings.TrimRight(w.quote, " ") + "\n")
	}
	w.tight = false
}

// paragraph writes lines, the first after a lead, the others as far to the right.
func (w *markdownWriter) paragraph(lead, text string) {
	w.gap()
	w.lines(lead, text)
}

func (w *markdownWriter) lines(lead, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		w.out.WriteString(strings.TrimRight(w.quote+lead+line, " ") + "\n")
		lead = strings.Repeat(" ", len(lead))
	}
}

// block writes a block and what hangs from it.
func (w *markdownWriter) block(b *Block) {
	switch {
	case b.Hidden || b.Kind == Hidden:
		if text := w.plain(b); text != "" {
			w.paragraph("", "<!-- hidden: "+inComment(text)+" -->")
		}
		return
	case b.Kind == Header || b.Kind == Footer:
		if text := w.plain(b); text != "" {
			w.paragraph("", fmt.Sprintf("<!-- %s: %s -->", b.Kind, inComment(text)))
		}
		return
	case b.Kind == Notes || b.Kind == Box:
		w.quoted(b)
		return
	case b.Kind == Footnote || b.Kind == Endnote || b.Kind == Comment:
		w.note(b)
		return
	}
	text, kind := w.inline(b), b.Kind
	if (kind == Heading || kind == Item) && hidesAll(b.Text, b.Marks) {
		kind = Paragraph // a comment, and what hangs from it
	}
	switch kind {
	case Heading:
		if text != "" {
			w.paragraph("", strings.Repeat("#", min(max(b.Level, 1), 6))+" "+strings.ReplaceAll(marked(b.Marker, text), "\n", " "))
		}
	case Item:
		w.item(b, text)
	case Code, Chart:
		w.code(b)
	case Table:
		if b.Grid != nil {
			w.grid(b.Grid)
		}
	case Picture:
		w.paragraph("", w.picture(b))
	case Equation:
		w.paragraph("", codeSpan(b.Text))
	case Deleted:
		if text != "" {
			w.paragraph("", "~~"+oneSpace(text)+"~~")
		}
	default:
		if text != "" {
			w.paragraph("", hardBreaks(atLineStart(text)))
		}
	}
	w.below(b)
}

// below writes what is in a block or hangs from it, and is not in its text.
func (w *markdownWriter) below(b *Block) {
	for i := range b.Blocks {
		if inner := &b.Blocks[i]; !hangs(b) || !isInline(inner) {
			w.block(inner)
		}
	}
}

// hangs reports whether what is in a block hangs from its text.
func hangs(b *Block) bool {
	switch b.Kind {
	case Table, Code, Chart, Picture, Diagram, Equation:
		return false
	case Box, Notes, Footnote, Endnote, Comment, Deleted, Hidden:
		return b.Text != ""
	}
	return true
}

// marked is a text after its marker.
func marked(marker, text string) string {
	if marker == "" {
		return text
	}
	return escaped(marker) + " " + text
}

// isInline reports whether a block is written within the text that it hangs from.
func isInline(b *Block) bool {
	switch b.Kind {
	case Footnote, Endnote, Comment, Ruby, Equation, Field, Deleted:
		return true
	case Picture:
		return len(b.Blocks) == 0
	}
	return false
}

// item writes an item of a list, each level four spaces further in. A marker that Markdown has is one; another is part of
// the text.
func (w *markdownWriter) item(b *Block, text string) {
	if !w.tight {
		w.gap()
		w.level = 0
	}
	w.level = min(max(b.Level, 1), w.level+1)
	lead := strings.Repeat("    ", w.level-1) + "- "
	digits := strings.TrimRight(b.Marker, ".")
	switch {
	case len(b.Marker) == len(digits)+1 && len(digits) < 10 && digits != "" && strings.Trim(digits, "0123456789") == "":
		lead = strings.Repeat("    ", w.level-1) + digits + ". "
	case b.Marker == "☐" || b.Marker == "☑":
		lead += map[string]string{"☐": "[ ] ", "☑": "[x] "}[b.Marker]
	case b.Marker != "" && !strings.Contains("•◦▪-*+", b.Marker):
		text = marked(b.Marker, text)
	}
	w.lines(lead, hardBreaks(text))
	w.tight = true
}

// quoted writes a block and what is in it as a quotation.
func (w *markdownWriter) quoted(b *Block) {
	w.gap()
	inner := &markdownWriter{doc: w.doc, quote: w.quote + "> ", notes: w.notes, depth: w.depth}
	if text := w.inline(b); text != "" {
		inner.lines("", hardBreaks(atLineStart(text)))
	}
	inner.below(b)
	w.notes = append(w.notes, inner.notes[len(w.notes):]...)
	w.out.WriteString(inner.out.String())
}

// code writes text as it is, between fences longer than any in it.
func (w *markdownWriter) code(b *Block) {
	fence := "```"
	for strings.Contains(b.Text, fence) {
		fence += "`"
	}
	language := b.Marker
	if b.Kind != Code || strings.ContainsAny(language, " `\n") {
		language = ""
	}
	w.paragraph("", fence+language)
	w.lines("", b.Text)
	w.lines("", fence)
}

// picture is a picture with its words, and what it is called in the file.
func (w *markdownWriter) picture(b *Block) string {
	name := ""
	if b.Image > 0 && b.Image <= len(w.doc.Images) {
		name = firstOf(w.doc.Images[b.Image-1].Name, fmt.Sprintf("image-%d", b.Image))
	}
	if name == "" {
		return "![" + escaped(oneSpace(b.Text)) + "]()"
	}
	return fmt.Sprintf("![%s](<%s>)", escaped(oneSpace(b.Text)), inAddress(name))
}

// note writes a note that hangs from nothing.
func (w *markdownWriter) note(b *Block) {
	if reference := w.footnote(b); reference != "" {
		w.paragraph("", reference)
	}
}

// footnote takes up a note, and returns what refers to it.
func (w *markdownWriter) footnote(b *Block) string {
	name := fmt.Sprintf("[^%d]", len(w.notes)+1)
	at := len(w.notes)
	w.notes = append(w.notes, "") // notes to it come later
	inner := &markdownWriter{doc: w.doc, notes: w.notes, depth: w.depth}
	text := inner.inline(b)
	if b.Kind == Comment && b.Author != "" {
		text = escaped(b.Author) + ": " + text
	}
	if text != "" {
		inner.paragraph("", hardBreaks(text))
	}
	inner.below(b)
	w.notes = inner.notes
	body := strings.ReplaceAll(strings.TrimSpace(inner.out.String()), "\n", "\n    ")
	if body == "" {
		w.notes = w.notes[:at]
		return ""
	}
	w.notes[at] = name + ": " + strings.ReplaceAll(body, "\n    \n", "\n\n") + "\n"
	return name
}

// plain is what a block and what is in it say, without marks.
func (w *markdownWriter) plain(b *Block) string {
	t := &textWriter{}
	t.block(b)
	return strings.TrimSpace(t.out.String())
}

// inline is the text of a block as Markdown, with what hangs from it in its place.
func (w *markdownWriter) inline(b *Block) string {
	if len(b.Marks) == 0 && len(b.Blocks) == 0 {
		return escaped(b.Text)
	}
	hung := make([]*Block, 0, len(b.Blocks))
	for i := range b.Blocks {
		if hangs(b) && isInline(&b.Blocks[i]) {
			hung = append(hung, &b.Blocks[i])
		}
	}
	slices.SortStableFunc(hung, func(a, b *Block) int { return cmp.Compare(a.Offset, b.Offset) })
	var out strings.Builder
	at := 0
	piece := func(end int) string { // the text up to a place, with what hangs from it
		var out strings.Builder
		for len(hung) > 0 && hung[0].Offset <= end {
			to := min(max(hung[0].Offset, at), end)
			out.WriteString(escaped(b.Text[at:to]))
			out.WriteString(w.hanging(hung[0]))
			at, hung = to, hung[1:]
		}
		out.WriteString(escaped(b.Text[at:end]))
		at = end
		return out.String()
	}
	links := linksOf(b)
	for _, s := range stretchesOf(b.Text, b.Marks) { // a link may hide a part of its words
		if s.hidden {
			out.WriteString("<!-- hidden: " + inComment(b.Text[s.from:s.to]) + " -->")
			at = s.to
			out.WriteString(piece(at)) // what hangs from it is in no link that begins here
			continue
		}
		for ; len(links) > 0 && links[0].Start < s.to; links = links[1:] {
			m := links[0]
			if m.Start > at {
				out.WriteString(piece(m.Start))
			}
			if end := min(m.End, s.to); end > at {
				out.WriteString("[" + piece(end) + "](<" + inAddress(m.Value) + ">)")
			}
			if m.End > s.to {
				break // it goes on behind what is hidden
			}
		}
		if s.to > at {
			out.WriteString(piece(s.to))
		}
	}
	out.WriteString(piece(len(b.Text)))
	return out.String()
}

// linksOf are the links of a block's text that lead to an address, in order, and none within another.
func linksOf(b *Block) (links []Mark) {
	for _, m := range b.Marks {
		if m.Kind == MarkLink && m.Start < m.End && m.End <= len(b.Text) && isAddress(m.Value) {
			links = append(links, m)
		}
	}
	slices.SortStableFunc(links, func(a, b Mark) int { return cmp.Compare(a.Start, b.Start) })
	last := 0
	return slices.DeleteFunc(links, func(m Mark) bool {
		within := m.Start < last
		if !within {
			last = m.End
		}
		return within
	})
}

// hanging is a block that is written within a text.
func (w *markdownWriter) hanging(b *Block) string {
	if b.Hidden {
		return "<!-- hidden: " + inComment(w.plain(b)) + " -->"
	}
	switch b.Kind {
	case Footnote, Endnote, Comment:
		return w.footnote(b)
	case Ruby:
		return "(" + w.seen(b) + ")"
	case Equation:
		return codeSpan(b.Text)
	case Deleted:
		if text := w.plain(b); text != "" {
			return "~~" + escaped(oneSpace(text)) + "~~"
		}
		return ""
	case Picture:
		return w.picture(b)
	}
	return w.seen(b)
}

// seen is what a block and what is in it say, without marks, what is hidden of it in comments.
func (w *markdownWriter) seen(b *Block) string {
	if b.Grid != nil || len(b.Blocks) == 0 && len(b.Marks) == 0 {
		return escaped(w.plain(b))
	}
	comment := func(text string) string { return "<!-- hidden: " + inComment(text) + " -->" }
	var own strings.Builder
	for _, s := range stretchesOf(b.Text, b.Marks) {
		if text := b.Text[s.from:s.to]; s.hidden {
			own.WriteString(comment(text))
		} else {
			own.WriteString(escaped(text))
		}
	}
	parts := []string{own.String()}
	for i := range b.Blocks {
		in := &b.Blocks[i]
		switch text := w.plain(in); {
		case text == "":
		case in.Hidden || in.Kind == Hidden:
			parts = append(parts, comment(text))
		default:
			parts = append(parts, w.seen(in))
		}
	}
	return strings.TrimSpace(strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "\n"))
}
