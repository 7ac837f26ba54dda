package tensor

//go:noescape
func dotHalvesAVX2(w *byte, x *float32, n int) float32

//go:noescape
func dotBfloatsAVX2(w *byte, x *float32, n int) float32

//go:noescape
func dot6AVX2(dst *[6]float32, w, x *float32, n, stride int)

func dotHalvesVector(w []byte, x []float32) float32 {
	n := len(x) &^ (lanes - 1)
	w = w[:2*len(x)]
	y := float32(0)
	if n > 0 {
		y = dotHalvesAVX2(&w[0], &x[0], n)
	}
	var one [1]float32
	for i := n; i < len(x); i++ {
		halvesPlain(one[:], w[2*i:])
		y = fma32(one[0], x[i], y)
	}
	return y
}

func dotBfloatsVector(w []byte, x []float32) float32 {
	n := len(x) &^ (lanes - 1)
	w = w[:2*len(x)]
	y := float32(0)
	if n > 0 {
		y = dotBfloatsAVX2(&w[0], &x[0], n)
	}
	var one [1]float32
	for i := n; i < len(x); i++ {
		bfloatsPlain(one[:], w[2*i:])
		y = fma32(one[0], x[i], y)
	}
	return y
}

func dot6Vector(dst *[6]float32, w, x []float32, n int) {
	whole := n &^ (lanes - 1)
	*dst = [6]float32{}
	w, x = w[:2*n], x[:3*n]
	if whole > 0 {
		dot6AVX2(dst, &w[0], &x[0], whole, 4*n)
	}
	for i := range dst {
		for j := whole; j < n; j++ {
			dst[i] = fma32(w[i/3*n+j], x[i%3*n+j], dst[i])
		}
	}
}
