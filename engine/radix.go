package engine

import (
	"bytes"
	"slices"
)

// tag stands for a scope or an adapter. The zero tag is everybody, and the model itself.
type tag [32]byte

// audience says who may share what a sequence computes: its first public positions everybody, the rest its scope.
type audience struct {
	adapter, scope tag
	public         int
}

// at is who may share the page that begins at a position: everybody only if all of it is public.
func (a audience) at(position, size int) tag {
	if position+size <= a.public {
		return tag{}
	}
	return a.scope
}

// node is what is known of one page's worth of a prefix: the ids of the page, which follow those of the nodes above
// it. Nodes of one adapter form a radix tree whose edges are pages. Below a public node there may be nodes of every
// scope; below one of a scope there are only its own. What begins with a prefix is found by walking down, comparing
// every id and scope on the way, so nothing is ever taken for something else.
//
// A node is in memory, on disk, or both. Only a leaf has fewer ids than a page holds; no node's ids begin with all
// those of a neighbour of its scope.
type node struct {
	parent   *node
	children []*node // in order of scope and ids
	scope    tag     // of a root, the adapter
	ids      []int32
	page     int32 // where it is in memory, or nowhere
	run      *run  // where it is on disk, or nil
	slot     int   // in run
	reading  bool  // is being read from disk
	queued   bool  // is to be written to disk
	gone     bool  // was removed
}

const nowhere int32 = -1

// search returns where the child with a scope and ids is or would be, and whether it is there.
func (n *node) search(scope tag, ids []int32) (int, bool) {
	return slices.BinarySearchFunc(n.children, ids, func(c *node, ids []int32) int {
		if d := bytes.Compare(c.scope[:], scope[:]); d != 0 {
			return d
		}
		return slices.Compare(c.ids, ids)
	})
}

// nearest returns the child of a scope that shares most ids from the first on, and how many.
func (n *node) nearest(scope tag, ids []int32) (best *node, most int) {
	at, _ := n.search(scope, ids) // in order of ids, those that share most stand together
	for i := max(at-1, 0); i < min(at+1, len(n.children)); i++ {
		if c := n.children[i]; c.scope == scope {
			if k := common(c.ids, ids); k > most {
				best, most = c, k
			}
		}
	}
	return best, most
}

// common is how many ids a and b share from the first on.
func common(a, b []int32) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// root is where prefixes of an adapter begin.
func (p *pages) root(adapter tag) *node {
	n := p.roots[adapter]
	if n == nil {
		n = &node{page: nowhere, scope: adapter}
		p.roots[adapter] = n
	}
	return n
}

// find returns the nodes that hold the beginning of ids for an audience, whole pages in order; and of the page after
// them the node that holds the most of what is left, and how many positions of it.
func (p *pages) find(a audience, ids []int32) (whole []*node, part *node, n int) {
	at := p.root(a.adapter)
	for pos := 0; pos < len(ids); pos += p.size {
		want := ids[pos:min(pos+p.size, len(ids))]
		scope := a.at(pos, p.size)
		i, exact := at.search(scope, want)
		if !exact || len(want) < p.size {
			part, n = at.nearest(scope, want)
			break
		}
		at = at.children[i]
		whole = append(whole, at)
	}
	return whole, part, n
}

// add enters a page below a node, and returns its node: an older one if there is one with the same scope and ids,
// which then has a page already unless it was on disk only. ids that are fewer than a page's are entered only if
// nothing there goes on from them; otherwise add returns nil. The ids are copied.
func (p *pages) add(parent *node, scope tag, ids []int32, page int32) *node {
	i, exact := parent.search(scope, ids)
	if exact {
		n := parent.children[i]
		if n.page == nowhere && page != nowhere {
			n.page, p.info[page].node = page, n
		}
		return n
	}
	if i < len(parent.children) && parent.children[i].scope == scope && common(parent.children[i].ids, ids) == len(ids) {
		return nil
	}
	if i > 0 && parent.children[i-1].scope == scope && common(parent.children[i-1].ids, ids) == len(parent.children[i-1].ids) {
		p.remove(parent.children[i-1]) // all it holds, the new one holds
		i--
	}
	n := &node{parent: parent, scope: scope, ids: slices.Clone(ids), page: page}
	if page != nowhere {
		p.info[page].node = n
	}
	parent.children = slices.Insert(parent.children, i, n)
	return n
}

// remove takes a node and everything below it out of the tree. Pages that nobody holds come free.
func (p *pages) remove(n *node) {
	if n.gone {
		return
	}
	if i, found := n.parent.search(n.scope, n.ids); found {
		n.parent.children = slices.Delete(n.parent.children, i, i+1)
	}
	p.prune(n)
}

func (p *pages) prune(n *node) {
	for _, c := range n.children {
		p.prune(c)
	}
	n.children, n.gone = nil, true
	if n.page != nowhere {
		info := &p.info[n.page]
		info.node = nil
		if info.refs == 0 {
			p.unlist(n.page)
			p.free = append(p.free, n.page)
		}
		n.page = nowhere
	}
	if n.run != nil {
		if n.run.live--; n.run.live == 0 {
			p.bury(n.run)
		}
		n.run = nil
	}
}

func (p *pages) bury(r *run) {
	if !r.buried {
		r.buried = true
		p.dead = append(p.dead, r)
	}
}

// lose notes that a run is on disk no longer.
func (p *pages) lose(r *run) {
	for _, n := range r.nodes {
		if n.gone || n.run != r {
			continue
		}
		n.run = nil
		r.live--
		if n.page == nowhere {
			p.remove(n)
		}
	}
	p.bury(r)
}

// forget removes what belongs to a scope, and what follows it.
func (p *pages) forget(scope tag) {
	for _, root := range p.roots {
		p.forgetBelow(root, scope)
	}
}

func (p *pages) forgetBelow(n *node, scope tag) {
	for _, c := range slices.Clone(n.children) {
		if c.scope == scope {
			p.remove(c)
		} else if c.scope == (tag{}) { // the rest has nothing below it but its own
			p.forgetBelow(c, scope)
		}
	}
}
