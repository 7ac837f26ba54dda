package document

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pdfParagraph is lines that belong together.
type pdfParagraph struct {
	lines []*pdfLine
	box   Rect // along the text
	pitch float64
	order int
}

func (p *pdfParagraph) last() *pdfLine { return p.lines[len(p.lines)-1] }

func (p *pdfParagraph) add(l *pdfLine) {
	if len(p.lines) == 0 {
		p.box, p.order = l.box, l.order
	} else if d := l.base - p.last().base; d > 0.3*l.size {
		p.pitch = d
	}
	p.lines = append(p.lines, l)
	p.box = p.box.with(l.box)
}

// paragraphs puts lines that follow each other into paragraphs.
func paragraphs(lines []*pdfLine) []*pdfParagraph {
	var out []*pdfParagraph
	var p *pdfParagraph
	usual := pitchOf(lines)
	for i, l := range lines {
		if p == nil || !p.goesOn(l, lines[i+1:], usual) {
			p = &pdfParagraph{}
			out = append(out, p)
		}
		p.add(l)
	}
	return out
}

// pitchOf is how far apart most lines are that follow each other, in sizes of their letters.
func pitchOf(lines []*pdfLine) float64 {
	counts := map[int]int{}
	all := 0
	for i := 1; i < len(lines); i++ {
		a, b := lines[i-1], lines[i]
		down := b.base - a.base
		if a.turn == b.turn && math.Abs(a.size-b.size) < 0.1*a.size && down > 0.8*a.size && down < 2.4*a.size {
			counts[int(math.Round(down/a.size*20))]++
			all++
		}
	}
	usual, most := 0, 0
	for pitch, n := range counts {
		if n > most || n == most && pitch < usual {
			usual, most = pitch, n
		}
	}
	if most < 3 || most*3 < all {
		return 2
	}
	return float64(usual) / 20
}

// goesOn reports whether a line belongs to the paragraph.
func (p *pdfParagraph) goesOn(l *pdfLine, after []*pdfLine, usual float64) bool {
	m := p.last()
	size := max(m.size, l.size)
	if l.turn != m.turn || min(m.size, l.size) < 0.82*size {
		return false
	}
	down := l.base - m.base
	if math.Abs(down) <= 0.3*size { // beside it
		gap := l.box.X0 - m.box.X1
		if l.rtl {
			gap = max(gap, m.box.X0-l.box.X1)
		}
		return gap >= -0.3*size && gap <= 4*size && m.bold == l.bold
	}
	most := (usual + 0.2) * size
	if p.pitch > 0 {
		most = 1.05*p.pitch + 0.1*size
	}
	if down < 0.6*size || down > most || m.bold != l.bold {
		return false
	}
	if l.box.X0 >= p.box.X1 || l.box.X1 <= p.box.X0 {
		return false
	}
	return !p.ends(m, l, after)
}

// marker is how an item of a list or an article begins.
var marker = regexp.MustCompile(`^(?:[•◦▪▫■□●○◆◇▶►※☞✓✔\x{f0a7}\x{f0b7}∙·*ㅇ❍○-]|[-–—]\s|[①-⑳㉠-㉻ⓐ-ⓩ]|[(（]?(?:\d{1,3}|[가나다라마바사아자차카타파하]|[a-zA-Z]|[ivxIVX]{1,5})[)）.](?:\s|$|[^\d\s.])|제\s?\d+\s?[조장절편항](?:의\d+)?|\[\d+\]|\d+(?:\.\d+)+\.?\s)`)

// syllable is a marker that may as well be the end of a word that a line has cut: "보관한|다. 그"
var syllable = regexp.MustCompile(`^[가나다라마바사아자차카타파하][.)]`)

// bullet is a marker that is no number.
var bullet = regexp.MustCompile(`^(?:[•◦▪▫■□●○◆◇▶►※☞✓✔\x{f0a7}\x{f0b7}∙·*ㅇ❍-]|[-–—]\s)`)

