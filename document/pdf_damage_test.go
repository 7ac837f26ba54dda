package document

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// damage is a way to break a file. page is the one that must be named, 0 for any.
type damage struct {
	name string
	page int
	data []byte
}

// madeForDamage is a file of five pages, each with a font of its own that has a map to Unicode, and where its objects are.
func madeForDamage() []byte {
	m := &madePDF{}
	tree := m.add("")
	var kids []string
	for i := range 5 {
		var text strings.Builder
		for k := range 40 {
			text.WriteString(put("F1", 10, 60, 760-16*float64(k), fmt.Sprintf("page %d line %d: %x", i+1, k, (i+7)*(k+13)*2654435761)))
		}
		var chars strings.Builder
		for c := 32; c < 127; c++ {
			fmt.Fprintf(&chars, "<%02x> <%04x>\n", c, c)
		}
		unicode := m.stream("", "/CIDInit /ProcSet findresource begin 1 begincodespacerange <00> <ff> endcodespacerange 95 beginbfchar\n"+chars.String()+"endbfchar end")
		font := m.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode %d 0 R>>", unicode)
		body := m.stream("", text.String())
		kids = append(kids, fmt.Sprintf("%d 0 R", m.add("<</Type/Page /Parent %d 0 R /MediaBox[0 0 600 800] /Contents %d 0 R /Resources<</Font<</F1 %d 0 R>>>>>>", tree, body, font)))
	}
	m.objects[tree-1] = fmt.Appendf(nil, "<</Type/Pages /Count %d /Kids[%s]>>", len(kids), strings.Join(kids, " "))
	return m.bytes(m.add("<</Type/Catalog /Pages %d 0 R>>", tree), "")
}

// object is where an object of a made file is, without its number and its "endobj".
func object(data []byte, number int) (begin, end int) {
	mark := fmt.Appendf(nil, "\n%d 0 obj\n", number)
	begin = bytes.Index(data, mark) + len(mark)
	return begin, begin + bytes.Index(data[begin:], []byte("\nendobj"))
}

// damages breaks a made file in many ways.
func damages(whole []byte, rng *rand.Rand) []damage {
	var out []damage
	add := func(name string, page int, change func([]byte) []byte) {
		out = append(out, damage{name, page, change(bytes.Clone(whole))})
	}
	noise := func(b []byte) {
		for i := range b {
			b[i] = byte(rng.IntN(256))
		}
	}
	for page := 1; page <= 5; page++ {
		unicode, content, dict := 4*page-2, 4*page, 4*page+1
		for i := range 12 {
			for name, number := range map[string]int{"content": content, "map to Unicode": unicode} {
				add(fmt.Sprintf("noise in the %s of page %d, %d", name, page, i), page, func(b []byte) []byte {
					begin, end := object(b, number)
					begin += bytes.Index(b[begin:end], []byte("stream\n")) + 7
					end -= len("\nendstream")
					at := begin + rng.IntN(end-begin-8)
					noise(b[at : at+8])
					return b
				})
			}
		}
		for i := range 4 {
			add(fmt.Sprintf("zeros in the content of page %d, %d", page, i), page, func(b []byte) []byte {
				begin, end := object(b, content)
				begin += bytes.Index(b[begin:end], []byte("stream\n")) + 7
				at := begin + (end-begin)*(i+1)/6
				clear(b[at : at+32])
				return b
			})
			add(fmt.Sprintf("page %d overwritten, %d", page, i), page, func(b []byte) []byte {
				begin, end := object(b, []int{dict, content, dict, unicode}[i])
				fill := []byte{' ', ' ', 'x', 0}[i]
				copy(b[begin:end], bytes.Repeat([]byte{fill}, end-begin))
				return b
			})
		}
		add(fmt.Sprintf("page %d refers to nothing", page), page, func(b []byte) []byte {
			begin, end := object(b, dict)
			at := begin + bytes.Index(b[begin:end], []byte("/Contents ")) + len("/Contents ")
			copy(b[at:], "99")
			return b
		})
		add(fmt.Sprintf("page %d is out of the tree", page), 0, func(b []byte) []byte {
			mark := fmt.Appendf(nil, "%d 0 R", dict)
			begin, end := object(b, 1)
			at := begin + bytes.Index(b[begin:end], mark)
			copy(b[at:], bytes.Repeat([]byte(" "), len(mark)))
			return b
		})
	}
	for i := range 30 {
		add(fmt.Sprintf("cut, %d", i), 0, func(b []byte) []byte { return b[:len(b)*(i+3)/34] })
	}
	return out
}

