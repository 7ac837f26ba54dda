package bench

import "golang.org/x/sys/cpu"

//go:noescape
func readOneAVX2(p *byte, n int) uint64

//go:noescape
func readFourAVX2(p *byte, n int) uint64

func clockLoop(n int)
func multiplyAVX2(n int)
func multiplyVNNI(n int)

// loopsOf returns the loops of this machine's best instructions.
func loopsOf() loops {
	l := plainLoops()
	if !cpu.X86.HasAVX2 {
		return l
	}
	l.readOne = func(b []byte) uint64 { return readOneAVX2(&b[0], len(b)) }
	l.readFour = func(b []byte) uint64 { return readFourAVX2(&b[0], len(b)) }
	l.clock, l.clockCycles = clockLoop, 64
	l.multiply, l.multiplyOps, l.instruction = multiplyAVX2, 24*64, "vpmaddubsw"
	if cpu.X86.HasAVX512VNNI && cpu.X86.HasAVX512F {
		l.multiply, l.multiplyOps, l.instruction = multiplyVNNI, 24*128, "vpdpbusd"
	}
	return l
}
