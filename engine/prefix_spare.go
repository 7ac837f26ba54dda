package engine

import "exaone/weights"

// spare is what the store leaves free on a disk of size bytes, whatever it may take: others live there too, first of all
// what people have said.
func spare(size int64) int64 { return min(max(size/50, 64<<20), 1<<30) }

// allowed is how many bytes the runs may take together now: no more than was said, and than leaves the disk its spare.
// p.mu is held.
func (p *prefixes) allowed() int64 {
	free, size, err := p.space(p.dir)
	if err != nil {
		return p.limit // not every file system says
	}
	return min(p.limit, p.total+free-spare(size))
}

// fits returns an error if a run, with what it follows, is more than there may be on this disk now: to make room for it
// would cost it its own beginning. That may change, so it is no reason to write nothing any more.
func (p *prefixes) fits(h *runHeader) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	allowed := p.allowed()
	prefix := int64(h.first+len(h.sums))*h.pageBytes + int64(h.first/mostPages+1)*int64(h.size())
	if prefix <= allowed-allowed/10 {
		return nil
	}
	free, size, err := p.space(p.dir)
	if err != nil || allowed == p.limit {
		return nil // it is what was said that is too little, and whoever queued it knew
	}
	return &weights.NoSpace{Free: free, Want: spare(size) + prefix}
}

// cramp says once, until there is room again, that the disk is too full for more.
func (p *prefixes) cramp(why error) {
	if !p.cramped.Swap(true) {
		p.log.Warn("prefixes are not kept while the disk is this full", "dir", p.dir, "err", why, p.off(reason(why, p.dir)))
	}
}
