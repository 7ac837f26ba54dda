package engine

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"exaone/model"
)

// machine is a computer and a model, as far as time goes: no test here looks at a clock.
type machine struct {
	name    string
	weights int64
	shape   model.Shape
	read    float64 // seconds to read the weights, while the first rows are computed
	fixed   float64 // seconds of a step besides
	row     float64 // seconds of a row
	reach   float64 // seconds of a row and position
	noise   float64 // steps take up to so much longer
}

func (m machine) takes(w work, random *rand.Rand) time.Duration {
	s := m.fixed + max(m.read, m.row*float64(w.rows)) + m.reach*w.positions
	return time.Duration(s * (1 + m.noise*random.Float64()) * float64(time.Second))
}

var (
	large = model.Shape{Layers: 32, Heads: 32, HeadDim: 128}
	small = model.Shape{Layers: 30, Heads: 9, HeadDim: 64}

	machines = []machine{
		{"7.8B, 2 cores", 4510e6, large, 0.10, 0.01, 0.030, 6e-6, 0.1},
		{"7.8B, slow rows", 4510e6, large, 0.12, 0.02, 0.042, 9e-6, 0.1},
		{"7.8B, VNNI", 4510e6, large, 0.085, 0.005, 0.020, 3e-6, 0.1},
		{"7.8B, 64 cores", 4510e6, large, 0.02, 0.002, 0.001, 1e-7, 0.1},
		{"7.8B, 16 bits", 15640e6, large, 0.33, 0.01, 0.050, 6e-6, 0.1},
		{"135M", 90e6, small, 0.002, 0.001, 0.0008, 4e-7, 0.3},
		{"135M, one slow core", 90e6, small, 0.009, 0.004, 0.006, 4e-6, 0.3},
	}
)

// scene is a run of the scheduler on a machine: streams that generate, prompts that arrive.
type scene struct {
	machine
	pace    pace
	ranking ranking
	loads   []load
	shares  []int
	begun   []float64 // when each came
	read    []float64 // when its prompt was read, or 0
	now     float64
	gap     float64 // the longest step in which somebody streamed
	random  *rand.Rand
	slower  func(now float64) float64 // how much longer steps take; nil is no longer
}

func newScene(m machine) *scene {
	return &scene{machine: m, pace: newPace(m.weights, m.shape, 0), random: rand.New(rand.NewPCG(1, 2))}
}

func (s *scene) arrive(tokens, done, share int) int {
	l := load{pending: tokens, done: done, pages: pagesFor(done, pageSize)}
	others := 0
	for i, o := range s.loads {
		if o.pending > 1 && s.shares[i] == share {
			others++
		}
	}
	l.rank = s.ranking.enter(tokens, others)
	s.loads = append(s.loads, l)
	s.shares = append(s.shares, share)
	s.begun = append(s.begun, s.now)
	s.read = append(s.read, 0)
	return len(s.loads) - 1
}

// step runs one step as runner.step does.
func (s *scene) step() {
	var streams, all work
	first := -1
	for i, l := range s.loads {
		switch {
		case l.pending == 1:
			streams = streams.plus(span(l.done, 1))
		case first < 0 || l.rank < s.loads[first].rank:
			first = i
		}
	}
	piece := 0
	if first >= 0 {
		piece = s.pace.piece(streams, s.loads[first].done)
	}
	p := plan(step{}, s.loads, piece, 1<<20, pageSize)
	prompts, shares := 0, make(map[int]bool)
	for i, n := range p.tokens {
		all = all.plus(span(s.loads[i].done, n))
		if s.loads[i].pending > 1 && n > 0 {
			prompts += n
			shares[s.shares[i]] = true
		}
	}
	took := s.takes(all, s.random)
	if s.slower != nil {
		took = time.Duration(float64(took) * s.slower(s.now))
	}
	s.pace.ran(all, took)
	s.ranking.read(prompts, len(shares))
	s.now += took.Seconds()
	if streams.rows > 0 {
		s.gap = max(s.gap, took.Seconds())
	}
	for i, n := range p.tokens {
		l := &s.loads[i]
		l.done += n
		l.pages = pagesFor(l.done, pageSize)
		if l.pending -= n; l.pending == 0 {
			l.pending = 1
			if s.read[i] == 0 {
				s.read[i] = s.now
			}
		}
	}
}

// clear takes everybody away.
func (s *scene) clear() {
	s.loads, s.shares, s.begun, s.read, s.gap = nil, nil, nil, nil, 0
}

// until steps until all of these have been read.
func (s *scene) until(list ...int) {
	for _, i := range list {
		for s.read[i] == 0 {
			s.step()
		}
	}
}

// idle is how long a prompt takes with nobody else there, once the machine is known.
func (s *scene) idle(tokens int) float64 {
	for range 2 {
		s.clear()
		i := s.arrive(tokens, 0, 0)
		s.until(i)
	}
	return s.read[0] - s.begun[0]
}

