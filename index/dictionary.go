package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
	"sort"
)

// Terms lie sorted by key in blocks of termBlock:
//
//	offset     of the postings of the block's first term that has any in the section of postings (varint)
//	and for each term
//	shared     bytes of the key that it shares with the one before (0 for the first)
//	rest       of the key, behind its length
//	count      in how many passages it is
//	if 1: the passage and its level (passage·16 + level); else: how many bytes of postings it has
//
// The index has the offset of each block (uint32). A term's number is its place in that order. The section of initials
// has the numbers of the terms that are words in Hangul (uint32) and how common they are (a byte), sorted by the initial
// consonants of their syllables and then by number.
const (
	termBlock     = 32
	initialsEntry = 4 + 1
)

// termWriter writes the sections of postings, terms and initials. Postings go to the file at once, the rest is kept until
// close: about a tenth of the size of the text.
type termWriter struct {
	to       *imageWriter
	lengths  []byte // levels of the passages' lengths
	terms    []byte
	index    []byte
	before   []byte
	n        int
	initials []initialsOf
	list     []byte
}

// initialsOf is a word's initial consonants (of keyInitials), its number and how common it is.
type initialsOf struct {
	packed uint64
	term   uint32
	common byte
}

func newTermWriter(w *imageWriter, lengths []byte) *termWriter {
	w.section()
	return &termWriter{to: w, lengths: lengths}
}

// add appends a term, the next one by key, and where it is, ascending, at least once.
func (d *termWriter) add(key []byte, list []posting) {
	shared := 0
	if d.n%termBlock == 0 {
		d.index = binary.LittleEndian.AppendUint32(d.index, uint32(len(d.terms)))
		d.terms = binary.AppendUvarint(d.terms, uint64(d.to.offset()))
	} else {
		shared = sharedPrefix(d.before, key)
	}
	d.terms = binary.AppendUvarint(d.terms, uint64(shared))
	d.terms = binary.AppendUvarint(d.terms, uint64(len(key)-shared))
	d.terms = append(d.terms, key[shared:]...)
	d.terms = binary.AppendUvarint(d.terms, uint64(len(list)))
	if len(list) == 1 {
		d.terms = binary.AppendUvarint(d.terms, uint64(list[0].passage)*uint64(len(levels))+uint64(list[0].level))
	} else {
		d.packList(list)
		d.terms = binary.AppendUvarint(d.terms, uint64(len(d.list)))
		d.to.Write(d.list)
	}
	if looksUp(key[0]) {
		if packed, n := keyInitials(key[1:]); n > 0 {
			d.initials = append(d.initials, initialsOf{packed, uint32(d.n), byte(bits.Len(uint(len(list))))})
		}
	}
	d.before = append(d.before[:0], key...)
	d.n++
}

// packList sets list to the postings as they are written: see postings.go.
func (d *termWriter) packList(list []posting) {
	var most byte
	for _, p := range list {
		most = max(most, impactOf(p.level, d.lengths[p.passage]))
	}
	d.list = append(d.list[:0], most)
	if len(list) <= blockSize {
		d.list = appendBlock(d.list, -1, list)
		return
	}
	blocks := (len(list) + blockSize - 1) / blockSize
	start := len(d.list) + blocks*skipEntry
	d.list = slices.Grow(d.list, blocks*skipEntry)[:start]
	before := int64(-1)
	for i := range blocks {
		part := list[i*blockSize : min((i+1)*blockSize, len(list))]
		var most byte
		for _, p := range part {
			most = max(most, impactOf(p.level, d.lengths[p.passage]))
		}
		last := part[len(part)-1].passage
		skip := uint64(last) | uint64(len(d.list)-start)<<32 | uint64(most)<<56
		binary.LittleEndian.PutUint64(d.list[1+i*skipEntry:], skip)
		d.list = appendBlock(d.list, before, part)
		before = int64(last)
	}
}

func (d *termWriter) close() {
	slices.SortFunc(d.initials, func(a, b initialsOf) int {
		if a.packed != b.packed {
			if a.packed < b.packed {
				return -1
			}
			return 1
		}
		return int(a.term) - int(b.term)
	})
	d.to.section()
	d.to.Write(d.terms)
	d.to.section()
	d.to.Write(d.index)
	d.to.section()
	var b [initialsEntry]byte
	for _, w := range d.initials {
		binary.LittleEndian.PutUint32(b[:], w.term)
		b[4] = w.common
		d.to.Write(b[:])
	}
}

// looksUp reports whether terms of a kind are looked up by more than their text.
func looksUp(kind byte) bool {
	for i := range len(lookupKinds) {
		if lookupKinds[i] == kind {
			return true
		}
	}
	return false
}

var errTerm = errors.New("a term that nobody wrote")

