package engine

import (
	"reflect"
	"testing"
)

func TestPlan(t *testing.T) {
	const size = 4
	for _, c := range []struct {
		name         string
		seqs         []load
		budget, free int
		tokens       []int
		preempt      []int
	}{
		{"nothing to do", nil, 8, 8, []int{}, nil},
		{"one prompt in pieces", []load{{pending: 20}}, 8, 8, []int{8}, nil},
		{"everyone who generates gets a token, the prompt what is left",
			[]load{{pending: 1, done: 5, pages: 2, freeable: 2}, {pending: 30}, {pending: 1, done: 3, pages: 1, freeable: 1}},
			8, 8, []int{1, 6, 1}, nil},
		{"the older prompt goes first", []load{{pending: 6}, {pending: 6}}, 8, 8, []int{6, 2}, nil},
		{"a budget that streams use up still moves a prompt",
			[]load{{pending: 1, done: 1, pages: 1, freeable: 1}, {pending: 1, done: 1, pages: 1, freeable: 1}, {pending: 9}},
			2, 8, []int{1, 1, 1}, nil},
		{"a prompt takes only what its pages hold", []load{{pending: 20}}, 16, 2, []int{8}, nil},
		{"a prompt whose logprobs are wanted is bounded", []load{{pending: 20, most: 3}}, 16, 8, []int{3}, nil},
		{"the youngest gives way",
			[]load{{pending: 1, done: 4, pages: 1, freeable: 1}, {pending: 1, done: 6, pages: 2, freeable: 2}, {pending: 1, done: 5, pages: 2, freeable: 2}},
			8, 0, []int{1, 1, 0}, []int{2}},
		{"the youngest of all waits when it is the one without a page",
			[]load{{pending: 1, done: 5, pages: 2, freeable: 2}, {pending: 1, done: 4, pages: 1, freeable: 1}},
			8, 0, []int{1, 0}, nil},
		{"pages that others hold too do not come free",
			[]load{{pending: 1, done: 8, pages: 2}, {pending: 1, done: 9, pages: 3, freeable: 1}, {pending: 1, done: 8, pages: 2, freeable: 0}},
			8, 0, []int{1, 0, 0}, []int{2, 1}},
	} {
		got := plan(c.seqs, c.budget, c.free, size)
		if !reflect.DeepEqual(got.tokens, c.tokens) || !reflect.DeepEqual(got.preempt, c.preempt) {
			t.Errorf("%s: got %v preempting %v, want %v preempting %v", c.name, got.tokens, got.preempt, c.tokens, c.preempt)
		}
	}
}

// Whatever the sequences are, a plan stays within the pages there are, moves the oldest sequence, and never
// lets a preempted one run.
func FuzzPlan(f *testing.F) {
	f.Add([]byte{3, 1, 9, 20, 0, 1, 5}, uint8(8), uint8(2))
	f.Fuzz(func(t *testing.T, raw []byte, budget, free uint8) {
		const size = 4
		var seqs []load
		for i := 0; i+1 < len(raw); i += 2 {
			q := load{pending: 1 + int(raw[i]), done: int(raw[i+1])}
			q.pages = pagesFor(q.done, size)
			q.freeable = q.pages
			seqs = append(seqs, q)
		}
		got := plan(seqs, int(budget), int(free), size)
		left := int(free)
		for _, i := range got.preempt {
			left += seqs[i].freeable
			if got.tokens[i] != 0 {
				t.Fatalf("sequence %d is preempted and runs", i)
			}
		}
		for i, n := range got.tokens {
			if n < 0 || n > seqs[i].pending {
				t.Fatalf("sequence %d: %d tokens of %d", i, n, seqs[i].pending)
			}
			if n > 0 {
				left -= max(pagesFor(seqs[i].done+n, size)-seqs[i].pages, 0)
			}
		}
		if left < 0 {
			t.Fatalf("%d pages too many", -left)
		}
		held := 0
		for _, q := range seqs {
			held += q.pages
		}
		if len(seqs) > 0 && held+int(free) > seqs[0].pages && got.tokens[0] == 0 {
			t.Fatal("the oldest sequence does not move although there are pages")
		}
	})
}
