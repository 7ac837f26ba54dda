package document

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"strings"
	"testing"

	"exaone/chat"
)

// readMadePDF reads a made file, which must have no holes.
func readMadePDF(t *testing.T, data []byte, o Options) *Document {
	t.Helper()
	doc, err := Read(context.Background(), sourceOf("made.pdf", data), o)
	if err != nil {
		t.Fatal(err)
	}
	if !doc.Manifest.Whole {
		t.Errorf("gaps in a file without any: %+v", doc.Manifest.Gaps)
	}
	return doc
}

// outlineOf is the kinds and texts of blocks, one a line.
func outlineOf(blocks []Block) string {
	var out strings.Builder
	for _, b := range blocks {
		out.WriteString(string(b.Kind) + ": " + strings.ReplaceAll(b.Text, "\n", "⏎") + "\n")
	}
	return out.String()
}

const filler = "the quick brown fox jumps over the lazy dog and then it rests a while in the shade"

func bodyLines(y float64, lines ...string) string {
	var out strings.Builder
	for i, l := range lines {
		out.WriteString(put("F1", 10, 60, y-14*float64(i), l))
	}
	return out.String()
}

func TestPDFParagraphsHeadingsAndMargins(t *testing.T) {
	page := func(n string) string {
		return put("F1", 9, 60, 770, "Company rules") + put("F1", 18, 60, 700, "Chapter "+n) +
			bodyLines(660, filler, filler, "and no more.", "A second one: "+filler[14:], "and ends.") +
			put("F1", 9, 290, 30, "- "+n+" -")
	}
	doc := readMadePDF(t, madePages([]string{page("1"), page("2"), page("3")}, "", ""), Options{})
	want := ""
	for _, n := range []string{"1", "2", "3"} {
		want += "header: Company rules\nheading: Chapter " + n + "\nparagraph: " + filler + " " + filler +
			" and no more.\nparagraph: A second one: " + filler[14:] + " and ends.\nfooter: - " + n + " -\n"
	}
	if got := outlineOf(doc.Blocks); got != want {
		t.Errorf("blocks:\n%swant:\n%s", got, want)
	}
	if len(doc.Pages) != 3 || doc.Pages[0].Width != 600 || doc.Pages[0].Height != 800 {
		t.Errorf("pages: %+v", doc.Pages)
	}
	p := doc.Blocks[2]
	if len(p.Lines) != 3 || p.Text[p.Lines[1].Start:p.Lines[1].End] != filler || p.Lines[2].Rect.Y0 < 160 || p.Lines[2].Rect.Y1 > 175 {
		t.Errorf("lines: %+v", p.Lines)
	}
}

func TestPDFTableOfRules(t *testing.T) {
	content := ruled(
		[4]float64{50, 700, 350, 700}, [4]float64{150, 670, 350, 670}, [4]float64{50, 640, 350, 640},
		[4]float64{50, 640, 50, 700}, [4]float64{150, 640, 150, 700}, [4]float64{250, 640, 250, 670}, [4]float64{350, 640, 350, 700}) +
		put("F1", 10, 60, 665, "Name") + put("F1", 10, 200, 680, "Figures") + put("F1", 10, 160, 650, "1,000") + put("F1", 10, 260, 650, "2,000")
	doc := readMadePDF(t, madePages([]string{content}, "", ""), Options{})
	got := shapes(doc)
	want := []tableShape{{Rows: 2, Cols: 3, Cells: []cellShape{
		{Rowspan: 2, Colspan: 1, Text: "Name"}, {Col: 1, Rowspan: 1, Colspan: 2, Text: "Figures"},
		{Row: 1, Col: 1, Rowspan: 1, Colspan: 1, Text: "1,000"}, {Row: 1, Col: 2, Rowspan: 1, Colspan: 1, Text: "2,000"}}}}
	if why := differs(got, want); why != "" {
		t.Errorf("%s: %+v", why, got)
	}
	cell := doc.Blocks[0].Grid.Cells[2]
	if len(cell.Lines) != 1 || cell.Lines[0].Rect.X0 < 159 || cell.Lines[0].Rect.Y0 < 140 {
		t.Errorf("where a cell's text stands: %+v", cell.Lines)
	}
}

func TestPDFTableByPlaces(t *testing.T) {
	var content strings.Builder
	for i, row := range [][]string{{"Item", "2023", "2024"}, {"Sales", "1,200", "1,310"}, {"Costs", "800", "815"}, {"Profit", "400", "495"}} {
		for c, cell := range row {
			content.WriteString(put("F1", 10, 60+120*float64(c), 700-16*float64(i), cell))
		}
	}
	doc := readMadePDF(t, madePages([]string{content.String()}, "", ""), Options{})
	got := shapes(doc)
	if len(got) != 1 || got[0].Rows != 4 || got[0].Cols != 3 || got[0].Cells[5].Text != "1,310" {
		t.Errorf("tables: %+v", got)
	}
}

