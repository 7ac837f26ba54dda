package document

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"exaone/chat"
)

const odfNames = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:math="http://www.w3.org/1998/Math/MathML"`

const odfStyleSheet = `<office:automatic-styles>
<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="White" style:family="paragraph"><style:text-properties fo:color="#ffffff"/></style:style>
<style:style style:name="Break" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>
<style:style style:name="Dark" style:family="table-cell"><style:table-cell-properties fo:background-color="#000080"/></style:style>
<style:style style:name="Away" style:family="table"><style:table-properties table:display="false"/></style:style>
<style:style style:name="dp" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="가, 나, 다, ..." style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix=")" text:display-levels="2"/></text:list-style>
</office:automatic-styles>`

// odfFile is an OpenDocument file of a kind with a body; parts are beside it.
func odfFile(t testing.TB, kind, body string, parts ...string) []byte {
	t.Helper()
	content := `<office:document-content ` + odfNames + `>` + odfStyleSheet + `<office:body><office:` + kind + `>` + body + `</office:` + kind + `></office:body></office:document-content>`
	return packOf(t, append([]string{"mimetype", odfType + kind, "content.xml", content}, parts...)...)
}

func readMade(t *testing.T, name string, data []byte) *Document {
	t.Helper()
	doc, err := Read(context.Background(), sourceOf(name, data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestODT(t *testing.T) {
	styles := `<office:document-styles ` + odfNames + `><office:styles><text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="1" style:num-prefix="제" style:num-suffix="장"/></text:outline-style></office:styles><office:master-styles><style:master-page style:name="Standard"><style:header><text:p>머리말</text:p></style:header><style:footer><text:p>꼬리말</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>`
	body := `<text:tracked-changes><text:changed-region text:id="d1"><text:deletion><office:change-info><dc:creator>박</dc:creator></office:change-info><text:p>지운 말</text:p></text:deletion></text:changed-region><text:changed-region text:id="i1"><text:insertion><office:change-info><dc:creator>최</dc:creator></office:change-info></text:insertion></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">총칙</text:h><text:h text:outline-level="2">목적</text:h>
<text:p>  앞   <text:s text:c="2"/>뒤<text:tab/>끝<text:line-break/>줄 </text:p>
<text:p>본문<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>각주</text:p></text:note-body></text:note> 계속<text:change text:change-id="d1"/><text:change-start text:change-id="i1"/>새 말<text:change-end text:change-id="i1"/></text:p>
<text:list text:style-name="L"><text:list-item><text:p>하나</text:p><text:list><text:list-item><text:p>속</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>둘</text:p><text:p>이어서</text:p></text:list-item></text:list><text:list text:style-name="L" text:continue-numbering="true"><text:list-item><text:p>셋</text:p></text:list-item></text:list>
<table:table><table:table-column table:number-columns-repeated="2"/><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>제목</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows><table:table-row><table:table-cell table:style-name="Dark"><text:p text:style-name="White">흰</text:p></table:table-cell><table:table-cell><text:p>가</text:p><table:table><table:table-row><table:table-cell><text:p>속표</text:p></table:table-cell></table:table-row></table:table></table:table-cell></table:table-row></table:table>
<text:p>가<text:span text:style-name="Gone">숨은</text:span>나<office:annotation><dc:creator>김</dc:creator><dc:date>2024-01-01T00:00:00</dc:date><text:p>메모</text:p></office:annotation><text:a xlink:href="http://a.kr">링크</text:a></text:p><text:p text:style-name="White">하얀 글</text:p>
<text:section text:display="none"><text:p>숨은 절</text:p></text:section>
<text:p><draw:frame><draw:text-box><text:p>글상자</text:p></draw:text-box></draw:frame><draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame><text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>한자</text:ruby-text></text:ruby></text:p>`
	formula := `<math:math xmlns:math="http://www.w3.org/1998/Math/MathML"><math:semantics><math:mi>a</math:mi><math:annotation encoding="StarMath 5.0">a over b</math:annotation></math:semantics></math:math>`
	doc := readMade(t, "a.odt", odfFile(t, "text", body, "styles.xml", styles, "Pictures/a.png", onePixel, "Object 1/content.xml", formula,
		"meta.xml", `<office:document-meta `+odfNames+`><office:meta><dc:title>제목</dc:title><dc:creator>김</dc:creator><meta:creation-date>2024-03-05T01:02:03.5</meta:creation-date></office:meta></office:document-meta>`))
	want := `header "머리말"
