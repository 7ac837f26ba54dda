package document

import (
	"bufio"
	"io"
	"path"
	"strings"
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
	if o.b.o.Images {
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
	o.measure(name, &image)
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
