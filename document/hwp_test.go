package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"exaone/chat"
)

func TestSampleHWPText(t *testing.T) {
	const sign = "what Hangul draws for a control, which pyhwp leaves out"
	checkText(t, "hwp", 0.995, map[string]string{"글자겹침.hwp": sign, "덧말.hwp": sign})
}

func TestSampleHWPTables(t *testing.T) {
	checkTables(t, "hwp", map[string]string{})
}

// hwpOutline says of each block what kind it is, its marker and text, and with what in it, indented.
func hwpOutline(blocks []Block) string {
	var out strings.Builder
	var write func(blocks []Block, in string)
	write = func(blocks []Block, in string) {
		for _, b := range blocks {
			fmt.Fprintf(&out, "%s%s", in, b.Kind)
			if b.Level > 0 {
				fmt.Fprintf(&out, "%d", b.Level)
			}
			fmt.Fprintf(&out, " p%d", b.Page)
			if b.Marker != "" {
				fmt.Fprintf(&out, " [%s]", b.Marker)
			}
			if b.Text != "" {
				fmt.Fprintf(&out, " %q", b.Text)
			}
			if b.Offset > 0 {
				fmt.Fprintf(&out, " @%d", b.Offset)
			}
			for _, m := range b.Marks {
				fmt.Fprintf(&out, " %s:%q=%s", m.Kind, b.Text[m.Start:m.End], m.Value)
			}
			if b.Hidden {
				out.WriteString(" hidden")
			}
			out.WriteString("\n")
			if b.Grid != nil {
				for _, c := range b.Grid.Cells {
					fmt.Fprintf(&out, "%s  [%d,%d %d×%d]\n", in, c.Row, c.Col, max(c.Rowspan, 1), max(c.Colspan, 1))
					write(c.Blocks, in+"    ")
				}
			}
			write(b.Blocks, in+"  ")
		}
	}
	write(blocks, "")
	return out.String()
}

