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
	pair   int            // bytes to the accumulators of a pair's second strip
	next   int            // bytes to what to ask for of it
	groups int            // how many times the tokens of a kernel are multiplied
	spread int            // whether each group asks for some of it
}

// stripKernels are the kernels of one instruction set.
//
// A strip is multiplied with one token as it lies, and with a few by some instruction sets. With more, a stretch of its columns is unpacked to a panel
// first, of bytes and float32 scales, which then meets as many tokens at once as there are registers for.
// The arithmetic of both is that of blockPlain.
type stripKernels struct {
	sums    func(*stripArgs)
	scatter func(*stripArgs)
	matvec  [IQ4XS + 1]func(*stripArgs)
	direct  [IQ4XS + 1][directTokens + 1]func(*stripArgs) // by tokens; nil where there is none
	unpack  [IQ4XS + 1]func(*stripArgs)
	gemm    [panelForms][mostTokens + 1]func(*stripArgs) // by tokens; nil where there is none
	pair    [panelForms][mostTokens + 1]func(*stripArgs) // of two strips; nil where there is none
	magic   bool                                         // factors are written as lineMagic says
}

// vectorScratch is one worker's memory for them.
type vectorScratch struct {
	args                    stripArgs
	out                     stripArgs // of scatter
	factor, qScale, inverse []float32 // of a row of activations, and memory for making them

	size       int       // bytes of a strip
	scale, min []float32 // of a panel, or of a tile
	acc        []float32
	panel      []byte
}

// spreadGroups is how many groups of tokens suffice to ask for one cache line each.
const spreadGroups = 8

// directTokens is how many tokens a strip meets at most as it lies.
const directTokens = 8

// mostTokens is how many tokens a kernel takes at most.
const mostTokens = 12

// panelForm is how the integers of a panel are multiplied.
type panelForm int

const panelForms = 6

// stripColumns is how many columns of a strip become a panel: with its scales and a few tokens' lines it fits
// the first-level cache; pairs of strips take half as many. A multiple of every block size.
const stripColumns = 1024

// What belongs to the second strip of a pair lies so many bytes behind what belongs to the first: a panel, and
// scales, of stripColumns columns. tools/kernels has the same numbers.
const (
	panelBytes  = stripColumns * InterleavedRows
	panelScales = stripColumns / 16 * InterleavedRows * 4
)

// blockTokens is how many tokens meet a group of strips before the next tokens do: their lines of stripColumns
// columns leave room in a second-level cache of 512 KiB.
const blockTokens = 96

// line rounds one row of activations to lines.
func (k *stripKernels) line(w *scratch, kern *kernels, row []byte, x []float32) {
	s := &w.vector
	groups := len(x) / groupX
	s.factor, s.inverse, s.qScale = grow(s.factor, groups), grow(s.inverse, groups), grow(s.qScale, supers(len(x)))
	q := unsafe.Slice((*int8)(unsafe.Pointer(&row[0])), len(row))
	kern.roundRow(q, lineBytes, s.factor, s.qScale, s.inverse, x)
	for g, f := range s.factor {
		line := (*[lineBytes]byte)(row[g*lineBytes:])
		bits := math.Float32bits(f)
		binary.LittleEndian.PutUint32(line[lineFloat:], bits)
		if k.magic {
			bits += lineMagic - math.Float32bits(1)
		}
		binary.LittleEndian.PutUint32(line[lineFactor:], bits)
		binary.LittleEndian.PutUint32(line[lineScale:], math.Float32bits(s.qScale[g*groupX/superX]))
	}
	s.args = stripArgs{x: unsafe.Pointer(&row[0]), n: groups}
	k.sums(&s.args)
}

