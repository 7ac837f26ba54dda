package main

import "fmt"

// kind says how the integers of a type are multiplied; see the comments of gemm.go.
type kind struct {
	name  string
	bits  int // of an integer where it is stored, for most types of the kind
	group int // columns per scale
	bias  int // log2 of what was added to the integers to make them unsigned, 0 for nothing
	back  bool
	sign  bool // they are signed bytes
	min   bool // groups have minima
}

var (
	u4 = kind{name: "U4", bits: 4, group: 32, min: true}                      // 0 to 15
	b4 = kind{name: "B4", bits: 4, group: 32, bias: 3}                        // -8 to 7
	b5 = kind{name: "B5", bits: 5, group: 32, bias: 4}                        // -16 to 15
	u5 = kind{name: "U5", bits: 5, group: 32, bias: 4, back: true, min: true} // 0 to 31: the bias keeps sums within 16 bits, and is added back
	b6 = kind{name: "B6", bits: 6, group: 16, bias: 5}                        // -32 to 31
	s8 = kind{name: "S8", bits: 8, group: 32, bias: 7, sign: true}            // -128 to 127
)

var kinds = []kind{u4, b4, b5, u5, b6, s8}

// for the instruction set: with 32-bit sums there is nothing to keep within 16 bits.
func (k kind) on(i isa) kind {
	if i.dot && k.back {
		k.bias, k.back = 0, false
	}
	return k
}

// stored is a type of weights in its interleaved form: a tile is the blocks of sixteen rows side by side.
type stored struct {
	name  string
	block int // columns
	kind  kind
	size  int // bytes of a tile
	// prologue writes scales, and minima, of the tile's groups to memory.
	prologue func(g *gen, t *stored)
	// spans of the tile: groups that share loads.
	spans []span
}

// A span is one or more groups whose integers lie in the same bytes.
type span struct {
	groups []int // their numbers in the tile
	// steps calls each once per register of four columns of each group: group index in the span, its
	// step inside the group, and the register with the integers.
	lines int
	// line unpacks line l of part h (rows) and calls use(i, step, reg): group i of the span, its step, the register.
	line func(g *gen, l, h int, use func(i, step, reg int))
}

// Registers of unpacking. Kernels use those below. Constants are held in registers where a machine has many.
const (
	rA = 15 - iota // loaded bytes
	rB
	rC // unpacked integers
	rD
)

// part is the offset of rows 8h to 8h+7 in a line of 64 bytes.
func (g *gen) part(h int) int { return h * g.bytes() }

func at(off int, reg string) string { return fmt.Sprintf("%d(%s)", off, reg) }

// nibbles unpacks a line whose low halves are step l of group 0 of the span and high halves are what high says.
func nibbles(first int, low, high func(l int) (int, int), after func(g *gen)) func(g *gen, l, h int, use func(i, step, reg int)) {
	return func(g *gen, l, h int, use func(i, step, reg int)) {
		g.load(at(first+64*l+g.part(h), "BX"), rA)
		g.and(konst(0x0f0f0f0f), rA, rC)
		if after != nil {
			after(g)
		}
		i, step := low(l)
		use(i, step, rC)
		g.shift("VPSRLW", 4, rA, rC)
		g.and(konst(0x0f0f0f0f), rC, rC)
		if after != nil {
			after(g)
		}
		i, step = high(l)
		use(i, step, rC)
	}
}

// halves16 loads sixteen halves at an offset of the tile and widens part h.
func (g *gen) widen(off, h, d int) {
	g.op("VCVTPH2PS %s, %s", at(off+h*g.bytes()/2, "BX"), g.v(d))
}

// group scales in memory: R8 scales, R9 minima, [groups][16] float32.
func (g *gen) putScale(group, h, s int) { g.store(s, at(64*group+g.part(h), "R8")) }
func (g *gen) putMin(group, h, s int)   { g.store(s, at(64*group+g.part(h), "R9")) }

// prologueHalf is for blocks with a scale of 16 bits, and maybe a minimum.
func prologueHalf(g *gen, t *stored) {
	for h := range g.parts() {
		g.widen(0, h, rA)
		g.putScale(0, h, rA)
		if t.kind.min {
			g.widen(32, h, rA)
			g.putMin(0, h, rA)
		}
	}
}

