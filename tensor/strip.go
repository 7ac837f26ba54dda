package tensor

// A strip is sixteen rows of an interleaved weight; see Interleave.

// rowOf returns row r of w in row-major form: where it lies, or copied to *buf.
func rowOf(w *Tensor, r int, buf *[]byte) []byte {
	size := len(w.Data) / w.Rows()
	if !w.Interleaved || r >= w.Rows()/InterleavedRows*InterleavedRows {
		return w.Data[r*size : (r+1)*size]
	}
	*buf = grow(*buf, size)
	strip := r / InterleavedRows * InterleavedRows
	deinterleaveBlocks(*buf, w.Type, w.Data[strip*size:(strip+InterleavedRows)*size], r-strip, 0)
	return *buf
}

// groupStrips is how many strips a worker takes at once if there are more than manyTokens tokens: they take turns
// with the same columns of the tokens, which then come from a near cache.
const (
	groupStrips = 8
	manyTokens  = 32
)

// Activations for the vector kernels on strips are lines of 64 bytes: 32 integers of one token, then what is
// known of them, of which this side writes the factor and the scale; tools/kernels/isa.go has the rest. The lines of
// a token follow each other; tokens are a stride apart.
const (
	lineBytes  = 64
	lineFactor = 32 // float32: the factor of the integers, or what stands for it
	lineFloat  = 52 // float32: factor times their sum
	lineScale  = 56 // float32: the scale of 256 columns
)

// lineMagic is what stands for a factor of 1 in a line where kernels want 1.5·2^23 times it.
const lineMagic = 0x4b400000

// tokenLines are the rows of a batch in that form.
type tokenLines struct {
	data   []byte // aligned to a line
	stride int    // bytes to the next token
}

// reset sizes the buffer for n rows of k numbers. The stride is no multiple of a page, so that the same columns
// of many tokens do not fall on one another in a cache.
func (l *tokenLines) reset(n, k int) {
	l.stride = k/groupX*lineBytes + lineBytes
	l.data = growAligned(l.data, evenUp(n)*l.stride)
}

// evenUp is n, or one more: kernels of a few tokens take an even number, and what they make of one too many is nobody's.
func evenUp(n int) int { return n + n&1 }

// row returns the lines of token t.
func (l *tokenLines) row(t int) []byte { return l.data[t*l.stride:][:l.stride-lineBytes] }
