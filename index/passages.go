package index

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"sort"
	"sync"
)

// Passages lie in blocks of about textBlock bytes, so that one is read without the rest of the file:
//
//	packed   1 if the texts are packed (flate, with the file's section of usual text as a preset dictionary), else 0
//	head     its length, then for each passage: length of heading, length of text, page, length of place
//	size     of the texts, unpacked
//	texts    heading, text and place of each passage
//
// Lengths and numbers are varints. The index of blocks has the number of the first passage (uint32) and the offset (uint64).
const (
	textBlock      = 1 << 10
	textIndexEntry = 4 + 8
	maxTextBlock   = 64 << 20 // what a reader believes
	usualText      = 28 << 10 // of the 32 KiB that flate looks back
)

// stored is a passage as it is stored: its texts as appendText has them.
type stored struct {
	heading, text, place []byte
	page                 int
}

// passageWriter writes the sections of passages.
type passageWriter struct {
	to      *imageWriter
	usual   []byte // nil: nothing is packed
	pack    *flate.Writer
	packed  bytes.Buffer
	head    []byte
	texts   []byte
	block   []byte
	index   []byte
	lengths []byte
	first   int // of the block
}

func newPassageWriter(w *imageWriter, usual []byte) (*passageWriter, error) {
	p := &passageWriter{to: w, usual: usual}
	w.section()
	if usual == nil {
		return p, nil
	}
	var err error
	p.pack, err = flate.NewWriterDict(&p.packed, flate.DefaultCompression, usual)
	return p, err
}

// add appends a passage and the level of its length. What is in s may be used again.
func (p *passageWriter) add(s stored, length byte) {
	p.head = binary.AppendUvarint(p.head, uint64(len(s.heading)))
	p.head = binary.AppendUvarint(p.head, uint64(len(s.text)))
	p.head = binary.AppendUvarint(p.head, uint64(s.page))
	p.head = binary.AppendUvarint(p.head, uint64(len(s.place)))
	p.texts = append(append(append(p.texts, s.heading...), s.text...), s.place...)
	p.lengths = append(p.lengths, length)
	if len(p.texts) >= textBlock {
		p.endBlock()
	}
}

func (p *passageWriter) endBlock() {
	if len(p.lengths) == p.first {
		return
	}
	p.index = binary.LittleEndian.AppendUint32(p.index, uint32(p.first))
	p.index = binary.LittleEndian.AppendUint64(p.index, uint64(p.to.offset()))
	texts, packed := p.texts, byte(0)
	if p.pack != nil {
		p.packed.Reset()
		p.pack.Reset(&p.packed) // keeps the preset dictionary
		p.pack.Write(p.texts)   // to memory
		p.pack.Close()
		if p.packed.Len() < len(p.texts) {
			texts, packed = p.packed.Bytes(), 1
		}
	}
	p.block = append(p.block[:0], packed)
	p.block = binary.AppendUvarint(p.block, uint64(len(p.head)))
	p.block = append(p.block, p.head...)
	p.block = binary.AppendUvarint(p.block, uint64(len(p.texts)))
	p.to.Write(append(p.block, texts...))
	p.head, p.texts, p.first = p.head[:0], p.texts[:0], len(p.lengths)
}

// close ends the section of texts and writes those of the index, of the usual text and of the lengths.
func (p *passageWriter) close() {
	p.endBlock()
	for _, section := range [][]byte{p.index, p.usual, p.lengths} {
		p.to.section()
		p.to.Write(section)
	}
}

var (
	errBlock     = errors.New("a block of passages that nobody wrote")
	errNoPassage = errors.New("a passage that is not there")
)

// textReader unpacks blocks. It is not for several goroutines.
type textReader struct {
	source bytes.Reader
	flate  io.ReadCloser
	out    []byte
}

var textReaders = sync.Pool{New: func() any { return &textReader{flate: flate.NewReader(nil)} }}

// rest lets go of the file that it has read.
func (r *textReader) rest() {
	r.source.Reset(nil)
	if cap(r.out) > 1<<20 {
		r.out = nil
	}
	textReaders.Put(r)
}

// blockOf returns which block a passage is in, and the number of that block's first passage and of the next one's.
func (s *segment) blockOf(passage int) (block, first, next int, err error) {
	index, err := s.read(secTextIndex, 0, s.sections[secTextIndex].size)
	if err != nil {
		return 0, 0, 0, err
	}
	n := len(index) / textIndexEntry
	at := func(i int) int { return int(binary.LittleEndian.Uint32(index[i*textIndexEntry:])) }
	block = sort.Search(n, func(i int) bool { return at(i) > passage }) - 1
	if block < 0 || passage >= s.passages {
		return 0, 0, 0, s.wrong(secTextIndex, errNoPassage)
	}
	first, next = at(block), s.passages
	if block+1 < n {
		next = at(block + 1)
	}
	if next-first > 1<<20 || next <= first {
		return 0, 0, 0, s.wrong(secTextIndex, errBlock)
	}
	return block, first, next, nil
}

