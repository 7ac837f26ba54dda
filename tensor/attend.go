package tensor

import (
	"fmt"
	"math"
	"unsafe"
)

// Attention in one pass (Milakov and Gimelshein, arXiv 1805.02867; Dao and others, arXiv 2205.14135). What a row and
// query head get is defined by positions alone:
//
//   - A score is one chain of fused products over the channels, of the query times Scale and the key.
//   - Positions are taken in spans of maxSpan, at multiples of it. A span's scores move the largest score so far, shrink
//     the sum of weights and the sum of weighted values, and add to them, position by position.
//   - Spans belong to ranges of maxRange positions. Each range starts anew, and the ranges are put together in order.
//
// A line is one query head of one row. Lines that read the same keys, of neighbouring rows and of the query heads that
// share a key-value head, are computed together, but no sum of one knows the others. Ranges of one line may be computed
// by different workers.
const (
	maxSpan  = 128
	maxRange = 512
)

// maxLines is how many lines share a panel: their queries, scores and results stay in the second-level cache, and they
// make whole tiles with 1, 2, 3, 4, 5, 6, 8 or 10 query heads to a key-value head.
const maxLines = 20 * maxTile

// attendJob is the Attend that is running.
type attendJob struct {
	dst    []float32
	a      *Attention
	kv     *KV
	layer  int
	rows   []Row
	blocks []rowBlock

	store, unit, ranged func(worker, i int) // bound once: a new closure would be on the heap

	// Of a job whose ranges are computed apart: results of a range of a line, [n, h, ranges, wide+2].
	parts  []float32
	ranges int
}

// rowBlock is consecutive rows of one sequence.
type rowBlock struct{ first, n int }

// attendScratch is a worker's memory.
type attendScratch struct {
	row    kvRow
	wide   int       // e, up to a multiple of panelWidth
	lines  []line    // in order of position
	tiles  []tile    // of the lines, maxTile each
	q      []float32 // [lines, e], times Scale
	keys   []float32 // [2, e, 16]
	values []float32 // [2, maxSpan, 16]
	scores []float32 // [lines, scoreStride]
	part   []float32 // [lines, wide]: of the range at hand
	total  []float32 // [lines, wide]: of the ranges before
	whole  wholeScratch
}

// scoreStride leaves room for the padding of expSum.
const scoreStride = maxSpan + 8

// line is the state of a line: it sees the positions [first, end).
type line struct {
	first, end  int
	part, total softmax
	lo, hi      int // what it sees of the span at hand, relative to the span
}

// tile is lines that are taken together where all of them see a position, [from, to) of the span at hand. uneven says
// that some see more.
type tile struct {
	from, to int
	uneven   bool
}

// softmax is the largest score and the sum of weights relative to it.
type softmax struct{ top, sum float32 }

var nothing = softmax{top: float32(math.Inf(-1))}

// Attend implements [Ops].
func (c *CPU) Attend(dst []float32, a *Attention, kv *KV, layer int, rows []Row) {
	n, g, e := len(rows), kv.Heads, kv.HeadDim
	if a.Heads%g != 0 || len(dst) != n*a.Heads*e || len(a.Q) != len(dst) || len(a.K) != n*g*e || len(a.V) != len(a.K) {
		panic(fmt.Sprintf("attend: %d rows, %d heads over %d of %d: q %d, k %d, v %d", n, a.Heads, g, e, len(a.Q), len(a.K), len(a.V)))
	}
	j := &c.attention
	j.dst, j.a, j.kv, j.layer, j.rows = dst, a, kv, layer, rows
	c.rows(n, 2*g*e, j.store)
	c.splitRows()
	units := len(j.blocks) * g
	if last := c.lastPosition(); units < 3*c.pool.Threads() && c.pool.Threads() > 1 && last >= 2*maxRange {
		j.ranges = last/maxRange + 1
		j.parts = grow(j.parts, n*a.Heads*j.ranges*(wide(e)+2))
		c.pool.Run(units*j.ranges, j.ranged)
		for i := range n * a.Heads {
			c.joinRanges(i)
		}
	} else {
		c.pool.Run(units, j.unit)
	}
	j.dst, j.a, j.kv, j.rows = nil, nil, nil, nil
}

