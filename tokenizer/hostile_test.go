package tokenizer

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestBadFilesAreRefusedByName(t *testing.T) {
	const bpe = `"model":{"type":"BPE","unk_token":"a","vocab":{"a":0},"merges":[]}`
	for _, c := range []struct{ json, want string }{
		{`{"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}`, "neither byte tokens nor an unknown token"},
		{`{"model":{"type":"BPE","unk_token":"u","vocab":{"a":0},"merges":[]}}`, `unk_token "u" is not in the vocabulary`},
		{`{"model":{"type":"BPE","vocab":{},"merges":[]}}`, "found no tokens"},
		{`{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}`, `id of "a": found "-1"`},
		{`{"model":{"type":"BPE","vocab":{"a":1e3},"merges":[]}}`, `found "1e3"`},
		{`{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}`, "want 0 to 1048575"},
		{`{"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}}`, "one token for an id"},
		{`{"model":{"type":"BPE","vocab":"a","merges":[]}}`, "want an object"},
		{`{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}`, "not in the vocabulary"},
		{`{"model":{"type":"BPE","vocab":{"a":0},"merges":["ab"]}}`, "two tokens with a space between"},
		{`{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}}`, "want two strings"},
		{`{"model":{"type":"BPE","vocab":{"a":0},"merges":[3]}}`, "want a string or two"},
		{`{"model":{"type":"WordLevel","vocab":{"a":0},"merges":[]}}`, `found type "WordLevel", want BPE`},
		{`{"model":{"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]}}`, "dropout"},
		{`{"model":{"type":"BPE","continuing_subword_prefix":"##","vocab":{"a":0},"merges":[]}}`, "continuing_subword_prefix"},
		{`{"model":{"type":"BPE","end_of_word_suffix":"</w>","vocab":{"a":0},"merges":[]}}`, "end_of_word_suffix"},
		{`{"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}`, "has no token and there is no unknown token"},
		{`{"pre_tokenizer":{"type":"UnicodeScripts"},` + bpe + `}`, `pre_tokenizer: found type "UnicodeScripts"`},
		{`{"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]},` + bpe + `}`, "after ByteLevel"},
		{`{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"},` + bpe + `}`, "expression"},
		{`{"pre_tokenizer":{"type":"Split","behavior":"Isolated"},` + bpe + `}`, "want a String or a Regex"},
		{`{"pre_tokenizer":{"type":"Split","pattern":{"String":"a"},"behavior":"Sideways"},` + bpe + `}`, "behavior"},
		{`{"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"last"},` + bpe + `}`, "prepend_scheme"},
		{`{"normalizer":{"type":"Lowercase"},` + bpe + `}`, `normalizer: found type "Lowercase"`},
		{`{"normalizer":{"type":"Replace","pattern":{"Regex":"a"},"content":""},` + bpe + `}`, "want a string to replace"},
		{`{"normalizer":` + strings.Repeat(`{"type":"Sequence","normalizers":[`, 50) + strings.Repeat(`]}`, 50) + `,` + bpe + `}`, "deep"},
		{`{"decoder":{"type":"CTC"},` + bpe + `}`, `decoder: found type "CTC"`},
		{`{"decoder":{"type":"Strip","content":" ","start":2,"stop":0},` + bpe + `}`, "decoder: Strip"},
		{`{"post_processor":{"type":"Odd"},` + bpe + `}`, `post_processor: found type "Odd"`},
		{`{"added_tokens":[{"id":3,"content":""}],` + bpe + `}`, "added token"},
		{`{"added_tokens":[{"id":0,"content":"b"}],` + bpe + `}`, `id 0 is "a"`},
		{`{"added_tokens":[{"id":3,"content":"a"}],` + bpe + `}`, "want 0 as in the vocabulary"},
		{`{"added_tokens":[{"id":-3,"content":"a"}],` + bpe + `}`, "found id -3"},
		{`{"added_tokens":[{"id":3,"content":"` + strings.Repeat("x", 2000) + `"}],` + bpe + `}`, "2000 bytes"},
		{`[`, "unexpected end"},
	} {
		_, err := parseJSON([]byte(c.json))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.120s\n got error %v\nwant one with %q", c.json, err, c.want)
		}
	}
}

func TestBadVocabulariesAreRefusedByName(t *testing.T) {
	good := sentencePieceSample(false)
	for _, c := range []struct {
		spoil func(v *Vocab)
		want  string
	}{
		{func(v *Vocab) { v.Model = "rwkv" }, `model: found "rwkv"`},
		{func(v *Vocab) { v.Model, v.Pre = "gpt2", "odd" }, `pre: found "odd"`},
		{func(v *Vocab) { v.Tokens = nil; v.BOS, v.EOS, v.UNK = -1, -1, -1 }, "token_type"},
		{func(v *Vocab) { v.BOS = 9999 }, "bos_token_id: found 9999"},
		{func(v *Vocab) { v.PAD = -2 }, "padding_token_id: found -2"},
		{func(v *Vocab) { v.Types = v.Types[1:] }, "token_type: found"},
		{func(v *Vocab) { v.Types[5] = 77 }, "token_type of token 5: found 77"},
		{func(v *Vocab) { v.Tokens[5] = "<0x0g>" }, `byte token "<0x0g>"`},
		{func(v *Vocab) { v.Tokens[5] = "<0x0a>" }, `byte token "<0x0a>"`},
		{func(v *Vocab) { v.Scores = nil }, "scores: found 0"},
		{func(v *Vocab) { nan := v.Scores[0]; v.Scores[260] = (nan - nan) / (nan - nan) }, "NaN"},
		{func(v *Vocab) { v.Types[10] = typeUnused; v.UNK = -1; v.Tokens[10] = "zz" }, "neither 256 byte tokens nor"},
		{func(v *Vocab) { v.Model, v.Pre, v.Merges = "gpt2", "exaone", []string{"a"} }, "two tokens with a space between"},
	} {
		v := good
		v.Tokens, v.Types, v.Scores = slices.Clone(good.Tokens), slices.Clone(good.Types), slices.Clone(good.Scores)
		c.spoil(&v)
		_, err := FromVocab(v)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got error %v, want one with %q", err, c.want)
		}
	}
}

