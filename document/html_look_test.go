package document

import (
	"fmt"
	"strings"
	"testing"
)

// What hides the letters of an element goes no further than to what says something else of itself; what hides an element does.
func TestWhatIsSeenOfAPage(t *testing.T) {
	many := func(n int, text string) string { return strings.Repeat(text, n) }
	for name, c := range map[string]struct{ page, shown, hidden string }{
		"a colour within white":               {`<div style="color:white">비밀 <span style="color:#333">보임</span> 암호</div>`, "보임", "비밀,암호"},
		"a block within white":                {`<div style="color:#FFFFFF"><p>비밀<p style="color:black">보임</p>암호</div>끝`, "보임,끝", "비밀,암호"},
		"a colour that is inherited":          {`<div style="color:white"><p style="color:inherit">비밀</div>보임`, "보임", "비밀"},
		"a background within white":           {`<div style="color:white">비밀<b style="background:#000">보임</b>`, "보임", "비밀"},
		"white in a background within":        {`<b style="background-color:navy"><i style="color:#fff">보임</i></b><i style="color:#fff">비밀</i>`, "보임", "비밀"},
		"white on white that is said":         {`<p style="background:#fff;color:#fff">비밀<table bgcolor="#ffffff"><tr><td style="color:#fff">암호</table>보임`, "보임", "비밀,암호"},
		"white in a dark table":               {`<table bgcolor="#003366"><tr><td style="color:#fff">보임</table>`, "보임", ""},
		"white on a dark page":                {`<style>body{background:#111}</style><body><p style="color:#fff">보임`, "보임", ""},
		"a class of which nobody knows":       {`<p class="dark" style="color:#fff">보임`, "보임", ""},
		"a link within white":                 {`<p style="color:white">비밀 <a href="http://a.kr">보임</a>`, "보임", "비밀"},
		"a white link":                        {`<p>보임 <a href="http://a.kr" style="color:white">비밀</a>`, "보임", "비밀"},
		"a font of white":                     {`<p>보임 <font color="#FFFFFF">비밀 <font color=red>끝</font></font>`, "보임,끝", "비밀"},
		"letters without size, as of mails":   {`<table><tr><td style="font-size:0px;padding:10px"><div style="font-size:13px">보임</div> 비밀</table>`, "보임", "비밀"},
		"a part of no size":                   {`<p style="font-size:0">비밀<span style="font-size:2em">암호</span><span style="font-size:1rem">보임`, "보임", "비밀,암호"},
		"letters of a pixel":                  {`<p style="font-size:1px">비밀<p style="font-size:9px">보임`, "보임", "비밀"},
		"a font of no size":                   {`<p style="font:0/0 a">비밀<p style="font:bold 12px/1.5 a">보임<p style="font:700 0.8em a">끝`, "보임,끝", "비밀"},
		"what is visible in what is not":      {`<div style="visibility:hidden">비밀<p style="visibility:visible">보임</div>`, "보임", "비밀"},
		"clear letters":                       {`<p style="color:rgba(0,0,0,0)">비밀<p style="color:#0000">암호<p style="color:rgba(255,255,255,.9);background:#000">보임`, "보임", "비밀,암호"},
		"what has no box":                     {`<div style="display:none"><p style="display:block;color:red">비밀</div>보임`, "보임", "비밀"},
		"a box that comes back":               {`<p style="display:none;display:block">보임<p style="display:none !important;display:block">비밀`, "보임", "비밀"},
		"a comment in a style":                {`<p style="color:/**/white">비밀<p style="display:/* */none">암호<p>보임`, "보임", "비밀,암호"},
		"a rule within a rule":                {`<style>.no{font-size:0}.on{font-size:14px}</style><div class=no>비밀<p class=on>보임</div>`, "보임", "비밀"},
		"cells and rows":                      {`<table><tr style="font-size:0"><td>비밀<td style="font-size:9pt">보임<tr><td>끝</table>`, "보임,끝", "비밀"},
		"a field that is not shown":           {`<p>보임<input name=a value=비밀 style="display:none"><input value=암호 style="color:#fff"><input value=끝>`, "보임,끝", "비밀,암호"},
		"a field within white":                {`<p style="color:white">비밀<textarea>보임</textarea>`, "보임", "비밀"},
		"a picture that is not visible":       {`<p style="visibility:hidden">비밀<img src="data:image/png;base64,AAAA" alt="암호"><p style="color:white"><img src="data:image/png;base64,AAAA" alt="보임">`, "보임", "비밀,암호"},
		"beyond the elements that are kept":   {many(600, "<div>") + `보임<div hidden>비밀<b>암호</b></div>끝`, "보임,끝", "비밀,암호"},
		"beyond the containers that are kept": {many(45, "<ruby><rt>") + `<div style="display:none">비밀<p style="color:red">암호</div>보임`, "보임", "비밀,암호"},
		"a list in white":                     {`<ul style="color:white"><li>비밀</ul>보임`, "보임", "비밀"},
		"letters cut out of a gradient":       {`<h1 style="background:linear-gradient(90deg,#f00 0%,#00f 100%);-webkit-background-clip:text;color:transparent">보임 <b>속</b></h1><p style="color:transparent">비밀`, "보임,속", "비밀"},
		"a word cut out of a gradient":        {`앞 <span style="background-image:linear-gradient(to right, red 0%, blue);background-clip:text;-webkit-text-fill-color:transparent">보임 <b style="color:transparent">속</b></span> <b style="color:transparent">비밀</b>`, "앞,보임,속", "비밀"},
		"rules that cut letters out":          {`<style>.text-transparent{color:transparent}.bg-clip-text{background-clip:text}.bg-r{background-image:linear-gradient(to right,var(--a))}.g{background:linear-gradient(red,blue) text;color:transparent}</style><h1 class="bg-r bg-clip-text text-transparent">보임</h1><p class=g>속<p class=text-transparent>비밀`, "보임,속", "비밀"},
		"letters cut out of no background":    {`<p class=a style="background-clip:text;color:transparent">비밀<p style="background:#fff;background-clip:text;color:transparent">암호<p>보임`, "보임", "비밀,암호"},
		"clear letters on another background": {`<div style="background:linear-gradient(red,blue);background-clip:text;color:transparent">보임<p style="background:#fff">비밀</p></div>`, "보임", "비밀"},
		"white on a picture":                  {`<p style="background:url(a.png) no-repeat 0 0;color:#fff">보임`, "보임", ""},
		"white in a badge":                    {`<style>.badge{background:red}</style><span class="badge"><font color=white>긴급</font></span> <font color=white>비밀</font>보임`, "긴급,보임", "비밀"},
		"an icon that is elsewhere":           {`<html><head><link rel=icon href=a.png><link rel=stylesheet media=print href=a.css></head><body>보임<p style="color:#fff">비밀`, "보임", "비밀"},
		"white under a rule that is not read": {`<style>table thead th{background:#036}</style><table><thead><tr><th><font color=white>보임</font></table><p style="display:none">비밀`, "보임", "비밀"},
		"white under a rule of some screens":  {`<html><style>@media (min-width:1px){.a{background:#000}}</style><font color=white>보임</font><p style="color:transparent">비밀`, "보임", "비밀"},
		"rules of no background":              {`<style>a:hover{background:#eee}p i{color:red}p b{background:none}@media print{p{background:#eee}}</style><font color=white>비밀</font>보임`, "보임", "비밀"},
		"tiny letters in a drawing":           {`<svg viewBox="0 0 10 10"><text style="font-size:1px">보임</text><text style="font-size:0">비밀</text></svg><p style="font-size:1px">암호`, "보임", "비밀,암호"},
		"tiny letters in a drawing unscaled":  {`<svg><text style="font-size:1px">비밀</text></svg>보임`, "보임", "비밀"},
		"white space around":                  {`<p><span style="color:white"> </span>보임<span style="color:white"> </span></p>`, "보임", ""},
	} {
		for _, file := range []string{"a.html", "a.eml"} {
			data := c.page
			if file == "a.eml" {
				data = "From: a@a.kr\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n" + c.page
			}
			doc := readMade(t, file, []byte(data))
			shown, hidden, _ := unseenIn(doc)
			for words := range strings.SplitSeq(c.shown, ",") {
				if !strings.Contains(shown, words) || strings.Contains(hidden, words) {
					t.Errorf("%s, %s: %q is not shown in %q, hidden %q", name, file, words, shown, hidden)
				}
			}
			for words := range strings.SplitSeq(c.hidden, ",") {
				if words != "" && (strings.Contains(shown, words) || !strings.Contains(hidden, words)) {
					t.Errorf("%s, %s: %q is shown in %q, hidden %q\n%s", name, file, words, shown, hidden, blocksOf(doc.Blocks))
				}
			}
			if markdown := doc.Markdown(); c.hidden != "" && strings.Contains(hidden, "비밀") && !strings.Contains(markdown, "<!-- hidden: ") {
				t.Errorf("%s, %s: Markdown shows what is hidden: %s", name, file, markdown)
			}
		}
	}
}

