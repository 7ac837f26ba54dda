package engine

import (
	"errors"
	"io/fs"
	"slices"
	"time"
)

// beginning is what is known of the beginning of a sequence before it is computed: whole pages, and of the page after
// them the first few positions, to be copied.
type beginning struct {
	whole []*node
	part  int32 // a page in memory, or nowhere
	n     int   // positions of part
	tail  *node // whose page part is, or is on disk only; or nil
}

// tokens is how many positions need not be computed.
func (b *beginning) tokens(size int) int { return len(b.whole)*size + b.n }

// beginning looks for what is known of s. At least one token is left to compute, because its logits are needed; a
// prompt whose logprobs are wanted is computed whole.
func (r *runner) beginning(s *sequence) beginning {
	b := beginning{part: nowhere}
	if s.echo > 0 && s.echoed < s.prompt {
		return b
	}
	b.whole, b.tail, b.n = r.pages.find(s.audience, s.ids[:len(s.ids)-1])
	if b.tail != nil {
		b.part = b.tail.page
	}
	return b
}

// held reports whether a sequence that waits had better wait on: for pages that are being read from disk, or for
// another that computes what it begins with. Both come to an end, and then it is looked at anew.
func (s *sequence) held() bool {
	if s.reading != nil && s.reading.reading {
		return true
	}
	o := s.behind
	return o != nil && o.runs && !o.noShare && o.computed < s.behindAt
}

// waits decides whether s is to wait for its beginning. If not, b is what there is of it in memory.
func (r *runner) waits(s *sequence, b *beginning) bool {
	if s.echo > 0 && s.echoed < s.prompt {
		return false
	}
	if r.bring(s, b) {
		return true
	}
	return r.follows(s, b)
}

// follows looks among those who run for one that has computed more of the beginning of s than the tree has, or soon
// will have, in which case s waits for it: what two compute at once takes as long as one after the other.
func (r *runner) follows(s *sequence, b *beginning) bool {
	size := r.pages.size
	for _, o := range r.running {
		n := r.shared(s, o)
		have := min(n, o.computed)
		if n-max(have, b.tokens(size)) >= size {
			s.behind, s.behindAt = o, n
			return true
		}
		at := len(b.whole) * size
		if have > b.tokens(size) && have <= at+size && len(o.pages) > len(b.whole) {
			b.part, b.n, b.tail = o.pages[len(b.whole)], have-at, nil
		}
	}
	return false
}

// shared is how many of the first positions of s are the same for o, which may share them.
func (r *runner) shared(s, o *sequence) int {
	if s.noShare || o.noShare || s.audience.adapter != o.audience.adapter {
		return 0
	}
	size, n := r.pages.size, 0
	most := min(len(s.ids)-1, len(o.ids))
	for n < most && s.audience.at(n, size) == o.audience.at(n, size) {
		want := min(size, most-n)
		k := common(s.ids[n:n+want], o.ids[n:n+want])
		n += k
		if k < size {
			break
		}
	}
	return n
}

// takeUp gives s its beginning. There is a page for the part.
func (r *runner) takeUp(s *sequence, b *beginning) {
	s.behind, s.reading, s.at, s.brought, s.runs = nil, nil, nil, 0, true
	for _, n := range b.whole {
		r.pages.hold(n.page)
		s.pages = append(s.pages, n.page)
		s.at = n
	}
	s.named = len(b.whole)
	s.computed = s.named * r.pages.size
	if b.part != nowhere && b.n > 0 {
		r.pages.hold(b.part) // it might be the one to be given up
		if page, ok := r.pages.take(); ok {
			if r.kv != nil {
				r.kv.CopyPage(page, b.part)
			}
			s.pages = append(s.pages, page)
			s.computed += b.n
		}
		r.pages.drop(b.part)
	}
	if b.tail != nil {
		r.use(b.tail)
	} else if s.at != nil {
		r.use(s.at)
	}
}

// use notes on disk that a node and what leads to it are used, once in a while.
func (r *runner) use(n *node) {
	if r.keeper == nil {
		return
	}
	for n.run == nil {
		if n = n.parent; n == nil {
			return
		}
	}
	now := time.Now()
	if now.Sub(n.run.used) <= r.keeper.store.noted {
		return // and so were those it follows
	}
	runs := n.before()
	if r.keeper.later(chore{runs: runs, last: n, used: now}) {
		noteUse(runs, now)
	}
}

const useNoted = time.Minute

