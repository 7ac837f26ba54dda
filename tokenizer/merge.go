package tokenizer

// noRank is the rank of two neighbours that do not merge.
const noRank = 1<<32 - 1

// merger joins neighbours, the lowest rank first and the leftmost of equals, until none merge. It takes
// O(n log n) for n symbols whatever the ranks are, and ends always: each join leaves one symbol fewer.
type merger struct {
	prev, next []int32  // a doubly linked list of the symbols that are left; -1 ends it
	rank       []uint32 // of a symbol with the next one
	heap       []uint64 // rank and position of candidates, the least at the root; some are out of date
}

// reset makes a list of n symbols.
func (m *merger) reset(n int) {
	m.prev, m.next, m.rank, m.heap = m.prev[:0], m.next[:0], m.rank[:0], m.heap[:0]
	for i := range int32(n) {
		m.prev = append(m.prev, i-1)
		m.next = append(m.next, i+1)
		m.rank = append(m.rank, noRank)
	}
	if n > 0 {
		m.next[n-1] = -1
	}
}

// run merges the n symbols of the list. rank tells the rank of two neighbours, noRank if they do not merge;
// join puts what they become in the place of the left one.
func (m *merger) run(n int, rank func(left, right int32) uint32, join func(left, right int32)) {
	m.reset(n)
	for i := range int32(n - 1) {
		if r := rank(i, i+1); r != noRank {
			m.rank[i] = r
			m.heap = append(m.heap, uint64(r)<<32|uint64(i))
		}
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	for len(m.heap) > 0 {
		top := m.pop()
		left := int32(uint32(top))
		if m.rank[left] != uint32(top>>32) {
			continue // out of date: one of the two has changed since
		}
		right := m.next[left]
		join(left, right)
		after := m.next[right]
		m.next[left] = after
		m.rank[right] = noRank
		if after >= 0 {
			m.prev[after] = left
		}
		m.update(left, after, rank)
		m.update(m.prev[left], left, rank)
	}
}

// update ranks two neighbours, of which either may be missing, anew.
func (m *merger) update(left, right int32, rank func(left, right int32) uint32) {
	if left < 0 {
		return
	}
	m.rank[left] = noRank
	if right < 0 {
		return
	}
	if r := rank(left, right); r != noRank {
		m.rank[left] = r
		m.push(uint64(r)<<32 | uint64(left))
	}
}

func (m *merger) push(x uint64) {
	m.heap = append(m.heap, x)
	i := len(m.heap) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if m.heap[parent] <= x {
			break
		}
		m.heap[i] = m.heap[parent]
		i = parent
	}
	m.heap[i] = x
}

func (m *merger) pop() uint64 {
	top := m.heap[0]
	last := len(m.heap) - 1
	m.heap[0] = m.heap[last]
	m.heap = m.heap[:last]
	if last > 0 {
		m.sink(0)
	}
	return top
}

func (m *merger) sink(i int) {
	x := m.heap[i]
	for {
		child := 2*i + 1
		if child >= len(m.heap) {
			break
		}
		if child+1 < len(m.heap) && m.heap[child+1] < m.heap[child] {
			child++
		}
		if x <= m.heap[child] {
			break
		}
		m.heap[i] = m.heap[child]
		i = child
	}
	m.heap[i] = x
}
