package assistant

import (
	"cmp"
	"slices"
	"strings"
)

// change is what became of a unit.
type change string

const (
	same      change = "same"
	reworded  change = "reworded"
	moved     change = "moved"
	movedToo  change = "moved_reworded"
	rewritten change = "rewritten" // nothing of it is left but its number
	added     change = "added"
	removed   change = "removed"
)

// pairing is a unit of the old document and what it is in the new one. One of them is nil if there is none.
type pairing struct {
	old, new *unit
	change   change
}

// How alike units must be to be taken for one.
const (
	leastAlike  = 0.45 // with what their number and title add
	keyCounts   = 0.15
	titleCounts = 0.25
	mostPairs   = 400_000 // that are held against each other; beyond, only neighbours are
	neighbours  = 30
)

// aligned finds for each unit what it is in the other document. Each is in exactly one pairing; the order is that of the new
// document, what was removed where it stood.
func aligned(old, new []*unit) []pairing {
	toNew, toOld := make([]int, len(old)), make([]int, len(new))
	for i := range toNew {
		toNew[i] = -1
	}
	for j := range toOld {
		toOld[j] = -1
	}
	join := func(i, j int) { toNew[i], toOld[j] = j, i }
	exact(old, new, toNew, toOld, join)
	alike(old, new, toNew, toOld, join)
	for i, u := range old { // what has nothing left but its number, and no title that says it is another article
		for j, v := range new {
			if toNew[i] < 0 && toOld[j] < 0 && u.key != "" && u.key == v.key && (u.title == v.title || u.deleted() || v.deleted()) {
				join(i, j)
			}
		}
	}
	return inOrder(old, new, toNew, toOld)
}

// exact joins units with the same words: first those with the same number, then, if they are long enough to be the same one,
// others, in their order.
func exact(old, new []*unit, toNew, toOld []int, join func(i, j int)) {
	bodies := func(all []*unit) []string {
		out := make([]string, len(all))
		for i, u := range all {
			out[i] = pressed(u.body())
		}
		return out
	}
	olds, news := bodies(old), bodies(new)
	by := map[string][]int{}
	for j, v := range new {
		by[v.key+"\x00"+v.title+"\x00"+news[j]] = append(by[v.key+"\x00"+v.title+"\x00"+news[j]], j)
	}
	take := func(key string, i int) {
		if left := by[key]; len(left) > 0 && toNew[i] < 0 {
			join(i, left[0])
			by[key] = left[1:]
		}
	}
	if len(old) > 0 && len(new) > 0 && old[0].key+new[0].key == "" && !slices.ContainsFunc(old, func(u *unit) bool { return u.key != "" }) {
		for _, p := range inCommon(olds, news) { // paragraphs: what stands in the same order first
			join(p[0], p[1])
		}
	}
	by = map[string][]int{}
	for j, v := range new {
		if toOld[j] < 0 {
			key := v.key + "\x00" + v.title + "\x00" + news[j]
			by[key] = append(by[key], j)
		}
	}
	for i, u := range old {
		take(u.key+"\x00"+u.title+"\x00"+olds[i], i)
	}
	by = map[string][]int{}
	for j, v := range new {
		if toOld[j] < 0 && len([]rune(news[j])) >= 12 {
			by[v.title+"\x00"+news[j]] = append(by[v.title+"\x00"+news[j]], j)
		}
	}
	for i, u := range old {
		take(u.title+"\x00"+olds[i], i)
	}
}

// inCommon is the longest list of equal texts in the same order in two lists, by the places in each. Lists whose product is
// beyond mostPairs are compared from both ends alone.
func inCommon(a, b []string) [][2]int {
	var head, tail [][2]int
	from, ea, eb := 0, len(a), len(b)
	for from < min(ea, eb) && a[from] == b[from] {
		head = append(head, [2]int{from, from})
		from++
	}
	for ea > from && eb > from && a[ea-1] == b[eb-1] {
		ea, eb = ea-1, eb-1
		tail = append(tail, [2]int{ea, eb})
	}
	slices.Reverse(tail)
	n, m := ea-from, eb-from
	if n*m > mostPairs {
		return append(head, tail...)
	}
	lengths := make([]int32, (n+1)*(m+1))
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a[from+i] == b[from+j] {
				lengths[i*(m+1)+j] = lengths[(i+1)*(m+1)+j+1] + 1
			} else {
				lengths[i*(m+1)+j] = max(lengths[(i+1)*(m+1)+j], lengths[i*(m+1)+j+1])
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case a[from+i] == b[from+j]:
			head = append(head, [2]int{from + i, from + j})
			i, j = i+1, j+1
		case lengths[(i+1)*(m+1)+j] >= lengths[i*(m+1)+j+1]:
			i++
		default:
			j++
		}
	}
	return append(head, tail...)
}

