package document

import (
	"strings"

	"golang.org/x/text/encoding/korean"
)

// JOHAB is the combining code of KS X 1001:1992, annex 3 (KS C 5601-1992), of DOS's days: a syllable is two bytes, a bit
// that is set and three numbers of five bits, for the initial, the vowel and the final.
var (
	// johabInitial, johabVowel, johabFinal: the place of a number in Unicode's order of jamo, -1 none such, -2 left empty.
	johabInitial = johabOrder(1, 2, 20)
	johabVowel   = johabOrder(2, 3, 7, 10, 15, 18, 23, 26, 29)
	johabFinal   = johabOrder(-1, 1, 17, 19, 29)
)

const (
	johabNone  = -1
	johabEmpty = -2
)

// johabOrder numbers runs of codes; empty is the code for nothing there.
func johabOrder(empty int, runs ...int) (order [32]int) {
	for i := range order {
		order[i] = johabNone
	}
	next := 0
	for i := 0; i < len(runs); i += 2 {
		for code := runs[i]; code <= runs[i+1]; code++ {
			order[code] = next
			next++
		}
	}
	if empty >= 0 {
		order[empty] = johabEmpty
	}
	return order
}

// Letters that stand alone, in Unicode's order of initials, and of finals without the empty one.
var (
	johabInitials = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
	johabFinals   = []rune("ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
)

// decodeJohab decodes JOHAB.
func decodeJohab(data []byte) string {
	var out strings.Builder
	out.Grow(len(data) * 3 / 2)
	ksx := korean.EUCKR.NewDecoder()
	for i := 0; i < len(data); i++ {
		lead := data[i]
		if lead < 0x80 {
			out.WriteByte(lead)
			continue
		}
		if i+1 >= len(data) || data[i+1] < 0x31 {
			out.WriteRune('\ufffd')
			continue
		}
		trail := data[i+1]
		i++
		if lead < 0xd8 {
			out.WriteRune(johabSyllable(int(lead)<<8 | int(trail)))
			continue
		}
		pair, ok := johabToEUC(lead, trail)
		if !ok {
			out.WriteRune('\ufffd')
			continue
		}
		text, err := ksx.Bytes(pair[:])
		if err != nil {
			out.WriteRune('\ufffd')
			continue
		}
		out.Write(text)
	}
	return out.String()
}

// johabSyllable is a syllable, or a letter that stands alone.
func johabSyllable(code int) rune {
	i, v, f := johabInitial[code>>10&31], johabVowel[code>>5&31], johabFinal[code&31]
	switch {
	case i >= 0 && v >= 0 && f >= 0:
		return rune(0xac00 + (i*21+v)*28 + f)
	case i >= 0 && v == johabEmpty && f == 0:
		return johabInitials[i]
	case i == johabEmpty && v >= 0 && f == 0:
		return 'ㅏ' + rune(v)
	case i == johabEmpty && v == johabEmpty && f > 0:
		return johabFinals[f-1]
	case i == johabEmpty && v == johabEmpty && f == 0:
		return '\u3000' // what is left empty is a space
	}
	return '\ufffd'
}

// johabToEUC turns a symbol or a hanja into EUC-KR: both have KS X 1001's rows of 94, JOHAB two of them after each lead.
func johabToEUC(lead, trail byte) (pair [2]byte, ok bool) {
	at := 0
	switch {
	case trail >= 0x31 && trail <= 0x7e:
		at = int(trail) - 0x31
	case trail >= 0x91 && trail <= 0xfe:
		at = int(trail) - 0x91 + 0x7e - 0x31 + 1
	default:
		return pair, false
	}
	row := 0
	switch {
	case lead >= 0xd9 && lead <= 0xde:
		row = 0x21 + 2*int(lead-0xd9)
	case lead >= 0xe0 && lead <= 0xf9:
		row = 0x4a + 2*int(lead-0xe0)
	default:
		return pair, false
	}
	return [2]byte{byte(row+at/94) | 0x80, byte(0x21+at%94) | 0x80}, true
}
