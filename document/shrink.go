package document

import (
	"image"
)

// shrunk is a part of a picture in fewer pixels, w by h, each of them the mean of what it covers; what is transparent is white.
// Beside the picture it takes the memory of some rows: a photograph of a telephone has 64 million pixels, and a filter that goes
// over it in two passes would need several times as much for what is in between.
func shrunk(m image.Image, part image.Rectangle, w, h int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	across, down := float32(w)/float32(part.Dx()), float64(h)/float64(part.Dy())
	row, sum, next := make([]float32, 4*w), make([]float32, 4*w), make([]float32, 4*w)
	y := 0
	for n := range part.Dy() {
		narrowed(row, m, part, part.Min.Y+n, across)
		until := down * float64(n+1) // where the row ends, in rows of the smaller picture
		over := float32(max(until-float64(y+1), 0))
		for i, v := range row {
			sum[i] += (float32(down) - over) * v
			next[i] = over * v
		}
		if last := n == part.Dy()-1; y < h && (last || until >= float64(y+1)) {
			whiten(out.Pix[y*out.Stride:][:4*w], sum)
			sum, next = next, sum
			y++
		}
	}
	return out
}

// narrowed has a row of the part of a picture in fewer pixels, across of which are one of the picture.
func narrowed(row []float32, m image.Image, part image.Rectangle, y int, across float32) {
	clear(row)
	fast, _ := m.(image.RGBA64Image)
	last := len(row)/4 - 1
	for n := range part.Dx() {
		var r, g, b, a uint32
		if fast != nil {
			c := fast.RGBA64At(part.Min.X+n, y)
			r, g, b, a = uint32(c.R), uint32(c.G), uint32(c.B), uint32(c.A)
		} else {
			r, g, b, a = m.At(part.Min.X+n, y).RGBA()
		}
		begin, end := float32(float64(across)*float64(n)), float32(float64(across)*float64(n+1))
		x := min(int(begin), last)
		over := max(end-float32(x+1), 0)
		if x == last {
			over = 0
		}
		add := func(x int, share float32) {
			p := row[4*x:][:4]
			p[0] += share * float32(r)
			p[1] += share * float32(g)
			p[2] += share * float32(b)
			p[3] += share * float32(a)
		}
		add(x, end-begin-over)
		if over > 0 {
			add(x+1, over)
		}
	}
}

// whiten writes a row of colours, whose alpha is in them, onto white.
func whiten(to []uint8, row []float32) {
	for i := 0; i < len(row); i += 4 {
		white := 65535 - row[i+3]
		for c := range 3 {
			to[i+c] = uint8(min(max((row[i+c]+white)/257+0.5, 0), 255))
		}
		to[i+3] = 255
	}
}
