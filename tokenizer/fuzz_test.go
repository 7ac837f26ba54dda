package tokenizer

import (
	"encoding/json"
	"runtime/metrics"
	"strings"
	"testing"
	"unicode/utf8"
)

// allocated returns the bytes that the program has allocated so far, freed or not: no heap is larger.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// memoryBound is what reading size bytes may take.
func memoryBound(size int) uint64 { return 64<<20 + 4*uint64(size) }

// exercise calls everything of a tokenizer that outside bytes made, and checks what holds of all.
func exercise(t *testing.T, tok *Tokenizer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, special := range []bool{false, true} {
			ids := tok.Encode(nil, text, special)
			ids = tok.Encode(ids, text, special)
			stream := tok.Stream()
			for _, id := range ids {
				if !tok.vocab.has(id) {
					t.Fatalf("Encode(%q): id %d is no token", text, id)
				}
				if !special && tok.IsSpecial(id) && id != tok.UNK() {
					t.Fatalf("Encode(%q): special token %d from plain text", text, id)
				}
				if piece := stream.Push(id); !utf8.ValidString(piece) {
					t.Fatalf("Push(%d): half a character: %q", id, piece)
				}
			}
			stream.Close()
			if got := tok.Decode(ids); !utf8.ValidString(got) {
				t.Fatalf("Decode(%v) is not UTF-8: %q", ids, got)
			}
		}
	}
	for _, id := range []ID{-1, 0, ID(tok.Len()), 1 << 30, tok.BOS(), tok.EOS(), tok.UNK(), tok.PAD()} {
		tok.Bytes(id)
		tok.Spelling(id)
		tok.IsSpecial(id)
	}
}

var fuzzTexts = []string{"", "a", "Hello, 세계! 123\n\n  x", "\xff\xed\x95", strings.Repeat("ab ", 40), "<s>[|user|]▁ ▁"}

// smallJSON are files that each use another part of the format.
var smallJSON = []string{
	`{"model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"a":1,"b":2,"ab":3},"merges":["a b"]}}`,
	`{"added_tokens":[{"id":4,"content":"<s>","special":true},{"id":5,"content":"  ","normalized":true,"lstrip":true,"rstrip":true,"single_word":true}],
	  "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"NFKC"},{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"},{"type":"Strip","strip_left":true,"strip_right":true}]},
	  "model":{"type":"BPE","unk_token":"u","fuse_unk":true,"byte_fallback":true,"ignore_merges":true,"vocab":{"u":0,"▁":1,"a":2,"▁a":3},"merges":[["▁","a"]]},
	  "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}}`,
	`{"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":false},{"type":"Split","pattern":{"Regex":"\\w+|(?=x)"},"behavior":"MergedWithNext","invert":true},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}]},
	  "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"u"}},{"Sequence":{}}]},
	  "model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"a":1},"merges":[]},"decoder":{"type":"Metaspace","replacement":"▁"}}`,
	`{"added_tokens":[{"id":0,"content":"<u>","special":true}],
	  "normalizer":{"type":"Sequence","normalizers":[{"type":"Precompiled","precompiled_charsmap":"CAAAAAAEAAAAAAAA"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]},
	  "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁"}]},
	  "post_processor":{"type":"RobertaProcessing","sep":["<u>",0],"cls":["<u>",0]},
	  "model":{"type":"Unigram","unk_id":0,"vocab":[["<u>",0],["▁",-1],["a",-2.5],["▁a",-2e0]]},"decoder":{"type":"Metaspace","replacement":"▁"}}`,
	`{"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
	  "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"BertProcessing","sep":["u",0],"cls":["u",0]},
	  "model":{"type":"WordPiece","unk_token":"u","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"u":0,"a":1,"##b":2}},
	  "decoder":{"type":"WordPiece","prefix":"##","cleanup":true}}`,
	`{"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"Ġ":1,"a":2,"aa":3,"aaa":4},"merges":["a a","aa a","a aa"]}}`,
}

func FuzzTokenizerJSON(f *testing.F) {
	// All seeds are short: the fuzzer spends most of its time on making long ones shorter.
	for _, s := range smallJSON {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := allocated()
		tok, err := parseJSON(data)
		if used := allocated() - before; used > memoryBound(len(data)) {
			t.Errorf("%d bytes of JSON allocate %d", len(data), used)
		}
		if err == nil {
			exercise(t, tok, fuzzTexts...)
		}
	})
}

// vocabJSONForm is a Vocab as the fuzzer writes it. A named type of its own keeps JSON out of the package.
type vocabJSONForm struct {
	Vocab
	Bytes bool // adds tokens for all bytes
}

func (v vocabJSONForm) vocab() Vocab {
	for b := 0; v.Bytes && b < 256; b++ {
		v.Tokens = append(v.Tokens, string(byteRunes()[b]))
		v.Types = append(v.Types, typeNormal)
	}
	return v.Vocab
}

