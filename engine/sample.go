package engine

import (
	"cmp"
	"math"
	"slices"

	"exaone/chat"
)

// sampler picks tokens from logits. It keeps scratch space; one goroutine uses it.
type sampler struct {
	counts map[int32]int
	cands  []candidate
}

type candidate struct {
	id    int32
	logit float32
	p     float64
}

// sample picks the token at a position. logits [vocab] is changed by bias and penalties.
//
// history is every id before the position, generated the part of it that the model wrote: the repetition
// penalty looks at both (as in the CTRL paper), presence and frequency at what was generated (as OpenAI
// documents them). The order is bias, penalties, temperature, top-k, top-p, min-p, draw.
func (s *sampler) sample(logits []float32, o *chat.Sampling, history []int32, generated int, position int) int32 {
	s.penalise(logits, o, history, generated)
	return s.draw(logits, o, position)
}

// draw picks the token at a position among those whose logit is not -Inf.
func (s *sampler) draw(logits []float32, o *chat.Sampling, position int) int32 {
	if o.Temperature == 0 {
		return argmax(logits)
	}
	cands := s.shortlist(logits, o)
	// Probabilities relative to the best candidate: the softmax's denominator cancels out everywhere below.
	inv := 1 / float64(o.Temperature)
	best := float64(cands[0].logit)
	if math.IsInf(best, 0) { // a bias or a penalty was beyond all numbers
		return cands[0].id
	}
	total := 0.0
	for i := range cands {
		cands[i].p = math.Exp((float64(cands[i].logit) - best) * inv)
		total += cands[i].p
	}
	if o.TopP > 0 && o.TopP < 1 {
		limit, sum := float64(o.TopP)*total, 0.0
		for i := range cands {
			if sum += cands[i].p; sum >= limit {
				cands, total = cands[:i+1], sum
				break
			}
		}
	}
	if o.MinP > 0 {
		total = 0
		for i := range cands {
			if cands[i].p < float64(o.MinP) { // the best has p 1
				cands = cands[:i]
				break
			}
			total += cands[i].p
		}
	}
	draw := uniform(o.Seed, position) * total
	last := cands[0].id
	for _, c := range cands {
		if c.p > 0 { // a grammar's -Inf is among the top k where it allows fewer
			last = c.id
		}
		if draw -= c.p; draw < 0 {
			return last
		}
	}
	return last
}

// shortlist returns candidates in order of logit, ties in order of id: all, or the top k.
func (s *sampler) shortlist(logits []float32, o *chat.Sampling) []candidate {
	if o.TopK > 0 && o.TopK < len(logits) {
		s.cands = topK(s.cands, logits, o.TopK)
		return s.cands
	}
	// What lies so far below the best that its probability is below 1e-12 of the best's cannot be drawn in
	// practice, and leaving it out spares sorting a vocabulary of 262,144.
	best := logits[argmax(logits)]
	floor := float64(best) - 28*float64(o.Temperature)
	s.cands = s.cands[:0]
	for id, l := range logits {
		if float64(l) >= floor {
			s.cands = append(s.cands, candidate{id: int32(id), logit: l})
		}
	}
	if len(s.cands) == 0 { // every logit is NaN
		s.cands = append(s.cands, candidate{id: argmax(logits), logit: best})
	}
	slices.SortFunc(s.cands, byLogit)
	return s.cands
}

// topK returns the k best candidates in order, using dst's space: a heap with the worst of them on top.
func topK(dst []candidate, logits []float32, k int) []candidate {
	dst = dst[:0]
	for id, l := range logits {
		c := candidate{id: int32(id), logit: l}
		if len(dst) < k {
			dst = append(dst, c)
			if len(dst) == k {
				for i := k/2 - 1; i >= 0; i-- {
					sink(dst, i)
				}
			}
			continue
		}
		if byLogit(c, dst[0]) < 0 {
			dst[0] = c
			sink(dst, 0)
		}
	}
	slices.SortFunc(dst, byLogit)
	return dst
}

// sink restores the heap of which element i may be better than its children.
func sink(heap []candidate, i int) {
	for {
		worst := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(heap); child++ {
			if byLogit(heap[child], heap[worst]) > 0 {
				worst = child
			}
		}
		if worst == i {
			return
		}
		heap[i], heap[worst] = heap[worst], heap[i]
		i = worst
	}
}

// byLogit orders the better candidate first, and equals by id.
func byLogit(a, b candidate) int {
	if a.logit != b.logit {
		return cmp.Compare(b.logit, a.logit)
	}
	return cmp.Compare(a.id, b.id)
}

// argmax returns the index of the largest logit, the first of equals.
func argmax(logits []float32) int32 {
	best, at := float32(math.Inf(-1)), 0
	for i, l := range logits {
		if l > best {
			best, at = l, i
		}
	}
	return int32(at)
}

func (s *sampler) penalise(logits []float32, o *chat.Sampling, history []int32, generated int) {
	for id, b := range o.LogitBias {
		if id >= 0 && int(id) < len(logits) {
			logits[id] += b
		}
	}
	repeat := o.RepetitionPenalty != 0 && o.RepetitionPenalty != 1
	if !repeat && o.PresencePenalty == 0 && o.FrequencyPenalty == 0 {
		return
	}
	if s.counts == nil {
		s.counts = make(map[int32]int)
	}
	clear(s.counts)
	for i, id := range history {
		if int(id) >= len(logits) || id < 0 {
			continue
		}
		n := s.counts[id]
		if i >= len(history)-generated {
			n++
		}
		s.counts[id] = n
	}
	for id, n := range s.counts {
		l := logits[id]
		if repeat {
			if l > 0 {
				l /= o.RepetitionPenalty
			} else {
				l *= o.RepetitionPenalty
			}
		}
		if n > 0 {
			l -= o.PresencePenalty + float32(n)*o.FrequencyPenalty
		}
		logits[id] = l
	}
}

// logprobs returns the log-probability of id under logits [vocab], as the model gave them, and of the n most
// likely tokens.
func (s *sampler) logprobs(logits []float32, id int32, n int) chat.TokenLogprob {
	best := float64(logits[argmax(logits)])
	sum := 0.0
	for _, l := range logits {
		sum += math.Exp(float64(l) - best)
	}
	norm := best + math.Log(sum)
	at := func(id int32) float32 { return float32(float64(logits[id]) - norm) }
	t := chat.TokenLogprob{ID: id, Logprob: at(id)}
	if n > 0 {
		s.cands = topK(s.cands, logits, min(n, len(logits)))
		t.Top = make([]chat.TokenLogprob, len(s.cands))
		for i, c := range s.cands {
			t.Top[i] = chat.TokenLogprob{ID: c.id, Logprob: at(c.id)}
		}
	}
	return t
}
