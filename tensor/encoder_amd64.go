package tensor

// geluTable has the numbers of geluPlain, each in eight lanes, for gelu*: geluEnd, -geluEnd, 1/2, geluP and geluQ.
var geluTable = func() (t [15][8]float32) {
	numbers := append([]float32{geluEnd, -geluEnd, 0.5}, append(geluP[:], geluQ[:]...)...)
	for i, v := range numbers {
		for j := range t[i] {
			t[i][j] = v
		}
	}
	return t
}()

//go:noescape
func sumAVX2(x *float32, n int) float32

//go:noescape
func shiftAVX2(dst, x *float32, n int, s float32)

//go:noescape
func affineAVX2(dst, x, weight, bias *float32, n int, s float32)

//go:noescape
func geluAVX2(x *float32, n int, table *[15][8]float32)

//go:noescape
func geluAVX512(x *float32, n int, table *[15][8]float32)

func sumVector(x []float32) float32 {
	n := len(x) &^ (lanes - 1)
	y := float32(0)
	if n > 0 {
		y = sumAVX2(&x[0], n)
	}
	for _, v := range x[n:] {
		y += v
	}
	return y
}

func shiftVector(dst, x []float32, s float32) {
	n := len(x) &^ 7
	if n > 0 {
		dst = dst[:len(x)]
		shiftAVX2(&dst[0], &x[0], n, s)
	}
	shiftPlain(dst[n:], x[n:], s)
}

func affineVector(dst, x, weight, bias []float32, s float32) {
	n := len(weight) &^ 7
	dst, x, bias = dst[:len(weight)], x[:len(weight)], bias[:len(weight)]
	if n > 0 {
		affineAVX2(&dst[0], &x[0], &weight[0], &bias[0], n, s)
	}
	affinePlain(dst[n:], x[n:], weight[n:], bias[n:], s)
}

func geluVector(x []float32) {
	n := len(x) &^ 7
	if n > 0 {
		geluAVX2(&x[0], n, &geluTable)
	}
	geluPlain(x[n:])
}

func geluWide(x []float32) {
	n := len(x) &^ 15
	if n > 0 {
		geluAVX512(&x[0], n, &geluTable)
	}
	geluVector(x[n:])
}
