package api

import (
	"net/http"
	"strings"
	"time"

	"exaone/chat"
)

// llamaReply writes completions.
type llamaReply struct {
	model   string
	list    bool
	keep    bool // ids
	probs   bool
	timings bool
	answers []llamaAnswer

	text func(ids []int32) string
}

// llamaAnswer is one answer, as far as it has come.
type llamaAnswer struct {
	req    chat.Request
	took   *spent
	text   strings.Builder
	tokens []int32
	probs  []llamaToken
	said   int // tokens, as far as the events tell
	end    chat.Finish
}

func (s *Server) newLlamaReply(r *http.Request, q llamaQuestion, reqs []chat.Request) *llamaReply {
	p := &llamaReply{model: s.modelName(r, q.req.Model), list: q.list, keep: q.tokens, probs: q.probs, timings: q.timings,
		answers: make([]llamaAnswer, len(reqs))}
	for i := range p.answers {
		p.answers[i].req, p.answers[i].took = reqs[i], s.spend()
	}
	// Of a prompt that the model has read: one that is beyond its window has been refused.
	p.text = func(ids []int32) string {
		text, err := s.textOf(r, q.req.Principal, q.req.Model, ids)
		if err != nil {
			s.opts.Log.Warn("a prompt is not shown", "err", err)
		}
		return text
	}
	return p
}

// llamaToken is a token with its probability.
type llamaToken struct {
	ID      int32        `json:"id"`
	Token   string       `json:"token"`
	Bytes   []int        `json:"bytes"`
	Logprob float32      `json:"logprob"`
	Top     []llamaToken `json:"top_logprobs,omitempty"`
}

func newLlamaTokens(tokens []chat.TokenLogprob) []llamaToken {
	out := make([]llamaToken, len(tokens))
	for i, t := range tokens {
		out[i] = llamaToken{t.ID, printable(t.Bytes), numbers(t.Bytes), finite(t.Logprob), newLlamaTokens(t.Top)}
	}
	return out
}

// llamaTimings is how long an answer took, in milliseconds.
type llamaTimings struct {
	CacheN     int     `json:"cache_n"` // tokens of the prompt that were not computed again
	PromptN    int     `json:"prompt_n"`
	PromptMS   float64 `json:"prompt_ms"`
	PromptEach float64 `json:"prompt_per_token_ms"`
	PromptRate float64 `json:"prompt_per_second"`
	SaidN      int     `json:"predicted_n"`
	SaidMS     float64 `json:"predicted_ms"`
	SaidEach   float64 `json:"predicted_per_token_ms"`
	SaidRate   float64 `json:"predicted_per_second"`
}

func newLlamaTimings(took *spent, u chat.Usage) *llamaTimings {
	t := &llamaTimings{CacheN: u.CachedTokens, PromptN: u.PromptTokens - u.CachedTokens, SaidN: u.CompletionTokens}
	t.PromptMS, t.PromptEach, t.PromptRate = pace(took.read, t.PromptN)
	t.SaidMS, t.SaidEach, t.SaidRate = pace(took.say, t.SaidN)
	return t
}

// pace returns a time in milliseconds, the time of each of n, and how many come in a second. What is divided by nothing
// is 0: JSON has no infinity.
func pace(d time.Duration, n int) (ms, each, rate float64) {
	ms = float64(d) / float64(time.Millisecond)
	if n > 0 {
		each = ms / float64(n)
	}
	if d > 0 {
		rate = float64(n) / d.Seconds()
	}
	return ms, each, rate
}

// llamaChunk is an event of a stream, or what a reply shares with it.
type llamaChunk struct {
	Index   int           `json:"index"`
	Content string        `json:"content"`
	Tokens  []int32       `json:"tokens"`
	Stop    bool          `json:"stop"`
	Slot    int           `json:"id_slot"` // -1: there are no slots
	Said    int           `json:"tokens_predicted"`
	Read    int           `json:"tokens_evaluated"`
	Probs   []llamaToken  `json:"completion_probabilities,omitempty"`
	Timings *llamaTimings `json:"timings,omitempty"`
}

