package document

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// builder is what readers write a document into. It counts, and refuses what goes beyond a limit; a reader returns the
// error at once. It is of one goroutine.
type builder struct {
	ctx    context.Context
	doc    *Document
	limits Limits
	o      Options
	total  int                            // pages, once a reader knows
	detect func(*Source) (*format, error) // for files in this one: package-level detect, which formats cannot name, being named by it

	text     int64
	blocks   int
	depth    int // of documents in documents
	unpacked int64
	begun    int // first block of the page that is being built

	refused error // that the first file in this one went beyond a limit of its own

	counted func() (Count, error) // the second pass, if the reader has begun it beside its own
}

// mostLevel is the deepest level of a heading or an item: a file may say two thousand million.
const mostLevel = 32

// page begins a page, and ends the one before. Its number may be 0 for the next one.
func (b *builder) page(p Page) error {
	if err := b.endPage(); err != nil {
		return err
	}
	if p.Number == 0 {
		p.Number = len(b.doc.Pages) + 1
	}
	if len(b.doc.Pages) >= b.limits.Pages {
		return tooMuch("pages", b.limits.Pages)
	}
	b.doc.Pages = append(b.doc.Pages, p)
	b.doc.Manifest.Out.Pages++
	return b.ctx.Err()
}

// endPage tells whoever follows that the last page is whole.
func (b *builder) endPage() error {
	begun := b.begun
	b.begun = len(b.doc.Blocks)
	if b.o.Page == nil || len(b.doc.Pages) == 0 {
		return nil
	}
	return b.o.Page(b.doc.Pages[len(b.doc.Pages)-1], b.doc.Blocks[begun:], b.total)
}

// add adds blocks at the end of the document, on the page that was begun last unless they say otherwise.
func (b *builder) add(blocks ...Block) error {
	for i := range blocks {
		if n := len(b.doc.Pages); n > 0 && b.doc.Unit != Flow && blocks[i].Page == 0 {
			blocks[i].Page = b.doc.Pages[n-1].Number
		}
		if err := b.count(&blocks[i], 0); err != nil {
			return err
		}
	}
	var err error
	if b.doc.Blocks, err = added(b.doc.Blocks, blocks...); err != nil {
		return err
	}
	return b.ctx.Err()
}

// count adds a block and what is in it to what came out.
func (b *builder) count(block *Block, depth int) error {
	if depth > b.limits.Depth {
		return tooMuch("depth", b.limits.Depth)
	}
	if err := b.spend(block.Text, 1); err != nil {
		return err
	}
	block.Level = min(max(block.Level, 0), mostLevel)
	if !b.o.Plain {
		b.doc.Manifest.Out.Characters += characters(block.Text)
	}
	if block.Grid != nil {
		b.doc.Manifest.Out.Tables++
		b.doc.Manifest.Out.Cells += len(block.Grid.Cells)
		for i := range block.Grid.Cells {
			cell := &block.Grid.Cells[i]
			if err := b.spend(cell.Text, 1); err != nil {
				return err
			}
			if len(cell.Blocks) == 0 && !b.o.Plain {
				b.doc.Manifest.Out.Characters += characters(cell.Text)
			}
			for c := range cell.Blocks {
				if err := b.count(&cell.Blocks[c], depth+1); err != nil {
					return err
				}
			}
		}
	}
	for i := range block.Blocks {
		if err := b.count(&block.Blocks[i], depth+1); err != nil {
			return err
		}
	}
	return nil
}

// spend takes text and blocks off what is left.
func (b *builder) spend(text string, blocks int) error { return b.spendBytes(len(text), blocks) }

// spendBytes takes so many bytes of text and blocks off what is left.
func (b *builder) spendBytes(text, blocks int) error {
	b.text += int64(text)
	b.blocks += blocks
	switch {
	case b.text > b.limits.Text:
		return b.limits.over("text")
	case b.blocks > b.limits.Blocks:
		return b.limits.over("blocks")
	}
	return nil
}

// unpack takes n bytes that were unpacked off what is left, before or while they are.
func (b *builder) unpack(n int64) error {
	b.unpacked += n
	if b.unpacked > b.limits.Unpacked {
		return b.limits.over("unpacked")
	}
	return nil
}

// fits reports whether so many bytes are left to be unpacked.
func (b *builder) fits(n uint64) bool { return n <= uint64(max(b.limits.Unpacked-b.unpacked, 0)) }

// image adds a picture and returns what Block.Image calls it.
func (b *builder) image(i Image) int {
	if i.Size == 0 {
		i.Size = int64(len(i.Data))
	}
	if !b.o.Images {
		i.Data = nil
	}
	b.doc.Images = append(b.doc.Images, i)
	b.doc.Manifest.Out.Images++
	return len(b.doc.Images)
}

// gap notes a hole.
func (b *builder) gap(g Gap) {
	const most = 1000 // a file of holes has said enough
	if len(b.doc.Manifest.Gaps) < most && !slices.Contains(b.doc.Manifest.Gaps, g) {
		b.doc.Manifest.Gaps = append(b.doc.Manifest.Gaps, g)
	}
}

// characters counts what is not white space.
func characters(text string) int64 {
	n := int64(0)
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// clean is text as a Block has it: NFC, "\n" for every kind of line end, no control characters but that and "\t", the
// replacement character for what is no UTF-8.
func clean(text string) string {
	plain := true
	for i := 0; i < len(text) && plain; i++ {
		plain = text[i] >= 0x20 && text[i] < 0x7f || text[i] == '\n' || text[i] == '\t'
	}
	if plain {
		return text
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f':
			return '\n'
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r) || r == '\ufeff':
			return -1
		}
		return r
	}, text)
	return norm.NFC.String(text)
}
