package tokenizer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// maxSteps is how many steps a pipeline of a tokenizer.json may have, those inside sequences included.
const maxSteps = 32

// step is one normaliser, pre-tokenizer, post-processor or decoder of a tokenizer.json, with the fields of
// all types.
type step struct {
	Type string `json:"type"`

	Normalizers   []json.RawMessage `json:"normalizers"`
	PreTokenizers []json.RawMessage `json:"pretokenizers"`
	Processors    []json.RawMessage `json:"processors"`
	Decoders      []json.RawMessage `json:"decoders"`

	Pattern  *pattern `json:"pattern"`
	Content  string   `json:"content"`
	Prepend  string   `json:"prepend"`
	Behavior string   `json:"behavior"`
	Invert   bool     `json:"invert"`

	IndividualDigits bool  `json:"individual_digits"`
	AddPrefixSpace   *bool `json:"add_prefix_space"`
	UseRegex         *bool `json:"use_regex"`

	Replacement   string `json:"replacement"`
	PrependScheme string `json:"prepend_scheme"`
	Split         *bool  `json:"split"`

	StripLeft  bool `json:"strip_left"`
	StripRight bool `json:"strip_right"`
	Start      int  `json:"start"`
	Stop       int  `json:"stop"`

	Charsmap     []byte `json:"precompiled_charsmap"`
	CleanText    *bool  `json:"clean_text"`
	ChineseChars *bool  `json:"handle_chinese_chars"`
	StripAccents *bool  `json:"strip_accents"`
	Lowercase    *bool  `json:"lowercase"`
	WordPrefix   string `json:"prefix"`

	Single        []templateItem             `json:"single"`
	Pair          []templateItem             `json:"pair"`
	CLS           json.RawMessage            `json:"cls"`
	SEP           json.RawMessage            `json:"sep"`
	SpecialTokens map[string]json.RawMessage `json:"special_tokens"`
}

// pattern is what a Split or a Replace looks for: {"String": …} or {"Regex": …}.
type pattern struct {
	String *string `json:"String"`
	Regex  *string `json:"Regex"`
}

func isTrue(b *bool) bool { return b == nil || *b }

// steps flattens a step that may be a sequence of steps, or null.
func steps(data json.RawMessage, depth int) ([]step, error) {
	if len(data) == 0 || string(data) == "null" {
		return nil, nil
	}
	if depth > 4 {
		return nil, fmt.Errorf("found sequences inside each other %d deep, want at most 4", depth)
	}
	var s step
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	if s.Type != "Sequence" {
		return []step{s}, nil
	}
	var all []step
	for _, inner := range slices.Concat(s.Normalizers, s.PreTokenizers, s.Processors, s.Decoders) {
		more, err := steps(inner, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
		if len(all) > maxSteps {
			return nil, fmt.Errorf("found more than %d steps", maxSteps)
		}
	}
	return all, nil
}

var forms = map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD, "NFKC": norm.NFKC, "NFKD": norm.NFKD}

// spacesPattern is the expression by which published tokenizers find runs of spaces.
const spacesPattern = " {2,}"

// parseNormalizers returns the normalisers of a tokenizer.json.
func parseNormalizers(data json.RawMessage) ([]normalizer, error) {
	list, err := steps(data, 0)
	if err != nil {
		return nil, fmt.Errorf("normalizer: %w", err)
	}
	var all []normalizer
	for _, s := range list {
		form, isForm := forms[s.Type]
		switch {
		case isForm:
			all = append(all, unicodeForm(form))
		case s.Type == "Prepend":
			all = append(all, prepend(s.Prepend))
		case s.Type == "Strip":
			all = append(all, trim(s.StripLeft, s.StripRight))
		case s.Type == "Replace" && s.Pattern != nil && s.Pattern.String != nil && *s.Pattern.String != "":
			all = append(all, replaceAll(*s.Pattern.String, s.Content))
		case s.Type == "Replace" && s.Pattern != nil && s.Pattern.Regex != nil && *s.Pattern.Regex == spacesPattern:
			all = append(all, squeeze(s.Content))
		case s.Type == "Replace":
			return nil, fmt.Errorf("normalizer: Replace: found an expression or nothing, want a string to replace, or the expression %q", spacesPattern)
		case s.Type == "Precompiled":
			c, err := parseCharsmap(s.Charsmap)
			if err != nil {
				return nil, fmt.Errorf("normalizer: %w", err)
			}
			all = append(all, c.clusters)
		case s.Type == "BertNormalizer":
			b := bertNormalizer{clean: isTrue(s.CleanText), spaced: isTrue(s.ChineseChars), lower: isTrue(s.Lowercase)}
			b.strip = b.lower
			if s.StripAccents != nil {
				b.strip = *s.StripAccents
			}
			all = append(all, b.normalize)
		default:
			return nil, fmt.Errorf("normalizer: found type %.40q, want BertNormalizer, NFC, NFD, NFKC, NFKD, Precompiled, Prepend, Replace, Strip or Sequence", s.Type)
		}
	}
	return all, nil
}

// preTokenizer is what a tokenizer.json's pre_tokenizer comes to.
type preTokenizer struct {
	stages    []stage
	words     wordScanner // cuts what the stages leave
	byteLevel bool        // the model sees bytes
	prefix    bool        // a text gets a space in front
}

// stage is one step of a pre-tokenizer: a splitter, which may be no more than a scanner.
type stage struct {
	split splitter
	words wordScanner
}

func (p *preTokenizer) addSplitter(s splitter) { p.stages = append(p.stages, stage{split: s}) }
func (p *preTokenizer) addWords(w wordScanner) { p.stages = append(p.stages, stage{splitWords(w), w}) }

