package tokenizer

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestPipelinesGiveWhatThePackageTokenizersDoes reads small tokenizer.json files of many kinds.
func TestPipelinesGiveWhatThePackageTokenizersDoes(t *testing.T) {
	data, err := os.ReadFile("testdata/pipelines.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		var l struct {
			Name  string
			File  json.RawMessage
			Cases [][3]json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		t.Run(l.Name, func(t *testing.T) {
			tok, err := parseJSON(l.File)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range l.Cases {
				var text string
				var special bool
				var want []ID
				for i, into := range []any{&text, &special, &want} {
					if err := json.Unmarshal(c[i], into); err != nil {
						t.Fatal(err)
					}
				}
				got, err := tok.TryEncode(nil, text, special)
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("Encode(%q, %t), %v\n got %v %q\nwant %v %q", text, special, err, got, spellings(tok, got), want, spellings(tok, want))
				}
			}
		})
	}
}

func spellings(tok *Tokenizer, ids []ID) (all []string) {
	for _, id := range ids {
		all = append(all, tok.Spelling(id))
	}
	return all
}
