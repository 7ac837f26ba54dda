package tokenizer

import (
	"strings"
	"unicode/utf8"
)

// Bytes returns the bytes that id stands for: a space and not its spelling in the vocabulary, the name of a
// special token, nothing for an id that is no token. They need not be whole characters. The slice is the
// tokenizer's; do not change it.
func (t *Tokenizer) Bytes(id ID) []byte {
	if !t.vocab.has(id) {
		return nil
	}
	return t.vocab.bytes.at(id)
}

// DecodeBytes returns the text of ids as bytes. It is the inverse of Encode for a whole text: if Encode put
// a space before the text, it is taken off again. Ids that are no tokens are nothing.
func (t *Tokenizer) DecodeBytes(ids []ID) []byte {
	var out []byte
	for _, id := range ids {
		out = append(out, t.Bytes(id)...)
	}
	lead := t.start(ids)
	if t.strip && len(lead) < len(ids) && !t.IsAdded(ids[len(lead)]) {
		skip := 0
		for _, id := range lead {
			skip += len(t.Bytes(id))
		}
		if skip < len(out) && out[skip] == ' ' {
			out = append(out[:skip], out[skip+1:]...)
		}
	}
	return out
}

// start returns the beginning-of-text token that ids begin with, or nothing.
func (t *Tokenizer) start(ids []ID) []ID {
	if len(ids) > 0 && ids[0] == t.bos {
		return ids[:1]
	}
	return nil
}

// Decode returns the text of ids as DecodeBytes does, with U+FFFD in the place of each part that is not
// UTF-8.
func (t *Tokenizer) Decode(ids []ID) string {
	var out strings.Builder
	b := t.DecodeBytes(ids)
	out.Grow(len(b))
	rest := appendText(&out, b)
	if len(rest) > 0 {
		out.WriteRune(utf8.RuneError)
	}
	return out.String()
}

// appendText writes the characters of b. It returns what b ends with if that is the beginning of a
// character. Each longest part that cannot be or become a character is U+FFFD, as Unicode recommends.
func appendText(out *strings.Builder, b []byte) (rest []byte) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			out.WriteByte(b[0])
			b = b[1:]
			continue
		}
		if !utf8.FullRune(b) {
			return b
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			for n+1 < len(b) && n < utf8.UTFMax-1 && !utf8.FullRune(b[:n+1]) {
				n++
			}
		}
		out.WriteRune(r)
		b = b[n:]
	}
	return nil
}

// Stream turns ids into text as they come, for one sequence; it is not for many goroutines. What it returns
// is, taken together, the text of the ids; no piece ends inside a character. A stream continues a text: the
// space before its first word is kept.
type Stream struct {
	tokenizer *Tokenizer
	pending   []byte // the beginning of a character
}

// Stream returns a stream that has seen no ids.
func (t *Tokenizer) Stream() *Stream { return &Stream{tokenizer: t} }

// Push returns the text that id completes, which may be empty.
func (s *Stream) Push(id ID) string {
	b := s.tokenizer.Bytes(id)
	if len(s.pending) == 0 && utf8.Valid(b) {
		return string(b)
	}
	s.pending = append(s.pending, b...)
	var out strings.Builder
	rest := appendText(&out, s.pending)
	s.pending = append(s.pending[:0], rest...)
	return out.String()
}

// Close ends the stream. It returns U+FFFD if a character was begun and not completed.
func (s *Stream) Close() string {
	if len(s.pending) == 0 {
		return ""
	}
	s.pending = nil
	return string(utf8.RuneError)
}
