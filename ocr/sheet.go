package ocr

import (
	"math"
	"slices"
)

// sheetSide is how many pixels the longer side of a picture has in which a sheet is looked for.
const sheetSide = 480

// sheet looks for a sheet of paper that was photographed before something darker, and returns the map from a straight
// picture of w × h of it to the photograph.
func sheet(g *gray) (m matrix, w, h int, found bool) {
	factor := max((max(g.w, g.h)+sheetSide-1)/sheetSide, 1)
	small := g.reduced(factor)
	threshold, dark, bright, _ := otsu(small.histogram())
	if small.w < 32 || small.h < 32 || bright-dark < 30 {
		return m, 0, 0, false
	}
	mask := largest(small, threshold)
	area, edge := 0, 0
	for i, in := range mask.pix {
		x, y := i%mask.w, i/mask.w
		if in != 0 {
			area++
			if x == 0 || y == 0 || x == mask.w-1 || y == mask.h-1 {
				edge++
			}
		}
	}
	// A scan reaches the edges of its picture; a photographed sheet leaves most of them to what it lies on.
	if area < len(mask.pix)/5 || edge > (mask.w+mask.h) {
		return m, 0, 0, false
	}
	outline := hull(mask)
	q, quadArea := corners(outline)
	if hullArea := polygon(outline); quadArea < 0.93*hullArea || quadArea < 0.2*float64(len(mask.pix)) {
		return m, 0, 0, false
	}
	q = sharpened(mask, q)
	if !plausible(q) {
		return m, 0, 0, false
	}
	for i := range q {
		q[i].x, q[i].y = q[i].x*float64(factor), q[i].y*float64(factor)
	}
	w = int(max(distance(q[0], q[1]), distance(q[3], q[2])))
	h = int(max(distance(q[0], q[3]), distance(q[1], q[2])))
	if w < 32 || h < 32 || w*h > 2*maxWork {
		return m, 0, 0, false
	}
	m, found = projection(float64(w), float64(h), q)
	return m, w, h, found
}

func distance(a, b point) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

// largest is the largest piece of what is brighter than a threshold.
func largest(g *gray, threshold int) *gray {
	b := newBitmap(g.w, g.h)
	for i, v := range g.pix {
		if int(v) > threshold {
			b.pix[i] = 1
		}
	}
	all := parts(b)
	best := 0
	for i, p := range all.parts {
		if p.area > all.parts[best].area {
			best = i
		}
	}
	out := newGray(g.w, g.h)
	if len(all.parts) > 0 {
		all.each(best, func(y, x0, x1 int) {
			for x := x0; x < x1; x++ {
				out.pix[y*g.w+x] = 1
			}
		})
	}
	return out
}

// hull is the convex hull of a mask, clockwise as it is seen. [Andrew's monotone chain, 1979]
func hull(mask *gray) []point {
	var points []point // the outermost of each row
	for y := range mask.h {
		row := mask.row(y)
		first, last := slices.Index(row, 1), -1
		for x := len(row) - 1; x >= 0 && last < 0; x-- {
			if row[x] == 1 {
				last = x + 1
			}
		}
		if first >= 0 {
			points = append(points, point{float64(first), float64(y)}, point{float64(first), float64(y + 1)},
				point{float64(last), float64(y)}, point{float64(last), float64(y + 1)})
		}
	}
	slices.SortFunc(points, func(a, b point) int {
		if a.x != b.x {
			return int(math.Copysign(1, a.x-b.x))
		}
		return int(a.y - b.y)
	})
	half := func(points []point) (chain []point) {
		for _, p := range points {
			for len(chain) >= 2 && cross(chain[len(chain)-2], chain[len(chain)-1], p) <= 0 {
				chain = chain[:len(chain)-1]
			}
			chain = append(chain, p)
		}
		return chain[:max(len(chain)-1, 0)]
	}
	upper := half(points)
	slices.Reverse(points)
	return append(upper, half(points)...)
}

// cross is twice the area of a triangle, more than 0 if it is clockwise as it is seen.
func cross(a, b, c point) float64 { return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x) }

func polygon(p []point) float64 {
	sum := 0.0
	for i := 2; i < len(p); i++ {
		sum += cross(p[0], p[i-1], p[i])
	}
	return math.Abs(sum) / 2
}

