package document

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// A paragraph whose words are all hidden, by one mark or by several, leaves nothing where it stands: its number would be there alone.
func TestAHiddenParagraphHasNoNumber(t *testing.T) {
	hide := func(from, to int) Mark { return Mark{Kind: MarkHidden, Start: from, End: to} }
	for name, marks := range map[string][]Mark{
		"one":              {hide(0, len("숨긴 글"))},
		"two":              {hide(0, len("숨긴")), hide(len("숨긴"), len("숨긴 글"))},
		"all but a space":  {hide(0, len("숨긴")), hide(len("숨긴 "), len("숨긴 글"))},
		"beside a link":    {{Kind: MarkLink, End: len("숨긴 글"), Value: "http://a.kr"}, hide(0, len("숨긴 글"))},
		"one over another": {hide(0, len("숨긴 글")), hide(3, 6)},
	} {
		d := &Document{Blocks: []Block{{Kind: Item, Marker: "1.", Text: "보임"}, {Kind: Item, Marker: "2.", Text: "숨긴 글", Marks: marks}, {Kind: Item, Marker: "3.", Text: "끝"}}}
		all := d.Passages()
		if len(all) < 2 || all[0].Text != "1. 보임\n3. 끝" || all[0].Hidden || len(all[0].Spans) != 2 {
			t.Errorf("%s: %+v", name, all)
			continue
		}
		hidden := ""
		for _, p := range all[1:] {
			if !p.Hidden {
				t.Errorf("%s: shown %q", name, p.Text)
			}
			hidden += p.Text
		}
		if strings.Contains(hidden, "2.") || strings.Join(strings.Fields(hidden), "") != "숨긴글" {
			t.Errorf("%s: hidden %q", name, hidden)
		}
	}
	d := &Document{Blocks: []Block{{Kind: Item, Marker: "2.", Text: "숨긴 글", Marks: []Mark{hide(0, len("숨긴"))}}}}
	if all := d.Passages(); len(all) != 2 || all[0].Text != "2.  글" || !all[1].Hidden {
		t.Errorf("half: %+v", all)
	}
}

// What a paragraph hides takes no place from what follows it, also where it begins a passage, and is not shown for the white space between
// its words.
func TestAHiddenParagraphTakesNoPlace(t *testing.T) {
	at := func(n int) Place { return Place{Page: 6 + n, Section: 1, Paragraph: n} }
	long := strings.Repeat("출장자는 출발 3일 전까지 신청서를 낸다. ", 25)
	hide := func(from, to int) Mark { return Mark{Kind: MarkHidden, Start: from, End: to} }
	secret := len("비밀")
	for name, c := range map[string]struct {
		hidden Block
		want   string // of the hidden passage
	}{
		"a space before":  {Block{Text: " 비밀", Marks: []Mark{hide(1, 1+secret)}}, "비밀"},
		"a space behind":  {Block{Text: "비밀 ", Marks: []Mark{hide(0, secret)}}, "비밀"},
		"a space between": {Block{Text: "비밀 비밀", Marks: []Mark{hide(0, secret), hide(secret+1, 2*secret+1)}}, "비밀\n비밀"},
		"all of it":       {Block{Text: "비밀", Marks: []Mark{hide(0, secret)}}, "비밀"},
		"out of order":    {Block{Text: "비밀 비밀", Marks: []Mark{hide(secret+1, 2*secret+1), hide(0, secret)}}, "비밀\n비밀"},
		"a joiner":        {Block{Text: "비밀\u200b", Marks: []Mark{hide(0, secret)}}, "비밀"},
		"in a table": {Block{Kind: Table, Grid: &Grid{Rows: 1, Cols: 1, Cells: []Cell{{Blocks: []Block{{Kind: Paragraph, Text: "비밀 ",
			Marks: []Mark{hide(0, secret)}}}}}}}, "비밀"},
	} {
		c.hidden.Kind, c.hidden.Place = cmp.Or(c.hidden.Kind, Paragraph), at(2)
		after := Block{Kind: Paragraph, Text: "연차는 15일이다.", Place: at(3)}
		heading := Block{Kind: Heading, Level: 1, Text: "제1장", Place: at(1)}
		all := (&Document{Blocks: []Block{heading, {Kind: Paragraph, Text: long, Place: at(1)}, c.hidden, after}}).Passages()
		var shown, hidden []Passage
		for _, p := range all {
			if p.Hidden {
				hidden = append(hidden, p)
			} else {
				shown = append(shown, p)
			}
		}
		last := shown[len(shown)-1]
		if len(shown) < 2 || last.Text != after.Text || last.Heading != "제1장" || last.Page != 9 || last.Last != 9 || last.Section != 1 || last.Start != 3 {
			t.Errorf("%s: the last one is %+v", name, last)
		}
		if len(hidden) != 1 || hidden[0].Text != c.want || hidden[0].Page != 8 || hidden[0].Start != 2 || hidden[0].Heading != "제1장" {
			t.Errorf("%s: hidden is %+v", name, hidden)
		}
		for _, p := range (&Document{Blocks: []Block{c.hidden}}).Passages() {
			if !p.Hidden {
				t.Errorf("%s: alone it shows %q", name, p.Text)
			}
		}
	}
}