// However many rules a page has, those that hide are kept beside those that do not.
func TestRulesThatHideAreKept(t *testing.T) {
	var page strings.Builder
	page.WriteString("<style>")
	for i := range 3 * mostRules {
		fmt.Fprintf(&page, ".c%d{color:red}", i)
	}
	page.WriteString(".secret{display:none}</style><p class=secret>비밀<p>보임")
	shown, hidden, _ := unseenIn(readMade(t, "a.html", []byte(page.String())))
	if strings.Contains(shown, "비밀") || !strings.Contains(hidden, "비밀") || !strings.Contains(shown, "보임") {
		t.Errorf("shown %q, hidden %q", shown, hidden)
	}
}

// A page with a style sheet elsewhere may have any background; a mail is shown without that sheet.
func TestWhiteWhereASheetIsElsewhere(t *testing.T) {
	page := `<html><head><link rel=stylesheet href=a.css></head><body bgcolor=white><table><tr><th><font color=white>제목</font></table>` +
		`<p style="color:#fff;background:#fff">비밀 <b>암호</b><p style="font-size:0">작게<p>끝`
	for file, c := range map[string]struct{ page, shown, hidden string }{
		"a.html": {page, "제목,끝", "비밀,암호,작게"},
		"a.eml":  {"From: a@a.kr\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n" + page, "끝", "제목,비밀,암호,작게"},
	} {
		shown, hidden, _ := unseenIn(readMade(t, file, []byte(c.page)))
		for words := range strings.SplitSeq(c.shown, ",") {
			if !strings.Contains(shown, words) || strings.Contains(hidden, words) {
				t.Errorf("%s: %q is not shown in %q, hidden %q", file, words, shown, hidden)
			}
		}
		for words := range strings.SplitSeq(c.hidden, ",") {
			if strings.Contains(shown, words) || !strings.Contains(hidden, words) {
				t.Errorf("%s: %q is shown in %q, hidden %q", file, words, shown, hidden)
			}
		}
	}
}
