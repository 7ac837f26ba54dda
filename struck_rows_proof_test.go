package main

import (
	"archive/zip"
	"database/sql"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/browser"
)

// TestStruckRows has a table collected from a document, alters a value of what the server keeps of the model's reading, and has the
// table collected again: what was altered is struck through on the page, is said to be so in both languages, to the eye without its
// colour and to a screen reader, in light and dark and at two widths, and in the files that the table is saved as.
func TestStruckRows(t *testing.T) {
	model := newTeller(t)
	model.otherwise = line{words: []string{paidRows(t)}}
	w := newWorkspace(t, nil, "--model", model.flag())
	admin := w.admin()
	c := browser.Start(t, w.base)
	enter(c, admin)
	p := &struckRows{t: t, Tab: c.Tab()}
	path := filepath.Join(t.TempDir(), "출장비 지급.txt")
	must(t, os.WriteFile(path, []byte(paidText()), 0o644))
	(&highlights{t: t, tab: p.Tab, admin: admin, base: w.base}).bring(path)
	if source, err := os.ReadFile(axeFile); err == nil {
		p.axe = &examiner{t: t, b: p.Tab, source: string(source), seen: map[string]bool{}, found: map[string]int{}}
	}

	p.collect(w.base)
	p.rows("before", "")
	p.files("")
	w.alter(paidRight, paidWrong)
	p.collect(w.base)
	for _, lang := range []struct{ name, why string }{{"ko", "근거에 없음: "}, {"en", "Not in the source: "}} {
		if lang.name == "en" {
			p.speakEnglish()
		}
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int{1280, 390} {
				p.Look(width, 844, scheme)
				p.Await(fmt.Sprintf(`innerWidth == %d && document.documentElement.dataset.theme == %q`, width, scheme))
				p.Eval(settling)
				name := fmt.Sprintf("%s-%d-%s", lang.name, width, scheme)
				p.rows(name, lang.why+paidWrong+paidUnit)
				p.Picture("struck-" + name)
			}
		}
		if p.axe != nil {
			p.axe.examine("struck rows, " + lang.name)
		}
		p.Look(1280, 860, "light")
		p.Await(`innerWidth == 1280`)
		p.heard(lang.name, lang.why+paidWrong+paidUnit)
		p.files(lang.why + paidWrong + paidUnit)
	}
	if seen := c.Seen(); len(seen.Policy)+len(seen.Outside) > 0 {
		t.Errorf("against the policy: %q; requests outside: %q", seen.Policy, seen.Outside)
	}
	if p.axe != nil {
		for what, n := range p.axe.found {
			t.Errorf("%d times: %s", n, what)
		}
		t.Logf("axe: %d states, serious or critical findings: %d, moderate and minor ones: %d", p.axe.states, p.axe.bad, p.axe.lesser)
	}
	t.Logf("%d looks at a table and %d files: 1 row of 3 struck, in both languages", p.looked, p.saved)
}

// What the document says was paid, and what is made of one of its amounts behind the server's back.
var paid = [][2]string{{"김철수", "120,000원"}, {"이영희", "85,000원"}, {"박민수", "240,000원"}}

const (
	paidRight = "85,000"
	paidWrong = "58,000"
	paidUnit  = "원"
	paidRow   = 1 // of these
)

func paidText() string {
	var all []string
	for _, one := range paid {
		all = append(all, one[0]+" 대리는 부산에 다녀와 "+one[1]+"을 받았다.")
	}
	return strings.Join(all, " ")
}

// paidRows are what the model makes of the document, in the form that it is asked for.
func paidRows(t *testing.T) string {
	t.Helper()
	var rows []record
	for _, one := range paid {
		rows = append(rows, record{"passage": 1, "c1": one[0], "c2": one[1]})
	}
	out, err := json.Marshal(record{"rows": rows})
	must(t, err)
	return string(out)
}

// alter puts another value into what the server keeps of documents that a model has read.
func (w *workspace) alter(from, to string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.dir, "store.db")+"?_pragma=busy_timeout(10000)")
	must(w.t, err)
	defer db.Close()
	done, err := db.Exec(`UPDATE digests SET data = replace(data, $1, $2) WHERE instr(data, $1) > 0`, from, to)
	must(w.t, err)
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		w.t.Fatalf("%d kept pieces have %s, want 1 (%v)", n, from, err)
	}
}