// namePages lets others find the pages that s has filled. Where another has filled the same page meanwhile, s takes
// that one up and gives its own back.
func (r *runner) namePages(s *sequence) {
	size := r.pages.size
	for !s.noShare && (s.named+1)*size <= s.computed {
		at, own := s.named*size, s.pages[s.named]
		n := r.pages.add(r.parent(s), s.audience.at(at, size), s.ids[at:at+size], own)
		if n.page != own {
			r.pages.hold(n.page)
			r.pages.drop(own)
			s.pages[s.named] = n.page
		}
		s.at = n
		s.named++
	}
}

func (r *runner) parent(s *sequence) *node {
	if s.at == nil {
		return r.pages.root(s.audience.adapter)
	}
	return s.at
}

// release gives the pages of s back, and lets others find the one that it has not filled, too. It returns the last
// node of what s has computed, or nil.
func (r *runner) release(s *sequence) *node {
	last := s.at
	if s.noShare {
		last = nil
	}
	at := s.named * r.pages.size
	if n := s.computed - at; n > 0 && !s.noShare && len(s.pages) > s.named {
		tail := r.pages.add(r.parent(s), s.audience.at(at, r.pages.size), s.ids[at:s.computed], s.pages[s.named])
		if tail != nil {
			last = tail
		}
	}
	r.pages.release(s.pages)
	s.pages, s.named, s.at, s.computed, s.runs = s.pages[:0], 0, nil, 0, false
	return last
}

// bring begins to read from disk what is not in memory of the beginning of s, and reports whether s is to wait for
// it. Without room for it, or after it was in vain, b is cut short to what is in memory.
func (r *runner) bring(s *sequence, b *beginning) bool {
	path := b.whole
	if b.tail != nil {
		path = append(slices.Clip(path), b.tail)
	}
	here := 0
	for here < len(path) && path[here].page != nowhere {
		here++
	}
	if here == len(path) {
		return false
	}
	if missing := path[here:]; s.brought < mostBrought {
		if missing[0].reading {
			s.reading = missing[0]
			return true
		}
		if n := r.read(path[:here], missing); n > 0 {
			s.brought++
			s.reading = missing[0]
			return true
		}
	}
	b.whole = b.whole[:min(here, len(b.whole))]
	b.tail, b.part, b.n = nil, nowhere, 0
	return false
}

// mostBrought is how often a sequence has its beginning read from disk before it is computed instead: pages that
// were read can be given up again before it takes them up.
const mostBrought = 2

// read has pages read that follow others in memory, as many as there is room for, and returns how many.
func (r *runner) read(before, missing []*node) int {
	if r.keeper == nil || r.bringing == mostReads {
		return 0
	}
	j := &readJob{}
	for _, n := range before {
		r.pages.hold(n.page)
		j.pins = append(j.pins, n.page)
	}
	for _, n := range missing {
		if n.reading || n.page != nowhere || r.pages.available() <= 1+len(r.running) {
			break
		}
		page, ok := r.pages.take()
		if !ok || n.gone || n.run == nil { // to take one may have cost another its place
			if ok {
				r.pages.drop(page)
			}
			break
		}
		n.reading = true
		j.nodes, j.pages = append(j.nodes, n), append(j.pages, page)
		j.from = append(j.from, n.place(r.keeper.pageBytes()))
	}
	if len(j.nodes) == 0 {
		r.pages.release(j.pins)
		return 0
	}
	r.bringing++
	r.keeper.reads <- j // has room for mostReads
	return len(j.nodes)
}

func (k *keeper) pageBytes() int64 { return int64(len(k.kv.PageBytes(0))) }

// heard deals with the end of a job of the keeper, or with what it has found missing.
func (r *runner) heard(rep report) {
	switch {
	case rep.read != nil:
		r.bringing--
		r.haveRead(rep)
	case rep.write != nil:
		r.haveWritten(rep)
	default:
		r.missed(rep.lost, rep.last, r.keeper.store.now())
	}
	r.bury()
}

// haveRead enters the pages that were read.
func (r *runner) haveRead(rep report) {
	j := rep.read
	for i := range j.nodes {
		n, page := j.nodes[i], j.pages[i]
		n.reading = false
		if i < rep.good && !n.gone && n.page == nowhere {
			n.page, r.pages.info[page].node = page, n
			r.stats.diskTokens.Add(int64(len(n.ids)))
		}
	}
	if rep.err != nil {
		n := j.nodes[rep.good]
		if !errors.Is(rep.err, fs.ErrNotExist) { // somebody else made room, or forgot
			r.log.Warn("a prefix on disk cannot be used and is deleted", "err", rep.err)
		}
		if !n.gone && n.run != nil {
			r.pages.lose(n.run)
		}
	}
	r.pages.release(j.pages)
	r.pages.release(j.pins)
}
