package document

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestMarkdownIsRead(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"headings", "# 하나 #\n둘\n==\n### 셋\n넷\n---\n다섯", `heading 1 "하나"|heading 1 "둘"|heading 3 "셋"|heading 2 "넷"|paragraph "다섯"`},
		{"paragraphs", "가\n나  \n다\n\n라", `paragraph "가 나\n다"|paragraph "라"`},
		{"lists", "- 하나\n- 둘\n  1. 셋\n     이어서\n\n     문단\n- [x] 넷\n\n끝", `item 1 [•] "하나"|item 1 [•] "둘"|item 2 [1.] "셋 이어서"|paragraph "문단"|item 1 [☑] "넷"|paragraph "끝"`},
		{"code", "```go\na *b*\n```\n\n    c\n\nd `e*f` ``g`h``", `code [go] "a *b*"|code "c"|paragraph "d e*f g` + "`" + `h"`},
		{"emphasis", "**굵게** _기울임_ ~~지움~~ a_b_c 2 * 3 ***셋*** **끝", `paragraph "굵게 기울임 지움 a_b_c 2 * 3 셋 **끝"`},
		{"links", "[**가**](http://x \"t\") <http://y> [나][1] ![그림](a.png) [다]\n\n[1]: http://z", `paragraph "가 http://y 나  [다]" link "가" http://x link "http://y" http://y link "나" http://z / picture "그림" at 17`},
		{"items that begin with more", "- - 하나\n  - 둘\n- ```\n  c\n  ```\n- > 셋", `item 2 [•] "하나"|item 2 [•] "둘"|code "c"|paragraph "셋"`},
		{"comments", "가<!-- 나 -->다 <!-- 라", `paragraph "가다 <!-- 라"`},
		{"quotations", "> 가\n나\n> > 다\n\n라", `paragraph "가 나"|paragraph "다"|paragraph "라"`},
		{"notes", "글[^a] 끝.\n\n[^a]: 주석\n    둘째 줄\n\n[^b]: 홀로", `paragraph "글 끝." / footnote [a] "주석 둘째 줄" at 3|footnote [b] "홀로"`},
		{"tags", "<div>\n<p hidden>가</p>나\n</div>\n\na<br>b &amp; \\*c\\*", `hidden / paragraph "가"|paragraph "나"|paragraph "a\nb & *c*"`},
		{"before the text", "---\ntitle: 제목\n---\n가", `code "title: 제목"|paragraph "가"`},
		{"tables", "| 가 | **나** |\n|---|--:|\n| 다\\|라 | `|` |\n| 마 |\n끝\n\n글", "table|  3 × 2|"},
	} {
		doc, err := Read(context.Background(), sourceOf("a.md", []byte(c.in)), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := strings.TrimSuffix(outline(doc.Blocks), "\n")
		got = strings.ReplaceAll(strings.ReplaceAll(got, "\n  ", " / "), "\n", "|")
		if got != c.want && c.name != "tables" {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		if !doc.Manifest.Whole {
			t.Errorf("%s: in %+v, out %+v", c.name, doc.Manifest.In, doc.Manifest.Out)
		}
		if got := doc.Text(false); got != c.in+"\n" {
			t.Errorf("%s: its text is %q", c.name, got)
		}
	}
}

func TestMarkdownTables(t *testing.T) {
	doc, err := Read(context.Background(), sourceOf("a.md", []byte("| 가 | **나** |\n|---|--:|\n| 다\\|라 | `|` |\n| 마 |\n\n글")), Options{})
	want := `table
  3 × 2, headings 1
  0,0 "가"
  0,1 "나"
  1,0 "다|라"
  1,1 "|"
  2,0 "마"
  2,1
paragraph "글"
`
	if err != nil || outline(doc.Blocks) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, outline(doc.Blocks), want)
	}
}

