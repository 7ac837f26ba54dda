package main

import "fmt"

// directTokens returns how many tokens the kernels take that multiply strips as they lie, the most last.
func (i isa) directTokens() []int {
	if i.dot {
		return []int{2, 4, 6, 8}
	}
	return nil
}

// With a few tokens memory is what there is to wait for, and a panel between it and the arithmetic makes waiting and
// computing take turns. So a strip meets them as it lies: what is unpacked to a register is multiplied with each at once.
//
// Registers from 12 to 15 belong to unpacking, and those below 7 to a prologue, which comes before any sum begins.
const (
	directTemp = 28
	directMost = 8 // tokens
)

// directInts and directSums number the integer sums of group i of a span and the sums over 256 columns, of token t.
func directInts(n, i, t int) int { return skipUnpacking(n + i*n + t) }
func directSums(t int) int       { return skipUnpacking(t) }

func skipUnpacking(i int) int {
	if i >= rD {
		i += 4
	}
	if i >= directTemp {
		panic(fmt.Sprintf("register %d of a sum", i))
	}
	return i
}

// directToken is token in kernels whose BX has tiles.
func directToken(off, t int) string {
	base := []string{"SI", "R13"}[t/4]
	return fmt.Sprintf("%d(%s)%s", off, base, []string{"", "(DX*1)", "(DX*2)", "(R14*1)"}[t%4])
}

// direct writes the product of a strip with n tokens, as matvec does with one; results go to accumulators [n][16], at
// DI. DX and R14 are one and three strides.
func (g *gen) direct(t *stored, n int) {
	k := t.kind.on(g.isa)
	g.text(fmt.Sprintf("direct%sx%d%s", t.name, n, g.name), fmt.Sprintf("sixteen rows of %s with %d tokens.", t.name, n))
	g.op("MOVQ %d(AX), BX", argSrc)
	g.op("MOVQ %d(AX), R8", argScale)
	g.op("MOVQ %d(AX), R9", argMin)
	g.op("MOVQ %d(AX), SI", argX)
	g.op("MOVQ %d(AX), DX", argStride)
	g.op("LEAQ (DX)(DX*2), R14")
	g.op("LEAQ (SI)(DX*4), R13")
	g.op("MOVQ %d(AX), CX", argN)
	g.op("MOVQ %d(AX), DI", argDst)
	if t.block == 32 {
		g.directTiles(t, k, n)
	} else {
		g.directTile(t, k, n)
	}
	g.leave()
}

// directTile is for tiles of 256 columns, which have a scale of the activations.
func (g *gen) directTile(t *stored, k kind, n int) {
	g.label("tile")
	t.prologue(g, t)
	for i := range n {
		g.zero(directSums(i))
	}
	g.directSpans(t, k, n)
	if k.min {
		for line := range superLines {
			g.directLow(n, line*lineBytes+lineFloat, 64*line)
		}
	}
	g.directScale(n, lineScale)
	g.op("ADDQ $%d, BX", t.size)
	g.directNext(n, superLines*lineBytes)
	g.op("DECQ CX")
	g.op("JNZ tile")
}

// directTiles is for tiles of one line.
func (g *gen) directTiles(t *stored, k kind, n int) {
	g.label("super")
	g.take("R10", "R11")
	for i := range n {
		g.zero(directSums(i))
	}
	g.label("tile")
	t.prologue(g, t)
	g.directSpans(t, k, n)
	g.op("ADDQ $%d, BX", t.size)
	g.directNext(n, lineBytes)
	if k.min {
		g.op("ADDQ $64, R9")
	}
	g.op("DECQ R11")
	g.op("JNZ tile")
	if k.min {
		g.op("MOVQ R10, R11")
		g.op("SHLQ $6, R11") // a line is as long as the minima of a group
		for _, base := range []string{"SI", "R13", "R9"} {
			g.op("SUBQ R11, %s", base)
		}
		g.label("low")
		g.directLow(n, lineFloat, 0)
		g.directNext(n, lineBytes)
		g.op("ADDQ $64, R9")
		g.op("DECQ R10")
		g.op("JNZ low")
		g.op("SUBQ R11, R9")
	}
	g.directScale(n, lineScale-lineBytes)
	g.op("TESTQ CX, CX")
	g.op("JNZ super")
}

func (g *gen) directNext(n, by int) {
	g.op("ADDQ $%d, SI", by)
	if n > 4 {
		g.op("ADDQ $%d, R13", by)
	}
}

// directSpans multiplies a tile.
func (g *gen) directSpans(t *stored, k kind, n int) {
	lines := (t.size + 63) / 64
	for i, s := range t.spans {
		for l := i * lines / len(t.spans); l < (i+1)*lines/len(t.spans); l++ {
			g.op("PREFETCHNTA %s", at(ahead+64*l, "BX"))
		}
		g.directSpan(k, s, n)
	}
}

func (g *gen) directSpan(k kind, s span, n int) {
	for i, group := range s.groups {
		for t := range n {
			in := func(off int) string { return directToken(lineOf(k, group)+off, t) }
			g.start(k, in, halfOf(k, group), directInts(n, i, t))
		}
	}
	for l := range s.lines {
		s.line(g, l, 0, func(i, step, reg int) {
			for t := range n {
				g.op("VPDPBUSD.BCST %s, %s, %s", directToken(xAt(k, s.groups[i], step), t), g.v(reg), g.v(directInts(n, i, t)))
			}
		})
	}
	for i, group := range s.groups {
		g.load(at(64*group, "R8"), directTemp)
		for t := range n {
			sum := directInts(n, i, t)
			g.op("VSUBPS.BCST %s, %s, %s", directToken(lineOf(k, group)+lineMagic, t), g.v(sum), g.v(sum))
			g.three("VFMADD231PS", g.v(directTemp), sum, directSums(t))
		}
	}
}

// directLow adds the minima of a group.
func (g *gen) directLow(n, line, low int) {
	g.load(at(low, "R9"), directTemp)
	for t := range n {
		g.op("VFMADD231PS.BCST %s, %s, %s", directToken(line, t), g.v(directTemp), g.v(directSums(t)))
	}
}

// directScale adds what 256 columns add up to, scaled, to the accumulators.
func (g *gen) directScale(n, line int) {
	for t := range n {
		g.load(at(64*t, "DI"), directTemp)
		g.op("VFMADD231PS.BCST %s, %s, %s", directToken(line, t), g.v(directSums(t)), g.v(directTemp))
		g.store(directTemp, at(64*t, "DI"))
	}
}
