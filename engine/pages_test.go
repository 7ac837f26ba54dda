package engine

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// nodes are all that are in the tree.
func (p *pages) nodes() []*node {
	var list []*node
	var walk func(*node)
	walk = func(n *node) {
		for _, c := range n.children {
			list = append(list, c)
			walk(c)
		}
	}
	for _, root := range p.roots {
		walk(root)
	}
	return list
}

// enter takes pages for ids, a page's worth of each, and returns them held.
func enter(t *testing.T, p *pages, a audience, ids ...int32) []int32 {
	t.Helper()
	var list []int32
	at := p.root(a.adapter)
	for from := 0; from < len(ids); from += p.size {
		page, ok := p.take()
		if !ok {
			t.Fatal("no page")
		}
		n := p.add(at, a.at(from, p.size), ids[from:min(from+p.size, len(ids))], page)
		if n.page != page {
			p.hold(n.page)
			p.drop(page)
		}
		at = n
		list = append(list, n.page)
	}
	return list
}

// known is how many of the first ids are found.
func known(p *pages, a audience, ids ...int32) int {
	whole, _, n := p.find(a, ids)
	return len(whole)*p.size + n
}

func TestPagesAreFoundByWhatTheyHold(t *testing.T) {
	a, b := audience{scope: tag{1}}, audience{scope: tag{2}}
	lora := audience{scope: tag{1}, adapter: tag{9}}
	p := newPages(8, 2)
	p.release(enter(t, p, a, 1, 2, 3, 4, 5))
	check := func(name string, a audience, want int, ids ...int32) {
		t.Helper()
		if got := known(p, a, ids...); got != want {
			t.Errorf("%s: %d tokens of %v found, want %d", name, got, ids, want)
		}
	}
	check("the same", a, 5, 1, 2, 3, 4, 5)
	check("one that goes on", a, 5, 1, 2, 3, 4, 5, 6)
	check("one that leaves it inside a page", a, 3, 1, 2, 3, 9, 5)
	check("a shorter one", a, 3, 1, 2, 3)
	check("one that ends differently", a, 4, 1, 2, 3, 4, 6)
	check("another", a, 0, 2, 1)
	check("another scope", b, 0, 1, 2, 3, 4)
	check("everybody", audience{}, 0, 1, 2, 3, 4)
	check("an adapter", lora, 0, 1, 2, 3, 4)
	p.release(enter(t, p, a, 1, 2, 3, 4, 5, 6, 7, 8))
	if n := len(p.nodes()); n != 4 {
		t.Errorf("%d nodes, want 4: the page that was not full has become full", n)
	}
	p.forget(a.scope)
	check("a forgotten one", a, 0, 1, 2, 3, 4)
	if p.available() != 8 || p.held() != 0 || p.cached != 0 {
		t.Errorf("available %d, held %d, cached %d, want 8, 0, 0", p.available(), p.held(), p.cached)
	}
}

// What is public is found by everybody, and not a page more.
func TestPublicPagesAreForAll(t *testing.T) {
	p := newPages(8, 2)
	a, b := audience{scope: tag{1}, public: 5}, audience{scope: tag{2}, public: 5}
	p.release(enter(t, p, a, 1, 2, 3, 4, 5, 6, 7, 8))
	for _, c := range []struct {
		name string
		audience
		want int
	}{
		{"the same scope", a, 8}, {"another scope", b, 4}, {"everybody", audience{}, 4},
		{"another scope that calls less public", audience{scope: tag{2}, public: 3}, 2},
		{"another scope that calls nothing public", audience{scope: tag{2}}, 0},
		{"the same scope that calls nothing public", audience{scope: tag{1}}, 0},
	} {
		if got := known(p, c.audience, 1, 2, 3, 4, 5, 6, 7, 8); got != c.want {
			t.Errorf("%s: %d tokens found, want %d", c.name, got, c.want)
		}
	}
	p.forget(tag{1})
	if got := known(p, b, 1, 2, 3, 4, 5, 6); got != 4 {
		t.Errorf("%d public tokens are left when a scope is forgotten, want 4", got)
	}
	p.forget(tag{})
	if n := len(p.nodes()); n != 0 {
		t.Errorf("%d nodes are left when the public ones are forgotten", n)
	}
}

