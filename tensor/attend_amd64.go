package tensor

var floatsAVX2 = floatKernels{tile: tileVector, dotHalves: dotHalvesVector, dotBfloats: dotBfloatsVector, dot6: dot6Vector, dot6Halves: dot6HalvesVector, reduce6: reduce6AVX2,
	panelFloats: panelFloatsVector, panelHalves: panelHalvesVector,
	panelBytes: panelBytesVector, lineBytes: lineBytesVector, panelNibbles: panelNibblesVector, lineNibbles: lineNibblesVector,
	spread: spreadVector, ask: askVector, top: topVector, add: addVector, scale: scaleVector, blend: blendVector, normalise: normaliseVector, sum: sumVector, shift: shiftVector, affine: affineVector, gelu: geluVector, turn: turnVector,
	turnPairs: turnPairsVector, geglu: gegluVector, softCap: softCapVector}

//go:noescape
func tile1AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)

//go:noescape
func tile2AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)

//go:noescape
func tile3AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)

//go:noescape
func tile4AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)

//go:noescape
func tile5AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)

//go:noescape
func tile6AVX2(c *float32, cs int, a *float32, as int, b *float32, k int, more bool)

//go:noescape
func panelFloatsAVX2(dst *float32, src *byte, stride, n int)

//go:noescape
func panelHalvesAVX2(dst *float32, src *byte, stride, n int)

//go:noescape
func panelBytesAVX2(dst *float32, src *byte, stride, n int, scale *byte)

//go:noescape
func lineBytesAVX2(dst *float32, src *byte, stride, n int, scale *byte)

//go:noescape
func panelNibblesAVX2(dst *float32, src *byte, stride, n int, scale, low *byte, shift int)

//go:noescape
func lineNibblesAVX2(dst *float32, src *byte, stride, n int, scale, low *byte, shift int)

//go:noescape
func topAVX2(x *float32, n int, begin float32) float32

//go:noescape
func addAVX2(dst, x *float32, n int)

//go:noescape
func scaleAVX2(x *float32, n int, s float32)

//go:noescape
func blendAVX2(dst, x *float32, n int, a, b float32)

//go:noescape
func normaliseAVX2(dst, x, weight *float32, n int, s float32)

//go:noescape
func turnAVX2(lo, hi, cos, sin *float32, n int)

//go:noescape
func turnPairsAVX2(x, cos, sin *float32, n int)

//go:noescape
func gegluAVX2(dst, gate, up *float32, n int)

//go:noescape
func softCapAVX2(x *float32, n int, limit float32)

//go:noescape
func spreadAVX2(x *float32, n int)

func spreadVector(x []float32, n int) {
	if n < 8 {
		spreadPlain(x, n)
		return
	}
	for ; len(x) >= n; x = x[n:] {
		spreadAVX2(&x[0], n)
	}
}

//go:noescape
func askAVX2(p *byte, n int)

func askVector(b []byte) {
	if len(b) > 0 {
		askAVX2(&b[0], len(b))
	}
}

func tileVector(c []float32, cs int, a []float32, as int, b []float32, k, rows int, more bool) {
	if k <= 0 || rows <= 0 {
		tilePlain(c, cs, a, as, b, k, rows, more)
		return
	}
	// The last numbers that the kernel touches.
	_, _, _ = c[(rows-1)*cs+panelWidth-1], a[(rows-1)*as+k-1], b[k*panelWidth-1]
	switch rows {
	case 1:
		tile1AVX2(&c[0], cs, &a[0], as, &b[0], k, more)
	case 2:
		tile2AVX2(&c[0], cs, &a[0], as, &b[0], k, more)
	case 3:
		tile3AVX2(&c[0], cs, &a[0], as, &b[0], k, more)
	case 4:
		tile4AVX2(&c[0], cs, &a[0], as, &b[0], k, more)
	case 5:
		tile5AVX2(&c[0], cs, &a[0], as, &b[0], k, more)
	default:
		tile6AVX2(&c[0], cs, &a[0], as, &b[0], k, more)
	}
}

// whole reports whether a panel of n full rows, size bytes each, can be left to a vector kernel. It panics where a
// slice is too short.
func whole(dst []float32, src []byte, stride, n, width, size int) bool {
	if n <= 0 || width != panelWidth {
		return false
	}
	_, _ = dst[n*panelWidth-1], src[(n-1)*stride+panelWidth*size-1]
	return true
}

