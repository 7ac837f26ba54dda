package ocr

import "math"

// matrix maps points of one picture to those of another: a projective map, by rows.
type matrix [9]float64

var identity = matrix{1, 0, 0, 0, 1, 0, 0, 0, 1}

// point is a place in a picture. The centre of the first pixel is 0.5, 0.5.
type point struct{ x, y float64 }

func (m matrix) apply(p point) point {
	w := m[6]*p.x + m[7]*p.y + m[8]
	if w == 0 {
		w = 1e-12
	}
	return point{(m[0]*p.x + m[1]*p.y + m[2]) / w, (m[3]*p.x + m[4]*p.y + m[5]) / w}
}

// after is the map that does n first, then m.
func (m matrix) after(n matrix) (out matrix) {
	for r := range 3 {
		for c := range 3 {
			out[3*r+c] = m[3*r]*n[c] + m[3*r+1]*n[3+c] + m[3*r+2]*n[6+c]
		}
	}
	return out
}

// turn maps a picture that was turned to the right by quarters back to the one of w × h that it was.
func turn(quarters, w, h int) matrix {
	switch quarters & 3 {
	case 1:
		return matrix{0, 1, 0, -1, 0, float64(h), 0, 0, 1}
	case 2:
		return matrix{-1, 0, float64(w), 0, -1, float64(h), 0, 0, 1}
	case 3:
		return matrix{0, -1, float64(w), 1, 0, 0, 0, 0, 1}
	}
	return identity
}

// rotation maps a picture of w × h, whose lines fall to the right by an angle (radians) and were made level, back.
func rotation(angle float64, w, h int) matrix {
	s, c := math.Sincos(angle)
	x, y := float64(w)/2, float64(h)/2
	return matrix{c, -s, x - c*x + s*y, s, c, y - s*x - c*y, 0, 0, 1}
}

// projection maps the rectangle from 0, 0 to w, h to four corners, from the top left one clockwise; false if they lie so that
// there is no such map. [Heckbert, Fundamentals of texture mapping and image warping, 1989, 2.2.3]
func projection(w, h float64, q [4]point) (matrix, bool) {
	sx, sy := q[0].x-q[1].x+q[2].x-q[3].x, q[0].y-q[1].y+q[2].y-q[3].y
	dx1, dx2 := q[1].x-q[2].x, q[3].x-q[2].x
	dy1, dy2 := q[1].y-q[2].y, q[3].y-q[2].y
	det := dx1*dy2 - dx2*dy1
	if math.Abs(det) < 1e-9 || w <= 0 || h <= 0 {
		return identity, false
	}
	g, k := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	return matrix{
		(q[1].x - q[0].x + g*q[1].x) / w, (q[3].x - q[0].x + k*q[3].x) / h, q[0].x,
		(q[1].y - q[0].y + g*q[1].y) / w, (q[3].y - q[0].y + k*q[3].y) / h, q[0].y,
		g / w, k / h, 1,
	}, true
}

// warped is a picture of w × h, each pixel taken from where m maps it to in g, between its four neighbours. What lies outside
// is as the nearest pixel.
func (g *gray) warped(m matrix, w, h int) *gray {
	out := newGray(w, h)
	for y := range h {
		row := out.row(y)
		for x := range row {
			p := m.apply(point{float64(x) + 0.5, float64(y) + 0.5})
			row[x] = g.between(p.x-0.5, p.y-0.5)
		}
	}
	return out
}

// between is the shade at a place between pixels.
func (g *gray) between(x, y float64) uint8 {
	x, y = min(max(x, 0), float64(g.w-1)), min(max(y, 0), float64(g.h-1))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, g.w-1), min(y0+1, g.h-1)
	fx, fy := int(256*(x-float64(x0))), int(256*(y-float64(y0)))
	top := int(g.pix[y0*g.w+x0])*(256-fx) + int(g.pix[y0*g.w+x1])*fx
	low := int(g.pix[y1*g.w+x0])*(256-fx) + int(g.pix[y1*g.w+x1])*fx
	return uint8((top*(256-fy) + low*fy + 1<<15) >> 16)
}

// box is a rectangle of pixels, the last row and column outside.
type box struct{ x0, y0, x1, y1 int }

func (b box) w() int { return b.x1 - b.x0 }
func (b box) h() int { return b.y1 - b.y0 }

// with is the smallest box around two.
func (b box) with(o box) box {
	return box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)}
}

// holds reports whether the middle of another box is in this one.
func (b box) holds(o box) bool {
	x, y := (o.x0+o.x1)/2, (o.y0+o.y1)/2
	return x >= b.x0 && x < b.x1 && y >= b.y0 && y < b.y1
}

// overlap is how many pixels two stretches have in common.
func overlap(a0, a1, b0, b1 int) int { return max(min(a1, b1)-max(a0, b0), 0) }
