package main

import "fmt"

// tokens returns how many tokens the kernels of a kind take at once, the most last.
func (i isa) tokens(k kind) []int {
	switch {
	case i.wide():
		return []int{1, 2, 4, 8, 12}
	case k.sign:
		return []int{1, 2}
	default:
		return []int{1, 2, 3}
	}
}

// token is the address of something of token t: bases SI, BX and R9 are four tokens apart, DX and R10 are one
// and three strides.
func token(off, t int) string {
	base := []string{"SI", "BX", "R9"}[t/4]
	return fmt.Sprintf("%d(%s)%s", off, base, []string{"", "(DX*1)", "(DX*2)", "(R10*1)"}[t%4])
}

// enterTokens loads what token needs.
func (g *gen) enterTokens(n int) {
	g.op("MOVQ %d(AX), SI", argX)
	g.op("MOVQ %d(AX), DX", argStride)
	g.op("LEAQ (DX)(DX*2), R10")
	if n > 4 {
		g.op("LEAQ (SI)(DX*4), BX")
	}
	if n > 8 {
		g.op("LEAQ (SI)(DX*8), R9")
	}
}

func (g *gen) nextTokens(n, by int) {
	for i, base := range []string{"SI", "BX", "R9"} {
		if n > 4*i {
			g.op("ADDQ $%d, %s", by, base)
		}
	}
}

// gemm multiplies a panel with groups of n tokens: every 32 columns, of one group or two, are summed in integers, then scaled
// and added; what 256 columns add up to is scaled and added to the accumulators [tokens][16] in memory.
func (g *gen) gemm(k kind, n int) {
	g.text(gemmName(k, n, g.isa), fmt.Sprintf("a panel with %d tokens.", n))
	k = k.on(g.isa)
	g.enterPanel(k, n)
	parts := g.parts()
	ints := n * parts  // integer sums; those of floats come first
	w := 2 * n * parts // weights
	x, temp := w+parts, w+parts+1
	const count, left = "R13", "R14"
	g.label("super")
	g.take(count, left)
	for i := range ints {
		g.zero(i)
	}
	g.label("span")
	g.prefetch(k, "")
	for sub := range 32 / k.group {
		for t := range n {
			g.start(k, lineOfToken(t), sub, ints+t*parts)
			for h := 1; h < parts; h++ {
				g.move(ints+t*parts, ints+t*parts+h)
			}
		}
		for s := range k.group / 4 {
			step := sub*k.group/4 + s
			for h := range parts {
				g.load(at(64*step+g.part(h), "DI"), w+h)
			}
			for t := range n {
				g.panelStep(k, token(4*step, t), ints+t*parts, w, x, temp)
			}
		}
		g.panelTotal(k, n, sub, ints, w)
	}
	g.nextSpan(k, n)
	g.op("DECQ %s", left)
	g.op("JNZ span")
	if k.min {
		g.panelMinima(n, count, left, func() {
			for h := range parts {
				g.load(at(g.part(h), "R15"), w+h)
			}
			for t := range n {
				if g.wide() {
					g.op("VFMADD231PS.BCST %s, %s, %s", token(lineFloat, t), g.v(w), g.v(t))
					continue
				}
				g.spreadF(token(lineFloat, t), x)
				for h := range parts {
					g.three("VFMADD231PS", g.v(x), w+h, t*parts+h)
				}
			}
		})
	}
	g.op("MOVQ %d(AX), %s", argDst, left)
	for t := range n {
		for h := range parts {
			acc := at(64*t+g.part(h), left)
			g.load(acc, ints)
			g.scaleSum(token(lineScale-lineBytes, t), t*parts+h, ints, x)
			g.store(ints, acc)
		}
	}
	g.op("TESTQ CX, CX")
	g.op("JNZ super")
	g.nextGroup(n)
	g.leave()
}

// enterPanel loads what the kernels of panels need: DI panel, R8 scales, R15 minima, CX lines, R11 and R12 what to ask
// memory for, and the tokens.
func (g *gen) enterPanel(k kind, n int) {
	g.label("group")
	g.op("MOVQ %d(AX), DI", argPanel)
	g.op("MOVQ %d(AX), R8", argScale)
	if k.min {
		g.op("MOVQ %d(AX), R15", argMin)
	}
	g.op("MOVQ %d(AX), CX", argN)
	g.enterTokens(n)
	g.op("MOVQ %d(AX), R11", argAhead)
	g.op("MOVQ %d(AX), R12", argStep)
}

// nextGroup goes on with the next n tokens, if there are more groups of so many.
func (g *gen) nextGroup(n int) {
	g.op("DECQ %d(AX)", argGroups)
	g.op("JZ done")
	g.op("IMULQ $%d, DX", n)
	g.op("ADDQ DX, %d(AX)", argX)
	g.op("ADDQ $%d, %d(AX)", 64*n, argDst)
	g.op("ADDQ $64, %d(AX)", argAhead)
	g.op("JMP group")
	g.label("done")
}

// prefetch asks memory for what comes next of a strip, or of two, next bytes apart, while this panel is multiplied: for
// as much as a line of activations meets, or, where many groups of tokens follow, for one cache line, and each group for
// another: all at once would be more than can be on its way.
func (g *gen) prefetch(k kind, next string) {
	ask := func(off int) {
		g.op("PREFETCHT0 %s", at(off, "R11"))
		if next != "" {
			g.op("PREFETCHT0 %s(%s*1)", at(off, "R11"), next)
		}
	}
	ask(0)
	g.op("CMPQ %d(AX), $0", argSpread)
	g.op("JNE asked")
	for l := 1; l < (k.bits*64+32+63)/64; l++ {
		ask(64 * l)
	}
	g.label("asked")
}