footer "꼬리말"
heading1 [제1장] "총칙"
heading2 "목적"
paragraph "앞   뒤\t끝\n줄 "
paragraph "본문 계속새 말" inserted 13-20 최
  footnote [1] "각주" @6
  deleted "지운 말" @13 by 박
item1 [가.] "하나"
item2 [가.1)] "속"
item1 [나.] "둘"
item1 "이어서"
item1 [다.] "셋"
table
  2×2, 1 headers
  0,0+1,2 "제목"
  1,0+1,1 "흰"
  1,1+1,1 ""
    paragraph "가"
    table
      1×1, 0 headers
      0,0+1,1 "속표"
paragraph "가숨은나링크" hidden 3-9  link 12-18 http://a.kr
  comment "메모" @12 by 김
paragraph "하얀 글" hidden hidden 0-10 
paragraph "숨은 절" hidden hidden 0-10 
paragraph "漢字"
  box
    paragraph "글상자"
  picture image 1
  equation "a over b"
  ruby "한자" @6
`
	if got := blocksOf(doc.Blocks); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	in, out := *doc.Manifest.In, doc.Manifest.Out
	in.pages, out.pages = nil, nil
	if in != out || !doc.Manifest.Whole {
		t.Errorf("in %+v, out %+v, gaps %v", in, out, doc.Manifest.Gaps)
	}
	if doc.Meta.Title != "제목" || doc.Meta.Author != "김" || doc.Meta.Created.Year() != 2024 || doc.Unit != Flow || doc.Layout != Paragraphs {
		t.Errorf("%+v, %s, %s", doc.Meta, doc.Unit, doc.Layout)
	}
}

func TestODTPages(t *testing.T) {
	body := `<text:p>첫<text:soft-page-break/>째</text:p><text:p text:style-name="Break">셋째</text:p>`
	meta := func(pages int) string {
		return fmt.Sprintf(`<office:document-meta %s><office:meta><meta:document-statistic meta:page-count="%d"/></office:meta></office:document-meta>`, odfNames, pages)
	}
	doc := readMade(t, "a.odt", odfFile(t, "text", body, "meta.xml", meta(3)))
	if len(doc.Pages) != 3 || doc.Unit != Paper || doc.Layout != PageOnly || doc.Blocks[0].Page != 1 || doc.Blocks[1].Page != 3 {
		t.Errorf("%d pages, %s, %s, blocks %+v", len(doc.Pages), doc.Unit, doc.Layout, doc.Blocks)
	}
	doc = readMade(t, "a.odt", odfFile(t, "text", body, "meta.xml", meta(9))) // what the file says of itself is another number: it is not believed
	if len(doc.Pages) != 0 || doc.Unit != Flow || doc.Blocks[1].Page != 0 {
		t.Errorf("%d pages, %s", len(doc.Pages), doc.Unit)
	}
}

func TestODS(t *testing.T) {
	body := `<table:table table:name="매출"><table:table-column table:number-columns-repeated="16384"/>
