package document

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
)

// madePDF writes a PDF for tests: objects as text, streams packed.
type madePDF struct {
	objects [][]byte // of number 1 and on
}

func (m *madePDF) add(format string, args ...any) int {
	m.objects = append(m.objects, fmt.Appendf(nil, format, args...))
	return len(m.objects)
}

// stream adds an object with a packed stream.
func (m *madePDF) stream(dict, data string) int {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write([]byte(data))
	_ = w.Close()
	return m.add("<<%s /Filter/FlateDecode /Length %d>>\nstream\n%s\nendstream", dict, packed.Len(), packed.Bytes())
}

// bytes is the file. The catalog is object root; info is what its trailer says beside it.
func (m *madePDF) bytes(root int, info string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	at := make([]int, len(m.objects))
	for i, o := range m.objects {
		at[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, root, info, table)
	return out.Bytes()
}

// madePages writes a file with a page for each content, all in Helvetica F1 and its bold F2 and with the rest of each page's
// dictionary and of the catalog as given. %d in rest is the page's object.
func madePages(contents []string, page, catalog string, more ...func(*madePDF)) []byte {
	m := &madePDF{}
	tree := m.add("")
	m.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	m.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>")
	for _, f := range more {
		f(m)
	}
	var kids []string
	for _, c := range contents {
		body := m.stream("", c)
		kids = append(kids, fmt.Sprintf("%d 0 R", m.add("<</Type/Page /Parent %d 0 R /MediaBox[0 0 600 800] /Contents %d 0 R /Resources<</Font<</F1 2 0 R /F2 3 0 R>>>> %s>>", tree, body, page)))
	}
	m.objects[tree-1] = fmt.Appendf(nil, "<</Type/Pages /Count %d /Kids[%s]>>", len(kids), strings.Join(kids, " "))
	return m.bytes(m.add("<</Type/Catalog /Pages %d 0 R %s>>", tree, catalog), "")
}

// put shows a text at a place from the page's lower left corner.
func put(font string, size, x, y float64, text string) string {
	return fmt.Sprintf("BT /%s %g Tf %g %g Td (%s) Tj ET\n", font, size, x, y, strings.NewReplacer("(", `\(`, ")", `\)`).Replace(text))
}

// ruled draws lines from place to place.
func ruled(lines ...[4]float64) string {
	var out strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&out, "%g %g m %g %g l S\n", l[0], l[1], l[2], l[3])
	}
	return out.String()
}
