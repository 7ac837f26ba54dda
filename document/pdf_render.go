package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
)

// render draws a page as a PNG. It returns how many dots an inch it has, which are fewer where a page would have more
// pixels than allowed.
func (r *pdfReader) render(n int, dpi float64, pixels int64) (picture []byte, dots float64, err error) {
	const most = 32 << 20 // of an engine's memory, at four bytes each
	pixels = min(pixels, most)
	page := r.call("FPDF_LoadPage", r.doc, uint64(n-1))
	if page == 0 {
		return nil, 0, errors.Join(errNoPage, r.err)
	}
	defer r.call("FPDF_ClosePage", page)
	p := &pdfPage{}
	r.measure(p, page)
	if !(dpi > 0) {
		dpi = 72
	}
	if all := p.width * p.height * dpi * dpi / (72 * 72); all > float64(pixels) {
		dpi *= math.Sqrt(float64(pixels) / all)
	}
	width, height := max(int(p.width*dpi/72+0.5), 1), max(int(p.height*dpi/72+0.5), 1)
	if int64(width)*int64(height) > 2*pixels {
		return nil, 0, fmt.Errorf("a page of %g × %g points", p.width, p.height)
	}
	bitmap := r.call("FPDFBitmap_Create", uint64(width), uint64(height), 0)
	if bitmap == 0 {
		return nil, 0, errors.Join(fmt.Errorf("no room for %d × %d pixels", width, height), r.err)
	}
	defer r.call("FPDFBitmap_Destroy", bitmap)
	const annotations, white = 1, 0xffffffff
	r.call("FPDFBitmap_FillRect", bitmap, 0, 0, uint64(width), uint64(height), white)
	r.call("FPDF_RenderPageBitmap", bitmap, page, 0, 0, uint64(width), uint64(height), 0, annotations)
	stride := r.number("FPDFBitmap_GetStride", bitmap)
	drawn := r.bytes(r.call("FPDFBitmap_GetBuffer", bitmap), stride*height)
	if r.err != nil || stride < 4*width || len(drawn) < stride*height {
		return nil, 0, errors.Join(fmt.Errorf("a bitmap of %d bytes a line, want %d", stride, 4*width), r.err)
	}
	picture, err = encode(drawn, width, height, stride)
	return picture, dpi, err
}

// encode makes a PNG of pixels that are blue, green, red and nothing: grey if all of them are.
func encode(drawn []byte, width, height, stride int) ([]byte, error) {
	grey := image.NewGray(image.Rect(0, 0, width, height))
	coloured := false
	for y := 0; y < height && !coloured; y++ {
		line := drawn[y*stride:]
		for x := range width {
			q := line[4*x : 4*x+4]
			if q[0] != q[1] || q[1] != q[2] {
				coloured = true
				break
			}
			grey.Pix[y*grey.Stride+x] = q[0]
		}
	}
	var shown image.Image = grey
	if coloured {
		full := image.NewRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				q := binary.LittleEndian.Uint32(drawn[y*stride+4*x:])
				at := full.Pix[y*full.Stride+4*x:]
				at[0], at[1], at[2], at[3] = byte(q>>16), byte(q>>8), byte(q), 255
			}
		}
		shown = full
	}
	var out bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, shown)
	return out.Bytes(), err
}

// paint draws the part of a page that a drawing is of, as a PNG.
func (r *pdfReader) paint(page uint64, p *pdfPage, d Drawing) ([]byte, error) {
	bitmap := r.call("FPDFBitmap_Create", uint64(d.Width), uint64(d.Height), 0)
	if bitmap == 0 {
		return nil, errors.Join(fmt.Errorf("no room for %d × %d pixels", d.Width, d.Height), r.err)
	}
	defer r.call("FPDFBitmap_Destroy", bitmap)
	const annotations, white = 1, 0xffffffff
	across, down := float64(d.Width)/(d.Rect.X1-d.Rect.X0), float64(d.Height)/(d.Rect.Y1-d.Rect.Y0)
	whole := func(v float64) uint64 { return uint64(uint32(int32(math.Round(v)))) } // a C int
	r.call("FPDFBitmap_FillRect", bitmap, 0, 0, uint64(d.Width), uint64(d.Height), white)
	r.call("FPDF_RenderPageBitmap", bitmap, page, whole(-d.Rect.X0*across), whole(-d.Rect.Y0*down), whole(p.width*across), whole(p.height*down), 0, annotations)
	stride := r.number("FPDFBitmap_GetStride", bitmap)
	drawn := r.bytes(r.call("FPDFBitmap_GetBuffer", bitmap), stride*d.Height)
	if r.err != nil || stride < 4*d.Width || len(drawn) < stride*d.Height {
		return nil, errors.Join(fmt.Errorf("a bitmap of %d bytes a line, want %d", stride, 4*d.Width), r.err)
	}
	return encode(drawn, d.Width, d.Height, stride)
}
