package index

import (
	"encoding/binary"
	"errors"
)

// The postings of a term that is in more than one passage:
//
//	most      the highest impact of all (a byte: the high one)
//	skips     if there are more than blockSize, 8 bytes for each block: its last passage (32 bits), where it begins behind
//	          the skips (24 bits), its highest impact (8 bits)
//	blocks    as pack.go has them
const skipEntry = 8

var errPostings = errors.New("postings that nobody wrote")

// whereabouts is what a dictionary says of a term: the zero value of one that is not there.
type whereabouts struct {
	count int
	one   posting // if count is 1
	from  int64   // else its postings
	size  int
}

// list is the postings of a term in a segment, and a place among them.
type list struct {
	s      *segment
	count  int
	blocks int
	most   byte // highest impact
	skips  []byte
	packed []byte
	alone  bool // of one passage: u has it

	block int // that u has, or -1
	u     unpacked
	at    int // place in u
}

// open makes l the postings of a term of s.
func (l *list) open(s *segment, w whereabouts) error {
	l.s, l.count, l.block, l.at, l.skips, l.packed = s, w.count, -1, 0, nil, nil
	l.blocks = (w.count + blockSize - 1) / blockSize
	if l.alone = w.count == 1; l.alone {
		length, err := s.lengthOf(w.one.passage)
		if err != nil {
			return err
		}
		l.most = impactOf(w.one.level, length)
		l.u.n, l.u.usual = 1, false
		l.u.passages[0], l.u.level[0] = w.one.passage, w.one.level
		return nil
	}
	b, err := s.read(secPostings, int(w.from), w.size)
	if err != nil {
		return err
	}
	skips := 0
	if l.blocks > 1 {
		skips = l.blocks * skipEntry
	}
	if len(b) < 1+skips {
		return s.wrong(secPostings, errPostings)
	}
	l.most, l.skips, l.packed = b[0], b[1:1+skips], b[1+skips:]
	if skips == 0 {
		l.skips = nil
	}
	return nil
}

// skip returns the last passage of a block, where it begins, and its highest impact.
func (l *list) skip(block int) (last uint32, from int, most byte) {
	if l.skips == nil {
		return uint32(l.s.passages - 1), 0, l.most
	}
	v := binary.LittleEndian.Uint64(l.skips[block*skipEntry:])
	return uint32(v), int(v >> 32 & 0xffffff), byte(v >> 56)
}

// load unpacks a block.
func (l *list) load(block int) error {
	if l.block == block {
		return nil
	}
	l.at = 0
	if l.alone {
		l.block = block
		return nil
	}
	_, from, _ := l.skip(block)
	before := int64(-1)
	if block > 0 {
		last, _, _ := l.skip(block - 1)
		before = int64(last)
	}
	n := min(blockSize, l.count-block*blockSize)
	if from > len(l.packed) {
		return l.s.wrong(secPostings, errPostings)
	}
	if _, err := l.u.unpack(l.packed[from:], before, n); err != nil {
		return l.s.wrong(secPostings, err)
	}
	last := l.u.passages[n-1]
	if want, _, _ := l.skip(block); int(last) >= l.s.passages || l.skips != nil && last != want {
		return l.s.wrong(secPostings, errPostings)
	}
	l.block = block
	return nil
}

// blockAt returns the first block, from one on, that ends at a passage or behind it; blocks if there is none.
func (l *list) blockAt(from int, passage uint32) int {
	if l.skips == nil {
		return from
	}
	// Mostly it is one of the next few; then ever longer leaps.
	step := 1
	low, high := from, from
	for high < l.blocks {
		if last, _, _ := l.skip(high); last >= passage {
			break
		}
		low, high = high+1, high+step
		step *= 2
	}
	high = min(high, l.blocks)
	for low < high {
		middle := (low + high) / 2
		if last, _, _ := l.skip(middle); last < passage {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// all yields the postings in order, until yield returns false.
func (l *list) all(yield func(passage uint32, level uint8) bool) error {
	for block := range l.blocks {
		if err := l.load(block); err != nil {
			return err
		}
		for i, passage := range l.u.passages[:l.u.n] {
			level := uint8(usualLevel)
			if !l.u.usual {
				level = l.u.level[i]
			}
			if !yield(passage, level) {
				return nil
			}
		}
	}
	return nil
}

// countIn returns how many of the postings are in a set of passages, without unpacking more than it must.
func (l *list) countIn(set *passageSet) (int, error) {
	if set.count == 0 {
		return 0, nil
	}
	n, before := 0, uint32(0)
	for block := range l.blocks {
		last, _, _ := l.skip(block)
		if l.alone {
			last = l.u.passages[0]
		}
		if !set.any(before, last) {
			before = last
			continue
		}
		before = last
		if err := l.load(block); err != nil {
			return 0, err
		}
		for _, passage := range l.u.passages[:l.u.n] {
			if set.has(passage) {
				n++
			}
		}
	}
	return n, nil
}