// TestPDFDamageIsNamed breaks a file in more than 200 ways: whatever is lost has a name.
func TestPDFDamageIsNamed(t *testing.T) {
	whole := madeForDamage()
	before := readMadePDF(t, whole, Options{}).Text(true)
	all := damages(whole, rand.New(rand.NewPCG(1, 2)))
	named, harmless, refused := 0, 0, 0
	for _, d := range all {
		doc, err := Read(context.Background(), sourceOf("damaged.pdf", d.data), Options{})
		switch {
		case err != nil:
			refused++
		case doc.names(d.page):
			named++
		case doc.Manifest.Whole && doc.Text(true) == before:
			harmless++
		default:
			t.Errorf("%s: gaps %+v, and the text is another: %v", d.name, doc.Manifest.Gaps, doc.Text(true) != before)
		}
	}
	t.Logf("%d damages: %d named with their pages, %d refused as a whole, %d that nothing was lost by", len(all), named, refused, harmless)
	if len(all) < 200 || harmless > len(all)/20 {
		t.Errorf("%d damages of which %d do no harm", len(all), harmless)
	}
}

// names reports whether a gap names a page, or anything if page is 0.
func (d *Document) names(page int) bool {
	for _, g := range d.Manifest.Gaps {
		if page == 0 || g.Page == page {
			return true
		}
	}
	return false
}

// TestPDFSamplesThatAreDamaged does the same to the pages of real files: half of each content is zeroed.
func TestPDFSamplesThatAreDamaged(t *testing.T) {
	for _, s := range samples(t, "pdf") {
		if s.File != "ko-report-tables.pdf" && s.File != "ko-press-release.pdf" && s.File != "rotation.pdf" {
			continue
		}
		data := s.ref(t, s.File)
		f, err := openRaw(data, "", 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		c := &rawCounter{rawFile: f}
		for i, p := range c.pages(100) {
			contents := c.list(p.dict["Contents"])
			if contents == nil {
				contents = []any{p.dict["Contents"]}
			}
			stream, ok := c.of(contents[0]).(*rawStream)
			if !ok || len(stream.data) < 64 {
				continue
			}
			broken := bytes.Clone(data)
			at := bytes.Index(broken, stream.data)
			clear(broken[at+len(stream.data)/2 : at+len(stream.data)])
			doc, err := Read(context.Background(), sourceOf(s.File, broken), Options{})
			if err == nil && !doc.names(i+1) {
				t.Errorf("%s: page %d is damaged, gaps are %+v", s.File, i+1, doc.Manifest.Gaps)
			}
		}
	}
}

func FuzzPDFCount(f *testing.F) {
	f.Add(madeForDamage())
	f.Add(madePages([]string{put("F1", 10, 60, 700, "one")}, "", ""))
	f.Add([]byte("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>endobj 3 0 obj<</Type/Page>>endobj trailer<</Root 1 0 R>>"))
	f.Add([]byte("%PDF-1.5\n1 0 obj<</Type/ObjStm/N 2/First 8/Length 30>>stream\n2 0 3 5 <<>> [1]\nendstream endobj trailer<</Root 2 0 R/Encrypt<</Filter/Standard/V 2/R 3/O(00000000000000000000000000000000)/U(00000000000000000000000000000000)/P -4>>>>"))
	f.Add([]byte("%PDF-1.4\n1 0 obj<</Type/Page/Contents 2 0 R/Resources<</XObject<</a 3 0 R>>>>>>endobj 2 0 obj<</Length 5>>stream\n/a Do BI ID EI\nendstream endobj 3 0 obj<</Subtype/Form/Resources<</XObject<</a 3 0 R>>>>/Filter[/LZW/A85/AHx/RL]>>stream\n/a Do\nendstream"))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Limits{Unpacked: 1 << 20, Pages: 1000}.or()
		if c, err := countPDF(context.Background(), sourceOf("a.pdf", data), limits); err == nil && c.Pages > 1<<21 {
			t.Errorf("%d pages", c.Pages)
		}
	})
}