<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>제목</text:p></table:table-cell><table:covered-table-cell/><table:table-cell table:number-columns-repeated="16382"/></table:table-row>
<table:table-row><table:table-cell office:value-type="date" office:date-value="2024-01-25"><text:p>2024년 1월 25일</text:p></table:table-cell><table:table-cell table:formula="of:=[.B4]+SUM([.C1:.C9])" office:value-type="float" office:value="27860"><text:p>27,860</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="2"><text:p>1</text:p><office:annotation><text:p>메모</text:p></office:annotation></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="time" office:time-value="PT16H24M05S"><text:p>16:24</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>
<table:table table:name="숨김" table:style-name="Away"><table:table-row><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>참</text:p></table:table-cell></table:table-row></table:table><table:table table:name="빈"/>`
	doc := readMade(t, "a.ods", odfFile(t, "spreadsheet", body))
	want := `table
  4×4, 0 headers
  0,0+1,2 "제목"
  1,0+1,1 "2024-01-25"
  1,1+1,1 "27860"
  1,2+1,1 "1"
  1,3+1,1 "1"
  2,0+1,1 "16:24:05"
  3,0+1,1 "16:24:05"
  comment [C2] "메모"
table hidden
  1×1, 0 headers
  0,0+1,1 "TRUE"
`
	if got := blocksOf(doc.Blocks); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if c := doc.Blocks[0].Grid.Cells[2]; c.Formula != "B4+SUM(C1:C9)" || c.Shown != "27,860" {
		t.Errorf("%+v", c)
	}
	in, out := *doc.Manifest.In, doc.Manifest.Out
	in.pages, out.pages = nil, nil
	if in != out || len(doc.Pages) != 3 || doc.Pages[0].Label != "매출" || !doc.Pages[1].Hidden || doc.Unit != Sheet || doc.Blocks[1].Page != 2 {
		t.Errorf("in %+v, out %+v, gaps %v, pages %+v", in, out, doc.Manifest.Gaps, doc.Pages)
	}
}

func TestODSBombIsBounded(t *testing.T) {
	row := `<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>`
	data := odfFile(t, "spreadsheet", `<table:table table:name="a">`+row+`</table:table>`)
	doc, err := Read(context.Background(), sourceOf("a.ods", data), Options{Limits: Limits{Blocks: 50_000}})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentTooMuch {
		t.Errorf("%v, want %s", err, chat.CodeDocumentTooMuch)
	}
	if n := doc.Manifest.Out.Cells; n > 50_000 {
		t.Errorf("%d cells", n)
	}
	data = odfFile(t, "spreadsheet", `<table:table table:name="a"><table:table-row><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row></table:table>`)
	doc = readMade(t, "a.ods", data)
	if doc.Manifest.Out.Cells != maxRepeats || !hasGap(doc, GapCells, "A1") {
		t.Errorf("%d cells, gaps %v", doc.Manifest.Out.Cells, doc.Manifest.Gaps)
	}
}

func TestODP(t *testing.T) {
	body := `<presentation:footer-decl presentation:name="f">꼬리</presentation:footer-decl><draw:page draw:name="하나" presentation:use-footer-name="f"><draw:frame presentation:class="title" svg:x="1in" svg:y="1in" svg:width="2in" svg:height="1in"><draw:text-box><text:p>제목</text:p></draw:text-box></draw:frame><draw:frame presentation:placeholder="true"><draw:text-box><text:p>여기에 쓰세요</text:p></draw:text-box></draw:frame><draw:g><draw:custom-shape><text:p>도형</text:p></draw:custom-shape></draw:g><presentation:notes><draw:frame><draw:text-box><text:p>노트</text:p></draw:text-box></draw:frame></presentation:notes></draw:page><draw:page draw:name="둘" draw:style-name="dp"><draw:frame><draw:text-box><text:p>숨은 쪽</text:p></draw:text-box></draw:frame></draw:page>`
	doc := readMade(t, "a.odp", odfFile(t, "presentation", body))
	want := `heading1 "제목"
box
  paragraph "도형"
notes
  box
    paragraph "노트"
footer "꼬리"
box hidden
  paragraph "숨은 쪽"
