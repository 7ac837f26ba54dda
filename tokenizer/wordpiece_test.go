package tokenizer

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// tinyWords is a WordPiece vocabulary as GGUF has it.
func tinyWords(upper bool) Vocab {
	v := NewVocab("bert", "default")
	v.Tokens = []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁un", "aff", "able", "▁한", "국", "▁!", "▁東", "▁cafe", "▁a"}
	v.Types = []int32{3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	v.PAD, v.UNK, v.BOS, v.SEP, v.EOS = 0, 1, 2, 3, -1
	if upper {
		v.Tokens, v.Types = append(v.Tokens, "▁A"), append(v.Types, 1)
	}
	return v
}

func TestWordPiece(t *testing.T) {
	tok, err := FromVocab(tinyWords(false))
	if err != nil {
		t.Fatal(err)
	}
	check := func(text string, want ...ID) {
		t.Helper()
		if got := tok.Encode(nil, text, false); !slices.Equal(got, want) {
			t.Errorf("Encode(%q) = %v, want %v", text, got, want)
		}
	}
	check("")
	check(" \t\n")
	check("unaffable", 4, 5, 6)
	check("UNAFFABLE!", 4, 5, 6, 9)
	check("unaffablex", 1)
	check("un aff", 4, 1)
	check("한국", 7, 8)
	check("東東", 10, 10)
	check("a東a", 12, 10, 12)
	check("a\u200ba\x00", 1)
	check("a\u200b", 12)
	check("a\xff", 12)
	check("[SEP]", 1, 1, 1)
	check(strings.Repeat("a", 101), 1)
	if got := tok.Decode([]ID{4, 5, 6, 7, 8, 9}); got != "unaffable 한국 !" {
		t.Errorf("decoded %q", got)
	}
	want := []Slot{{ID: 2}, {Text: 1}, {ID: 3}, {Text: 2, Type: 1}, {ID: 3, Type: 1}}
	if !slices.Equal(tok.Pair(), want) || !slices.Equal(tok.Single(), want[:3]) {
		t.Errorf("frames %v and %v", tok.Single(), tok.Pair())
	}
}

// TestWordPieceHabits finds out from a vocabulary whether it has lower case only, and accents. Hangul syllables, which
// come apart with the accents, keep those on.
func TestWordPieceHabits(t *testing.T) {
	for _, upper := range []bool{false, true} {
		v := tinyWords(upper)
		v.Tokens, v.Types = slices.Delete(v.Tokens, 7, 9), slices.Delete(v.Types, 7, 9)
		tok, err := FromVocab(v)
		if err != nil {
			t.Fatal(err)
		}
		cafe := ID(9)
		for text, want := range map[string][]ID{"café": {cafe}, "CAFE": {cafe}} {
			if upper {
				want = []ID{1}
			}
			if got := tok.Encode(nil, text, false); !slices.Equal(got, want) {
				t.Errorf("upper %v: Encode(%q) = %v, want %v", upper, text, got, want)
			}
		}
	}
}

// FuzzWordPiece holds words to the rule: the longest token that fits, again and again, or unknown.
func FuzzWordPiece(f *testing.F) {
	tok, err := FromVocab(tinyWords(false))
	if err != nil {
		f.Fatal(err)
	}
	p := tok.model.(*wordPiece)
	for _, text := range []string{"", "unaffable", "한국한국", "aff", "İ", "\xff\xfe", "a\u0301b", strings.Repeat("un", 60)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		exercise(t, tok, text)
		words, _ := bertWords(nil, replaceInvalid(text, place{}), true)
		for _, word := range words {
			if strings.ContainsAny(word, " \t\n") || word == "" || !utf8.ValidString(word) {
				t.Fatalf("bertWords(%q) has %q", text, word)
			}
			got := p.encode(nil, nil, word)
			if slices.Equal(got, []ID{p.unknown}) {
				continue
			}
			var back strings.Builder
			for i, id := range got {
				piece := string(tok.vocab.spelling.at(id))
				if i == 0 {
					piece = strings.TrimPrefix(piece, blank)
				}
				back.WriteString(piece)
			}
			if back.String() != word {
				t.Errorf("%q becomes %v, which is %q", word, got, back.String())
			}
		}
	})
}
