package tensor

// Ops are the operations a decoder or an encoder needs, on one device. An Ops is used by one goroutine at a time.
//
// Activations are plain float32 slices of n rows, one per token of the batch, each row contiguous. Every
// operation gives a row the same bits whatever rows are beside it and however many threads compute.
// Slices of wrong lengths are mistakes of the caller and panic.
type Ops interface {
	// Exact reports whether weights are dequantised and multiplied in float32, and activations never rounded.
	Exact() bool
	// Embed copies row ids[i] of table [v, d], as float32, to row i of dst [n, d]. The ids are in range.
	Embed(dst []float32, table *Tensor, ids []int32)
	// MatMul multiplies the same n rows x [n, k] by each product's weight: Dst[n, m] = x · W[m, k]ᵀ.
	MatMul(x []float32, n int, products ...Product)
	// RMSNorm writes x / sqrt(mean(x²) + eps) · weight to dst, for each stretch of len(weight) of x. dst may be x.
	RMSNorm(dst, x, weight []float32, eps float32)
	// Rotate applies rotary positions to x [n, heads, e] in place.
	Rotate(x []float32, heads int, r *Rotation)
	// Attend stores the keys and values of all rows in their pages, then attends: dst and a.Q are [n, h, e],
	// a.K and a.V are [n, g, e].
	Attend(dst []float32, a *Attention, kv *KV, layer int, rows []Row)
	// AttendWhole lets every row see all rows of its text, later ones too: lengths has the rows of each text, which
	// follow each other. dst, a.Q, a.K and a.V are [n, h, e]. There is no window and no soft cap.
	AttendWhole(dst []float32, a *Attention, lengths []int)
	// LayerNorm writes (x - mean) / sqrt(variance + eps) · weight + bias to dst, for each stretch of len(weight) of x.
	// dst may be x.
	LayerNorm(dst, x, weight, bias []float32, eps float32)
	// GELU replaces x by x·Φ(x), where Φ is the normal distribution: the exact form of GELU.
	GELU(x []float32)
	// SwiGLU writes silu(gate) · up to dst, which may be gate.
	SwiGLU(dst, gate, up []float32)
	// GeGLU writes gelu(gate) · up to dst, which may be gate, with the tanh form of GELU.
	GeGLU(dst, gate, up []float32)
	// Add adds x to dst. x is as long as dst, or is one row that is added to every row of dst.
	Add(dst, x []float32)
	// Scale multiplies x by s.
	Scale(x []float32, s float32)
	// SoftCap squashes x into (-limit, limit): limit · tanh(x / limit).
	SoftCap(x []float32, limit float32)
}

// Product is one multiplication of [Ops.MatMul]: where the result goes, [n, m], and the weight, [m, k].
type Product struct {
	Dst []float32
	W   *Tensor
}

// Attention is what one layer attends with. Scores are Scale · q·k, then, if SoftCap is not 0, squashed by it.
// A row at position p sees the positions max(0, p-Window+1) to p of its sequence; Window 0 is all of them.
type Attention struct {
	Q, K, V []float32
	Heads   int // h, a multiple of the cache's heads g
	Scale   float32
	SoftCap float32
	Window  int
}

// Rotation is the rotary embedding of the rows of one batch: the cosine and sine of each row's angles,
// [n, Half] with Half = e/2. Interleaved rotates the pairs (2i, 2i+1), which is how GGUF files of the llama family are
// stored; otherwise the pairs are (i, i+e/2).
type Rotation struct {
	Half        int
	Cos, Sin    []float32
	Interleaved bool
}
