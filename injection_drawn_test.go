package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// inPDF is a text in brackets.
func inPDF(text string) string {
	return strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(text)
}

// lines shows a text from a height of the page downwards, 80 letters a line.
func lines(y int, text string) string {
	var out strings.Builder
	line := ""
	show := func() {
		fmt.Fprintf(&out, "BT /F1 10 Tf 40 %d Td (%s) Tj ET\n", y, inPDF(line))
		line, y = "", y-14
	}
	for _, word := range strings.Fields(text) {
		if len(line)+len(word) > 80 && line != "" {
			show()
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	show()
	return out.String()
}

// paperFile is a PDF of one page: what is drawn on it, what else its page, its catalog and its facts say, and a file in it, which
// is object 4.
func paperFile(drawn, page, catalog, facts string, inner ...string) []byte {
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R " + catalog + ">>",
		"<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</Font<</F1 6 0 R>>>> " + page + ">>",
		streamOf("/Type/EmbeddedFile", strings.Join(inner, "")),
		streamOf("", drawn),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
		"<<" + facts + ">>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R/Info 7 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return out.Bytes()
}

func streamOf(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

// pictureOf is a PNG with a text on it, as one writes a notice.
func pictureOf(t *testing.T, text string) []byte {
	t.Helper()
	parsed, err := opentype.Parse(goregular.TTF)
	must(t, err)
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 32, DPI: 72, Hinting: font.HintingFull})
	must(t, err)
	defer face.Close()
	var all []string
	for part := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.Fields(part) {
			if len(line)+len(word) > 60 {
				all, line = append(all, line), ""
			}
			line = strings.TrimLeft(line+" "+word, " ")
		}
		all = append(all, line, "")
	}
	canvas := image.NewRGBA(image.Rect(0, 0, 1200, 60+48*len(all)))
	draw.Draw(canvas, canvas.Bounds(), image.White, image.Point{}, draw.Src)
	d := font.Drawer{Dst: canvas, Src: image.NewUniform(color.Black), Face: face}
	for i, line := range all {
		d.Dot = fixed.P(40, 60+48*i)
		d.DrawString(line)
	}
	var out bytes.Buffer
	must(t, png.Encode(&out, canvas))
	return out.Bytes()
}

// withChunk is a PNG with a chunk more, behind its header.
func withChunk(picture []byte, kind, data string) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(chunk, kind+data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	const header = 8 + 25
	return append(append(append([]byte{}, picture[:header]...), chunk...), picture[header:]...)
}

// withEXIF is a picture as a JPEG whose EXIF describes it, and with a comment.
func withEXIF(t *testing.T, picture []byte, text string) []byte {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(picture))
	must(t, err)
	var out bytes.Buffer
	must(t, jpeg.Encode(&out, m, &jpeg.Options{Quality: 92}))
	segment := func(mark byte, data []byte) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xff, mark}, uint16(len(data)+2)), data...)
	}
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0e\x00\x02") // big-endian, one entry: ImageDescription, ASCII
	tiff = binary.BigEndian.AppendUint32(tiff, uint32(len(text)+1))
	tiff = binary.BigEndian.AppendUint32(tiff, 26)
	tiff = append(append(tiff, 0, 0, 0, 0), text+"\x00"...)
	all := append([]byte{}, out.Bytes()[:2]...)
	all = append(all, segment(0xe1, append([]byte("Exif\x00\x00"), tiff...))...)
	all = append(all, segment(0xfe, []byte(text))...)
	return append(all, out.Bytes()[2:]...)
}
