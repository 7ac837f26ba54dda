package document

import "math"

// Whoever looks at a picture through few pixels sees nothing of one that is much longer than wide, such as a whole page of the
// web on a screen: all of it is shrunk until its length fits. In pieces of its width it can be read.

// Piece is a part of what was drawn, as a picture of its own.
type Piece struct {
	PNG           []byte
	Width, Height int // pixels
	Rect          Rect
}

const (
	mostPieces = 16  // whatever a View says
	longPart   = 2.0 // so many times as long as wide a part is that is cut
	// wellSeen is how much of its pixels a part may lose on a side, and needs no cut for it.
	wellSeen = 0.75
	// lap is how much of a piece the next one has, too, so that a line of letters which a cut goes through is whole in one of them.
	lap = 1.0 / 16
	// worthCut is how much larger letters become by one more cut, or it is not made.
	worthCut = 1.05
)

// pieceOf is how long each of n pieces of a length is: whole points, so that cuts lie between the pixels of a picture.
func pieceOf(length float64, n int) float64 {
	if n == 1 {
		return length
	}
	return min(math.Ceil(length/(float64(n)-float64(n-1)*lap)), length)
}

// zoom is how many pixels a point of a part becomes that is drawn in n pieces, of the most that it may.
func (v View) zoom(wide, high, zoom float64, n int) float64 {
	long, short := max(wide, high), min(wide, high)
	long = pieceOf(long, n)
	most := float64(mostPixels)
	if v.Most > 0 {
		most = min(most, float64(v.Most))
	}
	zoom = min(zoom, most/max(long, short))
	if v.Pixels > 0 {
		zoom = min(zoom, math.Sqrt(float64(v.Pixels)/(float64(n)*long*short)))
	}
	return zoom
}

// cuts is into how many pieces a part is cut: as few as show it well, or as well as the pixels go. None is wider than long.
func (v View) cuts(wide, high, zoom float64) int {
	long, short := max(wide, high), min(wide, high)
	n, got := 1, v.zoom(wide, high, zoom, 1)
	if v.Words || long < longPart*short {
		return n
	}
	for got < wellSeen*zoom && n < min(v.Pieces, mostPieces) && pieceOf(long, n+1) >= short {
		more := v.zoom(wide, high, zoom, n+1)
		if more < worthCut*got {
			break
		}
		n, got = n+1, more
	}
	return n
}

// cut fills in the pieces of a part, if it is cut: from top to bottom, or from left to right where it is wide.
func (d *Drawing) cut(v View, zoom float64) {
	wide, high := d.Rect.X1-d.Rect.X0, d.Rect.Y1-d.Rect.Y0
	n := v.cuts(wide, high, zoom)
	if n == 1 {
		return
	}
	zoom = v.zoom(wide, high, zoom, n)
	length := max(wide, high)
	long := pieceOf(length, n)
	for i := range n {
		from := length - long
		if i < n-1 {
			from = math.Floor(from * float64(i) / float64(n-1))
		}
		r := d.Rect
		if high > wide {
			r.Y0 += from
			r.Y1 = r.Y0 + long
		} else {
			r.X0 += from
			r.X1 = r.X0 + long
		}
		p := Piece{Rect: r}
		p.Width, p.Height = pixelsOf(r.X1-r.X0, r.Y1-r.Y0, zoom)
		d.Pieces = append(d.Pieces, p)
	}
}

// pixelsOf is how many pixels a part has.
func pixelsOf(wide, high, zoom float64) (w, h int) {
	return max(int(math.Round(zoom*wide)), 1), max(int(math.Round(zoom*high)), 1)
}

// each has a drawing drawn, or each of its pieces as a drawing of its own.
func (d *Drawing) each(draw func(Drawing) ([]byte, error)) (err error) {
	if len(d.Pieces) == 0 {
		d.PNG, err = draw(*d)
		return err
	}
	for i := range d.Pieces {
		p := &d.Pieces[i]
		if p.PNG, err = draw(Drawing{Page: d.Page, Rect: p.Rect, Width: p.Width, Height: p.Height}); err != nil {
			return err
		}
	}
	return nil
}

// All are the pieces of a drawing, or itself as the only one.
func (d *Drawing) All() []Piece {
	if len(d.Pieces) > 0 {
		return d.Pieces
	}
	return []Piece{{PNG: d.PNG, Width: d.Width, Height: d.Height, Rect: d.Rect}}
}