// prologueK45 is for Q4_K and Q5_K: eight scales and minima of six bits in twelve bytes (ggml-quants.c,
// get_scale_min_k4), here as three words per row. Scales are d·s, minima -(dmin·m).
func prologueK45(g *gen, t *stored) {
	const d, low, w0, w1, w2, x, y = 0, 1, 2, 3, 4, 5, 6
	for h := range g.parts() {
		g.widen(0, h, d)
		g.widen(32, h, low)
		g.xor(konst(0x80000000), low, low)
		for i, w := range []int{w0, w1, w2} {
			g.load(at(64+64*i+g.part(h), "BX"), w)
		}
		put := func(word, first, factor int, put func(group, h, s int)) {
			for b := range 4 {
				g.shift("VPSRLD", 8*b, word, y)
				if b < 3 {
					g.and(konst(0xff), y, y)
				}
				g.op("VCVTDQ2PS %s, %s", g.v(y), g.v(y))
				g.three("VMULPS", g.v(factor), y, y)
				put(first+b, h, y)
			}
		}
		g.and(konst(0x3f3f3f3f), w0, x)
		put(x, 0, d, g.putScale)
		g.and(konst(0x3f3f3f3f), w1, x)
		put(x, 0, low, g.putMin)
		high := func(from, carry, shift int) {
			g.shift("VPSRLD", shift, from, x)
			g.and(konst(0x0f0f0f0f), x, x)
			g.shift("VPSRLD", 2, carry, y)
			g.and(konst(0x30303030), y, y)
			g.or(g.v(y), x, x)
		}
		high(w2, w0, 0)
		put(x, 4, d, g.putScale)
		high(w2, w1, 4)
		put(x, 4, low, g.putMin)
	}
}

// prologueK6 is for Q6_K: sixteen scales of eight bits, four words per row.
func prologueK6(g *gen, t *stored) {
	const d, w, y = 0, 1, 2
	for h := range g.parts() {
		g.widen(0, h, d)
		for i := range 4 {
			g.load(at(32+64*i+g.part(h), "BX"), w)
			for b := range 4 {
				g.shift("VPSLLD", 24-8*b, w, y)
				g.op("VPSRAD $24, %s, %s", g.v(y), g.v(y))
				g.op("VCVTDQ2PS %s, %s", g.v(y), g.v(y))
				g.three("VMULPS", g.v(d), y, y)
				g.putScale(4*i+b, h, y)
			}
		}
	}
}

// prologueXS is for IQ4_XS: eight scales of six bits, less 32: four low bits each in a word, two high bits
// each in a half.
func prologueXS(g *gen, t *stored) {
	const d, low, high, x, y = 0, 1, 2, 3, 4
	for h := range g.parts() {
		g.widen(0, h, d)
		g.op("VPMOVZXWD %s, %s", at(32+h*g.bytes()/2, "BX"), g.v(high))
		g.load(at(64+g.part(h), "BX"), low)
		for j := range 8 {
			g.shift("VPSRLD", 4*j, low, x)
			g.and(konst(0xf), x, x)
			if j < 2 {
				g.shift("VPSLLD", 4-2*j, high, y)
			} else {
				g.shift("VPSRLD", 2*j-4, high, y)
			}
			g.and(konst(0x30), y, y)
			g.or(g.v(y), x, x)
			g.three("VPSUBD", konst(32), x, x)
			g.op("VCVTDQ2PS %s, %s", g.v(x), g.v(x))
			g.three("VMULPS", g.v(d), x, x)
			g.putScale(j, h, x)
		}
	}
}

// same says that line l's halves are steps of one group: l and l+4.
func lowOfGroup(l int) (int, int)  { return 0, l }
func highOfGroup(l int) (int, int) { return 0, l + 4 }

// pairOf: low halves belong to the first group of a span, high halves to the second.
func lowOfPair(l int) (int, int)  { return 0, l }
func highOfPair(l int) (int, int) { return 1, l }

// lookup turns nibbles into IQ4_NL's values; with VPDPBUSD they get the bias of signed bytes.
func lookup(g *gen) {
	if g.wide() {
		g.op("VMOVDQU32 strip_iq4nl<>(SB), %s", g.v(rD))
	} else {
		g.op("VMOVDQU strip_iq4nl<>(SB), %s", g.v(rD))
	}
	g.three("VPSHUFB", g.v(rC), rD, rC)
	unsign(g)
}

// unsign adds 128 to signed bytes if the instruction set multiplies unsigned ones.
func unsign(g *gen) {
	if g.dot {
		g.xor(konst(0x80808080), rC, rC)
	}
}

// fifth ors bit (32 bits per row at off) of step s into the integers in rC.
func fifth(g *gen, off, s, h int) {
	bits := fmt.Sprintf("strip_bits%d<>(SB)", s%2)
	g.load(at(off+g.part(h), "BX"), rB)
	g.three("VPSHUFB", fmt.Sprintf("strip_byte%d<>(SB)", s/2), rB, rB)
	if g.wide() {
		g.op("VPTESTMB %s, %s, K1", bits, g.v(rB))
		g.load(konst(0x10101010), rD)
		g.op("VPADDB %s, %s, K1, %s", g.v(rD), g.v(rC), g.v(rC))
		return
	}
	g.and(bits, rB, rB)
	g.three("VPCMPEQB", bits, rB, rB)
	g.and(konst(0x10101010), rB, rB)
	g.or(g.v(rB), rC, rC)
}

