package tensor

import (
	"fmt"
	"math"
)

// maxPageSize keeps the scores of one page in the first-level cache.
const maxPageSize = 4096

// Attend implements [Ops]. The unit of work is one row and one key-value head, for all the query heads that
// share it. A row goes through its pages in order and keeps, per query head, the largest score so far, the
// sum of weights and the weighted sum of values relative to it (Milakov and Gimelshein, arXiv 1805.02867):
// nothing depends on what else is in the batch.
func (c *CPU) Attend(dst []float32, a *Attention, kv *KV, layer int, rows []Row) {
	n, g, e := len(rows), kv.Heads, kv.HeadDim
	if a.Heads%g != 0 || len(dst) != n*a.Heads*e || len(a.Q) != len(dst) || len(a.K) != n*g*e || len(a.V) != len(a.K) {
		panic(fmt.Sprintf("attend: %d rows, %d heads over %d of %d: q %d, k %d, v %d", n, a.Heads, g, e, len(a.Q), len(a.K), len(a.V)))
	}
	for i, r := range rows {
		page, slot := r.Pages[r.Pos/kv.PageSize], r.Pos%kv.PageSize
		for h := range g {
			at := (i*g + h) * e
			kv.store(page, layer, 0, h, slot, a.K[at:at+e])
			kv.store(page, layer, 1, h, slot, a.V[at:at+e])
		}
	}
	c.pool.Run(n*g, func(worker, unit int) {
		c.attendHead(&c.workers[worker], dst, a, kv, layer, rows[unit/g], unit/g, unit%g)
	})
}

// softmax is the running state of one query head.
type softmax struct {
	top, sum float32
}

// attendHead computes the query heads of row i that read key-value head h.
func (c *CPU) attendHead(s *scratch, dst []float32, a *Attention, kv *KV, layer int, row Row, i, h int) {
	e, size := kv.HeadDim, kv.PageSize
	per := a.Heads / kv.Heads
	at := (i*a.Heads + h*per) * e
	q, out := a.Q[at:at+per*e], dst[at:at+per*e]
	clear(out)
	s.scores = grow(s.scores, size+7)
	s.keys = grow(s.keys, 2*size*e)
	s.heads = grow(s.heads, per)
	state := s.heads
	for j := range state {
		state[j] = softmax{top: float32(math.Inf(-1))}
	}
	first := 0
	if a.Window > 0 {
		first = max(0, row.Pos-a.Window+1)
	}
	for p := first / size; p <= row.Pos/size; p++ {
		lo, hi := max(first-p*size, 0), min(row.Pos-p*size+1, size)
		keys := c.page(s.keys[:size*e], kv, row.Pages[p], layer, 0, h, lo, hi)
		values := c.page(s.keys[size*e:], kv, row.Pages[p], layer, 1, h, lo, hi)
		for j := range state {
			c.attendPage(s, out[j*e:(j+1)*e], q[j*e:(j+1)*e], keys, values, a, &state[j])
		}
	}
	for j, st := range state {
		head := out[j*e : (j+1)*e]
		for d := range head {
			head[d] /= st.sum
		}
	}
}

// page returns the keys or values of slots [lo, hi) of one head, in float32: in place, or widened to buf.
func (c *CPU) page(buf []float32, kv *KV, page int32, layer, which, head, lo, hi int) []float32 {
	e := kv.HeadDim
	at := kv.index(page, layer, which, head)
	if kv.Type == F32 {
		return kv.f32[at+lo*e : at+hi*e]
	}
	buf = buf[:(hi-lo)*e]
	c.kern.halves(buf, kv.data[2*(at+lo*e):2*(at+hi*e)])
	return buf
}

// attendPage takes one page of keys and values [slots, e] into the state of one query head.
func (c *CPU) attendPage(s *scratch, out, q, keys, values []float32, a *Attention, st *softmax) {
	scores, y := s.scores, &s.four
	e := len(q)
	slots := len(keys) / e
	j := 0
	for ; j+4 <= slots; j += 4 {
		c.kern.dot4(y, q, keys[j*e:], e)
		copy(scores[j:], y[:])
	}
	for ; j < slots; j++ {
		scores[j] = c.kern.dot(q, keys[j*e:(j+1)*e])
	}
	top := st.top
	for j := range slots {
		v := scores[j] * a.Scale
		if a.SoftCap != 0 {
			v = a.SoftCap * tanh32(v/a.SoftCap)
		}
		scores[j] = v
		top = max(top, v)
	}
	padded := (slots + 7) &^ 7
	for j := slots; j < padded; j++ {
		scores[j] = float32(math.Inf(-1)) // weighs nothing
	}
	shrink := exp32(st.top - top)
	st.sum = float32(st.sum*shrink) + c.kern.expSum(scores[:padded], top)
	st.top = top
	c.kern.mix(out, scores[:slots], values, shrink)
}
