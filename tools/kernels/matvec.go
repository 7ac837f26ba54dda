package main

import "fmt"

// Registers of the kernels that multiply. Those from 12 to 15 belong to unpacking.
const (
	mvInts  = 0 // to 3: integer sums of a span's groups
	mvTemp  = 4
	mvX     = 5
	mvTemp2 = 6
	mvAcc   = 8  // and 9
	mvMin   = 10 // and 11
)

// ahead is how far before its use a strip is asked for, in bytes. The prefetcher of the processor stops at
// pages and follows the pace of the loads, which wait for arithmetic here.
const ahead = 4096

// matvec writes the product of a strip with one token: AX args, BX tiles, SI lines, R8 and R9 scales and
// minima of a tile, CX tiles left.
func (g *gen) matvec(t *stored) {
	k := t.kind.on(g.isa)
	g.text("matvec"+t.name+g.name, "sixteen rows of "+t.name+" with one token.")
	g.op("MOVQ %d(AX), BX", argSrc)
	g.op("MOVQ %d(AX), R8", argScale)
	g.op("MOVQ %d(AX), R9", argMin)
	g.op("MOVQ %d(AX), SI", argX)
	g.op("MOVQ %d(AX), CX", argN)
	for h := range g.parts() {
		g.zero(mvAcc + h)
		if t.kind.min {
			g.zero(mvMin + h)
		}
	}
	g.label("tile")
	t.prologue(g, t)
	lines := (t.size + 63) / 64
	for i, s := range t.spans {
		for l := i * lines / len(t.spans); l < (i+1)*lines/len(t.spans); l++ {
			g.op("PREFETCHT0 %s", at(ahead+64*l, "BX"))
		}
		for h := range g.parts() {
			g.matvecSpan(t, k, s, h)
		}
	}
	g.op("ADDQ $%d, BX", t.size)
	g.op("ADDQ $%d, SI", t.block/32*lineBytes)
	g.op("DECQ CX")
	g.op("JNZ tile")
	g.op("MOVQ %d(AX), DI", argDst)
	for h := range g.parts() {
		if t.kind.min {
			g.three("VADDPS", g.v(mvMin+h), mvAcc+h, mvAcc+h)
		}
		g.store(mvAcc+h, at(g.part(h), "DI"))
	}
	g.leave()
}

// xAt is the address of four activations: step s of a group of the kind.
func xAt(k kind, group, s int) int {
	column := group*k.group + 4*s
	return column/32*lineBytes + column%32
}

// metaAt is the address of something beside the activations of a group.
func metaAt(k kind, group, off int) int {
	column := group * k.group
	if off == lineNeg && k.group == 16 {
		off = lineNeg16 + column%32/16*4
	}
	return column/32*lineBytes + off
}

// matvecSpan multiplies one span of a tile for part h of the rows.
func (g *gen) matvecSpan(t *stored, k kind, s span, h int) {
	for i, group := range s.groups {
		g.start(k, at(metaAt(k, group, lineNeg), "SI"), mvInts+i)
	}
	for l := range s.lines {
		s.line(g, l, h, func(i, step, reg int) {
			x := at(xAt(k, s.groups[i], step), "SI")
			if g.dot {
				g.op("VPDPBUSD.BCST %s, %s, %s", x, g.v(reg), g.v(mvInts+i))
				return
			}
			g.spread(x, mvX)
			g.multiply(k, reg, mvX, mvInts+i, mvTemp, mvTemp2)
		})
	}
	for i, group := range s.groups {
		g.total(k, mvInts+i, at(metaAt(k, group, lineSum), "SI"), mvTemp)
		g.scaled(at(metaAt(k, group, lineScale), "SI"), at(64*group+g.part(h), "R8"), mvInts+i, mvAcc+h, mvTemp)
		if t.kind.min {
			g.fused(at(metaAt(k, group, lineFloat), "SI"), at(64*group+g.part(h), "R9"), mvMin+h, mvTemp)
		}
	}
}

// start sets an integer sum to what takes the bias of the weights away: minus the sum of the activations,
// times the bias.
func (g *gen) start(k kind, neg string, d int) {
	switch {
	case k.bias == 0 || k.sign && !g.dot:
		g.zero(d)
	case g.dot:
		g.op("VPSLLD.BCST $%d, %s, %s", k.bias, neg, g.v(d))
	default:
		g.spread(neg, d)
		g.shift("VPSLLW", k.bias, d, d)
	}
}