// ends reports whether a paragraph that has line m last ends before line l.
func (p *pdfParagraph) ends(m, l *pdfLine, after []*pdfLine) bool {
	size := l.size
	text := l.text()
	if marker.MatchString(text) && !(syllable.MatchString(text) && !sentence(m.text()) && max(p.box.X1, l.box.X1)-m.box.X1 < 1.2*size) {
		return true
	}
	if centred(p.lines, l) {
		return false
	}
	marked := marker.MatchString(p.lines[0].text())
	switch body := p.indent(); {
	case l.rtl || m.rtl:
	case len(p.lines) == 1 && l.box.X0 > m.box.X0+0.8*size && !marked:
		return true
	case len(p.lines) > 1 && l.box.X0 > body+0.8*size && l.box.X0 > p.lines[0].box.X0+0.5*size:
		return true
	case len(p.lines) > 1 && l.box.X0 < body-2*size && marked:
		return true
	}
	right := max(p.box.X1, l.box.X1)
	for _, f := range after[:min(len(after), 40)] { // the lines below show how wide the column is
		if f.turn != l.turn || f.base-l.base > 4*size || f.base < l.base || f.box.X0 > l.box.X1 || math.Abs(f.size-l.size) > 1 {
			break
		}
		right = max(right, f.box.X1)
	}
	if l.rtl {
		return false
	}
	return right-m.box.X1 > l.firstWord()+0.6*size
}

// indent is where the lines after the first begin.
func (p *pdfParagraph) indent() float64 {
	if len(p.lines) > 1 {
		return p.lines[1].box.X0
	}
	return p.lines[0].box.X0
}

// centred reports whether all lines have one middle, and not one beginning.
func centred(lines []*pdfLine, l *pdfLine) bool {
	if len(lines) > 3 {
		return false
	}
	middle := (l.box.X0 + l.box.X1) / 2
	for _, m := range lines {
		if math.Abs((m.box.X0+m.box.X1)/2-middle) > 0.5*l.size || math.Abs(m.box.X0-l.box.X0) < l.size {
			return false
		}
	}
	return true
}

// firstWord is how wide the line's first word is.
func (l *pdfLine) firstWord() float64 {
	n, all := 0, 0
	space := false
	for _, g := range l.glyphs {
		if g.r == ' ' {
			space = true
			continue
		}
		all++
		if !space {
			n++
		}
	}
	if all == 0 {
		return 0
	}
	return (l.box.X1 - l.box.X0) * float64(n) / float64(all)
}

// block makes a block of a paragraph. soft are the places of spaces of which nothing says that they are any.
func (p *pdfPage) block(sheet *pdfSheet, from *pdfParagraph, kind Kind) (b Block, soft []int) {
	w := &blockWriter{page: p}
	for i, l := range from.lines {
		if i > 0 {
			m := from.lines[i-1]
			space, unsure := sheet.between(m, l)
			if unsure {
				soft = append(soft, w.text.Len())
			}
			w.text.WriteString(space)
		}
		begin := w.text.Len()
		w.line(l)
		w.lines = append(w.lines, Line{Start: begin, End: w.text.Len(), Page: p.number, Rect: sheet.back(l.box, l.turn).rounded(), Turn: l.turn,
			Steps: l.steps(sheet, w.text.String()[begin:])})
	}
	b = Block{Kind: kind, Text: w.text.String(), Lines: w.lines, Marks: w.marks}
	b.Page = p.number
	if len(from.lines) > 0 {
		box := sheet.back(from.box, from.lines[0].turn).rounded()
		b.Rect = &box
	}
	w.close()
	b.Marks = w.marks
	if len(b.Marks) == 1 && b.Marks[0].Kind == MarkHidden && b.Marks[0].Start == 0 && b.Marks[0].End == len(b.Text) {
		b.Hidden, b.Marks = true, nil
	}
	return b, soft
}

// rounded has hundredths of a point.
func (r Rect) rounded() Rect {
	round := func(f float64) float64 { return math.Round(f*100) / 100 }
	return Rect{round(r.X0), round(r.Y0), round(r.X1), round(r.Y1)}
}

