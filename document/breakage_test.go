package document

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// breakage is a way to break a file; ok is false if it has nothing of the kind.
type breakage struct {
	name string
	do   func(r *rand.Rand, data []byte) (broken []byte, where string, ok bool)
}

// breakages are what happens to files: on the way, on a disk, in programs that write them.
var breakages = []breakage{
	{"cut off", func(r *rand.Rand, data []byte) ([]byte, string, bool) {
		at := len(data)/4 + r.IntN(len(data)/2)
		return data[:at], fmt.Sprintf("at byte %d of %d", at, len(data)), true
	}},
	{"a sector of zeros", func(r *rand.Rand, data []byte) ([]byte, string, bool) {
		if len(data) < 4096 {
			return nil, "", false
		}
		out := slices.Clone(data)
		at := 512 * (1 + r.IntN(len(data)/512-1))
		clear(out[at:min(at+512, len(out))])
		return out, fmt.Sprintf("at byte %d", at), true
	}},
	{"an entry's bytes", damageEntry},
	{"an entry is gone", removeEntry},
	{"a page is gone", removePage},
	{"a page's stream", damagePDFStream},
	{"a cell", damageCell},
}

// content are the entries of packs that have what people read.
var content = regexp.MustCompile(`^(word/(document|footnotes|comments)\.xml|xl/(worksheets/sheet\d+|sharedStrings)\.xml|ppt/slides/slide\d+\.xml|Contents/section\d+\.xml|content\.xml|(OEBPS|EPUB|OPS)?/?.*\.x?html)$`)

// entriesOf are the entries of a pack that have content.
func entriesOf(data []byte) (all, wanted []*zip.File) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil
	}
	for _, f := range archive.File {
		if content.MatchString(f.Name) && !strings.Contains(f.Name, "nav") && !strings.Contains(f.Name, "toc") {
			wanted = append(wanted, f)
		}
	}
	return archive.File, wanted
}

// damageEntry overwrites a few bytes of an entry as it is packed.
func damageEntry(r *rand.Rand, data []byte) ([]byte, string, bool) {
	_, wanted := entriesOf(data)
	if len(wanted) == 0 {
		return nil, "", false
	}
	f := wanted[r.IntN(len(wanted))]
	at, err := f.DataOffset()
	if err != nil || f.CompressedSize64 < 32 {
		return nil, "", false
	}
	out := slices.Clone(data)
	at += int64(r.IntN(int(f.CompressedSize64) - 16))
	for i := range 16 {
		out[at+int64(i)] ^= byte(1 + r.IntN(255))
	}
	return out, f.Name, true
}

// repack writes a pack again, with entries changed: nil takes one out.
func repack(all []*zip.File, change func(name string, data []byte) []byte) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range all {
		from, err := f.Open()
		if err != nil {
			return nil
		}
		data, err := io.ReadAll(from)
		from.Close()
		if err != nil {
			return nil
		}
		if data = change(f.Name, data); data == nil {
			continue
		}
		to, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: f.Method})
		if err != nil {
			return nil
		}
		if _, err := to.Write(data); err != nil {
			return nil
		}
	}
	if z.Close() != nil {
		return nil
	}
	return out.Bytes()
}

func removeEntry(r *rand.Rand, data []byte) ([]byte, string, bool) {
	all, wanted := entriesOf(data)
	if len(wanted) == 0 {
		return nil, "", false
	}
	gone := wanted[r.IntN(len(wanted))].Name
	out := repack(all, func(name string, data []byte) []byte {
		if name == gone {
			return nil
		}
		return data
	})
	return out, gone, out != nil
}

var pageObject = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// removePage makes one page of a PDF no page any more.
func removePage(r *rand.Rand, data []byte) ([]byte, string, bool) {
	pages := pageObject.FindAllIndex(data, -1)
	if !bytes.HasPrefix(data, []byte("%PDF")) || len(pages) < 2 {
		return nil, "", false
	}
	one := pages[r.IntN(len(pages))]
	out := slices.Clone(data)
	copy(out[one[0]:], bytes.Repeat([]byte(" "), one[1]-one[0]-1))
	return out, fmt.Sprintf("at byte %d", one[0]), true
}

