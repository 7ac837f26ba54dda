package assistant

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// rule is an article of a made regulation.
type rule struct {
	title string
	lines []string
}

// drafted makes a regulation of articles that differ from each other.
func drafted(r *rand.Rand, n int) []rule {
	subjects := []string{"총무팀장", "재무팀장", "출장자", "부서장", "감사실장", "인사위원회"}
	acts := []string{"여비를 정산한다", "영수증을 보관한다", "출장 명령서를 결재한다", "숙박비를 지급한다", "휴가원을 제출한다", "계약서를 검토한다", "비품을 관리한다"}
	var all []rule
	for i := range n {
		var one rule
		one.title = fmt.Sprintf("%s의 직무 %c", subjects[i%len(subjects)], '가'+i)
		for k := range 1 + r.IntN(4) {
			one.lines = append(one.lines, fmt.Sprintf("%c %s은 사유가 생긴 날부터 %d일 안에 %s. 다만, 금액이 %d,000원 이하이면 %s.",
				'①'+rune(k), subjects[r.IntN(len(subjects))], 2+r.IntN(60), acts[r.IntN(len(acts))], 10+r.IntN(900), acts[r.IntN(len(acts))]))
		}
		all = append(all, one)
	}
	return all
}

// paragraphs are the rules with their numbers.
func paragraphs(all []rule) []string {
	out := []string{"여비 규정", "제1장 총칙"}
	for i, r := range all {
		for k, l := range r.lines {
			if k == 0 {
				l = fmt.Sprintf("제%d조(%s) %s", i+1, r.title, l)
			}
			out = append(out, l)
		}
	}
	return append(out, "부칙", "이 규정은 공포한 날부터 시행한다.")
}

// amended changes a regulation and tells what should be found: a line for each article that differs.
func amended(r *rand.Rand, old []rule) (all []rule, want []string) {
	type one struct {
		rule
		from     int // 0: new
		reworded bool
	}
	var changed []one
	for i, o := range old {
		o.lines = slices.Clone(o.lines)
		switch what := r.IntN(10); {
		case what == 0:
			want = append(want, fmt.Sprintf("제%d조(%s): 삭제", i+1, o.title))
			continue
		case what == 1:
			k := r.IntN(len(o.lines))
			o.lines[k] = strings.Replace(o.lines[k], "일 안에", "일 이내에 반드시", 1)
			changed = append(changed, one{o, i + 1, true})
		case what == 2 && len(o.lines) > 1:
			o.lines = o.lines[:len(o.lines)-1]
			changed = append(changed, one{o, i + 1, true})
		case what == 3:
			changed = append(changed, one{o, i + 1, false},
				one{rule{fmt.Sprintf("새 조문 %d", i), []string{fmt.Sprintf("① 정보보호책임자는 매년 %d월 말까지 접속 기록 %d건을 점검하고 그 결과를 대표이사에게 보고하여야 한다.", 1+r.IntN(12), 100+i)}}, 0, false})
		default:
			changed = append(changed, one{o, i + 1, false})
		}
	}
	for i, c := range changed {
		all = append(all, c.rule)
		name := fmt.Sprintf("제%d조(%s)", i+1, c.title)
		was := fmt.Sprintf("제%d조(%s)", c.from, c.title)
		switch {
		case c.from == 0:
			want = append(want, name+": 신설")
		case c.from != i+1 && c.reworded:
			want = append(want, was+" → "+name+": 이동·자구 수정")
		case c.from != i+1:
			want = append(want, was+" → "+name+": 이동")
		case c.reworded:
			want = append(want, name+": 자구 수정")
		}
	}
	slices.Sort(want)
	return all, want
}

