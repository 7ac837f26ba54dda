package api

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
)

// heardLogprobs are log probabilities in either of OpenAI's forms: those of chat completions have Content, those of
// completions four lists.
type heardLogprobs struct {
	Content []heardToken

	Tokens        []string
	TokenLogprobs []*float64            `json:"token_logprobs"`
	TopLogprobs   []map[string]*float64 `json:"top_logprobs"`
	TextOffset    []int                 `json:"text_offset"` // in characters
}

type heardToken struct {
	Token   string
	Logprob float64
	Bytes   []int
	Top     []heardToken `json:"top_logprobs"`
}

// tokens returns the tokens with at most top alternatives each. at is where the next one starts, in bytes.
func (l *heardLogprobs) tokens(top int, at *int) []chat.TokenLogprob {
	if l == nil {
		return nil
	}
	var out []chat.TokenLogprob
	for _, t := range l.Content {
		one := t.token()
		for _, other := range t.Top[:min(top, len(t.Top))] {
			one.Top = append(one.Top, other.token())
		}
		out = append(out, one)
	}
	for i, text := range l.Tokens {
		one := chat.TokenLogprob{ID: -1, Bytes: bytesOf(text)}
		if i < len(l.TokenLogprobs) && l.TokenLogprobs[i] != nil {
			one.Logprob = float32(*l.TokenLogprobs[i])
		}
		if i < len(l.TopLogprobs) {
			one.Top = alternatives(l.TopLogprobs[i], top)
		}
		out = append(out, one)
	}
	for i := range out {
		out[i].Offset = *at
		*at += len(out[i].Bytes)
	}
	return out
}

func (t heardToken) token() chat.TokenLogprob {
	out := chat.TokenLogprob{ID: -1, Logprob: float32(t.Logprob)}
	for _, b := range t.Bytes {
		out.Bytes = append(out.Bytes, byte(b))
	}
	if out.Bytes == nil {
		out.Bytes = bytesOf(t.Token)
	}
	return out
}

// alternatives puts the likeliest first.
func alternatives(all map[string]*float64, most int) []chat.TokenLogprob {
	var out []chat.TokenLogprob
	for text, v := range all {
		one := chat.TokenLogprob{ID: -1, Bytes: bytesOf(text), Logprob: float32(math.Inf(-1))}
		if v != nil {
			one.Logprob = float32(*v)
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b chat.TokenLogprob) int {
		return cmp.Or(cmp.Compare(b.Logprob, a.Logprob), slices.Compare(a.Bytes, b.Bytes))
	})
	return out[:min(most, len(out))]
}

// bytesOf undoes [legible].
func bytesOf(text string) []byte {
	hex, ok := strings.CutPrefix(text, `bytes:\x`)
	if !ok {
		return []byte(text)
	}
	var out []byte
	for _, two := range strings.Split(hex, `\x`) {
		v, err := strconv.ParseUint(two, 16, 8)
		if err != nil || len(two) != 2 {
			return []byte(text)
		}
		out = append(out, byte(v))
	}
	return out
}

// whole passes on the events of a reply that came at once: the prompt, the answer, the end.
func (h *heard) whole(r *heardReply, say func(chat.Event) bool) error {
	var reply heardChunk
	if err := h.c.decode(r, &reply); err != nil {
		return err
	}
	if len(reply.Choices) != 1 || reply.Choices[0].Text == nil || reply.Choices[0].Logprobs == nil || reply.Usage == nil {
		return h.c.bad("a completion without its text, usage and log probabilities")
	}
	choice := reply.Choices[0]
	echo, answer, err := h.split(choice, reply.Usage.PromptTokens)
	if err != nil {
		return err
	}
	if !say(echo) || (answer.Text != "" || len(answer.Tokens) > 0) && !say(answer) {
		return nil
	}
	reply.Choices[0].Text, reply.Choices[0].Logprobs = nil, nil
	if _, err := h.take(reply); err != nil {
		return err
	}
	return h.end(say)
}

// split cuts a text that begins with its prompt, which has so many tokens.
func (h *heard) split(choice heardChoice, prompt int) (chat.Echo, chat.Delta, error) {
	l, text := choice.Logprobs, *choice.Text
	if prompt < 0 || prompt > len(l.Tokens) || len(l.TextOffset) != len(l.Tokens) || len(l.TokenLogprobs) != len(l.Tokens) {
		return chat.Echo{}, chat.Delta{}, h.c.bad("%d tokens, %d of them of the prompt", len(l.Tokens), prompt)
	}
	cut := len(text)
	if prompt < len(l.Tokens) {
		cut = byteAt(text, l.TextOffset[prompt])
	}
	if strings.HasPrefix(text, h.q.echo) && h.q.echo != "" {
		cut = len(h.q.echo) // the offsets of some servers are off by what begins a text
	}
	at := 0
	tokens := l.tokens(h.q.top, &at)
	echo := chat.Echo{Text: text[:cut], Tokens: tokens[:prompt:prompt]}
	answer := chat.Delta{Text: text[cut:]}
	if h.q.logprobs {
		answer.Tokens = tokens[prompt:]
		if len(answer.Tokens) > 0 {
			begin := answer.Tokens[0].Offset
			for i := range answer.Tokens {
				answer.Tokens[i].Offset -= begin
			}
		}
	}
	return echo, answer, nil
}

// byteAt returns where a character of a text begins; one beyond the text begins at its end.
func byteAt(text string, character int) int {
	for at := range text {
		if character <= 0 {
			return at
		}
		character--
	}
	return len(text)
}
