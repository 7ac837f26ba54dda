package store

import (
	"slices"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestComposedIsNFC(t *testing.T) {
	for r := range rune(0x11000) {
		if !utf8.ValidRune(r) {
			continue
		}
		// Alone, behind something that it could become one with, and before something.
		for _, text := range []string{string(r), "e" + string(r), "가" + string(r), "각" + string(r), string(r) + "\u0301", string(r) + "\u1161", string(r) + "\u11a8", "か" + string(r)} {
			if got, want := composed(text), norm.NFC.String(text); got != want {
				t.Fatalf("%+q composed is %+q, want %+q", text, got, want)
			}
		}
	}
}

func TestGramsOfATextAreWords(t *testing.T) {
	got := grams(fold("회의 록A\n회의"))
	want := []string{"x0d68c0c758", "x0c7580b85d", "x0b85d00061", "x000610d68c", "x0c758"}
	if !slices.Equal(got, want) {
		t.Errorf("grams %v, want %v", got, want)
	}
	if n := len(grams(fold(manyPairs(400)))); n != maxGrams {
		t.Errorf("%d grams of a text of 160,000 pairs, want %d", n, maxGrams)
	}
}

// manyPairs is a text with n·n pairs that are not alike.
func manyPairs(n int) string {
	var runes []rune
	for i := range n {
		for j := range n {
			runes = append(runes, rune(0xac00+i), rune(0xb000+j))
		}
	}
	return string(runes)
}
