package document

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// lineOf is the page and the place of the line that begins with some text, "" if there is none.
func lineOf(doc *Document, text string) string {
	at := ""
	Walk(doc.Blocks, func(b *Block) bool {
		for _, l := range b.Lines {
			if at == "" && strings.HasPrefix(b.Text[l.Start:l.End], text) {
				at = fmt.Sprintf("p%d %.2f,%.2f", l.Page, l.Rect.X0, l.Rect.Y0)
			}
		}
		return true
	})
	return at
}

func TestHWPPlacesLines(t *testing.T) {
	check := func(name string, f func(d *hwpDoc), want map[string]string, pages int) {
		t.Helper()
		d := &hwpDoc{}
		f(d)
		doc := readBuilt(t, hwpBuild(0, nil, d.out), "")
		for text, at := range want {
			if got := lineOf(doc, text); got != at {
				t.Errorf("%s: %q is at %s, want %s", name, text, got, at)
			}
		}
		if len(doc.Pages) != pages || doc.Layout != Lines || len(doc.Manifest.Gaps) > 0 {
			t.Errorf("%s: %d pages, want %d; %s, %+v", name, len(doc.Pages), pages, doc.Layout, doc.Manifest.Gaps)
		}
	}
	check("a page begins where lines fall back", func(d *hwpDoc) {
		d.para("{secd}첫째", d.page)
		d.y = 60000
		d.para("둘째", nil)
		d.y = 0
		d.para("셋째", nil)
		d.para("넷째", nil)
	}, map[string]string{"첫째": "p1 85.04,99.20", "둘째": "p1 85.04,699.20", "셋째": "p2 85.04,99.20", "넷째": "p2 85.04,115.20"}, 2)
	check("a page of one line each", func(d *hwpDoc) {
		d.para("{secd}첫째", d.page)
		for _, text := range []string{"둘째", "셋째"} {
			d.y, d.breaks = 0, hwpBreakPage
			d.para(text, nil)
		}
	}, map[string]string{"첫째": "p1 85.04,99.20", "둘째": "p2 85.04,99.20", "셋째": "p3 85.04,99.20"}, 3)
	check("two columns", func(d *hwpDoc) {
		d.para("{secd}{cold}왼쪽", func() {
			d.page()
			d.ctrl("cold", hwpBytes{}.u16(2<<2|1<<12, 2520, 0).zeros(6), nil)
		})
		d.para("왼쪽 아래", nil)
		d.y = 0
		d.para("오른쪽", nil)
		d.y = 0
		d.para("다음 쪽", nil)
	}, map[string]string{"왼쪽": "p1 85.04,99.20", "왼쪽 아래": "p1 85.04,115.20", "오른쪽": "p1 310.24,99.20", "다음 쪽": "p2 85.04,99.20"}, 2)
	check("other columns begin below what was before, and their heights anew", func(d *hwpDoc) {
		d.para("{secd}{cold}한 단", func() {
			d.page()
			d.ctrl("cold", hwpBytes{}.u16(1<<2|1<<12, 0, 0).zeros(6), nil)
		})
		d.y, d.breaks = 0, hwpBreakColumns
		d.para("{cold}두 단 왼쪽", func() { d.ctrl("cold", hwpBytes{}.u16(2<<2|1<<12, 2520, 0).zeros(6), nil) })
		d.y = 0
		d.para("두 단 오른쪽", nil)
		d.y, d.breaks = 0, hwpBreakColumns
		d.para("{cold}다시 한 단", func() { d.ctrl("cold", hwpBytes{}.u16(1<<2|1<<12, 0, 0).zeros(6), nil) })
	}, map[string]string{"한 단": "p1 85.04,99.20", "두 단 왼쪽": "p1 85.04,115.20", "두 단 오른쪽": "p1 310.24,115.20", "다시 한 단": "p1 85.04,131.20"}, 1)
	check("a table goes on on the next pages, below its heading", func(d *hwpDoc) {
		d.para("{secd}앞", d.page)
		d.para("{tbl }", func() {
			rows := [][]string{{"제목", "값"}}
			for i := range 99 {
				rows = append(rows, []string{fmt.Sprintf("줄%d.", i+1), "x"})
			}
			d.table(6, rows...)
		})
		d.y = 4412
		d.para("뒤", nil)
	}, map[string]string{"제목": "p1 90.14,119.44", "줄48.": "p1 90.14,734.80", "줄49.": "p2 90.14,116.26", "줄97.": "p2 90.14,731.62", "줄98.": "p3 90.14,116.26", "뒤": "p3 85.04,143.32"}, 3)
	check("lines that are older than what is before them", func(d *hwpDoc) {
		d.para("{secd}첫째", d.page)
		d.y = 65500
		d.para("밀린 줄", nil)
		d.y = 3000
		d.para("다음", nil)
	}, map[string]string{"밀린 줄": "p2 85.04,99.20", "다음": "p2 85.04,129.20"}, 2)
	check("lines that are not stored are between their neighbours", func(d *hwpDoc) {
		d.para("{secd}첫째", d.page)
		at := len(d.out)
		d.para("줄 없는 문단", nil)
		line := hwpRecord(hwpParaLineSeg, 1, hwpBytes{}.u32(0, 1600, 1000, 1000, 850, 600, 0, 42520, 3<<17))
		d.out = append(d.out[:at], bytes.Replace(d.out[at:], line, nil, 1)...)
		d.para("셋째", nil)
	}, map[string]string{"줄 없는 문단": "p1 85.04,109.20", "셋째": "p1 85.04,131.20"}, 1)
}

func TestHWPPagesHaveTheirPrintedNumbers(t *testing.T) {
	d := &hwpDoc{}
	d.para("{secd}{pgnp}표지", func() {
		d.page()
		d.ctrl("pgnp", hwpBytes{}.u32(2).u16(0, 0, '-', '-', 0), nil)
	})
	d.y, d.breaks = 0, hwpBreakPage
	d.para("둘째 쪽", nil)
	d.para("{nwno}여기서 하나", func() { d.ctrl("nwno", hwpBytes{}.u32(0).u16(1), nil) })
	d.y, d.breaks = 0, hwpBreakPage
	d.para("셋째 쪽", nil)
	doc := readBuilt(t, hwpBuild(0, nil, d.out), "")
	var got []string
	for _, p := range doc.Pages {
		got = append(got, p.Label)
	}
	if want := "[- I - - I - - II -]"; fmt.Sprint(got) != want {
		t.Errorf("printed numbers %v, want %s", got, want)
	}
}

func TestHWPWithoutLinesIsAFlow(t *testing.T) {
	d := &hwpDoc{}
	for i := range 3 {
		d.para(fmt.Sprint("문단 ", i), nil)
	}
	for i := range 3 {
		d.out = bytes.Replace(d.out, hwpRecord(hwpParaLineSeg, 1, hwpBytes{}.u32(0, 1600*i, 1000, 1000, 850, 600, 0, 42520, 3<<17)), nil, 1)
	}
	doc := readBuilt(t, hwpBuild(0, nil, d.out), "")
	if doc.Unit != Flow || doc.Layout != Paragraphs || len(doc.Pages) != 0 || len(doc.Blocks) != 3 || doc.Blocks[2].Paragraph != 3 || doc.Blocks[2].Section != 1 {
		t.Errorf("%s, %s, %d pages, %+v", doc.Unit, doc.Layout, len(doc.Pages), doc.Blocks)
	}
}
