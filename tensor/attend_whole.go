package tensor

import "fmt"

// wholeJob is the AttendWhole that is running.
type wholeJob struct {
	dst   []float32
	a     *Attention
	e     int
	texts []rowBlock

	unit func(worker, i int) // bound once: a new closure would be on the heap
}

// AttendWhole implements [Ops]. What a row and head get is a chain over spans of maxSpan rows of its text, in order:
// as in Attend, a span's scores move the largest score so far, and what was summed up shrinks by that. The unit of work is
// a text and a head: its keys and values become panels once, which blocks of its rows then meet.
func (c *CPU) AttendWhole(dst []float32, a *Attention, lengths []int) {
	j := &c.whole
	n := 0
	j.texts = j.texts[:0]
	for _, rows := range lengths {
		if rows < 1 {
			panic(fmt.Sprintf("attend: a text of %d rows, want at least 1", rows))
		}
		j.texts = append(j.texts, rowBlock{n, rows})
		n += rows
	}
	if n == 0 {
		return
	}
	j.e = len(a.Q) / n / a.Heads
	if len(a.Q) != n*a.Heads*j.e || len(dst) != len(a.Q) || len(a.K) != len(a.Q) || len(a.V) != len(a.Q) || a.Window != 0 || a.SoftCap != 0 {
		panic(fmt.Sprintf("attend: %d rows, %d heads: q %d, k %d, v %d to %d, window %d, soft cap %g", n, a.Heads, len(a.Q), len(a.K),
			len(a.V), len(dst), a.Window, a.SoftCap))
	}
	j.dst, j.a = dst, a
	c.pool.Run(len(lengths)*a.Heads, j.unit)
	j.dst, j.a = nil, nil
}

// wholeScratch is a worker's memory of panels.
type wholeScratch struct {
	keys   []float32 // [panels, e, 16]: of sixteen rows each
	values []float32 // [wide/16, rows, 16]
	sums   []softmax // of the rows of a block
}

// wholeUnit computes a head of a text.
func (c *CPU) wholeUnit(worker, unit int) {
	j, s := &c.whole, &c.workers[worker].attend
	text, head := j.texts[unit/j.a.Heads], unit%j.a.Heads
	s.wide = wide(j.e)
	s.whole.layOut(j, text, head)
	for at := 0; at < text.n; at += maxLines {
		c.wholeBlock(s, rowBlock{text.first + at, min(maxLines, text.n-at)}, text.n, head)
	}
}

// layOut makes panels of the keys and values of a head of a text. What is beyond the last row or channel is 0.
func (s *wholeScratch) layOut(j *wholeJob, text rowBlock, head int) {
	e, stride := j.e, j.a.Heads*j.e
	panels := (text.n + panelWidth - 1) / panelWidth
	s.keys, s.values = growFloats(s.keys, panels*e*panelWidth), growFloats(s.values, wide(e)*text.n)
	from := text.first*stride + head*e
	for p := range panels {
		panel := s.keys[p*e*panelWidth:][:e*panelWidth]
		rows := min(panelWidth, text.n-p*panelWidth)
		if rows < panelWidth {
			clear(panel)
		}
		for r := range rows {
			row := j.a.K[from+(p*panelWidth+r)*stride:][:e]
			for i, v := range row {
				panel[i*panelWidth+r] = v
			}
		}
	}
	for ch := 0; ch < e; ch += panelWidth {
		panel := s.values[ch*text.n:][:panelWidth*text.n]
		width := min(panelWidth, e-ch)
		if width < panelWidth {
			clear(panel)
		}
		for r := range text.n {
			row := j.a.V[from+r*stride+ch:]
			if width == panelWidth {
				*(*[panelWidth]float32)(panel[r*panelWidth:]) = [panelWidth]float32(row)
			} else {
				copy(panel[r*panelWidth:], row[:width])
			}
		}
	}
}

// wholeBlock computes a head of a block of rows of a text of n rows.
func (c *CPU) wholeBlock(s *attendScratch, block rowBlock, n, head int) {
	j, k := &c.whole, c.kern.floats
	e, stride := j.e, j.a.Heads*j.e
	s.q, s.scores, s.part = grow(s.q, block.n*e), grow(s.scores, block.n*scoreStride), grow(s.part, block.n*s.wide)
	s.whole.sums = grow(s.whole.sums, block.n)
	for i := range block.n {
		copy(s.q[i*e:(i+1)*e], j.a.Q[(block.first+i)*stride+head*e:])
		s.whole.sums[i] = nothing
	}
	k.scale(s.q, j.a.Scale)
	clear(s.part)
	for from := 0; from < n; from += maxSpan {
		rows := min(maxSpan, n-from)
		c.wholeScores(s, block.n, from, rows)
		for i := range block.n {
			c.wholeWeigh(s, i, rows)
		}
		for ch, panels := 0, 0; ch < s.wide; ch += panels * panelWidth {
			panels = k.panels((s.wide - ch) / panelWidth)
			for i := 0; i < block.n; i += maxTile {
				k.tiles(s.part[i*s.wide+ch:], s.wide, s.scores[i*scoreStride:], scoreStride,
					s.whole.values[ch*n+from*panelWidth:], n*panelWidth, panels, rows, min(maxTile, block.n-i), true)
			}
		}
	}
	for i := range block.n {
		at := (block.first+i)*stride + head*e
		c.finish(j.dst[at:at+e], s.part[i*s.wide:], s.whole.sums[i].sum)
	}
}

// wholeScores computes the scores of n rows with those of a span, and with some beyond the text that nobody reads.
func (c *CPU) wholeScores(s *attendScratch, n, from, rows int) {
	k, e := c.kern.floats, c.whole.e
	for at, panels := 0, 0; at < rows; at += panels * panelWidth {
		panels = k.panels((rows - at + panelWidth - 1) / panelWidth)
		for i := 0; i < n; i += maxTile {
			k.tiles(s.scores[i*scoreStride+at:], scoreStride, s.q[i*e:], e, s.whole.keys[(from+at)*e:], e*panelWidth, panels, e,
				min(maxTile, n-i), false)
		}
	}
}

// wholeWeigh turns the scores of row i of a block into weights and takes them into its sum.
func (c *CPU) wholeWeigh(s *attendScratch, i, n int) {
	l := &s.whole.sums[i]
	row := s.scores[i*scoreStride:][:(n+7)&^7]
	for k := n; k < len(row); k++ {
		row[k] = nothing.top // weighs nothing
	}
	top := c.kern.floats.top(row[:n], l.top)
	shrink := exp32(l.top - top)
	l.sum = float32(l.sum*shrink) + c.kern.expSum(row, top)
	l.top = top
	if shrink != 1 {
		c.kern.floats.scale(s.part[i*s.wide:(i+1)*s.wide], shrink)
	}
}