// between is what stands between two lines of a paragraph. Chinese and Japanese are written without spaces; Korean has them,
// and a line may end in the middle of a word: whether it does, a file that has its spaces says, and of others nothing does.
func (s *pdfSheet) between(m, l *pdfLine) (space string, unsure bool) {
	if math.Abs(l.base-m.base) <= 0.3*max(m.size, l.size) && l.turn == m.turn {
		if l.box.X0-m.box.X1 > 1.6*l.size {
			return "\t", false
		}
		return " ", false
	}
	if len(m.glyphs) == 0 || len(l.glyphs) == 0 {
		return "", false
	}
	a, b := m.glyphs[len(m.glyphs)-1].r, l.glyphs[0].r
	switch {
	case ideograph(a) && ideograph(b):
		return "", false
	case m.spaced || !hangul(b) || !hangul(a) && !unicode.IsDigit(a):
		return " ", false
	case s.spaces:
		return "", false
	}
	return " ", true
}

func hangul(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }

func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}

// blockWriter writes the text of a block, and notes what is hidden or leads somewhere.
type blockWriter struct {
	page   *pdfPage
	text   strings.Builder
	lines  []Line
	marks  []Mark
	hidden bool
	to     string
	begun  int
}

// line writes a line. Stretches that are marked alike are brought into NFC on their own, so that marks keep their place.
func (w *blockWriter) line(l *pdfLine) {
	var run []rune
	flush := func() {
		w.text.WriteString(clean(string(run)))
		run = run[:0]
	}
	for _, g := range l.glyphs {
		hidden, to := g.style.hidden, ""
		if g.r == ' ' {
			hidden, to = w.hidden, w.to
		} else {
			hidden = hidden || w.page.outside(&g)
			to = w.page.linkAt(&g)
		}
		if hidden != w.hidden || to != w.to {
			flush()
			w.close()
			w.hidden, w.to, w.begun = hidden, to, w.text.Len()
		}
		run = append(run, g.r)
	}
	flush()
}

// close ends the mark that is open.
func (w *blockWriter) close() {
	end := w.text.Len()
	if end > w.begun {
		if w.hidden {
			w.marks = append(w.marks, Mark{Start: w.begun, End: end, Kind: MarkHidden})
		}
		if w.to != "" {
			w.marks = append(w.marks, Mark{Start: w.begun, End: end, Kind: MarkLink, Value: w.to})
		}
	}
	w.hidden, w.to, w.begun = false, "", end
}

// outside reports whether a glyph is beside the page.
func (p *pdfPage) outside(g *pdfGlyph) bool {
	x, y := (g.x0+g.x1)/2, (g.y0+g.y1)/2
	return x < 0 || y < 0 || x > p.width || y > p.height
}

// band is the stretch of a page that a height is in.
func band(y float64) int { return int(max(min(y, 20_000), -1) / 16) }

// bandLinks notes which links are in which bands.
func (p *pdfPage) bandLinks() {
	p.linkBands = map[int][]int{}
	for i, l := range p.links {
		for b := band(l.Y0); b <= band(l.Y1); b++ {
			p.linkBands[b] = append(p.linkBands[b], i)
		}
	}
}

// linkAt is where a glyph leads.
func (p *pdfPage) linkAt(g *pdfGlyph) string {
	x, y := (g.x0+g.x1)/2, (g.y0+g.y1)/2
	for _, i := range p.linkBands[band(y)] {
		if p.links[i].has(x, y) {
			return p.links[i].to
		}
	}
	return ""
}

// itemLevel is how deep an item of a list is, by the kinds of marks and places of those before it.
func itemLevel(x float64, size float64, open *[]float64) int {
	for len(*open) > 0 && x < (*open)[len(*open)-1]-0.5*size {
		*open = (*open)[:len(*open)-1]
	}
	if len(*open) == 0 || x > (*open)[len(*open)-1]+0.5*size {
		*open = append(*open, x)
	}
	return len(*open)
}

// sentence reports whether a text ends like one.
func sentence(text string) bool {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	r, _ := utf8.DecodeLastRuneInString(text)
	return slices.Contains([]rune{'.', '。', '?', '!', ';', ',', '다', '요'}, r) && !strings.HasSuffix(text, "..")
}