// multiply adds four columns to a sum, without VPDPBUSD: VPMADDUBSW multiplies unsigned with signed bytes
// and adds neighbours to 16 bits, which wrap around freely because the sum over a group fits. Signed weights
// lend their signs to the activations, and their products fill 16 bits.
func (g *gen) multiply(k kind, w, x, sum, temp, temp2 int) {
	if !k.sign {
		g.three("VPMADDUBSW", g.v(x), w, temp)
		g.three("VPADDW", g.v(temp), sum, sum)
		return
	}
	if g.wide() {
		g.op("VPMOVB2M %s, K2", g.v(w))
		g.zero(temp2)
		g.move(x, temp)
		g.op("VPSUBB %s, %s, K2, %s", g.v(x), g.v(temp2), g.v(temp))
	} else {
		g.three("VPSIGNB", g.v(w), x, temp)
	}
	g.op("VPABSB %s, %s", g.v(w), g.v(temp2))
	g.three("VPMADDUBSW", g.v(temp), temp2, temp)
	g.three("VPMADDWD", konst(0x00010001), temp, temp)
	g.three("VPADDD", g.v(temp), sum, sum)
}

// total turns a sum of a group into float32, all of it; sum is the address of the activations' own.
func (g *gen) total(k kind, d int, sum string, temp int) {
	if !g.dot && !k.sign {
		g.three("VPMADDWD", konst(0x00010001), d, d)
		if k.back {
			g.spread(sum, temp)
			g.shift("VPSLLD", k.bias, temp, temp)
			g.three("VPADDD", g.v(temp), d, d)
		}
	}
	g.op("VCVTDQ2PS %s, %s", g.v(d), g.v(d))
}

// scaled adds v·(scale·x) to acc.
func (g *gen) scaled(x, scale string, v, acc, temp int) {
	if g.wide() {
		g.op("VMOVUPS %s, %s", scale, g.v(temp))
		g.op("VMULPS.BCST %s, %s, %s", x, g.v(temp), g.v(temp))
	} else {
		g.spreadF(x, temp)
		g.three("VMULPS", scale, temp, temp)
	}
	g.three("VFMADD231PS", g.v(temp), v, acc)
}

// fused adds v·x to acc.
func (g *gen) fused(x, v string, acc, temp int) {
	if g.wide() {
		g.op("VMOVUPS %s, %s", v, g.v(temp))
		g.op("VFMADD231PS.BCST %s, %s, %s", x, g.v(temp), g.v(acc))
		return
	}
	g.spreadF(x, temp)
	g.three("VFMADD231PS", v, temp, acc)
}

// unpack writes a stretch of a strip as a panel: DI panel [columns/4][16][4] bytes, R8 and R9 scales and
// minima [groups][16] float32.
func (g *gen) unpack(t *stored) {
	k := t.kind.on(g.isa)
	g.text("unpack"+t.name+g.name, "sixteen rows of "+t.name+" to a panel.")
	g.op("MOVQ %d(AX), BX", argSrc)
	g.op("MOVQ %d(AX), DI", argPanel)
	g.op("MOVQ %d(AX), R8", argScale)
	g.op("MOVQ %d(AX), R9", argMin)
	g.op("MOVQ %d(AX), CX", argN)
	g.label("tile")
	t.prologue(g, t)
	for _, s := range t.spans {
		for l := range s.lines {
			for h := range g.parts() {
				s.line(g, l, h, func(i, step, reg int) {
					column := s.groups[i]*k.group + 4*step
					g.store(reg, at(16*column+g.part(h), "DI"))
				})
			}
		}
	}
	g.op("ADDQ $%d, BX", t.size)
	g.op("ADDQ $%d, DI", 16*t.block)
	g.op("ADDQ $%d, R8", 64*t.block/k.group)
	if t.kind.min {
		g.op("ADDQ $%d, R9", 64*t.block/k.group)
	}
	g.op("DECQ CX")
	g.op("JNZ tile")
	g.leave()
}

func gemmName(k kind, tokens int, i isa) string {
	return fmt.Sprintf("gemm%sx%d%s", k.name, tokens, i.name)
}
