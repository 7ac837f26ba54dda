package tensor

//go:noescape
func dotHalvesAVX2(w *byte, x *float32, n int) float32

//go:noescape
func dotBfloatsAVX2(w *byte, x *float32, n int) float32

//go:noescape
func dot6AVX2(chains *[6][lanes]float32, w *float32, ws int, x *float32, xs, n int)

//go:noescape
func dot6HalvesAVX2(chains *[6][lanes]float32, w *byte, ws int, x *float32, xs, n int)

//go:noescape
func reduce6AVX2(dst *[6]float32, chains *[6][lanes]float32)

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

func dot6Vector(chains *[6][lanes]float32, w []float32, ws int, x []float32, xs, n int) {
	if n <= 0 {
		return
	}
	_, _ = w[ws+n-1], x[2*xs+n-1]
	dot6AVX2(chains, &w[0], 4*ws, &x[0], 4*xs, n)
}

func dot6HalvesVector(chains *[6][lanes]float32, w []byte, ws int, x []float32, xs, n int) {
	if n <= 0 {
		return
	}
	_, _ = w[2*(ws+n)-1], x[2*xs+n-1]
	dot6HalvesAVX2(chains, &w[0], 2*ws, &x[0], 4*xs, n)
}
