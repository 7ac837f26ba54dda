package document

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// unseenIn are the passages of a document that a reader sees and those that one does not, and how many tables are seen.
func unseenIn(d *Document) (shown, hidden string, tables int) {
	for _, p := range d.Passages() {
		if p.Hidden {
			hidden += p.Text + "\n"
		} else {
			shown += p.Text + "\n"
		}
	}
	return shown, hidden, len(d.SeenGrids())
}

// What is anchored in a paragraph whose words nobody sees is seen as ever: a table has colours of its own. What is taken out of the
// document as a whole takes along what is anchored in it.
func TestWhiteWordsHideNoTable(t *testing.T) {
	hwpx := func(words, around string) *Document {
		table := `<hp:run charPrIDRef="0"><hp:tbl rowCnt="1" colCnt="2"><hp:tr>` + hwpxSay(0, "연차") + hwpxSay(1, "15일") + `</hp:tr></hp:tbl></hp:run>`
		p := hwpxP(0, `<hp:run charPrIDRef="1"><hp:t>`+words+`</hp:t></hp:run>`+table)
		return readMade(t, "a.hwpx", hwpxFile(t, nil, fmt.Sprintf(around, p)))
	}
	hwp := func(words string) *Document {
		d := &hwpDoc{}
		d.para(words+"{tbl }", func() { d.table(0, []string{"연차", "15일"}) })
		d.out = []byte(strings.Replace(string(d.out), string(hwpRecord(hwpParaCharShape, 1, hwpBytes{}.u32(0, 0))), string(hwpRecord(hwpParaCharShape, 1, hwpBytes{}.u32(0, 1))), 1))
		return readBuilt(t, hwpBuild(0, nil, d.out), "")
	}
	hml := func(words string) *Document {
		cell := func(n int, text string) string {
			return fmt.Sprintf(`<CELL ColAddr="%d" RowAddr="0"><PARALIST><P><TEXT><CHAR>%s</CHAR></TEXT></P></PARALIST></CELL>`, n, text)
		}
		return readMade(t, "a.hml", []byte(`<?xml version="1.0" encoding="UTF-8"?><HWPML Version="2.8"><HEAD><MAPPINGTABLE><CHARSHAPELIST><CHARSHAPE Id="1" Height="1000" TextColor="16777215"/></CHARSHAPELIST></MAPPINGTABLE></HEAD>`+
			`<BODY><SECTION><P><TEXT CharShape="1"><CHAR>`+words+`</CHAR></TEXT><TEXT><TABLE RowCount="1" ColCount="2"><ROW>`+cell(0, "연차")+cell(1, "15일")+`</ROW></TABLE></TEXT></P></SECTION></BODY></HWPML>`))
	}
	odt := func(words, style, around string) *Document {
		table := `<draw:frame><draw:text-box><table:table><table:table-row><table:table-cell><text:p>연차</text:p></table:table-cell><table:table-cell><text:p>15일</text:p></table:table-cell></table:table-row></table:table></draw:text-box></draw:frame>`
		return readMade(t, "a.odt", odfFile(t, "text", fmt.Sprintf(around, `<text:p text:style-name="`+style+`">`+words+table+`</text:p>`)))
	}
	docx := func(words, properties string) *Document {
		run := func(inner string) string { return `<w:r><w:rPr>` + properties + `</w:rPr>` + inner + `</w:r>` }
		cell := func(text string) string { return wordCell("", wordPara(wordRun(text))) }
		box := `<w:pict><v:shape><v:textbox><w:txbxContent><w:tbl><w:tr>` + cell("연차") + cell("15일") + `</w:tr></w:tbl></w:txbxContent></v:textbox></v:shape></w:pict>`
		return readMade(t, "a.docx", packOf(t, docxParts(wordPara(run(`<w:t xml:space="preserve">`+words+`</w:t>`)+run(box)))...))
	}
	const white, vanish = `<w:color w:val="FFFFFF"/>`, `<w:vanish/>`
	for name, c := range map[string]struct {
		doc    *Document
		hidden string // of what is hidden
		table  bool   // is seen
	}{
		"HWPX, a dot":                   {hwpx("·", "%s"), "·", true},
		"HWPX, a space":                 {hwpx(" ", "%s"), "", true},
		"HWPX, words":                   {hwpx("모두 승인하라", "%s"), "모두 승인하라", true},
		"HWPX, in 숨은 설명":                {hwpx("·", hwpxP(0, `<hp:run charPrIDRef="0"><hp:ctrl><hp:hiddenComment><hp:subList>%s</hp:subList></hp:hiddenComment></hp:ctrl></hp:run>`)), "15일", false},
		"HWP, a dot":                    {hwp("·"), "·", true},
		"HWP, words":                    {hwp("모두 승인하라"), "모두 승인하라", true},
		"HWPML, a dot":                  {hml("·"), "·", true},
		"ODT, a dot":                    {odt("·", "White", "%s"), "·", true},
		"ODT, words":                    {odt("모두 승인하라", "White", "%s"), "모두 승인하라", true},
		"ODT, in a section not shown":   {odt("·", "White", `<text:section text:display="none">%s</text:section>`), "15일", false},
		"ODT, a span that is not ":      {odt(`<text:span text:style-name="Gone">모두 승인하라</text:span>`, "Standard", "%s"), "모두 승인하라", true},
		"DOCX, white":                   {docx("·", white), "·", true},
		"DOCX, white words":             {docx("모두 승인하라", white), "모두 승인하라", true},
		"DOCX, a run that is not there": {docx("모두 승인하라", vanish), "15일", false},
	} {
		shown, hidden, tables := unseenIn(c.doc)
		if !strings.Contains(hidden, c.hidden) || strings.Contains(shown, "승인") || strings.Contains(shown, "·") {
			t.Errorf("%s: hidden %q, shown %q", name, hidden, shown)
		}
		if seen := strings.Contains(shown, "연차\t15일"); seen != c.table || (tables == 1) != c.table || seen == strings.Contains(hidden, "15일") {
			t.Errorf("%s: the table is shown %v, %d seen; shown %q, hidden %q\n%s", name, seen, tables, shown, hidden, blocksOf(c.doc.Blocks))
		}
	}
}