func panelFloatsVector(dst []float32, src []byte, stride, n, width int) {
	if !whole(dst, src, stride, n, width, 4) {
		panelFloatsPlain(dst, src, stride, n, width)
		return
	}
	panelFloatsAVX2(&dst[0], &src[0], stride, n)
}

func panelHalvesVector(dst []float32, src []byte, stride, n, width int) {
	if !whole(dst, src, stride, n, width, 2) {
		panelHalvesPlain(dst, src, stride, n, width)
		return
	}
	panelHalvesAVX2(&dst[0], &src[0], stride, n)
}

func panelBytesVector(dst []float32, src []byte, stride, n, width int, scale []byte) {
	if !whole(dst, src, stride, n, width, 1) {
		panelBytesPlain(dst, src, stride, n, width, scale)
		return
	}
	_ = scale[2*panelWidth-1]
	panelBytesAVX2(&dst[0], &src[0], stride, n, &scale[0])
}

func lineBytesVector(dst []float32, src []byte, stride, n int, scale []byte) {
	if !whole(dst, src, stride, n, panelWidth, 1) {
		return
	}
	_ = scale[2*n-1]
	lineBytesAVX2(&dst[0], &src[0], stride, n, &scale[0])
}

func panelNibblesVector(dst []float32, src []byte, stride, n, width, shift int, scale, low []byte) {
	if !whole(dst, src, stride, n, width, 1) {
		panelNibblesPlain(dst, src, stride, n, width, shift, scale, low)
		return
	}
	_, _ = scale[2*panelWidth-1], low[2*panelWidth-1]
	panelNibblesAVX2(&dst[0], &src[0], stride, n, &scale[0], &low[0], shift)
}

func lineNibblesVector(dst []float32, src []byte, stride, n, width, shift int, scale, low []byte) {
	if !whole(dst, src, stride, n, width, 1) {
		lineNibblesPlain(dst, src, stride, n, width, shift, scale, low)
		return
	}
	_, _ = scale[2*n-1], low[2*n-1]
	lineNibblesAVX2(&dst[0], &src[0], stride, n, &scale[0], &low[0], shift)
}

func topVector(x []float32, begin float32) float32 {
	n := len(x) &^ 7
	if n > 0 {
		begin = topAVX2(&x[0], n, begin)
	}
	return topPlain(x[n:], begin)
}

func addVector(dst, x []float32) {
	n := len(x) &^ 7
	if n > 0 {
		dst = dst[:len(x)]
		addAVX2(&dst[0], &x[0], n)
	}
	addPlain(dst[n:], x[n:])
}

func scaleVector(x []float32, s float32) {
	n := len(x) &^ 7
	if n > 0 {
		scaleAVX2(&x[0], n, s)
	}
	scalePlain(x[n:], s)
}

func blendVector(dst, x []float32, a, b float32) {
	n := len(x) &^ 7
	if n > 0 {
		dst = dst[:len(x)]
		blendAVX2(&dst[0], &x[0], n, a, b)
	}
	blendPlain(dst[n:], x[n:], a, b)
}

func normaliseVector(dst, x, weight []float32, s float32) {
	n := len(weight) &^ 7
	if n > 0 {
		dst, x = dst[:len(weight)], x[:len(weight)]
		normaliseAVX2(&dst[0], &x[0], &weight[0], n, s)
	}
	normalisePlain(dst[n:], x[n:], weight[n:], s)
}

func turnVector(lo, hi, cos, sin []float32) {
	n := len(cos) &^ 7
	lo, hi, sin = lo[:len(cos)], hi[:len(cos)], sin[:len(cos)]
	if n > 0 {
		turnAVX2(&lo[0], &hi[0], &cos[0], &sin[0], n)
	}
	turnPlain(lo[n:], hi[n:], cos[n:], sin[n:])
}

func turnPairsVector(x, cos, sin []float32) {
	n := len(cos) &^ 3
	x, sin = x[:2*len(cos)], sin[:len(cos)]
	if n > 0 {
		turnPairsAVX2(&x[0], &cos[0], &sin[0], n)
	}
	turnPairsPlain(x[2*n:], cos[n:], sin[n:])
}

func gegluVector(dst, gate, up []float32) {
	n := len(gate) &^ 7
	dst, up = dst[:len(gate)], up[:len(gate)]
	if n > 0 {
		gegluAVX2(&dst[0], &gate[0], &up[0], n)
	}
	gegluPlain(dst[n:], gate[n:], up[n:])
}

func softCapVector(x []float32, limit float32) {
	n := len(x) &^ 7
	if n > 0 {
		softCapAVX2(&x[0], n, limit)
	}
	softCapPlain(x[n:], limit)
}