`
	if got := blocksOf(doc.Blocks); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if r := doc.Blocks[0].Rect; r == nil || *r != (Rect{72, 72, 216, 144}) || len(doc.Pages) != 2 || !doc.Pages[1].Hidden || doc.Manifest.In.Pages != 2 || !doc.Manifest.Whole {
		t.Errorf("%v, pages %+v, manifest %+v", r, doc.Pages, doc.Manifest)
	}
}

func TestFlatODF(t *testing.T) {
	data := `<?xml version="1.0"?><office:document ` + odfNames + ` office:mimetype="` + odfType + `text"><office:body><office:text><text:p>가</text:p><text:p><draw:frame><draw:image><office:binary-data>` + base64.StdEncoding.EncodeToString([]byte(onePixel)) + `</office:binary-data></draw:image></draw:frame></text:p></office:text></office:body></office:document>`
	doc := readMade(t, "a.fodt", []byte(data))
	if doc.Format != "odt" || len(doc.Images) != 1 || doc.Images[0].Width != 1 || doc.Text(false) != "가\n\n" || !doc.Manifest.Whole {
		t.Errorf("%s, images %+v, text %q, gaps %v", doc.Format, doc.Images, doc.Text(false), doc.Manifest.Gaps)
	}
}

func TestODFIsKnown(t *testing.T) {
	content := `<office:document-content ` + odfNames + `><office:body><office:text><text:p>가</text:p></office:text></office:body></office:document-content>`
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a.bin":  {odfFile(t, "text", ""), "odt"},
		"b.odg":  {odfFile(t, "graphics", ""), "odp"},
		"c.odt":  {packOf(t, "content.xml", content), "odt"},
		"d.xml":  {[]byte(`<office:document office:mimetype=`), "text"},
		"e.hwpx": {packOf(t, "version.xml", "", "Contents/content.hpf", hwpxList1, "mimetype", hwpxType, "Contents/section0.xml", ""), "hwpx"},
		"f.hwp":  {[]byte("\xff\xfe<\x00H\x00W\x00P\x00M\x00L\x00>\x00"), "hwpml"},
	} {
		if f, err := detect(sourceOf(name, c.data)); err != nil || f.name != c.want {
			t.Errorf("%s: %+v, %v, want %s", name, f, err, c.want)
		}
	}
}

// sealedPart encrypts a part as LibreOffice does and returns it with its entry of the manifest.
func sealedPart(t testing.TB, name, content, password string) (part, entry string) {
	t.Helper()
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestSpeed)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	plain := packed.Bytes()
	sum := sha256.Sum256(plain[:min(len(plain), 1024)])
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	plain = append(plain, bytes.Repeat([]byte{byte(pad)}, pad)...)
	salt, vector := []byte("0123456789abcdef"), []byte("fedcba9876543210")
	start := sha256.Sum256([]byte(password))
	key, err := pbkdf2.Key(sha1.New, string(start[:]), salt, 1000, 32)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	cipher.NewCBCEncrypter(block, vector).CryptBlocks(plain, plain)
	code := base64.StdEncoding.EncodeToString
	return string(plain), `<m:file-entry m:full-path="` + name + `"><m:encryption-data m:checksum-type="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k" m:checksum="` + code(sum[:]) + `"><m:algorithm m:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc" m:initialisation-vector="` + code(vector) + `"/><m:key-derivation m:key-derivation-name="PBKDF2" m:key-size="32" m:iteration-count="1000" m:salt="` + code(salt) + `"/><m:start-key-generation m:start-key-generation-name="http://www.w3.org/2000/09/xmldsig#sha256" m:key-size="32"/></m:encryption-data></m:file-entry>`
}

