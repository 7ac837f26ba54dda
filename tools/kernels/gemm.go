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

// accumulators loads or stores the float32 sums [tokens][16] of a kernel, registers 0 up.
func (g *gen) accumulators(n int, save bool) {
	if save {
		g.op("MOVQ %d(AX), AX", argDst)
		for i := range n * g.parts() {
			g.store(i, at(i*g.bytes(), "AX"))
		}
		return
	}
	g.op("MOVQ %d(AX), R11", argDst)
	for i := range n * g.parts() {
		g.load(at(i*g.bytes(), "R11"), i)
	}
}

// gemm multiplies a panel with n tokens: every 32 columns, of one group or two, are summed in integers, then
// scaled and added to the accumulators.
func (g *gen) gemm(k kind, n int) {
	g.text(gemmName(k, n, g.isa), fmt.Sprintf("a panel with %d tokens.", n))
	k = k.on(g.isa)
	g.op("MOVQ %d(AX), DI", argPanel)
	g.op("MOVQ %d(AX), R8", argScale)
	g.op("MOVQ %d(AX), CX", argN)
	g.enterTokens(n)
	g.accumulators(n, false)
	g.op("MOVQ %d(AX), R11", argAhead)
	g.op("MOVQ %d(AX), R12", argStep)
	parts := g.parts()
	ints := n * parts  // integer sums
	w := 2 * n * parts // weights
	x, temp := w+parts, w+parts+1
	g.label("span")
	// What the next panel is made of comes from memory: it is asked for while this one is multiplied.
	for l := range (k.bits*64 + 32 + 63) / 64 {
		g.op("PREFETCHT0 %s", at(64*l, "R11"))
	}
	for sub := range 32 / k.group {
		neg := lineNeg
		if k.group == 16 {
			neg = lineNeg16 + 4*sub
		}
		for t := range n {
			g.start(k, token(neg, t), ints+t*parts)
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
				if g.dot {
					g.op("VPDPBUSD.BCST %s, %s, %s", token(4*step, t), g.v(w), g.v(ints+t))
					continue
				}
				g.spread(token(4*step, t), x)
				if parts == 2 && !k.sign {
					// Products first, then sums: the register of the activations serves as the second.
					g.three("VPMADDUBSW", g.v(x), w, temp)
					g.three("VPMADDUBSW", g.v(x), w+1, x)
					g.three("VPADDW", g.v(temp), ints+t*parts, ints+t*parts)
					g.three("VPADDW", g.v(x), ints+t*parts+1, ints+t*parts+1)
					continue
				}
				for h := range parts {
					g.multiply(k, w+h, x, ints+t*parts+h, temp, temp+1)
				}
			}
		}
		for t := range n {
			for h := range parts {
				g.total(k, ints+t*parts+h, token(lineSum, t), w)
			}
		}
		for t := range n {
			if parts == 2 {
				g.spreadF(token(lineScale, t), w)
				for h := range parts {
					g.three("VMULPS", at(64*sub+g.part(h), "R8"), w, w+1)
					g.three("VFMADD231PS", g.v(w+1), ints+t*parts+h, t*parts+h)
				}
				continue
			}
			for h := range parts {
				g.scaled(token(lineScale, t), at(64*sub+g.part(h), "R8"), ints+t*parts+h, t*parts+h, w)
			}
		}
	}
	g.op("ADDQ $512, DI")
	g.op("ADDQ $%d, R8", 64*32/k.group)
	g.nextTokens(n, lineBytes)
	g.op("ADDQ R12, R11")
	g.op("DECQ CX")
	g.op("JNZ span")
	g.accumulators(n, true)
	g.leave()
}

// minima adds the groups' minima times the sums of the activations of n tokens: R8 minima [groups][16].
func (g *gen) minima(n int) {
	g.text(fmt.Sprintf("minimax%d%s", n, g.name), fmt.Sprintf("minima of groups of 32 with %d tokens.", n))
	g.op("MOVQ %d(AX), R8", argMin)
	g.op("MOVQ %d(AX), CX", argN)
	g.enterTokens(n)
	g.accumulators(n, false)
	parts := g.parts()
	low := n * parts
	g.label("group")
	for h := range parts {
		g.load(at(g.part(h), "R8"), low+h)
	}
	for t := range n {
		if g.wide() {
			g.op("VFMADD231PS.BCST %s, %s, %s", token(lineFloat, t), g.v(low), g.v(t))
			continue
		}
		g.spreadF(token(lineFloat, t), low+parts)
		for h := range parts {
			g.three("VFMADD231PS", g.v(low+parts), low+h, t*parts+h)
		}
	}
	g.op("ADDQ $64, R8")
	g.nextTokens(n, lineBytes)
	g.op("DECQ CX")
	g.op("JNZ group")
	g.accumulators(n, true)
	g.leave()
}

// sums completes lines of activations: SI lines with integers and scale, CX lines.
func (g *gen) sums() {
	g.text("sums"+g.name, "what lines of activations know of their integers, but for the scale.")
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
	g.op("VMOVD X6, %d(SI)", lineSum)
	g.op("VCVTDQ2PS X6, X7")
	g.op("VMULSS %d(SI), X7, X7", lineScale)
	g.op("VMOVSS X7, %d(SI)", lineFloat)
	for i, r := range []int{5, 3, 4} {
		if g.dot {
			g.op("VPMADDWD X1, X%d, X%d", r, r)
			g.op("VPSUBD X%d, X2, X%d", r, r)
		} else {
			g.op("VPSUBW X%d, X2, X%d", r, r)
		}
		g.op("VMOVD X%d, %d(SI)", r, lineNeg+4*i)
	}
	g.op("ADDQ $%d, SI", lineBytes)
	g.op("DECQ CX")
	g.op("JNZ line")
	g.leave()
}