// damagePDFStream overwrites the middle of a stream of a PDF.
func damagePDFStream(r *rand.Rand, data []byte) ([]byte, string, bool) {
	if !bytes.HasPrefix(data, []byte("%PDF")) {
		return nil, "", false
	}
	var streams [][2]int
	for at := 0; ; {
		begin := bytes.Index(data[at:], []byte("stream\n"))
		if begin < 0 {
			break
		}
		begin += at + 7
		end := bytes.Index(data[begin:], []byte("endstream"))
		if end < 0 {
			break
		}
		if end > 200 {
			streams = append(streams, [2]int{begin, begin + end})
		}
		at = begin + end + 9
	}
	if len(streams) == 0 {
		return nil, "", false
	}
	s := streams[r.IntN(len(streams))]
	out := slices.Clone(data)
	at := s[0] + 2 + r.IntN(s[1]-s[0]-70)
	for i := range 64 {
		out[at+i] ^= byte(1 + r.IntN(255))
	}
	return out, fmt.Sprintf("at byte %d", at), true
}

var sharedCell = regexp.MustCompile(`t="s"([^>]*)><v>\d+</v>`)

// damageCell lets a cell of a sheet name a text that is not there.
func damageCell(r *rand.Rand, data []byte) ([]byte, string, bool) {
	all, wanted := entriesOf(data)
	sheets := slices.DeleteFunc(slices.Clone(wanted), func(f *zip.File) bool { return !strings.HasPrefix(f.Name, "xl/worksheets/") })
	if len(sheets) == 0 {
		return nil, "", false
	}
	sheet, done := sheets[r.IntN(len(sheets))].Name, false
	out := repack(all, func(name string, data []byte) []byte {
		cells := sharedCell.FindAllSubmatchIndex(data, -1)
		if name != sheet || len(cells) == 0 {
			return data
		}
		c := cells[r.IntN(len(cells))]
		done = true
		return slices.Concat(data[:c[0]], []byte(`t="s"`), data[c[2]:c[3]], []byte(`><v>99999999</v>`), data[c[1]:])
	})
	return out, sheet, done && out != nil
}

// everything is all that a document says, to see whether something is missing.
func everything(doc *Document) string {
	if doc == nil {
		return ""
	}
	return fmt.Sprintf("%s\n%d images, %d pages", doc.Text(true), len(doc.Images), len(doc.Pages))
}

// TestEveryDamageIsNamed breaks reference documents in every way that there is, and holds that whoever reads one is told: by
// an error, or by a gap in its manifest. Damage that changes nothing of what is read does not count. EXAONE_DAMAGES says how
// many are wanted of each folder.
func TestEveryDamageIsNamed(t *testing.T) {
	if testing.Short() {
		t.Skip("short: make test runs it")
	}
	want, err := strconv.Atoi(os.Getenv("EXAONE_DAMAGES"))
	if err != nil {
		want = 6
	}
	total, named, kinds := 0, 0, map[string]int{}
	for _, folder := range []string{"hwp", "hwpx", "docx", "xlsx", "pptx", "odf", "epub", "pdf"} {
		var all []sample
		for _, s := range samples(t, folder) {
			if s.Reference != "" && s.Password == "" && len(s.ref(t, s.File)) < 400_000 {
				all = append(all, s)
			}
		}
		r := rand.New(rand.NewPCG(7, uint64(len(folder))))
		of := 0
		for try := 0; of < want && try < 20*want; try++ {
			s, d := all[r.IntN(len(all))], breakages[r.IntN(len(breakages))]
			data := s.ref(t, s.File)
			broken, where, ok := d.do(r, data)
			if !ok || bytes.Equal(broken, data) {
				continue
			}
			whole, err := Read(context.Background(), s.source(t), Options{})
			if err != nil || !whole.Manifest.Whole {
				continue // nothing to compare with
			}
			doc, err := Read(context.Background(), sourceOf(path.Base(s.File), broken), Options{})
			if err == nil && everything(doc) == everything(whole) {
				continue
			}
			of++
			total++
			kinds[d.name]++
			if err != nil || len(doc.Manifest.Gaps) > 0 && !doc.Manifest.Whole {
				named++
				continue
			}
			t.Errorf("%s/%s, %s, %s: nothing is said; it has %d characters, of %d", folder, s.File, d.name, where,
				doc.Manifest.Out.Characters, whole.Manifest.Out.Characters)
		}
	}
	t.Logf("%d damages, %d named; of kinds %v", total, named, kinds)
}
