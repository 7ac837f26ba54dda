package document

import (
	"context"
	"strings"
	"testing"
)

func TestMarkdownIsWritten(t *testing.T) {
	for _, c := range []struct {
		name string
		doc  Document
		want string
	}{
		{"headings and paragraphs", Document{Unit: Flow, Blocks: []Block{{Kind: Heading, Level: 2, Marker: "제1장", Text: "총칙"}, {Kind: Paragraph, Text: "가\n나"}}}, "## 제1장 총칙\n\n가\\\n나\n"},
		{"signs stay signs", Document{Blocks: []Block{{Kind: Paragraph, Text: "# 가 *나* <b>다</b> [별표 1] a_b `라` &amp;"}, {Kind: Paragraph, Text: "[x](javascript:y)"}, {Kind: Paragraph, Text: "---"}}},
			"\\# 가 \\*나\\* \\<b>다\\</b> [별표 1] a_b \\`라\\` \\&amp;\n\n\\[x\\](javascript:y)\n\n\\---\n"},
		{"lists", Document{Blocks: []Block{{Kind: Item, Level: 1, Marker: "1.", Text: "하나"}, {Kind: Item, Level: 2, Marker: "가.", Text: "둘"}, {Kind: Item, Level: 4, Marker: "•", Text: "셋"}, {Kind: Paragraph, Text: "끝"}}},
			"1. 하나\n    - 가. 둘\n        - 셋\n\n끝\n"},
		{"notes and comments", Document{Blocks: []Block{{Kind: Paragraph, Text: "가나다", Blocks: []Block{{Kind: Footnote, Offset: 3, Text: "주\n석"}, {Kind: Comment, Offset: 9, Author: "김", Blocks: []Block{{Kind: Paragraph, Text: "첫"}, {Kind: Paragraph, Text: "둘"}}}}}}},
			"가[^1]나다[^2]\n\n[^1]: 주\\\n    석\n[^2]: 김:\n\n    첫\n\n    둘\n"},
		{"links and hidden text", Document{Blocks: []Block{{Kind: Paragraph, Text: "보기 숨김 끝", Marks: []Mark{{Start: 0, End: 6, Kind: MarkLink, Value: "http://x/>"}, {Start: 7, End: 13, Kind: MarkHidden}}}, {Kind: Hidden, Text: "-->밖"}}},
			"[보기](<http://x/%3E>) <!-- hidden: 숨김 --> 끝\n\n<!-- hidden: - -&gt;밖 -->\n"},
		{"a link of which a part is hidden", Document{Blocks: []Block{{Kind: Paragraph, Text: "보기비밀더 끝", Marks: []Mark{{Start: 0, End: 15, Kind: MarkLink, Value: "http://x/"}, {Start: 6, End: 12, Kind: MarkHidden}}}}},
			"[보기](<http://x/>)<!-- hidden: 비밀 -->[더](<http://x/>) 끝\n"},
		{"a link that ends in what is hidden", Document{Blocks: []Block{{Kind: Paragraph, Text: "보기비밀 끝", Marks: []Mark{{Start: 0, End: 12, Kind: MarkLink, Value: "http://x/"}, {Start: 6, End: 12, Kind: MarkHidden}}}}},
			"[보기](<http://x/>)<!-- hidden: 비밀 --> 끝\n"},
		{"a link that begins in what is hidden", Document{Blocks: []Block{{Kind: Paragraph, Text: "비밀보기 끝", Marks: []Mark{{Start: 0, End: 6, Kind: MarkHidden}, {Start: 3, End: 12, Kind: MarkLink, Value: "http://x/"}}, Blocks: []Block{{Kind: Footnote, Offset: 3, Text: "주석"}}}}},
			"<!-- hidden: 비밀 -->[^1][보기](<http://x/>) 끝\n\n[^1]: 주석\n"},
		{"a link that leads nowhere and hides a part", Document{Blocks: []Block{{Kind: Paragraph, Text: "보기비밀", Marks: []Mark{{Start: 0, End: 12, Kind: MarkLink, Value: "javascript:x"}, {Start: 6, End: 12, Kind: MarkHidden}}}}},
			"보기<!-- hidden: 비밀 -->\n"},
		{"an item of hidden words", Document{Blocks: []Block{{Kind: Item, Level: 1, Marker: "1.", Text: "숨김", Marks: []Mark{{End: 6, Kind: MarkHidden}}, Blocks: []Block{{Kind: Footnote, Offset: 6, Text: "주석"}, {Kind: Table, Grid: &Grid{Cells: []Cell{{Text: "가"}}}}}}}},
			"<!-- hidden: 숨김 -->[^1]\n\n|   |\n| --- |\n| 가 |\n\n[^1]: 주석\n"},
		{"hidden words in merged tables", Document{Blocks: []Block{{Kind: Table, Grid: &Grid{Cells: []Cell{{Colspan: 2, Blocks: []Block{{Kind: Item, Marker: "1.", Text: "숨김 ", Marks: []Mark{{End: 6, Kind: MarkHidden}}}, {Kind: Item, Marker: "2.", Text: "가 숨김", Marks: []Mark{{Start: 4, End: 10, Kind: MarkHidden}}}}}}}}}},
			"<table>\n<tr><td><!-- hidden: 숨김 --> <br>2. 가 <!-- hidden: 숨김 --></td></tr>\n</table>\n"},
		{"hidden paragraphs in tables", Document{Blocks: []Block{{Kind: Table, Grid: &Grid{Cells: []Cell{{Blocks: []Block{{Kind: Paragraph, Text: "비밀|-->", Hidden: true, Blocks: []Block{{Kind: Footnote, Text: "주석"}}}, {Kind: Paragraph, Text: "가"}}},
			{Col: 1, Blocks: []Block{{Kind: Paragraph, Hidden: true}, {Kind: Paragraph, Text: "나", Blocks: []Block{{Kind: Footnote, Offset: 3, Text: "숨김", Hidden: true}}}}}}}}}},
			"|   |   |\n| --- | --- |\n| <!-- hidden: 비밀\\|- -&gt; 주석 --><br>가 | 나<!-- hidden: 숨김 --> |\n"},
		{"tables", Document{Blocks: []Block{{Kind: Table, Grid: &Grid{Rows: 2, Cols: 2, Headers: 1, Cells: []Cell{{Text: "가|나"}, {Col: 1, Text: "다"}, {Row: 1, Col: 1, Text: "라\n마"}}}}}},
			"| 가\\|나 | 다 |\n| --- | --- |\n|   | 라<br>마 |\n"},
		{"merged tables", Document{Blocks: []Block{{Kind: Table, Grid: &Grid{Rows: 2, Cols: 2, Headers: 1, Cells: []Cell{{Text: "<가>", Colspan: 2}, {Row: 1, Blocks: []Block{{Kind: Item, Marker: "•", Text: "나"}, {Kind: Table, Grid: &Grid{Cells: []Cell{{Text: "다"}}}}}}}}}}},
			"<table>\n<tr><th>&lt;가&gt;</th></tr>\n<tr><td>• 나<br><table>\n<tr><td>다</td></tr>\n</table></td></tr>\n</table>\n"},
		{"merged tables with nothing in some cells", Document{Blocks: []Block{{Kind: Table, Grid: &Grid{Cells: []Cell{{Text: "가", Rowspan: 1 << 20}, {Col: 1, Text: "나", Colspan: 3}, {Row: 1, Col: 3, Text: "다"}, {Row: 9, Col: 2, Text: "라"}}}}}},
			"<table>\n<tr><td rowspan=\"3\">가</td><td colspan=\"3\">나</td></tr>\n<tr><td></td><td></td><td>다</td></tr>\n<tr><td></td><td>라</td></tr>\n</table>\n"},
		{"pages", Document{Unit: Slide, Pages: []Page{{Number: 1, Label: "a-->"}, {Number: 2, Hidden: true}}, Blocks: []Block{{Kind: Paragraph, Text: "가", Place: Place{Page: 1}}, {Kind: Notes, Text: "말", Place: Place{Page: 1}}}},
			"<!-- slide 1: a- -&gt; -->\n\n가\n\n> 말\n\n<!-- slide 2 (hidden) -->\n"},
		{"sheets", Document{Unit: Sheet, Pages: []Page{{Number: 1, Label: "매출"}}, Blocks: []Block{{Kind: Table, Grid: &Grid{Rows: 1, Cols: 3, Cells: []Cell{{Text: "0.5", Shown: "50%"}, {Col: 2, Text: "나"}}}, Place: Place{Page: 1}}}},
			"<!-- sheet 1 -->\n\n## 매출\n\n|   |   |\n| --- | --- |\n| 50% | 나 |\n"},
		{"code, equations, pictures", Document{Images: []Image{{Name: "a.png"}}, Blocks: []Block{{Kind: Code, Marker: "go", Text: "x ``` y"}, {Kind: Equation, Text: "a over b"}, {Kind: Picture, Image: 1, Text: "그림"}}},
			"````go\nx ``` y\n````\n\n`a over b`\n\n![그림](<a.png>)\n"},
		{"attachments", Document{Attachments: []Attachment{{Name: "a.txt", Read: &Document{Blocks: []Block{{Kind: Paragraph, Text: "가"}}}}}}, "<!-- attachment: a.txt -->\n\n가\n"},
	} {
		if got := strings.TrimPrefix(c.doc.Markdown(), "\n"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestMarkdownComesBack holds what is written to say the same when it is read: all words, in the same order, and tables
// that are tables.
func TestMarkdownComesBack(t *testing.T) {
	pages := []string{
		"<h1>제목 *하나*</h1><p>글 <a href='http://x/'>이음</a> 끝<br>둘째 줄<ul><li>가<ul><li>나</ul><li>다</ul><table><tr><th>라|<th>마<tr><td>바<td>사</table><pre>a\n  b</pre><p># 아<p>1. 자<p>[차]: http://y",
		"<p>a_b_c *d* **e** `f` ~~g~~ &lt;h&gt; &amp;amp; \\i</p><ol><li>j<li>k</ol><p>- l<p>&gt; m<p>| n |<p>===",
	}
	for _, page := range pages {
		doc, err := Read(context.Background(), sourceOf("a.html", []byte(page)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		back, err := Read(context.Background(), sourceOf("a.md", []byte(doc.Markdown())), Options{})
		if err != nil {
			t.Fatal(err)
		}
		back.Plain = ""
		if got, want := squeezed(back.Text(false)), squeezed(doc.Text(false)); got != want {
			t.Errorf("%s\ncomes back as %s\nwant            %s", doc.Markdown(), got, want)
		}
		if got, want := back.Manifest.Out.Tables, doc.Manifest.Out.Tables; got != want {
			t.Errorf("%d tables come back of %d", got, want)
		}
	}
}

func TestMarkdownOfSamples(t *testing.T) {
	for _, folder := range []string{"html", "epub", "xlsx", "docx", "hwpx", "pptx"} {
		for _, s := range samples(t, folder) {
			doc, err := Read(context.Background(), s.source(t), Options{NoCount: true})
			if err != nil {
				continue // the readers' tests say so
			}
			text := doc.Markdown()
			if len(doc.Blocks) > 0 && len(strings.TrimSpace(text)) == 0 {
				t.Errorf("%s: nothing is written", s.File)
			}
			if strings.Contains(text, "\x00") {
				t.Errorf("%s: it has a zero byte", s.File)
			}
		}
	}
}

func FuzzMarkdownIsWritten(f *testing.F) {
	f.Add([]byte("<p>a<a role=doc-noteref href=#n>1</a><aside id=n role=doc-footnote>b</aside><table><tr><td rowspan=2>c<td><ul><li>d</table>"))
	f.Add([]byte("<div hidden>--><p>x</div><h1>#</h1><pre>```</pre><ruby>a<rt>b</ruby><img alt=']('>"))
	f.Fuzz(func(t *testing.T, page []byte) {
		doc, err := readAs(context.Background(), webPage, sourceOf("a.html", page), Options{NoCount: true}, 0)
		if err != nil {
			return
		}
		if _, err := readAs(context.Background(), &markdownFile, sourceOf("a.md", []byte(doc.Markdown())), Options{NoCount: true}, 0); err != nil {
			t.Errorf("%q: %v", page, err)
		}
	})
}
