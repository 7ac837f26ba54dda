package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	scaled "golang.org/x/image/draw"

	"exaone/chat"
)

// View asks for a picture of a page, or of a part of one.
type View struct {
	File  *Inner // of this file within the file; nil is the file itself
	Page  int    // from 1
	Rect  *Rect  // in points, as [Rect] is; nil is all of the page
	Width int    // pixels of the picture; 0 is as many as show all there is to see
	Most  int    // pixels a side at most; 0 is mostPixels
	Words bool   // have what is written in the picture recognised

	Pixels int // of all that is drawn, at most; 0 is no bound but Most
	Pieces int // a long part may be cut into so many pictures, if more is seen then; 0 and 1 leave it whole, as Words does
}

// Drawing is a picture of a page, or of a part of one.
type Drawing struct {
	PNG           []byte
	Width, Height int     // pixels
	Pieces        []Piece // what a long part was cut into, in the order of reading: there is no PNG of all then
	Page          Page    // all of it
	Rect          Rect    // the part, as far as it is on the page
	Blocks        []Block // what was recognised, if View.Words: in points of the page
}

const (
	mostPixels = 4096 // a side of a picture, if nobody says less
	// mostZoom is how many pixels a point of a page becomes at most.
	mostZoom = 8.0
	// leastSide is how many points a side of a part has at least. Of less there is nothing to see, and the page that it is a part of
	// would be of more pixels than there are numbers for.
	leastSide = 0.1
	// sharp is how many pixels a point of a PDF has where all is to be seen: 200 an inch, as scans have.
	sharp = 200.0 / 72
)

// Draw makes a picture of a page of a picture or a PDF. Its errors are *chat.Error: CodeNoPicture for other formats,
// CodeBoxNoPage, CodeBoxOutside for a part that is not on the page, and what reading the file says, or Extract of one within it.
func Draw(ctx context.Context, src *Source, v View, o Options) (Drawing, error) {
	o.Limits = o.Limits.or()
	if v.File != nil {
		var err error
		if src, err = src.inside(ctx, *v.File, o); err != nil {
			return Drawing{}, err
		}
	}
	f, err := detect(src)
	if err != nil {
		return Drawing{}, err
	}
	var d Drawing
	if p := pictureOf(f); p != nil {
		d, err = p.draw(src, v, o)
	} else if f == &pdf {
		d, err = drawPDF(ctx, src, v, o)
	} else {
		return d, chat.NewError(chat.CodeNoPicture, nil, src.Name)
	}
	if err == nil && v.Words && o.Recognise != nil {
		d.Blocks, err = d.recognise(ctx, o)
	}
	if _, told := errors.AsType[*chat.Error](err); err != nil && !told && ctx.Err() == nil {
		err = chat.NewError(chat.CodeDocumentDamaged, err, src.Name)
	}
	return d, err
}

// Measure is a drawing without what is drawn: how large Draw makes it of a page of a document of a format. The errors are Draw's.
func (v View) Measure(page Page, format, name string) (Drawing, error) {
	d, zoom := Drawing{Page: page}, 1.0
	switch {
	case format == pdf.name:
		zoom = sharp
	case !slices.ContainsFunc(pictures, func(p *pictureFormat) bool { return p.name == format }):
		return d, chat.NewError(chat.CodeNoPicture, nil, name)
	}
	err := d.size(name, v, zoom)
	return d, err
}

// pictureOf is a format as one of pictures, nil if it is none.
func pictureOf(f *format) *pictureFormat {
	for _, p := range pictures {
		if f == &p.format {
			return p
		}
	}
	return nil
}