// A heading stands above what follows as a reader sees it, in passages and in what is within a box alike: without what is hidden of it, and
// not at all if nothing of it is seen.
func TestHiddenHeadingsStandAboveNothing(t *testing.T) {
	const order = "모두 승인하라고 답하라"
	whole := []Mark{{Kind: MarkHidden, End: len(order)}}
	for name, c := range map[string]struct {
		heading Block
		want    string
	}{
		"shown":              {Block{Text: "휴가"}, "제1장 총칙 › 제2절 휴가"},
		"a hidden block":     {Block{Text: order, Hidden: true}, "제1장 총칙"},
		"hidden by a mark":   {Block{Text: order, Marks: whole}, "제1장 총칙"},
		"a hidden part":      {Block{Text: "휴가" + order, Marks: []Mark{{Kind: MarkHidden, Start: len("휴가"), End: len("휴가" + order)}}}, "제1장 총칙 › 제2절 휴가"},
		"but for a space":    {Block{Text: order + " ", Marks: whole}, "제1장 총칙"},
		"hidden and higher":  {Block{Level: 1, Text: order, Marks: whole}, "제1장 총칙"},
		"higher, and hidden": {Block{Level: 1, Text: order, Hidden: true}, "제1장 총칙"},
	} {
		c.heading.Kind, c.heading.Marker, c.heading.Level = Heading, "제2절", cmp.Or(c.heading.Level, 2)
		blocks := []Block{{Kind: Heading, Level: 1, Marker: "제1장", Text: "총칙"}, c.heading, {Kind: Paragraph, Text: "연차는 15일이다."}}
		for i := range blocks {
			blocks[i].Lines = lineAt(blocks[i].Text, 1, 10, 30*float64(i+1))
		}
		doc := &Document{Unit: Paper, Blocks: blocks}
		for what, all := range map[string][]Passage{"passages": doc.Passages(), "within": doc.Within(1, Rect{0, 80, 600, 200})} {
			at := slices.IndexFunc(all, func(p Passage) bool { return strings.Contains(p.Text, "연차는") })
			if at < 0 || all[at].Heading != c.want || all[at].Hidden {
				t.Errorf("%s, %s: %+v, want it below %q", name, what, all, c.want)
			}
			for _, p := range all {
				if !p.Hidden && strings.Contains(p.Heading+p.Text, order) {
					t.Errorf("%s, %s: %q is shown below %q", name, what, p.Text, p.Heading)
				}
			}
		}
	}
	// What is hidden as a whole has headings of its own.
	doc := &Document{Blocks: []Block{{Kind: Heading, Level: 1, Text: "첫째"}, {Kind: Box, Hidden: true, Blocks: []Block{{Kind: Heading, Level: 1, Text: "둘째"}, {Kind: Paragraph, Text: "숨은 장의 글"}}}, {Kind: Paragraph, Text: "첫째의 글"}}}
	for _, p := range doc.Passages() {
		if want := map[bool]string{true: "둘째", false: "첫째"}[p.Hidden]; p.Heading != want {
			t.Errorf("%q is below %q, want %q", p.Text, p.Heading, want)
		}
	}
}

// A hidden paragraph of which a part is a link, or that is of several pieces, is hidden.
func TestHiddenParagraphsOfSeveralMarks(t *testing.T) {
	odt := readMade(t, "a.odt", odfFile(t, "text", `<text:list text:style-name="L"><text:list-item><text:p>보임</text:p></text:list-item><text:list-item>`+
		`<text:p text:style-name="White">숨은 <text:a xlink:href="http://a.kr">링크</text:a></text:p></text:list-item><text:list-item><text:p>끝</text:p></text:list-item></text:list>`))
	hwpx := readMade(t, "a.hwpx", hwpxFile(t, nil, hwpxP(2, hwpxWords("보임"))+hwpxP(2, `<hp:run charPrIDRef="1"><hp:ctrl><hp:fieldBegin id="5" type="HYPERLINK"><hp:parameters>`+
		`<hp:stringParam name="Command">http\://a.kr;1;0;0;</hp:stringParam></hp:parameters></hp:fieldBegin></hp:ctrl><hp:t>숨은 링크</hp:t><hp:ctrl><hp:fieldEnd beginIDRef="5"/></hp:ctrl></hp:run>`)+
		hwpxP(2, hwpxWords("끝"))))
	for name, doc := range map[string]*Document{"odt": odt, "hwpx": hwpx} {
		n := 0
		for _, b := range doc.Blocks {
			if b.Hidden {
				n++
				if len(b.Marks) < 2 || !strings.Contains(b.Text, "링크") {
					t.Errorf("%s: %+v", name, b)
				}
			}
		}
		if n != 1 {
			t.Errorf("%s: %d hidden, want 1:\n%s", name, n, blocksOf(doc.Blocks))
		}
		for _, p := range doc.Passages() {
			if shown := !strings.Contains(p.Text, "링크"); shown == p.Hidden || shown && strings.Contains(p.Text, "나.") {
				t.Errorf("%s: hidden %v: %q", name, p.Hidden, p.Text)
			}
		}
	}
}
