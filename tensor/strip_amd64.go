package tensor

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// stripArgs are what the kernels of strip_*_amd64.s read, by offset: tools/kernels has the same table.
type stripArgs struct {
	dst    unsafe.Pointer // *float32: the results of a matvec [16], accumulators of the others [tokens][16]
	src    unsafe.Pointer // *byte: tiles
	panel  unsafe.Pointer // *uint8 [columns/4][16][4]
	scale  unsafe.Pointer // *float32 [groups][16]
	min    unsafe.Pointer // *float32 [groups][16]
	x      unsafe.Pointer // *byte: lines of the first token
	n      int            // tiles of a matvec and of unpacking, lines of a panel, groups of minima
	stride int            // bytes to the next token's lines
	ahead  uintptr        // what to ask memory for meanwhile; an address that is never read, and may be no longer ours
	step   int            // bytes of it for each line of a panel
}

// stripKernels are the kernels of one instruction set.
//
// A strip is multiplied with one token as it lies. With more, a stretch of its columns is unpacked to a panel
// first, of bytes and float32 scales, which then meets as many tokens at once as there are registers for.
// The arithmetic of both is that of blockPlain.
type stripKernels struct {
	sums   func(*stripArgs)
	matvec [IQ4XS + 1]func(*stripArgs)
	unpack [IQ4XS + 1]func(*stripArgs)
	gemm   [panelForms][mostTokens + 1]func(*stripArgs) // by tokens; nil where there is none
	minima [mostTokens + 1]func(*stripArgs)
}

// vectorScratch is one worker's memory for them.
type vectorScratch struct {
	args       stripArgs
	q          []int8 // a row of activations, and its scales
	qScale     []float32
	scale, min []float32 // of a panel, or of a tile
	acc        []float32
	panel      []byte
}

// mostTokens is how many tokens a kernel takes at most.
const mostTokens = 12

// panelForm is how the integers of a panel are multiplied.
type panelForm int

const panelForms = 6

// stripColumns is how many columns of a strip become a panel: with its scales and a few tokens' lines it fits
// the first-level cache. A multiple of every block size.
const stripColumns = 1024

// line rounds one row of activations to lines.
func (k *stripKernels) line(w *scratch, kern *kernels, row []byte, x []float32) {
	s := &w.vector
	groups := len(x) / groupX
	s.q, s.qScale = grow(s.q, len(x)), grow(s.qScale, groups)
	kern.round(s.q, s.qScale, x)
	q := unsafe.Slice((*byte)(unsafe.Pointer(&s.q[0])), len(x))
	for g, v := range s.qScale {
		line := (*[lineBytes]byte)(row[g*lineBytes:])
		copy(line[:groupX], q[g*groupX:])
		binary.LittleEndian.PutUint32(line[lineScale:], math.Float32bits(v))
	}
	s.args = stripArgs{x: unsafe.Pointer(&row[0]), n: groups}
	k.sums(&s.args)
}

// strip multiplies one strip of w with n tokens.
func (k *stripKernels) strip(worker *scratch, w *Tensor, strip int, x *tokenLines, n int, dst []float32) {
	s := &worker.vector
	cols, m, t := w.Cols(), w.Rows(), w.Type
	row := strip * InterleavedRows
	size := len(w.Data) / m
	src := w.Data[row*size : (row+InterleavedRows)*size]
	groups := min(cols, stripColumns) / t.Group()
	s.scale = growFloats(s.scale, groups*InterleavedRows)
	s.min = growFloats(s.min, groups*InterleavedRows)
	a := &s.args
	*a = stripArgs{src: unsafe.Pointer(&src[0]), scale: unsafe.Pointer(&s.scale[0]), min: unsafe.Pointer(&s.min[0]), stride: x.stride}
	if n == 1 {
		a.dst, a.x, a.n = unsafe.Pointer(&dst[row:][:InterleavedRows][0]), unsafe.Pointer(&x.data[0]), cols/t.BlockSize()
		k.matvec[t](a)
		return
	}
	acc := n * InterleavedRows // the results; as many for the part of the minima follow
	s.acc = growFloats(s.acc, 2*acc)
	clear(s.acc)
	s.panel = growAligned(s.panel, stripColumns*InterleavedRows)
	a.panel = unsafe.Pointer(&s.panel[0])
	for at := 0; at < cols; at += stripColumns {
		columns := min(stripColumns, cols-at)
		a.src, a.n = unsafe.Pointer(&src[at/t.BlockSize()*t.BlockBytes()*InterleavedRows]), columns/t.BlockSize()
		k.unpack[t](a)
		a.n = columns / groupX
		// The first tokens bring what follows this stretch, be it of the next strip, near.
		size := groupX * t.BlockBytes() * InterleavedRows / t.BlockSize()
		a.ahead, a.step = uintptr(a.src)+uintptr(a.n*size), size
		k.tokens(s, &k.gemm[stripPanel(t)], s.acc[:acc], x, at, n)
		if t.HasMin() {
			k.tokens(s, &k.minima, s.acc[acc:], x, at, n)
		}
	}
	for i := range n {
		out := dst[i*m+row:][:InterleavedRows]
		copy(out, s.acc[i*InterleavedRows:])
		if t.HasMin() {
			for r, v := range s.acc[acc+i*InterleavedRows:][:InterleavedRows] {
				out[r] += v
			}
		}
	}
}

// tokens runs the kernel over n tokens, as many at a time as it can.
func (k *stripKernels) tokens(s *vectorScratch, kernel *[mostTokens + 1]func(*stripArgs), acc []float32, x *tokenLines, at, n int) {
	a := &s.args
	most := mostTokens
	for i := 0; i < n; {
		for most > n-i || kernel[most] == nil {
			most--
		}
		a.dst = unsafe.Pointer(&acc[i*InterleavedRows])
		a.x = unsafe.Pointer(&x.data[i*x.stride+at/groupX*lineBytes])
		kernel[most](a)
		a.ahead, a.step = uintptr(a.panel), 0
		i += most
	}
}