// strips multiplies strips [first, first+count) of w with n tokens.
func (k *stripKernels) strips(worker *scratch, w *Tensor, first, count int, x *tokenLines, n int, dst []float32) {
	s := &worker.vector
	s.size = len(w.Data) / w.Rows() * InterleavedRows
	s.scale = growFloats(s.scale, 2*panelScales/4)
	s.min = growFloats(s.min, 2*panelScales/4)
	s.args = stripArgs{scale: unsafe.Pointer(&s.scale[0]), min: unsafe.Pointer(&s.min[0]), stride: x.stride}
	if n == 1 {
		for i := range count {
			k.vector(s, w, first+i, x, dst)
		}
		return
	}
	if kernel := k.few(w.Type, n); kernel != nil {
		for i := range count {
			k.meet(s, kernel, w, first+i, x, n, dst)
		}
		return
	}
	s.panel = growAligned(s.panel, 2*panelBytes)
	tokens := blockTokens
	if k.pairs(w.Type) {
		tokens *= 4 // of half as many columns, and processors with VPDPBUSD have twice the cache
	}
	for t := 0; t < n; t += tokens {
		k.block(s, w, first, count, x, t, min(tokens, n-t), dst)
	}
}

// stripOf returns one strip of w.
func (s *vectorScratch) stripOf(w *Tensor, strip int) []byte {
	return w.Data[strip*s.size : (strip+1)*s.size]
}

// vector multiplies one strip with one token.
func (k *stripKernels) vector(s *vectorScratch, w *Tensor, strip int, x *tokenLines, dst []float32) {
	a := &s.args
	a.src, a.x = unsafe.Pointer(&s.stripOf(w, strip)[0]), unsafe.Pointer(&x.data[0])
	a.dst, a.n = unsafe.Pointer(&dst[strip*InterleavedRows:][:InterleavedRows][0]), w.Cols()/w.Type.BlockSize()
	k.matvec[w.Type](a)
}

// few returns the kernel that takes n tokens, or one more, to strips as they lie; nil if there is none.
func (k *stripKernels) few(t Type, n int) func(*stripArgs) {
	if n > directTokens {
		return nil
	}
	return k.direct[t][evenUp(n)]
}

// meet multiplies one strip with a few tokens.
func (k *stripKernels) meet(s *vectorScratch, kernel func(*stripArgs), w *Tensor, strip int, x *tokenLines, n int, dst []float32) {
	s.acc = growFloats(s.acc, directTokens*InterleavedRows)
	acc := s.acc[:evenUp(n)*InterleavedRows]
	clear(acc)
	a := &s.args
	a.src, a.x, a.dst = unsafe.Pointer(&s.stripOf(w, strip)[0]), unsafe.Pointer(&x.data[0]), unsafe.Pointer(&acc[0])
	a.n = w.Cols() / w.Type.BlockSize()
	kernel(a)
	for j := range n {
		*(*rowsOfStrip)(dst[j*w.Rows()+strip*InterleavedRows:]) = rowsOfStrip(acc[j*InterleavedRows:])
	}
}

// block multiplies strips with tokens [token, token+n). The strips take turns with the same columns, so that
// the tokens' lines of those stay in the second-level cache.
func (k *stripKernels) block(s *vectorScratch, w *Tensor, first, count int, x *tokenLines, token, n int, dst []float32) {
	t, cols := w.Type, w.Cols()
	size := n * InterleavedRows // of one strip's results
	s.acc = growFloats(s.acc, size*count)
	clear(s.acc)
	a := &s.args
	step := stripColumns
	if k.pairs(t) {
		step /= 2
	}
	for at := 0; at < cols; at += step {
		columns := min(step, cols-at)
		for i := 0; i < count; {
			strips := 1
			if k.pairs(t) && i+1 < count {
				strips = 2
			}
			k.stretch(s, w, first+i, strips, at, columns)
			s.args.ahead = s.ahead(w, first, count, i+strips, at, columns)
			acc := s.acc[size*i:][:size*strips]
			if strips == 2 {
				a.pair = 4 * size
				k.tokens(s, &k.pair[stripPanel(t)], acc, x, at, token, n)
			} else {
				k.tokens(s, &k.gemm[stripPanel(t)], acc, x, at, token, n)
			}
			i += strips
		}
	}
	k.results(s, dst[token*w.Rows()+first*InterleavedRows:], w.Rows(), n, count)
}

