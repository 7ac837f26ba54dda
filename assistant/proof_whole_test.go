package assistant

import (
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
)

// A number that is cut where a long text is divided into passages is none of the document: neither of its pieces proves anything.
func TestACutNumberProvesNothing(t *testing.T) {
	for _, c := range []struct{ number, said string }{
		{"1,234,567원", "567원"}, {"1234567원", "4567원"}, {"12.75%", "75%"}, {"35천만원", "천만 원"}, {"1,234,567원", "1,234"},
	} {
		for cut := 1; cut < len(c.number)-len("원"); cut++ {
			lead := strings.Repeat("가", 798-cut) + " 나 " // so that the first passage, of 800 characters, ends within the number
			doc := &document.Document{Format: "txt", Blocks: []document.Block{{Kind: document.Paragraph, Text: lead + c.number + "을 지급한다"}}}
			p := provingOf(doc, true)
			for n := range p.passages {
				one := p.of(c.said + "을 지급한다 [" + string(rune('1'+n)) + "]")
				if len(one.Missing) == 0 {
					t.Errorf("%s, cut after %d, proves %q by %q", c.number, cut, c.said, p.passages[n].Text[max(0, len(p.passages[n].Text)-40):])
				}
			}
		}
	}
}

// Whoever says that an answer rests on part of a number is not believed.
func TestVerifyBelievesNoCutNumber(t *testing.T) {
	const text = "지급액은 1,234,567원이다"
	doc := &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: text}}}
	at := strings.Index(text, "567원")
	said := "지급액은 567원입니다 [1]."
	events := []chat.Event{
		chat.Passages{Items: []chat.Passage{{Index: 1, Source: chat.SourceVersion + "v", Text: text}}},
		chat.Claim{End: units(said), Cites: []chat.Cite{{Index: 1, Source: chat.SourceVersion + "v", Spans: []chat.CiteSpan{{Start: at, End: len(text)}}, Hash: HashCited([]string{text[at:]})}}},
	}
	p, err := Verify(t.Context(), ann, held{"v": doc}, said, events)
	if err != nil || p.Holds() || len(p.Claims) != 1 || !slices.Equal(p.Claims[0].Missing, []string{"567원"}) {
		t.Errorf("%+v, %v", p, err)
	}
}
