package document

import (
	"hash/maphash"
	"math"
)

// rawTally is what a stream of operators shows.
type rawTally struct {
	glyphs int64
	images int
}

var tallySeed = maphash.MakeSeed()

// shown is a string at a place: what is drawn twice, for the look of bold letters or a shadow, is there once.
type shown struct {
	x, y, after int32
	text        uint64
}

// contentCounter runs through operators. It keeps the places of text only as far as shadows need it.
type contentCounter struct {
	*rawCounter
	resources rawDict
	depth     int
	tally     rawTally
	font      *rawFont
	page      rawMatrix
	text      rawMatrix
	line      rawMatrix
	leading   float64
	after     int32 // strings since the text was last placed
	stack     []rawMatrix
	fonts     []*rawFont
	seen      map[shown]bool
	operands  []any
	unknown   int
	alien     int // depth of sections for newer readers, whose operators nobody knows
	replaced  int // depth of marked content whose text is said apart
	marks     []bool
}

// rawMatrix is of PDF's six numbers.
type rawMatrix [6]float64

func (m rawMatrix) times(n rawMatrix) rawMatrix {
	return rawMatrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

const mostRawForms = 30

// content counts what a stream of operators shows.
func (c *rawCounter) content(data []byte, resources rawDict, depth int) rawTally {
	unit := rawMatrix{1, 0, 0, 1, 0, 0}
	w := &contentCounter{rawCounter: c, resources: resources, depth: depth, page: unit, text: unit, line: unit, seen: map[shown]bool{}}
	x := lexer{data: data}
	for {
		v, ok := x.value(false, 0)
		if !ok {
			break
		}
		op, is := v.(rawWord)
		if !is {
			if len(w.operands) < 64 {
				w.operands = append(w.operands, v)
			}
			continue
		}
		if op == "BI" {
			w.inline(&x)
		} else {
			w.operator(op)
		}
		w.operands = w.operands[:0]
	}
	if w.unknown > 0 || x.odd > 0 {
		c.fault("content", "operators that nobody knows, or bytes between them")
	}
	return w.tally
}

func (w *contentCounter) number(i int) float64 {
	if i < len(w.operands) {
		return rawFloat(w.operands[i])
	}
	return 0
}

func (w *contentCounter) operator(op rawWord) {
	switch op {
	case "q":
		if len(w.stack) < 1000 {
			w.stack, w.fonts = append(w.stack, w.page), append(w.fonts, w.font)
		}
	case "Q":
		if n := len(w.stack) - 1; n >= 0 {
			w.page, w.font, w.stack, w.fonts = w.stack[n], w.fonts[n], w.stack[:n], w.fonts[:n]
		}
	case "cm":
		w.page = w.matrix().times(w.page)
	case "BT":
		w.place(rawMatrix{1, 0, 0, 1, 0, 0})
	case "Tm":
		w.place(w.matrix())
	case "Td", "TD":
		if op == "TD" {
			w.leading = -w.number(1)
		}
		w.place(rawMatrix{1, 0, 0, 1, w.number(0), w.number(1)}.times(w.line))
	case "T*":
		w.place(rawMatrix{1, 0, 0, 1, 0, -w.leading}.times(w.line))
	case "TL":
		w.leading = w.number(0)
	case "Tf":
		if len(w.operands) > 0 {
			name, _ := w.operands[0].(rawName)
			w.font = w.fontOf(w.dict(w.resources["Font"])[name])
		}
	case "Tj", "'", "\"":
		if op != "Tj" {
			w.place(rawMatrix{1, 0, 0, 1, 0, -w.leading}.times(w.line))
		}
		if n := len(w.operands); n > 0 {
			w.show(w.operands[n-1:])
		}
	case "TJ":
		if len(w.operands) > 0 {
			parts, _ := w.operands[0].([]any)
			w.show(parts)
		}
	case "Do":
		w.do()
	case "BX":
		w.alien++
	case "EX":
		w.alien = max(w.alien-1, 0)
	case "BDC":
		w.mark(len(w.operands) > 1 && w.replaces(w.operands[1]))
	case "BMC":
		w.mark(false)
	case "EMC":
		if n := len(w.marks) - 1; n >= 0 {
			if w.marks[n] {
				w.replaced--
			}
			w.marks = w.marks[:n]
		}
	default:
		if w.alien == 0 && !knownOperators[op] {
			w.unknown++
		}
	}
}

// knownOperators are the others, which show no text.
var knownOperators = func() map[rawWord]bool {
	out := map[rawWord]bool{}
	for _, op := range []rawWord{
		"w", "J", "j", "M", "d", "ri", "i", "gs", "m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n",
		"W", "W*", "ET", "Tc", "Tw", "Tz", "Tr", "Ts", "d0", "d1", "CS", "cs", "SC", "SCN", "sc", "scn", "G", "g", "RG", "rg", "K", "k",
		"sh", "ID", "EI", "MP", "DP",
	} {
		out[op] = true
	}
	return out
}()

func (w *contentCounter) mark(replaces bool) {
	if len(w.marks) < 1000 {
		if w.marks = append(w.marks, replaces); replaces {
			w.replaced++
		}
	}
}

// replaces reports whether marked content says its text apart: what is shown is then another number of characters.
func (w *contentCounter) replaces(v any) bool {
	if name, ok := v.(rawName); ok {
		v = w.dict(w.resources["Properties"])[name]
	}
	return w.dict(v)["ActualText"] != nil
}

func (w *contentCounter) matrix() rawMatrix {
	var m rawMatrix
	for i := range m {
		m[i] = w.number(i)
	}
	return m
}

func (w *contentCounter) place(m rawMatrix) { w.text, w.line, w.after = m, m, 0 }

// show counts the characters of strings.
func (w *contentCounter) show(parts []any) {
	var h maphash.Hash
	h.SetSeed(tallySeed)
	glyphs := int64(0)
	for _, p := range parts {
		if s, ok := p.(rawString); ok {
			glyphs += w.font.count(s)
			_, _ = h.Write(s)
		}
	}
	at := w.text.times(w.page)
	near := func(f float64) int32 { return int32(math.Round(max(min(f, 1e6), -1e6) / 3)) }
	k := shown{near(at[4]), near(at[5]), w.after, h.Sum64()}
	w.after++
	if w.replaced > 0 || w.seen[k] {
		return
	}
	if len(w.seen) < 1_000_000 {
		w.seen[k] = true
	}
	w.tally.glyphs += glyphs
}

// do counts what an external object shows.
func (w *contentCounter) do() {
	if len(w.operands) == 0 {
		return
	}
	name, _ := w.operands[0].(rawName)
	v := w.dict(w.resources["XObject"])[name]
	if v == nil {
		return
	}
	s, ok := w.of(v).(*rawStream)
	if !ok {
		w.check(v)
		return
	}
	switch w.of(s.dict["Subtype"]) {
	case rawName("Image"):
		w.tally.images++
		w.check(s)
	case rawName("Form"):
		t := w.form(s)
		w.tally.glyphs = min(w.tally.glyphs+t.glyphs, math.MaxInt32)
		w.tally.images = min(w.tally.images+t.images, math.MaxInt32)
	}
}

// form counts what a form shows, once for each form.
func (w *contentCounter) form(s *rawStream) rawTally {
	if t := w.forms[s.number]; t != nil {
		return *t
	}
	t := &rawTally{}
	w.forms[s.number] = t // a form that shows itself shows nothing more
	if w.depth >= mostRawForms {
		return *t
	}
	data := w.stream(s)
	resources := w.dict(s.dict["Resources"])
	if resources == nil {
		resources = w.resources
	}
	*t = w.content(data, resources, w.depth+1)
	return *t
}

// inline goes over a picture within the operators.
func (w *contentCounter) inline(x *lexer) {
	for {
		v, ok := x.value(false, 0)
		if !ok {
			return
		}
		if v == rawWord("ID") {
			break
		}
	}
	w.tally.images++
	for at := x.at; at+2 < len(x.data); at++ {
		if x.data[at+1] == 'E' && x.data[at+2] == 'I' && rawSpace(x.data[at]) && (at+3 >= len(x.data) || rawSpace(x.data[at+3])) && plainAfter(x.data[at+3:]) {
			x.at = at + 3
			return
		}
	}
	x.at = len(x.data)
}

// plainAfter reports whether what follows looks like operators, not like the rest of a picture.
func plainAfter(data []byte) bool {
	for _, c := range data[:min(len(data), 12)] {
		if c >= 0x7f || c < 0x20 && !rawSpace(c) {
			return false
		}
	}
	return true
}