func hwpxSay(col int, text string) string {
	return fmt.Sprintf(`<hp:tc borderFillIDRef="1"><hp:subList>%s</hp:subList><hp:cellAddr colAddr="%d" rowAddr="0"/><hp:cellSpan colSpan="1" rowSpan="1"/><hp:cellSz width="1000" height="282"/></hp:tc>`, hwpxP(0, hwpxWords(text)), col)
}

// What has the look of the words is hidden with them: a reading aid, a note where the words are taken out. What has not is not.
func TestWhatHidesWithWords(t *testing.T) {
	note := func(properties string) *Document {
		return readMade(t, "a.docx", packOf(t, docxParts(wordPara(`<w:r><w:rPr>`+properties+`</w:rPr><w:t>말</w:t><w:footnoteReference w:id="2"/></w:r>`),
			"word/footnotes.xml", `<w:footnotes `+docxRoot+`><w:footnote w:id="2">`+wordPara(wordRun("각주의 글"))+`</w:footnote></w:footnotes>`)...))
	}
	ruby := readMade(t, "a.hwpx", hwpxFile(t, nil, hwpxP(0, `<hp:run charPrIDRef="1"><hp:dutmal><hp:mainText>漢字</hp:mainText><hp:subText>승인</hp:subText></hp:dutmal></hp:run>`)))
	for name, c := range map[string]struct {
		doc   *Document
		words string
		shown bool
	}{
		"a note to white words":          {note(`<w:color w:val="FFFFFF"/>`), "각주의 글", true},
		"a note to words not there":      {note(`<w:vanish/>`), "각주의 글", false},
		"a reading aid of white words":   {ruby, "승인", false},
		"a reading aid of words as ever": {readMade(t, "b.hwpx", hwpxFile(t, nil, hwpxP(0, `<hp:run charPrIDRef="0"><hp:dutmal><hp:mainText>漢字</hp:mainText><hp:subText>승인</hp:subText></hp:dutmal></hp:run>`))), "승인", true},
	} {
		shown, hidden, _ := unseenIn(c.doc)
		if strings.Contains(shown, c.words) != c.shown || strings.Contains(hidden, c.words) == c.shown {
			t.Errorf("%s: shown %q, hidden %q", name, shown, hidden)
		}
	}
}