// draw makes a picture of a page of a picture.
func (p *pictureFormat) draw(src *Source, v View, o Options) (Drawing, error) {
	data, err := src.bytes(o.Limits)
	if err != nil {
		return Drawing{}, err
	}
	starts := []int64{0}
	if p.name == "tiff" {
		if starts, err = tiffPages(data, o.Limits.Pages); len(starts) == 0 {
			return Drawing{}, err
		}
	}
	if v.Page < 1 || v.Page > len(starts) {
		return Drawing{}, chat.NewError(chat.CodeBoxNoPage, nil, src.Name, v.Page, len(starts))
	}
	open := func() io.Reader {
		if len(starts) > 1 {
			return newBeginAt(data, starts[v.Page-1])
		}
		return bytes.NewReader(data)
	}
	config, err := p.config(open())
	if err != nil {
		return Drawing{}, fmt.Errorf("%s: %w", p.name, err)
	}
	if err := p.fits(data, config, o.Limits.Pixels); err != nil {
		return Drawing{}, err
	}
	held := orientation(data)
	d := Drawing{Page: Page{Number: v.Page, Width: float64(config.Width), Height: float64(config.Height)}}
	if held > 4 {
		d.Page.Width, d.Page.Height = d.Page.Height, d.Page.Width
	}
	if err := d.size(src.Name, v, 1); err != nil {
		return d, err
	}
	m, err := p.decode(open())
	if err != nil {
		return d, fmt.Errorf("%s: %w", p.name, err)
	}
	return d, d.each(func(one Drawing) ([]byte, error) { return encodePNG(cutOut(m, held, one)) })
}

// size fills in which part is drawn, and how large. zoom is how many pixels a point is where all is to be seen.
func (d *Drawing) size(name string, v View, zoom float64) error {
	d.Rect = Rect{X1: d.Page.Width, Y1: d.Page.Height}
	if r := v.Rect; r != nil {
		d.Rect = Rect{max(r.X0, 0), max(r.Y0, 0), min(r.X1, d.Page.Width), min(r.Y1, d.Page.Height)}
		if !(d.Rect.X1-d.Rect.X0 >= leastSide && d.Rect.Y1-d.Rect.Y0 >= leastSide) {
			return chat.NewError(chat.CodeBoxOutside, nil, name, v.Page, r.Corners(), d.Page.Width, d.Page.Height)
		}
	}
	wide, high := d.Rect.X1-d.Rect.X0, d.Rect.Y1-d.Rect.Y0
	if v.Width > 0 {
		zoom = float64(v.Width) / wide
	}
	d.cut(v, min(zoom, mostZoom))
	if len(d.Pieces) == 0 {
		d.Width, d.Height = pixelsOf(wide, high, v.zoom(wide, high, min(zoom, mostZoom), 1))
	}
	return nil
}

// cutOut is the part of a picture that a drawing shows, upright as its camera held it, what is transparent white.
func cutOut(m image.Image, held int, d Drawing) *image.RGBA {
	b := m.Bounds()
	r := unturned(d.Rect, held, float64(b.Dx()), float64(b.Dy()))
	part := image.Rect(int(math.Floor(r.X0)), int(math.Floor(r.Y0)), int(math.Ceil(r.X1)), int(math.Ceil(r.Y1))).Add(b.Min).Intersect(b)
	w, h := d.Width, d.Height
	if held > 4 {
		w, h = h, w
	}
	if w <= part.Dx() && h <= part.Dy() {
		return standing(shrunk(m, part, w, h), held)
	}
	flat := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	scaled.CatmullRom.Scale(flat, flat.Bounds(), m, part, draw.Over, nil)
	return standing(flat, held)
}

// unturned is where a rectangle of a picture as it is seen is in it as it is stored, of w by h pixels. [Exif 2.3, tag 0x0112]
func unturned(r Rect, held int, w, h float64) Rect {
	if held > 4 { // rows and columns are changed round
		r = Rect{r.Y0, r.X0, r.Y1, r.X1}
	}
	switch held {
	case 2, 3, 7, 8:
		r.X0, r.X1 = w-r.X1, w-r.X0
	}
	switch held {
	case 3, 4, 6, 7:
		r.Y0, r.Y1 = h-r.Y1, h-r.Y0
	}
	return r
}