// five unpacks Q5_0 and Q5_1.
func five(high, low int) func(g *gen, l, h int, use func(i, step, reg int)) {
	return func(g *gen, l, h int, use func(i, step, reg int)) {
		g.load(at(low+64*l+g.part(h), "BX"), rA)
		g.and(konst(0x0f0f0f0f), rA, rC)
		fifth(g, high, l, h)
		use(0, l, rC)
		g.shift("VPSRLW", 4, rA, rC)
		g.and(konst(0x0f0f0f0f), rC, rC)
		fifth(g, high, l+4, h)
		use(0, l+4, rC)
	}
}

// spansK4 are the groups of Q4_K and Q5_K in pairs; high is where the fifth bits are, or 0.
func spansK45(low, high int) (out []span) {
	for c := range 4 {
		out = append(out, span{groups: []int{2 * c, 2*c + 1}, lines: 8, line: func(g *gen, l, h int, use func(i, step, reg int)) {
			g.load(at(low+512*c+64*l+g.part(h), "BX"), rA)
			if high != 0 {
				g.load(at(high+64*l+g.part(h), "BX"), rB)
			}
			for i := range 2 {
				if i == 0 {
					g.and(konst(0x0f0f0f0f), rA, rC)
				} else {
					g.shift("VPSRLW", 4, rA, rC)
					g.and(konst(0x0f0f0f0f), rC, rC)
				}
				if high != 0 {
					if bit := 2*c + i; bit <= 4 {
						g.shift("VPSLLW", 4-bit, rB, rD)
					} else {
						g.shift("VPSRLW", bit-4, rB, rD)
					}
					g.and(konst(0x10101010), rD, rD)
					g.or(g.v(rD), rC, rC)
				}
				use(i, l, rC)
			}
		}})
	}
	return out
}

// spansK6 are the groups of Q6_K in order. Quarters j and j+2 of a half share bytes; but sums are taken group
// by group, ascending, so each loads them again.
func spansK6() (out []span) {
	const low, high = 288, 288 + 32*64
	for group := range 16 {
		half, j, sub := group/8, group%8/2, group%2
		out = append(out, span{groups: []int{group}, lines: 4, line: func(g *gen, l, h int, use func(i, step, reg int)) {
			p := 4*sub + l
			g.load(at(low+64*(16*half+8*(j%2)+p)+g.part(h), "BX"), rA)
			g.load(at(high+64*(8*half+p)+g.part(h), "BX"), rB)
			if j >= 2 {
				g.shift("VPSRLW", 4, rA, rA)
			}
			g.and(konst(0x0f0f0f0f), rA, rC)
			switch j {
			case 0:
				g.shift("VPSLLW", 4, rB, rB)
			case 1:
				g.shift("VPSLLW", 2, rB, rB)
			case 3:
				g.shift("VPSRLW", 2, rB, rB)
			}
			g.and(konst(0x30303030), rB, rB)
			g.or(g.v(rB), rC, rC)
			use(0, l, rC)
		}})
	}
	return out
}

func spansXS() (out []span) {
	for j := range 8 {
		out = append(out, span{groups: []int{j}, lines: 4, line: nibbles(128+256*j, lowOfGroup, highOfGroup, lookup)})
	}
	return out
}

func eight(g *gen, l, h int, use func(i, step, reg int)) {
	g.load(at(32+64*l+g.part(h), "BX"), rC)
	unsign(g)
	use(0, l, rC)
}

var types = []*stored{
	{name: "Q4_0", block: 32, kind: b4, size: 288, prologue: prologueHalf,
		spans: []span{{groups: []int{0}, lines: 4, line: nibbles(32, lowOfGroup, highOfGroup, nil)}}},
	{name: "Q4_1", block: 32, kind: u4, size: 320, prologue: prologueHalf,
		spans: []span{{groups: []int{0}, lines: 4, line: nibbles(64, lowOfGroup, highOfGroup, nil)}}},
	{name: "Q5_0", block: 32, kind: b5, size: 352, prologue: prologueHalf,
		spans: []span{{groups: []int{0}, lines: 4, line: five(32, 96)}}},
	{name: "Q5_1", block: 32, kind: u5, size: 384, prologue: prologueHalf,
		spans: []span{{groups: []int{0}, lines: 4, line: five(64, 128)}}},
	{name: "Q8_0", block: 32, kind: s8, size: 544, prologue: prologueHalf,
		spans: []span{{groups: []int{0}, lines: 8, line: eight}}},
	{name: "IQ4NL", block: 32, kind: s8, size: 288, prologue: prologueHalf,
		spans: []span{{groups: []int{0}, lines: 4, line: nibbles(32, lowOfGroup, highOfGroup, lookup)}}},
	{name: "Q4_K", block: 256, kind: u4, size: 2304, prologue: prologueK45, spans: spansK45(256, 0)},
	{name: "Q5_K", block: 256, kind: u5, size: 2816, prologue: prologueK45, spans: spansK45(768, 256)},
	{name: "Q6_K", block: 256, kind: b6, size: 3360, prologue: prologueK6, spans: spansK6()},
	{name: "IQ4XS", block: 256, kind: s8, size: 2176, prologue: prologueXS, spans: spansXS()},
}
