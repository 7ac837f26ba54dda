package tensor

// floatsAVX512 shares what attention spends little time on.
var floatsAVX512 = withTile2(floatsAVX2)

func withTile2(k floatKernels) *floatKernels {
	k.tile2, k.gelu = tile2Vector, geluWide
	return &k
}

//go:noescape
func tile6x2AVX512(c *float32, cs int, a *float32, as int, b *float32, bs, k int, more bool)

//go:noescape
func expSumAVX512(x *float32, n int, top float32) float32

//go:noescape
func swigluAVX512(dst, gate, up *float32, n int)

func tile2Vector(c []float32, cs int, a []float32, as int, b []float32, bs, k int, more bool) {
	// The last numbers that the kernel touches.
	_, _, _ = c[(maxTile-1)*cs+2*panelWidth-1], a[(maxTile-1)*as+k-1], b[bs+k*panelWidth-1]
	tile6x2AVX512(&c[0], cs, &a[0], as, &b[0], bs, k, more)
}

func expSumWide(x []float32, top float32) float32 {
	if len(x) == 0 || len(x)%8 != 0 {
		return expSumPlain(x, top)
	}
	return expSumAVX512(&x[0], len(x), top)
}

func swigluWide(dst, gate, up []float32) {
	n := len(gate) &^ 15
	dst, up = dst[:len(gate)], up[:len(gate)]
	if n > 0 {
		swigluAVX512(&dst[0], &gate[0], &up[0], n)
	}
	swigluVector(dst[n:], gate[n:], up[n:])
}
