package tensor

// CPU computes on the processor, sharing a pool with others.
type CPU struct {
	pool    *Pool
	exact   bool
	kern    *kernels
	act     activations
	workers []scratch // one per thread of the pool
	lines   tokenLines

	// Of the MatMul that is running.
	// Bound once, because a new closure would be on the heap: compute, quantiseRow and quantiseLine.
	unit, roundRow, roundLine func(worker, i int)

	parts   []part
	units   int
	product []Product
	x       []float32
	n       int
	need    rounding

	attention attendJob
	small     smallJob
	encoder   encoderJob
	whole     wholeJob
}

// scratch is one worker's memory between calls.
type scratch struct {
	floats           []float32 // rows of a weight in float32
	q                []int8    // rows of a quantised weight, or a panel of them
	scale, min       []float32 // of its groups
	rowQ             []int8    // rows of a panel before they are interleaved
	rowScale, rowMin []float32
	acc              []float32 // results of a block of rows, [n, blockRows]
	attend           attendScratch
	row              []byte // of an interleaved weight
	vector           vectorScratch
	chains           [][6][lanes]float32 // of float products
	six              [6]float32          // what reduce6 returns; here, because a local would move to the heap
}

// NewCPU returns the operations on this machine's processor, on the best path it has or the one that
// [ForceCPU] chose. With exact, weights of every type are dequantised and multiplied in float32; otherwise
// activations are rounded to int8 for quantised weights. The pool stays the caller's.
func NewCPU(pool *Pool, exact bool) *CPU {
	c := &CPU{pool: pool, exact: exact, kern: bestPath(), workers: make([]scratch, pool.Threads())}
	c.unit, c.roundRow, c.roundLine = c.compute, c.quantiseRow, c.quantiseLine
	c.bindAttend()
	c.bindSmall()
	c.bindEncoder()
	return c
}

// Exact implements [Ops].
func (c *CPU) Exact() bool { return c.exact }

// Path returns the name of the kernels in use.
func (c *CPU) Path() string { return c.kern.name }

// Embed implements [Ops].
func (c *CPU) Embed(dst []float32, table *Tensor, ids []int32) {
	c.verify(table)
	d := table.Cols()
	for i, id := range ids {
		c.row(&c.workers[0], dst[i*d:(i+1)*d], table, int(id))
	}
}

// row writes row r of w to dst in float32.
func (c *CPU) row(s *scratch, dst []float32, w *Tensor, r int) {
	data := rowOf(w, r, &s.row)
	switch w.Type {
	case BF16:
		c.kern.bfloats(dst, data)
	case F16:
		c.kern.halves(dst, data)
	default:
		Dequantize(dst, w.Type, data)
	}
}
