package index

import (
	"context"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// The best passages are found in windows of passages, as Lucene's MaxScoreBulkScorer does it: within a window, the groups
// that together cannot lift a passage over the worst of the best so far are only looked up for passages that the other
// groups have brought up. What a group can add in a window, the impacts of its blocks say (block-max MaxScore: Ding and
// Suel, Faster top-k document retrieval using block-max indexes, 2011; Turtle and Flood, 1995). Windows that cannot have
// a passage that good are not unpacked. The result is that of scoring every passage.
const (
	window    = 1 << 12
	splitFrom = 1 << 15 // passages of a part from which it is divided among workers
	maxGroups = 1000    // of a question; scores are below maxScale·16·maxGroups then
)

// found is a passage with its score, in 1/scoreUnit.
type found struct {
	part    int
	passage uint32
	score   uint32
}

// alternative is a term of a group that somebody could find.
type alternative struct {
	term  *seen
	scale uint64
}

// finder finds the best passages of a sight.
type finder struct {
	sight   *sight
	groups  [][]alternative
	allowed []*passageSet // by part; nil: all are
	k       int
	least   atomic.Uint32 // no passage below can be among the best
}

// span is passages of a part: from to before to.
type span struct {
	part     int
	from, to uint32
}

// top returns the k best passages, best first; equal ones by document and number.
func (s *sight) top(ctx context.Context, terms []Weighted, allowed []*passageSet, k int) ([]found, error) {
	f := &finder{sight: s, groups: s.groups(terms), allowed: allowed, k: k}
	if s.err != nil || len(f.groups) == 0 {
		return nil, s.err
	}
	const workers = 2
	spans := f.spans(workers)
	var next atomic.Int32
	heaps := make([]*heap, min(workers, len(spans)))
	errs := make([]error, len(heaps))
	work := func(i int) {
		w := scorers.Get().(*scorer)
		heaps[i] = &heap{finder: f, k: k}
		errs[i] = guard(func() error {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(spans) {
					return heaps[i].err
				}
				if err := w.score(ctx, f, spans[n], heaps[i]); err != nil {
					return err
				}
			}
		})
		if errs[i] == nil { // else it may have sums left
			w.rest()
		}
	}
	var wait sync.WaitGroup
	for i := 1; i < len(heaps); i++ {
		wait.Go(func() { work(i) })
	}
	if len(heaps) > 0 {
		work(0)
	}
	wait.Wait()
	var all []found
	for i, h := range heaps {
		if errs[i] != nil {
			return nil, errs[i]
		}
		all = append(all, h.list...)
	}
	last := &heap{finder: f}
	slices.SortFunc(all, func(a, b found) int {
		if last.worse(a, b) {
			return 1
		}
		return -1
	})
	return all[:min(k, len(all))], last.err
}

// groups looks the terms up and puts those of a group together.
func (s *sight) groups(terms []Weighted) [][]alternative {
	at := map[int]int{}
	var groups [][]alternative
	for _, t := range terms {
		found := s.term(t.Term)
		if found.count <= 0 || t.Weight <= 0 {
			continue
		}
		scale := scaled(float64(t.Weight) * idf(found.count, s.passages))
		i, ok := at[t.Group]
		if !ok {
			if i = len(groups); i == maxGroups {
				continue
			}
			at[t.Group] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], alternative{found, scale})
	}
	return groups
}

// spans divides the parts that have something among workers, the largest first.
func (f *finder) spans(workers int) []span {
	var spans []span
	for i, p := range f.sight.parts {
		if f.allowed != nil && (f.allowed[i] == nil || f.allowed[i].count == 0) || !f.hasAny(i) {
			continue
		}
		pieces := 1
		if p.segment.passages >= splitFrom {
			pieces = workers
		}
		size := (p.segment.passages/pieces/window + 1) * window
		for from := 0; from < p.segment.passages; from += size {
			spans = append(spans, span{i, uint32(from), uint32(min(from+size, p.segment.passages))})
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return int(b.to-b.from) - int(a.to-a.from) })
	return spans
}

func (f *finder) hasAny(part int) bool {
	for _, g := range f.groups {
		for _, a := range g {
			if a.term.in[part].count > 0 {
				return true
			}
		}
	}
	return false
}

// heap is the best passages so far: a heap, the worst at the root.
type heap struct {
	finder *finder
	k      int
	list   []found
	err    error
}

// worse orders by score, then by document and number.
func (b *heap) worse(x, y found) bool {
	if x.score != y.score {
		return x.score < y.score
	}
	if x.part == y.part {
		return x.passage > y.passage
	}
	dx, err := b.finder.sight.parts[x.part].documentOf(int(x.passage))
	dy, err2 := b.finder.sight.parts[y.part].documentOf(int(y.passage))
	if err != nil || err2 != nil {
		if b.err == nil {
			b.err = firstError(err, err2)
		}
		return x.part > y.part
	}
	return strings.Compare(string(dx.id), string(dy.id)) > 0
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// wanted returns the least score with which a passage of a part, behind all of that part that this heap has seen, may be
// among the best.
func (b *heap) wanted(part int) uint32 {
	need := max(1, b.finder.least.Load())
	if len(b.list) < b.k {
		return need
	}
	root := b.list[0]
	if root.part == part {
		return max(need, root.score+1) // the earlier of equals wins
	}
	return max(need, root.score)
}

func (b *heap) add(f found) {
	if len(b.list) < b.k {
		b.list = append(b.list, f)
		for i := len(b.list) - 1; i > 0; {
			up := (i - 1) / 2
			if !b.worse(b.list[i], b.list[up]) {
				break
			}
			b.list[i], b.list[up] = b.list[up], b.list[i]
			i = up
		}
	} else if b.worse(b.list[0], f) {
		b.list[0] = f
		for i := 0; ; {
			down := 2*i + 1
			if down >= b.k {
				break
			}
			if down+1 < b.k && b.worse(b.list[down+1], b.list[down]) {
				down++
			}
			if !b.worse(b.list[down], b.list[i]) {
				break
			}
			b.list[i], b.list[down] = b.list[down], b.list[i]
			i = down
		}
	}
	if len(b.list) == b.k {
		for least := b.finder.least.Load(); least < b.list[0].score; least = b.finder.least.Load() {
			if b.finder.least.CompareAndSwap(least, b.list[0].score) {
				break
			}
		}
	}
}

// bitset marks passages of a window.
type bitset [window / 64]uint64

func (b *bitset) set(i uint32) { b[i/64] |= 1 << (i % 64) }

// each yields what is marked, ascending, and clears it.
func (b *bitset) take(yield func(i uint32)) {
	for w, word := range b {
		for ; word != 0; word &= word - 1 {
			yield(uint32(w*64 + bits.TrailingZeros64(word)))
		}
		b[w] = 0
	}
}