// wide returns e up to a multiple of panelWidth.
func wide(e int) int { return (e + panelWidth - 1) / panelWidth * panelWidth }

// bindAttend makes the functions that the pool runs.
func (c *CPU) bindAttend() {
	c.attention.store, c.attention.unit, c.attention.ranged = c.storeRow, c.attendUnit, c.attendRange
}

// storeRow stores keys and values of row i.
func (c *CPU) storeRow(worker, i int) {
	j, s := &c.attention, &c.workers[worker].attend
	kv, e := j.kv, j.kv.HeadDim
	page, slot := j.rows[i].Pages[j.rows[i].Pos/kv.PageSize], j.rows[i].Pos%kv.PageSize
	for h := range kv.Heads {
		at := (i*kv.Heads + h) * e
		kv.store(c.kern, &s.row, page, j.layer, 0, h, slot, j.a.K[at:at+e])
		kv.store(c.kern, &s.row, page, j.layer, 1, h, slot, j.a.V[at:at+e])
	}
}

// splitRows cuts the rows into blocks: of one sequence, with at most maxLines lines of a key-value head, and small
// enough that every worker gets several units.
func (c *CPU) splitRows() {
	j := &c.attention
	per := j.a.Heads / j.kv.Heads
	most := max(1, min(maxLines/per, len(j.rows)*j.kv.Heads/(4*c.pool.Threads())))
	j.blocks = j.blocks[:0]
	for i := 0; i < len(j.rows); {
		n := 1
		for i+n < len(j.rows) && n < most && sameSequence(j.rows[i+n-1], j.rows[i+n]) {
			n++
		}
		j.blocks = append(j.blocks, rowBlock{i, n})
		i += n
	}
}

// sameSequence reports whether b is a later row of the sequence of a.
func sameSequence(a, b Row) bool {
	return len(a.Pages) == len(b.Pages) && unsafe.SliceData(a.Pages) == unsafe.SliceData(b.Pages) && a.Pos < b.Pos
}

// lastPosition returns the largest position of any row.
func (c *CPU) lastPosition() int {
	last := 0
	for _, r := range c.attention.rows {
		last = max(last, r.Pos)
	}
	return last
}

// begin brings the lines of a unit, a block and a key-value head, into s.
func (c *CPU) begin(s *attendScratch, block rowBlock, head int) {
	j := &c.attention
	e, per := j.kv.HeadDim, j.a.Heads/j.kv.Heads
	n := block.n * per
	s.wide = wide(e)
	s.lines, s.q = grow(s.lines, n), grow(s.q, n*e)
	s.keys, s.values = grow(s.keys, 2*e*panelWidth), grow(s.values, 2*maxSpan*panelWidth)
	s.scores = grow(s.scores, n*scoreStride)
	s.part, s.total = grow(s.part, n*s.wide), grow(s.total, n*s.wide)
	for i := range block.n {
		pos := j.rows[block.first+i].Pos
		first := 0
		if j.a.Window > 0 {
			first = max(0, pos-j.a.Window+1)
		}
		copy(s.q[i*per*e:(i+1)*per*e], j.a.Q[((block.first+i)*j.a.Heads+head*per)*e:])
		for k := range per {
			s.lines[i*per+k] = line{first: first, end: pos + 1, total: nothing}
		}
	}
	scale := j.a.Scale
	if n := j.kv.spread; n > 0 {
		c.kern.floats.spread(s.q, n)
		scale /= float32(n) // exactly: a power of two
	}
	c.kern.floats.scale(s.q, scale)
}

// attendUnit computes all ranges of a unit.
func (c *CPU) attendUnit(worker, unit int) {
	j, s := &c.attention, &c.workers[worker].attend
	block, head := j.blocks[unit/j.kv.Heads], unit%j.kv.Heads
	c.begin(s, block, head)
	for r := s.lines[0].first / maxRange; r*maxRange < s.lines[len(s.lines)-1].end; r++ {
		c.attendLines(s, j.rows[block.first].Pages, head, r)
		for i := range s.lines {
			l := &s.lines[i]
			c.join(&l.total, s.total[i*s.wide:(i+1)*s.wide], l.part, s.part[i*s.wide:(i+1)*s.wide])
		}
	}
	e, per := j.kv.HeadDim, j.a.Heads/j.kv.Heads
	for i := range s.lines {
		at := (block.first+i/per)*j.a.Heads + head*per + i%per
		c.finish(j.dst[at*e:(at+1)*e], s.total[i*s.wide:], s.lines[i].total.sum)
	}
}

