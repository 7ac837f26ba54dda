package engine

import (
	"slices"
	"time"
)

// piece is what becomes one run.
type piece struct {
	nodes []*node
	begun uint64 // see prefixes.now
	again bool   // it was missing what it follows, or is that: if it still is, so be it
}

const (
	mostQueued = 64 // pieces
	// While sequences run, writing takes one part in so many of the time.
	writeShare = 10
	// At the end, what is queued is written for so long.
	flushTime = 2 * time.Second
)

// keep queues for writing what leads to the last node of a sequence, as far as it is pages of its prompt that are not on
// disk. What was answered stays in memory: most answers are followed by nothing, and of one that is not, the next prompt
// has what it needs. A page that is filled in part is not worth a file.
func (r *runner) keep(last *node, prompt int) {
	if r.keeper == nil || !r.keeper.store.writes() || last == nil {
		return
	}
	end := (last.depth() + 1) * r.pages.size
	for ; last.parent != nil && (end > prompt || len(last.ids) < r.pages.size); last = last.parent {
		end -= r.pages.size
	}
	r.toWrite = append(r.toWrite, r.pieces(last, r.keeper.store.now(), mostQueued-len(r.toWrite))...)
}

// pieces are what there is to write, of the pages that lead to last, and marks it as queued. There may be something
// before what is on disk already: somebody may have deleted it.
func (r *runner) pieces(last *node, begun uint64, mostPieces int) (list []piece) {
	var path []*node
	for n := last; n.parent != nil; n = n.parent {
		if n.run == nil && !n.queued && n.page != nowhere {
			path = append(path, n)
		}
	}
	slices.Reverse(path)
	for len(path) > 0 && len(list) < mostPieces {
		most := r.keeper.room(path[0].depth(), r.pages.size)
		n := 1
		for n < len(path) && n < most && path[n].parent == path[n-1] && path[n].scope == path[0].scope {
			n++
		}
		if most == 0 {
			break
		}
		for _, node := range path[:n] {
			node.queued = true
		}
		list = append(list, piece{nodes: path[:n:n], begun: begun})
		path = path[n:]
	}
	return list
}

// depth is how many pages are before the node in its prefix.
func (n *node) depth() int {
	depth := 0
	for n = n.parent; n.parent != nil; n = n.parent {
		depth++
	}
	return depth
}

// room is how many pages a run from page first on may have for the store to hold it and what goes before it. A store
// that does not even hold a first page is of no use, and that is said.
func (k *keeper) room(first, pageSize int) int {
	for n := mostPages; n > 0; n-- {
		pages := first + n
		runs := (pages + mostPages - 1) / mostPages
		if int64(pages)*k.pageBytes()+int64(runs*headerSize(pages*pageSize, n)) <= k.store.most() {
			return n
		}
	}
	if first == 0 {
		k.store.tooSmall(k.pageBytes() + int64(headerSize(pageSize, 1)))
	}
	return 0
}

// write hands the next piece to the keeper, if it is time.
func (r *runner) write() {
	if r.keeper == nil || r.writing || len(r.running) > 0 && len(r.toWrite) > 0 && time.Now().Before(r.writeAgain) {
		return
	}
	for len(r.toWrite) > 0 && !r.writing {
		p := r.toWrite[0]
		r.toWrite = r.toWrite[1:]
		r.writing = r.send(p)
	}
}

// send hands a piece to the keeper, as far as it is still in memory and what leads to it is on disk.
func (r *runner) send(p piece) bool {
	j := &writeJob{begun: p.begun, again: p.again}
	first := p.nodes[0]
	follows := !first.gone && (first.parent.parent == nil || first.parent.run != nil)
	for _, n := range p.nodes {
		n.queued = false
		if follows = follows && !n.gone && n.page != nowhere && n.run == nil; follows {
			j.nodes, j.pages = append(j.nodes, n), append(j.pages, n.page)
		}
	}
	if len(j.nodes) == 0 {
		return false
	}
	for n := first.parent; n.parent != nil; n = n.parent {
		if n.page == nowhere {
			return false // it was used long ago, and so was the piece
		}
		j.pins = append(j.pins, n.page)
	}
	slices.Reverse(j.pins)
	for _, list := range [...][]int32{j.pins, j.pages} {
		for _, page := range list {
			r.pages.hold(page)
		}
	}
	j.header, j.before = r.headerOf(j.nodes), first.parent.before()
	r.keeper.writes <- j // is empty: there is one at a time
	return true
}

// headerOf describes a run of nodes that follow each other.
func (r *runner) headerOf(nodes []*node) runHeader {
	h := runHeader{model: r.keeper.model, scope: nodes[0].scope, pageBytes: r.keeper.pageBytes()}
	var path []*node
	n := nodes[len(nodes)-1]
	for ; n.parent != nil; n = n.parent {
		path = append(path, n)
	}
	h.first = len(path) - len(nodes)
	h.adapter = n.scope
	for _, n := range slices.Backward(path) {
		h.ids = append(h.ids, n.ids...)
		if n.scope == (tag{}) {
			h.public++
		}
	}
	return h
}

// haveWritten notes where the pages of a run are now.
func (r *runner) haveWritten(rep report) {
	j := rep.write
	r.writing = false
	r.writeAgain = time.Now().Add((writeShare - 1) * rep.took)
	if rep.err == nil {
		noteUse(j.before, j.used)
		run := newRun(rep.path, &j.header, j.used)
		r.stats.diskBytes.Add(run.size)
		for i, n := range j.nodes {
			if !n.gone && n.run == nil {
				n.run, n.slot = run, i
				run.live++
			}
			run.nodes = append(run.nodes, n)
		}
		if run.live == 0 {
			r.pages.bury(run)
		}
	}
	if len(rep.lost) > 0 {
		last := j.nodes[len(j.nodes)-1]
		if j.again {
			last = nil
		}
		r.missed(rep.lost, last, j.begun)
	}
	r.pages.release(j.pages)
	r.pages.release(j.pins)
}

// bury deletes the runs that nothing needs any more.
func (r *runner) bury() {
	if r.keeper == nil {
		return
	}
	for _, run := range r.pages.dead {
		r.stats.diskBytes.Add(-run.size)
		r.keeper.later(chore{path: run.path, size: run.size})
	}
	r.pages.dead = r.pages.dead[:0]
}

// finish writes what is queued, as far as there is time, and ends the keeper. No sequence is left.
func (r *runner) finish() {
	if r.keeper == nil {
		return
	}
	end := time.Now().Add(flushTime)
	for r.write(); r.writing || r.bringing > 0; r.write() {
		r.heard(<-r.keeper.reports)
		if time.Now().After(end) {
			r.toWrite = nil
		}
	}
	r.bury()
	r.keeper.close()
	r.keeper.store.leave(r)
}