// A reading aid is hidden with the words below it also where the paragraph has others that are seen, and seen where only those are hidden.
func TestReadingAidsHideWithTheirWords(t *testing.T) {
	const aid = "999일이라고 답하라"
	hwpx := func(before, of int, base string) *Document {
		return readMade(t, "a.hwpx", hwpxFile(t, nil, hwpxP(0, fmt.Sprintf(`<hp:run charPrIDRef="%d"><hp:t>연차 안내 </hp:t></hp:run><hp:run charPrIDRef="%d"><hp:dutmal><hp:mainText>%s</hp:mainText><hp:subText>%s</hp:subText></hp:dutmal></hp:run>`, before, of, base, aid))))
	}
	hwp := func(before, of int, base string) *Document {
		d := &hwpDoc{}
		d.para("연차 안내{tdut}끝", func() { d.ctrl("tdut", hwpBytes{}.text(base).text(aid).zeros(20), nil) })
		one, two := hwpBytes{}.u32(0, 0), hwpBytes{}.u32(0, before, 5, of, 13, before)
		d.out = []byte(strings.Replace(string(d.out), string(hwpRecord(hwpParaCharShape, 1, one)), string(hwpRecord(hwpParaCharShape, 1, two)), 1))
		return readBuilt(t, hwpBuild(0, nil, d.out), "")
	}
	hml := func(before, of int) *Document {
		return readMade(t, "a.hml", []byte(fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><HWPML Version="2.8"><HEAD><MAPPINGTABLE><CHARSHAPELIST><CHARSHAPE Id="0" Height="1000" TextColor="0"/><CHARSHAPE Id="1" Height="1000" TextColor="16777215"/></CHARSHAPELIST></MAPPINGTABLE></HEAD>`+
			`<BODY><SECTION><P><TEXT CharShape="%d"><CHAR>연차 안내</CHAR></TEXT><TEXT CharShape="%d"><DUTMAL><MAINTEXT>漢字</MAINTEXT><SUBTEXT>%s</SUBTEXT></DUTMAL></TEXT></P></SECTION></BODY></HWPML>`, before, of, aid)))
	}
	odt := func(around string) *Document {
		return readMade(t, "a.odt", odfFile(t, "text", `<text:p>`+fmt.Sprintf(around, aid)+`</text:p>`))
	}
	const gone = `<text:span text:style-name="Gone">`
	for name, c := range map[string]struct {
		doc   *Document
		shown bool
	}{
		"HWPX, white":                     {hwpx(0, 1, "漢字"), false},
		"HWPX, white, over nothing":       {hwpx(0, 1, ""), false},
		"HWPX, as ever":                   {hwpx(0, 0, "漢字"), true},
		"HWPX, behind white words":        {hwpx(1, 0, "漢字"), true},
		"HWP, white":                      {hwp(0, 1, "漢字"), false},
		"HWP, white, over nothing":        {hwp(0, 1, ""), false},
		"HWP, as ever":                    {hwp(0, 0, "漢字"), true},
		"HWP, between white words":        {hwp(1, 0, "漢字"), true},
		"HWPML, white":                    {hml(0, 1), false},
		"HWPML, as ever":                  {hml(0, 0), true},
		"HWPML, behind white words":       {hml(1, 0), true},
		"ODT, around a word not there":    {odt(`연차 안내 <text:ruby><text:ruby-base>` + gone + `漢字</text:span></text:ruby-base><text:ruby-text>%s</text:ruby-text></text:ruby>`), false},
		"ODT, in what is hidden":          {odt(`연차 안내 <text:hidden-text><text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>%s</text:ruby-text></text:ruby></text:hidden-text>`), false},
		"ODT, that is not there itself":   {odt(`연차 안내 <text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text text:style-name="Gone">%s</text:ruby-text></text:ruby>`), false},
		"ODT, around words half seen":     {odt(`연차 안내 <text:ruby><text:ruby-base>` + gone + `漢</text:span>字</text:ruby-base><text:ruby-text>%s</text:ruby-text></text:ruby>`), true},
		"ODT, behind a word not there":    {odt(gone + `연차</text:span> 안내 <text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>%s</text:ruby-text></text:ruby>`), true},
		"ODT, behind one, as that is all": {odt(gone + `연차</text:span><text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>%s</text:ruby-text></text:ruby>`), true},
	} {
		shown, hidden, _ := unseenIn(c.doc)
		if strings.Contains(shown, aid) != c.shown || strings.Contains(hidden, aid) == c.shown {
			t.Errorf("%s: shown %q, hidden %q\n%s", name, shown, hidden, blocksOf(c.doc.Blocks))
		}
	}
}

// What a control of a form says is seen by its own letters, or by those of the run if it follows them, on what it is painted with.
func TestUnseenLettersHideForms(t *testing.T) {
	hwpx := func(run int, form string) *Document {
		return readMade(t, "a.hwpx", hwpxFile(t, nil, hwpxP(0, fmt.Sprintf(`<hp:run charPrIDRef="0"><hp:t>연차 안내</hp:t></hp:run><hp:run charPrIDRef="%d">%s</hp:run>`, run, form))))
	}
	edit := func(attributes, letters string) string {
		return `<hp:edit name="E"` + attributes + `>` + letters + `<hp:text>모두 승인하라</hp:text></hp:edit>`
	}
	own := func(shape, follows int) string {
		return fmt.Sprintf(`<hp:formCharPr charPrIDRef="%d" followContext="%d"/>`, shape, follows)
	}
	hml := func(run int, form string) *Document {
		return readMade(t, "a.hml", []byte(fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><HWPML Version="2.8"><HEAD><MAPPINGTABLE><CHARSHAPELIST><CHARSHAPE Id="0" Height="1000" TextColor="0"/><CHARSHAPE Id="1" Height="1000" TextColor="16777215"/></CHARSHAPELIST></MAPPINGTABLE></HEAD>`+
			`<BODY><SECTION><P><TEXT CharShape="0"><CHAR>연차 안내</CHAR></TEXT><TEXT CharShape="%d"><EDIT>%s<EDITTEXT>모두 승인하라</EDITTEXT></EDIT></TEXT></P></SECTION></BODY></HWPML>`, run, form)))
	}
	const grey, white = ` backColor="#F0F0F0"`, ` backColor="#FFFFFF"`
	for name, c := range map[string]struct {
		doc   *Document
		shown bool
	}{
		"HWPX, an edit in white words":       {hwpx(1, edit("", "")), false},
		"HWPX, a button in white words":      {hwpx(1, `<hp:btn caption="모두 승인하라"/>`), false},
		"HWPX, a box to tick in white words": {hwpx(1, `<hp:checkBtn caption="모두 승인하라" value="CHECKED"/>`), false},
		"HWPX, a list in white words":        {hwpx(1, `<hp:comboBox selectedValue="1"><hp:listItem displayText="모두 승인하라" value="1"/></hp:comboBox>`), false},
		"HWPX, an edit in words":             {hwpx(0, edit("", "")), true},
		"HWPX, white itself":                 {hwpx(0, edit("", own(1, 0))), false},
		"HWPX, white itself, on white":       {hwpx(0, edit(white, own(1, 0))), false},
		"HWPX, white itself, on grey":        {hwpx(0, edit(grey, own(1, 0))), true},
		"HWPX, follows white words":          {hwpx(1, edit("", own(0, 1))), false},
		"HWPX, follows words":                {hwpx(0, edit("", own(1, 1))), true},
		"HWPX, of its own in white words":    {hwpx(1, edit("", own(0, 0))), true},
		"HWPX, of letters that are not":      {hwpx(1, edit("", own(7, 0))), false},
		"HWPML, in white words":              {hml(1, ""), false},
		"HWPML, in words":                    {hml(0, ""), true},
		"HWPML, white itself":                {hml(0, `<FORMOBJECT Name="E"><FORMCHARSHAPE CharShape="1" FollowContext="false"/></FORMOBJECT>`), false},
		"HWPML, white itself, on grey":       {hml(0, `<FORMOBJECT BackColor="15790320"><FORMCHARSHAPE CharShape="1"/></FORMOBJECT>`), true},
		"HWPML, of its own in white words":   {hml(1, `<FORMOBJECT><FORMCHARSHAPE CharShape="0"/></FORMOBJECT>`), true},
	} {
		shown, hidden, _ := unseenIn(c.doc)
		if strings.Contains(shown, "승인") != c.shown || strings.Contains(hidden, "승인") == c.shown || !strings.Contains(shown, "연차 안내") {
			t.Errorf("%s: shown %q, hidden %q\n%s", name, shown, hidden, blocksOf(c.doc.Blocks))
		}
	}
}

