package index

import (
	"encoding/binary"
	"errors"
	"sort"
)

// Documents lie sorted by ID, documentBlock of them in a block, and so do their passages: the first document's first.
//
//	shared     bytes of the ID that it shares with the one before (0 for the first of a block)
//	rest       of the ID, behind its length
//	version    behind its length
//	title      behind its length, in UTF-8
//	passages   how many
//
// The index has, for each block, its offset (uint64) and the number of its first passage (uint32).
const (
	documentBlock      = 16
	documentIndexEntry = 8 + 4
	maxID              = 1 << 10 // of IDs, classes and versions
)

// entry is a document of a segment.
type entry struct {
	id, version, title []byte
	first, passages    int // its passages, by number in the segment
	number             int // among the documents of the segment
}

// documentWriter writes the sections of documents.
type documentWriter struct {
	to       *imageWriter
	index    []byte
	before   []byte
	entry    []byte
	n        int
	passages int
}

func newDocumentWriter(w *imageWriter) *documentWriter {
	w.section()
	return &documentWriter{to: w}
}

// add appends a document: the next one by ID, and the one whose passages come next. The entry's numbers are not looked at.
func (d *documentWriter) add(e entry) {
	shared := 0
	if d.n%documentBlock == 0 {
		d.index = binary.LittleEndian.AppendUint64(d.index, uint64(d.to.offset()))
		d.index = binary.LittleEndian.AppendUint32(d.index, uint32(d.passages))
	} else {
		shared = sharedPrefix(d.before, e.id)
	}
	b := binary.AppendUvarint(d.entry[:0], uint64(shared))
	for _, part := range [][]byte{e.id[shared:], e.version, e.title} {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	d.entry = binary.AppendUvarint(b, uint64(e.passages))
	d.to.Write(d.entry)
	d.before = append(d.before[:0], e.id...)
	d.n++
	d.passages += e.passages
}

func (d *documentWriter) close() {
	d.to.section()
	d.to.Write(d.index)
}

func sharedPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

var errDocument = errors.New("a document that nobody wrote")

// documentTable is the documents of a file.
type documentTable struct {
	*image
	section   int // of documents; their index is the next
	documents int
	passages  int
}

// documentReader goes through documents from the first of a block on.
type documentReader struct {
	s       *documentTable
	rest    []byte // of the block
	current entry
	left    int // documents of the segment behind the current one
	err     error
}

// documentsFrom begins before the first document of a block.
func (s *documentTable) documentsFrom(block int) *documentReader {
	r := &documentReader{s: s, left: s.documents - block*documentBlock}
	r.current.number = block*documentBlock - 1
	return r
}

// open reads the block that the next document begins.
func (r *documentReader) open() bool {
	block := (r.current.number + 1) / documentBlock
	index, err := r.s.read(r.s.section+1, block*documentIndexEntry, documentIndexEntry)
	if err != nil {
		r.err = err
		return false
	}
	from, to := binary.LittleEndian.Uint64(index), uint64(r.s.sections[r.s.section].size)
	first := int(binary.LittleEndian.Uint32(index[8:]))
	if block+1 < r.s.documentBlocks() {
		if index, err = r.s.read(r.s.section+1, (block+1)*documentIndexEntry, documentIndexEntry); err != nil {
			r.err = err
			return false
		}
		to = binary.LittleEndian.Uint64(index)
	}
	if from > to || to > uint64(r.s.sections[r.s.section].size) {
		return r.fail()
	}
	r.rest, r.err = r.s.read(r.s.section, int(from), int(to-from))
	r.current.id, r.current.first, r.current.passages = r.current.id[:0], first, 0
	return r.err == nil
}

// next goes to the next document. The bytes of current hold until the one after.
func (r *documentReader) next() bool {
	if r.err != nil || r.left <= 0 {
		return false
	}
	e := &r.current
	if (e.number+1)%documentBlock == 0 && !r.open() {
		return false
	}
	e.number++
	e.first += e.passages
	shared, used := binary.Uvarint(r.rest)
	if used <= 0 || shared > uint64(len(e.id)) {
		return r.fail()
	}
	rest, b, ok := cutBytes(r.rest[used:])
	version, b, ok2 := cutBytes(b)
	title, b, ok3 := cutBytes(b)
	passages, used := binary.Uvarint(b)
	if !ok || !ok2 || !ok3 || used <= 0 || e.first > r.s.passages || passages > uint64(r.s.passages-e.first) || shared+uint64(len(rest)) > maxID {
		return r.fail()
	}
	e.id = append(e.id[:shared], rest...)
	e.version, e.title, e.passages = version, title, int(passages)
	r.rest = b[used:]
	r.left--
	return true
}

func (r *documentReader) fail() bool {
	r.err = r.s.wrong(r.s.section, errDocument)
	return false
}

func (s *documentTable) documentBlocks() int {
	return s.sections[s.section+1].size / documentIndexEntry
}

// document finds a document by ID.
func (s *documentTable) document(id string) (e entry, ok bool, err error) {
	var fault error
	block := sort.Search(s.documentBlocks(), func(i int) bool {
		r := s.documentsFrom(i)
		if !r.next() {
			fault = r.err
			return true
		}
		return string(r.current.id) > id
	}) - 1
	if fault != nil || block < 0 {
		return entry{}, false, fault
	}
	r := s.documentsFrom(block)
	for range documentBlock {
		if !r.next() {
			break
		}
		if string(r.current.id) == id {
			return r.current, true, nil
		}
	}
	return entry{}, false, r.err
}

// documentOf finds the document that has a passage.
func (s *documentTable) documentOf(passage int) (entry, error) {
	index, err := s.read(s.section+1, 0, s.sections[s.section+1].size)
	if err != nil {
		return entry{}, err
	}
	block := sort.Search(s.documentBlocks(), func(i int) bool {
		return int(binary.LittleEndian.Uint32(index[i*documentIndexEntry+8:])) > passage
	}) - 1
	if block < 0 {
		return entry{}, s.wrong(s.section+1, errNoPassage)
	}
	r := s.documentsFrom(block)
	for range documentBlock {
		if !r.next() {
			break
		}
		if passage < r.current.first+r.current.passages && passage >= r.current.first {
			return r.current, nil
		}
	}
	if r.err == nil {
		r.err = s.wrong(s.section, errNoPassage)
	}
	return entry{}, r.err
}