// What tags of HTML hide within a text of Markdown is hidden, and what is behind them is not.
func TestTagsHideWordsOfMarkdown(t *testing.T) {
	for name, c := range map[string]struct{ text, shown, hidden string }{
		"a span":                    {`앞 <span style="display:none">비밀</span> 뒤`, "앞,뒤", "비밀"},
		"an attribute":              {`앞 <b hidden>비밀 <b>암호</b></b> 뒤`, "앞,뒤", "비밀,암호"},
		"white":                     {`앞 <font color="white">비밀 <a href="x">링크</a></font> 뒤`, "앞,링크,뒤", "비밀"},
		"a colour within white":     {`<span style="color:#fff">비밀 <span style="color:#000">보임</span> 암호</span>뒤`, "보임,뒤", "비밀,암호"},
		"to the end of a paragraph": {"앞 <i hidden>비밀\n\n뒤", "앞,뒤", "비밀"},
		"a template without an end": {"앞 <template>비밀\n\n뒤", "앞,뒤", "비밀"}, // a browser shows none of what follows
		"a heading, an item":        {"# <i hidden>비밀</i>\n\n- <i hidden>암호</i>\n- 뒤", "뒤", "비밀,암호"},
		"cells":                     {"| 가 | 나 |\n|---|---|\n| <i hidden>비밀</i> | 뒤 <i hidden>암호</i> |", "가,나,뒤", "비밀,암호"},
		"before spaces at a line":   {"앞<i hidden>  \n비밀</i>뒤", "앞,뒤", "비밀"},
		"spaces at a line within":   {"앞<i hidden>비밀   </i>  \n뒤", "앞,뒤", "비밀"},
		"emphasis":                  {"앞 **<i hidden>비밀</i> 뒤**", "앞,뒤", "비밀"},
		"code and a link":           {"<i hidden>`비밀` [암호](http://a.kr)</i> [뒤](http://b.kr)", "뒤", "비밀,암호"},
		"a picture":                 {"앞 <i hidden>![비밀](a.png)</i> ![뒤](b.png)", "앞,뒤", "비밀"},
		"tags that hide nothing":    {`앞 <span style="color:red">뒤</span>`, "앞,뒤", ""},
		"a tag in code":             {"앞 `<i hidden>` 뒤", "앞,뒤,<i hidden>", ""},
		"many in each other":        {strings.Repeat("<i hidden>", 600) + "비밀" + strings.Repeat("</i>", 599) + "암호</i>뒤", "뒤", "비밀,암호"},
	} {
		doc := readMade(t, "a.md", []byte(c.text))
		shown, hidden, _ := unseenIn(doc)
		for words := range strings.SplitSeq(c.shown, ",") {
			if !strings.Contains(shown, words) || strings.Contains(hidden, words) {
				t.Errorf("%s: %q is not shown in %q, hidden %q", name, words, shown, hidden)
			}
		}
		for words := range strings.SplitSeq(c.hidden, ",") {
			if words != "" && (strings.Contains(shown, words) || !strings.Contains(hidden, words)) {
				t.Errorf("%s: %q is shown in %q, hidden %q\n%s", name, words, shown, hidden, blocksOf(doc.Blocks))
			}
		}
	}
}

func TestMarkdownThatIsHostile(t *testing.T) {
	for name, in := range map[string]string{
		"brackets":     strings.Repeat("[", 500_000) + strings.Repeat("](", 100_000),
		"stars":        strings.Repeat("*a _b ", 200_000),
		"backquotes":   strings.Repeat("` `` ", 100_000),
		"quotations":   strings.Repeat(">", 500_000) + "a",
		"lists":        strings.Repeat("- ", 200_000) + "a",
		"deeper lists": deeper(2_000),
		"tags":         strings.Repeat("<a ", 300_000),
		"hidden tags":  strings.Repeat("<i hidden>a ", 100_000),
		"notes":        "a[^0]\n\n" + chained(5_000),
		"bars":         strings.Repeat("|", 300_000) + "\n" + strings.Repeat("|-", 300_000),
	} {
		began := time.Now()
		if _, err := Read(context.Background(), sourceOf("a.md", []byte(in)), Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
	}
}

func deeper(n int) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(strings.Repeat(" ", 2*i) + "- a\n")
	}
	return out.String()
}

func chained(n int) string {
	var out strings.Builder
	for i := range n {
		out.WriteString("[^" + strings.Repeat("0", i%7+1) + string(rune('a'+i%26)) + "]: b[^0]\n\n")
	}
	return out.String()
}

func FuzzMarkdown(f *testing.F) {
	f.Add("a <i hidden>b  \n**c</i>** [d<b style='color:#fff'>](x) e</b>\n")
	f.Add("# a\n\n- b\n  ```\n  c\n  ```\n\n| a | b |\n|---|---|\n| `|` | [^n] |\n\n[^n]: x\n\n> q\n")
	f.Add("---\ntitle: x\n---\n[a](b \"c\") ![d](e) <f@g> ***h*** \\* &amp; <br>\n\n    code\n\n[a]: b\n")
	f.Fuzz(func(t *testing.T, in string) {
		doc, err := readAs(context.Background(), &markdownFile, sourceOf("a.md", []byte(in)), Options{}, 0)
		if err != nil {
			return
		}
		Walk(doc.Blocks, func(b *Block) bool {
			for _, m := range b.Marks {
				_ = b.Text[m.Start:m.End]
			}
			for i := range b.Blocks {
				_ = b.Text[b.Blocks[i].Offset:]
			}
			return true
		})
		doc.Text(true)
	})
}
