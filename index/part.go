package index

import "sync"

// part is a segment as it is now: with the documents that are dead by now. It is not changed once others can see it.
type part struct {
	*segment
	dead   *deadSet
	file   *file  // that holds it; nil if it is in memory
	log    uint64 // that has it, if it is in memory
	counts *deadCounts
}

func newPart(s *segment) *part { return &part{segment: s, counts: &deadCounts{}} }

// held returns how much memory the part takes.
func (p *part) held() int64 {
	if p.file != nil {
		return 0
	}
	return int64(len(p.data))
}

// live returns how many passages are not dead.
func (p *part) live() int { return p.segment.passages - p.dead.passages() }

// empty reports whether no document is alive; those that are may have no passages.
func (p *part) empty() bool { return p.dead.documentCount() == p.documents }

// with returns the part with more dead documents.
func (p *part) with(more []entry) *part {
	next := *p
	next.dead = p.dead.with(&p.documentTable, more)
	return &next
}

// deadCounts remembers in how many dead passages long lists of a segment are, for one set of dead documents: counting
// takes as long as reading the list.
type deadCounts struct {
	mu   sync.Mutex
	dead *deadSet
	of   map[int64]int // by where the postings are
}

const maxDeadCounts = 1 << 12

func (c *deadCounts) look(at int64, dead *deadSet) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead != dead {
		return 0, false
	}
	n, ok := c.of[at]
	return n, ok
}

func (c *deadCounts) keep(at int64, dead *deadSet, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead != dead || len(c.of) >= maxDeadCounts {
		c.dead, c.of = dead, map[int64]int{}
	}
	c.of[at] = n
}
