package engine

import (
	"math"
	"time"

	"exaone/model"
)

// pace foretells how long a step takes, from what steps took before. Prompt pieces are sized by it, so that nobody
// waits long for a step to end: neither the streams that are running nor a person who presses Stop. So are the
// drafts of speculation, which pay only where a row more costs less than a step more. It changes no bit of any answer.
//
// A step of n rows whose positions sum to w is taken to last f(n) + reach·w. f is a guess, base + perRow·n, times a
// correction that is learned where steps happen: for each of a few numbers of rows, with neighbours standing in for
// those not seen yet. A straight line would not do: reading the weights hides the arithmetic of the first rows, and
// kernels change their ways at certain sizes.
type pace struct {
	fixed  int // rows of a step, if not 0: overrides all measuring
	layers int // of the model
	base   float64
	perRow float64
	knots  [len(knotRows)]knot
	steps  int // that were measured

	// reach, the time of attention per row and position, is the slope within the knots: least squares, old steps
	// fading, with a guess that counts like some steps.
	guess, sxx, sxy, reach float64
}

// knot is what was learned of steps of about so many rows: means, in which old steps fade, of the time taken and of
// the positions, both over the guessed time of f.
type knot struct {
	seen, fresh  int // times, and times since it was old
	last         int // the step that it was seen in
	y, z         float64
	meanY, meanZ float64 // the same, fading ten times more slowly
}

var knotRows = [...]int{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512}

// work is the size of a step.
type work struct {
	rows      int
	positions float64 // of all rows, summed
}

// span is n rows of one sequence from position at on.
func span(at, n int) work { return work{n, float64(n) * (float64(at) + float64(n+1)/2)} }

func (w work) plus(o work) work { return work{w.rows + o.rows, w.positions + o.positions} }

const (
	// While others stream, a step is to last gapTime. If those streams themselves take more than half of the rows, it
	// may last gapTimeLong, so that prompts get as many. A gap of 600 ms is what people begin to notice as a stall.
	gapTime     = 400 * time.Millisecond
	gapTimeLong = 500 * time.Millisecond
	// With nobody streaming, a step has enough rows for nearly the best speed if it stays within these.
	aloneTime  = 400 * time.Millisecond
	nearlyBest = 0.99
	// A pass pauses between its layers, so none of them may take longer than this; what runs meanwhile lasts as long.
	layerTime  = 200 * time.Millisecond
	besideTime = 200 * time.Millisecond

	mostPiece = 512
)

// newPace guesses the speed of a model until the first steps are measured: of two cores of 2020 that read their
// weights at 40 GB/s, compute on them at 130 GB/s and attend at 60 GFLOPS.
func newPace(weights int64, shape model.Shape, fixed int) pace {
	p := pace{
		fixed: fixed, layers: max(shape.Layers, 1),
		base: 50e-6 + float64(weights)/40e9, perRow: 1e-6 + float64(weights)/130e9,
		guess: 1e-10 + 4*float64(shape.Layers*shape.Heads*shape.HeadDim)/60e9,
	}
	p.reach = p.guess
	return p
}

func (p *pace) guessed(rows int) float64 { return p.base + p.perRow*float64(rows) }

// seconds foretells a step.
func (p *pace) seconds(w work) float64 {
	return p.guessed(w.rows)*p.correction(w.rows) + p.reach*w.positions
}

// correction is how many times longer than guessed f is: by the knots around a number of rows.
func (p *pace) correction(rows int) float64 {
	below, above := -1, -1
	for i, n := range knotRows {
		switch {
		case p.knots[i].seen == 0:
		case n <= rows:
			below = i
		case above < 0:
			above = i
		}
	}
	switch {
	case below < 0 && above < 0:
		return 1
	case below < 0:
		return p.learned(above)
	case above < 0:
		return p.learned(below)
	}
	lo, hi := math.Log(float64(knotRows[below])), math.Log(float64(knotRows[above]))
	t := (math.Log(float64(rows)) - lo) / (hi - lo)
	return p.learned(below)*(1-t) + p.learned(above)*t
}

func (p *pace) learned(i int) float64 { return max(p.knots[i].y-p.reach*p.knots[i].z, 0.01) }

// ran learns from a step. One that took absurdly long, because the machine did something else meanwhile or read its
// weights from a disk, moves the estimate by a third at most.
func (p *pace) ran(w work, took time.Duration) {
	if w.rows < 1 || took <= 0 {
		return
	}
	g := p.guessed(w.rows)
	y, z := took.Seconds()/g, w.positions/g
	i := nearest(w.rows)
	k := &p.knots[i]
	before := p.seconds(w) / g
	switch {
	case p.steps == 0:
		k.y, k.z, k.meanY, k.meanZ = y, z, y, z
	case k.seen == 0:
		y = min(max(y, before/4), before*4)
		k.y, k.z, k.meanY, k.meanZ = y, z, y, z
	case p.old(k):
		y = min(max(y, before/2), before*2)
		k.y, k.z = k.y+(y-k.y)*2/3, k.z+(z-k.z)*2/3
		k.fresh = 0
	default:
		y = min(max(y, before/2), before*2)
		if k.seen >= 4 {
			p.learnReach(w, k, y, z)
		}
		was := k.y - p.reach*k.z
		k.y, k.z = k.y+(y-k.y)/3, k.z+(z-k.z)/3
		if k.fresh++; k.fresh >= 4 {
			p.carry((k.y - p.reach*k.z) / max(was, 1e-3))
		}
	}
	p.steps++
	k.seen++
	k.last = p.steps
}