// nextSpan moves on by 32 columns.
func (g *gen) nextSpan(k kind, n int) {
	g.op("ADDQ $512, DI")
	g.op("ADDQ $%d, R8", 64*32/k.group)
	g.nextTokens(n, lineBytes)
	g.op("ADDQ R12, R11")
}

func lineOfToken(t int) func(off int) string {
	return func(off int) string { return token(off, t) }
}

// panelStep multiplies four columns of the panel, in w and on, with those of one token.
func (g *gen) panelStep(k kind, columns string, ints, w, x, temp int) {
	if g.dot {
		g.op("VPDPBUSD.BCST %s, %s, %s", columns, g.v(w), g.v(ints))
		return
	}
	g.spread(columns, x)
	if g.parts() == 2 && !k.sign {
		// Products first, then sums: the register of the activations serves as the second.
		g.three("VPMADDUBSW", g.v(x), w, temp)
		g.three("VPMADDUBSW", g.v(x), w+1, x)
		g.three("VPADDW", g.v(temp), ints, ints)
		g.three("VPADDW", g.v(x), ints+1, ints+1)
		return
	}
	for h := range g.parts() {
		g.multiply(k, w+h, x, ints+h, temp, temp+1)
	}
}

// panelTotal adds the sums of a group to those of floats.
func (g *gen) panelTotal(k kind, n, sub, ints, w int) {
	parts := g.parts()
	for t := range n {
		line := lineOfToken(t)
		if parts == 2 {
			for h := range parts {
				g.integer(k, line, ints+t*parts+h, w)
			}
			g.spreadF(line(lineFactor), w)
			for h := range parts {
				g.three("VMULPS", g.v(w), ints+t*parts+h, ints+t*parts+h)
				g.three("VFMADD231PS", at(64*sub+g.part(h), "R8"), ints+t*parts+h, t*parts+h)
			}
			continue
		}
		g.total(k, line, ints+t, w)
		g.three("VFMADD231PS", at(64*sub, "R8"), ints+t, t)
	}
}

// panelMinima goes over count lines again, from the first of the stretch, for what minima add.
func (g *gen) panelMinima(n int, count, left string, line func()) {
	g.op("MOVQ %s, %s", count, left)
	g.op("SHLQ $6, %s", left)
	for i, base := range []string{"SI", "BX", "R9"} {
		if n > 4*i {
			g.op("SUBQ %s, %s", left, base)
		}
	}
	g.label("low")
	line()
	g.op("ADDQ $64, R15")
	g.nextTokens(n, lineBytes)
	g.op("DECQ %s", count)
	g.op("JNZ low")
}

// sums completes lines of activations: SI lines with integers, factor and scale, CX lines.
func (g *gen) sums() {
	g.text("sums"+g.name, "what lines of activations know of their integers, but for the factor and the scale.")
	g.op("MOVQ %d(AX), SI", argX)
	g.op("MOVQ %d(AX), CX", argN)
	g.op("VPCMPEQB Y0, Y0, Y0")
	g.op("VPABSB Y0, Y0") // unsigned ones
	g.op("VPCMPEQW Y1, Y1, Y1")
	g.op("VPSRLW $15, Y1, Y1")
	g.op("VPXOR Y2, Y2, Y2")
	g.label("line")
	g.op("VPMADDUBSW (SI), Y0, Y3")
	for _, order := range []int{0x4e, 0xb1} { // halves of each sixteen columns, then neighbours
		g.op("VPSHUFD $%#x, Y3, Y4", order)
		g.op("VPADDW Y4, Y3, Y3")
	}
	g.op("VEXTRACTI128 $1, Y3, X4")
	g.op("VPADDW X3, X4, X5") // of all 32
	g.op("VPMADDWD X1, X5, X6")
	g.op("VCVTDQ2PS X6, X7")
	g.op("VMULSS %d(SI), X7, X7", lineFloat) // which is the factor yet
	g.op("VMOVSS X7, %d(SI)", lineFloat)
	if g.dot {
		g.op("VMOVD %d(SI), X7", lineMagic)
		g.op("VPMADDWD X1, X3, X3")
		g.op("VPMADDWD X1, X4, X4")
		for _, s := range []struct{ reg, bias, off int }{{6, 3, lineStart3}, {6, 4, lineStart4}, {3, 5, lineStart5}, {4, 5, lineStart5b}, {6, 7, lineStart7}} {
			g.op("VPSLLD $%d, X%d, X5", s.bias, s.reg)
			g.op("VPSUBD X5, X7, X5")
			g.op("VMOVD X5, %d(SI)", s.off)
		}
	} else {
		g.op("VMOVD X6, %d(SI)", lineSum)
		for i, r := range []int{5, 3, 4} {
			g.op("VPSUBW X%d, X2, X%d", r, r)
			g.op("VMOVD X%d, %d(SI)", r, lineNeg+4*i)
		}
	}
	g.op("ADDQ $%d, SI", lineBytes)
	g.op("DECQ CX")
	g.op("JNZ line")
	g.leave()
}