// struckRows is the page with the table.
type struckRows struct {
	t *testing.T
	*browser.Tab
	axe           *examiner // nil: axe is not here
	looked, saved int
}

// collect begins a conversation and has the table collected in it.
func (p *struckRows) collect(base string) {
	p.Open(base + "/#/")
	p.Await(browser.CanAsk)
	p.Ask("출장비 지급.txt에서 이름, 금액을 표로 만들어 줘")
	p.Await(browser.Answered + ` && document.querySelector(".answer .sheet tbody tr")`)
}

// seenRows are the rows of the table as they are seen: what each cell says, what of it is struck through, and what is told beside
// it; and whether that comes into sight.
const seenRows = `JSON.stringify([...document.querySelectorAll(".answer .sheet tbody tr")].map((row) => {
	const told = row.querySelector(".claim-tag");
	told?.scrollIntoView({ block: "nearest", inline: "nearest" });
	const r = told?.getBoundingClientRect(), box = row.closest(".sheet").getBoundingClientRect();
	return {
		cells: [...row.cells].map((c) => { const copy = c.cloneNode(true); copy.querySelectorAll(".sr, .claim-tag").forEach((e) => e.remove()); return copy.textContent.trim(); }),
		struck: [...row.cells].map((c) => [...c.querySelectorAll("*")].filter((e) => getComputedStyle(e).textDecorationLine.includes("line-through")).map((e) => e.textContent).join("")),
		told: told?.textContent ?? "", sign: !!told?.querySelector("svg"),
		hidden: told ? r.width < 20 || r.height < 10 || r.left < box.left - 1 || r.right > box.right + 1 || told.scrollWidth > told.clientWidth + 1 : false,
	};
}))`

// rows holds the table that is seen to what was paid; why is what is said of the row that was altered, "" if none was.
func (p *struckRows) rows(name, why string) {
	p.t.Helper()
	p.looked++
	var rows []struct {
		Cells, Struck []string
		Told          string
		Sign, Hidden  bool
	}
	if text := p.Eval(seenRows); json.Unmarshal([]byte(text), &rows) != nil || len(rows) != len(paid) {
		p.t.Fatalf("%s: the table is %s", name, text)
	}
	for n, row := range rows {
		want, struck, told := slices.Clone(paid[n][:]), []string{"", ""}, ""
		if why != "" && n == paidRow {
			want[1] = strings.Replace(want[1], paidRight, paidWrong, 1)
			struck, told = want, why
		}
		if len(row.Cells) != 3 || !slices.Equal(row.Cells[:2], want) || !strings.Contains(row.Cells[2], "1") {
			p.t.Errorf("%s: row %d is %q, want %q and its source", name, n+1, row.Cells, want)
		} else if !slices.Equal(row.Struck, append(slices.Clip(struck), "")) {
			p.t.Errorf("%s: of row %d %q is struck through, want %q", name, n+1, row.Struck, struck)
		}
		if row.Told != told || row.Sign != (told != "") || row.Hidden {
			p.t.Errorf("%s: of row %d %q is told, want %q; with a sign: %v, out of sight: %v", name, n+1, row.Told, told, row.Sign, row.Hidden)
		}
	}
	if wide := p.Eval(`document.documentElement.scrollWidth > innerWidth`); wide == "true" {
		p.t.Errorf("%s: the page is wider than its window", name)
	}
}

// heard holds what a screen reader is told of each row to what is seen: that it is struck out comes before what it says, and why after.
func (p *struckRows) heard(lang, why string) {
	p.t.Helper()
	before := map[string]string{"ko": "근거와 맞지 않아 취소된 행:", "en": "A row struck out, as its source does not say so:"}[lang]
	for n := range paid {
		var words []string
		deleted := 0
		for _, said := range p.Heard(fmt.Sprintf(".answer .sheet tbody tr:nth-child(%d)", n+1)) {
			switch said.Role {
			case "StaticText":
				words = append(words, strings.TrimSpace(said.Name))
			case "deletion":
				deleted++
			}
		}
		all := strings.Join(words, " ")
		if n != paidRow {
			if deleted > 0 || strings.Contains(all, before) || strings.Contains(all, why) {
				p.t.Errorf("%s: of row %d a screen reader is told %q", lang, n+1, all)
			}
			continue
		}
		first, amount, last := strings.Index(all, before), strings.Index(all, paidWrong), strings.LastIndex(all, why)
		if first != 0 || amount < first || last < amount || deleted != 2 {
			p.t.Errorf("%s: of the row that does not stand a screen reader is told %q with %d deletions, want %q before and %q after", lang, all, deleted, before, why)
		}
	}
}

