package engine

import (
	"crypto/sha256"
	"encoding/binary"
)

// pageKey names the contents of a full page and of everything before it: the scope and adapter, and the ids
// from the start of the sequence to the end of the page. It is a SHA-256, so that two different prefixes
// never share a page by accident or on purpose.
type pageKey [sha256.Size]byte

// rootKey is the key before the first page.
func rootKey(scope, adapter string) pageKey {
	h := sha256.New()
	var n [8]byte
	for _, s := range [...]string{scope, adapter} {
		binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return pageKey(h.Sum(nil))
}

// next is the key of a page that holds ids after a prefix with key k.
func (k pageKey) next(ids []int32) pageKey {
	buf := make([]byte, 0, len(k)+4*len(ids))
	buf = append(buf, k[:]...)
	for _, id := range ids {
		buf = binary.LittleEndian.AppendUint32(buf, uint32(id))
	}
	return sha256.Sum256(buf)
}

// pages says whose each page of a model's cache is. A page is free, held by one or more sequences, or
// cached: held by nobody, but full and named, so that a sequence with the same prefix can take it up again.
//
// Cached pages are given up oldest first when no free page is left. It belongs to the goroutine that owns
// the model.
type pages struct {
	size  int // tokens per page
	info  []pageInfo
	free  []int32
	named map[pageKey]int32
	// Cached pages form a list in order of release: oldest after head, youngest before it.
	older, younger []int32
	head           int32 // index of the sentinel, len(info)
	cached         int
}

type pageInfo struct {
	refs  int
	key   pageKey
	scope string
	named bool
}

func newPages(count, size int) *pages {
	p := &pages{
		size:    size,
		info:    make([]pageInfo, count),
		named:   make(map[pageKey]int32),
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
		p.unlist(oldest)
		p.forgetName(oldest)
		p.free = append(p.free, oldest)
	}
	page := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	p.info[page].refs = 1
	return page, true
}

// find takes up the named page with a key, adding a reference.
func (p *pages) find(key pageKey) (int32, bool) {
	page, ok := p.named[key]
	if !ok {
		return 0, false
	}
	if p.info[page].refs == 0 {
		p.unlist(page)
	}
	p.info[page].refs++
	return page, true
}

// peek reports whether a page has that key, without taking it up, and whether it is cached.
func (p *pages) peek(key pageKey) (found, cached bool) {
	page, ok := p.named[key]
	return ok, ok && p.info[page].refs == 0
}

// name gives a full page its key. If another page has that key already, this one stays without.
func (p *pages) name(page int32, key pageKey, scope string) {
	if _, taken := p.named[key]; taken || p.info[page].named {
		return
	}
	p.named[key] = page
	p.info[page].key, p.info[page].scope, p.info[page].named = key, scope, true
}

// release gives back the pages of a sequence. The last page becomes the oldest of them, because a prefix is
// worth more than what follows it.
func (p *pages) release(list []int32) {
	for i := len(list) - 1; i >= 0; i-- {
		page := list[i]
		info := &p.info[page]
		info.refs--
		switch {
		case info.refs > 0:
		case info.named:
			p.enlist(page)
		default:
			p.free = append(p.free, page)
		}
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

// forget drops the names of a scope's pages, so that nobody takes them up again, and frees those that
// nobody holds.
func (p *pages) forget(scope string) {
	for i := range p.info {
		page := int32(i)
		if info := &p.info[page]; !info.named || info.scope != scope {
			continue
		}
		p.forgetName(page)
		if p.info[page].refs == 0 {
			p.unlist(page)
			p.free = append(p.free, page)
		}
	}
}

func (p *pages) forgetName(page int32) {
	info := &p.info[page]
	delete(p.named, info.key)
	info.named, info.scope = false, ""
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
