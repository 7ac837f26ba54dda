package engine

// lookup guesses how a sequence goes on from what it has said before: it finds the earlier place that agrees with the
// end of the sequence over most ids, and proposes what came after it. Answers that quote their prompt are full of such
// places. It costs a few memory reads per token and allocates only as the sequence grows.
//
// It also keeps how often a proposal would have been right, whether or not one was made: to know that needs no guess,
// only the token that came.
type lookup struct {
	head []int32 // by hash of two ids that stand together: the last position of the second of them, plus 1
	prev []int32 // by position: the position before it with the same hash, plus 1
	from int     // where the id is that is proposed next
	long int     // how many ids agree before it; 0 proposes nothing
	odds odds
}

const (
	longestMatch = 32 // ids compared
	mostPlaces   = 16 // earlier places looked at
	sureMatch    = 12 // a match so long is followed without looking for a longer one
)

// newLookup indexes the ids of a sequence that may grow by so many.
func newLookup(ids []int32, more int) *lookup {
	size := 512
	for size < 2*(len(ids)+min(more, 1024)) && size < 1<<16 {
		size *= 2
	}
	l := &lookup{head: make([]int32, size), prev: make([]int32, 0, cap(ids))}
	for len(l.prev) < len(ids)-1 {
		l.insert(ids)
	}
	if len(ids) > 0 {
		l.search(ids)
		l.insert(ids)
	}
	return l
}

// slot is where a pair is in head.
func (l *lookup) slot(a, b int32) int {
	x := (uint64(uint32(a))<<32 | uint64(uint32(b))) * 0x9e3779b97f4a7c15
	return int(x>>40) & (len(l.head) - 1)
}

// insert indexes the next position.
func (l *lookup) insert(ids []int32) {
	at := len(l.prev)
	if at == 0 {
		l.prev = append(l.prev, 0)
		return
	}
	slot := l.slot(ids[at-1], ids[at])
	l.prev = append(l.prev, l.head[slot])
	l.head[slot] = int32(at + 1)
}

// push takes up the last of ids. Every id before it has been taken up.
func (l *lookup) push(ids []int32) {
	if l.long > 0 {
		hit := ids[l.from] == ids[len(ids)-1]
		l.odds.count(l.long, hit)
		if hit {
			l.from, l.long = l.from+1, min(l.long+1, longestMatch)
		} else {
			l.long = 0
		}
	}
	if l.long < sureMatch {
		l.search(ids)
	}
	l.insert(ids)
}

// search looks for a longer match than there is, of two ids at least. The last position is not indexed yet.
func (l *lookup) search(ids []int32) {
	last := len(ids) - 1
	if last < 2 {
		return
	}
	at := l.head[l.slot(ids[last-1], ids[last])]
	for places := 0; at > 0 && places < mostPlaces; places++ {
		end := int(at) - 1
		n := 0
		for n < longestMatch && n <= end && ids[end-n] == ids[last-n] {
			n++
		}
		if n >= 2 && n > l.long {
			l.from, l.long = end+1, n
		}
		at = l.prev[end]
	}
}

// draft appends to dst at most n ids that may come next.
func (l *lookup) draft(dst, ids []int32, n int) []int32 {
	if l.long == 0 {
		return dst
	}
	for i := range n {
		if at := l.from + i; at < len(ids) {
			dst = append(dst, ids[at])
		} else { // what repeats itself goes on so
			dst = append(dst, dst[len(dst)-(len(ids)-l.from)])
		}
	}
	return dst
}

// odds says how often proposals come true, by how many ids agreed before them. Old ones fade.
type odds struct{ hits, tries [len(matchLengths)]float64 }

// matchLengths are the least lengths of each class, and usual how often proposals of it come true in answers that
// quote.
var (
	matchLengths = [...]int{2, 3, 4, 5, 7, 10, 15}
	usual        = [...]float64{0.30, 0.45, 0.55, 0.65, 0.75, 0.85, 0.92}
)

func matchClass(long int) int {
	c := len(matchLengths) - 1
	for c > 0 && long < matchLengths[c] {
		c--
	}
	return c
}

func (o *odds) count(long int, hit bool) {
	const fade = 0.93
	c := matchClass(long)
	o.tries[c] = fade*o.tries[c] + 1
	o.hits[c] *= fade
	if hit {
		o.hits[c]++
	}
}

// chance is how likely a proposal after so many ids that agree comes true. The usual chance counts like three tries.
func (o *odds) chance(long int) float64 {
	c := matchClass(long)
	return (o.hits[c] + 3*usual[c]) / (o.tries[c] + 3)
}
