package tokenizer

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// maxFile is the largest file that is read: the largest published tokenizer.json has 33 MB.
const maxFile = 256 << 20

// Load reads the tokenizer of a Hugging Face folder, which may hold nothing else: tokenizer.json, or where
// that is missing vocab.json and merges.txt with the tokens that tokenizer_config.json adds, or vocab.txt. The names of
// BOS, EOS and PAD come from tokenizer_config.json or special_tokens_map.json; without them they are -1.
// An error names the file and the fault.
func Load(dir string) (*Tokenizer, error) {
	config, err := readConfig(dir)
	if err != nil {
		return nil, err
	}
	t, err := loadJSON(filepath.Join(dir, "tokenizer.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t, err = loadMerges(dir, config)
		if errors.Is(err, fs.ErrNotExist) {
			t, err = loadWordList(dir, config)
			err = missing(dir, err)
		}
	}
	if err != nil {
		return nil, err
	}
	config.apply(t)
	return t, nil
}

// readFile reads a file of at most maxFile bytes.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("%s: found %v of %d bytes, want a file of at most %d", path, info.Mode().Type(), info.Size(), maxFile)
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

func loadJSON(path string) (*Tokenizer, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	t, err := parseJSON(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// configJSON is what matters of tokenizer_config.json and special_tokens_map.json.
type configJSON struct {
	BOS     *tokenName           `json:"bos_token"`
	EOS     *tokenName           `json:"eos_token"`
	UNK     *tokenName           `json:"unk_token"`
	PAD     *tokenName           `json:"pad_token"`
	CLS     *tokenName           `json:"cls_token"`
	SEP     *tokenName           `json:"sep_token"`
	Mask    *tokenName           `json:"mask_token"`
	AddBOS  *bool                `json:"add_bos_token"`
	AddEOS  *bool                `json:"add_eos_token"`
	Prefix  *bool                `json:"add_prefix_space"`
	Class   string               `json:"tokenizer_class"`
	Decoder map[string]addedJSON `json:"added_tokens_decoder"`

	// Of BERT.
	Lower        *bool `json:"do_lower_case"`
	StripAccents *bool `json:"strip_accents"`
	ChineseChars *bool `json:"tokenize_chinese_chars"`
}

// tokenName is a token by its text, or by an object that has the text in it.
type tokenName string

// UnmarshalJSON implements json.Unmarshaler.
func (n *tokenName) UnmarshalJSON(data []byte) error {
	var object struct {
		Content string `json:"content"`
	}
	if len(data) > 0 && data[0] == '{' {
		err := json.Unmarshal(data, &object)
		*n = tokenName(object.Content)
		return err
	}
	return json.Unmarshal(data, (*string)(n))
}

// readConfig reads tokenizer_config.json and, for names that it lacks, special_tokens_map.json.
func readConfig(dir string) (*configJSON, error) {
	config, names := &configJSON{}, &configJSON{}
	for name, into := range map[string]*configJSON{"tokenizer_config.json": config, "special_tokens_map.json": names} {
		path := filepath.Join(dir, name)
		data, err := readFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, into); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, pair := range [][2]**tokenName{{&config.BOS, &names.BOS}, {&config.EOS, &names.EOS}, {&config.UNK, &names.UNK}, {&config.PAD, &names.PAD},
		{&config.CLS, &names.CLS}, {&config.SEP, &names.SEP}, {&config.Mask, &names.Mask}} {
		if *pair[0] == nil {
			*pair[0] = *pair[1]
		}
	}
	return config, nil
}

// apply sets what the configuration says about t. A name that is no token is as good as none: published
// configurations have some.
func (c *configJSON) apply(t *Tokenizer) {
	set := func(id *ID, name *tokenName) {
		if name != nil {
			if found := t.vocab.find(string(*name)); found >= 0 {
				*id = found
			}
		}
	}
	set(&t.bos, c.BOS)
	set(&t.eos, c.EOS)
	set(&t.pad, c.PAD)
	if t.unk < 0 {
		set(&t.unk, c.UNK)
	}
	if c.AddBOS != nil {
		t.addBOS = t.addBOS || *c.AddBOS
	}
	if c.AddEOS != nil {
		t.addEOS = t.addEOS || *c.AddEOS
	}
}

// loadMerges builds the tokenizer of vocab.json and merges.txt, byte-level as in GPT-2 or Qwen 2. It does so
// by the tokenizer.json that would say the same.
func loadMerges(dir string, config *configJSON) (*Tokenizer, error) {
	file := &tokenizerJSON{}
	path := filepath.Join(dir, "vocab.json")
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &file.Model.Vocab); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	path = filepath.Join(dir, "merges.txt")
	if data, err = readFile(path); err != nil {
		return nil, err
	}
	if err := file.Model.Merges.parseLines(data); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := config.describe(file); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, "tokenizer_config.json"), err)
	}
	t, err := file.build()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return t, nil
}

// parseLines reads the lines of a merges.txt. The first may be a comment with the version.
func (m *mergesJSON) parseLines(data []byte) error {
	first := true
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || first && strings.HasPrefix(line, "#version") {
			first = false
			continue
		}
		first = false
		if err := m.add([]byte(line)); err != nil {
			return err
		}
		if m.parts.len() > 2*maxMerges {
			return fmt.Errorf("merges: found more than %d", maxMerges)
		}
	}
	return nil
}

// describe fills in the pipeline and the added tokens of a vocabulary that comes without a tokenizer.json.
func (c *configJSON) describe(file *tokenizerJSON) error {
	split := ""
	switch class := strings.TrimSuffix(c.Class, "Fast"); class {
	case "", "GPT2Tokenizer", "PreTrainedTokenizer":
		split = fmt.Sprintf(`{"type":"ByteLevel","add_prefix_space":%t}`, c.Prefix != nil && *c.Prefix)
	case "Qwen2Tokenizer":
		split = `{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":` + quote(qwen2Pattern) +
			`},"behavior":"Isolated"},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}`
		file.Normalizer = json.RawMessage(`{"type":"NFC"}`)
	default:
		return fmt.Errorf("tokenizer_class: found %.40q without a tokenizer.json, want GPT2Tokenizer or Qwen2Tokenizer", c.Class)
	}
	file.PreTokenizer = json.RawMessage(split)
	file.Decoder = json.RawMessage(`{"type":"ByteLevel"}`)
	for key, a := range c.Decoder {
		id, err := strconv.ParseInt(key, 10, 32)
		if err != nil {
			return fmt.Errorf("added_tokens_decoder: found id %.40q, want a number", key)
		}
		a.ID = ID(id)
		file.AddedTokens = append(file.AddedTokens, a)
	}
	slices.SortFunc(file.AddedTokens, func(a, b addedJSON) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

func quote(s string) string {
	data, _ := json.Marshal(s) // a string always has JSON
	return string(data)
}
