package document

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"path"
	"strings"

	"exaone/chat"
)

// object opens an object of another program, once, and returns what it shows: a chart's text, a picture. A file of another
// program becomes an attachment.
func (h *hwpReader) object(number int, place Place) ([]Block, error) {
	if number < 1 || number > len(h.info.files) || h.info.files[number-1].kind == 0 {
		h.b.gap(Gap{What: GapEmbedded, Page: h.flow.page, Where: h.place(), Why: fmt.Sprintf("object %d of %d", number, len(h.info.files))})
		return nil, nil
	}
	file := h.info.files[number-1]
	if h.opened[file.path()] {
		return nil, nil
	}
	h.opened[file.path()] = true
	data, _, ok, err := h.bytes(file, h.flow.page, true)
	if err != nil || !ok {
		return nil, err
	}
	if at := bytes.Index(data[:min(len(data), 16)], []byte(cfbMagic)); at > 0 {
		data = data[at:] // its length is before it
	}
	name := path.Base(file.path())
	inner, err := openCompound(bytes.NewReader(data), int64(len(data)), h.b.limits.Entries)
	if err != nil {
		return nil, h.unknownObject(name, file.path(), data)
	}
	stream := func(name string) []byte {
		e, _ := inner.entry(name)
		found, _ := inner.read(e, int64(len(data)))
		return found
	}
	native := stream("\x01Ole10Native")
	picture := native[min(4, len(native)):] // behind its length
	switch chart, office := stream("OOXMLChartContents"), stream("Package"); {
	case len(chart) > 0:
		return h.chart(chart, file.path(), place)
	case len(office) > 0:
		return nil, h.b.attach(strings.TrimSuffix(name, path.Ext(name)), "", office)
	case bytes.HasPrefix(picture, []byte("BM")): // of Paintbrush
		i := Image{Name: name, Type: "image/bmp", Page: h.flow.page, Size: int64(len(picture)), Data: picture}
		if c, _, err := image.DecodeConfig(bytes.NewReader(picture)); err == nil {
			i.Width, i.Height = c.Width, c.Height
		}
		return []Block{{Kind: Picture, Image: h.b.image(i), Place: place}}, nil
	}
	for _, known := range []string{"Workbook", "Book", "WordDocument", "PowerPoint Document", "FileHeader"} {
		if _, ok := inner.entry(known); ok {
			return nil, h.b.attach(name, "application/x-ole-storage", data)
		}
	}
	return nil, h.unknownObject(name, file.path(), data)
}

// unknownObject keeps an object that nobody here opens, and says so.
func (h *hwpReader) unknownObject(name, where string, data []byte) error {
	if h.b.passes() {
		return h.b.ctx.Err()
	}
	a := Attachment{Name: name, Type: "application/x-ole-storage", Size: int64(len(data)), Why: string(chat.CodeDocumentUnknown)}
	if h.b.o.Images {
		a.Data = data
	}
	h.b.doc.Attachments = append(h.b.doc.Attachments, a)
	h.b.gap(Gap{What: GapEmbedded, Page: h.flow.page, Where: where, Why: "an object of another program"})
	return nil
}

// chart reads the text of a chart: its titles, and a line for each series with its name, and its categories and values.
// [ISO 29500-1, 21.2]
func (h *hwpReader) chart(data []byte, where string, place Place) ([]Block, error) {
	const a, c = "http://schemas.openxmlformats.org/drawingml/2006/main", "http://schemas.openxmlformats.org/drawingml/2006/chart"
	x := newXML(data, map[string]string{a: "a", c: "c"}, h.b.limits.Depth)
	b := Block{Kind: Box, Place: place}
	var line []string
	flush := func() {
		if text := strings.Join(line, "\t"); text != "" {
			b.Blocks = append(b.Blocks, Block{Kind: Paragraph, Text: text, Place: place})
		}
		line = nil
	}
	within := ""
	for {
		token, err := x.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			flush()
			return []Block{b}, h.brokenOn(h.flow.page, err, where)
		}
		switch {
		case token == xmlOpen:
			within = x.name
			if x.name == "c:ser" || x.name == "c:cat" || x.name == "c:val" || x.name == "a:p" {
				flush()
			}
		case token == xmlClose:
			within = ""
		case token == xmlText && (within == "a:t" || within == "c:v"):
			line = append(line, clean(string(x.text)))
		}
	}
	flush()
	if len(b.Blocks) == 0 {
		return nil, nil
	}
	return []Block{b}, nil
}
