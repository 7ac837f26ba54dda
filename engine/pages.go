package engine

// pages says whose each page of a model's cache is. A page is free, held by one or more sequences, or cached: held by
// nobody, but named by a node of the tree of prefixes (see radix.go), so that a sequence with the same prefix can take
// it up again.
//
// Whoever holds the page of a node holds those of all nodes above it, and gives them back deepest first. So a cached
// page has been unused for at least as long as the one before it: the page that was used least recently is always one
// that no other follows, and a prefix that many share outlives what followed it.
//
// It belongs to the goroutine that owns the model.
type pages struct {
	size  int // tokens per page
	info  []pageInfo
	free  []int32
	roots map[tag]*node // of the tree, by adapter
	dead  []*run        // runs on disk that nothing in the tree needs any more
	// Cached pages form a list in order of release: oldest after head, youngest before it.
	older, younger []int32
	head           int32 // index of the sentinel, len(info)
	cached         int
}

type pageInfo struct {
	refs int
	node *node // that names it, or nil
}

func newPages(count, size int) *pages {
	p := &pages{
		size:    size,
		info:    make([]pageInfo, count),
		roots:   make(map[tag]*node),
		older:   make([]int32, count+1),
		younger: make([]int32, count+1),
		head:    int32(count),
	}
	p.older[p.head], p.younger[p.head] = p.head, p.head
	for i := count - 1; i >= 0; i-- {
		p.free = append(p.free, int32(i))
	}
	return p
}

// available is how many pages take can hand out.
func (p *pages) available() int { return len(p.free) + p.cached }

// held is how many pages belong to some sequence.
func (p *pages) held() int { return len(p.info) - p.available() }

// take hands out a page with one reference, giving up the oldest cached page if it must.
func (p *pages) take() (int32, bool) {
	if len(p.free) == 0 {
		oldest := p.younger[p.head]
		if oldest == p.head {
			return 0, false
		}
		p.evict(oldest)
	}
	page := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	p.info[page].refs = 1
	return page, true
}

// evict frees a cached page. Its node stays if it is on disk.
func (p *pages) evict(page int32) {
	p.unlist(page)
	n := p.info[page].node
	p.info[page].node = nil
	p.free = append(p.free, page)
	if n.page = nowhere; n.run == nil {
		p.remove(n)
	}
}

// hold adds a reference to a page that is held or cached.
func (p *pages) hold(page int32) {
	if p.info[page].refs == 0 {
		p.unlist(page)
	}
	p.info[page].refs++
}

// drop gives a reference back.
func (p *pages) drop(page int32) {
	info := &p.info[page]
	info.refs--
	switch {
	case info.refs > 0:
	case info.node != nil:
		p.enlist(page)
	default:
		p.free = append(p.free, page)
	}
}

// release gives back the pages of a sequence, in order of position.
func (p *pages) release(list []int32) {
	for i := len(list) - 1; i >= 0; i-- {
		p.drop(list[i])
	}
}

// freeable counts the pages of list that only their one holder keeps.
func (p *pages) freeable(list []int32) int {
	n := 0
	for _, page := range list {
		if p.info[page].refs == 1 {
			n++
		}
	}
	return n
}

func (p *pages) enlist(page int32) {
	last := p.older[p.head]
	p.younger[last], p.older[page] = page, last
	p.younger[page], p.older[p.head] = p.head, page
	p.cached++
}

func (p *pages) unlist(page int32) {
	o, y := p.older[page], p.younger[page]
	p.younger[o], p.older[y] = y, o
	p.cached--
}
