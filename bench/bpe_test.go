package bench

import (
	"slices"
	"strings"
	"testing"
)

func TestTrainingMergesWhatIsMostFrequent(t *testing.T) {
	tok, err := trainBPE(strings.Repeat("low low lower\n", 3)+"newest newest", 1000)
	if err != nil {
		t.Fatal(err)
	}
	spelled := func(text string) []string {
		var out []string
		for _, id := range tok.Encode(nil, text, false) {
			out = append(out, string(tok.Bytes(id)))
		}
		return out
	}
	for text, want := range map[string][]string{
		"low lower":   {"low", " lower"},
		"slow flow":   {"s", "low", " ", "f", "low"},
		"가":           {"\xea", "\xb0", "\x80"},
		"\x00 \t\r\n": {"\x00", " ", "\t", "\r", "\n"},
	} {
		if got := spelled(text); !slices.Equal(got, want) {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestTrainingEndsAtItsSizeAndGivesTheSameAgain(t *testing.T) {
	text := ownWords(false)
	for _, size := range []int{256, 300, 1000} {
		a, err := trainBPE(text, size)
		if err != nil {
			t.Fatal(err)
		}
		b, err := trainBPE(text, size)
		if err != nil {
			t.Fatal(err)
		}
		if a.Len() != size {
			t.Errorf("%d tokens, want %d", a.Len(), size)
		}
		if !slices.Equal(a.Encode(nil, GenerationsText, false), b.Encode(nil, GenerationsText, false)) {
			t.Errorf("size %d: the same text gave two tokenizers", size)
		}
	}
}

func TestTrainedTokenizersGiveTextsBack(t *testing.T) {
	tok, err := trainWeak()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{GenerationsText, "", " ", "a\u00a0b 힣 \U0001f600\n\n  x", "\xff\xfe"} {
		if got := string(tok.DecodeBytes(tok.Encode(nil, text, false))); got != text {
			t.Errorf("%.40q came back as %.40q", text, got)
		}
	}
}

func TestCutWordsKeepsEveryByte(t *testing.T) {
	for _, text := range []string{"", " ", "  ", " a", "a  b", "it's 12 원, \n\n  끝 ", "\xff x"} {
		var words []string
		for w := range cutWords(text) {
			words = append(words, w)
		}
		if got := strings.Join(words, ""); got != text || slices.Contains(words, "") {
			t.Errorf("%q was cut into %q", text, words)
		}
	}
}

// TestTheWeakTokenizerIsWeakAndNotAbsurd holds the stand-in to what a tokenizer could have been: more tokens for
// Korean than a balanced one, fewer than one for every letter of the syllables.
func TestTheWeakTokenizerIsWeakAndNotAbsurd(t *testing.T) {
	weak, err := trainWeak()
	if err != nil {
		t.Fatal(err)
	}
	balanced, err := trainBalanced()
	if err != nil {
		t.Fatal(err)
	}
	many, few := len(weak.Encode(nil, GenerationsText, false)), len(balanced.Encode(nil, GenerationsText, false))
	if chars := len([]rune(GenerationsText)); many <= few || many >= chars {
		t.Errorf("%d characters are %d weak and %d balanced tokens, want weak between balanced and one for each character", chars, many, few)
	}
	if n := len(syllables()); n != 2350 || syllables()[0] != '가' || syllables()[n-1] != '힝' {
		t.Errorf("%d syllables, want the 2,350 of KS X 1001 from 가 to 힝", n)
	}
}