// speakEnglish has the page speak English, by its menu.
func (p *struckRows) speakEnglish() {
	p.Eval(`document.querySelector("#account").click()`)
	const item = `[...document.querySelectorAll("[role=menu]:popover-open [role^=menuitem]")].find((e) => e.textContent == "English")`
	p.Await(item)
	p.Eval(item + `.click()`)
	p.Await(`document.documentElement.lang == "en" && document.querySelector("#account").ariaLabel != null`)
	p.Await(`!document.querySelector(".answer .claim-tag").textContent.includes("근거")`)
}

// files saves the table by its buttons, and holds what comes to what is seen.
func (p *struckRows) files(why string) {
	p.t.Helper()
	p.Eval(`{ window.made ??= URL.createObjectURL; URL.createObjectURL = (b) => { window.saved = b; return made(b); }; HTMLAnchorElement.prototype.click = function () {}; } 0`)
	save := func(button int) string {
		p.t.Helper()
		p.saved++
		p.Eval(fmt.Sprintf(`window.saved = null; document.querySelectorAll(".answer .table-acts .button")[%d].click()`, button))
		p.Await(`window.saved`)
		raw, err := base64.StdEncoding.DecodeString(p.Eval(`saved.arrayBuffer().then((b) => btoa(String.fromCharCode(...new Uint8Array(b))))`))
		must(p.t, err)
		return string(raw)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(save(0), "\ufeff"))).ReadAll()
	must(p.t, err)
	p.told("CSV", rows, why)
	rows, struck := workbookOf(p.t, save(1))
	p.told("XLSX", rows, why)
	want := []string{}
	if why != "" {
		want = []string{fmt.Sprintf("A%d", paidRow+2), fmt.Sprintf("B%d", paidRow+2)}
	}
	if !slices.Equal(struck, want) {
		p.t.Errorf("XLSX: struck through are %q, want %q", struck, want)
	}
}

// told holds the rows of a file, the first of which is its heading, to what is said of them.
func (p *struckRows) told(format string, rows [][]string, why string) {
	p.t.Helper()
	if len(rows) != len(paid)+1 {
		p.t.Fatalf("%s: %q", format, rows)
	}
	for n, row := range rows {
		switch {
		case why == "" && len(row) != 3 || why != "" && len(row) != 4:
			p.t.Errorf("%s: row %d is %q", format, n, row)
		case why == "" || n == 0:
		case n == paidRow+1 && (row[3] != why || !strings.Contains(strings.ReplaceAll(row[1], ",", ""), strings.ReplaceAll(paidWrong, ",", ""))):
			p.t.Errorf("%s: of the row that does not stand it says %q, want %q", format, row, why)
		case n != paidRow+1 && row[3] != "":
			p.t.Errorf("%s: of row %d it says %q", format, n, row[3])
		}
	}
}

// workbookOf are the rows of a workbook of one sheet, and where its cells are struck through.
func workbookOf(t *testing.T, file string) (rows [][]string, struck []string) {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	must(t, err)
	read := func(name string, into any) {
		t.Helper()
		r, err := z.Open(name)
		must(t, err)
		defer r.Close()
		must(t, xml.NewDecoder(r).Decode(into))
	}
	var styles struct {
		Fonts []struct {
			Strike *struct{} `xml:"strike"`
		} `xml:"fonts>font"`
		Forms []struct {
			Font int `xml:"fontId,attr"`
		} `xml:"cellXfs>xf"`
	}
	var sheet struct {
		Rows []struct {
			Cells []struct {
				At    string `xml:"r,attr"`
				Form  int    `xml:"s,attr"`
				Value string `xml:"v"`
				Text  string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	read("xl/styles.xml", &styles)
	read("xl/worksheets/sheet1.xml", &sheet)
	struck = []string{}
	for _, of := range sheet.Rows {
		row := make([]string, len(sheet.Rows[0].Cells)) // a cell without anything is left out
		for _, c := range of.Cells {
			row[c.At[0]-'A'] = c.Value + c.Text
			if styles.Fonts[styles.Forms[c.Form].Font].Strike != nil {
				struck = append(struck, c.At)
			}
		}
		rows = append(rows, row)
	}
	return rows, struck
}
