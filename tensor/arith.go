package tensor

import "math"

// The arithmetic that plain Go and vector code share, to the last bit. The language lets a compiler fuse
// x*y + z where it likes; a conversion around the product forbids it. So fma32 is used where the vector
// code fuses, and float32(x*y) + z where it does not.

// emulatedFMA returns x*y + z with a single rounding. The product of two float32 is exact in float64; the
// sum is rounded to odd there, which keeps the second rounding, to float32, from going the wrong way
// (Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums", 2008).
func emulatedFMA(x, y, z float32) float32 {
	p, c := float64(x)*float64(y), float64(z)
	s := p + c
	t := s - p
	e := (p - (s - t)) + (c - t) // what s lost, exactly
	if e != 0 && e == e {
		bits := math.Float64bits(s)
		if bits&1 == 0 {
			if (e > 0) == (s > 0) {
				bits++
			} else {
				bits--
			}
			s = math.Float64frombits(bits)
		}
	}
	return float32(s)
}

// Constants of exp32, after Cephes' expf: 2^n · e^r with r within ln2/2, and a polynomial for e^r.
const (
	expMax   = 88.37626   // above, the result would overflow: it is clamped here
	expMin   = -87.336544 // below, the result is 0
	log2e    = 1.44269504
	ln2High  = 0.693359375
	ln2Low   = -2.12194440e-4
	expC0    = 1.9875691500e-4
	expC1    = 1.3981999507e-3
	expC2    = 8.3334519073e-3
	expC3    = 4.1665795894e-2
	expC4    = 1.6666665459e-1
	expC5    = 5.0000001201e-1
	roundBig = 12582912.0 // 1.5·2^23: adding and subtracting it rounds to the nearest integer, ties to even
)

// exp32 returns e^x within 2 units in the last place; 0 below expMin.
func exp32(x float32) float32 {
	if x < expMin {
		return 0
	}
	if x > expMax {
		x = expMax
	}
	n := float32(x*log2e) + roundBig
	n -= roundBig
	r := x - float32(n*ln2High)
	r -= float32(n * ln2Low)
	y := float32(expC0*r) + expC1
	y = float32(y*r) + expC2
	y = float32(y*r) + expC3
	y = float32(y*r) + expC4
	y = float32(y*r) + expC5
	y = float32(float32(y*r)*r) + r
	y++
	return y * math.Float32frombits(uint32(int32(n)+127)<<23)
}

// tanh32 returns the hyperbolic tangent with an absolute error near 1e-7.
func tanh32(x float32) float32 { return 1 - 2/(1+exp32(2*x)) }