// llamaEnd is the last event of an answer, or a whole one.
type llamaEnd struct {
	llamaChunk
	Model     string     `json:"model"`
	Settings  llamaUsual `json:"generation_settings"`
	Prompt    string     `json:"prompt"`
	NewLine   bool       `json:"has_new_line"`
	Truncated bool       `json:"truncated"` // never: what does not fit is refused
	StopType  string     `json:"stop_type"`
	StopWord  string     `json:"stopping_word"`
	Cached    int        `json:"tokens_cached"`
}

// take moves an event into an answer and returns the piece of a stream that it is, and whether it is one.
func (p *llamaReply) take(index int, ev chat.Event) (c llamaChunk, ok bool) {
	a := &p.answers[index]
	a.took.note(ev)
	c = llamaChunk{Index: index, Tokens: []int32{}, Slot: -1}
	switch ev := ev.(type) {
	case chat.Delta:
		c.Content = ev.Thinking + ev.Text
		a.text.WriteString(c.Content)
		a.said += max(1, len(ev.Tokens))
		for _, t := range ev.Tokens {
			if p.keep {
				c.Tokens = append(c.Tokens, t.ID)
			}
		}
		a.tokens = append(a.tokens, c.Tokens...)
		if p.probs {
			c.Probs = newLlamaTokens(ev.Tokens)
			a.probs = append(a.probs, c.Probs...)
		}
		c.Said, c.Read = a.said, len(a.req.Prompt.IDs)
		if p.timings {
			c.Timings = newLlamaTimings(a.took, chat.Usage{PromptTokens: c.Read, CompletionTokens: c.Said})
		}
		return c, c.Content != "" || len(ev.Tokens) > 0
	case chat.Finish:
		a.end = ev
		if p.model == "" {
			p.model = ev.Model
		}
	case chat.Echo, chat.Phase, chat.Call, chat.CallDelta: // a raw prompt has no format that calls are written in
	}
	return c, false
}

// end is the end of an answer. A stream has sent the words.
func (p *llamaReply) end(index int, streamed bool) llamaEnd {
	a := &p.answers[index]
	u := a.end.Usage
	predict := a.req.MaxTokens
	switch predict {
	case 0:
		predict = -1
	case -1:
		predict = 0
	}
	e := llamaEnd{
		llamaChunk: llamaChunk{Index: index, Tokens: []int32{}, Stop: true, Slot: -1, Said: u.CompletionTokens, Read: u.PromptTokens,
			Timings: newLlamaTimings(a.took, u)},
		Model: p.model, Settings: usual(a.req.Sampling, predict, a.req.Stop), Prompt: p.text(a.req.Prompt.IDs),
		NewLine: strings.Contains(a.text.String(), "\n"), StopType: "eos", StopWord: a.end.Stop, Cached: u.CachedTokens,
	}
	switch {
	case a.end.Reason == chat.FinishLength:
		e.StopType = "limit"
	case a.end.Stop != "":
		e.StopType = "word"
	}
	if !streamed {
		e.Content, e.Tokens, e.Probs = a.text.String(), append(e.Tokens, a.tokens...), a.probs
	}
	return e
}

func (p *llamaReply) chunks(index int, ev chat.Event) []any {
	c, ok := p.take(index, ev)
	if _, over := ev.(chat.Finish); over {
		return []any{p.end(index, true)}
	}
	if !ok {
		return nil
	}
	return []any{c}
}

func (p *llamaReply) last() []any { return nil }

func (p *llamaReply) add(index int, ev chat.Event) { p.take(index, ev) }

func (p *llamaReply) whole() any {
	all := make([]llamaEnd, len(p.answers))
	for i := range all {
		all[i] = p.end(i, false)
	}
	if !p.list {
		return all[0]
	}
	return all
}

func (p *llamaReply) failure(code chat.Code, message string) []any {
	return []any{newLlamaFailure(code.HTTPStatus(), code, message)}
}
