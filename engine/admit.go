package engine

import "slices"

// dropLeft retires the sequences whose reader has gone.
func (r *runner) dropLeft() {
	var left []string
	kept := r.waiting[:0]
	for _, s := range r.waiting {
		if s.ctx.Err() == nil {
			kept = append(kept, s)
			continue
		}
		r.queue.leave(s.share)
		left = append(left, s.share)
	}
	clear(r.waiting[len(kept):])
	r.waiting = kept
	for _, share := range left { // one that was preempted has been charged
		r.leave(share)
	}
	for i := 0; i < len(r.running); {
		if r.running[i].flying || r.running[i].ctx.Err() == nil {
			i++
			continue
		}
		r.retire(i)
	}
}

// retire gives back the pages of running sequence i and forgets it.
func (r *runner) retire(i int) {
	s := r.running[i]
	r.keep(r.release(s), s.prompt)
	r.running = append(r.running[:i], r.running[i+1:]...)
	r.leave(s.share)
}

// admit moves waiting sequences to running while there is room for the first step of each, with the longest
// beginning that is known.
func (r *runner) admit() {
	r.makeWay()
	for len(r.running) < r.limits.sequences {
		i := r.whoseTurn()
		if i < 0 {
			return
		}
		s := r.waiting[i]
		b := r.beginning(s)
		if r.waits(s, &b) {
			continue // it is held now, and not chosen again
		}
		// One page beyond the prefix is enough to begin with; the rest comes step by step. Sequences that
		// run already keep one page each in reserve, so that a newcomer is not preempted at once.
		if r.pages.available()-r.fresh(b.whole) < min(1+len(r.running), len(r.pages.info)) {
			return
		}
		r.takeUp(s, &b)
		if !s.begun {
			s.begun, s.cached = true, s.computed
			r.stats.promptTokens.Add(int64(s.prompt))
			r.stats.cachedTokens.Add(int64(s.cached))
			r.charge(s, float64(s.prompt-s.cached)) // once: to be preempted is nobody's wish
		}
		r.waiting = append(r.waiting[:i], r.waiting[i+1:]...)
		r.queue.leave(s.share)
		r.running = append(r.running, s)
	}
}

// fresh counts the nodes whose pages nobody holds.
func (r *runner) fresh(nodes []*node) int {
	n := 0
	for _, node := range nodes {
		if r.pages.info[node.page].refs == 0 {
			n++
		}
	}
	return n
}

// makeWay takes a place from the share that has most, if all are taken and somebody waits whose share has none. The
// sequence that gives way is the youngest of its share; it goes on later, to the same bits.
func (r *runner) makeWay() {
	if len(r.running) < r.limits.sequences {
		return
	}
	places := r.places()
	if !slices.ContainsFunc(r.waiting, func(s *sequence) bool { return places[s.share] == 0 && !s.held() }) {
		return
	}
	youngest := -1
	for i, s := range r.running {
		if !s.flying && (youngest < 0 || places[s.share] >= places[r.running[youngest].share]) {
			youngest = i
		}
	}
	if youngest < 0 || places[r.running[youngest].share] < 2 {
		return // everybody who runs has one place, and whoever waits is next
	}
	r.release(r.running[youngest])
	r.preempt([]int{youngest})
}

// places counts the running sequences of each share.
func (r *runner) places() map[string]int {
	places := make(map[string]int)
	for _, s := range r.running {
		places[s.share]++
	}
	return places
}

// whoseTurn picks the waiting sequence that is next: of a share that runs nothing, before one that was preempted and
// has work done already, before others; and among equals, of the share that has been served least. It returns -1 if
// nobody waits who is not held.
func (r *runner) whoseTurn() int {
	places := r.places()
	rank := func(s *sequence) int {
		switch {
		case places[s.share] == 0:
			return 0
		case s.begun:
			return 1
		}
		return 2
	}
	best := -1
	for i, s := range r.waiting {
		if s.held() {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		b := r.waiting[best]
		if rank(s) < rank(b) || rank(s) == rank(b) && rank(s) != 1 && r.served[s.share] < r.served[b.share] {
			best = i
		}
	}
	return best
}

// charge counts tokens against a share. A share that comes anew starts level with the least served one that
// is here, so that having been away is neither rewarded nor punished.
func (r *runner) charge(s *sequence, tokens float64) {
	if _, here := r.served[s.share]; !here {
		least, some := 0.0, false
		for _, v := range r.served {
			if !some || v < least {
				least, some = v, true
			}
		}
		r.served[s.share] = least
	}
	r.served[s.share] += tokens
}

// leave forgets what a share was served once it has nothing here any more.
func (r *runner) leave(share string) {
	for _, list := range [...][]*sequence{r.running, r.waiting} {
		for _, s := range list {
			if s.share == share {
				return
			}
		}
	}
	delete(r.served, share)
}
