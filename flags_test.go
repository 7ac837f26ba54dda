package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSizesAreReadAsPeopleWriteThem(t *testing.T) {
	tests := []struct {
		text string
		want size // 0 is an error
	}{
		{"4GiB", 4 << 30}, {"4g", 4 << 30}, {"1.5 GiB", 3 << 29}, {"800MB", 800 << 20}, {"1000000", 1000000}, {"2t", 2 << 40},
		{"", 0}, {"GiB", 0}, {"0", 0}, {"-1", 0}, {"4 parsecs", 0}, {"1.2.3", 0}, {"8388608TiB", 0}, {"NaN", 0}, {"1e3", 0},
		{"99999999999999999999999999999", 0}, {".", 0},
	}
	for _, test := range tests {
		var got size
		err := got.UnmarshalText([]byte(test.text))
		if (err == nil) != (test.want != 0) || got != test.want {
			t.Errorf("%q = %d, %v, want %d", test.text, got, err, test.want)
		}
	}
}

func TestNumbersOfThreadsAndTokensHaveBounds(t *testing.T) {
	for text, good := range map[string]bool{"1": true, "64": true, "0": false, "-1": false, "100000": false, "two": false, "": false, "1.5": false} {
		var n threads
		err := n.UnmarshalText([]byte(text))
		if (err == nil) != good {
			t.Errorf("%q threads = %d, %v", text, n, err)
		}
		if err != nil && !strings.Contains(err.Error(), fmt.Sprintf("found %s, want 1 … ", text)) {
			t.Errorf("%q threads: %v, want what was found and what is wanted", text, err)
		}
	}
	for text, good := range map[string]bool{"1": true, "4096": true, "0": false, "-1": false, "99999999999": false, "": false} {
		var n length
		if err := n.UnmarshalText([]byte(text)); (err == nil) != good {
			t.Errorf("%q tokens = %d, %v", text, n, err)
		}
	}
}

func TestPeriodsAreReadAsPeopleWriteThem(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration // 0 is an error
	}{
		{"30d", 720 * time.Hour}, {"2w", 336 * time.Hour}, {"1y", 8760 * time.Hour}, {"1.5d", 36 * time.Hour},
		{"12h", 12 * time.Hour}, {"1h30m", 90 * time.Minute},
		{"", 0}, {"0d", 0}, {"-3h", 0}, {"d", 0}, {"soon", 0}, {"1000000y", 0}, {"1d12h", 0},
	}
	for _, test := range tests {
		var got span
		err := got.UnmarshalText([]byte(test.text))
		if (err == nil) != (test.want != 0) || time.Duration(got) != test.want {
			t.Errorf("%q = %v, %v, want %v", test.text, time.Duration(got), err, test.want)
		}
	}
}

func TestTokenIDsAreReadAsPeopleWriteThem(t *testing.T) {
	tests := []struct {
		text string
		want tokenIDs // nil is an error
	}{
		{"1,2,3", tokenIDs{1, 2, 3}}, {"0", tokenIDs{0}}, {"1, 2 3", tokenIDs{1, 2, 3}},
		{"", nil}, {",", nil}, {"-1", nil}, {"1,x", nil}, {"2147483648", nil},
	}
	for _, test := range tests {
		var got tokenIDs
		err := got.UnmarshalText([]byte(test.text))
		if (err == nil) != (test.want != nil) || err == nil && !slices.Equal(got, test.want) {
			t.Errorf("%q = %v, %v, want %v", test.text, got, err, test.want)
		}
	}
}