// The branch that was used least recently goes first, its end before its beginning; what all branches share, last.
func TestPagesAreGivenUpOldestAndDeepestFirst(t *testing.T) {
	p := newPages(7, 1)
	a := audience{}
	first := enter(t, p, a, 1, 2, 10, 11)
	p.release(enter(t, p, a, 1, 2, 20, 21))
	p.release(first)
	third := enter(t, p, a, 1, 2, 30)
	p.release(third)
	for _, want := range [][3]int{{3, 4, 3}, {2, 4, 3}, {2, 3, 3}, {2, 2, 3}, {2, 2, 2}, {1, 1, 1}, {0, 0, 0}} {
		if _, ok := p.take(); !ok {
			t.Fatal("no page")
		}
		got := [3]int{known(p, a, 1, 2, 20, 21), known(p, a, 1, 2, 10, 11), known(p, a, 1, 2, 30)}
		if got != want {
			t.Errorf("found %v, want %v", got, want)
		}
	}
	if _, ok := p.take(); ok || p.available() != 0 {
		t.Error("there are more pages than there are")
	}
}

// Random use keeps the books: every page is free, cached or held; what is cached can be given up; and what is found is
// what was entered.
func TestPagesKeepTheirBooks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	p := newPages(24, 2)
	var held [][]int32
	scopes := []tag{{}, {1}, {2}}
	evicted := 0
	for range 30000 {
		a := audience{scope: scopes[random.IntN(3)], public: random.IntN(6)}
		switch random.IntN(8) {
		case 0, 1, 2, 3:
			ids := make([]int32, 1+random.IntN(9))
			for i := range ids {
				ids[i] = random.Int32N(3)
			}
			if p.available() < len(ids) {
				break
			}
			evicted += max(0, len(ids)/2-len(p.free))
			whole, _, _ := p.find(a, ids)
			var list []int32
			at := p.root(a.adapter)
			for _, n := range whole {
				p.hold(n.page)
				list = append(list, n.page)
				at = n
			}
			for from := 2 * len(whole); from < len(ids); from += 2 {
				page, _ := p.take()
				if n := p.add(at, a.at(from, 2), ids[from:min(from+2, len(ids))], page); n != nil && n.page == page {
					at = n
				}
				list = append(list, page)
			}
			held = append(held, list)
		case 4, 5, 6:
			if len(held) > 0 {
				i := random.IntN(len(held))
				p.release(held[i])
				held = slices.Delete(held, i, i+1)
			}
		case 7:
			if random.IntN(50) == 0 {
				p.forget(a.scope)
			}
		}
		checkBooks(t, p, held)
	}
	for _, h := range held {
		p.release(h)
	}
	if p.available() != len(p.info) || evicted == 0 {
		t.Errorf("%d pages available at the end, want %d; %d were given up", p.available(), len(p.info), evicted)
	}
	for range p.info {
		if _, ok := p.take(); !ok {
			t.Fatal("a cached page cannot be given up")
		}
	}
	if n := len(p.nodes()); n != 0 {
		t.Errorf("%d nodes are left without a page", n)
	}
}

func checkBooks(t *testing.T, p *pages, held [][]int32) {
	t.Helper()
	refs := make(map[int32]int)
	for _, list := range held {
		for _, page := range list {
			refs[page]++
		}
	}
	if p.held() != len(refs) {
		t.Fatalf("%d pages held, want %d", p.held(), len(refs))
	}
	for page, n := range refs {
		if p.info[page].refs != n {
			t.Fatalf("page %d has %d references, want %d", page, p.info[page].refs, n)
		}
	}
	for _, n := range p.nodes() {
		if n.gone || p.info[n.page].node != n {
			t.Fatalf("node %v has page %d of another", n.ids, n.page)
		}
		if up := n.parent; up.parent != nil && p.info[up.page].refs < min(1, p.info[n.page].refs) {
			t.Fatalf("node %v is held and what leads to it is not", n.ids)
		}
		for i := 1; i < len(n.children); i++ {
			a, b := n.children[i-1], n.children[i]
			if d := bytes.Compare(a.scope[:], b.scope[:]); d > 0 || d == 0 && slices.Compare(a.ids, b.ids) >= 0 {
				t.Fatalf("children %v and %v are out of order", a.ids, b.ids)
			}
		}
	}
}
