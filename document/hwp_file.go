package document

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"image"
	"io"
	"path"
	"strings"
)

// hwpPictures are the types of pictures by the extensions of their streams.
var hwpPictures = map[string]string{
	"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp",
	"tif": "image/tiff", "tiff": "image/tiff", "webp": "image/webp", "wmf": "image/wmf", "emf": "image/emf", "svg": "image/svg+xml",
	"pcx": "image/x-pcx", "dib": "image/bmp",
}

// picture adds the picture of a number, once, and returns what Block.Image calls it; 0 where there is none.
func (h *hwpReader) picture(number int) (int, error) {
	if number < 1 || number > len(h.info.files) {
		h.b.gap(Gap{What: GapImages, Page: h.flow.page, Where: h.place(), Why: fmt.Sprintf("picture %d of %d", number, len(h.info.files))})
		return 0, nil
	}
	file := h.info.files[number-1]
	if file.kind == 0 {
		h.b.gap(Gap{What: GapEmbedded, Page: h.flow.page, Where: h.place(), Why: "a picture outside of the file: " + path.Base(strings.ReplaceAll(file.link, `\`, "/"))})
		return 0, nil
	}
	return h.image(file, h.flow.page)
}

// image adds the picture of a stream.
func (h *hwpReader) image(file hwpFile, page int) (int, error) {
	name := file.path()
	if at, ok := h.images[name]; ok {
		return at, nil
	}
	data, size, ok, err := h.bytes(file, page, h.b.o.Images)
	if err != nil || !ok {
		return 0, err
	}
	i := Image{Name: path.Base(name), Type: hwpPictures[strings.ToLower(file.extension)], Page: page, Size: size, Data: data}
	if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
		i.Width, i.Height = c.Width, c.Height
	}
	h.images[name] = h.b.image(i)
	return h.images[name], nil
}

// hwpGlimpse is as much of a picture as says how large it is.
const hwpGlimpse = 256 << 10

// hwpMostKept is how long a file within the file may be that is kept whole.
const hwpMostKept = 64 << 20

// bytes reads a file within the file: all of it, or, where not everything is wanted, its beginning; how long it is; and
// whether it is there at all.
func (h *hwpReader) bytes(file hwpFile, page int, all bool) (data []byte, size int64, ok bool, err error) {
	e, ok := h.file.entry(file.path())
	if !ok {
		h.b.gap(Gap{What: GapStream, Page: page, Where: file.path(), Why: "there is no such stream"})
		return nil, 0, false, nil
	}
	raw, from, err := h.unpacked(e, &h.open[1], file.packing == 1 || file.packing == 0 && h.packed, false)
	if err != nil {
		return nil, 0, true, err
	}
	var sum uint32
	if h.buf == nil {
		h.buf = make([]byte, 32<<10)
	}
	buf, most := h.buf, hwpGlimpse
	if all {
		most = hwpMostKept
	}
	for {
		n, err := from.Read(buf)
		if over := h.b.unpack(int64(n)); over != nil {
			return nil, size, true, over
		}
		size += int64(n)
		sum = crc32.Update(sum, crc32.IEEETable, buf[:n])
		if len(data) < most {
			data = append(data, buf[:n]...)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return data, size, true, h.brokenOn(page, err, file.path())
		}
	}
	if all && size > int64(len(data)) {
		h.b.gap(Gap{What: GapEmbedded, Page: page, Where: file.path(), In: size, Out: 0, Why: fmt.Sprintf("more than %d bytes", hwpMostKept)})
		data = nil
	}
	if raw != nil {
		if err := hwpTrailer(raw, false, sum, size); err != nil {
			return data, size, true, h.brokenOn(page, err, file.path())
		}
	}
	return data, size, true, nil
}

// otherFiles adds the pictures that no text refers to: those of bullets, of backgrounds, of what was taken out.
func (h *hwpReader) otherFiles() error {
	listed := map[string]bool{}
	for _, file := range h.info.files {
		if file.kind == 0 {
			continue
		}
		listed[file.path()] = true
		if hwpPictures[strings.ToLower(file.extension)] == "" {
			continue
		}
		if _, err := h.image(file, 0); err != nil {
			return err
		}
	}
	for _, e := range h.file.entries {
		name, ok := strings.CutPrefix(e.path, "BinData/")
		if !ok || e.storage || listed[e.path] {
			continue
		}
		file := hwpFile{kind: 1, extension: strings.TrimPrefix(path.Ext(name), ".")}
		n, _ := fmt.Sscanf(name, "BIN%04X.", &file.id)
		if n != 1 || file.path() != e.path || hwpPictures[strings.ToLower(file.extension)] == "" {
			h.b.gap(Gap{What: GapEmbedded, Where: e.path, Why: "nothing refers to it"})
			continue
		}
		if _, err := h.image(file, 0); err != nil {
			return err
		}
	}
	return nil
}
