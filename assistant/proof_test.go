package assistant

import (
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
)

// holidays is a document with headings that count themselves, and a table.
func holidays() *document.Document {
	cell := func(row, col int, text string) document.Cell {
		return document.Cell{Row: row, Col: col, Rowspan: 1, Colspan: 1, Text: text}
	}
	return &document.Document{Format: "hwpx", Blocks: []document.Block{
		{Kind: document.Heading, Level: 1, Text: "제3장 휴가"},
		{Kind: document.Heading, Level: 2, Marker: "제15조", Text: "(연차휴가)"},
		{Kind: document.Paragraph, Marker: "①", Text: "1년간 80퍼센트 이상 출근한 직원에게 십오 일의 유급휴가를 준다. 근속 3년이 넘으면 2년마다 하루를 더한다. 총 휴가는 25일을 넘지 못한다."},
		{Kind: document.Paragraph, Marker: "②", Text: "휴가는 “휴가신청서”를 사용일 3일 전까지 인사팀에 내고 쓴다."},
		{Kind: document.Table, Grid: &document.Grid{Rows: 3, Cols: 2, Headers: 1, Cells: []document.Cell{
			cell(0, 0, "구분"), cell(0, 1, "지급액(단위: 천원)"), cell(1, 0, "경조금"), cell(1, 1, "1,500"), cell(2, 0, "교통비"), cell(2, 1, "300"),
		}}},
	}}
}

// provingOf is a prover of the passages of a document, which is read or is still to be.
func provingOf(doc *document.Document, read bool) *prover {
	p := &prover{papers: map[string]*paper{}, open: func(string) (*document.Document, error) {
		if !read {
			return nil, chat.NewError(chat.CodeDocumentUnread, nil, "x")
		}
		return doc, nil
	}}
	for i, one := range doc.Passages() {
		p.passages = append(p.passages, shown{version: "v", spans: one.Spans,
			Passage: chat.Passage{Index: i + 1, Source: chat.SourceVersion + "v", Document: "d", Text: one.Text, Heading: one.Heading, Page: one.Page}})
	}
	return p
}

func (p *prover) of(text string) chat.Claim { return p.claim(sentence{text: text, to: units(text)}) }

func TestClaimsRestOnTheSmallestText(t *testing.T) {
	doc := holidays()
	p := provingOf(doc, true)
	paper := paperOf(doc)
	for _, c := range []struct{ said, rests, missing string }{
		{"연차휴가는 15일입니다 [2].", "1년간 80퍼센트 이상 출근한 직원에게 십오 일의 유급휴가를 준다.", ""},
		{"총 휴가는 25일을 넘을 수 없습니다. [2]", "총 휴가는 25일을 넘지 못한다.", ""},
		{"80% 이상 출근하면 15일이고 모두 25일까지입니다 [2].", "1년간 80퍼센트 이상 출근한 직원에게 십오 일의 유급휴가를 준다. 근속 3년이 넘으면 2년마다 하루를 더한다. 총 휴가는 25일을 넘지 못한다.", ""},
		{"연차휴가는 20일입니다 [2].", "", "20일"},
		{"연차휴가는 15개월입니다 [2].", "", "15개월"},
		{"제15조에 따라 25일을 넘지 못합니다 [2].", "(연차휴가)|총 휴가는 25일을 넘지 못한다.", ""},
		{"‘휴가신청서’를 3일 전까지 냅니다 [2].", "휴가는 “휴가신청서”를 사용일 3일 전까지 인사팀에 내고 쓴다.", ""},
		{"‘휴가 원’을 3일 전까지 냅니다 [2].", "", "휴가 원"},
		{"경조금은 1,500천원입니다 [2].", "*", ""},
		{"경조금은 150만 원입니다 [2].", "*", ""},
		{"경조금은 1,500원입니다 [2].", "*", "1,500원"},
		{"1. 총 휴가는 25일입니다 [2].", "총 휴가는 25일을 넘지 못한다.", ""},
	} {
		got := p.of(c.said)
		if len(got.Cites) != 1 {
			t.Errorf("%s: %+v", c.said, got)
			continue
		}
		texts, ok := paper.cited(got.Cites[0].Spans)
		if !ok || HashCited(texts) != got.Cites[0].Hash {
			t.Errorf("%s: the hash is not that of %q", c.said, texts)
		}
		if rests := strings.Join(texts, "|"); c.rests != "" && c.rests != "*" && rests != c.rests {
			t.Errorf("%s rests on %q, want %q", c.said, rests, c.rests)
		}
		if missing := strings.Join(got.Missing, "|"); missing != c.missing {
			t.Errorf("%s misses %q, want %q (%q)", c.said, missing, c.missing, texts)
		}
		if !slices.Contains(got.Checked, chat.CheckSource) || slices.Contains(got.Checked, chat.CheckNumbers) && slices.ContainsFunc(got.Missing, func(m string) bool { return strings.ContainsAny(m, "0123456789") }) {
			t.Errorf("%s: checked %v, missing %v", c.said, got.Checked, got.Missing)
		}
	}
}