// termReader goes through terms from the first of a block on.
type termReader struct {
	whereabouts // of the current term
	s           *segment
	rest        []byte // of the block
	at          int64  // where the next postings are
	left        int    // terms of the segment behind the current one
	n           int    // number of the current term
	key         []byte
	err         error
}

func (s *segment) termBlocks() int { return s.sections[secTermIndex].size / 4 }

// reset begins before the first term of a block.
func (r *termReader) reset(s *segment, block int) {
	*r = termReader{s: s, key: r.key[:0], left: s.terms - block*termBlock, n: block*termBlock - 1}
}

// open reads the block that the next term begins.
func (r *termReader) open() bool {
	block := (r.n + 1) / termBlock
	index, err := r.s.read(secTermIndex, block*4, 4)
	if err != nil {
		r.err = err
		return false
	}
	from, to := int(binary.LittleEndian.Uint32(index)), r.s.sections[secTerms].size
	if block+1 < r.s.termBlocks() {
		if index, err = r.s.read(secTermIndex, block*4+4, 4); err != nil {
			r.err = err
			return false
		}
		to = int(binary.LittleEndian.Uint32(index))
	}
	if r.rest, r.err = r.s.read(secTerms, from, to-from); r.err != nil {
		return false
	}
	at, used := binary.Uvarint(r.rest)
	if used <= 0 || at > uint64(r.s.sections[secPostings].size) {
		return r.fail()
	}
	r.rest, r.at = r.rest[used:], int64(at)
	return true
}

// next goes to the next term. Its key holds until the one after.
func (r *termReader) next() bool {
	if r.err != nil || r.left <= 0 {
		return false
	}
	first := (r.n+1)%termBlock == 0
	if first && !r.open() {
		return false
	}
	shared, used := binary.Uvarint(r.rest)
	if used <= 0 || shared > uint64(len(r.key)) || first && shared > 0 {
		return r.fail()
	}
	rest, b, ok := cutBytes(r.rest[used:])
	if !ok || len(rest) == 0 || first && bytes.Compare(rest, r.key) <= 0 ||
		!first && shared < uint64(len(r.key)) && rest[0] <= r.key[shared] {
		return r.fail() // walkers rely on the order
	}
	count, used := binary.Uvarint(b)
	if used <= 0 || count == 0 || count > uint64(r.s.passages) || shared+uint64(len(rest)) > maxKey {
		return r.fail()
	}
	b = b[used:]
	where, used := binary.Uvarint(b)
	if used <= 0 {
		return r.fail()
	}
	r.key, r.rest, r.count = append(r.key[:shared], rest...), b[used:], int(count)
	if count == 1 {
		if where/uint64(len(levels)) >= uint64(r.s.passages) {
			return r.fail()
		}
		r.one = posting{uint32(where / uint64(len(levels))), uint8(where % uint64(len(levels)))}
	} else {
		if where > uint64(r.s.sections[secPostings].size)-uint64(r.at) {
			return r.fail()
		}
		r.from, r.size = r.at, int(where)
		r.at += int64(where)
	}
	r.n++
	r.left--
	return true
}

func (r *termReader) fail() bool {
	r.err = r.s.wrong(secTerms, errTerm)
	return false
}

// firstKey returns the first key of a block, or an error.
func (s *segment) firstKey(block int) ([]byte, error) {
	index, err := s.read(secTermIndex, block*4, 4)
	if err != nil {
		return nil, err
	}
	from := int(binary.LittleEndian.Uint32(index))
	b, err := s.read(secTerms, from, min(maxKey+32, s.sections[secTerms].size-from))
	if err != nil {
		return nil, err
	}
	_, used := binary.Uvarint(b)
	if used <= 0 || used >= len(b) {
		return nil, s.wrong(secTerms, errTerm)
	}
	key, _, ok := cutBytes(b[used+1:]) // behind a 0: nothing is shared
	if !ok {
		return nil, s.wrong(secTerms, errTerm)
	}
	return key, nil
}

// seek goes to the first term whose key is not below key: false if there is none.
func (r *termReader) seek(s *segment, key []byte) bool {
	var fault error
	block := sort.Search(s.termBlocks(), func(i int) bool {
		first, err := s.firstKey(i)
		if err != nil {
			fault = err
			return true
		}
		return bytes.Compare(first, key) > 0
	}) - 1
	r.reset(s, max(block, 0))
	if r.err = fault; fault != nil {
		return false
	}
	for r.next() {
		if bytes.Compare(r.key, key) >= 0 {
			return true
		}
	}
	return false
}

// find goes to the term of a key: false if it is not there.
func (r *termReader) find(s *segment, key []byte) bool {
	return r.seek(s, key) && bytes.Equal(r.key, key)
}

// term goes to a term by number.
func (r *termReader) term(s *segment, number int) bool {
	r.reset(s, number/termBlock)
	for r.next() {
		if r.n == number {
			return true
		}
	}
	if r.err == nil {
		r.fail()
	}
	return false
}