func TestPDFColumnsAreReadOneAfterTheOther(t *testing.T) {
	var left, right []string
	for range 5 {
		left, right = append(left, "left words of the first column"), append(right, "right words of the other one")
	}
	content := ""
	for i := range left { // written from the top, both columns at once
		content += put("F1", 10, 60, 700-14*float64(i), left[i]) + put("F1", 10, 320, 700-14*float64(i), right[i])
	}
	doc := readMadePDF(t, madePages([]string{content}, "", ""), Options{})
	text := squeezed(doc.Text(false))
	if want := squeezed(strings.Join(append(left, right...), "")); text != want {
		t.Errorf("text %q, want %q", text, want)
	}
}

func TestPDFHiddenText(t *testing.T) {
	content := put("F1", 10, 60, 700, "seen") + "1 1 1 rg\n" + put("F1", 10, 60, 600, "white") +
		"0 0 0 rg 50 490 200 30 re f 1 1 1 rg\n" + put("F1", 10, 60, 500, "on black") + "0 0 0 rg\n" +
		"3 Tr\n" + put("F1", 10, 60, 400, "invisible") + "0 Tr\n" + put("F1", 0.5, 60, 300, "tiny") + put("F1", 10, 60, -100, "below")
	doc := readMadePDF(t, madePages([]string{content}, "", ""), Options{})
	hidden := map[string]bool{}
	for _, b := range doc.Blocks {
		hidden[b.Text] = b.Hidden
	}
	for text, want := range map[string]bool{"seen": false, "white": true, "on black": false, "invisible": true, "tiny": true} {
		if got, ok := hidden[text]; !ok || got != want {
			t.Errorf("%q: hidden %v (there: %v), want %v", text, got, ok, want)
		}
	}
}

func TestPDFWhatIsAboutTheText(t *testing.T) {
	doc := readMadePDF(t, madePages([]string{put("F1", 10, 60, 700, "See our site for more."), put("F1", 10, 60, 700, "Second.")},
		"/Annots[<</Type/Annot/Subtype/Link/Rect[50 690 300 720]/A<</S/URI/URI(https://example.com/)>>>> "+
			"<</Type/Annot/Subtype/Text/Rect[400 700 420 720]/Contents(Check this)/T(Kim)>>]",
		"/Lang(ko) /PageLabels<</Nums[0<</S/r>>]>> /Names<</EmbeddedFiles<</Names[(a.txt) 5 0 R]>>>> /Outlines 6 0 R",
		func(m *madePDF) {
			m.stream("/Type/EmbeddedFile/Params<</Size 5>>", "hello")
			m.add("<</Type/Filespec/F(a.txt)/UF(a.txt)/EF<</F 4 0 R>>>>")
			m.add("<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1>>")
			m.add("<</Title(Part two)/Parent 6 0 R/Dest[11 0 R/Fit]>>")
		}), Options{Images: true})
	if doc.Meta.Language != "ko" || doc.Pages[0].Label != "i" || doc.Pages[1].Label != "ii" {
		t.Errorf("language %q, labels %+v", doc.Meta.Language, doc.Pages)
	}
	if len(doc.Outline) != 1 || doc.Outline[0] != (Bookmark{"Part two", 1, 2}) {
		t.Errorf("outline: %+v", doc.Outline)
	}
	if len(doc.Attachments) != 1 || string(doc.Attachments[0].Data) != "hello" || doc.Attachments[0].Name != "a.txt" || doc.Attachments[0].Read == nil {
		t.Errorf("attachments: %+v", doc.Attachments)
	}
	b := doc.Blocks[0]
	if len(b.Marks) != 1 || b.Marks[0] != (Mark{0, len(b.Text), MarkLink, "https://example.com/"}) {
		t.Errorf("marks: %+v", b.Marks)
	}
	if c := doc.Blocks[1]; c.Kind != Comment || c.Text != "Check this" || c.Author != "Kim" {
		t.Errorf("comment: %+v", c)
	}
}

func TestPDFFields(t *testing.T) {
	doc := readMadePDF(t, madePages([]string{put("F1", 10, 60, 700, "Name:")}, "/Annots[4 0 R]", "/AcroForm<</Fields[4 0 R]>>", func(m *madePDF) {
		m.add("<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Hong Gildong)/Rect[100 690 300 710]>>")
	}), Options{})
	if b := doc.Blocks[len(doc.Blocks)-1]; b.Kind != Field || b.Marker != "name" || b.Text != "Hong Gildong" {
		t.Errorf("field: %+v", b)
	}
}

func TestPDFTurnedPages(t *testing.T) {
	for _, turn := range []string{"0", "90", "180", "270"} {
		doc := readMadePDF(t, madePages([]string{bodyLines(700, filler, "and no more.")}, "/Rotate "+turn, ""), Options{})
		if got := outlineOf(doc.Blocks); got != "paragraph: "+filler+" and no more.\n" {
			t.Errorf("turned by %s: %s", turn, got)
		}
		if wide := doc.Pages[0].Width > doc.Pages[0].Height; wide != (turn == "90" || turn == "270") {
			t.Errorf("turned by %s: %+v", turn, doc.Pages[0])
		}
	}
}

