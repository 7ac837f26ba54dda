package index

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The sections of a segment, in their order.
const (
	secText = iota
	secTextIndex
	secUsual
	secLengths
	secDocuments
	secDocumentIndex
	secPostings
	secTerms
	secTermIndex
	secInitials
	secMeta
	sectionsOfSegment
)

// maxPassages is how many passages a segment has at most. Merging stops there, which bounds its memory.
const maxPassages = 1 << 20

// segment is documents that can be searched, of one class, in a form that never changes: a file that is mapped, or the
// same bytes in memory. Many goroutines may read it.
type segment struct {
	documentTable
	class    string
	analysis int
	terms    int
}

// meta is the last section: class (behind its length), analysis, and how many documents, passages and terms.
func appendMeta(b []byte, class string, counts ...int) []byte {
	b = append(binary.AppendUvarint(b, uint64(len(class))), class...)
	for _, n := range counts {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

var errMeta = errors.New("counts that do not fit the sections")

// openSegment opens the bytes of a segment.
func openSegment(name string, data []byte, trusted bool) (*segment, error) {
	m, err := openImage(name, data, trusted)
	if err != nil {
		return nil, err
	}
	if len(m.sections) != sectionsOfSegment {
		return nil, fmt.Errorf("%s: %d sections, want %d", name, len(m.sections), sectionsOfSegment)
	}
	s := &segment{documentTable: documentTable{image: m, section: secDocuments}}
	b, err := m.read(secMeta, 0, m.sections[secMeta].size)
	if err != nil {
		return nil, err
	}
	class, b, ok := cutBytes(b)
	if !ok {
		return nil, m.wrong(secMeta, errMeta)
	}
	s.class = string(class)
	for _, field := range []*int{&s.analysis, &s.documents, &s.passages, &s.terms} {
		v, used := binary.Uvarint(b)
		if used <= 0 || v > 1<<31-1 {
			return nil, m.wrong(secMeta, errMeta)
		}
		*field, b = int(v), b[used:]
	}
	blocks := func(n, size int) int { return (n + size - 1) / size }
	if s.passages != m.sections[secLengths].size || s.passages > maxPassages ||
		s.documentBlocks() != blocks(s.documents, documentBlock) || m.sections[secDocumentIndex].size%documentIndexEntry != 0 ||
		s.termBlocks() != blocks(s.terms, termBlock) || m.sections[secTermIndex].size%4 != 0 ||
		m.sections[secInitials].size%initialsEntry != 0 || m.sections[secTextIndex].size%textIndexEntry != 0 {
		return nil, m.wrong(secMeta, errMeta)
	}
	return s, nil
}

// lengthOf returns the level of a passage's length.
func (s *segment) lengthOf(passage uint32) (byte, error) {
	b, err := s.read(secLengths, int(passage), 1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// allLengths returns the levels of all passages' lengths.
func (s *segment) allLengths() ([]byte, error) { return s.read(secLengths, 0, s.passages) }