func FuzzVocab(f *testing.F) {
	for _, v := range []vocabJSONForm{
		{Vocab: Vocab{Model: "gpt2", Pre: "exaone", Tokens: []string{"ab", "abc", "<s>", "  "}, Types: []int32{1, 1, 3, 4},
			Merges: []string{"a b", "ab c", "a bc"}, BOS: 2, EOS: -1, UNK: -1, PAD: -1}, Bytes: true},
		{Vocab: Vocab{Model: "llama", Tokens: []string{"<unk>", "a", "b", "ab", "▁", "<0x0A>", "\n\n", "▁a"}, Types: []int32{2, 1, 1, 1, 1, 6, 4, 1},
			Scores: []float32{0, -1, -2, -3, -4, 0, 0, -5}, BOS: -1, EOS: -1, UNK: 0, PAD: -1, AddSpacePrefix: true}},
		{Vocab: Vocab{Model: "t5", Tokens: []string{"<unk>", "a", "▁", "▁a"}, Types: []int32{2, 1, 1, 1}, Scores: []float32{0, -1, -2, -2.5},
			BOS: 0, EOS: 0, UNK: 0, PAD: 0, AddBOS: true, AddEOS: true, AddSpacePrefix: true, MergeSpaces: true}},
		{Vocab: Vocab{Model: "bert", Tokens: []string{"[UNK]", "▁a", "b"}, Types: []int32{3, 1, 1}}},
		{Vocab: Vocab{Model: "gpt2", Pre: "llama-bpe", Tokens: []string{"aa", "aaa", ""}, Types: []int32{1, 1, 3},
			Merges: []string{"a a", "aa a", "a aa"}, BOS: 2, EOS: 2, UNK: 2, PAD: 2}, Bytes: true},
	} {
		data, err := json.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v vocabJSONForm
		if json.Unmarshal(data, &v) != nil {
			t.Skip("not the form")
		}
		before := allocated()
		tok, err := FromVocab(v.vocab())
		if used := allocated() - before; used > memoryBound(len(data)) {
			t.Errorf("%d bytes of vocabulary allocate %d", len(data), used)
		}
		if err == nil {
			exercise(t, tok, fuzzTexts...)
		}
	})
}

// TestFuzzSeedsAreValid keeps the seeds from rotting into errors.
func TestFuzzSeedsAreValid(t *testing.T) {
	for _, s := range smallJSON {
		if _, err := parseJSON([]byte(s)); err != nil {
			t.Error(err)
		}
	}
}

// sentencePieceSample is a small SentencePiece vocabulary with all bytes.
func sentencePieceSample(prefix bool) Vocab {
	v := NewVocab("llama", "default")
	v.AddSpacePrefix = prefix
	v.Tokens = []string{"<unk>", "<s>", "</s>"}
	v.Types = []int32{typeUnknown, typeControl, typeControl}
	for b := range 256 {
		v.Tokens = append(v.Tokens, "<0x"+strings.ToUpper(string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15]))+">")
		v.Types = append(v.Types, typeByte)
	}
	for _, piece := range []string{"▁", "a", "b", "ab", "▁a", "▁ab", "안", "녕", "안녕", "▁안녕", "l", "o", "lo", "lol"} {
		v.Tokens = append(v.Tokens, piece)
		v.Types = append(v.Types, typeNormal)
	}
	v.Tokens = append(v.Tokens, "\n\n", "▁▁")
	v.Types = append(v.Types, typeUserDefined, typeUserDefined)
	v.Scores = make([]float32, len(v.Tokens))
	for i := range v.Scores {
		v.Scores[i] = -float32(i)
	}
	return v
}

// FuzzEncode checks that any text comes back as it was normalised, byte for byte where it is not UTF-8.
func FuzzEncode(f *testing.F) {
	tiny := load(f, "testdata/tiny")
	nfkc := load(f, "testdata/tiny")
	nfkc.normalizers = []normalizer{unicodeForm(forms["NFKC"])}
	all := []*Tokenizer{tiny, nfkc}
	for _, prefix := range []bool{false, true} {
		tok, err := FromVocab(sentencePieceSample(prefix))
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, tok)
	}
	for _, text := range fuzzTexts {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Add("[|endofturn|]", true)
	f.Add("ﷺ①½e"+strings.Repeat("\u0301\u0316", 40)+"각각", false)
	f.Fuzz(func(t *testing.T, text string, special bool) {
		for i, tok := range all {
			ids := tok.Encode(nil, text, special)
			// With special tokens, text is normalised between them and not across.
			if special && i == 1 {
				continue
			}
			got, want := string(tok.DecodeBytes(ids)), normalised(tok, text)
			if got != want {
				t.Errorf("tokenizer %d: DecodeBytes(Encode(%q))\n got %q\nwant %q", i, text, got, want)
			}
			if utf8.ValidString(text) {
				if got := tok.Decode(ids); got != want {
					t.Errorf("tokenizer %d: Decode(Encode(%q))\n got %q\nwant %q", i, text, got, want)
				}
			}
		}
	})
}
