package main

import "fmt"

// pairTokens returns how many tokens the kernels of pairs of strips take at once, the most last.
func (i isa) pairTokens() []int {
	if i.dot {
		return []int{1, 2, 4, 6}
	}
	return nil
}

// gemmPair multiplies the panels of two strips with groups of n tokens, as gemm does one. Where four columns of sixteen rows
// are one instruction, loading four columns of a token for it costs as much again: here a load serves two.
func (g *gen) gemmPair(k kind, n int) {
	g.text(fmt.Sprintf("pair%sx%d%s", k.name, n, g.name), fmt.Sprintf("panels of two strips with %d tokens.", n))
	k = k.on(g.isa)
	g.enterPanel(k, n)
	ints, w := 2*n, 4*n // sums of floats come first
	x, temp := w+4, w+5
	const count, left, next = "R9", "R14", "R13"
	g.label("super")
	g.take(count, left)
	g.op("MOVQ %d(AX), %s", argNext, next)
	for i := range ints {
		g.zero(i)
	}
	g.label("span")
	g.prefetch(k, next)
	for sub := range 32 / k.group {
		for t := range n {
			g.start(k, lineOfToken(t), sub, ints+2*t)
			g.move(ints+2*t, ints+2*t+1)
		}
		for s := 0; s < k.group/4; s += 2 {
			step := sub*k.group/4 + s
			for i := range 4 {
				g.load(at(64*(step+i/2)+i%2*pairPanel, "DI"), w+i)
			}
			for t := range n {
				for i := range 4 {
					if i%2 == 0 {
						g.spread(token(4*(step+i/2), t), x)
					}
					g.three("VPDPBUSD", g.v(x), w+i, ints+2*t+i%2)
				}
			}
		}
		for h := range 2 {
			g.load(at(64*sub+h*pairScale, "R8"), w+h)
		}
		for t := range n {
			g.spreadF(token(lineMagic, t), temp)
			for h := range 2 {
				sum := ints + 2*t + h
				g.three("VSUBPS", g.v(temp), sum, sum)
				g.three("VFMADD231PS", g.v(w+h), sum, 2*t+h)
			}
		}
	}
	g.nextSpan(k, n)
	g.op("DECQ %s", left)
	g.op("JNZ span")
	if k.min {
		g.panelMinima(n, count, left, func() {
			for h := range 2 {
				g.load(at(h*pairScale, "R15"), w+h)
			}
			for t := range n {
				g.spreadF(token(lineFloat, t), x)
				for h := range 2 {
					g.three("VFMADD231PS", g.v(x), w+h, 2*t+h)
				}
			}
		})
	}
	g.op("MOVQ %d(AX), %s", argDst, left)
	g.op("MOVQ %d(AX), %s", argPair, next)
	g.op("ADDQ %s, %s", left, next)
	for t := range n {
		for h, base := range []string{left, next} {
			g.load(at(64*t, base), ints+2*t+h)
			g.scaleSum(token(lineScale-lineBytes, t), 2*t+h, ints+2*t+h, temp)
			g.store(ints+2*t+h, at(64*t, base))
		}
	}
	g.op("TESTQ CX, CX")
	g.op("JNZ super")
	g.nextGroup(n)
	g.leave()
}

// scatter writes accumulators of CX strips, one token's sixteen rows of each, to R8 tokens' results: they are read next by
// another core, or when the cache has long forgotten them, so they go to memory past it.
func (g *gen) scatter() {
	g.text("scatter"+g.name, "accumulators of strips to rows of results, which are aligned to their size.")
	g.op("MOVQ %d(AX), SI", argSrc)
	g.op("MOVQ %d(AX), DI", argDst)
	g.op("MOVQ %d(AX), DX", argStride)
	g.op("MOVQ %d(AX), R9", argPair)
	g.op("MOVQ %d(AX), R8", argGroups)
	g.label("token")
	g.op("MOVQ SI, R10")
	g.op("MOVQ DI, R11")
	g.op("MOVQ %d(AX), CX", argN)
	g.label("strip")
	for h := range g.parts() {
		g.load(at(g.part(h), "R10"), h)
		g.op("VMOVNTPS %s, %s", g.v(h), at(g.part(h), "R11"))
	}
	g.op("ADDQ R9, R10")
	g.op("ADDQ $64, R11")
	g.op("DECQ CX")
	g.op("JNZ strip")
	g.op("ADDQ $64, SI")
	g.op("ADDQ DX, DI")
	g.op("DECQ R8")
	g.op("JNZ token")
	g.op("SFENCE")
	g.leave()
}
