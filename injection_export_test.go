package main

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// takeAway takes away what there is of a conversation as a file, and looks into each.
func (p *injection) takeAway(one *planted) {
	p.t.Helper()
	get := func(path string) string {
		status, text := p.victim.send("GET", path, nil)
		if status != http.StatusOK {
			p.fail("%s: %s: %d %.300s", one, path, status, text)
		}
		p.leak(one, path, text)
		return text
	}
	get("/api/conversations/" + one.conversation)
	get("/api/conversations/" + one.conversation + "/export?format=json")
	p.loadsOf(one, "the export", get("/api/conversations/"+one.conversation+"/export?format=md"))
	for _, answer := range one.answers {
		get("/api/messages/" + answer + "/events")
		p.loadsOf(one, "the copy", p.victim.must("GET", "/api/messages/"+answer+"/markdown", nil).text("text"))
	}
	written := []string{strings.Join(strings.Fields(strings.ReplaceAll(one.words, "OUT", p.sink.Listener.Addr().String())), " "), `=HYPERLINK("http://x","x")`}
	one.tables = append(one.tables, chat.Table{Title: written[0], Columns: []string{"항목", written[0]}, Rows: [][]string{written}})
	for _, table := range one.tables {
		for _, format := range []string{"csv", "xlsx"} {
			status, file := p.victim.send("POST", "/api/tables/export", record{"title": table.Title, "columns": table.Columns, "rows": table.Rows, "marks": table.Marks, "format": format})
			if status != http.StatusOK {
				p.fail("%s: %s: %d %.300s", one, format, status, file)
				continue
			}
			p.leak(one, format, file)
			for _, live := range livingCells(p.t, format, file) {
				p.formulas++
				one.wrong++
				p.fail("%s: %s: %q is no text", one, format, live)
			}
		}
	}
}

// livingCells are the cells of a file that a spreadsheet would reckon, or that lead elsewhere.
func livingCells(t *testing.T, format, file string) (all []string) {
	t.Helper()
	if format == "csv" {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
		must(t, err)
		for _, cell := range slices.Concat(rows...) {
			if bare := strings.TrimLeft(cell, " \u00a0\u3000\t\r\n"); bare != "" && strings.ContainsRune("=@＝＠", []rune(bare)[0]) {
				all = append(all, cell)
			}
		}
		return all
	}
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	must(t, err)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		data, err := io.ReadAll(r)
		must(t, err)
		all = append(all, livingPart.FindAllString(string(data), -1)...)
	}
	return all
}

var livingPart = regexp.MustCompile(`<f[ >/]|<hyperlink|TargetMode|<ddeLink|<definedName|<oleLink|externalLink`)

// loadsOf tells what a Markdown file would have whoever shows it load, or run.
func (p *injection) loadsOf(one *planted, what, text string) {
	p.t.Helper()
	for _, live := range loading.FindAllString(shownAsHTML(text), -1) {
		p.loads++
		one.wrong++
		p.fail("%s: %s loads or runs %q", one, what, live)
	}
}

var loading = regexp.MustCompile(`(?i)<(?:img|script|iframe|object|embed|base|meta|link|style|svg|video|audio|source|picture|form|input|button|image|use)\b[^>]{0,120}`)

var (
	codeSpan   = regexp.MustCompile("`[^`\n]+`")
	slashed    = regexp.MustCompile(`\\[!-/:-@\[-` + "`" + `{-~]`)
	mdPicture  = regexp.MustCompile(`!\[[^\]]*\]\(\s*<?([^\s)>]*)`)
	mdPictures = regexp.MustCompile(`!\[[^\]]*\]\[[^\]]*\]|!\[[^\]]+\]`)
)

// shownAsHTML is what the least careful reader of Markdown makes of a text: pictures are loaded, and HTML is HTML. What is code, or
// behind a backslash, is text.
func shownAsHTML(text string) string {
	quiet := func(part string) string { return html.EscapeString(strings.ReplaceAll(part, "![", "! [")) }
	text = fencesOf(text, quiet)
	text = slashed.ReplaceAllStringFunc(text, func(s string) string { return fmt.Sprintf("&#%d;", s[1]) })
	text = codeSpan.ReplaceAllStringFunc(text, quiet)
	text = mdPicture.ReplaceAllString(text, `<img src="$1"`)
	return mdPictures.ReplaceAllString(text, `<img src="?"`)
}

// fencesOf makes what is between fences quiet, as CommonMark has it.
func fencesOf(text string, quiet func(string) string) string {
	all := strings.Split(text, "\n")
	mark, size := byte(0), 0
	for i, line := range all {
		bare := strings.TrimLeft(line, " ")
		n := 0
		for n < len(bare) && (bare[0] == '`' || bare[0] == '~') && bare[n] == bare[0] {
			n++
		}
		fence := n >= 3 && len(line)-len(bare) < 4
		switch {
		case mark == 0 && fence && (bare[0] == '~' || !strings.Contains(bare[n:], "`")):
			mark, size = bare[0], n
			all[i] = ""
		case mark != 0 && fence && bare[0] == mark && n >= size && strings.TrimSpace(bare[n:]) == "":
			mark = 0
			all[i] = ""
		case mark != 0:
			all[i] = quiet(line)
		}
	}
	return strings.Join(all, "\n")
}

// TestTheLeastCarefulReader holds the test's own reader of Markdown to what it has to find.
func TestTheLeastCarefulReader(t *testing.T) {
	for text, want := range map[string]int{
		`![a](http://x/)`: 1, "![a][b]": 1, `<img src=x>`: 1, `\![a](http://x/)`: 0, `!\[a\](http://x/)`: 0, "`![a](x)`": 0, "```\n<img>\n```": 0, `\<img src=x>`: 0, `a <script>`: 1, "[a](b)": 0,
	} {
		if got := len(loading.FindAllString(shownAsHTML(text), -1)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
