package bench

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"unicode"

	"exaone/tokenizer"
)

// trainBPE trains a byte-level byte-pair tokenizer (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare
// Words with Subword Units", ACL 2016, over bytes as GPT-2 does) of at most size tokens: the 256 bytes, and one merge
// after the other of the pair that is most frequent in text. Training ends early when no pair is there twice: a merge
// of what was seen once says nothing of a language. Of pairs that are equally frequent the oldest is taken, so the
// same text gives the same tokenizer.
func trainBPE(text string, size int) (*tokenizer.Tokenizer, error) {
	t := newTraining(text)
	for len(t.spelled) < size {
		p, ok := t.best()
		if !ok {
			break
		}
		t.merge(p)
	}
	v := tokenizer.NewVocab("gpt2", "gpt-2")
	v.BOS, v.EOS = -1, -1
	v.Tokens, v.Merges = t.spelled, t.merges
	return tokenizer.FromVocab(v)
}

// word is a piece of the text that no merge crosses, and how often it is there.
type word struct {
	ids   []int32
	times int
}

// pairOf is two tokens beside each other.
type pairOf struct{ left, right int32 }

// training is what the words look like after the merges so far.
type training struct {
	words   []word
	times   map[pairOf]int          // how often a pair is there
	in      map[pairOf]map[int]bool // words that hold a pair, or did once
	queue   pairQueue               // every pair, at least once with its number of times
	spelled []string                // tokens as a byte-level vocabulary spells them
	merges  []string                // "left right"
}

func newTraining(text string) *training {
	t := &training{times: map[pairOf]int{}, in: map[pairOf]map[int]bool{}}
	for b := range 256 {
		t.spelled = append(t.spelled, string(byteRune(byte(b))))
	}
	counts := map[string]int{}
	for w := range cutWords(text) {
		counts[w]++
	}
	for _, w := range slices.Sorted(maps.Keys(counts)) {
		ids := make([]int32, len(w))
		for i := range ids {
			ids[i] = int32(w[i])
		}
		t.words = append(t.words, word{ids, counts[w]})
		t.count(len(t.words)-1, 1)
	}
	for p, n := range t.times {
		t.queue = append(t.queue, countedPair{p, n})
	}
	heap.Init(&t.queue)
	return t
}

// count adds a word's pairs, or takes them away where sign is -1.
func (t *training) count(i, sign int) {
	w := t.words[i]
	for j := range max(0, len(w.ids)-1) {
		p := pairOf{w.ids[j], w.ids[j+1]}
		t.times[p] += sign * w.times
		if sign < 0 {
			continue
		}
		if t.in[p] == nil {
			t.in[p] = map[int]bool{}
		}
		t.in[p][i] = true
	}
}

// best returns the most frequent pair, and false if none is there twice.
func (t *training) best() (pairOf, bool) {
	for len(t.queue) > 0 {
		top := heap.Pop(&t.queue).(countedPair)
		if t.times[top.pairOf] == top.times && top.times > 1 {
			return top.pairOf, true
		}
	}
	return pairOf{}, false
}

// merge makes a token of a pair, wherever it is.
func (t *training) merge(p pairOf) {
	id := int32(len(t.spelled))
	t.spelled = append(t.spelled, t.spelled[p.left]+t.spelled[p.right])
	t.merges = append(t.merges, t.spelled[p.left]+" "+t.spelled[p.right])
	changed := map[pairOf]bool{}
	for i := range t.in[p] {
		w := &t.words[i]
		before := w.ids
		after := joined(before, p, id)
		if len(after) == len(before) {
			continue
		}
		for _, ids := range [][]int32{before, after} {
			for j := range len(ids) - 1 {
				changed[pairOf{ids[j], ids[j+1]}] = true
			}
		}
		t.count(i, -1)
		w.ids = after
		t.count(i, 1)
	}
	delete(t.in, p)
	for q := range changed {
		if n := t.times[q]; n > 1 {
			heap.Push(&t.queue, countedPair{q, n})
		}
	}
}

// joined returns ids with id in place of the pair, from left to right.
func joined(ids []int32, p pairOf, id int32) []int32 {
	out := make([]int32, 0, len(ids))
	for i := 0; i < len(ids); i++ {
		if i+1 < len(ids) && ids[i] == p.left && ids[i+1] == p.right {
			out = append(out, id)
			i++
			continue
		}
		out = append(out, ids[i])
	}
	return out
}

// countedPair is a pair, and how often it was there when it was put on the queue.
type countedPair struct {
	pairOf
	times int
}

// pairQueue is a heap with the most frequent pair on top, and of those the oldest.
type pairQueue []countedPair

func (q pairQueue) Len() int      { return len(q) }
func (q pairQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q pairQueue) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(cmp.Compare(b.times, a.times), cmp.Compare(a.left, b.left), cmp.Compare(a.right, b.right)) < 0
}
func (q *pairQueue) Push(x any) { *q = append(*q, x.(countedPair)) }
func (q *pairQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// cutWords cuts text about as GPT-2's expression does: letters, digits, spaces and the rest apart, and one space with
// what follows it. Where it cuts otherwise, a merge goes unused.
func cutWords(text string) func(yield func(string) bool) {
	kind := func(r rune) int {
		switch {
		case unicode.IsLetter(r):
			return 1
		case unicode.IsNumber(r):
			return 2
		case unicode.IsSpace(r):
			return 3
		}
		return 4
	}
	return func(yield func(string) bool) {
		start, last, spaced := 0, 0, false // last is the kind so far, spaced says that it is one space alone
		for i, r := range text {
			k := kind(r)
			if i > start && k != last && !(spaced && k != 3) {
				if !yield(text[start:i]) {
					return
				}
				start = i
			}
			spaced = r == ' ' && i == start
			last = k
		}
		if start < len(text) {
			yield(text[start:])
		}
	}
}
