package tokenizer

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// makeCharsmap writes a table as SentencePiece does, in the simplest way: the children of each node have a block of units
// of their own. block is a power of two above all bytes of the strings.
func makeCharsmap(pairs map[string]string, block int) []byte {
	type node struct {
		children map[byte]*node
		text     *string
	}
	root := &node{children: map[byte]*node{}}
	for from, to := range pairs {
		n := root
		for i := range len(from) {
			if n.children[from[i]] == nil {
				n.children[from[i]] = &node{children: map[byte]*node{}}
			}
			n = n.children[from[i]]
		}
		n.text = &to
	}
	units, texts := make([]uint32, block), ""
	var lay func(n *node, at uint32)
	lay = func(n *node, at uint32) {
		base := uint32(len(units))
		units = append(units, make([]uint32, block)...)
		units[at] |= (at ^ base) << 10
		if n.text != nil {
			units[at] |= 1 << 8
			units[base] = 1<<31 | uint32(len(texts))
			texts += *n.text + "\x00"
		}
		for b, child := range n.children {
			units[base^uint32(b)] |= uint32(b)
			lay(child, base^uint32(b))
		}
	}
	lay(root, 0)
	out := binary.LittleEndian.AppendUint32(nil, uint32(4*len(units)))
	for _, u := range units {
		out = binary.LittleEndian.AppendUint32(out, u)
	}
	return append(out, texts...)
}

var someCharsmap = map[string]string{"\t": " ", "\x01": "", "①": "1", "ﬁ": "fi", "e\u0301": "é", "ﷺ": "صلى", "\u1100": "G", "\u1100\u1161": "가"}

func TestCharsmap(t *testing.T) {
	c, err := parseCharsmap(makeCharsmap(someCharsmap, 256))
	if err != nil {
		t.Fatal(err)
	}
	check := func(in, clusters, longest string) {
		t.Helper()
		if got := c.clusters(in, place{}); got != clusters {
			t.Errorf("clusters(%q) = %q, want %q", in, got, clusters)
		}
		if got := c.longest(in, place{}); got != longest {
			t.Errorf("longest(%q) = %q, want %q", in, got, longest)
		}
	}
	check("", "", "")
	check("plain text", "plain text", "plain text")
	check("a\tb\x01c", "a bc", "a bc")
	check("① ﬁx", "1 fix", "1 fix")
	check("cafe\u0301", "café", "café")
	// A cluster of five bytes is replaced by what it begins with; one of six is looked at character by character.
	check("①\u0301", "1", "1\u0301")
	check("①\u0301\u0301", "1\u0301\u0301", "1\u0301\u0301")
	check("e\u0301\u0301", "é", "é\u0301")
	check("\u1100\u1161", "G\u1161", "가") // two jamo are a cluster of six bytes
	for _, bad := range [][]byte{nil, {1}, {8, 0, 0, 0}, {3, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0}, slices.Repeat([]byte{0xff}, 40)} {
		if _, err := parseCharsmap(bad); err == nil {
			t.Errorf("parseCharsmap(%x): no error", bad)
		}
	}
}

// FuzzCharsmap reads tables of strangers: what they say never leads beyond them, nor takes longer than the text is.
func FuzzCharsmap(f *testing.F) {
	f.Add(makeCharsmap(map[string]string{"\x01\x02": "c", "\x01": ""}, 4), "\x01\x02a\x01")
	f.Add([]byte{4, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f}, "\x00a")
	f.Fuzz(func(t *testing.T, table []byte, text string) {
		c, err := parseCharsmap(table)
		if err != nil || !utf8.ValidString(text) {
			return
		}
		for _, got := range []string{c.clusters(text, place{}), c.longest(text, place{})} {
			if len(got) > (len(text)+1)*maxInstead {
				t.Errorf("%d bytes of %d", len(got), len(text))
			}
		}
	})
}