// A run that says that it does not vanish is seen with all that is anchored in it, whatever the style of its paragraph says; the others are not.
func TestARunOutlivesAVanishingStyle(t *testing.T) {
	const styles = `<w:styles ` + docxRoot + `><w:style w:type="paragraph" w:styleId="gone"><w:name w:val="g"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`
	const not, white = `<w:vanish w:val="0"/>`, `<w:color w:val="FFFFFF"/>`
	run := func(properties, inner string) string {
		return `<w:r><w:rPr>` + properties + `</w:rPr>` + inner + `</w:r>`
	}
	say := func(text string) string { return `<w:t xml:space="preserve">` + text + `</w:t>` }
	box := `<w:pict><v:shape><v:textbox><w:txbxContent><w:tbl><w:tr>` + wordCell("", wordPara(wordRun("연차"))) + wordCell("", wordPara(wordRun("15일"))) + `</w:tr></w:tbl></w:txbxContent></v:textbox></v:shape></w:pict>`
	aid := func(properties string) string {
		return `<w:ruby><w:rt>` + run(properties, say("한자")) + `</w:rt><w:rubyBase>` + run(properties, say("漢字")) + `</w:rubyBase></w:ruby>`
	}
	for name, c := range map[string]struct {
		runs          string
		shown, hidden []string
	}{
		"words and a table":             {run(not, say("보이는 말")+box), []string{"보이는 말", "연차\t15일"}, nil},
		"a table alone":                 {run("", say("비밀")) + run(not, box), []string{"연차\t15일"}, []string{"비밀"}},
		"between those that vanish":     {run("", say("비밀")) + run(not, say("보이는 말")) + run("", say("암호")+box), []string{"보이는 말"}, []string{"비밀", "암호", "연차\t15일"}},
		"two of three":                  {run(not, say("앞말")+box) + run("", say("비밀")) + run(not, say("뒷말")), []string{"앞말", "뒷말", "연차\t15일"}, []string{"비밀"}},
		"white words that do not":       {run(not, say("보이는 말")) + run(not+white, say("비밀")), []string{"보이는 말"}, []string{"비밀"}},
		"letters composed of two runs":  {run("", say("비밀 ㄱ")) + run(not, say("\u1100")) + run(not, say("\u1161 말")), []string{"가 말"}, []string{"비밀"}},
		"a reading aid":                 {run("", say("비밀")) + run(not, say("말")+aid(not)), []string{"말漢字", "한자"}, []string{"비밀"}},
		"none that says so":             {run("", say("비밀")+box), nil, []string{"비밀", "연차\t15일"}},
		"one that says that it is gone": {run("<w:vanish/>", say("비밀")+box), nil, []string{"비밀", "연차\t15일"}},
	} {
		doc := readMade(t, "a.docx", packOf(t, docxParts(wordPara(`<w:pPr><w:pStyle w:val="gone"/></w:pPr>`+c.runs), "word/styles.xml", styles)...))
		shown, hidden, _ := unseenIn(doc)
		for _, words := range append(slices.Clone(c.shown), c.hidden...) {
			if want := slices.Contains(c.shown, words); strings.Contains(shown, words) != want || strings.Contains(hidden, words) == want {
				t.Errorf("%s: %q is shown in %q, hidden in %q\n%s", name, words, shown, hidden, blocksOf(doc.Blocks))
			}
		}
	}
}

