package tensor

import "math"

// group is the most elements that share a scale.
const groupMax = 32

// A fit is a group of numbers that are to share a scale, and how much an error of each counts.
//
// Weights are |x| plus the group's root mean square: large numbers count more, as their products do, but no number
// counts for nothing. That is the usual choice where no measured importance is at hand.
type fit struct {
	n    int
	x, w [groupMax]float64
	sw   float64 // Σw
	sx   float64 // Σw·x
	lo   float64 // least of x
	hi   float64 // largest of x
}

func (f *fit) set(src []float32) {
	f.n = len(src)
	f.sw, f.sx, f.lo, f.hi = 0, 0, float64(src[0]), float64(src[0])
	squares := 0.0
	for i, v := range src {
		x := float64(v)
		f.x[i] = x
		squares += float64(x * x)
		f.lo, f.hi = min(f.lo, x), max(f.hi, x)
	}
	rms := math.Sqrt(squares / float64(f.n))
	for i, x := range f.x[:f.n] {
		w := rms + math.Abs(x)
		f.w[i] = w
		f.sw += w
		f.sx += float64(w * x)
	}
}

// nearest rounds to the nearest integer, ties to even, within [lo, hi]. |x| must be below 2^51.
func nearest(x, lo, hi float64) float64 {
	const big = 3 << 51 // adding it leaves no bits behind the point
	x = x + big - big
	if x < lo {
		return lo
	}
	if x > hi {
		return hi
	}
	return x
}

// searchStep and searchReach say which scales are tried: those that put the largest number up to searchReach above or
// below the end of the range, in steps.
const (
	searchStep  = 0.25
	searchReach = 1.25
)

// fitScale returns the scale s, maybe negative, for which integers q within [lo, hi] make Σw·(x-s·q)² small; 0 if all
// x are 0. |lo| is at least hi.
//
// For given q the best scale is Σw·x·q / Σw·q², and the error then is Σw·x² less that quotient's numerator squared
// over its denominator, which is what candidates are compared by.
func (f *fit) fitScale(lo, hi float64) float64 {
	top := f.hi
	if -f.lo > f.hi {
		top = f.lo
	}
	if top == 0 {
		return 0
	}
	best, gain := 0.0, -1.0
	x, w := f.x[:f.n], f.w[:f.n]
	try := func(inverse float64) {
		xq, qq := 0.0, 0.0
		for i, x := range x {
			q := nearest(float64(x*inverse), lo, hi)
			wq := w[i] * q
			xq += float64(wq * x)
			qq += float64(wq * q)
		}
		if qq > 0 && float64(xq*xq) > float64(gain*qq) {
			best, gain = xq/qq, float64(xq*xq)/qq
		}
	}
	// The largest number goes to the end of the range that reaches further, or to the other.
	for d := -searchReach; d <= searchReach; d += searchStep {
		try((lo + d) / top)
	}
	for d := -searchReach; d <= searchReach; d += 2 * searchStep {
		try((hi + d) / top)
	}
	f.refine(func() float64 { return best }, func(s float64) { try(1 / s) })
	return best
}

// refine rounds again with the best scale until that changes nothing, a few times at most.
func (f *fit) refine(best func() float64, try func(scale float64)) {
	for range 4 {
		s := best()
		if s == 0 {
			return
		}
		if try(s); best() == s {
			return
		}
	}
}

// fitLine returns the scale s ≥ 0 and the offset m for which integers q within [0, hi] make Σw·(x-s·q-m)² small.
// belowZero says that m must not be positive.
//
// For given q both come from the two normal equations of weighted least squares.
func (f *fit) fitLine(hi float64, belowZero bool) (scale, offset float64) {
	low := f.lo
	if belowZero {
		low = min(low, 0)
	}
	if f.hi <= low {
		return 0, low
	}
	gain := math.Inf(-1)
	x, w := f.x[:f.n], f.w[:f.n]
	try := func(inverse, from float64) {
		q1, q2, xq := 0.0, 0.0, 0.0
		for i, x := range x {
			q := nearest(float64((x-from)*inverse), 0, hi)
			wq := w[i] * q
			q1 += wq
			q2 += float64(wq * q)
			xq += float64(wq * x)
		}
		s, m, ok := f.solve(q1, q2, xq, belowZero)
		if !ok {
			return
		}
		// What the line explains of Σw·x², whether or not m was held at 0.
		explained := float64(2*(float64(s*xq)+float64(m*f.sx))) - float64(s*float64(s*q2)) - float64(2*float64(s*float64(m*q1))) - float64(m*float64(m*f.sw))
		if explained > gain {
			gain, scale, offset = explained, s, m
		}
	}
	span := f.hi - low
	for d := -searchReach; d <= searchReach; d += searchStep {
		try((hi+d)/span, low)
	}
	f.refine(func() float64 { return scale }, func(s float64) { try(1/s, offset) })
	return scale, offset
}

// solve solves the normal equations of a line. ok is false if no line with a positive scale does it.
func (f *fit) solve(q1, q2, xq float64, belowZero bool) (s, m float64, ok bool) {
	det := float64(f.sw*q2) - float64(q1*q1)
	if det > 0 {
		s = (float64(f.sw*xq) - float64(f.sx*q1)) / det
		m = (float64(q2*f.sx) - float64(q1*xq)) / det
	}
	if belowZero && (m > 0 || det <= 0) {
		if q2 <= 0 {
			return 0, 0, false
		}
		s, m = xq/q2, 0
	}
	return s, m, s > 0
}
