package document

import (
	"bufio"
	"errors"
	"io"
	"path"
	"strings"

	"exaone/chat"
)

// imageTypes are the media types of pictures that office files have, by the extensions of their parts.
var imageTypes = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".bmp": "image/bmp",
	".tif": "image/tiff", ".tiff": "image/tiff", ".webp": "image/webp", ".emf": "image/emf", ".wmf": "image/wmf",
	".svg": "image/svg+xml", ".wdp": "image/vnd.ms-photo",
}

// readImages notes all pictures that a part may show, on a page if there are any.
func (o *ooxml) readImages(rs relations, page int) error {
	for _, id := range rs.ids() {
		if r := rs[id]; r.kind == "image" && !r.out {
			if err := o.readImage(r.target, page); err != nil {
				return err
			}
		}
	}
	return nil
}

// imageOf is what Block.Image calls a picture: 0 if it is not in the file.
func (o *ooxml) imageOf(r relation) int { return o.images[r.target] }

// readImage notes a picture, once.
func (o *ooxml) readImage(name string, page int) error {
	if _, known := o.images[name]; known {
		return nil
	}
	o.images[name] = 0
	f := o.files[name]
	if f == nil {
		_, err := o.part(name)
		o.missing(name, err)
		return nil
	}
	image := Image{Name: name, Type: imageTypes[strings.ToLower(path.Ext(name))], Page: page, Size: int64(f.UncompressedSize64)}
	if o.b.o.Images && !o.b.o.Plain {
		data, err := o.part(name)
		if err != nil && len(data) == 0 {
			return o.damaged(name, err)
		}
		if err != nil {
			o.missing(name, err)
		}
		o.read[name] = true
		image.Data, image.Size = data, int64(len(data))
	}
	if !o.b.o.Plain {
		o.measure(name, &image)
	}
	o.images[name] = o.b.image(image)
	return nil
}

// measure finds the size of a picture in pixels, where it says one at its beginning.
func (o *ooxml) measure(name string, image *Image) {
	f, err := o.files[name].Open()
	if err != nil {
		return
	}
	defer f.Close()
	const most = 1 << 20 // of a picture to find its size
	from := bufio.NewReaderSize(io.LimitReader(f, most), headBytes)
	head, _ := from.Peek(headBytes)
	for _, p := range pictures {
		if !p.is(head, nil) {
			continue
		}
		if config, err := p.config(from); err == nil {
			image.Type, image.Width, image.Height = p.media, config.Width, config.Height
		}
		return
	}
}

// leastRecognised is how many pixels a picture has that may have text on it: an icon has fewer.
const leastRecognised = 100 * 40

// recognised is what is written on a picture that is shown at a place, if somebody is there to recognise it; each picture
// is looked at once. That it could not be is a gap.
func (o *ooxml) recognised(r relation, place Place) ([]Block, error) {
	at := o.images[r.target]
	if o.b.o.Recognise == nil || o.b.o.Plain || at == 0 || o.looked[r.target] {
		return nil, nil
	}
	o.looked[r.target] = true
	image := o.b.doc.Images[at-1]
	if image.Width*image.Height < leastRecognised || image.Width > int(o.b.limits.Pixels)/image.Height {
		return nil, nil
	}
	data, err := o.part(r.target)
	if err != nil {
		return nil, o.damaged(r.target, err)
	}
	o.read[r.target] = true
	image.Data = data
	blocks, err := o.b.o.Recognise(o.b.ctx, image)
	if told, ok := errors.AsType[*chat.Error](err); o.b.ctx.Err() != nil || ok && told.Code == chat.CodeDocumentTooMuch {
		return nil, err
	}
	if err != nil {
		o.b.gap(Gap{What: GapScan, Page: place.Page, Where: r.target, Why: err.Error()})
		return nil, nil
	}
	Walk(blocks, func(b *Block) bool {
		b.place(place, image)
		return true
	})
	return blocks, nil
}

// place moves what was recognised on a picture to where the picture is shown.
func (b *Block) place(at Place, image Image) {
	moved := func(r Rect) Rect {
		x, y := (at.Rect.X1-at.Rect.X0)/float64(image.Width), (at.Rect.Y1-at.Rect.Y0)/float64(image.Height)
		return Rect{at.Rect.X0 + r.X0*x, at.Rect.Y0 + r.Y0*y, at.Rect.X0 + r.X1*x, at.Rect.Y0 + r.Y1*y}
	}
	rect := b.Rect
	b.Place = at
	if at.Rect == nil { // nobody knows where it is
		b.Lines = nil
		return
	}
	if rect != nil {
		m := moved(*rect)
		b.Rect = &m
	}
	for i := range b.Lines {
		b.Lines[i].Page, b.Lines[i].Rect = at.Page, moved(b.Lines[i].Rect)
	}
	if b.Grid != nil {
		for c := range b.Grid.Cells {
			for i := range b.Grid.Cells[c].Lines {
				line := &b.Grid.Cells[c].Lines[i]
				line.Page, line.Rect = at.Page, moved(line.Rect)
			}
		}
	}
}