// While a prompt of 2,048 tokens arrives, no stream waits longer than 0.6 s, also at the very first step of a machine
// that was guessed wrongly, and the prompt is read at half of its idle speed or better.
func TestStreamsDoNotStallUnderALongPrompt(t *testing.T) {
	for _, m := range machines {
		for _, c := range []struct{ streams, prompts int }{{1, 1}, {4, 1}, {8, 2}} {
			for _, warm := range []bool{false, true} {
				idle := newScene(m).idle(2048)
				s := newScene(m)
				if warm {
					s.idle(2048)
					s.clear()
				}
				for i := range c.streams {
					s.loads = append(s.loads, load{pending: 1, done: 200 + 10*i, pages: 10})
					s.shares, s.begun, s.read = append(s.shares, i), append(s.begun, s.now), append(s.read, s.now)
				}
				for range 20 {
					s.step()
				}
				s.gap = 0
				start := s.now
				var prompts []int
				for i := range c.prompts {
					prompts = append(prompts, s.arrive(2048, 0, 100+i))
				}
				s.until(prompts...)
				rate := idle * float64(c.prompts) / (s.now - start)
				name := fmt.Sprintf("%s, %d streams, %d prompts, warm %v", m.name, c.streams, c.prompts, warm)
				t.Logf("%s: gap %.2f s, %.2f of the idle speed", name, s.gap, rate)
				// What streams compute in the time between two tokens, prompts cannot have; and where that time is
				// hardly enough for the streams, a prompt gets a quarter of their rows.
				gap, least := 0.6, 0.5
				alone := m.fixed + max(m.read, m.row*float64(c.streams))
				least = min(least, 0.6*(1-alone/0.5))
				if alone > 0.3 {
					gap, least = 2.2*alone, 0.1
				}
				if s.gap > gap || rate < least {
					t.Errorf("%s: gap %.2f s at %.2f of the idle speed, want %.2f s and %.2f", name, s.gap, rate, gap, least)
				}
			}
		}
	}
}

// A foreign process that takes half of the machine is noticed within a few steps, and that it has gone as well; one
// slow step changes little.
func TestPaceFollowsTheMachine(t *testing.T) {
	s := newScene(machines[0])
	s.idle(2048)
	s.clear()
	s.loads = []load{{pending: 1, done: 100, pages: 4}}
	s.shares, s.begun, s.read = []int{0}, []float64{0}, []float64{1}
	s.arrive(1<<20, 0, 1)
	steps := func(n int) {
		s.gap = 0
		for range n {
			s.loads[1].done = 500 // the prompt has no end
			s.step()
		}
	}
	piece := func() int { return s.pace.piece(span(100, 1), 500) }
	steps(20)
	usual := piece()
	s.slower = func(float64) float64 { return 8 }
	steps(1)
	s.slower = nil
	if n := piece(); n < usual*6/10 {
		t.Errorf("after one slow step a piece is %d, want about %d", n, usual)
	}
	steps(10)
	if n := piece(); n < usual*8/10 {
		t.Errorf("ten steps after a slow one a piece is %d, want about %d", n, usual)
	}
	s.slower = func(float64) float64 { return 2 }
	steps(6)
	steps(20)
	if s.gap > 0.6 {
		t.Errorf("six steps after another process came, the gap is %.2f s, want 0.6 s at most", s.gap)
	}
	s.slower = nil
	steps(25)
	if n := piece(); n < usual*8/10 {
		t.Errorf("25 steps after the other process went, a piece is %d, want about %d", n, usual)
	}
}

// Attention over a long context is part of a step: pieces become smaller towards the end of a window.
func TestPiecesShrinkWithTheContext(t *testing.T) {
	for _, m := range machines[:3] {
		m.noise = 0.05
		s := newScene(m)
		for range 3 {
			s.idle(4096)
		}
		for _, at := range []int{1, 2000, 4000} {
			n := s.pace.piece(span(100, 1), at)
			took := m.takes(span(100, 1).plus(span(at, n)), s.random).Seconds()
			if took < 0.25 || took > 0.55 {
				t.Errorf("%s: a piece of %d at %d takes %.2f s, want about 0.4", m.name, n, at, took)
			}
		}
	}
}

// A short prompt overtakes a long one; equal ones come one after another; a share with many prompts delays its own.
func TestPromptsAreReadFairly(t *testing.T) {
	s := newScene(machines[0])
	s.idle(512)
	check := func(name string, when, most float64) {
		t.Helper()
		if when > most {
			t.Errorf("%s was read after %.1f s, want %.1f s at most", name, when, most)
		}
	}
	whole := func(i int) float64 { return s.read[i] - s.begun[i] }
	s.clear()
	long := s.arrive(3000, 0, 1)
	s.step()
	quick := s.arrive(60, 0, 2)
	own := s.arrive(60, 0, 1)
	s.until(long, quick, own)
	check("a short prompt of another", whole(quick), 4)
	check("a short prompt of the same", whole(own), 8)

	s.clear()
	first, second := s.arrive(1000, 0, 1), s.arrive(1000, 0, 2)
	s.until(first, second)
	if whole(first) > 0.6*whole(second) {
		t.Errorf("two equal prompts were read after %.1f and %.1f s, want one after the other", whole(first), whole(second))
	}

	s.clear()
	var many []int
	for range 20 {
		many = append(many, s.arrive(500, 0, 1))
	}
	one := s.arrive(1000, 0, 2)
	s.until(append(many, one)...)
	last := 0.0
	for _, i := range many {
		last = max(last, whole(i))
	}
	check("the one prompt beside twenty of another", whole(one), last/4)
}
