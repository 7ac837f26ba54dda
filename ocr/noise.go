package ocr

import (
	"math"
	"slices"
)

// cleaned takes noise away, if there is any: pixels that differ from all around them. It returns the picture for reading, and
// one without grain for finding where things stand, in which thin strokes are thinner.
func (g *gray) cleaned() (read, find *gray) {
	if g.w < 8 || g.h < 8 {
		return g, g
	}
	if specks, _ := g.specks(); specks > 0.0005 {
		g = g.median()
	}
	_, grain := g.specks()
	if grain > 6 {
		return g, g.blurred(min(0.5+grain/40, 1.2))
	}
	return g, g
}

// specks are the share of pixels that stand out from all of their neighbours, which among themselves are alike, and how much
// the rest differ from them (a standard deviation of shades).
func (g *gray) specks() (share, grain float64) {
	lonely, plain := 0, 0
	var devs [256]int
	devCount := 0
	for y := 1; y < g.h-1; y += 2 {
		up, row, down := g.row(y-1), g.row(y), g.row(y+1)
		for x := 1; x < g.w-1; x += 2 {
			lo, hi, sum := 255, 0, 0
			for _, v := range [8]uint8{up[x-1], up[x], up[x+1], row[x-1], row[x+1], down[x-1], down[x], down[x+1]} {
				lo, hi, sum = min(lo, int(v)), max(hi, int(v)), sum+int(v)
			}
			if hi-lo > 110 {
				continue // an edge of a stroke
			}
			plain++
			v := int(row[x])
			if v < lo-60 || v > hi+60 {
				if !g.dotted(x, y) {
					lonely++
				}
				continue
			}
			d := v - sum/8
			devs[max(d, -d)]++
			devCount++
		}
	}
	if plain == 0 {
		return 0, 0
	}
	// The median of the differences, as a standard deviation: a pixel's less the mean of eight.
	seen, median := 0, 0
	for seen+devs[median] <= devCount/2 && median < 255 {
		seen += devs[median]
		median++
	}
	return float64(lonely) / float64(plain), float64(median) / 0.6745 / math.Sqrt(1+1.0/8)
}

// dotted reports whether a pixel that stands out is a dot of a dotted rule: others are a little way off on both of its sides.
func (g *gray) dotted(x, y int) bool {
	v := int(g.pix[y*g.w+x])
	like := func(dx, dy int) bool {
		for d := 2; d <= 4; d++ {
			u, w := x+d*dx, y+d*dy
			if u >= 0 && w >= 0 && u < g.w && w < g.h && int(g.pix[w*g.w+u]) < v+60 && int(g.pix[w*g.w+u]) > v-60 {
				return true
			}
		}
		return false
	}
	return like(-1, 0) && like(1, 0) || like(0, -1) && like(0, 1)
}

// median gives pixels that stand out from the eight around them the middle shade of the nine.
func (g *gray) median() *gray {
	const apart = 48
	out := newGray(g.w, g.h)
	copy(out.pix, g.pix)
	for y := 1; y < g.h-1; y++ {
		for x := 1; x < g.w-1; x++ {
			i := y*g.w + x
			v := int(g.pix[i])
			up, row, down := g.pix[i-g.w-1:i-g.w+2], g.pix[i-1:i+2], g.pix[i+g.w-1:i+g.w+2]
			nine := [9]uint8{up[0], up[1], up[2], row[0], row[1], row[2], down[0], down[1], down[2]}
			above, below := 0, 0
			for _, p := range nine {
				if int(p) > v+apart {
					above++
				} else if int(p) < v-apart {
					below++
				}
			}
			// A speck of one pixel differs from all, of two that touch from seven. A stroke of one pixel has two neighbours.
			if above >= 7 || below >= 7 {
				slices.Sort(nine[:])
				out.pix[i] = nine[4]
			}
		}
	}
	return out
}

// blurred is the picture under a Gaussian of a standard deviation in pixels.
func (g *gray) blurred(sigma float64) *gray {
	reach := int(math.Ceil(2.5 * sigma))
	weights := make([]int32, reach+1)
	total := 0.0
	for i := -reach; i <= reach; i++ {
		total += math.Exp(-float64(i*i) / (2 * sigma * sigma))
	}
	left := int32(1 << 16)
	for i := 1; i <= reach; i++ {
		weights[i] = int32(math.Exp(-float64(i*i)/(2*sigma*sigma)) / total * (1 << 16))
		left -= 2 * weights[i]
	}
	weights[0] = left
	pass := func(from, to *gray) { // along rows, turned over
		for y := range from.h {
			row := from.row(y)
			for x := range row {
				sum := weights[0] * int32(row[x])
				for i := 1; i <= reach; i++ {
					sum += weights[i] * (int32(row[max(x-i, 0)]) + int32(row[min(x+i, len(row)-1)]))
				}
				to.pix[x*to.w+y] = uint8((sum + 1<<15) >> 16)
			}
		}
	}
	over, out := newGray(g.h, g.w), newGray(g.w, g.h)
	pass(g, over)
	pass(over, out)
	return out
}
