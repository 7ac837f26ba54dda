package document

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"exaone/chat"
)

// The pictures. A pixel of a picture is a point of its page. What is written on it is Options.Recognise's to say; without,
// each page is a gap.
var (
	pngPicture  = picture("png", "image/png", png.DecodeConfig, png.Decode, countPNG, []string{".png"}, "\x89PNG\r\n\x1a\n")
	jpegPicture = picture("jpeg", "image/jpeg", jpeg.DecodeConfig, jpeg.Decode, countJPEG, []string{".jpg", ".jpeg", ".jfif"}, "\xff\xd8\xff")
	gifPicture  = picture("gif", "image/gif", gif.DecodeConfig, gif.Decode, countGIF, []string{".gif"}, "GIF87a", "GIF89a")
	bmpPicture  = picture("bmp", "image/bmp", bmp.DecodeConfig, bmp.Decode, countBMP, []string{".bmp", ".dib"}, "BM")
	tiffPicture = picture("tiff", "image/tiff", tiff.DecodeConfig, decodeTIFF, countTIFF, []string{".tif", ".tiff"}, "II*\x00", "MM\x00*")
	webpPicture = picture("webp", "image/webp", webp.DecodeConfig, webp.Decode, countWebP, []string{".webp"}, "RIFF")
)

// pictures are the formats that DecodePicture knows.
var pictures = []*pictureFormat{pngPicture, jpegPicture, gifPicture, bmpPicture, tiffPicture, webpPicture}

// IsPicture reports whether a name of a format, as [Document] has it, is one of pictures.
func IsPicture(format string) bool {
	return slices.ContainsFunc(pictures, func(p *pictureFormat) bool { return p.name == format })
}

// pictureFormat is a format of pictures, and how its files become pixels.
type pictureFormat struct {
	format
	media  string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

func picture(name, media string, config func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error),
	count func(data []byte) (pages int, err error), extensions []string, marks ...string) *pictureFormat {
	p := &pictureFormat{media: media, config: config, decode: decode}
	is := hasPrefix(marks...)
	p.format = format{name: name, extensions: extensions, read: p.readPicture,
		is: func(head []byte, src *Source) bool {
			switch name {
			case "webp":
				return is(head, src) && len(head) >= 12 && string(head[8:12]) == "WEBP"
			case "bmp": // two letters are not much: the size of the header that follows is one of few
				return is(head, src) && len(head) >= 18 && head[14] >= 12 && head[14] <= 124 && head[15]|head[16]|head[17] == 0
			}
			return is(head, src)
		},
		count: func(_ context.Context, src *Source, l Limits) (Count, error) {
			data, err := src.bytes(l)
			if err != nil {
				return Count{}, err
			}
			n, err := count(data)
			return Count{Pages: n, Images: n}, err
		}}
	return p
}

// readPicture reads the pages of a file: one, but for TIFF.
func (p *pictureFormat) readPicture(ctx context.Context, src *Source, b *builder) error {
	data, err := src.bytes(b.limits)
	if err != nil {
		return err
	}
	b.doc.Unit = Paper
	if b.o.Recognise != nil {
		b.doc.Layout = Boxes
	} else {
		b.doc.Layout = PageOnly
	}
	starts := []int64{0}
	if p.name == "tiff" {
		if starts, err = tiffPages(data, b.limits.Pages); err != nil && len(starts) == 0 {
			return err
		} else if err != nil {
			b.gap(Gap{What: GapPages, Why: err.Error()})
		}
	}
	b.total = len(starts)
	var first error
	read := 0
	for i, at := range starts {
		err := p.readPage(ctx, data, at, i+1, b)
		if coded, ok := errors.AsType[*chat.Error](err); ctx.Err() != nil || ok && coded.Code != chat.CodeDocumentDamaged {
			return cmp.Or(ctx.Err(), err)
		}
		if err != nil {
			first = cmp.Or(first, err)
			b.gap(Gap{What: GapPage, Page: i + 1, Why: err.Error()})
			continue
		}
		read++
	}
	if p.name == "gif" && read > 0 {
		if frames, err := countGIF(data); err == nil && frames > 1 {
			b.gap(Gap{What: GapPages, In: int64(frames), Out: 1, Why: "an animation: the first picture of it was read"})
		}
	}
	if read == 0 {
		return first
	}
	return nil
}