func TestSealedPartsOpenWithThePassword(t *testing.T) {
	odtPart, odtEntry := sealedPart(t, "content.xml", `<office:document-content `+odfNames+`><office:body><office:text><text:p>비밀</text:p></office:text></office:body></office:document-content>`, "열쇠")
	hwpxPart, hwpxEntry := sealedPart(t, "Contents/section0.xml", `<hs:sec `+hwpxSpaces+`>`+hwpxP(0, hwpxWords("비밀"))+`</hs:sec>`, "열쇠")
	manifest := func(entry string) string {
		return `<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">` + entry + `</m:manifest>`
	}
	for name, data := range map[string][]byte{
		"a.odt":  packOf(t, "mimetype", odfType+"text", "content.xml", odtPart, "META-INF/manifest.xml", manifest(odtEntry)),
		"a.hwpx": hwpxFile(t, map[string]string{"Contents/section0.xml": hwpxPart, "META-INF/manifest.xml": manifest(hwpxEntry)}, ""),
	} {
		src := sourceOf(name, data)
		for _, c := range []struct {
			password string
			want     chat.Code
		}{{"", chat.CodeDocumentPassword}, {"no", chat.CodeDocumentPasswordWrong}} {
			src.Password = c.password
			_, err := Read(context.Background(), src, Options{})
			if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != c.want {
				t.Errorf("%s, password %q: %v, want %s", name, c.password, err, c.want)
			}
		}
		src.Password = "열쇠"
		doc, err := Read(context.Background(), src, Options{})
		if err != nil || !strings.Contains(doc.Text(false), "비밀") || doc.Manifest.In == nil || doc.Manifest.In.Characters != 2 {
			t.Errorf("%s: %v, %+v", name, err, doc.Manifest)
		}
	}
	blowfish := packOf(t, "mimetype", odfType+"text", "content.xml", odtPart, "META-INF/manifest.xml", manifest(strings.Replace(odtEntry, "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "Blowfish CFB", 1)))
	src := sourceOf("a.odt", blowfish)
	src.Password = "열쇠"
	_, err := Read(context.Background(), src, Options{})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentCipher {
		t.Errorf("%v, want %s", err, chat.CodeDocumentCipher)
	}
}

func TestODFThatIsCut(t *testing.T) {
	whole := `<office:document-content ` + odfNames + `><office:body><office:text><text:p>처음</text:p><table:table><table:table-row><table:table-cell><text:p>속</text:p></table:table-cell></table:table-row></table:table><text:p>끝`
	doc := readMade(t, "a.odt", packOf(t, "mimetype", odfType+"text", "content.xml", whole))
	if text := doc.Text(false); text != "처음\n속\n끝\n" || !hasGap(doc, GapEntry, "content.xml") && len(doc.Manifest.Gaps) == 0 {
		t.Errorf("text %q, gaps %v", text, doc.Manifest.Gaps)
	}
}

// FuzzODF reads bodies of texts, sheets and slides that are anything.
func FuzzODF(f *testing.F) {
	f.Add(byte(0), `<text:list text:style-name="L"><text:list-item><text:p>가<text:s text:c="9"/><text:note><text:note-body><text:p>나</text:p></text:note-body></text:note></text:p></text:list-item></text:list><text:soft-page-break/>`)
	f.Add(byte(1), `<table:table table:name="a"><table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="4" office:value-type="float" office:value="1" table:number-columns-spanned="2"><text:p>1</text:p></table:table-cell></table:table-row></table:table>`)
	f.Add(byte(2), `<draw:page><draw:frame presentation:class="title" svg:width="1cm" svg:height="1cm"><draw:text-box><text:p>가</text:p></draw:text-box></draw:frame><presentation:notes><text:p>나</text:p></presentation:notes></draw:page>`)
	f.Fuzz(func(t *testing.T, kind byte, body string) {
		kinds := []string{"text", "spreadsheet", "presentation"}
		data := odfFile(t, kinds[int(kind)%len(kinds)], body)
		doc, err := Read(context.Background(), sourceOf("a.odt", data), Options{Limits: Limits{Blocks: 5000}})
		if err != nil {
			return
		}
		checkPlaces(t, doc)
	})
}