// tinyUnigram is a vocabulary in which many texts can be cut in several ways.
func tinyUnigram(t testing.TB, extra string) *Tokenizer {
	t.Helper()
	vocab := [][]any{{"<s>", 0}, {"</s>", 0}, {"<unk>", 0}, {"▁", -2.5}, {"a", -3}, {"b", -3.5}, {"ab", -5}, {"▁ab", -6.5}, {"ba", -6.5},
		{"aba", -8.5}, {"▁a", -5.25}, {"한", -4}, {"글", -4}, {"한글", -7}}
	text, err := json.Marshal(vocab)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := parseJSON(fmt.Appendf(nil, `{"added_tokens":[{"id":0,"content":"<s>","special":true},{"id":1,"content":"</s>","special":true},
		{"id":2,"content":"<unk>","special":true}],%s"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
		"decoder":{"type":"Metaspace","replacement":"▁"},
		"post_processor":{"type":"RobertaProcessing","sep":["</s>",1],"cls":["<s>",0]},
		"model":{"type":"Unigram","unk_id":2,"vocab":%s}}`, extra, text))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// bestSum tries every way to cut a word, and returns the largest sum.
func bestSum(tok *Tokenizer, word string) float64 {
	m := tok.model.(*unigram)
	memo := map[int]float64{len(word): 0}
	var from func(at int) float64
	from = func(at int) float64 {
		if s, ok := memo[at]; ok {
			return s
		}
		_, n := utf8.DecodeRuneInString(word[at:])
		best := math.Inf(-1)
		if tok.vocab.find(word[at:at+n]) < 3 {
			best = m.penalty + from(at+n)
		}
		for end := at + n; end <= len(word); end++ {
			if id := tok.vocab.find(word[at:end]); id >= 3 {
				best = max(best, m.scores[id]+from(end))
			}
		}
		memo[at] = best
		return best
	}
	return from(0)
}

// FuzzUnigram holds the sums that are found to those of trying everything.
func FuzzUnigram(f *testing.F) {
	tok := tinyUnigram(f, "")
	for _, text := range []string{"", "a", "abab ab", "한글 한 글", "xx yz한", "<s>ab</s>", "ab\xffab", strings.Repeat("ab", 300)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ids := tok.Encode(nil, text, false)
		m := tok.model.(*unigram)
		for _, id := range ids {
			if tok.IsSpecial(id) && id != tok.UNK() {
				t.Fatalf("Encode(%q): special token %d from plain text", text, id)
			}
		}
		if strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune("ab 한글", r) }) {
			return // runs of unknown characters are one token: their sum cannot be told from the ids
		}
		got, want := 0.0, 0.0
		for _, id := range ids {
			got += m.scores[id]
		}
		pieces, _ := metaspace(blank, "always", true)(nil, text, true)
		for _, piece := range pieces {
			want += bestSum(tok, piece)
		}
		if text != "" && math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
			t.Errorf("Encode(%q): %v has sum %g, want %g", text, ids, got, want)
		}
	})
}

func TestUnigram(t *testing.T) {
	tok := tinyUnigram(t, "")
	check := func(text string, want ...ID) {
		t.Helper()
		if got := tok.Encode(nil, text, false); !slices.Equal(got, want) {
			t.Errorf("Encode(%q) = %v, want %v", text, got, want)
		}
	}
	check("")
	check("ab", 7)
	check("a", 10)
	check("한글", 3, 13)
	check("axy b", 10, 2, 3, 5)                        // what is unknown is one token
	check("<s>", 3, 2)                                 // no special token comes of what a person typed
	check("aba", 7, 4)                                 // ▁ab a −9.5, ▁a ba −11.75, ▁ aba −11
	check(strings.Repeat("x", 200_000), 3, 2, 2, 2, 2) // in stretches of 64 KiB
	if got := tok.Encode(nil, "<s>ab</s>", true); !slices.Equal(got, []ID{0, 7, 1}) {
		t.Errorf("special: %v", got)
	}
	if got := tok.Decode([]ID{7, 4, 3, 13}); got != "aba 한글" {
		t.Errorf("decoded %q", got)
	}
	want := []Slot{{ID: 0}, {Text: 1}, {ID: 1}, {ID: 1}, {Text: 2}, {ID: 1}}
	if !slices.Equal(tok.Pair(), want) || !slices.Equal(tok.Single(), want[:3]) {
		t.Errorf("frames %v and %v", tok.Single(), tok.Pair())
	}
}

// TestUnigramPipelines runs the steps that published tokenizers have before Unigram.
func TestUnigramPipelines(t *testing.T) {
	table := base64.StdEncoding.EncodeToString(makeCharsmap(someCharsmap, 256))
	tok := tinyUnigram(t, `"normalizer":{"type":"Sequence","normalizers":[{"type":"Precompiled","precompiled_charsmap":"`+table+
		`"},{"type":"Strip","strip_left":false,"strip_right":true},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"▁"}]},`)
	for text, want := range map[string][]ID{"ab\t\tab": {7, 7}, "ab  ": {7}, "\x01ab": {7}} {
		if got := tok.Encode(nil, text, false); !slices.Equal(got, want) {
			t.Errorf("Encode(%q) = %v, want %v", text, got, want)
		}
	}
	for _, bad := range []string{
		`{"model":{"type":"Unigram","vocab":[["a",0]]}}`,
		`{"model":{"type":"Unigram","unk_id":7,"vocab":[["a",0]]}}`,
		`{"model":{"type":"Unigram","unk_id":0,"vocab":{"a":0}}}`,
		`{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",1e300]]}}`,
		`{"model":{"type":"Unigram","unk_id":0,"vocab":[["a"]]}}`,
		`{"model":{"type":"BPE","vocab":[["a",0]]}}`,
		`{"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}}`,
		`{"normalizer":{"type":"Replace","pattern":{"Regex":"x+"},"content":""},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}}`,
		`{"post_processor":{"type":"BertProcessing","sep":["x",0],"cls":["a",0]},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}}`,
	} {
		if _, err := parseJSON([]byte(bad)); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}
