package tokenizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// tokenizerJSON is a tokenizer.json, the format of the Hugging Face library of that name.
type tokenizerJSON struct {
	AddedTokens   []addedJSON     `json:"added_tokens"`
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       json.RawMessage `json:"decoder"`
	Model         modelJSON       `json:"model"`
}

type addedJSON struct {
	ID         ID     `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized *bool  `json:"normalized"` // absent: what is not special is
	Special    bool   `json:"special"`
}

func (a addedJSON) normalized() bool {
	if a.Normalized != nil {
		return *a.Normalized
	}
	return !a.Special
}

type modelJSON struct {
	Type         string     `json:"type"`
	Dropout      *float64   `json:"dropout"`
	UnkToken     *string    `json:"unk_token"`
	UnkID        *ID        `json:"unk_id"` // of Unigram
	Prefix       *string    `json:"continuing_subword_prefix"`
	Suffix       *string    `json:"end_of_word_suffix"`
	MaxChars     *int       `json:"max_input_chars_per_word"` // of WordPiece
	FuseUnk      bool       `json:"fuse_unk"`
	ByteFallback bool       `json:"byte_fallback"`
	IgnoreMerges bool       `json:"ignore_merges"`
	Vocab        vocabJSON  `json:"vocab"`
	Merges       mergesJSON `json:"merges"`
}

// vocabJSON is an object of spellings and ids, in its order, or, of Unigram, an array of spellings and scores, whose
// ids are their places. It is scanned by hand: a map of a quarter of a million strings costs several times the file.
type vocabJSON struct {
	tokens strings32
	ids    []ID
	scores []float64 // nil of an object
}

// UnmarshalJSON implements json.Unmarshaler. The package has checked the syntax of data.
func (v *vocabJSON) UnmarshalJSON(data []byte) error {
	s := jsonScanner{data: data}
	if s.null() {
		return nil
	}
	if s.take('[') {
		return v.scored(&s)
	}
	if !s.take('{') {
		return fmt.Errorf("vocab: found %.20q, want an object of tokens and ids, or an array of tokens and scores", data)
	}
	for !s.take('}') {
		if !s.string(&v.tokens) || !s.take(':') {
			return errors.New("vocab: found no string, want a token")
		}
		number := s.number()
		id, err := strconv.ParseInt(string(number), 10, 32)
		if err != nil || id < 0 || id >= maxLen {
			return fmt.Errorf("vocab: id of %.40q: found %.20q, want 0 to %d", v.tokens.at(ID(len(v.ids))), number, maxLen-1)
		}
		if len(v.ids) == maxLen {
			return fmt.Errorf("vocab: found more than %d tokens", maxLen)
		}
		v.ids = append(v.ids, ID(id))
		s.take(',')
	}
	return nil
}

// scored reads an array of tokens and scores, of which the first bracket has been taken.
func (v *vocabJSON) scored(s *jsonScanner) error {
	v.scores = []float64{}
	for !s.take(']') {
		if !s.take('[') || !s.string(&v.tokens) || !s.take(',') {
			return fmt.Errorf("vocab: entry %d: want a token and its score", len(v.ids))
		}
		number := s.number()
		score, err := strconv.ParseFloat(string(number), 64)
		if err != nil || !s.take(']') {
			return fmt.Errorf("vocab: score of %.40q: found %.20q, want a number", v.tokens.at(ID(len(v.ids))), number)
		}
		if len(v.ids) == maxLen {
			return fmt.Errorf("vocab: found more than %d tokens", maxLen)
		}
		v.ids, v.scores = append(v.ids, ID(len(v.ids))), append(v.scores, score)
		s.take(',')
	}
	return nil
}

// mergesJSON is an array of merges, each a string "left right" or an array of two strings. Strings 2i and
// 2i+1 are merge i.
type mergesJSON struct{ parts strings32 }

// UnmarshalJSON implements json.Unmarshaler. The package has checked the syntax of data.
func (m *mergesJSON) UnmarshalJSON(data []byte) error {
	s := jsonScanner{data: data}
	if s.null() {
		return nil
	}
	if !s.take('[') {
		return fmt.Errorf("merges: found %.20q, want an array", data)
	}
	var line strings32
	for !s.take(']') {
		if s.take('[') {
			if !s.string(&m.parts) || !s.take(',') || !s.string(&m.parts) || !s.take(']') {
				return fmt.Errorf("merge %d: want two strings", m.parts.len()/2)
			}
		} else {
			line.data, line.ends = line.data[:0], line.ends[:0]
			if !s.string(&line) {
				return fmt.Errorf("merge %d: want a string or two", m.parts.len()/2)
			}
			if err := m.add(line.data); err != nil {
				return err
			}
		}
		if m.parts.len() > 2*maxMerges {
			return fmt.Errorf("merges: found more than %d", maxMerges)
		}
		s.take(',')
	}
	return nil
}

// add adds a merge written "left right". Neither part holds a space: both spell it otherwise.
func (m *mergesJSON) add(line []byte) error {
	n := bytes.IndexByte(line, ' ')
	if n <= 0 || n == len(line)-1 {
		return fmt.Errorf("merge %d: found %.40q, want two tokens with a space between", m.parts.len()/2, line)
	}
	m.parts.data = append(m.parts.data, line[:n]...)
	m.parts.end()
	m.parts.data = append(m.parts.data, line[n+1:]...)
	m.parts.end()
	return nil
}

// jsonScanner reads strings and numbers out of JSON whose syntax is known to be right.
type jsonScanner struct {
	data []byte
	pos  int
}

func (s *jsonScanner) null() bool { return string(s.data) == "null" }

func (s *jsonScanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// take steps over c if it comes next.
func (s *jsonScanner) take(c byte) bool {
	s.space()
	if s.pos < len(s.data) && s.data[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// number returns the text up to the end of the value.
func (s *jsonScanner) number() []byte {
	s.space()
	start := s.pos
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ',', '}', ']', ' ', '\t', '\n', '\r':
			return s.data[start:s.pos]
		}
		s.pos++
	}
	return s.data[start:]
}

// string puts the string that comes next to dst, and reports whether there was one.
func (s *jsonScanner) string(dst *strings32) bool {
	if !s.take('"') {
		return false
	}
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		s.pos++
		switch c {
		case '"':
			dst.end()
			return true
		case '\\':
			dst.data = s.escape(dst.data)
		default:
			dst.data = append(dst.data, c)
		}
	}
	return false
}

// escape appends the character that the escape after a backslash stands for. A half of a surrogate pair is
// U+FFFD, as in package json.
func (s *jsonScanner) escape(out []byte) []byte {
	if s.pos >= len(s.data) {
		return out
	}
	c := s.data[s.pos]
	s.pos++
	switch c {
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'u':
		r := s.unit()
		if utf16.IsSurrogate(r) {
			before := s.pos
			if s.pos+1 < len(s.data) && s.data[s.pos] == '\\' && s.data[s.pos+1] == 'u' {
				s.pos += 2
				if pair := utf16.DecodeRune(r, s.unit()); pair != utf8.RuneError {
					return utf8.AppendRune(out, pair)
				}
			}
			s.pos, r = before, utf8.RuneError
		}
		return utf8.AppendRune(out, r)
	}
	return append(out, c) // a quote, a slash or a backslash
}

// unit returns the UTF-16 unit of four hexadecimal digits.
func (s *jsonScanner) unit() rune {
	if s.pos+4 > len(s.data) {
		return utf8.RuneError
	}
	n, err := strconv.ParseUint(string(s.data[s.pos:s.pos+4]), 16, 16)
	s.pos += 4
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