// blockBytes returns a block as it lies in the file.
func (s *segment) blockBytes(block int) ([]byte, error) {
	index, err := s.read(secTextIndex, block*textIndexEntry, textIndexEntry)
	if err != nil {
		return nil, err
	}
	from, to := binary.LittleEndian.Uint64(index[4:]), uint64(s.sections[secText].size)
	if next, err := s.read(secTextIndex, (block+1)*textIndexEntry, textIndexEntry); err == nil {
		to = binary.LittleEndian.Uint64(next[4:])
	}
	if from > to || to > uint64(s.sections[secText].size) {
		return nil, s.wrong(secTextIndex, errShort)
	}
	return s.read(secText, int(from), int(to-from))
}

// passageHead is a passage's lengths, and where in the unpacked texts it begins.
type passageHead struct{ heading, text, page, place, at int }

// eachPassage yields passages in their order, from one to before another: what is yielded holds until yield returns.
func (s *segment) eachPassage(from, to int, r *textReader, yield func(n int, p stored) error) error {
	var b blockReader
	for n := from; n < to; n++ {
		p, err := b.passage(s, n, r)
		if err != nil {
			return err
		}
		if err := yield(n, p); err != nil {
			return err
		}
	}
	return nil
}

// blockReader has one block unpacked, as far as somebody has asked.
type blockReader struct {
	s           *segment
	first, next int // its passages
	packed      bool
	rest        []byte        // packed, or the texts themselves
	heads       []passageHead // with the end of the last one
	texts       []byte        // as far as they are unpacked
}

// passage returns a passage, whose bytes hold until the next is asked for. A block that is open is not unpacked again. r is
// not used for anything else meanwhile.
func (b *blockReader) passage(s *segment, n int, r *textReader) (stored, error) {
	if b.s != s || n < b.first || n >= b.next {
		if err := b.open(s, n); err != nil {
			b.s = nil
			return stored{}, err
		}
		if b.packed {
			if err := s.startTexts(b.rest, r); err != nil {
				return stored{}, err
			}
			r.out = r.out[:0]
		} else {
			b.texts = b.rest
		}
	}
	h := b.heads[n-b.first]
	end := h.at + h.heading + h.text + h.place
	if b.packed && end > len(r.out) {
		if err := r.more(end, len(b.rest)); err != nil {
			b.s = nil
			return stored{}, s.wrong(secText, err)
		}
	}
	if b.packed {
		b.texts = r.out
	}
	t := b.texts[h.at:end]
	return stored{heading: t[:h.heading], text: t[h.heading:][:h.text], place: t[h.heading+h.text:], page: h.page}, nil
}

// open reads the head of the block that has a passage.
func (b *blockReader) open(s *segment, n int) error {
	block, first, next, err := s.blockOf(n)
	if err != nil {
		return err
	}
	data, err := s.blockBytes(block)
	if err != nil {
		return err
	}
	if len(data) == 0 || data[0] > 1 {
		return s.wrong(secText, errBlock)
	}
	head, rest, ok := cutBytes(data[1:])
	size, used := binary.Uvarint(rest)
	if !ok || used <= 0 || size > maxTextBlock || len(head) < next-first {
		return s.wrong(secText, errBlock)
	}
	b.s, b.first, b.next, b.packed, b.rest, b.heads = s, first, next, data[0] == 1, rest[used:], b.heads[:0]
	at := 0
	for range next - first {
		h := passageHead{at: at}
		for _, field := range []*int{&h.heading, &h.text, &h.page, &h.place} {
			v, used := binary.Uvarint(head)
			if used <= 0 || v > maxTextBlock {
				return s.wrong(secText, errBlock)
			}
			*field, head = int(v), head[used:]
		}
		if at += h.heading + h.text + h.place; uint64(at) > size {
			return s.wrong(secText, errBlock)
		}
		b.heads = append(b.heads, h)
	}
	if !b.packed && uint64(len(b.rest)) != size {
		return s.wrong(secText, errBlock)
	}
	return nil
}

// startTexts begins to unpack texts.
func (s *segment) startTexts(packed []byte, r *textReader) error {
	usual, err := s.read(secUsual, 0, s.sections[secUsual].size)
	if err != nil {
		return err
	}
	r.source.Reset(packed)
	return r.flate.(flate.Resetter).Reset(&r.source, usual)
}

// more unpacks up to a size. Packed bytes cannot claim more than they hold: flate packs a thousandfold at best.
func (r *textReader) more(size, packed int) error {
	if size > 1100*packed+1<<10 {
		return errBlock
	}
	have := len(r.out)
	r.out = append(r.out, make([]byte, size-have)...)
	_, err := io.ReadFull(r.flate, r.out[have:])
	return err
}

// cutBytes cuts bytes off that stand behind their length.
func cutBytes(b []byte) (cut, rest []byte, ok bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)-used) {
		return nil, nil, false
	}
	return b[used:][:n], b[used+int(n):], true
}
