package bench

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
)

// The sizes of the picture, in its own units.
const (
	panelWidth, panelHeight = 270, 230
	panelGap                = 60
	panelTop, panelLeft     = 112, 60
	pictureWidth            = panelLeft + 3*panelWidth + 2*panelGap + 70
	pictureHeight           = panelTop + panelHeight + 150
)

// curve is a line of the picture.
type curve struct {
	name, colour string
	ratios       []GenerationRatio
}

// panel is one of three charts: a ratio over the number of sequences.
type panel struct {
	korean, english string
	lg              float64
	of              func(GenerationRatio) float64
}

// WriteSVG draws time, memory and cost against the stand-in over the number of sequences, with LG's figures as lines.
// The picture says in Korean and English that the predecessor is a stand-in.
func (g *Generations) WriteSVG(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" fill="#222">`+"\n", pictureWidth, pictureHeight)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", pictureWidth, pictureHeight)
	label(&b, panelLeft, 28, `font-size="17" font-weight="bold"`, "EXAONE 3.0: 앞 세대의 대역과 견준 비율 · ratios to a stand-in for its predecessor")
	label(&b, panelLeft, 50, `fill="#b00020" font-weight="bold"`, "대역: LG의 앞 세대 모델은 공개되지 않았습니다 · stand-in: LG's predecessor is not public")
	label(&b, panelLeft, 70, "", fmt.Sprintf("%s, %d/%d layers, %d tokens behind each step, r = %.2f (%s), %d threads, %s",
		g.Shape, g.Layers, g.Of, g.Context, g.Text.R(), g.tokenizerNote(), g.Machine.Threads, g.Machine.Kernels))
	curves := []curve{
		{"EXAONE 3.0 설계, 16비트 · its design, 16 bits", "#1565c0", g.Against(Sixteen)},
		{"이 엔진 (4비트, KV 8비트) · this engine (4 bits, cache 8)", "#2e7d32", g.Against(This)},
		{"이 엔진, 대역이 메모리만 기다린다면 · this engine, if the stand-in waited for memory alone", "#9ccc65", g.bounded(This)},
	}
	for i, p := range []panel{
		{"1,000자의 시간", "time of 1,000 characters", LGTime, func(r GenerationRatio) float64 { return r.Time }},
		{"최대 메모리", "peak memory", LGMemory, func(r GenerationRatio) float64 { return r.Memory }},
		{"비용 = GB·초", "cost = GB-seconds", LGCost, func(r GenerationRatio) float64 { return r.Cost }},
	} {
		g.draw(&b, float64(panelLeft+i*(panelWidth+panelGap)), p, curves)
	}
	y := float64(panelTop + panelHeight + 66)
	for i, c := range curves {
		at := y + float64(i*22)
		fmt.Fprintf(&b, `<path d="M%d %.0fh28" stroke="%s" stroke-width="2.5"/>`+"\n", panelLeft, at-4, c.colour)
		label(&b, panelLeft+36, at, "", c.name)
	}
	y += float64(len(curves) * 22)
	fmt.Fprintf(&b, `<path d="M%d %.0fh28" stroke="#b00020" stroke-dasharray="6 4"/>`+"\n", panelLeft, y-4)
	label(&b, panelLeft+36, y, "", "LG의 발표 (EXAONE 3.0 대 2.0) · LG's claim (EXAONE 3.0 against 2.0): 0.44, 0.65, 0.28")
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// bounded returns the ratios with the steps of the stand-in as short as memory allows.
func (g *Generations) bounded(name string) []GenerationRatio {
	var list []GenerationRatio
	for _, r := range g.Against(name) {
		list = append(list, GenerationRatio{Sequences: r.Sequences, Time: r.BoundTime, Cost: r.BoundCost})
	}
	return list
}

// tokenizerNote says what r was measured against.
func (g *Generations) tokenizerNote() string {
	if g.Text.StrongName == "" {
		return "여기서 훈련한 토크나이저 · not EXAONE's tokenizer"
	}
	return "EXAONE 토크나이저 · EXAONE's tokenizer"
}

// draw writes one chart whose left edge is at x.
func (g *Generations) draw(b *bytes.Buffer, left float64, p panel, curves []curve) {
	top, last := 1.0, g.Sequences[len(g.Sequences)-1]
	for _, c := range curves {
		for _, r := range c.ratios {
			top = max(top, p.of(r))
		}
	}
	top = math.Ceil(top*5) / 5
	x := func(n int) float64 { return left + panelWidth*float64(n-1)/float64(max(1, last-1)) }
	y := func(v float64) float64 { return panelTop + panelHeight*(1-v/top) }
	label(b, left, panelTop-14, `font-weight="bold"`, p.korean+" · "+p.english)
	for v := 0.0; v <= top+0.01; v += 0.2 {
		fmt.Fprintf(b, `<path d="M%.1f %.1fh%d" stroke="#e0e0e0"/>`+"\n", left, y(v), panelWidth)
		label(b, left-8, y(v)+4, `text-anchor="end"`, fmt.Sprintf("%.1f", v))
	}
	for _, n := range g.Sequences {
		label(b, x(n), panelTop+panelHeight+18, `text-anchor="middle"`, fmt.Sprint(n))
	}
	label(b, left+panelWidth/2, panelTop+panelHeight+36, `text-anchor="middle" fill="#555"`, "동시 요청 · sequences at once")
	fmt.Fprintf(b, `<path d="M%.1f %.1fh%d" stroke="#b00020" stroke-dasharray="6 4"/>`+"\n", left, y(p.lg), panelWidth)
	label(b, left+panelWidth+4, y(p.lg)+4, `fill="#b00020" font-size="11"`, fmt.Sprintf("LG %.2f", p.lg))
	for _, c := range curves {
		path, sep := "", "M"
		for _, r := range c.ratios {
			v := p.of(r)
			if v == 0 {
				continue // not known on this system
			}
			path += fmt.Sprintf("%s%.1f %.1f", sep, x(r.Sequences), y(v))
			sep = "L"
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"><title>%d: %.3f</title></circle>`+"\n", x(r.Sequences), y(v), c.colour, r.Sequences, v)
		}
		if path == "" {
			continue
		}
		fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="2.5"/>`+"\n", path, c.colour)
		r := c.ratios[len(c.ratios)-1]
		label(b, x(r.Sequences)-2, y(p.of(r))-8, fmt.Sprintf(`text-anchor="end" fill="%s" font-weight="bold"`, c.colour), fmt.Sprintf("%.*f", digits(p.of(r)), p.of(r)))
	}
}

// digits is how many a ratio is shown with: one more than LG's where it is small.
func digits(v float64) int {
	if v < 0.1 {
		return 3
	}
	return 2
}

// label writes a line of text, escaped.
func label(b *bytes.Buffer, x, y float64, style, text string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" %s>`, x, y, style)
	_ = xml.EscapeText(b, []byte(text)) // a buffer takes everything
	b.WriteString("</text>\n")
}
