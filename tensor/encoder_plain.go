package tensor

func sumPlain(x []float32) float32 {
	var l [lanes]float32
	for len(x) >= lanes {
		for j, v := range (*[lanes]float32)(x) {
			l[j] += v
		}
		x = x[lanes:]
	}
	y := reduceLanes(&l)
	for _, v := range x {
		y += v
	}
	return y
}

func shiftPlain(dst, x []float32, s float32) {
	for i, v := range x {
		dst[i] = v + s
	}
}

func affinePlain(dst, x, weight, bias []float32, s float32) {
	for i, w := range weight {
		dst[i] = fma32(float32(x[i]*s), w, bias[i])
	}
}

// The exact GELU is x·Φ(x) = x·(1/2 + r(x)), where Φ is the normal distribution, and r is odd and within ±1/2. Here r(x)
// is x·P(x²)/Q(x²) for |x| up to geluEnd, and what it is there beyond, which is ±1/2 to the last bit. The coefficients,
// lowest power first, are those with the least largest error that iterated least squares on Chebyshev's points found:
// 2.4e-8 in exact arithmetic. TestGELU holds it to the error function.
const geluEnd = 5.6

var (
	geluP = [7]float32{0.398942113, 0.0371134467, 0.00458761398, 0.000182477117, 3.36168841e-06, -2.19970708e-08, 1.08022334e-10}
	geluQ = [5]float32{1, 0.259693742, 0.0297865309, 0.0019015302, 6.62510138e-05}
)

func geluPlain(x []float32) {
	for i, v := range x {
		u := v
		if u > geluEnd {
			u = geluEnd
		}
		if u < -geluEnd {
			u = -geluEnd
		}
		t := u * u
		p, q := geluP[len(geluP)-1], geluQ[len(geluQ)-1]
		for k := len(geluP) - 2; k >= 0; k-- {
			p = fma32(p, t, geluP[k])
		}
		for k := len(geluQ) - 2; k >= 0; k-- {
			q = fma32(q, t, geluQ[k])
		}
		x[i] = v * (0.5 + float32(float32(u*p)/q))
	}
}
