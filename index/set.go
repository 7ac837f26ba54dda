package index

// passageSet is a set of a segment's passages. It is not changed once others can see it.
type passageSet struct {
	words []uint64
	count int
}

func newPassageSet(passages int) *passageSet {
	return &passageSet{words: make([]uint64, (passages+63)/64)}
}

func (s *passageSet) clone() *passageSet {
	return &passageSet{words: append([]uint64(nil), s.words...), count: s.count}
}

// has reports whether a passage is in the set, which may be nil.
func (s *passageSet) has(passage uint32) bool {
	return s != nil && s.words[passage/64]>>(passage%64)&1 != 0
}

// addRange adds the passages from first to before last.
func (s *passageSet) addRange(first, last int) {
	for p := first; p < last; p++ {
		if bit := uint64(1) << (p % 64); s.words[p/64]&bit == 0 {
			s.words[p/64] |= bit
			s.count++
		}
	}
}

// any reports whether a passage from first to last, both included, is in the set.
func (s *passageSet) any(first, last uint32) bool {
	last = min(last, uint32(len(s.words)*64-1))
	if s.count == 0 || first > last {
		return false
	}
	i, j := first/64, last/64
	head, tail := s.words[i]>>(first%64)<<(first%64), s.words[j]<<(63-last%64)
	if i == j {
		return head<<(63-last%64) != 0
	}
	if head != 0 || tail != 0 {
		return true
	}
	for i++; i < j; i++ {
		if s.words[i] != 0 {
			return true
		}
	}
	return false
}
