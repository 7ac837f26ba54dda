package bench

import (
	_ "embed" // the text
	"hash/crc32"
	"slices"
	"strings"

	"golang.org/x/text/encoding/korean"

	"exaone/chat"
	"exaone/tokenizer"
)

// GenerationsText is the Korean text that generations are compared on, where nobody names another: written for this
// purpose, on working rules, a patent, code, chemistry, a business report, and a lesson.
//
//go:embed generations_ko.md
var GenerationsText string

// mostWords bounds a trained vocabulary. Texts as small as ours run out of pairs long before.
const mostWords = 32000

// trainWeak trains the tokenizer in place of the predecessor's: English first, and Korean as somebody has it who had
// little. Its text is every English sentence of this program's own catalogue, about half of the Korean ones, and every
// syllable of KS X 1001, so that no common syllable falls apart into bytes, as in vocabularies that are trained on
// more than we have here.
func trainWeak() (*tokenizer.Tokenizer, error) { return trainBPE(ownWords(false), mostWords) }

// trainBalanced trains a tokenizer in place of EXAONE's, where that is not at hand: on all of the catalogue, in both
// languages.
func trainBalanced() (*tokenizer.Tokenizer, error) { return trainBPE(ownWords(true), mostWords) }

// ownWords returns the catalogue in English and all or half of its Korean texts, and the syllables. Which half depends
// on each text's own code, so that a text more changes little.
func ownWords(all bool) string {
	var b strings.Builder
	codes := chat.Codes()
	slices.Sort(codes)
	for _, code := range codes {
		b.WriteString(chat.Text(chat.English, code) + "\n")
		if all || crc32.ChecksumIEEE([]byte(code))%2 == 0 {
			b.WriteString(chat.Text(chat.Korean, code) + "\n")
		}
	}
	for _, s := range syllables() {
		b.WriteString(string(s) + "\n" + string(s) + "\n") // twice, as a merge wants
	}
	return b.String()
}

// syllables returns the 2,350 Hangul syllables of KS X 1001: rows 16 to 40 of 94, which EUC-KR writes as 0xB0A1 on.
func syllables() []rune {
	var pairs []byte
	for row := byte(0xb0); row <= 0xc8; row++ {
		for column := byte(0xa1); column <= 0xfe; column++ {
			pairs = append(pairs, row, column)
		}
	}
	text, err := korean.EUCKR.NewDecoder().Bytes(pairs)
	if err != nil {
		panic(err) // a table of the standard
	}
	return []rune(string(text))
}
