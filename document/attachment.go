package document

import (
	"bytes"
	"errors"

	"exaone/chat"
)

// mostNested is how many files in files are read: a document in an archive attached to a message that is in an archive.
const mostNested = 4

// attach adds a file that is in this one, and reads it as a document of its own, out of what is left of this one's limits.
// A file that cannot be read is there all the same, with the reason. Its error ends the reading: a limit, or the context.
func (b *builder) attach(name, mediaType string, data []byte) error {
	if b.passes() {
		return b.ctx.Err()
	}
	if b.o.search != nil {
		return b.o.search.meet(b, name, data)
	}
	a := Attachment{Name: clean(name), Type: mediaType, Size: int64(len(data))}
	if b.o.Images {
		a.Data = data
	}
	err := b.readAttachment(&a, data)
	if err := b.ctx.Err(); err != nil {
		return err
	}
	b.doc.Attachments = append(b.doc.Attachments, a)
	if err == nil {
		return nil
	}
	if beyond(err) {
		return err // of what is left of ours
	}
	told, ok := errors.AsType[*chat.Error](err)
	at := &b.doc.Attachments[len(b.doc.Attachments)-1]
	at.Why = string(chat.CodeDocumentDamaged)
	if ok {
		at.Why = string(told.Code)
	}
	if at.Why != string(chat.CodeDocumentEmpty) {
		b.gap(Gap{What: GapEntry, Where: a.Name, Why: at.Why})
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
	if err == nil || len(doc.Blocks) > 0 {
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
	l.Text = max(l.Text-b.text, 1)
	l.Unpacked = max(l.Unpacked-b.unpacked, 1)
	l.Blocks = max(l.Blocks-b.blocks, 1)
	return l
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
