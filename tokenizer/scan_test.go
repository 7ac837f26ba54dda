package tokenizer

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// wordsOf returns the number of characters of each word that a scanner finds.
func wordsOf(w wordScanner, text string) (counts []int) {
	for text != "" {
		n := w.word(text)
		counts = append(counts, utf8.RuneCountInString(text[:n]))
		text = text[n:]
	}
	return counts
}

func TestScannersCutAsThePackageTokenizersDoes(t *testing.T) {
	path := "testdata/words.jsonl"
	if p := os.Getenv("EXAONE_WORDS"); p != "" {
		path = p // a longer file by testdata/words.py
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	scanners := map[string]*scanner{"gpt2": gpt2Scanner(), "exaone": exaoneScanner(), "llama3": llama3Scanner(), "qwen2": qwen2Scanner()}
	lines := 0
	for scan := bufio.NewScanner(f); scan.Scan(); lines++ {
		var line map[string]json.RawMessage
		var text string
		if err := json.Unmarshal(scan.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(line["text"], &text); err != nil {
			t.Fatal(err)
		}
		for name, s := range scanners {
			var want []int
			if err := json.Unmarshal(line[name], &want); err != nil {
				t.Fatal(err)
			}
			if got := wordsOf(s, text); !slices.Equal(got, want) {
				t.Errorf("%s: %q\n got %v\nwant %v", name, text, got, want)
			}
		}
	}
	t.Logf("%d texts, %d scanners", lines, len(scanners))
}

// TestExpressionsCutAsScannersDo runs the scanners' expressions through the engine for unknown ones.
func TestExpressionsCutAsScannersDo(t *testing.T) {
	data, err := os.ReadFile("testdata/words.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for pattern, newScanner := range known {
		re, err := compileRegex(pattern)
		if err != nil {
			t.Fatal(err)
		}
		split := splitRegex(re, isolated, false)
		for line := range strings.Lines(string(data)) {
			var l struct{ Text string }
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			got, err := split(nil, l.Text, true)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := splitWords(newScanner())(nil, l.Text, true)
			if strings.Contains(l.Text, "ſ") && strings.Contains(pattern, "(?i") {
				continue // this engine does not count the long s as an s
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q on %q\n got %q\nwant %q", pattern, l.Text, got, want)
			}
		}
	}
}
