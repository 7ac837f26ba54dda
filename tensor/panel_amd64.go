package tensor

import "unsafe"

// panelArgs are what the kernels of panel_amd64.s read, by offset: keep both in step.
type panelArgs struct {
	acc     unsafe.Pointer // *float32, [tokens][8]: the sums of a stretch, which are set
	panel   unsafe.Pointer // *int8, [k/4][8][4]
	scale   unsafe.Pointer // *float32, [groups][8]
	x       unsafe.Pointer // *int8, the first token's activations
	xf      unsafe.Pointer // *float32, their factors, one per 32
	spans   int            // of 32 columns
	xstride int            // bytes to the next token's activations
	fstride int            // bytes to their factors
}

// unpackArgs are what the functions of unpack_amd64.s read, by offset: keep both in step.
type unpackArgs struct {
	panel  unsafe.Pointer // *int8, [k/4][8][4]
	scale  unsafe.Pointer // *float32, [groups][8]
	min    unsafe.Pointer // *float32, [groups][8]
	src    unsafe.Pointer // *byte, the first block of the first of eight rows
	stride int            // bytes to the next row
	blocks int
}

//go:noescape
func signed32x1(a *panelArgs)

//go:noescape
func signed32x4(a *panelArgs)

//go:noescape
func unsigned32x1(a *panelArgs)

//go:noescape
func unsigned32x4(a *panelArgs)

//go:noescape
func wide32x1(a *panelArgs)

//go:noescape
func wide32x4(a *panelArgs)

//go:noescape
func signed16x1(a *panelArgs)

//go:noescape
func signed16x4(a *panelArgs)

//go:noescape
func minima(acc, min, sums *float32, groups int)

//go:noescape
func addScaled(acc, sums, scale *float32, tokens, stride int)

//go:noescape
func unpackQ4_0x8(a *unpackArgs)

//go:noescape
func unpackQ4_1x8(a *unpackArgs)

//go:noescape
func unpackQ5_0x8(a *unpackArgs)

//go:noescape
func unpackQ5_1x8(a *unpackArgs)

//go:noescape
func unpackQ5_Kx8(a *unpackArgs)

//go:noescape
func unpackIQ4NLx8(a *unpackArgs)

//go:noescape
func unpackIQ4XSx8(a *unpackArgs)

//go:noescape
func unpackQ8_0x8(a *unpackArgs)

//go:noescape
func unpackQ4_Kx8(a *unpackArgs)

//go:noescape
func unpackQ6_Kx8(a *unpackArgs)

//go:noescape
func interleave(a *unpackArgs)

// panelColumns is how many columns of a panel are unpacked before the tokens pass over them: with its scales
// it fits the first-level cache. A multiple of every block size.
const panelColumns = 2048

// panelKind says how a type's integers are multiplied, by how large they are (see Unpack): sums over a group
// must fit 16 bits, 2·127·16·8 for 32 columns and 2·127·32·4 for 16.
type panelKind int

const (
	signed32 panelKind = iota
	unsigned32
	wide32
	signed16
)

func panelKindOf(t Type) panelKind {
	switch t {
	case Q4_0, Q5_0:
		return signed32
	case Q4_1, Q4_K:
		return unsigned32
	case Q2_K, Q3_K, Q6_K:
		return signed16
	default: // Q5_1 and Q5_K up to 31, Q8_0 and the IQ4 types up to 128
		return wide32
	}
}

// one runs the kernel for one token. The calls are written out because a call through a variable would move a
// to the heap.
func (k panelKind) one(a *panelArgs) {
	switch k {
	case signed32:
		signed32x1(a)
	case unsigned32:
		unsigned32x1(a)
	case wide32:
		wide32x1(a)
	case signed16:
		signed16x1(a)
	}
}

// four runs the kernel for four tokens.
func (k panelKind) four(a *panelArgs) {
	switch k {
	case signed32:
		signed32x4(a)
	case unsigned32:
		unsigned32x4(a)
	case wide32:
		wide32x4(a)
	case signed16:
		signed16x4(a)
	}
}

// blockVector is blockPlain on a panel.
func blockVector(s *scratch, w *Tensor, row, rows int, a *activations, n int, dst []float32) {
	if rows != blockRows {
		blockPlain(s, w, row, rows, a, n, dst)
		return
	}
	k, m := w.Cols(), w.Rows()
	s.acc = grow(s.acc, (n+4)*blockRows)
	acc := s.acc[:n*blockRows]
	clear(acc)
	for at := 0; at < k; at += panelColumns {
		columns := min(panelColumns, k-at)
		s.unpackPanel(w, row, at, columns)
		for in := 0; in < columns; in += superX {
			s.panelStretch(w.Type, a, n, at, in, min(superX, columns-in))
		}
	}
	for t := range n {
		copy(dst[t*m+row:t*m+row+blockRows], acc[t*blockRows:])
	}
}

