package tokenizer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"exaone/reference"
)

// modelFile returns the path of a real model, or skips the test.
func modelFile(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("EXAONE_MODELS"), name)
	if _, err := os.Stat(path); os.Getenv("EXAONE_MODELS") == "" || err != nil {
		t.Skipf("EXAONE_MODELS: %s not here", name)
	}
	return path
}

func load(t testing.TB, dir string) *Tokenizer {
	t.Helper()
	tok, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// loadGolden returns a tokenizer by its name in the golden files, or skips the test.
func loadGolden(t testing.TB, name string) *Tokenizer {
	t.Helper()
	switch name {
	case "exaone4":
		return load(t, filepath.Dir(reference.Path(t, "exaone-tokenizer/vocab.json")))
	case "exaone4-nfkc":
		return load(t, writeTokenizerJSON(t, reference.Path(t, "exaone-tokenizer"), `{"type":"NFKC"}`))
	case "tiny":
		return load(t, filepath.Dir(reference.Path(t, "golden/tokenizer/tokenizer.json")))
	case "tiny-nfkc":
		return load(t, copyFile(t, reference.Path(t, "golden/tokenizer/tokenizer-nfkc.json")))
	case "smollm2":
		return fromGGUF(t, modelFile(t, "SmolLM2-135M-Instruct.Q4_1.gguf"))
	case "gemma3":
		return fromGGUF(t, modelFile(t, "gemma-3-270m-q4_k_m.gguf"))
	}
	t.Fatalf("no tokenizer %q", name)
	return nil
}

func fromGGUF(t testing.TB, path string) *Tokenizer {
	t.Helper()
	v, err := readVocab(path)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := FromVocab(v)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// copyFile puts a copy of a file into a folder of its own as tokenizer.json.
func copyFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return writeFolder(t, map[string]string{"tokenizer.json": string(data)})
}

// writeTokenizerJSON puts the vocabulary of a folder without a tokenizer.json into one, with a normaliser.
func writeTokenizerJSON(t testing.TB, from, normalizer string) string {
	t.Helper()
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var config struct {
		Decoder map[string]map[string]any `json:"added_tokens_decoder"`
	}
	if err := json.Unmarshal(read("tokenizer_config.json"), &config); err != nil {
		t.Fatal(err)
	}
	var added []map[string]any
	for id, token := range config.Decoder {
		token["id"] = json.Number(id)
		added = append(added, token)
	}
	lines := strings.Split(strings.TrimSpace(string(read("merges.txt"))), "\n")
	file, err := json.Marshal(map[string]any{
		"added_tokens":  added,
		"normalizer":    json.RawMessage(normalizer),
		"pre_tokenizer": map[string]any{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
		"decoder":       map[string]any{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
		"model":         map[string]any{"type": "BPE", "vocab": json.RawMessage(read("vocab.json")), "merges": lines[1:]},
	})
	if err != nil {
		t.Fatal(err)
	}
	return writeFolder(t, map[string]string{"tokenizer.json": string(file)})
}

func writeFolder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type goldenLine struct {
	Tokenizer string
	Text      string
	IDs       []ID
	AltIDs    []ID `json:"alt_ids"`
	Special   bool
}

func readGolden(t testing.TB, name string) map[string][]goldenLine {
	t.Helper()
	data, err := os.ReadFile(reference.Path(t, "golden/"+name))
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][]goldenLine{}
	for scan := bufio.NewScanner(bytes.NewReader(data)); scan.Scan(); {
		var line goldenLine
		if err := json.Unmarshal(scan.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		lines[line.Tokenizer] = append(lines[line.Tokenizer], line)
	}
	return lines
}

// normalised is the text that decoding should give back.
func normalised(tok *Tokenizer, text string) string {
	for _, n := range tok.normalizers {
		text = n(text, place{})
	}
	if _, ok := tok.model.(*sentencePiece); ok {
		text = strings.ReplaceAll(text, blank, " ") // it cannot tell the two apart
	}
	return text
}

func TestGolden(t *testing.T) {
	for _, file := range []string{"tokenizer-golden.jsonl", "tokenizer-golden-nfkc.jsonl"} {
		for name, lines := range readGolden(t, file) {
			t.Run(name, func(t *testing.T) {
				tok := loadGolden(t, name)
				alt := 0
				for _, line := range lines {
					got := tok.Encode(nil, line.Text, line.Special)
					switch {
					case slices.Equal(got, line.IDs):
					case line.AltIDs != nil && slices.Equal(got, line.AltIDs):
						alt++
					default:
						t.Errorf("Encode(%q, %t)\n got %v\nwant %v or %v", line.Text, line.Special, got, line.IDs, line.AltIDs)
					}
					if !line.Special {
						if got, want := tok.Decode(got), normalised(tok, line.Text); got != want {
							t.Errorf("Decode(Encode(%q))\n got %q\nwant %q", line.Text, got, want)
						}
					}
				}
				t.Logf("%s: %d lines equal, %d of them by alt_ids", name, len(lines), alt)
			})
		}
	}
}

// korquad returns the paragraphs and questions of KorQuAD.
func korquad(t testing.TB) (paragraphs, questions []string) {
	t.Helper()
	for _, a := range reference.KorQuAD(t) {
		for _, p := range a.Paragraphs {
			paragraphs = append(paragraphs, p.Text)
			for _, q := range p.Questions {
				questions = append(questions, q.Text)
			}
		}
	}
	return paragraphs, questions
}

func TestKorQuADComesBack(t *testing.T) {
	for _, name := range []string{"exaone4", "exaone4-nfkc", "tiny", "tiny-nfkc", "smollm2", "gemma3"} {
		t.Run(name, func(t *testing.T) {
			tok := loadGolden(t, name)
			paragraphs, questions := korquad(t)
			count, size := 0, 0
			for _, text := range append(paragraphs, questions...) {
				ids := tok.Encode(nil, text, false)
				count += len(ids)
				size += len(text)
				if got, want := tok.Decode(ids), normalised(tok, text); got != want {
					t.Fatalf("Decode(Encode(%q))\n got %q", want, got)
				}
				var streamed strings.Builder
				stream := tok.Stream()
				for _, id := range ids {
					piece := stream.Push(id)
					if !utf8.ValidString(piece) {
						t.Fatalf("Push(%d) gives half a character: %q", id, piece)
					}
					streamed.WriteString(piece)
				}
				streamed.WriteString(stream.Close())
				if got, want := streamed.String(), normalised(tok, text); got != want {
					t.Fatalf("stream of %q\n got %q", want, got)
				}
			}
			t.Logf("%s: %d texts, %d bytes, %d ids came back", name, len(paragraphs)+len(questions), size, count)
		})
	}
}