// standing is a stored picture as it is seen.
func standing(m *image.RGBA, held int) *image.RGBA {
	if held < 2 || held > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if held > 4 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			r := unturned(Rect{float64(x), float64(y), float64(x + 1), float64(y + 1)}, held, float64(w), float64(h))
			copy(out.Pix[y*out.Stride+4*x:][:4], m.Pix[int(r.Y0)*m.Stride+4*int(r.X0):][:4])
		}
	}
	return out
}

func encodePNG(m image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, m)
	return out.Bytes(), err
}

// drawPDF makes a picture of a page of a PDF.
func drawPDF(ctx context.Context, src *Source, v View, o Options) (Drawing, error) {
	data, err := src.bytes(o.Limits)
	if err != nil {
		return Drawing{}, err
	}
	r, err := openPDF(ctx, src, data, o)
	if err != nil {
		return Drawing{}, err
	}
	defer r.close()
	if pages := r.number("FPDF_GetPageCount", r.doc); r.err == nil && (v.Page < 1 || v.Page > pages) {
		return Drawing{}, chat.NewError(chat.CodeBoxNoPage, nil, src.Name, v.Page, pages)
	}
	page := r.call("FPDF_LoadPage", r.doc, uint64(v.Page-1))
	if page == 0 {
		return Drawing{}, errors.Join(errNoPage, r.err)
	}
	defer r.call("FPDF_ClosePage", page)
	p := &pdfPage{}
	r.measure(p, page)
	d := Drawing{Page: Page{Number: v.Page, Width: p.width, Height: p.height}}
	if err := d.size(src.Name, v, sharp); err != nil {
		return d, err
	}
	err = d.each(func(one Drawing) ([]byte, error) {
		drawn, err := r.paint(page, p, one)
		return drawn, errors.Join(err, ctx.Err())
	})
	return d, err
}

// recognise has what is written in a drawing recognised, and says where on the page it stands.
func (d *Drawing) recognise(ctx context.Context, o Options) ([]Block, error) {
	blocks, err := o.Recognise(ctx, Image{Type: "image/png", Width: d.Width, Height: d.Height, Page: d.Page.Number, Size: int64(len(d.PNG)), Data: d.PNG})
	if err != nil {
		return nil, err
	}
	across, down := (d.Rect.X1-d.Rect.X0)/float64(d.Width), (d.Rect.Y1-d.Rect.Y0)/float64(d.Height)
	back := func(r *Rect) {
		if r != nil {
			*r = Rect{d.Rect.X0 + across*r.X0, d.Rect.Y0 + down*r.Y0, d.Rect.X0 + across*r.X1, d.Rect.Y0 + down*r.Y1}
		}
	}
	lines := func(all []Line) {
		for i := range all {
			back(&all[i].Rect)
			all[i].Steps = nil // they are of the drawing
		}
	}
	Walk(blocks, func(b *Block) bool {
		back(b.Rect)
		lines(b.Lines)
		if b.Grid != nil {
			for i := range b.Grid.Cells {
				lines(b.Grid.Cells[i].Lines)
			}
		}
		return true
	})
	return blocks, nil
}

// ParseRect reads "x0,y0,x1,y1": finite numbers, none below 0, sides of at least 0.1.
func ParseRect(text string) (*Rect, error) {
	words := strings.Split(text, ",")
	if len(words) != 4 {
		return nil, fmt.Errorf("%d numbers, want 4", len(words))
	}
	var v [4]float64
	for i, word := range words {
		n, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || n < 0 {
			return nil, fmt.Errorf("%.40q, want a number from 0", word)
		}
		v[i] = n
	}
	if !(v[2]-v[0] >= leastSide && v[3]-v[1] >= leastSide) {
		return nil, fmt.Errorf("%v, want x0 < x1 and y0 < y1, and sides of at least %v", v, leastSide)
	}
	return &Rect{v[0], v[1], v[2], v[3]}, nil
}
