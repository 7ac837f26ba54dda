package engine

// load is what plan needs to know of one running sequence.
type load struct {
	pending  int     // tokens that are known and not yet computed; 1 while it generates, and more where it has no choice
	stream   bool    // it generates, also with more than one pending: all of them run at once
	done     int     // tokens computed
	pages    int     // pages it holds
	freeable int     // of them, how many come free if it gives them back
	most     int     // the most tokens of it that one step may run; 0 is no limit
	rank     float64 // prompts are read lowest first; see ranking
}

// step says what one forward pass runs.
type step struct {
	tokens  []int // per sequence, how many of its pending tokens run now
	preempt []int // sequences that give back their pages first, youngest first; their tokens are 0

	order []int  // of prompts, by rank
	gone  []bool // whose pages are given back
}

// prompt reports whether q reads and does not generate.
func (q load) prompt() bool { return q.pending > 1 && !q.stream }

// plan decides how many tokens of each sequence to run now, in the memory of an earlier step. seqs are in order of
// admission, oldest first; piece is how many tokens of prompts a step is to have.
//
// There is no prefill mode and no decode mode: a prompt is a sequence with many tokens to go. Every
// sequence that generates gets its one token, or those that it has no choice about; prompts share the piece, lowest rank first.
// If a sequence finds no page for its next token, the youngest one gives back its own.
func plan(s step, seqs []load, piece, free, pageSize int) step {
	s.begin(seqs, piece)
	left := 0
	for i, q := range seqs {
		want := s.tokens[i]
		if s.gone[i] || want == 0 {
			continue
		}
		for youngest := len(seqs) - 1; room(q, free, pageSize) == 0 && youngest > i; youngest-- {
			if s.gone[youngest] || seqs[youngest].pages == 0 {
				continue
			}
			free += seqs[youngest].freeable
			left += s.giveWay(youngest, seqs[youngest])
		}
		s.tokens[i] = min(want, room(q, free, pageSize)) // 0: it waits, holding its pages
		free -= extraPages(q, s.tokens[i], pageSize)
		if q.prompt() {
			left += want - s.tokens[i]
		}
	}
	s.fill(seqs, left, free, pageSize)
	s.move(seqs, pageSize, free)
	return s
}

// begin clears the step and hands out the piece.
func (s *step) begin(seqs []load, piece int) {
	s.tokens, s.preempt, s.order, s.gone = s.tokens[:0], s.preempt[:0], s.order[:0], s.gone[:0]
	for i, q := range seqs {
		s.tokens = append(s.tokens, q.bounded())
		s.gone = append(s.gone, false)
		if q.prompt() {
			s.tokens[i] = 0
			s.order = append(s.order, i)
		}
	}
	for i := 1; i < len(s.order); i++ { // few, and mostly in order
		for k := i; k > 0 && seqs[s.order[k]].rank < seqs[s.order[k-1]].rank; k-- {
			s.order[k], s.order[k-1] = s.order[k-1], s.order[k]
		}
	}
	for _, i := range s.order {
		n := min(seqs[i].bounded(), max(piece, 0))
		s.tokens[i] = n
		piece -= n
	}
}

// bounded is how many tokens of q one step may run.
func (q load) bounded() int {
	if q.most > 0 {
		return min(q.pending, q.most)
	}
	return q.pending
}

// giveWay preempts sequence i and returns how much of the piece it had.
func (s *step) giveWay(i int, q load) int {
	had := 0
	if q.prompt() {
		had = s.tokens[i]
	}
	s.gone[i], s.tokens[i] = true, 0
	s.preempt = append(s.preempt, i)
	return had
}

// fill gives what is left of the piece to prompts that have room.
func (s *step) fill(seqs []load, left, free, pageSize int) {
	for _, i := range s.order {
		q := seqs[i]
		if left == 0 {
			return
		}
		if s.gone[i] {
			continue
		}
		had := s.tokens[i]
		n := min(had+left, q.bounded(), room(q, free+extraPages(q, had, pageSize), pageSize))
		if n > had {
			free -= extraPages(q, n, pageSize) - extraPages(q, had, pageSize)
			left -= n - had
			s.tokens[i] = n
		}
	}
}

// move sees to it that somebody moves: if nobody does, the oldest that has anything to run takes the pages of as many
// of the youngest as it needs.
func (s *step) move(seqs []load, pageSize, free int) {
	oldest := -1
	for i, n := range s.tokens {
		if n > 0 {
			return
		}
		if oldest < 0 && seqs[i].pending > 0 && !s.gone[i] {
			oldest = i
		}
	}
	if oldest < 0 {
		return
	}
	for i := len(seqs) - 1; i > oldest && room(seqs[oldest], free, pageSize) == 0; i-- {
		if !s.gone[i] && seqs[i].pages > 0 {
			free += seqs[i].freeable
			s.giveWay(i, seqs[i])
		}
	}
	s.tokens[oldest] = min(1, room(seqs[oldest], free, pageSize))
}

// room is how many more tokens of q fit into its pages and the free ones.
func room(q load, free, pageSize int) int { return (q.pages+free)*pageSize - q.done }

// extraPages is how many pages q needs beyond those it holds for n more tokens.
func extraPages(q load, n, pageSize int) int { return max(pagesFor(q.done+n, pageSize)-q.pages, 0) }

// pagesFor is how many pages hold n tokens.
func pagesFor(n, pageSize int) int { return (n + pageSize - 1) / pageSize }

// ranking puts prompts in the order in which they would be read to the end if all shares read at once, each at the
// same speed, and a share's prompts so among themselves. So a short prompt overtakes a long one, nobody is
// finished later than if the machine had been divided, and who sends many prompts delays his own.
//
// It is weighted fair queueing (Demers, Keshav and Shenker, SIGCOMM 1989) with tokens for bits.
type ranking struct {
	now float64 // tokens that each share would have read by now
}

// enter returns the rank of a prompt of so many tokens. others counts the prompts of its share that are being read.
func (r *ranking) enter(tokens, others int) float64 {
	return r.now + float64(tokens)*float64(1+others)
}

// read counts tokens that were read while so many shares were reading.
func (r *ranking) read(tokens, shares int) { r.now += float64(tokens) / float64(max(shares, 1)) }
