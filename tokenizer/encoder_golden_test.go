package tokenizer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"exaone/reference"
)

// encoderFolders are the golden checkpoints of encoders, by the names of their tokenizers.
var encoderFolders = map[string]string{
	"unigram-tiny": "e5small-tiny", "unigram-ws-tiny": "xlmr-tiny",
	"wordpiece-tiny": "bert-tiny", "wordpiece-uncased-tiny": "bert-uncased-tiny",
}

func loadEncoder(t testing.TB, name string) *Tokenizer {
	t.Helper()
	return load(t, filepath.Dir(reference.Path(t, "golden/"+encoderFolders[name]+"/tokenizer.json")))
}

// TestEncoderGolden holds the tokenizers of encoders to the library tokenizers, line by line. Where a line has a second
// answer, that of SentencePiece or of Python's BertTokenizer, it is right too: no special token comes of what a person
// typed.
func TestEncoderGolden(t *testing.T) {
	for name, lines := range readGolden(t, "tokenizer-golden-encoders.jsonl") {
		t.Run(name, func(t *testing.T) {
			tok := loadEncoder(t, name)
			alt := 0
			for _, line := range lines {
				got := tok.Encode([]ID{}, line.Text, line.Special)
				switch {
				case slices.Equal(got, line.IDs):
				case line.AltIDs != nil && slices.Equal(got, line.AltIDs):
					alt++
				default:
					t.Errorf("Encode(%q, %t)\n got %v\nwant %v or %v", line.Text, line.Special, got, line.IDs, line.AltIDs)
				}
			}
			t.Logf("%s: %d lines equal, %d of them by alt_ids", name, len(lines), alt)
		})
	}
}

// encoderGolden is what matters here of a checkpoint's golden.json.
type encoderGolden struct {
	MaxLength int `json:"max_length"`
	Texts     []struct {
		Text string
		IDs  []ID
	}
}

func readEncoderGolden(t testing.TB, folder string) encoderGolden {
	t.Helper()
	data, err := os.ReadFile(reference.Path(t, "golden/"+folder+"/golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g encoderGolden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// framed puts what the tokenizer says around ids, cut to fit.
func framed(tok *Tokenizer, ids []ID, most int) []ID {
	room := most - len(tok.Single()) + 1
	var out []ID
	for _, s := range tok.Single() {
		if s.Text == 0 {
			out = append(out, s.ID)
		} else {
			out = append(out, ids[:min(len(ids), room)]...)
		}
	}
	return out
}

// TestEncodersReadWhole holds what an encoder reads, special tokens included, to the goldens, from a tokenizer.json, a
// GGUF file and, of BERT, a vocab.txt.
func TestEncodersReadWhole(t *testing.T) {
	for name, folder := range encoderFolders {
		t.Run(folder, func(t *testing.T) {
			g := readEncoderGolden(t, folder)
			dir := filepath.Dir(reference.Path(t, "golden/"+folder+"/golden.json"))
			toks := map[string]*Tokenizer{"tokenizer.json": loadEncoder(t, name), "GGUF": fromGGUF(t, filepath.Join(dir, folder+".BF16.gguf"))}
			if _, err := os.Stat(filepath.Join(dir, "vocab.txt")); err == nil {
				toks["vocab.txt"] = load(t, copyFiles(t, dir, "vocab.txt", "tokenizer_config.json"))
			}
			for from, tok := range toks {
				for _, text := range g.Texts {
					got, want := framed(tok, tok.Encode(nil, text.Text, false), g.MaxLength), text.IDs
					if from == "GGUF" { // SentencePiece keeps no space at the end, the library of tokenizer.json does
						want = withoutLastBlank(tok, want)
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s: %q\n got %v\nwant %v", from, text.Text, got, want)
					}
				}
			}
		})
	}
}

// withoutLastBlank takes a blank out that stands before the last token.
func withoutLastBlank(tok *Tokenizer, ids []ID) []ID {
	if n := len(ids) - 2; n > 0 && tok.Spelling(ids[n]) == blank {
		return slices.Delete(slices.Clone(ids), n, n+1)
	}
	return ids
}

func copyFiles(t testing.TB, dir string, names ...string) string {
	t.Helper()
	files := map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return writeFolder(t, files)
}