// panelStretch adds the products of columns [at+in, at+in+columns) to the accumulators: those of the panel from in on.
func (s *scratch) panelStretch(typ Type, a *activations, n, at, in, columns int) {
	k, group, kind := a.k, typ.Group(), panelKindOf(typ)
	sums := s.acc[n*blockRows:] // of this stretch, for four tokens
	xsums := a.sums
	if group == 16 {
		xsums = a.sums16
	}
	args := panelArgs{acc: unsafe.Pointer(&sums[0]), panel: unsafe.Pointer(&s.q[in*blockRows]),
		scale: unsafe.Pointer(&s.scale[in/group*blockRows]), spans: columns / groupX, xstride: k, fstride: 4 * k / groupX}
	for t := 0; t < n; {
		args.x, args.xf = unsafe.Pointer(&a.q[t*k+at+in]), unsafe.Pointer(&a.factor[(t*k+at+in)/groupX])
		tokens := 1
		if t+4 <= n {
			tokens = 4
			kind.four(&args)
		} else {
			kind.one(&args)
		}
		if typ.HasMin() {
			for i := range tokens {
				minima(&sums[i*blockRows], &s.min[in/group*blockRows], &xsums[((t+i)*k+at+in)/group], columns/group)
			}
		}
		addScaled(&s.acc[t*blockRows], &sums[0], &a.scale[t*supers(k)+(at+in)/superX], tokens, 4*supers(k))
		t += tokens
	}
}

// unpackPanel fills s.q, s.scale and s.min with columns [at, at+columns) of eight rows.
func (s *scratch) unpackPanel(w *Tensor, row, at, columns int) {
	t := w.Type
	stride := len(w.Data) / w.Rows()
	begin := row*stride + at/t.BlockSize()*t.BlockBytes()
	end := begin + 7*stride + columns/t.BlockSize()*t.BlockBytes()
	src := w.Data[begin:end]
	groups := columns / t.Group()
	s.q, s.scale, s.min = grow(s.q, blockRows*columns), grow(s.scale, blockRows*groups), grow(s.min, blockRows*groups)
	args := unpackArgs{panel: unsafe.Pointer(&s.q[0]), scale: unsafe.Pointer(&s.scale[0]), min: unsafe.Pointer(&s.min[0]),
		src: unsafe.Pointer(&src[0]), stride: stride, blocks: columns / t.BlockSize()}
	switch t {
	case Q4_0:
		unpackQ4_0x8(&args)
	case Q4_1:
		unpackQ4_1x8(&args)
	case Q5_0:
		unpackQ5_0x8(&args)
	case Q8_0:
		unpackQ8_0x8(&args)
	case Q4_K:
		unpackQ4_Kx8(&args)
	case Q5_1:
		unpackQ5_1x8(&args)
	case Q5_K:
		unpackQ5_Kx8(&args)
	case Q6_K:
		unpackQ6_Kx8(&args)
	case IQ4NL:
		unpackIQ4NLx8(&args)
	case IQ4XS:
		unpackIQ4XSx8(&args)
		s.scalesIQ4XS(src, stride, args.blocks)
	default:
		s.unpackRows(t, src, stride, columns)
	}
}

// scalesIQ4XS computes the scales of eight rows of IQ4_XS blocks.
func (s *scratch) scalesIQ4XS(src []byte, stride, blocks int) {
	for r := range blockRows {
		for b := range blocks {
			data := src[r*stride+b*136:][:8]
			d, high := half(data), uint(data[2])|uint(data[3])<<8
			for g := range 8 {
				low := uint(data[4+g/2] >> (g % 2 * 4) & 15)
				s.scale[(b*8+g)*blockRows+r] = d * float32(int(low|high>>(2*g)&3<<4)-32)
			}
		}
	}
}

// unpackRows is unpackPanel for the types without a function of their own: it unpacks each row, then
// interleaves.
func (s *scratch) unpackRows(t Type, src []byte, stride, columns int) {
	groups, bytes := columns/t.Group(), columns/t.BlockSize()*t.BlockBytes()
	s.rowQ, s.rowScale, s.rowMin = grow(s.rowQ, blockRows*columns), grow(s.rowScale, groups), grow(s.rowMin, groups)
	for r := range blockRows {
		Unpack(t, src[r*stride:r*stride+bytes], s.rowQ[r*columns:(r+1)*columns], s.rowScale, s.rowMin)
		for g, v := range s.rowScale {
			s.scale[g*blockRows+r] = v
		}
		if t.HasMin() {
			for g, v := range s.rowMin {
				s.min[g*blockRows+r] = v
			}
		}
	}
	args := unpackArgs{panel: unsafe.Pointer(&s.q[0]), scale: unsafe.Pointer(&s.scale[0]), src: unsafe.Pointer(&s.rowQ[0]),
		stride: columns, blocks: columns / groupX}
	interleave(&args)
}