// finish divides a line by its sum. Adding to 0 makes 0 of -0, a product too small for a number.
func (c *CPU) finish(dst, x []float32, sum float32) {
	clear(dst)
	c.kern.floats.blend(dst, x[:len(dst)], 0, 1/sum)
}

// attendRange computes one range of a unit.
func (c *CPU) attendRange(worker, i int) {
	j, s := &c.attention, &c.workers[worker].attend
	unit, r := i/j.ranges, i%j.ranges
	block, head := j.blocks[unit/j.kv.Heads], unit%j.kv.Heads
	c.begin(s, block, head)
	c.attendLines(s, j.rows[block.first].Pages, head, r)
	per := j.a.Heads / j.kv.Heads
	for i, l := range s.lines {
		at := (block.first+i/per)*j.a.Heads + head*per + i%per
		out := j.parts[(at*j.ranges+r)*(s.wide+2):][:s.wide+2]
		out[0], out[1] = l.part.top, l.part.sum
		copy(out[2:], s.part[i*s.wide:])
	}
}

// joinRanges puts the ranges of line i of all, row · h + head, together.
func (c *CPU) joinRanges(i int) {
	j, s := &c.attention, &c.workers[0].attend
	e, w := j.kv.HeadDim, wide(j.kv.HeadDim)
	s.total = grow(s.total, w)
	total := nothing
	for r := range j.ranges {
		part := j.parts[(i*j.ranges+r)*(w+2):][:w+2]
		c.join(&total, s.total[:w], softmax{part[0], part[1]}, part[2:])
	}
	c.finish(j.dst[i*e:(i+1)*e], s.total, total.sum)
}

// join puts a range after those before it. A range of which the line sees nothing changes nothing.
func (c *CPU) join(total *softmax, sum []float32, part softmax, x []float32) {
	if part == nothing {
		return
	}
	if *total == nothing {
		*total = part
		copy(sum, x)
		return
	}
	top := max(total.top, part.top)
	a, b := exp32(total.top-top), exp32(part.top-top)
	c.kern.floats.blend(sum, x, a, b)
	total.top, total.sum = top, fma32(part.sum, b, float32(total.sum*a))
}

// attendLines computes range r of the lines in s, into their part.
func (c *CPU) attendLines(s *attendScratch, pages []int32, head, r int) {
	clear(s.part)
	for i := range s.lines {
		s.lines[i].part = nothing
	}
	from := max(r*maxRange, s.lines[0].first)
	to := min((r+1)*maxRange, s.lines[len(s.lines)-1].end)
	for span := from / maxSpan * maxSpan; span < to; span += maxSpan {
		lo, hi := max(from, span), min(to, span+maxSpan)
		c.scoreSpan(s, pages, head, span, lo, hi)
		s.tiles = s.tiles[:0]
		for i := range s.lines {
			c.weigh(s, i, span, lo, hi)
			s.lay(i)
		}
		c.mixSpan(s, pages, head, span, lo, hi)
	}
}

// scoreSpan computes the scores of the positions [lo, hi) of a span, and of some beside them that nobody reads.
func (c *CPU) scoreSpan(s *attendScratch, pages []int32, head, span, lo, hi int) {
	j, k := &c.attention, c.kern.floats
	e := j.kv.HeadDim
	from, to := 0, len(s.lines) // the lines that see something of the panels: both ends grow with the position
	for pos, panels := lo/panelWidth*panelWidth, 0; pos < hi; pos += panels * panelWidth {
		panels = k.panels((hi - pos + panelWidth - 1) / panelWidth)
		for from < to && s.lines[from].end <= pos {
			from++
		}
		to = from
		for to < len(s.lines) && s.lines[to].first < pos+panels*panelWidth {
			to++
		}
		for p := range panels {
			at := pos + p*panelWidth
			j.kv.ask(k, pages, j.layer, head, at, s.lines[len(s.lines)-1].end)
			j.kv.keyPanel(k, s.keys[p*e*panelWidth:], pages, j.layer, head, at, hi)
		}
		for i := from; i < to; i += maxTile {
			k.tiles(s.scores[i*scoreStride+pos-span:], scoreStride, s.q[i*e:], e, s.keys, e*panelWidth, panels, e, min(maxTile, to-i), false)
		}
	}
}

