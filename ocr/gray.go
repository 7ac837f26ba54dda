package ocr

import (
	"image"
	"image/color"
)

// gray is a picture in shades of gray, 0 black, rows without gaps.
type gray struct {
	w, h int
	pix  []uint8 // [h·w]
}

func newGray(w, h int) *gray { return &gray{w, h, make([]uint8, w*h)} }

func (g *gray) row(y int) []uint8 { return g.pix[y*g.w : (y+1)*g.w] }

// maxWork is how many pixels are worked on: a sheet of A3 at 300 dpi and a little. Larger pictures are made smaller.
const maxWork = 20 << 20

// grayOf turns a picture to gray, upright as its camera held it (EXIF's orientation), what is transparent white, and
// smaller by a whole factor if it is larger than maxWork.
func grayOf(m image.Image, orientation int) (g *gray, factor int) {
	b := m.Bounds()
	factor = 1
	for b.Dx()/factor*(b.Dy()/factor) > maxWork {
		factor++
	}
	g = newGray(max(b.Dx()/factor, 1), max(b.Dy()/factor, 1))
	light := lightness(m)
	line := make([]uint8, b.Dx())
	sums := make([]uint32, g.w)
	for y := range g.h {
		if factor == 1 {
			light(y, g.row(y))
			continue
		}
		clear(sums)
		rows := 0
		for ; rows < factor && y*factor+rows < b.Dy(); rows++ {
			light(y*factor+rows, line)
			for x := range g.w {
				for i := x * factor; i < min((x+1)*factor, len(line)); i++ {
					sums[x] += uint32(line[i])
				}
			}
		}
		for x, s := range sums {
			g.row(y)[x] = uint8(s / uint32(rows*min(factor, len(line)-x*factor)))
		}
	}
	return g.oriented(orientation), factor
}

// lightness returns a function that writes the lightness of a row, from 0, of a picture.
func lightness(m image.Image) func(y int, to []uint8) {
	b := m.Bounds()
	switch m := m.(type) {
	case *image.Gray:
		return func(y int, to []uint8) { copy(to, m.Pix[y*m.Stride:]) }
	case *image.YCbCr:
		return func(y int, to []uint8) { copy(to, m.Y[y*m.YStride:y*m.YStride+b.Dx()]) }
	case *image.Paletted:
		var table [256]uint8
		for i, c := range m.Palette {
			table[i] = onWhite(c)
		}
		return func(y int, to []uint8) {
			for x, i := range m.Pix[y*m.Stride : y*m.Stride+b.Dx()] {
				to[x] = table[i]
			}
		}
	case *image.NRGBA:
		return func(y int, to []uint8) {
			p := m.Pix[y*m.Stride:]
			for x := range to {
				l, a := luma(p[4*x], p[4*x+1], p[4*x+2]), uint32(p[4*x+3])
				to[x] = uint8((l*a + 255*(255-a)) / 255)
			}
		}
	case *image.RGBA:
		return func(y int, to []uint8) {
			p := m.Pix[y*m.Stride:]
			for x := range to {
				to[x] = uint8(min(luma(p[4*x], p[4*x+1], p[4*x+2])+255-uint32(p[4*x+3]), 255))
			}
		}
	}
	return func(y int, to []uint8) {
		for x := range to {
			to[x] = onWhite(m.At(b.Min.X+x, b.Min.Y+y))
		}
	}
}

// luma weighs colours as JPEG does (ITU-R BT.601).
func luma(r, g, b uint8) uint32 {
	return (19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16
}

// onWhite is the lightness of a colour before white.
func onWhite(c color.Color) uint8 {
	r, g, b, a := c.RGBA()
	return uint8(min(luma(uint8(r>>8), uint8(g>>8), uint8(b>>8))+255-a>>8, 255))
}

// oriented undoes how a camera was held. [Exif 2.3, tag 0x0112]
func (g *gray) oriented(orientation int) *gray {
	switch orientation {
	case 2, 4, 5, 7: // mirrored, and then turned
		for y := range g.h {
			row := g.row(y)
			for i, j := 0, len(row)-1; i < j; i, j = i+1, j-1 {
				row[i], row[j] = row[j], row[i]
			}
		}
	}
	switch orientation {
	case 3, 4:
		return g.turned(2)
	case 6, 7:
		return g.turned(1)
	case 5, 8:
		return g.turned(3)
	}
	return g
}

// turned is the picture turned to the right by so many quarters.
func (g *gray) turned(quarters int) *gray {
	switch quarters & 3 {
	case 1:
		out := newGray(g.h, g.w)
		for y := range out.h {
			row := out.row(y)
			for x := range row {
				row[x] = g.pix[(g.h-1-x)*g.w+y]
			}
		}
		return out
	case 2:
		out := newGray(g.w, g.h)
		for i, v := range g.pix {
			out.pix[len(out.pix)-1-i] = v
		}
		return out
	case 3:
		out := newGray(g.h, g.w)
		for y := range out.h {
			row := out.row(y)
			for x := range row {
				row[x] = g.pix[x*g.w+g.w-1-y]
			}
		}
		return out
	}
	return g
}

// inverted is the picture with black and white exchanged.
func (g *gray) inverted() *gray {
	out := newGray(g.w, g.h)
	for i, v := range g.pix {
		out.pix[i] = 255 - v
	}
	return out
}

// reduced is the picture by a whole factor smaller, each pixel the mean of those it was.
func (g *gray) reduced(factor int) *gray {
	if factor <= 1 {
		return g
	}
	out := newGray(max(g.w/factor, 1), max(g.h/factor, 1))
	for y := range out.h {
		for x := range out.w {
			sum, n := 0, 0
			for v := y * factor; v < min((y+1)*factor, g.h); v++ {
				for _, p := range g.pix[v*g.w+x*factor : v*g.w+min((x+1)*factor, g.w)] {
					sum += int(p)
					n++
				}
			}
			out.pix[y*out.w+x] = uint8(sum / max(n, 1))
		}
	}
	return out
}

// histogram counts the shades.
func (g *gray) histogram() (h [256]int) {
	for _, v := range g.pix {
		h[v]++
	}
	return h
}

// otsu is the threshold that divides shades best into two classes, the means of both, and the share of the darker one.
// [Otsu, A threshold selection method from gray-level histograms, 1979]
func otsu(h [256]int) (threshold int, dark, bright, share float64) {
	n, sum := 0, 0
	for v, c := range h {
		n += c
		sum += v * c
	}
	best := -1.0
	below, belowSum := 0, 0
	for v, c := range h {
		below += c
		belowSum += v * c
		if below == 0 || below == n {
			continue
		}
		d, b := float64(belowSum)/float64(below), float64(sum-belowSum)/float64(n-below)
		if between := float64(below) * float64(n-below) * (b - d) * (b - d); between > best {
			best, threshold, dark, bright, share = between, v, d, b, float64(below)/float64(n)
		}
	}
	return threshold, dark, bright, share
}