// corners are the four points of a hull with the largest area between them, from the one nearest to the top left clockwise.
func corners(outline []point) (best [4]point, area float64) {
	const most = 48 // of hull points, evenly
	p := outline
	if len(p) > most {
		p = nil
		for i := range most {
			p = append(p, outline[i*len(outline)/most])
		}
	}
	for a := 0; a < len(p); a++ {
		for c := a + 2; c < len(p); c++ {
			b, d := a+1, (c+1)%len(p)
			for i := a + 1; i < c; i++ {
				if cross(p[a], p[i], p[c]) > cross(p[a], p[b], p[c]) {
					b = i
				}
			}
			for i := c + 1; i < len(p)+a; i++ {
				if cross(p[c], p[i%len(p)], p[a]) > cross(p[c], p[d], p[a]) {
					d = i % len(p)
				}
			}
			if got := (cross(p[a], p[b], p[c]) + cross(p[c], p[d], p[a])) / 2; got > area {
				best, area = [4]point{p[a], p[b], p[c], p[d]}, got
			}
		}
	}
	first := 0
	for i, q := range best {
		if q.x+q.y < best[first].x+best[first].y {
			first = i
		}
	}
	return [4]point{best[first], best[(first+1)%4], best[(first+2)%4], best[(first+3)%4]}, area
}

// sharpened fits a line to the rim of the mask along each side, and returns where the lines meet.
func sharpened(mask *gray, q [4]point) [4]point {
	var lines [4][2]point
	for i := range q {
		a, b := q[i], q[(i+1)%4]
		lines[i] = fitted(rim(mask, a, b), a, b)
	}
	var out [4]point
	for i := range q {
		p, ok := crossing(lines[(i+3)%4], lines[i])
		if !ok || distance(p, q[i]) > 0.1*float64(mask.w+mask.h) {
			p = q[i]
		}
		out[i] = p
	}
	return out
}

// rim are points of the edge of a mask near the middle four fifths of the line from a to b, with the mask on its right hand.
func rim(mask *gray, a, b point) (points []point) {
	const reach = 6
	length := distance(a, b)
	if length < 8 {
		return nil
	}
	nx, ny := -(b.y-a.y)/length, (b.x-a.x)/length // into the mask
	for s := 0.1 * length; s < 0.9*length; s++ {
		at := point{a.x + (b.x-a.x)*s/length, a.y + (b.y-a.y)*s/length}
		for d := -float64(reach); d <= reach; d += 0.5 {
			x, y := int(math.Floor(at.x+nx*d)), int(math.Floor(at.y+ny*d))
			if x >= 0 && y >= 0 && x < mask.w && y < mask.h && mask.pix[y*mask.w+x] == 1 {
				if d > -reach {
					points = append(points, point{at.x + nx*d, at.y + ny*d})
				}
				break
			}
		}
	}
	return points
}

// fitted is the line through points, by least squares, twice: the second time without those far from the first; from a to b
// if there are too few.
func fitted(points []point, a, b point) [2]point {
	line := [2]point{a, b}
	for range 2 {
		var near []point
		length := distance(line[0], line[1])
		for _, p := range points {
			if math.Abs(cross(line[0], line[1], p)) <= 4*length {
				near = append(near, p)
			}
		}
		if len(near) < 8 {
			return line
		}
		var mx, my, xx, xy, yy float64
		for _, p := range near {
			mx, my = mx+p.x/float64(len(near)), my+p.y/float64(len(near))
		}
		for _, p := range near {
			xx, xy, yy = xx+(p.x-mx)*(p.x-mx), xy+(p.x-mx)*(p.y-my), yy+(p.y-my)*(p.y-my)
		}
		angle := 0.5 * math.Atan2(2*xy, xx-yy)
		s, c := math.Sincos(angle)
		line = [2]point{{mx - 100*c, my - 100*s}, {mx + 100*c, my + 100*s}}
	}
	return line
}

// crossing is where two lines meet.
func crossing(l, k [2]point) (point, bool) {
	dx, dy, ex, ey := l[1].x-l[0].x, l[1].y-l[0].y, k[1].x-k[0].x, k[1].y-k[0].y
	det := dx*ey - dy*ex
	if math.Abs(det) < 1e-6 {
		return point{}, false
	}
	t := ((k[0].x-l[0].x)*ey - (k[0].y-l[0].y)*ex) / det
	return point{l[0].x + t*dx, l[0].y + t*dy}, true
}

// plausible reports whether four corners can be those of a sheet: each angle between 50 and 130 degrees.
func plausible(q [4]point) bool {
	for i := range q {
		a, b, c := q[(i+3)%4], q[i], q[(i+1)%4]
		cos := ((a.x-b.x)*(c.x-b.x) + (a.y-b.y)*(c.y-b.y)) / max(distance(a, b)*distance(b, c), 1e-9)
		if math.Abs(cos) > 0.64 || cross(a, b, c) <= 0 {
			return false
		}
	}
	return true
}