// readPage reads one picture as a page. Where a file has several (b.total), at is where this one begins, and whoever
// wants it gets a file of its own.
func (p *pictureFormat) readPage(ctx context.Context, data []byte, at int64, number int, b *builder) error {
	var from io.Reader = bytes.NewReader(data)
	if b.total > 1 {
		from = newBeginAt(data, at)
	}
	config, err := p.config(from)
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	if err := p.fits(data, config, b.limits.Pixels); err != nil {
		return err
	}
	img := Image{Type: p.media, Width: config.Width, Height: config.Height, Page: number, Data: data}
	if orientation(data) > 4 {
		img.Width, img.Height = img.Height, img.Width
	}
	if b.total > 1 && (b.o.Images || b.o.Recognise != nil) {
		if img.Data, err = tiffPage(data, at); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		img.Type = "image/png"
	}
	img.Size = int64(len(img.Data))
	page := Page{Number: number, Width: float64(img.Width), Height: float64(img.Height)}
	if err := b.page(page); err != nil {
		return err
	}
	whole := &Rect{X1: page.Width, Y1: page.Height}
	if err := b.add(Block{Kind: Picture, Place: Place{Page: number, Rect: whole}, Image: b.image(img)}); err != nil {
		return err
	}
	if b.o.Recognise == nil {
		b.gap(Gap{What: GapScan, Page: number, Why: fmt.Sprintf("a picture of %d × %d pixels that nobody has recognised", img.Width, img.Height)})
		return nil
	}
	blocks, err := b.o.Recognise(ctx, img)
	if err != nil {
		return err
	}
	return b.add(blocks...)
}

// DecodePicture returns the pixels of a picture in one of the formats of this package, of a TIFF those of the first page, of a
// GIF the first frame, and its orientation as EXIF numbers it: 1 as stored, 6 to be turned by a quarter to the right.
// It decodes no more than the given number of pixels, and no more than 320 MiB of them; what is larger is a *chat.Error.
func DecodePicture(data []byte, pixels int64) (image.Image, int, error) {
	for _, p := range pictures {
		if !p.is(data[:min(len(data), headBytes)], nil) {
			continue
		}
		config, err := p.config(bytes.NewReader(data))
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", p.name, err)
		}
		if err := p.fits(data, config, pixels); err != nil {
			return nil, 0, err
		}
		m, err := p.decode(bytes.NewReader(data))
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", p.name, err)
		}
		if b := m.Bounds(); b.Dx() != config.Width || b.Dy() != config.Height {
			return nil, 0, fmt.Errorf("%s: %d × %d pixels, want %d × %d", p.name, b.Dx(), b.Dy(), config.Width, config.Height)
		}
		return m, orientation(data), nil
	}
	return nil, 0, errors.New("a picture of no known format, want PNG, JPEG, GIF, BMP, TIFF or WebP")
}

// maxPicture is how much memory the pixels of a picture may take while they are decoded, in bytes.
const maxPicture = 320 << 20

// fits refuses a picture that is too large, before it is decoded.
func (p *pictureFormat) fits(data []byte, c image.Config, pixels int64) error {
	if c.Width <= 0 || c.Height <= 0 {
		return fmt.Errorf("%s: %d × %d pixels, want some", p.name, c.Width, c.Height)
	}
	if int64(c.Width) > pixels/int64(c.Height) || int64(c.Width)*int64(c.Height) > maxPicture/p.weight(data, c) {
		return chat.NewError(chat.CodeDocumentTooMuch, fmt.Errorf("%s: %d × %d pixels", p.name, c.Width, c.Height),
			"pixels", min(pixels, maxPicture/p.weight(data, c)))
	}
	return nil
}

// weight is about how many bytes a pixel takes while it is decoded.
func (p *pictureFormat) weight(data []byte, c image.Config) int64 {
	each := int64(4)
	switch c.ColorModel {
	case color.GrayModel:
		each = 1
	case color.Gray16Model:
		each = 2
	case color.RGBA64Model, color.NRGBA64Model:
		each = 8
	}
	if _, ok := c.ColorModel.(color.Palette); ok {
		each = 1
	}
	switch p.name {
	case "png":
		if len(data) > 28 && data[28] == 1 { // interlaced: passes beside the whole
			each *= 2
		}
	case "jpeg":
		if progressive(data) { // coefficients of 32 bits beside the pixels
			each *= 5
		}
	case "webp", "tiff": // a lossless picture's, and a strip's, stages
		each *= 2
	}
	return each
}