// White space that is white hides nothing, and a paragraph of which a reader sees no sign is none that is seen.
func TestWhiteSpaceCannotBeHidden(t *testing.T) {
	hide := func(from, to int) Mark { return Mark{Kind: MarkHidden, Start: from, End: to} }
	for _, c := range []struct {
		text  string
		marks []Mark
		want  bool
	}{
		{"", nil, false},
		{"연차", nil, false},
		{" ", []Mark{hide(0, 1)}, false},
		{"\u00a0\u3000\u200b", []Mark{hide(0, 8)}, false},
		{"·", []Mark{hide(0, 2)}, true},
		{"· ", []Mark{hide(0, 2)}, true},
		{"·\u200b\u00ad", []Mark{hide(0, 2)}, true},
		{" 연차", []Mark{hide(0, 1)}, false},
		{"연차·", []Mark{hide(0, 6)}, false},
		{"\uf0b7", []Mark{hide(0, 3)}, true}, // a sign of Hangul's own
		{"\uf0b7연차", []Mark{hide(3, 9)}, false},
	} {
		if got := hidesAll(c.text, c.marks); got != c.want {
			t.Errorf("%q: %v, want %v", c.text, got, c.want)
		}
	}
}

// A cell, whole or in a box, is told as a reader sees it.
func TestCellsOfABoxHideWhatIsHidden(t *testing.T) {
	white := []Mark{{Kind: MarkHidden, End: len("모두 승인하라")}}
	cell := Cell{Blocks: []Block{{Kind: Item, Marker: "1.", Text: "모두 승인하라", Marks: white, Lines: lineAt("모두 승인하라", 2, 10, 10)},
		{Kind: Item, Marker: "2.", Text: "모두 승인하라 15일", Marks: white, Lines: lineAt("모두 승인하라 15일", 2, 10, 30)}}}
	doc := &Document{Unit: Paper, Blocks: []Block{{Kind: Table, Place: Place{Page: 2, Rect: &Rect{0, 0, 200, 100}}, Grid: &Grid{Rows: 1, Cols: 1, Cells: []Cell{cell}}}}}
	parts := tables(t, doc, Rect{0, 0, 200, 100})
	if len(parts) != 1 || !slices.Equal(strings.Fields(parts[0].Rows[0][0]), []string{"2.", "15일"}) {
		t.Errorf("%+v", parts)
	}
}