// panels is how many of the panels that are left are best taken together: two or one.
func (k *floatKernels) panels(left int) int {
	if k.tile2 != nil && left > 1 {
		return 2
	}
	return 1
}

// tiles is tile for panels, bs numbers apart.
func (k *floatKernels) tiles(c []float32, cs int, a []float32, as int, b []float32, bs, panels, n, rows int, more bool) {
	if panels == 2 && rows == maxTile {
		k.tile2(c, cs, a, as, b, bs, n, more)
		return
	}
	for p := range panels {
		k.tile(c[p*panelWidth:], cs, a, as, b[p*bs:], n, rows, more)
	}
}

// weigh turns the scores of line i into weights and takes them into its state.
func (c *CPU) weigh(s *attendScratch, i, span, lo, hi int) {
	l, a := &s.lines[i], c.attention.a
	l.lo, l.hi = max(lo, l.first)-span, min(hi, l.end)-span
	if l.hi <= l.lo {
		l.lo, l.hi = 0, 0
		return
	}
	n := l.hi - l.lo
	row := s.scores[i*scoreStride+l.lo:][:(n+7)&^7]
	if a.SoftCap != 0 {
		c.kern.floats.softCap(row[:n], a.SoftCap)
	}
	for k := n; k < len(row); k++ {
		row[k] = nothing.top // weighs nothing
	}
	top := c.kern.floats.top(row[:n], l.part.top)
	shrink := exp32(l.part.top - top)
	l.part.sum = float32(l.part.sum*shrink) + c.kern.expSum(row, top)
	l.part.top = top
	if shrink != 1 {
		c.kern.floats.scale(s.part[i*s.wide:(i+1)*s.wide], shrink)
	}
}

// lay puts line i into its tile.
func (s *attendScratch) lay(i int) {
	l := &s.lines[i]
	if i%maxTile == 0 {
		s.tiles = append(s.tiles, tile{l.lo, l.hi, false})
		return
	}
	t := &s.tiles[len(s.tiles)-1]
	if l.lo != t.from || l.hi != t.to {
		t.uneven = true
		t.from = max(t.from, l.lo)
		t.to = max(min(t.to, l.hi), t.from)
	}
}

// mixSpan adds the weighted values of a span: tile by tile, and line by line what not all lines of a tile see.
func (c *CPU) mixSpan(s *attendScratch, pages []int32, head, span, lo, hi int) {
	j, k := &c.attention, c.kern.floats
	for ch, panels := 0, 0; ch < s.wide; ch += panels * panelWidth {
		panels = k.panels((s.wide - ch) / panelWidth)
		for p := range panels {
			j.kv.valuePanel(k, s.values[p*maxSpan*panelWidth:], pages, j.layer, head, ch+p*panelWidth, lo, hi)
		}
		m := mix{s, k, ch, panels, lo - span}
		for n, t := range s.tiles {
			i := n * maxTile
			lines := s.lines[i:min(i+maxTile, len(s.lines))]
			if t.uneven {
				for r, l := range lines {
					m.add(i+r, 1, l.lo, min(t.from, l.hi))
				}
			}
			m.add(i, len(lines), t.from, t.to)
			if t.uneven {
				for r, l := range lines {
					m.add(i+r, 1, max(t.to, l.lo), l.hi)
				}
			}
		}
	}
}

// mix is panels of values, of the channels from ch on and of positions from base on.
type mix struct {
	s                *attendScratch
	k                *floatKernels
	ch, panels, base int
}

// add adds the weighted values at the positions [from, to) of the span to n lines.
func (m *mix) add(i, n, from, to int) {
	if s := m.s; to > from {
		m.k.tiles(s.part[i*s.wide+m.ch:], s.wide, s.scores[i*scoreStride+from:], scoreStride,
			s.values[(from-m.base)*panelWidth:], maxSpan*panelWidth, m.panels, to-from, n, true)
	}
}