func (p *preTokenizer) splitters() []splitter {
	var all []splitter
	for _, s := range p.stages {
		all = append(all, s.split)
	}
	return all
}

// parsePreTokenizer returns the pre-tokenizer of a tokenizer.json.
func parsePreTokenizer(data json.RawMessage) (preTokenizer, error) {
	var p preTokenizer
	list, err := steps(data, 0)
	if err != nil {
		return p, fmt.Errorf("pre_tokenizer: %w", err)
	}
	for _, s := range list {
		if p.byteLevel {
			return p, fmt.Errorf("pre_tokenizer: found %.40q after ByteLevel, want nothing", s.Type)
		}
		if err := p.add(s); err != nil {
			return p, fmt.Errorf("pre_tokenizer: %w", err)
		}
	}
	// A scanner at the end runs as the words are encoded, without a list of them.
	if n := len(p.stages); n > 0 && p.stages[n-1].words != nil {
		p.words, p.stages = p.stages[n-1].words, p.stages[:n-1]
	}
	// The pipeline of EXAONE 3 is one scanner.
	if len(list) == 2 && list[0].Type == "Digits" && list[0].IndividualDigits && p.byteLevel && !p.prefix && p.words != nil {
		p.stages, p.words = nil, exaoneScanner()
	}
	return p, nil
}

func (p *preTokenizer) add(s step) error {
	switch s.Type {
	case "ByteLevel":
		p.byteLevel = true
		if isTrue(s.AddPrefixSpace) {
			p.prefix = true
			p.addSplitter(prefixSpace)
		}
		if isTrue(s.UseRegex) {
			p.addWords(gpt2Scanner())
		}
	case "BertPreTokenizer":
		p.addSplitter(bertWords)
	case "WhitespaceSplit":
		p.addSplitter(whiteSpaceWords)
	case "Digits":
		p.addSplitter(splitDigits(s.IndividualDigits))
	case "Split":
		return p.addSplit(s)
	case "Metaspace":
		blank, scheme := s.Replacement, s.PrependScheme
		if blank == "" {
			return fmt.Errorf("metaspace: found no replacement, want a character")
		}
		if scheme == "" {
			scheme = "always"
			if !isTrue(s.AddPrefixSpace) {
				scheme = "never"
			}
		}
		if scheme != "always" && scheme != "first" && scheme != "never" {
			return fmt.Errorf("metaspace: prepend_scheme: found %.40q, want always, first or never", scheme)
		}
		p.prefix = p.prefix || scheme != "never"
		p.addSplitter(metaspace(blank, scheme, isTrue(s.Split)))
	default:
		return fmt.Errorf("found type %.40q, want BertPreTokenizer, ByteLevel, Digits, Metaspace, Split, WhitespaceSplit or Sequence", s.Type)
	}
	return nil
}

func (p *preTokenizer) addSplit(s step) error {
	b, err := parseBehavior(s.Behavior)
	if err != nil {
		return fmt.Errorf("split: %w", err)
	}
	switch {
	case s.Pattern == nil || (s.Pattern.String == nil) == (s.Pattern.Regex == nil):
		return fmt.Errorf("split: pattern: found none, want a String or a Regex")
	case s.Pattern.String != nil:
		if *s.Pattern.String == "" {
			return fmt.Errorf("split: pattern: found an empty string")
		}
		p.addSplitter(splitString(*s.Pattern.String, b, s.Invert))
		return nil
	}
	// A known expression leaves nothing between its matches.
	if scanner := known[*s.Pattern.Regex]; scanner != nil && (b == isolated || b == removed && s.Invert) {
		p.addWords(scanner())
		return nil
	}
	re, err := compileRegex(*s.Pattern.Regex)
	if err != nil {
		return fmt.Errorf("split: %w", err)
	}
	p.addSplitter(splitRegex(re, b, s.Invert))
	return nil
}

// decoder is what a tokenizer.json's decoder comes to: how tokens become bytes.
type decoder struct {
	byteLevel bool
	fallback  bool // <0xHH> is a byte
	replace   [][2]string
	strip     bool // a space at the start is taken off

	wordPrefix string // tokens without it begin a word, of WordPiece; "" is none
}

// parseDecoder returns the decoder of a tokenizer.json.
func parseDecoder(data json.RawMessage) (*decoder, error) {
	list, err := steps(data, 0)
	if err != nil || list == nil {
		return nil, err
	}
	d := &decoder{}
	for _, s := range list {
		switch s.Type {
		case "ByteLevel":
			d.byteLevel = true
		case "ByteFallback":
			d.fallback = true
		case "Fuse":
		case "Replace":
			if s.Pattern == nil || s.Pattern.String == nil || *s.Pattern.String == "" {
				return nil, fmt.Errorf("decoder: Replace: found an expression or nothing, want a string to replace")
			}
			d.replace = append(d.replace, [2]string{*s.Pattern.String, s.Content})
		case "Strip":
			if s.Content != " " || s.Start != 1 || s.Stop != 0 {
				return nil, fmt.Errorf("decoder: Strip: found content %.40q, start %d, stop %d, want one space at the start", s.Content, s.Start, s.Stop)
			}
			d.strip = true
		case "Metaspace":
			d.replace = append(d.replace, [2]string{s.Replacement, " "})
			d.strip = s.PrependScheme != "never"
		case "WordPiece": // its cleaning up of spaces before punctuation is for people, and does not give back the text
			d.wordPrefix, d.strip = cmp.Or(s.WordPrefix, "##"), true
		default:
			return nil, fmt.Errorf("decoder: found type %.40q, want ByteLevel, ByteFallback, Fuse, Metaspace, Replace, Strip, WordPiece or Sequence", s.Type)
		}
	}
	return d, nil
}
