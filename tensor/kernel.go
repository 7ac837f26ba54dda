package tensor

import (
	"fmt"
	"sync/atomic"
)

// kernels are the inner loops of a CPU path. Every path gives the same bits as the plain one: the order of
// every float sum is part of the contract of a field, and integer sums are exact.
type kernels struct {
	name string

	// dot returns Σ w·x over len(w): one chain of fused multiply-adds per lane i mod lanes, the lanes reduced by
	// halves, then what is left beyond a multiple of lanes, in order.
	dot func(w, x []float32) float32
	// expSum replaces x by e^(x-top) and returns their sum, one chain per lane i mod 8, then reduce8. len(x) is
	// a multiple of 8.
	expSum func(x []float32, top float32) float32
	// swiglu sets dst to gate·sigmoid(gate)·up.
	swiglu func(dst, gate, up []float32)
	// halves and bfloats widen numbers of two bytes, little-endian.
	halves  func(dst []float32, src []byte)
	bfloats func(dst []float32, src []byte)
	// tops and round are the steps of roundRow in activation.go, over groups of 32; those of q are stride apart.
	tops  func(tops, x []float32)
	round func(q []int8, stride int, inverse, x []float32)
	// block multiplies rows of a quantised weight; see blockPlain.
	block func(s *scratch, w *Tensor, row, rows int, a *activations, n int, dst []float32)
	// strips multiply interleaved weights; nil where only blockPlain does.
	strips *stripKernels
	// floats are those of attention and of the small operations.
	floats *floatKernels
}

var plain = &kernels{name: "plain", dot: dotPlain, expSum: expSumPlain,
	swiglu: swigluPlain, halves: halvesPlain, bfloats: bfloatsPlain, tops: topsPlain, round: roundPlain, block: blockPlain, floats: &plainFloats}

// forced is the path that ForceCPU chose, or nil.
var forced atomic.Pointer[kernels]

// paths returns the paths that this machine can run, the best last.
func paths() []*kernels {
	return append([]*kernels{plain}, vectorPaths()...)
}

// bestPath returns the path that a new CPU uses.
func bestPath() *kernels {
	if k := forced.Load(); k != nil {
		return k
	}
	all := paths()
	return all[len(all)-1]
}

// CPUPaths returns the names that [ForceCPU] takes on this machine, the best last.
func CPUPaths() []string {
	var names []string
	for _, k := range paths() {
		names = append(names, k.name)
	}
	return names
}

// ForceCPU makes every CPU that is made afterwards use the path of that name; "" goes back to the best one.
// It is for tests, measurements and for working around a processor's fault.
func ForceCPU(name string) error {
	if name == "" {
		forced.Store(nil)
		return nil
	}
	for _, k := range paths() {
		if k.name == name {
			forced.Store(k)
			return nil
		}
	}
	return fmt.Errorf("cpu path %q, want one of %q", name, CPUPaths())
}
