package document

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// outline is a document's blocks, one a line, what is in them indented.
func outline(blocks []Block) string {
	var out strings.Builder
	var write func(blocks []Block, indent string)
	write = func(blocks []Block, indent string) {
		for i := range blocks {
			b := &blocks[i]
			fmt.Fprintf(&out, "%s%s", indent, b.Kind)
			if b.Level > 0 {
				fmt.Fprintf(&out, " %d", b.Level)
			}
			if b.Marker != "" {
				fmt.Fprintf(&out, " [%s]", b.Marker)
			}
			if b.Text != "" {
				fmt.Fprintf(&out, " %q", b.Text)
			}
			if b.Offset > 0 {
				fmt.Fprintf(&out, " at %d", b.Offset)
			}
			for _, m := range b.Marks {
				fmt.Fprintf(&out, " %s %q %s", m.Kind, b.Text[m.Start:m.End], m.Value)
			}
			out.WriteByte('\n')
			if b.Grid != nil {
				fmt.Fprintf(&out, "%s  %d × %d, headings %d\n", indent, b.Grid.Rows, b.Grid.Cols, b.Grid.Headers)
				for c := range b.Grid.Cells {
					cell := &b.Grid.Cells[c]
					fmt.Fprintf(&out, "%s  %d,%d", indent, cell.Row, cell.Col)
					if cell.Rowspan > 1 || cell.Colspan > 1 {
						fmt.Fprintf(&out, " %d × %d", max(cell.Rowspan, 1), max(cell.Colspan, 1))
					}
					if cell.Text != "" {
						fmt.Fprintf(&out, " %q", cell.Text)
					}
					out.WriteByte('\n')
					write(cell.Blocks, indent+"    ")
				}
			}
			write(b.Blocks, indent+"  ")
		}
	}
	write(blocks, "")
	return out.String()
}

func TestPageIsRead(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"paragraphs and headings", "<h1>제목</h1><p>가 <b>나</b>\n 다<p>라<div>마<h2>바</h2>사</div>아",
			`heading 1 "제목"|paragraph "가 나 다"|paragraph "라"|paragraph "마"|heading 2 "바"|paragraph "사"|paragraph "아"`},
		{"entities and breaks", "a&nbsp;b &lt;c&gt; &#44032;<br>d", `paragraph "a\u00a0b <c> 가\nd"`},
		{"lists", "<ul><li>하나<li>둘<ol start=3><li>셋</ol></ul><ol type=a><li><p>넷<p>다섯</ol>",
			`item 1 [•] "하나"|item 1 [•] "둘"|item 2 [3.] "셋"|item 1 [a.] "넷"|paragraph "다섯"`},
		{"code", "<pre>\n a\n  b\n</pre>c", `code " a\n  b"|paragraph "c"`},
		{"links", "<p>see <a href='http://x/'>this one</a>.", `paragraph "see this one." link "this one" http://x/`},
		{"no scripts, no styles", "a<script>if (a<b) {}</script><style>p{}</style>b<noscript>c</noscript><!-- d -->", `paragraph "abc"`},
		{"hidden", "<p>보임 <span style='display: none'>안 보임</span>끝<div hidden>나</div>", `paragraph "보임 끝" / hidden at 6 / paragraph "안 보임"|hidden / paragraph "나"`},
		{"hidden by a rule", "<style>.x, p.y{visibility:hidden} @media print{.z{display:none}}</style><p class=x>a<p class=y>b<p class=z>c", `paragraph "a" hidden "a" |paragraph "b" hidden "b" |paragraph "c"`},
		{"white on white", "<p style='color:#fff'>a</p><div style='background:#000'><p style='color:#fff'>b</p></div>", `paragraph "a" hidden "a" |paragraph "b"`},
		{"ruby", "<p><ruby>漢<rp>(</rp><rt>한</rt><rp>)</rp></ruby>자", `paragraph "漢자" / ruby "한" at 3`},
		{"forms", "<p>이름 <input name=n value=김><textarea name=t>많이</textarea><input type=hidden value=x>", `paragraph "이름" / field [n] "김" at 6 / field [t] "많이" at 6`},
		{"crossing tags", "<b><p>a</b>b</p><i>c", `paragraph "ab"|paragraph "c"`},
		{"pictures", "<p>a<img src='data:image/png;base64,AAAA' alt='그림'><img src='http://x/y.png'>", `paragraph "a" / picture "그림" at 1`},
	} {
		doc, err := Read(context.Background(), sourceOf("a.html", []byte(c.in)), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := strings.TrimSuffix(outline(doc.Blocks), "\n")
		got = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(got, "\n    ", "\n  "), "\n  ", " / "), "\n", "|")
		if got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		if !doc.Manifest.Whole {
			t.Errorf("%s: in %+v, out %+v", c.name, doc.Manifest.In, doc.Manifest.Out)
		}
	}
}