// readBuilt reads a file that a test has built.
func readBuilt(t *testing.T, data []byte, password string) *Document {
	t.Helper()
	src := sourceOf("a.hwp", data)
	src.Password = password
	doc, err := Read(context.Background(), src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// hwpWhole is a section with one of everything.
func hwpWhole() hwpBytes {
	d := &hwpDoc{breaks: hwpBreakSection}
	d.para("{secd}{cold}{head}첫 문단{fn  } 끝", func() {
		d.page()
		d.ctrl("cold", hwpBytes{}.u16(1<<2|1<<12, 0, 0).zeros(6), nil)
		d.ctrl("head", hwpBytes{}.u32(0, 1), func() { d.list(hwpBytes{}.u32(42520, 4252), "머리말") })
		d.ctrl("fn  ", hwpBytes{}.u32(1).u16(0, ')').u32(0, 7), func() {
			d.listOf(nil, 1, func() {
				d.para("{atno} 각주 글", func() { d.ctrl("atno", hwpBytes{}.u32(1).u16(1, 0, 0, ')'), nil) })
			})
		})
	})
	d.shape = 1
	d.para("제목", nil)
	d.shape = 2
	d.para("가 항목", nil)
	d.para("나 항목", nil)
	d.shape = 3
	d.para("글머리", nil)
	d.shape = 0
	d.para("누르면 {%hlk}여기{/%hlk}, {%clk}이름{/%clk}.", func() {
		d.ctrl("%hlk", hwpBytes{}.u32(0).u8(0).text(`https\://example.com;1;0;0;`).u32(1), nil)
		d.ctrl("%clk", hwpBytes{}.u32(0).u8(0).text("Clickhere:set:1:Direction:wstring:2:성명 ").u32(2), func() {
			d.out = append(d.out, hwpRecord(hwpCtrlData, d.level, hwpBytes{}.u16(0x21b, 1, 0, 0x4000, 1).text("신청인"))...)
		})
	})
	d.para("표 {tbl }", func() { d.table(6, []string{"가", "나"}, []string{"1", "2"}) })
	d.para("겹침{tcps} 덧말{tdut} 수식{eqed}", func() {
		d.ctrl("tcps", hwpBytes{}.text("①").zeros(4), nil)
		d.ctrl("tdut", hwpBytes{}.text("漢字").text("한자").zeros(20), nil)
		d.ctrl("eqed", d.object(true, 1000, 1000), func() {
			d.out = append(d.out, hwpRecord(hwpEquation, d.level, hwpBytes{}.u32(0).text("a over b").u32(0))...)
		})
	})
	d.para("{tcmt}{gso }", func() {
		d.ctrl("tcmt", nil, func() { d.list(nil, "숨은 설명") })
		d.ctrl("gso ", d.object(false, 8000, 4000), func() {
			d.listOf(hwpBytes{}.u32(3, 8000).u16(850).u32(8000), 1, func() {
				d.para("그림 {atno}. 상자", func() { d.ctrl("atno", hwpBytes{}.u32(3).u16(7, 0, 0, 0), nil) })
			})
			d.out = append(d.out, hwpRecord(hwpShapeComponent, d.level, append(hwpBytes("cer$cer$"), hwpBytes{}.zeros(200)...))...)
			d.level++
			d.list(hwpBytes{}.u16(283, 283, 283, 283).u32(8000), "글상자")
			d.out = append(d.out, hwpRecord(hwpShapePicture, d.level, hwpBytes{}.zeros(71).u16(1))...)
			d.level--
		})
	})
	return d.out
}

func TestHWPIsRead(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	doc := readBuilt(t, hwpBuild(0, map[string][]byte{"BinData/BIN0001.png": hwpPack(picture.Bytes())}, hwpWhole()), "")
	const want = `paragraph p1 "첫 문단 끝"
  header p1
    paragraph p1 "머리말"
  footnote p1 [1)] @10
    paragraph p1 " 각주 글"
heading1 p1 [1.] "제목"
item2 p1 [가.] "가 항목"
item2 p1 [나.] "나 항목"
item1 p1 [●] "글머리"
paragraph p1 "누르면 여기, 이름." link:"여기"=https://example.com field:"이름"=신청인
paragraph p1 "표 "
  table p1 @4
    [0,0 1×1]
      paragraph p1 "가"
    [0,1 1×1]
      paragraph p1 "나"
    [1,0 1×1]
      paragraph p1 "1"
    [1,1 1×1]
      paragraph p1 "2"
paragraph p1 "겹침① 덧말漢字 수식"
  ruby p1 "한자" @16
  equation p1 "a over b" @29
paragraph p1
  hidden p1 hidden
    paragraph p1 "숨은 설명"
  caption p1
    paragraph p1 "그림 7. 상자" number:"7"=
  picture p1
  box p1
    paragraph p1 "글상자"
`
	if got := hwpOutline(doc.Blocks); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if doc.Unit != Paper || doc.Layout != Lines || len(doc.Pages) != 1 || doc.Pages[0].Width != 595.28 {
		t.Errorf("%s, %s, %+v", doc.Unit, doc.Layout, doc.Pages)
	}
	if i := doc.Images; len(i) != 1 || i[0].Width != 3 || i[0].Height != 2 || i[0].Page != 1 {
		t.Errorf("pictures %+v", i)
	}
	if m := doc.Manifest; !m.Whole || m.In == nil || m.In.Characters != m.Out.Characters || m.In.Cells != 4 {
		t.Errorf("manifest %+v in %+v", m, m.In)
	}
}

func TestHWPIsDecrypted(t *testing.T) {
	d := &hwpDoc{}
	d.para("{secd}비밀", d.page)
	want := hwpOutline(readBuilt(t, hwpBuild(0, nil, d.out), "").Blocks)
	distributed := hwpBuild(hwpForViewing, map[string][]byte{"ViewText/Section0": hwpForDistribution(hwpPack(d.out))}, hwpBytes{})
	if doc := readBuilt(t, distributed, ""); hwpOutline(doc.Blocks) != want || len(doc.Manifest.Gaps) > 0 {
		t.Errorf("for distribution: %s %+v", hwpOutline(doc.Blocks), doc.Manifest.Gaps)
	}
	for version, name := range map[int]string{4: "since 2007", 0: "before 2007"} {
		seal := func(data []byte) []byte { return hwpSealed(version, "열쇠123", data) }
		header := hwpBytes(hwpSignature).zeros(15).u32(0x05000500, hwpPacked|hwpEncrypted, 0, version).zeros(208)
		data := compoundOf(map[string][]byte{"FileHeader": header, "DocInfo": seal(hwpPack(hwpShapes(1, 0))), "BodyText/Section0": seal(hwpPack(d.out))})
		if doc := readBuilt(t, data, "열쇠123"); hwpOutline(doc.Blocks) != want || len(doc.Manifest.Gaps) > 0 || doc.Manifest.In == nil {
			t.Errorf("%s: %s %+v", name, hwpOutline(doc.Blocks), doc.Manifest)
		}
		for password, code := range map[string]chat.Code{"": chat.CodeDocumentPassword, "falsch": chat.CodeDocumentPasswordWrong} {
			src := sourceOf("a.hwp", data)
			src.Password = password
			_, err := Read(context.Background(), src, Options{})
			if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != code {
				t.Errorf("%s, password %q: %v, want %s", name, password, err, code)
			}
		}
	}
}

// hwpSealed encrypts a stream with a password.
func hwpSealed(version int, password string, data []byte) []byte {
	if version != 4 {
		block := hwpOldPassword(password)
		out := append(append([]byte(nil), data...), make([]byte, (8-len(data)%8)%8)...)
		for i := 0; i < len(out); i += 8 {
			block.Encrypt(out[i:], out[i:])
		}
		return out
	}
	block := hwpPassword(password)
	var register [16]byte
	out := make([]byte, len(data))
	for i := range data {
		for bit := 7; bit >= 0; bit-- {
			var key [16]byte
			block.Encrypt(key[:], register[:])
			c := data[i]>>bit&1 ^ key[0]>>7
			out[i] |= c << bit
			for k := range 15 {
				register[k] = register[k]<<1 | register[k+1]>>7
			}
			register[15] = register[15]<<1 | c
		}
	}
	return out
}

func TestHWPHidesWhatNobodySees(t *testing.T) {
	check := func(name string, f func(d *hwpDoc), want string) {
		t.Helper()
		d := &hwpDoc{}
		f(d)
		if got := hwpOutline(readBuilt(t, hwpBuild(0, nil, d.out), "").Blocks); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
		}
	}
	shaped := func(d *hwpDoc, shape int) {
		d.out = bytes.Replace(d.out, hwpRecord(hwpParaCharShape, 1, hwpBytes{}.u32(0, 0)), hwpRecord(hwpParaCharShape, 1, hwpBytes{}.u32(0, 0, 3, shape)), 1)
	}
	check("white on white", func(d *hwpDoc) { d.para("보이고 안 보인다", nil); shaped(d, 1) }, "paragraph p1 \"보이고 안 보인다\" hidden:\" 안 보인다\"=\n")
	check("white on black", func(d *hwpDoc) {
		d.para("{tbl }", func() {
			d.ctrl("tbl ", d.object(true, 1000, 1000), func() {
				d.out = append(d.out, hwpRecord(hwpTable, d.level, hwpBytes{}.u32(0).u16(1, 1).zeros(10).u16(1, 0, 0))...)
				header := hwpBytes{}.u32(1, 0).u16(0, 0, 1, 1).u32(100, 100).zeros(8).u16(2).u32(100)
				d.out = append(d.out, hwpRecord(hwpListHeader, d.level, header)...)
				d.para("보이는 글", nil)
				shaped3 := hwpRecord(hwpParaCharShape, 3, hwpBytes{}.u32(0, 0))
				d.out = bytes.Replace(d.out, shaped3, hwpRecord(hwpParaCharShape, 3, hwpBytes{}.u32(0, 1)), 1)
			})
		})
	}, "paragraph p1\n  table p1\n    [0,0 1×1]\n      paragraph p1 \"보이는 글\"\n")
	check("one point", func(d *hwpDoc) { d.para("보이고 안 보인다", nil); shaped(d, 2) }, "paragraph p1 \"보이고 안 보인다\" hidden:\" 안 보인다\"=\n")
}

func TestHWPIsBounded(t *testing.T) {
	deep := &hwpDoc{}
	var nest func(n int)
	nest = func(n int) {
		deep.para("{tbl }", func() {
			deep.ctrl("tbl ", deep.object(true, 1000, 1000), func() {
				deep.out = append(deep.out, hwpRecord(hwpTable, deep.level, hwpBytes{}.u32(0).u16(1, 1).zeros(10).u16(1, 0, 0))...)
				deep.out = append(deep.out, hwpRecord(hwpListHeader, deep.level, hwpBytes{}.u32(1, 0).u16(0, 0, 1, 1).u32(100, 100).zeros(27))...)
				if n > 0 {
					nest(n - 1)
				}
			})
		})
	}
	nest(200)
	doc := readBuilt(t, hwpBuild(0, nil, deep.out), "")
	if len(doc.Manifest.Gaps) == 0 {
		t.Error("tables in each other two hundred times: no gap")
	}
	many := &hwpDoc{}
	for range 3000 {
		many.para("x", nil)
	}
	for name, l := range map[string]Limits{"blocks": {Blocks: 1000}, "text": {Text: 1000}, "unpacked": {Unpacked: 1000}, "entries": {Entries: 2}} {
		_, err := Read(context.Background(), sourceOf("a.hwp", hwpBuild(0, nil, many.out)), Options{Limits: l})
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentTooMuch && name != "entries" {
			t.Errorf("%s: %v, want that it is too much", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, sourceOf("a.hwp", hwpBuild(0, nil, many.out)), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestHostileHWP(t *testing.T) {
	for _, s := range samples(t, "hostile") {
		if !strings.HasSuffix(s.File, ".hwp") {
			continue
		}
		doc, err := Read(context.Background(), s.source(t), Options{})
		if err == nil && len(doc.Manifest.Gaps) == 0 && doc.Text(true) == "" {
			t.Errorf("%s: neither text nor an error nor gaps", s.File)
		}
		t.Logf("%s: %v, %d characters of text, gaps %+v", s.File, err, len(doc.Text(true)), doc.Manifest.Gaps)
	}
}

func FuzzHWP(f *testing.F) {
	f.Add([]byte(hwpWhole()))
	d := &hwpDoc{}
	d.para("{secd}앞{tbl }", func() {
		d.page()
		d.table(7, []string{"가", "나"}, []string{"다", "라"})
	})
	f.Add([]byte(d.out))
	f.Fuzz(func(t *testing.T, section []byte) {
		for _, data := range [][]byte{hwpBuild(0, nil, section), section} {
			doc, err := Read(context.Background(), sourceOf("a.hwp", data), Options{Limits: Limits{Unpacked: 1 << 20, Text: 1 << 18, Blocks: 1 << 12, Pages: 1 << 10}})
			if err != nil {
				continue
			}
			Walk(doc.Blocks, func(b *Block) bool {
				for _, m := range b.Marks {
					if m.Start < 0 || m.Start > m.End || m.End > len(b.Text) {
						t.Fatalf("mark %+v of %d bytes", m, len(b.Text))
					}
				}
				for _, l := range b.Lines {
					if l.Start < 0 || l.Start >= l.End || l.End > len(b.Text) {
						t.Fatalf("line %+v of %d bytes", l, len(b.Text))
					}
				}
				if clean(b.Text) != b.Text {
					t.Fatalf("text %q is not clean", b.Text)
				}
				return true
			})
		}
	})
}
