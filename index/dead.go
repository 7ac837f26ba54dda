package index

import (
	"encoding/binary"
	"errors"
	"slices"
)

// deadSet is the documents of a file that were deleted or replaced, and their passages. nil has none. It is not changed
// once others can see it.
type deadSet struct {
	passageSet
	documents []int // ascending
}

// document reports whether a document, by number, is dead.
func (d *deadSet) document(number int) bool {
	if d == nil {
		return false
	}
	_, ok := slices.BinarySearch(d.documents, number)
	return ok
}

func (d *deadSet) has(passage uint32) bool { return d != nil && d.passageSet.has(passage) }

// passages returns how many passages are dead.
func (d *deadSet) passages() int {
	if d == nil {
		return 0
	}
	return d.count
}

// documentCount returns how many documents are dead.
func (d *deadSet) documentCount() int {
	if d == nil {
		return 0
	}
	return len(d.documents)
}

// with returns the set with more documents of s.
func (d *deadSet) with(s *documentTable, more []entry) *deadSet {
	next := &deadSet{}
	if d != nil {
		next.passageSet, next.documents = *d.passageSet.clone(), slices.Clone(d.documents)
	} else {
		next.passageSet = *newPassageSet(s.passages)
	}
	for _, e := range more {
		if at, ok := slices.BinarySearch(next.documents, e.number); !ok {
			next.documents = slices.Insert(next.documents, at, e.number)
			next.addRange(e.first, e.first+e.passages)
		}
	}
	return next
}

// bytes returns the set as it is written: the gaps between the numbers of its documents, as varints.
func (d *deadSet) bytes() []byte {
	var b []byte
	if d == nil {
		return b
	}
	before := -1
	for _, n := range d.documents {
		b = binary.AppendUvarint(b, uint64(n-before-1))
		before = n
	}
	return b
}

var errDead = errors.New("a set of dead documents that nobody wrote")

// readDead reads a set of s.
func readDead(s *documentTable, b []byte) (*deadSet, error) {
	dead := map[int]bool{}
	for n := -1; len(b) > 0; {
		gap, used := binary.Uvarint(b)
		if used <= 0 || gap >= uint64(s.documents-n-1) {
			return nil, errDead
		}
		n += int(gap) + 1
		dead[n] = true
		b = b[used:]
	}
	if len(dead) == 0 {
		return nil, nil
	}
	var entries []entry
	r := s.documentsFrom(0)
	for r.next() {
		if dead[r.current.number] {
			e := r.current
			e.id = nil
			entries = append(entries, e)
		}
	}
	return (*deadSet)(nil).with(s, entries), r.err
}
