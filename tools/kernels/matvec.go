package main

import "fmt"

// Registers of the kernels that multiply. Those from 12 to 15 belong to unpacking.
const (
	mvInts  = 0 // to 3: integer sums of a span's groups
	mvTemp  = 4
	mvX     = 5
	mvTemp2 = 6
	mvAcc   = 8  // and 9: results
	mvSum   = 10 // and 11: sums over 256 columns
)

// ahead is how far before its use a strip is asked for, in bytes. The prefetcher of the processor stops at
// pages and follows the pace of the loads, which wait for arithmetic here. Nobody reads a weight twice in a step, so it
// passes by the second-level cache, which pushes nothing out to make room.
const ahead = 6144

// matvec writes the product of a strip with one token: AX args, BX tiles, SI lines, R8 and R9 scales and
// minima of a tile, CX tiles left. Tiles of 32 columns are taken by eight: R10 of them, R11 left.
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
	}
	if t.block == 32 {
		g.matvecTiles(t, k)
	} else {
		g.matvecTile(t, k)
	}
	g.op("MOVQ %d(AX), DI", argDst)
	for h := range g.parts() {
		g.store(mvAcc+h, at(g.part(h), "DI"))
	}
	g.leave()
}

// matvecTile is for tiles of 256 columns, which have a scale of the activations.
func (g *gen) matvecTile(t *stored, k kind) {
	g.label("tile")
	g.matvecSpans(t, k)
	for h := range g.parts() {
		if k.min {
			for line := range superLines {
				g.fused(at(line*lineBytes+lineFloat, "SI"), at(64*line+g.part(h), "R9"), mvSum+h, mvTemp)
			}
		}
		g.scaleSum(at(lineScale, "SI"), mvSum+h, mvAcc+h, mvTemp)
	}
	g.op("ADDQ $%d, BX", t.size)
	g.op("ADDQ $%d, SI", superLines*lineBytes)
	g.op("DECQ CX")
	g.op("JNZ tile")
}

// matvecTiles is for tiles of one line.
func (g *gen) matvecTiles(t *stored, k kind) {
	g.label("super")
	g.take("R10", "R11")
	for h := range g.parts() {
		g.zero(mvSum + h)
	}
	g.label("tile")
	g.matvecSpans(t, k)
	g.op("ADDQ $%d, BX", t.size)
	g.op("ADDQ $%d, SI", lineBytes)
	if k.min {
		g.op("ADDQ $64, R9")
	}
	g.op("DECQ R11")
	g.op("JNZ tile")
	if k.min {
		g.op("MOVQ R10, R11")
		g.op("SHLQ $6, R11") // a line is as long as the minima of a group
		g.op("SUBQ R11, SI")
		g.op("SUBQ R11, R9")
		g.label("low")
		for h := range g.parts() {
			g.fused(at(lineFloat, "SI"), at(g.part(h), "R9"), mvSum+h, mvTemp)
		}
		g.op("ADDQ $64, SI")
		g.op("ADDQ $64, R9")
		g.op("DECQ R10")
		g.op("JNZ low")
		g.op("SUBQ R11, R9")
	}
	for h := range g.parts() {
		g.scaleSum(at(lineScale-lineBytes, "SI"), mvSum+h, mvAcc+h, mvTemp)
	}
	g.op("TESTQ CX, CX")
	g.op("JNZ super")
}

// take sets count and left to the lines that share the next scale, at most eight of CX, and takes them from CX.
func (g *gen) take(count, left string) {
	g.op("MOVQ $%d, %s", superLines, count)
	g.op("CMPQ CX, %s", count)
	g.op("CMOVQLT CX, %s", count)
	g.op("SUBQ %s, CX", count)
	g.op("MOVQ %s, %s", count, left)
}

// matvecSpans multiplies a tile.
func (g *gen) matvecSpans(t *stored, k kind) {
	t.prologue(g, t)
	lines := (t.size + 63) / 64
	for i, s := range t.spans {
		for l := i * lines / len(t.spans); l < (i+1)*lines/len(t.spans); l++ {
			g.op("PREFETCHNTA %s", at(ahead+64*l, "BX"))
		}
		for h := range g.parts() {
			if i == 0 && t.block != 32 {
				g.zero(mvSum + h)
			}
			g.matvecSpan(t, k, s, h)
		}
	}
}

// xAt is the address of four activations: step s of a group of the kind.
func xAt(k kind, group, s int) int {
	column := group*k.group + 4*s
	return column/32*lineBytes + column%32
}

// lineOf is where the line of a group begins, and halfOf which part of it a group of 16 is.
func lineOf(k kind, group int) int { return group * k.group / 32 * lineBytes }
func halfOf(k kind, group int) int { return group * k.group % 32 / 16 }

// matvecSpan multiplies one span of a tile for part h of the rows.
func (g *gen) matvecSpan(t *stored, k kind, s span, h int) {
	in := func(group int) func(off int) string {
		return func(off int) string { return at(lineOf(k, group)+off, "SI") }
	}
	for i, group := range s.groups {
		g.start(k, in(group), halfOf(k, group), mvInts+i)
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
		g.total(k, in(group), mvInts+i, mvTemp)
		g.three("VFMADD231PS", at(64*group+g.part(h), "R8"), mvInts+i, mvSum+h)
	}
}

// start sets an integer sum to what takes the bias of the weights away: minus the sum of the activations, times the
// bias. line gives addresses in their line, half is which part of it a group of 16 is.
func (g *gen) start(k kind, line func(off int) string, half, d int) {
	switch {
	case g.dot:
		g.spread(line(map[int]int{0: lineMagic, 3: lineStart3, 4: lineStart4, 5: lineStart5 + 4*half, 7: lineStart7}[k.bias]), d)
	case k.bias == 0 || k.sign:
		g.zero(d)
	default:
		off := lineNeg
		if k.group == 16 {
			off = lineNeg16 + 4*half
		}
		g.spread(line(off), d)
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

// total turns a sum of a group into float32, all of it, times the factor of the activations.
func (g *gen) total(k kind, line func(off int) string, d, temp int) {
	if g.dot {
		g.op("VSUBPS.BCST %s, %s, %s", line(lineMagic), g.v(d), g.v(d))
		return
	}
	g.integer(k, line, d, temp)
	if g.wide() {
		g.op("VMULPS.BCST %s, %s, %s", line(lineFactor), g.v(d), g.v(d))
		return
	}
	g.spreadF(line(lineFactor), temp)
	g.three("VMULPS", g.v(temp), d, d)
}

// integer turns a sum of a group into float32, without VPDPBUSD and without the factor.
func (g *gen) integer(k kind, line func(off int) string, d, temp int) {
	if !k.sign {
		g.three("VPMADDWD", konst(0x00010001), d, d)
		if k.back {
			g.spread(line(lineSum), temp)
			g.shift("VPSLLD", k.bias, temp, temp)
			g.three("VPADDD", g.v(temp), d, d)
		}
	}
	g.op("VCVTDQ2PS %s, %s", g.v(d), g.v(d))
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

// scaleSum adds sum·x to acc.
func (g *gen) scaleSum(x string, sum, acc, temp int) {
	if g.wide() {
		g.op("VFMADD231PS.BCST %s, %s, %s", x, g.v(sum), g.v(acc))
		return
	}
	g.spreadF(x, temp)
	g.three("VFMADD231PS", g.v(temp), sum, acc)
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
