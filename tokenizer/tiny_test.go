package tokenizer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata")

// tinyAdded are the added tokens of testdata/tiny, in the order of EXAONE's: named tokens, runs of spaces,
// runs of tabs, roles.
var tinyAdded = []string{"[PAD]", "[BOS]", "[EOS]", "[UNK]",
	"        ", "       ", "      ", "     ", "    ", "   ", "  ", "\t\t\t\t", "\t\t\t", "\t\t",
	"<|endoftext|>", "[|system|]", "[|tool|]", "[|assistant|]", "[|user|]", "[|endofturn|]"}

// trainBPE returns merges for words that occur so often, most frequent pair first, until there are limit or
// no pair is left. It is the textbook algorithm and slow, which a few kilobytes allow.
func trainBPE(words map[string]int, limit int) (merges [][2]string) {
	type split struct {
		parts []string
		count int
	}
	var splits []split
	for word, count := range words {
		s := split{count: count}
		for _, r := range string(appendSpelling(nil, word)) {
			s.parts = append(s.parts, string(r))
		}
		splits = append(splits, s)
	}
	for len(merges) < limit {
		counts := map[[2]string]int{}
		for _, s := range splits {
			for i := 1; i < len(s.parts); i++ {
				counts[[2]string{s.parts[i-1], s.parts[i]}] += s.count
			}
		}
		var best [2]string
		for pair, n := range counts {
			// Of equals the first in the alphabet, so that the result is always the same.
			if d := cmp.Compare(n, counts[best]); d > 0 || d == 0 && slices.Compare(pair[:], best[:]) < 0 {
				best = pair
			}
		}
		if counts[best] == 0 {
			break
		}
		merges = append(merges, best)
		for n, s := range splits {
			for i := 1; i < len(s.parts); i++ {
				if s.parts[i-1] == best[0] && s.parts[i] == best[1] {
					s.parts[i-1] += s.parts[i]
					s.parts = slices.Delete(s.parts, i, i+1)
				}
			}
			splits[n] = s
		}
	}
	return merges
}

// trainTiny returns the tokenizer.json of testdata/tiny: the pipeline of EXAONE 3 with 1,024 tokens.
func trainTiny(t *testing.T) []byte {
	text, err := os.ReadFile("testdata/tiny.txt")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]int{}
	scan := exaoneScanner()
	for s := string(text); s != ""; {
		n := scan.word(s)
		words[s[:n]]++
		s = s[n:]
	}
	vocab := slices.Clone(tinyAdded)
	runes := byteRunes()
	sorted := slices.Sorted(slices.Values(runes[:]))
	for _, r := range sorted {
		vocab = append(vocab, string(r))
	}
	merges := trainBPE(words, 1024-len(vocab))
	for _, m := range merges {
		vocab = append(vocab, m[0]+m[1])
	}
	return tinyJSON(t, vocab, merges)
}

func tinyJSON(t *testing.T, vocab []string, merges [][2]string) []byte {
	var added []map[string]any
	for id, text := range tinyAdded {
		blank := text[0] == ' ' || text[0] == '\t'
		added = append(added, map[string]any{"id": id, "content": text, "special": !blank,
			"single_word": false, "lstrip": false, "rstrip": false, "normalized": false})
	}
	ids := bytes.NewBufferString("{")
	for id, token := range vocab {
		if id > 0 {
			ids.WriteByte(',')
		}
		key, _ := json.Marshal(token)
		value, _ := json.Marshal(id)
		ids.Write(append(append(key, ':'), value...))
	}
	ids.WriteByte('}')
	file, err := json.MarshalIndent(map[string]any{
		"version":      "1.0",
		"added_tokens": added,
		"normalizer":   nil,
		"pre_tokenizer": map[string]any{"type": "Sequence", "pretokenizers": []any{
			map[string]any{"type": "Digits", "individual_digits": true},
			map[string]any{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}}},
		"post_processor": nil,
		"decoder":        map[string]any{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
		"model":          map[string]any{"type": "BPE", "vocab": json.RawMessage(ids.Bytes()), "merges": merges},
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(file, '\n')
}

func TestTinyIsWhatTrainingGives(t *testing.T) {
	const path = "testdata/tiny/tokenizer.json"
	want := trainTiny(t)
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what testdata/tiny.txt gives; rewrite it with -update", path)
	}
}

func TestTiny(t *testing.T) {
	tok := load(t, "testdata/tiny")
	if tok.Len() != 1024 {
		t.Errorf("Len: got %d, want 1024", tok.Len())
	}
	for id, token := range map[ID]string{15: "[|system|]", 17: "[|assistant|]", 18: "[|user|]", 19: "[|endofturn|]"} {
		if got, ok := tok.ID(token); !ok || got != id || !tok.IsSpecial(id) {
			t.Errorf("ID(%q): got %d, %t, special %t", token, got, ok, tok.IsSpecial(id))
		}
	}
	if tok.BOS() != 1 || tok.EOS() != 19 || tok.PAD() != 0 || tok.UNK() != 3 || tok.AddBOS() {
		t.Errorf("got BOS %d, EOS %d, PAD %d, UNK %d, AddBOS %t", tok.BOS(), tok.EOS(), tok.PAD(), tok.UNK(), tok.AddBOS())
	}
	text, err := os.ReadFile("testdata/tiny.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := tok.Decode(tok.Encode(nil, string(text), false)); got != string(text) {
		t.Error("the training text does not come back")
	}
}
