package main

import (
	"bytes"
	"fmt"
)

// isa is an instruction set that kernels are written for.
type isa struct {
	name string // of files and functions
	regs int    // vector registers
	lane int    // rows in one register: 8 or 16
	dot  bool   // it has VPDPBUSD
}

var isas = []isa{
	{name: "AVX2", regs: 16, lane: 8},
	{name: "AVX512", regs: 32, lane: 16},
	{name: "VNNI", regs: 32, lane: 16, dot: true},
}

// parts is how many registers hold one number of each of a strip's sixteen rows.
func (i isa) parts() int { return 16 / i.lane }

// bytes is the size of a register.
func (i isa) bytes() int { return 4 * i.lane }

// wide reports whether registers have 512 bits.
func (i isa) wide() bool { return i.lane == 16 }

// Offsets of the fields of stripArgs in tensor/strip_amd64.go.
const (
	argDst    = 0
	argSrc    = 8
	argPanel  = 16
	argScale  = 24
	argMin    = 32
	argX      = 40
	argN      = 48
	argStride = 56
	argAhead  = 64
	argStep   = 72
	argPair   = 80
	argNext   = 88
	argGroups = 96
	argSpread = 104
)

// Where what belongs to the second strip of a pair lies behind what belongs to the first: panelBytes and
// panelScales in tensor/strip_amd64.go.
const (
	pairPanel = 16 << 10
	pairScale = 4 << 10
)

// Offsets in a line of activations: 32 integers of one token, then what is known of them.
const (
	lineBytes  = 64
	lineFactor = 32 // float32: the factor of the integers, 2^-k; with VPDPBUSD see magic
	lineNeg    = 36 // minus their sum, as two sums of 16 bits, over columns 0 and 1 of four and over 2 and 3
	lineNeg16  = 40 // the same over each half of the columns
	lineSum    = 48 // int32: their sum
	lineFloat  = 52 // float32: factor times sum
	lineScale  = 56 // float32: the scale of 256 columns, the same in all their lines
)

// With VPDPBUSD integers are summed upon the bits of the float32 1.5·2^(23-k): while a sum is within 2^22 those remain
// the bits of a float32, which is 1.5·2^(23-k) more than the sum times 2^-k. Beside that number a line has where a
// sum begins for each bias: the number less the sum of the activations, times the bias.
const (
	lineMagic   = lineFactor
	lineStart3  = 36
	lineStart4  = 40
	lineStart5  = 44 // over each half of the columns, because its groups have 16
	lineStart5b = 48
	lineStart7  = 60
)

// superLines is how many lines share a scale.
const superLines = 8

// gen writes the assembly of one instruction set.
type gen struct {
	isa
	b bytes.Buffer
}

func (g *gen) op(format string, args ...any) {
	g.b.WriteByte('\t')
	fmt.Fprintf(&g.b, format, args...)
	g.b.WriteByte('\n')
}

func (g *gen) label(name string) { fmt.Fprintf(&g.b, "\n%s:\n", name) }

// text begins a function that takes one *stripArgs, which is then in AX.
func (g *gen) text(name, comment string) {
	fmt.Fprintf(&g.b, "\n// func %s(a *stripArgs)\n// %s\nTEXT ·%s(SB), NOSPLIT, $0-8\n", name, comment, name)
	g.op("MOVQ a+0(FP), AX")
}

func (g *gen) leave() {
	g.op("VZEROUPPER")
	g.op("RET")
}

// v names register i at the full width, y at 256 bits and x at 128.
func (g *gen) v(i int) string {
	if i >= g.regs {
		panic(fmt.Sprintf("register %d of %d", i, g.regs))
	}
	if g.wide() {
		return fmt.Sprintf("Z%d", i)
	}
	return fmt.Sprintf("Y%d", i)
}

func (g *gen) half(i int) string {
	if g.wide() {
		return fmt.Sprintf("Y%d", i)
	}
	return fmt.Sprintf("X%d", i)
}

// pick returns the name of an instruction in either encoding.
func (g *gen) pick(vex, evex string) string {
	if g.wide() {
		return evex
	}
	return vex
}

func (g *gen) load(mem string, d int) { g.op("%s %s, %s", g.pick("VMOVDQU", "VMOVDQU32"), mem, g.v(d)) }
func (g *gen) store(s int, mem string) {
	g.op("%s %s, %s", g.pick("VMOVDQU", "VMOVDQU32"), g.v(s), mem)
}
func (g *gen) zero(d int) { g.op("%s %s, %s, %s", g.pick("VPXOR", "VPXORD"), g.v(d), g.v(d), g.v(d)) }
func (g *gen) and(a string, b, d int) {
	g.op("%s %s, %s, %s", g.pick("VPAND", "VPANDD"), a, g.v(b), g.v(d))
}
func (g *gen) or(a string, b, d int) {
	g.op("%s %s, %s, %s", g.pick("VPOR", "VPORD"), a, g.v(b), g.v(d))
}
func (g *gen) xor(a string, b, d int) {
	g.op("%s %s, %s, %s", g.pick("VPXOR", "VPXORD"), a, g.v(b), g.v(d))
}
func (g *gen) move(s, d int)             { g.op("%s %s, %s", g.pick("VMOVDQA", "VMOVDQA32"), g.v(s), g.v(d)) }
func (g *gen) spread(mem string, d int)  { g.op("VPBROADCASTD %s, %s", mem, g.v(d)) }
func (g *gen) spreadF(mem string, d int) { g.op("VBROADCASTSS %s, %s", mem, g.v(d)) }

// three writes an instruction with two sources and a destination, in the assembler's order.
func (g *gen) three(name string, a string, b, d int) { g.op("%s %s, %s, %s", name, a, g.v(b), g.v(d)) }

// shift writes a shift by a constant; none for 0.
func (g *gen) shift(name string, by, s, d int) {
	if by == 0 {
		if s != d {
			g.move(s, d)
		}
		return
	}
	g.op("%s $%d, %s, %s", name, by, g.v(s), g.v(d))
}

// konst names a constant of 64 bytes in which a 32-bit number repeats.
func konst(x uint32) string { return fmt.Sprintf("strip_%08x<>(SB)", x) }