func TestPageHasTables(t *testing.T) {
	const page = `<table><caption>표 1</caption><thead><tr><th>가<th colspan=2>나</thead>
<tr><td rowspan=2>다<td>라<td><ul><li>마</ul><table><tr><td>바</table>
<tr><td>사<td hidden>아</table>끝`
	const want = `caption "표 1"
table
  3 × 3, headings 1
  0,0 "가"
  0,1 1 × 2 "나"
  1,0 2 × 1 "다"
  1,1 "라"
  1,2
    item 1 [•] "마"
    table
      1 × 1, headings 0
      0,0 "바"
  2,1 "사"
  2,2
    hidden
      paragraph "아"
paragraph "끝"
`
	doc, err := Read(context.Background(), sourceOf("a.html", []byte(page)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := outline(doc.Blocks); got != want || !doc.Manifest.Whole {
		t.Errorf("%s\nwant\n%s\n%+v", got, want, doc.Manifest)
	}
}

func TestPageHasATitle(t *testing.T) {
	for in, want := range map[string]string{
		"<title>제목</title><p>글":                         "제목\n글\n",
		"<title>제목</title><h1>제 목</h1><p>글":             "제 목\n글\n",
		"<head><title>a</title></head><body><h2>b</h2>": "a\nb\n",
	} {
		doc, err := Read(context.Background(), sourceOf("a.html", []byte(in)), Options{})
		if err != nil || doc.Text(false) != want {
			t.Errorf("%q: %q, %v, want %q", in, doc.Text(false), err, want)
		}
	}
}

func TestPageThatIsXML(t *testing.T) {
	const page = `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head><body><p id="a"/><p><a id="b"/>가<![CDATA[<나>]]></p></body></html>`
	doc, err := Read(context.Background(), sourceOf("a.xhtml", []byte(page)), Options{})
	if err != nil || doc.Text(false) != "가<나>\n" || !doc.Manifest.Whole {
		t.Errorf("%q, %v, %+v", doc.Text(false), err, doc.Manifest)
	}
}

func TestPageHasNotes(t *testing.T) {
	const page = `<html xmlns="http://www.w3.org/1999/xhtml"><p>글<a epub:type="noteref" href="#n1">1</a> 끝</p><aside epub:type="footnote" id="n1"><p>주석</p></aside><aside epub:type="footnote" id="n2"><p>홀로</p></aside></html>`
	doc, err := Read(context.Background(), sourceOf("a.xhtml", []byte(page)), Options{})
	want := "paragraph \"글1 끝\"\n  footnote \"주석\" at 3\nfootnote \"홀로\"\n"
	if err != nil || outline(doc.Blocks) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, outline(doc.Blocks), want)
	}
}

func TestPagesThatAreHostile(t *testing.T) {
	for name, in := range map[string]string{
		"deep divisions":       strings.Repeat("<div>", 200_000) + "안",
		"deep tables":          strings.Repeat("<table><tr><td>", 50_000) + "안",
		"deep lists":           strings.Repeat("<ul><li>", 50_000) + "안",
		"deep hidden":          strings.Repeat("<div hidden><aside role=doc-footnote>", 50_000) + "안",
		"styles never closed":  strings.Repeat("<font a=b><p>x", 100_000),
		"notes never closed":   strings.Repeat("<ruby><rt>", 50_000) + "안",
		"a paragraph far down": "<p>" + strings.Repeat("<button><div hidden>", 500) + strings.Repeat("<div>", 500_000) + "안",
		"wide cells":           "<table><tr>" + strings.Repeat("<td colspan=1000 rowspan=9999>x", 50_000),
		"attributes":           "<p " + strings.Repeat("a=b ", 300_000) + ">안",
		"ends":                 strings.Repeat("<b hidden>", 400) + strings.Repeat("</i></p>", 300_000) + "안",
		"styles":               "<style>" + strings.Repeat(".a{display:none}@media{", 50_000) + "</style>안",
	} {
		began := time.Now()
		doc, err := Read(context.Background(), sourceOf("a.html", []byte(in)), Options{})
		if err == nil && !strings.Contains(doc.Text(true), "안") && !strings.Contains(doc.Text(true), "x") {
			t.Errorf("%s: its text is lost", name)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s: took %s", name, took)
		}
	}
}

func TestHTMLSamples(t *testing.T) {
	checkText(t, "html", 0.995, nil)
}

func TestHTMLSamplesAreWhole(t *testing.T) {
	checkWhole(t, "html", nil)
}

func FuzzHTML(f *testing.F) {
	f.Add([]byte("<table><tr><td rowspan=2>a<td><ul><li>b</table>"))
	f.Add([]byte("<?xml?><p><a role=doc-noteref href=#a>1</a><aside id=a role=doc-footnote><rt>x"))
	f.Add([]byte("<div hidden><table hidden><tr hidden><td hidden><textarea>a</textarea><img alt=x>"))
	f.Add([]byte("<style>p{font:0/0 a}.a{color:red}</style><p>a<b style='color:#fff'> b <q class=a>c</q> </b><pre style='color:rgba(0,0,0,0)'> <input value=x></pre>"))
	f.Add([]byte("<pre>\n<q>a</q></pre><style>.a{}</style><p class=a>&amp;&nbsp<select><option>1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := readAs(context.Background(), webPage, sourceOf("a.html", data), Options{}, 0)
		if err != nil {
			return
		}
		Walk(doc.Blocks, func(b *Block) bool {
			if strings.Contains(b.Author, "\x00") || b.Level < 0 || b.Offset < 0 {
				t.Errorf("%q: %+v", data, b)
			}
			for _, m := range b.Marks {
				_ = b.Text[m.Start:m.End]
			}
			return true
		})
		doc.Text(false)
	})
}