func TestWhatCountsAListIsNoNumberOfASentence(t *testing.T) {
	for _, c := range []struct{ said, source, missing string }{
		{"7. 31.까지 신청한다 [1]", "8. 31.까지 신청한다", "7"},
		{"7. 31까지 신청한다 [1]", "8. 31까지 신청한다", "7"},
		{"- 7. 31. ~ 8. 2. 휴관 [1]", "8. 31. ~ 8. 2. 휴관", "7"},
		{"7. 31.까지 신청한다 [1]", "신청은 7. 31.까지 한다", ""},
		{"-3.2% 성장 [1]", "3.2% 성장", "3.2%"},
		{"| -3.2% | 성장 [1]", "3.2% 성장", "3.2%"},
		{"**-3.2%** 성장 [1]", "3.2% 성장", "3.2%"},
		{"-3.2% 성장 [1]", "-3.2% 성장", ""},
		{"- 3.2% 성장 [1]", "3.2% 성장", ""},
		{"- 7. 31일을 준다 [1]", "31일을 준다", ""},
		{"7. 3.5% 성장 [1]", "3.5% 성장", ""},
		{"7) 31일 [1]", "31일", ""},
	} {
		need := needsOf(saidBy(c.said))
		var g ground
		g.add(c.source)
		if got := strings.Join(g.missing(&need), "|"); got != c.missing {
			t.Errorf("%q over %q misses %q, want %q", c.said, c.source, got, c.missing)
		}
		if got := strings.Join(missingIn(c.said, c.source), "|"); got != c.missing {
			t.Errorf("%q over %q, looked at again, misses %q, want %q", c.said, c.source, got, c.missing)
		}
	}
}

// A sentence says what the page shows of it: escapes, entities and emphasis of Markdown hide no number, and each kind of quotation marks
// has a name.
func TestSentencesSayWhatThePageShows(t *testing.T) {
	for _, c := range []struct{ said, source, missing string }{
		{`금리는 3\.5\%입니다 [1]`, "금리 3개, 5개", "3.5%"}, {`금리는 3\.5\%입니다 [1]`, "금리 3.5%", ""},
		{"연차는 &#51;0일입니다 [1]", "제51조 0일", "30일"}, {"연차는 15&#51068;입니다 [1]", "15일", ""},
		{"연차는 *15*일입니다 [1]", "15개월", "15일"}, {"연차는 **15**일입니다 [1]", "15개월", "15일"}, {"연차는 *15*일입니다 [1]", "15일", ""},
		{"크기는 300*200*50mm입니다 [1]", "300*200*50mm", ""}, {"*중요* 3개는 *모두* 2번 [1]", "3개 2회", ""},
		{"｢근로기준법｣에 따릅니다 [1]", "「민법」에 따른다", "근로기준법"}, {"｢민법｣에 따릅니다 [1]", "「민법」에 따른다", ""}, {"‹민법›에 따릅니다 [1]", "상법", "민법"},
	} {
		if got := strings.Join(missingIn(c.said, c.source), "|"); got != c.missing {
			t.Errorf("%q over %q misses %q, want %q", c.said, c.source, got, c.missing)
		}
	}
}

func TestWhatRestsOnNothingIsNotChecked(t *testing.T) {
	p := provingOf(holidays(), true)
	for _, said := range []string{"연차휴가는 15일입니다.", "연차휴가는 15일입니다 [7].", "연차휴가는 15일입니다 [0]."} {
		if c := p.of(said); len(c.Cites) > 0 || len(c.Checked) > 0 || !slices.Equal(c.Missing, []string{"15일"}) {
			t.Errorf("%s: %+v", said, c)
		}
	}
	if c := p.of("회사는 달에 지점을 열고 우주선을 판매하기로 하였다 [2]."); !c.Loose {
		t.Errorf("it has nothing to do with the passage: %+v", c)
	}
	if c := p.of("총 휴가는 25일을 넘지 못한다 [2]."); c.Loose {
		t.Errorf("it is what the passage says: %+v", c)
	}
}

func TestADocumentThatIsBeingReadProvesNoPlace(t *testing.T) {
	c := provingOf(holidays(), false).of("총 휴가는 25일을 넘지 못한다 [2].")
	if slices.Contains(c.Checked, chat.CheckSource) || !slices.Contains(c.Checked, chat.CheckNumbers) || len(c.Missing) > 0 || c.Cites[0].Hash == "" {
		t.Errorf("%+v", c)
	}
	other := holidays()
	other.Blocks[2].Text = strings.ReplaceAll(other.Blocks[2].Text, "25일", "26일")
	p := provingOf(holidays(), true)
	p.open = func(string) (*document.Document, error) { return other, nil }
	if c := p.of("총 휴가는 25일을 넘지 못한다 [2]."); slices.Contains(c.Checked, chat.CheckSource) || slices.Contains(c.Checked, chat.CheckNumbers) {
		t.Errorf("the document says otherwise: %+v", c)
	}
}

// FuzzClaims has any sentence proven by a document: nothing is checked that is not there.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{"연차는 15일이다 [2]", "“ [2]", "제15조 [1][2] 999 '", "[[1]] 25일…", "| a | [2]"} {
		f.Add(seed)
	}
	doc := holidays()
	paper := paperOf(doc)
	f.Fuzz(func(t *testing.T, said string) {
		p := provingOf(doc, true)
		c := p.of(storable(said))
		for _, cite := range c.Cites {
			if texts, ok := paper.cited(cite.Spans); !ok || HashCited(texts) != cite.Hash {
				t.Errorf("%q rests on %v", said, cite)
			}
		}
		if len(c.Cites) == 0 && len(c.Checked) > 0 {
			t.Errorf("%q: %+v", said, c)
		}
	})
}