// results copies the accumulators to rows of dst, token by token: rows lie pages apart.
func (k *stripKernels) results(s *vectorScratch, dst []float32, rows, n, count int) {
	size := n * InterleavedRows
	begin := unsafe.Pointer(&dst[0])
	if n > manyTokens && uintptr(begin)%lineBytes == 0 && rows%InterleavedRows == 0 {
		_, _ = dst[(n-1)*rows+count*InterleavedRows-1], s.acc[size*count-1]
		s.out = stripArgs{dst: begin, src: unsafe.Pointer(&s.acc[0]), stride: 4 * rows, pair: 4 * size, n: count, groups: n}
		k.scatter(&s.out)
		return
	}
	for j := range n {
		out := dst[j*rows:][:count*InterleavedRows]
		for i := range count {
			*(*rowsOfStrip)(out[i*InterleavedRows:]) = rowsOfStrip(s.acc[size*i+j*InterleavedRows:])
		}
	}
}

// rowsOfStrip are one token's results.
type rowsOfStrip [InterleavedRows]float32

// pairs reports whether strips of type t are multiplied two at a time.
func (k *stripKernels) pairs(t Type) bool { return k.pair[stripPanel(t)][1] != nil }

// ahead is what is unpacked after columns [at, at+columns) of the strips before i: the same columns of the next strip,
// or the following ones of the first, or the begin of what comes after all, or whatever is where it would be.
func (s *vectorScratch) ahead(w *Tensor, first, count, i, at, columns int) uintptr {
	if i == count {
		i, at = 0, at+columns
	}
	if at == w.Cols() {
		i, at = count, 0
	}
	return uintptr(unsafe.Pointer(&w.Data[0])) + uintptr((first+i)*s.size+w.Type.Bytes(at)*InterleavedRows)
}

// stretch unpacks columns of one strip, or of two, and leaves in the arguments what the kernels of panels read.
func (k *stripKernels) stretch(s *vectorScratch, w *Tensor, strip, strips, at, columns int) {
	a, t := &s.args, w.Type
	tile := t.BlockBytes() * InterleavedRows
	a.n = columns / t.BlockSize()
	for h := range strips {
		a.src = unsafe.Pointer(&s.stripOf(w, strip+h)[at/t.BlockSize()*tile])
		a.panel = unsafe.Add(unsafe.Pointer(&s.panel[0]), h*panelBytes)
		a.scale = unsafe.Add(unsafe.Pointer(&s.scale[0]), h*panelScales)
		a.min = unsafe.Add(unsafe.Pointer(&s.min[0]), h*panelScales)
		k.unpack[t](a)
	}
	a.panel, a.scale, a.min = unsafe.Pointer(&s.panel[0]), unsafe.Pointer(&s.scale[0]), unsafe.Pointer(&s.min[0])
	a.n, a.step, a.next = columns/groupX, groupX*tile/t.BlockSize(), s.size
}

// tokens runs the kernel over n tokens from token on, as many at a time as it can. The first bring near what ahead
// says.
func (k *stripKernels) tokens(s *vectorScratch, kernel *[mostTokens + 1]func(*stripArgs), acc []float32, x *tokenLines, at, token, n int) {
	a := &s.args
	most := mostTokens
	a.spread = 0
	for i := 0; i < n; i += most * a.groups {
		for most > n-i || kernel[most] == nil {
			most--
		}
		groups := (n - i) / most
		if i == 0 && groups >= spreadGroups {
			a.spread = 1
		}
		a.dst, a.groups = unsafe.Pointer(&acc[i*InterleavedRows]), groups
		a.x = unsafe.Pointer(&x.data[(token+i)*x.stride+at/groupX*lineBytes])
		kernel[most](a)
		a.groups = groups // which it counted down
		a.ahead, a.step, a.next, a.spread = uintptr(a.panel), 0, 0, 1
	}
}
