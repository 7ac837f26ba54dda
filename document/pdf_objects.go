package document

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math"
	"strings"
)

var errNoPage = errors.New("the page is not in the file, or is no page")

// boldName reports whether a font's name says that it is bold.
func boldName(name string) bool {
	lower := strings.ToLower(name)
	for _, word := range []string{"bold", "heavy", "black", "demi", "extrab"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

const (
	mostObjects  = 1_000_000 // looked at of a page
	mostSegments = 200_000   // of its paths
	mostForms    = 12        // forms in forms
	mostPictures = 10_000    // of a page
)

// The types of page objects, as FPDFPageObj_GetType has them.
const (
	objectPath  = 2
	objectImage = 3
	objectForm  = 5
)

// matrix is of six numbers, as PDF writes it.
type matrix [6]float64

// then is what first m and then n do.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) at(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}

// objects reads the page's lines, areas and pictures.
func (r *pdfReader) objects(p *pdfPage, page uint64) {
	w := &objectWalk{pdfReader: r, p: p}
	n := r.number("FPDFPage_CountObjects", page)
	get, kind := r.function("FPDFPage_GetObject"), r.function("FPDFPageObj_GetType")
	for i := range uint64(max(n, 0)) {
		if w.seen++; w.seen > mostObjects || r.err != nil {
			break
		}
		o := r.invoke(get, page, i)
		w.object(o, int(int32(r.invoke(kind, o))), matrix{1, 0, 0, 1, 0, 0}, 0)
	}
	p.odd = p.odd || w.seen > mostObjects
}

type objectWalk struct {
	*pdfReader
	p        *pdfPage
	seen     int
	segments int
}

func (w *objectWalk) object(o uint64, kind int, to matrix, depth int) {
	switch kind {
	case objectPath:
		w.path(o, w.matrixOf(o).then(to))
	case objectImage:
		w.picture(o, w.matrixOf(o).then(to))
	case objectForm:
		if depth >= mostForms {
			w.p.odd = true
			return
		}
		inner := w.matrixOf(o).then(to)
		for i := range uint64(max(w.number("FPDFFormObj_CountObjects", o), 0)) {
			if w.seen++; w.seen > mostObjects || w.err != nil {
				return
			}
			child := w.call("FPDFFormObj_GetObject", o, i)
			w.object(child, w.number("FPDFPageObj_GetType", child), inner, depth+1)
		}
	}
}

func (w *objectWalk) matrixOf(o uint64) matrix {
	m := matrix{1, 0, 0, 1, 0, 0}
	if w.number("FPDFPageObj_GetMatrix", o, w.scratch) != 0 {
		w.floats(m[:])
	}
	return m
}

// path takes from a path the lines along the page's edges that are drawn, and the areas that are filled.
func (w *objectWalk) path(o uint64, to matrix) {
	n := w.number("FPDFPath_CountSegments", o)
	if w.segments += n; n < 2 || w.segments > mostSegments {
		return
	}
	w.call("FPDFPath_GetDrawMode", o, w.scratch, w.scratch+4)
	b := w.bytes(w.scratch, 8)
	if len(b) < 8 {
		return
	}
	filled, stroked := b[0] != 0, b[4] != 0
	if !filled && !stroked {
		return
	}
	dark, seen := w.darkness(o, filled, stroked)
	points := w.points(o, n, to)
	if filled {
		w.fill(points, dark, seen && !stroked)
	}
	if stroked && seen {
		for i := 1; i < len(points); i++ {
			if points[i].line {
				w.rule(points[i-1], points[i])
			}
		}
	}
}

// darkness reports whether what is filled is dark, and whether what is drawn is seen on white at all.
func (w *objectWalk) darkness(o uint64, filled, stroked bool) (dark, seen bool) {
	light := func(name string) (float64, bool) {
		if w.number(name, o, w.scratch, w.scratch+4, w.scratch+8, w.scratch+12) == 0 {
			return 0, true
		}
		r, g, b, a := w.colour()
		return 1 - (1-(0.3*float64(r)+0.59*float64(g)+0.11*float64(b))/255)*float64(a)/255, a > 0
	}
	if filled {
		l, _ := light("FPDFPageObj_GetFillColor")
		dark, seen = l < 0.9, l < 0.98
	}
	if stroked {
		l, _ := light("FPDFPageObj_GetStrokeColor")
		seen = l < 0.98
	}
	return dark, seen
}

type pathPoint struct {
	x, y float64
	line bool // a straight line comes from the point before
}

// points are a path's, as they are seen; closing lines are made explicit.
func (w *objectWalk) points(o uint64, n int, to matrix) []pathPoint {
	const lineTo, bezierTo, moveTo = 0, 1, 2
	get, point := w.function("FPDFPath_GetPathSegment"), w.function("FPDFPathSegment_GetPoint")
	kind, closes := w.function("FPDFPathSegment_GetType"), w.function("FPDFPathSegment_GetClose")
	out := make([]pathPoint, 0, n+1)
	begin := 0
	for i := range uint64(n) {
		segment := w.invoke(get, o, i)
		w.invoke(point, segment, w.scratch, w.scratch+4)
		var at [2]float64
		w.floats(at[:])
		x, y := to.at(at[0], at[1])
		q := pathPoint{}
		q.x, q.y = w.p.frame.at(x, y)
		t := int(int32(w.invoke(kind, segment)))
		q.line = t == lineTo
		if t == moveTo {
			begin = len(out)
		}
		if !finite(q.x, q.y) {
			return nil
		}
		out = append(out, q)
		if int32(w.invoke(closes, segment)) != 0 && begin < len(out) {
			out = append(out, pathPoint{out[begin].x, out[begin].y, true})
		}
	}
	return out
}

// fill takes a filled area: what is thin is a line, and its box stands for any other.
func (w *objectWalk) fill(points []pathPoint, dark, seen bool) {
	if len(points) < 3 {
		return
	}
	box := Rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, q := range points {
		box = Rect{min(box.X0, q.x), min(box.Y0, q.y), max(box.X1, q.x), max(box.Y1, q.y)}
	}
	const thin = 2.5
	width, height := box.X1-box.X0, box.Y1-box.Y0
	switch {
	case seen && len(points) <= 6 && height <= thin && width > 2*thin:
		y := (box.Y0 + box.Y1) / 2
		w.rule(pathPoint{x: box.X0, y: y}, pathPoint{x: box.X1, y: y})
	case seen && len(points) <= 6 && width <= thin && height > 2*thin:
		x := (box.X0 + box.X1) / 2
		w.rule(pathPoint{x: x, y: box.Y0}, pathPoint{x: x, y: box.Y1})
	case width > thin && height > thin && len(w.p.fills) < 2000:
		w.p.fills = append(w.p.fills, pdfFill{box, dark})
	}
}

// rule takes a line if it is along an edge of the page.
func (w *objectWalk) rule(a, b pathPoint) {
	const askew, shortest = 0.75, 3
	dx, dy := math.Abs(a.x-b.x), math.Abs(a.y-b.y)
	if len(w.p.rules) < 50_000 && (dx <= askew && dy >= shortest || dy <= askew && dx >= shortest) {
		w.p.rules = append(w.p.rules, pdfRule{min(a.x, b.x), min(a.y, b.y), max(a.x, b.x), max(a.y, b.y)})
	}
}

// picture takes a picture: where it is, and its bytes if they are wanted.
func (w *objectWalk) picture(o uint64, to matrix) {
	box := Rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, corner := range [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		x, y := w.p.frame.at(to.at(corner[0], corner[1]))
		box = Rect{min(box.X0, x), min(box.Y0, y), max(box.X1, x), max(box.Y1, y)}
	}
	if !finite(box.X0, box.Y0, box.X1, box.Y1) {
		box = Rect{}
	}
	if len(w.p.pictures) >= mostPictures {
		w.p.odd = true
		return
	}
	picture := pdfPicture{Rect: box, image: Image{Page: w.p.number}}
	if w.number("FPDFImageObj_GetImagePixelSize", o, w.scratch, w.scratch+4) != 0 {
		if b := w.bytes(w.scratch, 8); len(b) == 8 {
			picture.image.Width = int(binary.LittleEndian.Uint32(b))
			picture.image.Height = int(binary.LittleEndian.Uint32(b[4:]))
		}
	}
	picture.image.Type = w.imageType(o)
	raw := w.number("FPDFImageObj_GetImageDataRaw", o, 0, 0)
	picture.image.Size = int64(max(raw, 0))
	const most, told = 64 << 20, 1 << 20 // bytes that are kept, and that are looked at to tell pictures apart
	sum := fnv.New64a()
	_, _ = sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(picture.image.Width)<<32|uint64(picture.image.Height)))
	_, _ = sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(raw)))
	if w.images || raw <= told {
		data := w.filled("FPDFImageObj_GetImageDataRaw", most, o)
		_, _ = sum.Write(data[:min(len(data), told)])
		if w.images {
			picture.image.Data = append([]byte(nil), data...)
		}
	}
	picture.key = sum.Sum64()
	w.p.pictures = append(w.p.pictures, picture)
}

// imageType is a picture's media type, by its last filter.
func (w *objectWalk) imageType(o uint64) string {
	n := w.number("FPDFImageObj_GetImageFilterCount", o)
	if n < 1 {
		return ""
	}
	switch w.narrow("FPDFImageObj_GetImageFilter", o, uint64(n-1)) {
	case "DCTDecode", "DCT":
		return "image/jpeg"
	case "JPXDecode":
		return "image/jp2"
	case "JBIG2Decode":
		return "image/x-jbig2"
	case "CCITTFaxDecode", "CCF":
		return "image/x-ccitt"
	}
	return ""
}
