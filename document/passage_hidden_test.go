package document

import (
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
		if len(all) < 2 || all[0].Text != "1. 보임\n3. 끝" && all[0].Text != "1. 보임\n 3. 끝" || all[0].Hidden || len(all[0].Spans) < 2 {
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
