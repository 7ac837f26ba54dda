package document

import (
	"bytes"
	"iter"

	"exaone/chat"
)

// mostNested is how many files in files are read: a document in an archive attached to a message that is in an archive.
const mostNested = 4

// attach adds a file that is in this one, and reads it as a document of its own, out of what is left of this one's limits.
// A file that cannot be read is there all the same, with the reason. Its error ends the reading: nothing is left of a limit that all
// share, or it is that of the context.
func (b *builder) attach(name, mediaType string, data []byte) error {
	if b.passes() {
		return b.ctx.Err()
	}
	if b.o.search != nil {
		return b.o.search.meet(b, name, data)
	}
	if err := b.spendBytes(0, 1); err != nil { // or a file of files of files that say nothing would have no end
		return err
	}
	a := Attachment{Name: clean(name), Type: mediaType, Size: int64(len(data))}
	if b.o.Images {
		a.Data = data
	}
	err := b.readAttachment(&a, data)
	if err := b.ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		a.Why = string(whyOf(err))
	}
	b.doc.Attachments = append(b.doc.Attachments, a)
	return b.unread(&a, err)
}

// leaveOut adds a file that is in this one without reading it: it is larger than what is left to be unpacked. Its error ends the reading.
func (b *builder) leaveOut(name, mediaType string, size int64) error {
	err := leftOut{b.limits.over("unpacked")}
	if b.passes() {
		return b.ctx.Err()
	}
	if s := b.o.search; s != nil {
		s.err = err.error
		s.stop()
		return b.ctx.Err()
	}
	if err := b.spendBytes(0, 1); err != nil {
		return err
	}
	a := Attachment{Name: clean(name), Type: mediaType, Size: size, Why: string(chat.CodeDocumentTooMuch)}
	b.doc.Attachments = append(b.doc.Attachments, a)
	return b.unread(&a, err)
}

// unread notes why a file in this one was not read, or not to its end: nil if it was. Its error ends the reading.
func (b *builder) unread(a *Attachment, err error) error {
	if b.limits.spent(err) {
		return err
	}
	if err != nil && a.Why != string(chat.CodeDocumentEmpty) {
		b.gap(Gap{What: GapEntry, Where: a.Name, Why: a.Why})
	}
	if a.Why == string(chat.CodeDocumentTooMuch) && b.refused == nil {
		b.refused = err
	}
	return nil
}

// readAttachment reads a file that is in this one.
func (b *builder) readAttachment(a *Attachment, data []byte) error {
	if b.depth+1 > mostNested {
		return tooMuch("depth", mostNested)
	}
	src := &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: a.Name}
	f, err := b.detect(src)
	if err != nil {
		return err
	}
	if f.foreign && b.o.Foreign != nil {
		b.o.Foreign()
		return b.ctx.Err()
	}
	doc := &Document{Format: f.name, Unit: Flow, Layout: Paragraphs}
	o := Options{Limits: b.left(), Images: b.o.Images, Recognise: b.o.Recognise, NoCount: b.o.NoCount, Foreign: b.o.Foreign, search: b.o.search}
	inner := &builder{ctx: b.ctx, doc: doc, limits: o.Limits, o: o, depth: b.depth + 1, detect: b.detect}
	err = readInto(f, src, inner)
	b.text += inner.text
	b.unpacked += inner.unpacked
	b.blocks += inner.blocks
	a.Type = firstOf(a.Type, f.name)
	if err == nil || !doc.Empty() {
		a.Read = doc
		for _, g := range doc.Manifest.Gaps {
			g.Where = joined(a.Name, g.Where)
			g.Page = 0
			b.gap(g)
		}
	}
	return err
}

// left is what is left of the limits, of each at least 1: 0 would be the usual.
func (b *builder) left() Limits {
	l := b.limits
	if l.whole == nil {
		whole := b.limits
		l.whole = &whole
	}
	l.Text = max(l.Text-b.text, 1)
	l.Unpacked = max(l.Unpacked-b.unpacked, 1)
	l.Blocks = max(l.Blocks-b.blocks, 1)
	return l
}

// All returns the document and every file within it that was read, at any depth.
func (d *Document) All() iter.Seq[*Document] {
	return func(yield func(*Document) bool) { d.all(yield) }
}

func (d *Document) all(yield func(*Document) bool) bool {
	if !yield(d) {
		return false
	}
	for i := range d.Attachments {
		if read := d.Attachments[i].Read; read != nil && !read.all(yield) {
			return false
		}
	}
	return true
}

// Empty reports whether nothing came out of a file, nor of any within it: if its reading ended before it did, it could not be read.
func (d *Document) Empty() bool {
	for one := range d.All() {
		if len(one.Blocks) > 0 {
			return false
		}
	}
	return true
}

// firstOf is the first text that is not empty.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// joined is the place of something within an entry.
func joined(entry, where string) string {
	if where == "" {
		return entry
	}
	return entry + " › " + where
}
