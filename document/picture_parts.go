package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"

	"golang.org/x/image/tiff"
)

// jpegSegments calls f for the segments of a JPEG up to its pixels, until f returns false. [ITU T.81, annex B]
func jpegSegments(data []byte, f func(marker byte, body []byte) bool) {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker := data[at+1]
		if marker == 0xff { // fill
			at++
			continue
		}
		n := int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == 0xda || n < 2 || at+2+n > len(data) || !f(marker, data[at+4:at+2+n]) {
			return
		}
		at += 2 + n
	}
}

// progressive reports whether a JPEG comes in several passes.
func progressive(data []byte) bool {
	found := false
	jpegSegments(data, func(marker byte, _ []byte) bool {
		found = marker == 0xc2
		return !found
	})
	return found
}

// orientation is how a camera held its picture: EXIF's tag 0x0112, 1 to 8; 1 where nothing is said.
func orientation(data []byte) int {
	found := 1
	if !bytes.HasPrefix(data, []byte("\xff\xd8")) {
		return found
	}
	jpegSegments(data, func(marker byte, body []byte) bool {
		exif, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if marker != 0xe1 || !ok {
			return true
		}
		if entries, order := tiffDirectory(exif); order != nil {
			for _, e := range entries {
				if v := int(order.Uint16(e[8:])); order.Uint16(e) == 0x0112 && v >= 1 && v <= 8 {
					found = v
				}
			}
		}
		return false
	})
	return found
}

// tiffDirectory returns the entries of twelve bytes of the first directory of a TIFF, and its order of bytes; nil if it
// is none. [TIFF 6.0, section 2]
func tiffDirectory(data []byte) ([][]byte, binary.ByteOrder) {
	order := tiffOrder(data)
	if order == nil {
		return nil, nil
	}
	entries, _, err := tiffEntries(data, order, int64(order.Uint32(data[4:])))
	if err != nil {
		return nil, nil
	}
	return entries, order
}

func tiffOrder(data []byte) binary.ByteOrder {
	switch {
	case len(data) < 8:
	case string(data[:4]) == "II*\x00":
		return binary.LittleEndian
	case string(data[:4]) == "MM\x00*":
		return binary.BigEndian
	}
	return nil
}

// tiffEntries returns the entries of the directory at a place, and where the next one is.
func tiffEntries(data []byte, order binary.ByteOrder, at int64) (entries [][]byte, next int64, err error) {
	if at < 8 || at+2 > int64(len(data)) {
		return nil, 0, fmt.Errorf("tiff: directory at %d of %d bytes", at, len(data))
	}
	n := int64(order.Uint16(data[at:]))
	end := at + 2 + 12*n
	if end > int64(len(data)) {
		return nil, 0, fmt.Errorf("tiff: directory at %d has %d entries, beyond the end", at, n)
	}
	for e := at + 2; e < end; e += 12 {
		entries = append(entries, data[e:e+12])
	}
	if end+4 <= int64(len(data)) {
		next = int64(order.Uint32(data[end:]))
	}
	return entries, next, nil
}

// tiffPages returns where the directories of the pages of a TIFF are. An error comes with those before it. Smaller versions
// and masks of pages are no pages.
func tiffPages(data []byte, most int) ([]int64, error) {
	order := tiffOrder(data)
	if order == nil {
		return nil, errors.New("tiff: cut off in its header")
	}
	var pages []int64
	seen := map[int64]bool{}
	for at := int64(order.Uint32(data[4:])); at != 0; {
		if seen[at] {
			return pages, fmt.Errorf("tiff: the directory at %d comes again", at)
		}
		if len(seen) >= most {
			return pages, tooMuch("pages", most)
		}
		seen[at] = true
		entries, next, err := tiffEntries(data, order, at)
		if err != nil {
			return pages, err
		}
		if isPage(entries, order) {
			pages = append(pages, at)
		}
		at = next
	}
	return pages, nil
}

// isPage looks at NewSubfileType: 1 is a smaller version, 4 a mask.
func isPage(entries [][]byte, order binary.ByteOrder) bool {
	for _, e := range entries {
		if order.Uint16(e) == 254 && order.Uint32(e[8:])&5 != 0 {
			return false
		}
	}
	return true
}

// beginAt is a TIFF whose first directory is another.
type beginAt struct {
	*bytes.Reader
	first [8]byte
}

func newBeginAt(data []byte, at int64) *beginAt {
	b := &beginAt{Reader: bytes.NewReader(data)}
	copy(b.first[:], data)
	tiffOrder(data).PutUint32(b.first[4:], uint32(at))
	return b
}

// ReadAt reads the file with its other header.
func (b *beginAt) ReadAt(p []byte, at int64) (int, error) {
	n, err := b.Reader.ReadAt(p, at)
	if at < int64(len(b.first)) {
		copy(p[:n], b.first[at:])
	}
	return n, err
}

// tiffPage makes a picture of its own of a page of several: a PNG. Its size was looked at before.
func tiffPage(data []byte, at int64) ([]byte, error) {
	m, err := decodeTIFF(newBeginAt(data, at))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, m)
	return out.Bytes(), err
}

// decodeTIFF decodes the first page. The decoder takes runs of white in fax coding for white whatever the file says; a file
// whose zeros are black means them to be black, as everybody else shows it.
func decodeTIFF(r io.Reader) (image.Image, error) {
	m, err := tiff.Decode(r)
	if err != nil {
		return nil, err
	}
	if g, ok := m.(*image.Gray); ok && faxOfBlack(r) {
		for i, v := range g.Pix {
			g.Pix[i] = 255 - v
		}
	}
	return m, nil
}

// faxOfBlack reports whether the first page is in a fax coding (Compression 2 to 4) and its zeros are black
// (PhotometricInterpretation 1). [TIFF 6.0, sections 10 and 11]
func faxOfBlack(r io.Reader) bool {
	var head [8]byte
	from, ok := r.(io.ReaderAt)
	if !ok {
		return false
	}
	if _, err := from.ReadAt(head[:], 0); err != nil {
		return false
	}
	order := tiffOrder(head[:])
	at := int64(order.Uint32(head[4:]))
	if _, err := from.ReadAt(head[:2], at); err != nil {
		return false
	}
	fax, black := false, false
	entries := make([]byte, 12*int(order.Uint16(head[:])))
	if _, err := from.ReadAt(entries, at+2); err != nil {
		return false
	}
	for ; len(entries) > 0; entries = entries[12:] {
		switch v := order.Uint16(entries[8:]); order.Uint16(entries) {
		case 259:
			fax = v >= 2 && v <= 4
		case 262:
			black = v == 1
		}
	}
	return fax && black
}
