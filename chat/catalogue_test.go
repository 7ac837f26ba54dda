package chat

import (
	"regexp"
	"slices"
	"testing"
	"unicode"
)

// verb is a fmt verb with its optional explicit index.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[+#]?\.?\d*([a-zA-Z])`)

// verbs returns the verbs of a format in the order of the parameters they take.
func verbs(t *testing.T, format string) []string {
	found := verb.FindAllStringSubmatch(regexp.MustCompile(`%%`).ReplaceAllString(format, ""), -1)
	out := make([]string, len(found))
	for i, m := range found {
		at := i
		if m[1] != "" {
			at = int(m[1][0] - '1')
		}
		if at >= len(out) {
			t.Fatalf("%q: index %d of %d verbs", format, at+1, len(found))
		}
		out[at] = m[2]
	}
	// %s and %q take the same parameter, %v any.
	for i, v := range out {
		if v == "q" || v == "v" {
			out[i] = "s"
		}
	}
	return out
}

func TestCatalogueSaysTheSameInBothLanguages(t *testing.T) {
	seen := map[Code]bool{}
	for _, code := range Codes() {
		if seen[code] {
			t.Errorf("%s is there twice", code)
		}
		seen[code] = true
		entry, _ := lookup(code)
		if entry.ko == "" || entry.en == "" {
			t.Errorf("%s: a language is missing", code)
		}
		if ko, en := verbs(t, entry.ko), verbs(t, entry.en); !slices.Equal(ko, en) {
			t.Errorf("%s: Korean takes %v, English %v", code, ko, en)
		}
		for _, r := range entry.en {
			if unicode.Is(unicode.Hangul, r) {
				t.Errorf("%s: Korean in the English text %q", code, entry.en)
				break
			}
		}
	}
}

func TestPickLanguage(t *testing.T) {
	for in, want := range map[string]Language{
		"": Korean, "ko_KR.UTF-8": Korean, "en_US.UTF-8": English, "C.UTF-8": English, "POSIX": English,
		"en-US,en;q=0.9,ko;q=0.8": English, "ko,en": Korean, "fr, en": English, "fr": Korean,
	} {
		if got := PickLanguage(in); got != want {
			t.Errorf("PickLanguage(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestUnknownCodeIsShownAsItIs(t *testing.T) {
	if got, want := Text(English, "no_such", 1, 2), "no_such 1 2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
