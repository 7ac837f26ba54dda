package main

import "fmt"

// pairTokens returns how many tokens the kernels of pairs of strips take at once, the most last.
func (i isa) pairTokens(k kind) []int {
	switch {
	case !i.dot:
		return nil
	case k.min: // whose sums take registers too
		return []int{1, 2, 4}
	default:
		return []int{1, 2, 4, 6}
	}
}

// gemmPair multiplies the panels of two strips with n tokens, as gemm does one. Where four columns of sixteen rows
// are one instruction, loading four columns of a token for it costs as much again: here a load serves two. What minima
// add is summed beside, [tokens][16] for each strip too.
func (g *gen) gemmPair(k kind, n int) {
	g.text(fmt.Sprintf("pair%sx%d%s", k.name, n, g.name), fmt.Sprintf("panels of two strips with %d tokens.", n))
	k = k.on(g.isa)
	g.op("MOVQ %d(AX), DI", argPanel)
	g.op("MOVQ %d(AX), R8", argScale)
	g.op("MOVQ %d(AX), CX", argN)
	g.enterTokens(n)
	// Sums of floats come first, then those of minima.
	lows, ints := 2*n, 2*n
	if k.min {
		g.op("MOVQ %d(AX), R15", argMin)
		ints = 4 * n
	}
	w := ints + 2*n
	x, temp := w+2, w+3
	g.pairAccumulators(k, n, false)
	g.op("MOVQ %d(AX), R11", argAhead)
	g.op("MOVQ %d(AX), R12", argStep)
	g.op("MOVQ %d(AX), R13", argNext)
	g.label("span")
	for l := range (k.bits*64 + 32 + 63) / 64 {
		g.op("PREFETCHT0 %s", at(64*l, "R11"))
		g.op("PREFETCHT0 %s(R13*1)", at(64*l, "R11"))
	}
	for sub := range 32 / k.group {
		neg := lineNeg
		if k.group == 16 {
			neg = lineNeg16 + 4*sub
		}
		for t := range n {
			g.start(k, token(neg, t), ints+2*t)
			g.move(ints+2*t, ints+2*t+1)
		}
		for s := range k.group / 4 {
			step := sub*k.group/4 + s
			for h := range 2 {
				g.load(at(64*step+h*pairPanel, "DI"), w+h)
			}
			for t := range n {
				g.spread(token(4*step, t), x)
				for h := range 2 {
					g.three("VPDPBUSD", g.v(x), w+h, ints+2*t+h)
				}
			}
		}
		for h := range 2 {
			g.load(at(64*sub+h*pairScale, "R8"), w+h)
		}
		for t := range n {
			for h := range 2 {
				sum, acc := ints+2*t+h, 2*t+h
				g.total(k, sum, token(lineSum, t), temp)
				g.op("VMULPS.BCST %s, %s, %s", token(lineScale, t), g.v(w+h), g.v(temp))
				g.three("VFMADD231PS", g.v(temp), sum, acc)
			}
		}
	}
	if k.min {
		for h := range 2 {
			g.load(at(h*pairScale, "R15"), w+h)
		}
		for t := range n {
			for h := range 2 {
				g.op("VFMADD231PS.BCST %s, %s, %s", token(lineFloat, t), g.v(w+h), g.v(lows+2*t+h))
			}
		}
		g.op("ADDQ $64, R15")
	}
	g.op("ADDQ $512, DI")
	g.op("ADDQ $%d, R8", 64*32/k.group)
	g.nextTokens(n, lineBytes)
	g.op("ADDQ R12, R11")
	g.op("DECQ CX")
	g.op("JNZ span")
	g.pairAccumulators(k, n, true)
	g.leave()
}

// pairAccumulators loads or stores the float32 sums [tokens][16] of each strip, and those of minima.
func (g *gen) pairAccumulators(k kind, n int, save bool) {
	each := func(first int) {
		for t := range n {
			for h, base := range []string{"R11", "R13"} {
				if save {
					g.store(first+2*t+h, at(64*t, base))
				} else {
					g.load(at(64*t, base), first+2*t+h)
				}
			}
		}
	}
	g.op("MOVQ %d(AX), R13", argPair)
	g.op("MOVQ %d(AX), R11", argDst)
	g.op("ADDQ R11, R13")
	each(0)
	if k.min {
		g.op("MOVQ %d(AX), R12", argLow)
		g.op("ADDQ R12, R11")
		g.op("ADDQ R12, R13")
		each(2 * n)
	}
}
