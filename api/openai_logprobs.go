package api

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"exaone/chat"
)

// textLogprobs are the log probabilities of a completion: four lists of one length. The first token of a prompt
// has none, because nothing precedes it.
type textLogprobs struct {
	Tokens        []string             `json:"tokens"`
	TokenLogprobs []*float32           `json:"token_logprobs"`
	TopLogprobs   []map[string]float32 `json:"top_logprobs"`
	TextOffset    []int                `json:"text_offset"` // in characters, from the start of the choice's text
}

func newTextLogprobs() *textLogprobs {
	return &textLogprobs{[]string{}, []*float32{}, []map[string]float32{}, []int{}}
}

// add appends tokens of a piece of text; nil asks for nothing. prompt says that they are an echo.
func (l *textLogprobs) add(tokens []chat.TokenLogprob, at *offsets, text string, prompt bool) {
	at.grow(text, prompt)
	if l == nil {
		return
	}
	for i, t := range tokens {
		l.Tokens = append(l.Tokens, legible(t.Bytes))
		l.TextOffset = append(l.TextOffset, at.characters(t.Offset, prompt))
		if prompt && i == 0 && at.first {
			l.TokenLogprobs = append(l.TokenLogprobs, nil)
			l.TopLogprobs = append(l.TopLogprobs, nil)
			continue
		}
		v := finite(t.Logprob)
		l.TokenLogprobs = append(l.TokenLogprobs, &v)
		top := make(map[string]float32, len(t.Top))
		for _, other := range t.Top {
			if name := legible(other.Bytes); top[name] == 0 || other.Logprob > top[name] {
				top[name] = finite(other.Logprob)
			}
		}
		l.TopLogprobs = append(l.TopLogprobs, top)
	}
	if prompt && len(tokens) > 0 {
		at.first = false
	}
}

func (l *textLogprobs) append(more *textLogprobs) {
	l.Tokens = append(l.Tokens, more.Tokens...)
	l.TokenLogprobs = append(l.TokenLogprobs, more.TokenLogprobs...)
	l.TopLogprobs = append(l.TopLogprobs, more.TopLogprobs...)
	l.TextOffset = append(l.TextOffset, more.TextOffset...)
}

// legible is a token as text. One that is not whole characters is written as OpenAI does: bytes:\xec\x95.
func legible(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out strings.Builder
	out.WriteString("bytes:")
	for _, c := range b {
		out.WriteString(`\x`)
		if c < 16 {
			out.WriteByte('0')
		}
		out.WriteString(strconv.FormatUint(uint64(c), 16))
	}
	return out.String()
}

// offsets turns offsets in bytes, of the echo and of the answer, into characters from the start of both
// together. Offsets come in order, so each character is counted once.
type offsets struct {
	first        bool // of the echo, no token has come yet
	echo, answer counted
}

func (o *offsets) grow(text string, prompt bool) {
	if prompt {
		o.echo.text += text
		return
	}
	o.answer.text += text
}

func (o *offsets) characters(at int, prompt bool) int {
	if prompt {
		return o.echo.upTo(at)
	}
	return o.echo.upTo(len(o.echo.text)) + o.answer.upTo(at)
}

// counted is a text and how many characters begin in its first bytes.
type counted struct {
	text       string
	bytes, all int
}

// upTo returns how many characters precede the one that a byte belongs to. A byte before the last one asked for is
// taken as that.
func (c *counted) upTo(at int) int {
	for at = min(at, len(c.text)); c.bytes < at; c.bytes++ {
		if utf8.RuneStart(c.text[c.bytes]) {
			c.all++
		}
	}
	if c.bytes < len(c.text) && !utf8.RuneStart(c.text[c.bytes]) {
		return c.all - 1
	}
	return c.all
}

// cutHalf cuts off the beginning of a character at the end of a text.
func cutHalf(text string) (whole, half string) {
	for i := len(text) - 1; i >= max(0, len(text)-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRuneInString(text[i:]) {
				return text[:i], text[i:]
			}
			break
		}
	}
	return text, ""
}
