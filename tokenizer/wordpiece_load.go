package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// loadWordList builds the tokenizer of a vocab.txt, a token a line, as BERT's was published. It does so by the
// tokenizer.json that would say the same.
func loadWordList(dir string, config *configJSON) (*Tokenizer, error) {
	path := filepath.Join(dir, "vocab.txt")
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	file := &tokenizerJSON{}
	v := &file.Model.Vocab
	for line := range strings.Lines(string(data)) {
		if len(v.ids) == maxLen {
			return nil, fmt.Errorf("%s: found more than %d tokens", path, maxLen)
		}
		v.tokens.data = append(v.tokens.data, strings.TrimRight(line, "\r\n")...)
		v.tokens.end()
		v.ids = append(v.ids, ID(len(v.ids)))
	}
	if err := config.describeWords(file); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, "tokenizer_config.json"), err)
	}
	t, err := file.build()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// describeWords fills in BERT's pipeline, with what tokenizer_config.json says of it.
func (c *configJSON) describeWords(file *tokenizerJSON) error {
	switch class := strings.TrimSuffix(c.Class, "Fast"); class {
	case "", "BertTokenizer":
	default:
		return fmt.Errorf("tokenizer_class: found %.40q with a vocab.txt, want BertTokenizer", c.Class)
	}
	names := []string{c.name(c.PAD, "[PAD]"), c.name(c.UNK, "[UNK]"), c.name(c.CLS, "[CLS]"), c.name(c.SEP, "[SEP]"), c.name(c.Mask, "[MASK]")}
	file.Model.Type, file.Model.UnkToken = "WordPiece", &names[1]
	ids := map[string]ID{}
	v := &file.Model.Vocab
	for _, id := range v.ids {
		ids[string(v.tokens.at(id))] = id
	}
	for _, name := range names {
		if id, ok := ids[name]; ok {
			file.AddedTokens = append(file.AddedTokens, addedJSON{ID: id, Content: name, Special: true})
		}
	}
	normalizer := map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": isTrue(c.ChineseChars),
		"strip_accents": c.StripAccents, "lowercase": isTrue(c.Lower)}
	var err error
	if file.Normalizer, err = json.Marshal(normalizer); err != nil {
		return err
	}
	file.PreTokenizer = json.RawMessage(`{"type":"BertPreTokenizer"}`)
	file.Decoder = json.RawMessage(`{"type":"WordPiece","prefix":"##"}`)
	file.PostProcessor, err = json.Marshal(map[string]any{"type": "BertProcessing", "cls": []any{names[2], ids[names[2]]}, "sep": []any{names[3], ids[names[3]]}})
	return err
}

func (c *configJSON) name(found *tokenName, absent string) string {
	if found == nil || *found == "" {
		return absent
	}
	return string(*found)
}

// missing is the error of a folder that holds no tokenizer.
func missing(dir string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("tokenizer: %s: found neither tokenizer.json nor vocab.json and merges.txt nor vocab.txt: %w", dir, err)
}

// setWordList makes the model of a GGUF file of tokenizer "bert", where a token at the beginning of a word has a blank
// before it and others have nothing.
func (t *Tokenizer) setWordList(v *Vocab) error {
	if v.UNK < 0 {
		return fmt.Errorf("unknown_token_id: found none, want a token for words outside the vocabulary")
	}
	last := v.SEP
	if last < 0 {
		last = v.EOS
	}
	if v.BOS < 0 || last < 0 {
		return fmt.Errorf("bos_token_id, seperator_token_id: found %d and %d, want tokens to stand around a text", v.BOS, last)
	}
	t.vocab.decodeBy(&decoder{replace: [][2]string{{blank, " "}}})
	t.strip = true
	b := bertNormalizer{clean: true, spaced: true}
	b.lower, b.strip = t.vocab.habits()
	t.normalizers = []normalizer{replaceInvalid, b.normalize}
	t.splitters = []splitter{bertWords}
	t.model = &wordPiece{vocab: t.vocab, begin: blank, most: mostWordCharacters, unknown: v.UNK}
	t.single, t.pair = bertFrames(v.BOS, last)
	t.setEnds()
	return nil
}

// habits finds out how texts were normalised that made a vocabulary, which GGUF files do not say: without an upper-case
// letter in any token, they were in lower case, and if no token holds a character that has an accent, without accents.
// Of Hangul, what takes accents off leaves the letters of a syllable.
func (v *vocabulary) habits() (lower, strip bool) {
	lower, strip = true, true
	for id := range ID(v.len()) {
		if v.class[id] != classNormal {
			continue
		}
		token := string(v.spelling.at(id))
		lower = lower && !strings.ContainsFunc(token, unicode.IsUpper)
		strip = strip && (isASCII(token) || withoutAccents(norm.NFD.String(token)) == token)
	}
	return lower, strip && lower
}