func TestPDFScansAreRecognisedOrNamed(t *testing.T) {
	data := madePages([]string{"q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"}, "", "")
	doc, err := Read(context.Background(), sourceOf("scan.pdf", data), Options{})
	if err != nil || len(doc.Manifest.Gaps) != 1 || doc.Manifest.Gaps[0] != (Gap{What: GapScan, Page: 1}) {
		t.Fatalf("gaps %+v, %v", doc.Manifest.Gaps, err)
	}
	doc = readMadePDF(t, data, Options{Recognise: func(_ context.Context, i Image) ([]Block, error) {
		shown, err := png.Decode(bytes.NewReader(i.Data))
		if err != nil || shown.Bounds().Dx() != 2500 || i.Width != 2500 {
			t.Errorf("a picture of %v, %d: %v", shown, i.Width, err)
		}
		return []Block{{Kind: Paragraph, Text: "read", Lines: []Line{{End: 4, Rect: Rect{250, 500, 750, 600}, Confidence: 0.9}}}}, nil
	}})
	b := doc.Blocks[len(doc.Blocks)-1]
	if b.Text != "read" || b.Page != 1 || b.Lines[0].Rect != (Rect{60, 120, 180, 144}) || b.Lines[0].Page != 1 {
		t.Errorf("block: %+v", b)
	}
}

func TestPDFPagesComeInOrderFromAnyOnOn(t *testing.T) {
	var contents []string
	for i := range 30 {
		contents = append(contents, put("F1", 10, 60, 700, "page "+strings.Repeat("x", i+1)))
	}
	var got []int
	doc := readMadePDF(t, madePages(contents, "", ""), Options{From: 4, Page: func(p Page, blocks []Block, total int) error {
		got = append(got, p.Number)
		if total != 30 || len(blocks) != 1 || blocks[0].Text != "page "+strings.Repeat("x", p.Number) {
			t.Errorf("page %d of %d: %+v", p.Number, total, blocks)
		}
		return nil
	}})
	if len(got) != 27 || got[0] != 4 || got[26] != 30 || doc.Pages[0].Number != 4 {
		t.Errorf("pages %v", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Read(ctx, sourceOf("a.pdf", madePages(contents, "", "")), Options{Page: func(p Page, _ []Block, _ int) error {
		if p.Number == 3 {
			cancel()
		}
		return nil
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a reading that was ended: %v", err)
	}
}

func TestPDFPassword(t *testing.T) {
	for _, s := range samples(t, "pdf") {
		if s.Password == "" {
			continue
		}
		for password, want := range map[string]chat.Code{"": chat.CodeDocumentPassword, "not it": chat.CodeDocumentPasswordWrong} {
			src := s.source(t)
			src.Password = password
			_, err := Read(context.Background(), src, Options{})
			if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != want {
				t.Errorf("%s with password %q: %v, want %s", s.File, password, err, want)
			}
		}
	}
}

func TestRenderPDF(t *testing.T) {
	data := madePages([]string{"1 0 0 rg 0 0 300 800 re f"}, "", "")
	drawn, err := RenderPDF(context.Background(), sourceOf("a.pdf", data), 1, 36, Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := png.Decode(bytes.NewReader(drawn))
	if err != nil || shown.Bounds().Dx() != 300 || shown.Bounds().Dy() != 400 {
		t.Fatalf("%v, %v", shown.Bounds(), err)
	}
	if r, g, _, _ := shown.At(10, 10).RGBA(); r != 0xffff || g != 0 {
		t.Errorf("the left half: %v", shown.At(10, 10))
	}
	if r, g, _, _ := shown.At(290, 10).RGBA(); r != 0xffff || g != 0xffff {
		t.Errorf("the right half: %v", shown.At(290, 10))
	}
	if _, err := RenderPDF(context.Background(), sourceOf("a.pdf", data), 2, 36, Options{}); err == nil {
		t.Error("a page that is not there was drawn")
	}
}

func TestPDFWordsThatALineHasCut(t *testing.T) {
	w := newPDFWriter(&builder{})
	item := func(text string, soft ...int) *pdfItem {
		return &pdfItem{Block: Block{Text: text, Lines: []Line{{End: soft[0]}, {Start: soft[0] + 1, End: len(text)}}}, soft: soft}
	}
	w.learn(&laid{items: []pdfItem{{Block: Block{Text: "서류를 전자결재로 상신한다. 담당 임원에게 보고한다."}}}})
	for text, want := range map[string]string{
		"서류를 전자결|재로 상신한다": "서류를 전자결재로 상신한다",
		"서류|를 상신한다":       "서류를 상신한다",
		"담당|임원에게 보고한다":    "담당 임원에게 보고한다",
		"처음|보는 말":         "처음 보는 말",
	} {
		at := strings.Index(text, "|")
		i := item(strings.Replace(text, "|", " ", 1), at)
		w.join(i)
		if i.Text != want || i.Lines[1].End != len(want) {
			t.Errorf("%q is %q, %+v, want %q", text, i.Text, i.Lines, want)
		}
	}
}