// alike joins what is left by how much of its words are the same, the surest pair first.
func alike(old, new []*unit, toNew, toOld []int, join func(i, j int)) {
	type couple struct {
		i, j  int
		score float64
	}
	olds, news := make([]grams, len(old)), make([]grams, len(new))
	left := 0
	for i := range old {
		if toNew[i] < 0 {
			olds[i] = gramsOf(old[i].body())
			left++
		}
	}
	others := 0
	for j := range new {
		if toOld[j] < 0 {
			news[j] = gramsOf(new[j].body())
			others++
		}
	}
	var all []couple
	for i, u := range old {
		for j, v := range new {
			named := u.key != "" && u.key == v.key || u.title != "" && u.title == v.title
			if toNew[i] >= 0 || toOld[j] >= 0 || u.article != v.article || left*others > mostPairs && !named && max(i-j, j-i) > neighbours {
				continue
			}
			score := olds[i].like(news[j])
			if u.key != "" && u.key == v.key {
				score += keyCounts
			}
			if u.title != "" && u.title == v.title {
				score += titleCounts
			}
			if score >= leastAlike {
				all = append(all, couple{i, j, score})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y couple) int { return cmp.Compare(y.score, x.score) })
	for _, c := range all {
		if toNew[c.i] < 0 && toOld[c.j] < 0 {
			join(c.i, c.j)
		}
	}
}

// grams are the pairs of neighbouring characters of a text.
type grams struct {
	of  map[[2]rune]int
	all int
}

func gramsOf(text string) grams {
	runes := []rune(pressed(text))
	g := grams{of: map[[2]rune]int{}}
	for i := range len(runes) - 1 {
		g.of[[2]rune{runes[i], runes[i+1]}]++
		g.all++
	}
	return g
}

// like is Dice's coefficient: 1 for the same text, 0 for one with nothing in common.
func (g grams) like(o grams) float64 {
	if g.all+o.all == 0 {
		return 1
	}
	common := 0
	for p, n := range g.of {
		common += min(n, o.of[p])
	}
	return 2 * float64(common) / float64(g.all+o.all)
}

// inOrder makes the pairings and says what each is.
func inOrder(old, new []*unit, toNew, toOld []int) []pairing {
	var all []pairing
	stays := rising(toNew)
	next := 0
	gone := func(until int) { // what was removed before a place in the old document
		for ; next < until; next++ {
			if toNew[next] < 0 {
				all = append(all, pairing{old: old[next], change: removed})
			}
		}
	}
	for j, v := range new {
		i := toOld[j]
		if i < 0 {
			all = append(all, pairing{new: v, change: added})
			continue
		}
		if stays[i] {
			gone(i)
		}
		all = append(all, pairing{old[i], v, changeOf(old[i], v, stays[i])})
	}
	gone(len(old))
	return all
}

// changeOf says what became of a unit. A unit with a number has moved if it has another one; a paragraph, if it stands before
// or behind others that it stood behind or before.
func changeOf(old, new *unit, stays bool) change {
	equal := pressed(old.body()) == pressed(new.body()) && old.title == new.title
	away := old.key != new.key || old.key == "" && !stays
	switch {
	case new.deleted() && !old.deleted():
		return removed
	case old.deleted() && !new.deleted():
		return added
	case equal && !away:
		return same
	case equal:
		return moved
	case away:
		return movedToo
	case gramsOf(old.body()).like(gramsOf(new.body())) < 0.2 && (old.title == "" || old.title != new.title):
		return rewritten
	}
	return reworded
}

// deleted reports whether all that is left of an article is that it was deleted.
func (u *unit) deleted() bool { return strings.HasPrefix(pressed(u.body()), "삭제") }

// rising marks the longest rising run of places, those that are -1 left out: what keeps its order.
func rising(to []int) []bool {
	marked := make([]bool, len(to))
	var ends []int // the index of the last of the best run of each length
	before := make([]int, len(to))
	for i, v := range to {
		if v < 0 {
			continue
		}
		n, _ := slices.BinarySearchFunc(ends, v, func(e, v int) int { return cmp.Compare(to[e], v) })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			marked[i] = true
		}
	}
	return marked
}