// TestOneWordOfAMegabyte takes hours if merging is quadratic.
func TestOneWordOfAMegabyte(t *testing.T) {
	sp, err := FromVocab(sentencePieceSample(true))
	if err != nil {
		t.Fatal(err)
	}
	for name, tok := range map[string]*Tokenizer{"byte-level": load(t, "testdata/tiny"), "SentencePiece": sp} {
		for _, part := range []string{"a", "lol", "안녕하세요", "\u0301", " ", "\xff", "▁"} {
			text := strings.Repeat(part, 1<<20/len(part))
			start := time.Now()
			ids := tok.Encode(nil, text, true)
			if got, want := string(tok.DecodeBytes(ids)), normalised(tok, text); got != want {
				t.Errorf("%s: a megabyte of %q does not come back", name, part)
			}
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("%s: a megabyte of %q took %v", name, part, d)
			}
		}
	}
}

func TestSlowExpressionIsAnError(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the time limit")
	}
	tok, err := parseJSON([]byte(`{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(x+x+)+y"},"behavior":"Isolated"},
		"model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"x":1},"merges":[]}}`))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("x", 5000)
	ids, err := tok.TryEncode(nil, text, false)
	if err == nil {
		t.Error("TryEncode: got no error, want ErrSlow")
	}
	if got := tok.Decode(ids); got != text {
		t.Errorf("the text does not come back: %.40q", got)
	}
}

// TestExpressionSeesALongTextThroughWindows compares with the scanner, which sees it whole.
func TestExpressionSeesALongTextThroughWindows(t *testing.T) {
	re, err := compileRegex(gpt2Pattern)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("It's 안녕하세요 12345   \n\n and so on… ", 9000)
	got, err := splitRegex(re, isolated, false)(nil, text, true)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := splitWords(gpt2Scanner())(nil, text, true)
	if !slices.Equal(got, want) {
		t.Errorf("got %d words, want %d", len(got), len(want))
	}
	long := strings.Repeat("a", 3*regexWindow)
	if got, err := splitRegex(re, isolated, false)(nil, long, true); err != nil || strings.Join(got, "") != long {
		t.Errorf("a long word: got %d words, %v", len(got), err)
	}
}

// TestManyGoroutinesGetTheSameIDs is for the race detector, too.
func TestManyGoroutinesGetTheSameIDs(t *testing.T) {
	tok := load(t, "testdata/tiny")
	text, err := os.ReadFile("testdata/tiny.txt")
	if err != nil {
		t.Fatal(err)
	}
	bare := load(t, "testdata/tiny")
	bare.cache = nil
	lines := strings.Split(string(text), "\n")
	want := make([][]ID, len(lines))
	for i, line := range lines {
		want[i] = bare.Encode(nil, line, false)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				for i, line := range lines {
					if got := tok.Encode(nil, line, false); !slices.Equal(got, want[i]) {
						t.Errorf("Encode(%q): got %v, want %v", line, got, want[i])
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

// TestLargeFilesStayWithinMemory reads files that are large in each of the ways a file can be.
func TestLargeFilesStayWithinMemory(t *testing.T) {
	list := func(n int, each func(i int) string) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(each(i))
		}
		return b.String()
	}
	vocab := list(200_000, func(i int) string { return fmt.Sprintf(`"t%d":%d`, i, i+2) })
	for name, file := range map[string]string{
		"vocabulary": `{"model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"x":1,` + vocab + `},"merges":[]}}`,
		"merges":     `{"model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"x":1,"xx":2},"merges":[` + list(200_000, func(int) string { return `"x x"` }) + `]}}`,
		"added": `{"added_tokens":[` + list(maxAddedTokens, func(i int) string { return fmt.Sprintf(`{"id":%d,"content":"<%d>","special":true}`, i+2, i) }) +
			`],"model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"x":1},"merges":[]}}`,
		"huge id": `{"model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"x":1048575},"merges":[]}}`,
	} {
		before := allocated()
		_, err := parseJSON([]byte(file))
		used := allocated() - before
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if used > memoryBound(len(file)) {
			t.Errorf("%s: %d bytes of JSON allocate %d, want at most %d", name, len(file), used, memoryBound(len(file)))
		}
		t.Logf("%s: %.1f MB of JSON allocate %.1f MB", name, float64(len(file))/1e6, float64(used)/1e6)
	}
}

func TestStringsOfVocabulariesAreRead(t *testing.T) {
	for _, s := range []string{`"\u00e9\n\"\\\/\b\f\r\t"`, `"\ud83d\ude00 \ud83d x"`, `"😀"`, `"\ud83d\u0041"`} {
		var want string
		if err := json.Unmarshal([]byte(s), &want); err != nil {
			t.Fatal(err)
		}
		var got strings32
		scan := jsonScanner{data: []byte(s)}
		if !scan.string(&got) || string(got.at(0)) != want {
			t.Errorf("%s: got %q, want %q", s, got.data, want)
		}
	}
}