// old reports whether a knot has not been seen for long.
func (p *pace) old(k *knot) bool { return p.steps-k.last > 32 }

// carry tells the knots that have not been seen for long of half of a change of one that is seen all the time: the
// machine has become faster or slower, most likely for all.
func (p *pace) carry(change float64) {
	by := math.Sqrt(min(max(change, 0.5), 2))
	for i := range p.knots {
		if k := &p.knots[i]; k.seen > 0 && p.old(k) {
			k.y *= by
			k.z *= by
		}
	}
}

// learnReach learns from how a step differs from the slow means of its knot. Steps of few rows wait for memory and
// tell nothing of arithmetic.
func (p *pace) learnReach(w work, k *knot, y, z float64) {
	dy, dz := y-k.meanY, z-k.meanZ
	k.meanY += dy / 32
	k.meanZ += dz / 32
	if w.rows < 4 {
		return
	}
	const fade = 0.99
	p.sxx = fade*p.sxx + dz*dz
	p.sxy = fade*p.sxy + dy*dz
	usual := 256 / p.perRow // 256 positions a row apart
	weight := 2 * usual * usual
	p.reach = min(max((p.sxy+weight*p.guess)/(p.sxx+weight), 0), 8*p.guess)
}

// nearest is the knot for a number of rows.
func nearest(rows int) int {
	for i := 1; i < len(knotRows); i++ {
		if rows*rows < knotRows[i]*knotRows[i-1] {
			return i - 1
		}
	}
	return len(knotRows) - 1
}

// piece is how many rows of prompts the next step is to have beside those of the streams. at is the position where
// the first prompt goes on. It is at least one, and at least a quarter of the streams' own rows however long that
// takes: prompts must get on too.
func (p *pace) piece(streams work, at int) int {
	if p.fixed > 0 {
		return max(p.fixed-streams.rows, 1)
	}
	if streams.rows == 0 {
		return p.alone(at)
	}
	n, most := p.within(streams, at, gapTime), p.within(streams, at, gapTimeLong)
	if n < streams.rows {
		n = min(streams.rows, most)
	}
	if next := p.next(streams.rows + n); next > 0 {
		n = min(next-streams.rows, most)
	}
	return max(min(n, 2*p.largest()+4-streams.rows), streams.rows/4, 1)
}

// besides is piece for a pass that runs while another one pauses.
func (p *pace) besides(streams work, at int) int {
	if p.fixed > 0 {
		return max(p.fixed-streams.rows, 1)
	}
	return max(p.within(streams, at, besideTime), 1)
}

// next is the next larger number of rows than n that a step should have to find out how long it takes, because that
// is not known or was long ago; 0 is none. Without it a guess that is too high would never be put right.
func (p *pace) next(n int) int {
	i := nearest(n) + 1
	if i < len(knotRows) && (p.knots[i].seen == 0 || p.old(&p.knots[i])) {
		return max(knotRows[i], n)
	}
	return 0
}

// largest is about how many rows the largest step had that was measured. Beyond twice as many, nothing is known
// but a guess, and streams would have to wait if it were wrong.
func (p *pace) largest() int {
	for i := len(p.knots) - 1; i >= 0; i-- {
		if p.knots[i].seen > 0 {
			return knotRows[i]
		}
	}
	return 0
}

// alone is a piece with no streams beside it.
func (p *pace) alone(at int) int {
	rate := func(n int) float64 { return float64(n) / p.seconds(span(at, n)) }
	best := 0.0
	for _, n := range knotRows {
		best = max(best, rate(n))
	}
	enough := mostPiece
	for _, n := range knotRows {
		if rate(n) >= nearlyBest*best {
			enough = n
			break
		}
	}
	least, most := p.within(work{}, at, aloneTime), p.within(work{}, at, layerTime*time.Duration(p.layers))
	return max(min(max(enough, least), most), 1)
}

// within is the largest piece with which a step stays within a time, or 0.
func (p *pace) within(streams work, at int, limit time.Duration) int {
	lo, hi := 0, mostPiece
	for lo < hi {
		n := (lo + hi + 1) / 2
		if p.seconds(streams.plus(span(at, n))) <= limit.Seconds() {
			lo = n
		} else {
			hi = n - 1
		}
	}
	return lo
}