// packed is an archive of names and contents.
func packed(t *testing.T, namesAndContents ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(namesAndContents); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: namesAndContents[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(namesAndContents[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// asDOCX writes paragraphs as a Word document.
func asDOCX(t *testing.T, paragraphs []string) []byte {
	body := ""
	for _, p := range paragraphs {
		body += "<w:p><w:r><w:t xml:space=\"preserve\">" + p + "</w:t></w:r></w:p>"
	}
	const word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	return packed(t, "[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml", `<w:document xmlns:w="`+word+`"><w:body>`+body+`</w:body></w:document>`)
}

// asHWPX writes paragraphs as a document of Hangul.
func asHWPX(t *testing.T, paragraphs []string) []byte {
	const spaces = `xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head" xmlns:opf="http://www.idpf.org/2007/opf/"`
	body := ""
	for i, p := range paragraphs {
		body += fmt.Sprintf(`<hp:p id="%d" paraPrIDRef="0" styleIDRef="0"><hp:run charPrIDRef="0"><hp:t>%s</hp:t></hp:run></hp:p>`, i, p)
	}
	return packed(t, "mimetype", "application/hwp+zip",
		"Contents/content.hpf", `<opf:package `+spaces+`><opf:manifest><opf:item id="header" href="Contents/header.xml" media-type="application/xml"/><opf:item id="s1" href="Contents/section0.xml" media-type="application/xml"/></opf:manifest><opf:spine><opf:itemref idref="header"/><opf:itemref idref="s1"/></opf:spine></opf:package>`,
		"Contents/header.xml", `<hh:head `+spaces+`><hh:refList/></hh:head>`,
		"Contents/section0.xml", `<hs:sec `+spaces+`>`+body+`</hs:sec>`)
}

func readFile(t *testing.T, name string, data []byte) *document.Document {
	t.Helper()
	doc, err := document.Read(t.Context(), &document.Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: name}, document.Options{})
	if err != nil {
		t.Fatal(name, err)
	}
	return doc
}

// TestComparisonTellsEveryChangeAndNoOther amends made regulations in ways that are known, in two formats.
func TestComparisonTellsEveryChangeAndNoOther(t *testing.T) {
	changes, rows := 0, 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 8))
		old := drafted(r, 12+int(seed))
		new, want := amended(r, old)
		d := newDesk(t, Extract)
		before, after := "여비 규정.docx", "여비 규정 개정안.docx"
		write := asDOCX
		if seed%2 == 1 {
			before, after, write = "여비 규정.hwpx", "여비 규정 개정안.hwpx", asHWPX
		}
		d.put(after, readFile(t, after, write(t, paragraphs(new)))) // the newer one may have been put in first
		d.put(before, readFile(t, before, write(t, paragraphs(old))))
		a, err := hear(t, t.Context(), compare{d.Assistant}, d.question("여비 규정과 여비 규정 개정안의 신구조문 대비표를 만들어 줘"))
		if err != nil || !a.finished {
			t.Fatal(err)
		}
		d.proven(a)
		var got []string
		for _, line := range regexp.MustCompile(`(?m)^- (제.*?)(?: \[\d+\])+$`).FindAllStringSubmatch(a.text, -1) {
			got = append(got, line[1])
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: found\n%s\nwant\n%s", seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if !strings.Contains(a.text, fmt.Sprintf("%d개 조와", len(old))) || !strings.Contains(a.text, fmt.Sprintf(" %d개 조를 모두", len(new))) {
			t.Errorf("seed %d: the articles are not accounted for: %s", seed, a.text[:200])
		}
		for _, c := range a.claims {
			if len(c.Missing) > 0 || !slices.Equal(c.Checked, []string{chat.CheckSource, chat.CheckNumbers, chat.CheckNames}) {
				t.Errorf("seed %d: a change is not proven: %+v", seed, c)
			}
		}
		changes += len(want)
		if len(a.tables) == 1 {
			rows += len(a.tables[0].Rows)
			rewordedAreMarked(t, a.tables[0])
		}
	}
	if rows != changes || changes < 100 {
		t.Errorf("%d rows for %d changes", rows, changes)
	}
	t.Logf("20 pairs of regulations: %d changes, all told, no other", changes)
}

// rewordedAreMarked checks that of each row that was reworded exactly the changed words are marked.
func rewordedAreMarked(t *testing.T, table chat.Table) {
	t.Helper()
	for n, row := range table.Rows {
		if !strings.Contains(row[1], "이내에 반드시") {
			continue
		}
		var marked []string
		for _, m := range table.Marks {
			if m.Row == n {
				marked = append(marked, string(utf16.Decode(utf16.Encode([]rune(row[m.Column]))[m.Start:m.End])))
			}
		}
		marked = slices.DeleteFunc(marked, regexp.MustCompile(`^제\d+조$`).MatchString) // it may have another number
		if !slices.Equal(marked, []string{"안에", "이내에 반드시"}) {
			t.Errorf("marked %q in\n%s\n%s", marked, row[0], row[1])
		}
	}
}

func TestComparisonOfParagraphsAndVersions(t *testing.T) {
	d := newDesk(t, Extract)
	text := func(lines ...string) *document.Document {
		doc := &document.Document{Format: "docx", Unit: document.Flow, Layout: document.Paragraphs}
		for i, l := range lines {
			doc.Blocks = append(doc.Blocks, document.Block{Kind: document.Paragraph, Text: l, Place: document.Place{Section: 1, Paragraph: i + 1}})
		}
		return doc
	}
	old := d.put("회의록.txt", text("회의는 3월 5일에 열렸다.", "예산은 1,000만원으로 정하였다.", "다음 회의는 본사에서 연다.", "참석자는 모두 열두 명이었다."))
	v, err := d.store.AddVersion(t.Context(), ann, old.Document, store.DocumentSpec{Name: "회의록.txt", Mime: "text/plain"}, strings.NewReader("새"))
	if err != nil {
		t.Fatal(err)
	}
	d.held[v.ID] = text("회의는 3월 5일에 열렸다.", "참석자는 모두 열두 명이었다.", "예산은 1,200만원으로 정하였다.", "다음 회의는 본사에서 연다.", "회의록은 총무팀이 보관한다.")
	q := d.question("회의록에서 무엇이 달라졌나요? 비교해 줘")
	if fit := (compare{d.Assistant}).fits(t.Context(), q); fit != Certain {
		t.Errorf("it fits %d", fit)
	}
	a, err := hear(t, t.Context(), compare{d.Assistant}, q)
	if err != nil {
		t.Fatal(err)
	}
	d.proven(a)
	var rows []string
	for _, r := range a.tables[0].Rows {
		rows = append(rows, strings.Join(r, " / "))
	}
	want := []string{
		"참석자는 모두 열두 명이었다. (생  략) / 참석자는 모두 열두 명이었다. (현행과 같음) / 이동",
		"예산은 1,000만원으로 정하였다. / 예산은 1,200만원으로 정하였다. / 자구 수정",
		"<신  설> / 회의록은 총무팀이 보관한다. / 신설",
	}
	for i := range rows {
		rows[i] = regexp.MustCompile(` \[\d+\]`).ReplaceAllString(rows[i], "")
	}
	if !slices.Equal(rows, want) {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	d.put("다른 문서.txt", text("하나"))
	if a, err = hear(t, t.Context(), compare{d.Assistant}, d.question("비교해 줘")); err != nil || len(a.tables) > 0 || !strings.Contains(a.text, "무엇과 무엇을") {
		t.Errorf("%v\n%s", err, a.text)
	}
}
