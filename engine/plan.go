package engine

// load is what plan needs to know of one running sequence.
type load struct {
	pending  int // tokens that are known and not yet computed; 1 while it generates
	done     int // tokens computed
	pages    int // pages it holds
	freeable int // of them, how many come free if it gives them back
	most     int // the most tokens of it that one step may run; 0 is no limit
}

// step says what one forward pass runs.
type step struct {
	tokens  []int // per sequence, how many of its pending tokens run now
	preempt []int // sequences that give back their pages first, youngest first; their tokens are 0
}

// plan decides how many tokens of each sequence to run now. seqs are in order of admission, oldest first.
//
// There is no prefill mode and no decode mode: a prompt is a sequence with many tokens to go. Every
// sequence that generates gets its one token; what is left of the budget goes to prompts, oldest first.
// If a sequence finds no page for its next token, the youngest one gives back its own.
func plan(seqs []load, budget, free, pageSize int) step {
	s := step{tokens: make([]int, len(seqs))}
	gone := make([]bool, len(seqs))
	generating := 0
	for _, q := range seqs {
		if q.pending == 1 {
			generating++
		}
	}
	forPrompts := max(budget-generating, 1)
	for i, q := range seqs {
		if gone[i] || q.pending == 0 {
			continue
		}
		want := q.pending
		if want > 1 {
			want = min(want, forPrompts)
			if q.most > 0 {
				want = min(want, q.most)
			}
		}
		if want == 0 {
			continue
		}
		for youngest := len(seqs) - 1; room(q, free, pageSize) == 0 && youngest > i; youngest-- {
			if gone[youngest] || seqs[youngest].pages == 0 {
				continue
			}
			gone[youngest] = true
			free += seqs[youngest].freeable
			s.preempt = append(s.preempt, youngest)
		}
		want = min(want, room(q, free, pageSize))
		if want == 0 {
			continue // it waits, holding its pages, until an older one ends or takes them
		}
		free -= max(pagesFor(q.done+want, pageSize)-q.pages, 0)
		s.tokens[i] = want
		if q.pending > 1 {
			forPrompts -= want
		}
	}
	return s
}

// room is how many more tokens of q fit into its pages and the free ones.
func room(q load, free, pageSize int) int { return (q.pages+free)*pageSize - q.done }

// pagesFor is how many pages hold n tokens.
func pagesFor(n, pageSize int) int { return (n + pageSize - 1) / pageSize }
