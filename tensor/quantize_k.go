package tensor

import "math"

// The K types; quant_k.go says how they are stored. Their groups' scales are themselves small integers beside a scale
// of the block, so after each group has been fitted alone, its integers are tried again beside the block's scale.

// quantiseQ4_K writes blocks w = d·sc·n - dmin·m with n of 4 bits.
func quantiseQ4_K(dst []byte, src []float32) error {
	var k lineBlock
	for b := range len(src) / 256 {
		out := dst[144*b : 144*b+144]
		if !k.block(out, src[256*b:256*b+256], 15) {
			return tooLarge(src, b, 256, Q4_K)
		}
		for i := range 128 { // byte 32c+l has elements 64c+l and 64c+32+l
			at := i/32*64 + i%32
			out[16+i] = k.q[at] | k.q[at+32]<<4
		}
	}
	return nil
}

// quantiseQ5_K writes blocks w = d·sc·n - dmin·m with n of 5 bits.
func quantiseQ5_K(dst []byte, src []float32) error {
	var k lineBlock
	for b := range len(src) / 256 {
		out := dst[176*b : 176*b+176]
		if !k.block(out, src[256*b:256*b+256], 31) {
			return tooLarge(src, b, 256, Q5_K)
		}
		for l := range 32 { // bit g of byte l belongs to element 32g+l
			out[16+l] = 0
			for g := range 8 {
				out[16+l] |= k.q[32*g+l] >> 4 << g
			}
		}
		for i := range 128 {
			at := i/32*64 + i%32
			out[48+i] = k.q[at]&15 | k.q[at+32]<<4
		}
	}
	return nil
}

// lineBlock is a block of Q4_K or Q5_K in the making.
type lineBlock struct {
	fits   [8]fit
	scale  [8]float64 // of each group, as fitted alone
	low    [8]float64 // minus its minimum, not negative
	sc, mc [8]uint8   // both as stored
	q      [256]uint8
}

// block fits a block whose integers go up to top, writes its first 16 bytes and leaves the integers in q. ok is false
// if a scale is beyond the range of a float16.
func (k *lineBlock) block(out []byte, src []float32, top float64) (ok bool) {
	maxScale, maxLow := 0.0, 0.0
	for g := range k.fits {
		k.fits[g].set(src[32*g : 32*g+32])
		scale, offset := k.fits[g].fitLine(top, true)
		k.scale[g], k.low[g] = scale, -offset
		maxScale, maxLow = max(maxScale, scale), max(maxLow, -offset)
	}
	d, okD := putHalf(out, maxScale/63)
	dmin, okM := putHalf(out[2:], maxLow/63)
	if !okD || !okM {
		return false
	}
	for g := range k.fits {
		k.settle(g, d, dmin, top)
	}
	k.putScales(out[4:16])
	return true
}

// settle chooses the stored scale and minimum of a group, and its integers: the nearest to what it was fitted with,
// or a neighbour that does better.
func (k *lineBlock) settle(g int, d, dmin, top float64) {
	f := &k.fits[g]
	s0 := nearest(float64(k.scale[g]*invert(d)), 0, 63)
	m0 := nearest(float64(k.low[g]*invert(dmin)), 0, 63)
	least := math.Inf(1)
	for s := max(s0-1, 0); s <= min(s0+1, 63); s++ {
		for m := max(m0-1, 0); m <= min(m0+1, 63); m++ {
			if e := f.lineError(float64(d*s), float64(dmin*m), top, least); e < least {
				least, k.sc[g], k.mc[g] = e, uint8(s), uint8(m)
			}
		}
	}
	scale, low := d*float64(k.sc[g]), dmin*float64(k.mc[g])
	inverse := invert(scale)
	for i, x := range f.x {
		k.q[32*g+i] = uint8(nearest(float64((x+low)*inverse), 0, top))
	}
}

// lineError returns the weighted error of a group with a scale and minus a minimum, or anything above enough.
func (f *fit) lineError(scale, low, top, enough float64) float64 {
	inverse, sum := invert(scale), 0.0
	for i, x := range f.x {
		x += low
		e := x - float64(scale*nearest(float64(x*inverse), 0, top))
		sum += float64(f.w[i] * float64(e*e))
		if sum > enough {
			return sum
		}
	}
	return sum
}

// putScales packs eight scales and minima of 6 bits, as scalesK reads them.
func (k *lineBlock) putScales(p []byte) {
	for g := range 4 {
		p[g] = k.sc[g] | k.sc[g+4]>>4<<6
		p[g+4] = k.mc[g] | k.mc[g+4]>>4<<6
		p[g+8] = k.sc[g+4]&15 | k.mc[g+4]<<4
	}
}

// quantiseQ6_K writes blocks w = d·sc·(n-32) with n of 6 bits and groups of 16.
func quantiseQ6_K(dst []byte, src []float32) error {
	var k scaleBlock
	for b := range len(src) / 256 {
		out := dst[210*b : 210*b+210]
		if !k.block(out, src[256*b:256*b+256]) {
			return tooLarge(src, b, 256, Q6_K)
		}
		for i := range 64 { // as unpackQ6_K takes them apart
			n, at := i/32*64+i%32, i/32*128+i%32
			e := k.q[at:]
			out[n] = e[0]&15 | e[64]<<4
			out[n+32] = e[32]&15 | e[96]<<4
			out[128+i] = e[0]>>4 | e[32]>>4<<2 | e[64]>>4<<4 | e[96]>>4<<6
		}
	}
	return nil
}

// scaleBlock is a block of Q6_K in the making.
type scaleBlock struct {
	fits  [16]fit
	scale [16]float64
	q     [256]uint8
}

// block fits a block, writes its scales and leaves the integers in q. ok is false if d is beyond a float16.
func (k *scaleBlock) block(out []byte, src []float32) (ok bool) {
	top := 0.0
	for g := range k.fits {
		k.fits[g].set(src[16*g : 16*g+16])
		k.scale[g] = k.fits[g].fitScale(-32, 31)
		if math.Abs(k.scale[g]) > math.Abs(top) {
			top = k.scale[g]
		}
	}
	// The stored scales reach to -128 but only to 127: the largest takes the longer way.
	d, ok := putHalf(out[208:], top/-128)
	if !ok {
		return false
	}
	for g := range k.fits {
		f := &k.fits[g]
		s0 := nearest(float64(k.scale[g]*invert(d)), -128, 127)
		least, sc := math.Inf(1), 0.0
		for s := max(s0-1, -128); s <= min(s0+1, 127); s++ {
			if e := f.scaleError(float64(d*s), least); e < least {
				least, sc = e, s
			}
		}
		out[192+g] = byte(int8(sc))
		inverse := invert(d * sc)
		for i, x := range f.x[:16] {
			k.q[16*g+i] = uint8(nearest(float64(x*inverse), -32, 31) + 32)
		}
	}
	return true
}

// scaleError returns the weighted error of a group of Q6_K with a scale, or anything above enough.
func (f *fit) scaleError(scale, enough float64) float64 {
	inverse, sum := invert(scale), 0.0
	for i, x := range f.x[:f.n] {
		e := x - float64(scale*nearest(float64(x*inverse), -32, 31))
		sum += float64(f.w[i] * float64(e*e))
		if sum > enough {
			return sum
		}
	}
	return sum
}
