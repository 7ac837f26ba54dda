package assistant

import (
	"slices"
	"strings"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// book is a version of a document that a mode reads as a whole.
type book struct {
	version  store.Version
	doc      *document.Document
	passages []document.Passage
	texts    []string // of doc.Texts, by number
}

func newBook(v store.Version, doc *document.Document) *book {
	b := &book{version: v, doc: doc, passages: doc.Passages()}
	for _, t := range doc.Texts() {
		b.texts = append(b.texts, t.Text)
	}
	return b
}

// paged reports whether the places of a document are pages; else they are passages.
func (b *book) paged() bool { return len(b.doc.Pages) > 0 && b.doc.Unit != document.Flow }

// total is how many pages there are to read, or passages where there are no pages. Pages that the file has and the reader did
// not get at are among them.
func (b *book) total() int {
	if !b.paged() {
		return len(b.passages)
	}
	n := len(b.doc.Pages)
	if in := b.doc.Manifest.In; in != nil && in.Pages > n {
		n = in.Pages
	}
	return n
}

// unread are the pages whose text the reader did not get at, in order.
func (b *book) unread() []int {
	var pages []int
	for _, g := range b.doc.Manifest.Gaps {
		if (g.What == document.GapPage || g.What == document.GapScan) && g.Page > 0 {
			pages = append(pages, g.Page)
		}
	}
	slices.Sort(pages)
	return slices.Compact(pages)
}

// reading counts which places of a book have been read. A page is read when every passage that has text on it was, and the
// reader of the file got at it.
type reading struct {
	book *book
	left []int // of each page, from 1, how many passages are to be read yet; of the only one where there are no pages, all
	done int
}

func newReading(b *book) *reading {
	r := &reading{book: b, left: make([]int, b.total()+1)}
	if !b.paged() {
		return r
	}
	for _, p := range b.passages {
		for page := max(p.Page, 1); page <= min(max(p.Last, p.Page, 1), b.total()); page++ {
			r.left[page]++
		}
	}
	for page := 1; page <= len(b.doc.Pages); page++ {
		if r.left[page] == 0 {
			r.done++ // there is nothing on it
		}
	}
	for _, page := range b.unread() {
		if page < len(r.left) && r.left[page] == 0 {
			r.done--
		}
		if page < len(r.left) {
			r.left[page]++ // which nobody ever takes away
		}
	}
	return r
}

// read counts a passage as read.
func (r *reading) read(p document.Passage) {
	if !r.book.paged() {
		r.done++
		return
	}
	for page := max(p.Page, 1); page <= min(max(p.Last, p.Page, 1), r.book.total()); page++ {
		if r.left[page]--; r.left[page] == 0 {
			r.done++
		}
	}
}

// coverage says how much of a book was read, and what is missing from it.
func (r *reading) coverage(lang chat.Language) string {
	code := chat.CodeDigestPages
	if !r.book.paged() {
		code = chat.CodeDigestPassages
	}
	lines := []string{chat.Text(lang, code, escaped(r.book.version.Name), r.done, r.book.total())}
	gaps := r.book.doc.Manifest.Gaps
	for i, g := range gaps {
		if i == mostGaps {
			lines = append(lines, "- "+chat.Text(lang, chat.CodeDigestMore, len(gaps)-i))
			break
		}
		what := chat.Text(lang, chat.CodeDocumentGap+"_"+chat.Code(g.What))
		if g.Page > 0 {
			what = chat.Text(lang, chat.CodeDocumentGapPage, g.Page) + what
		}
		lines = append(lines, "- "+what)
	}
	return strings.Join(lines, "\n")
}

// mostGaps is how many holes of a document are named one by one.
const mostGaps = 20

// stretch is bytes from and to of a passage of a book.
type stretch struct{ passage, from, to int }

// text is what stands there.
func (b *book) text(s stretch) string { return b.passages[s.passage].Text[s.from:s.to] }
