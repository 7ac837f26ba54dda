package engine

import (
	"slices"
	"testing"
)

func TestPlan(t *testing.T) {
	const size = 4
	for _, c := range []struct {
		name        string
		seqs        []load
		piece, free int
		tokens      []int
		preempt     []int
	}{
		{"nothing to do", nil, 8, 8, nil, nil},
		{"one prompt in pieces", []load{{pending: 20}}, 8, 8, []int{8}, nil},
		{"everyone who generates gets a token, the prompt the piece",
			[]load{{pending: 1, done: 5, pages: 2, freeable: 2}, {pending: 30}, {pending: 1, done: 3, pages: 1, freeable: 1}},
			6, 8, []int{1, 6, 1}, nil},
		{"of equal ranks the older prompt goes first", []load{{pending: 6}, {pending: 6}}, 8, 8, []int{6, 2}, nil},
		{"the lower rank goes first", []load{{pending: 60, rank: 60}, {pending: 5, rank: 12}, {pending: 9, rank: 30}}, 8, 30, []int{0, 5, 3}, nil},
		{"a prompt takes only what its pages hold", []load{{pending: 20}}, 16, 2, []int{8}, nil},
		{"a prompt whose logprobs are wanted is bounded", []load{{pending: 20, most: 3}}, 16, 8, []int{3}, nil},
		{"what a bounded prompt leaves goes on", []load{{pending: 20, most: 3, rank: 1}, {pending: 20, rank: 2}}, 8, 8, []int{3, 5}, nil},
		{"what a prompt without pages leaves goes to one that holds some",
			[]load{{pending: 20, done: 1, pages: 1, freeable: 1, rank: 9}, {pending: 20, done: 4, pages: 1, freeable: 1, rank: 1}},
			8, 0, []int{3, 0}, nil},
		{"the youngest gives way",
			[]load{{pending: 1, done: 4, pages: 1, freeable: 1}, {pending: 1, done: 6, pages: 2, freeable: 2}, {pending: 1, done: 5, pages: 2, freeable: 2}},
			8, 0, []int{1, 1, 0}, []int{2}},
		{"the youngest of all waits when it is the one without a page",
			[]load{{pending: 1, done: 5, pages: 2, freeable: 2}, {pending: 1, done: 4, pages: 1, freeable: 1}},
			8, 0, []int{1, 0}, nil},
		{"pages that others hold too do not come free",
			[]load{{pending: 1, done: 8, pages: 2}, {pending: 1, done: 9, pages: 3, freeable: 1}, {pending: 1, done: 8, pages: 2, freeable: 0}},
			8, 0, []int{1, 0, 0}, []int{2, 1}},
		{"if nobody can move, the oldest takes the pages of the youngest",
			[]load{{pending: 8, done: 4, pages: 1, freeable: 1, rank: 9}, {pending: 8, done: 4, pages: 1, freeable: 1, rank: 1}},
			4, 0, []int{1, 0}, []int{1}},
	} {
		got := plan(step{}, c.seqs, c.piece, c.free, size)
		if !slices.Equal(got.tokens, c.tokens) || !slices.Equal(got.preempt, c.preempt) {
			t.Errorf("%s: got %v preempting %v, want %v preempting %v", c.name, got.tokens, got.preempt, c.tokens, c.preempt)
		}
	}
}

// Whatever the sequences are, a plan stays within the pages there are and within the piece, moves somebody,
// gives whoever generates a token before anybody younger, and never lets a preempted one run.
func FuzzPlan(f *testing.F) {
	f.Add([]byte{3, 1, 9, 20, 0, 1, 5}, uint8(8), uint8(2))
	f.Fuzz(func(t *testing.T, raw []byte, budget, free uint8) {
		const size = 4
		var seqs []load
		for i := 0; i+1 < len(raw); i += 2 {
			q := load{pending: 1 + int(raw[i]&31), done: int(raw[i+1]), rank: float64(raw[i] >> 5)}
			q.pages = pagesFor(q.done, size)
			q.freeable = q.pages
			seqs = append(seqs, q)
		}
		got := plan(step{}, seqs, int(budget), int(free), size)
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
		held, moved, prompts := 0, 0, 0
		for i, q := range seqs {
			held += q.pages
			moved += got.tokens[i]
			if q.pending > 1 {
				prompts += got.tokens[i]
			}
		}
		if prompts > max(int(budget), 1) {
			t.Fatalf("%d tokens of prompts, want %d at most", prompts, budget)
		}
		generating := slices.ContainsFunc(seqs, func(q load) bool { return q.pending == 1 })
		if len(seqs) > 0 && held+int(free) > seqs[0].pages && (budget > 0 || generating) && moved == 0 {
			t.Fatal("nobody moves although there are pages")
		}
		if len(seqs) > 0 && seqs[0].pending == 1 && held+int(free) > seqs[0].pages && got.tokens[0] == 0 {
			t.Fatal("the oldest generates and does not move although there are pages")
		}
	})
}
