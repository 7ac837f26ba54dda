package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"exaone/chat"
)

// ollamaReply writes the replies of chat and generate: lines of JSON, of which the last has the numbers, or one.
type ollamaReply struct {
	s      *Server
	model  string
	chat   bool
	took   *spent
	keep   bool // logprobs
	reason string
	usage  chat.Usage

	text, thinking strings.Builder
	calls          []ollamaCall
	logprobs       []ollamaToken
}

func (s *Server) newOllamaReply(r *http.Request, q ollamaQuestion) *ollamaReply {
	return &ollamaReply{s: s, model: s.modelName(r, q.req.Model), chat: q.chat, took: s.spend(), keep: q.req.Logprobs > 0}
}

// ollamaLine is a whole reply or a line of a stream.
type ollamaLine struct {
	Model    string            `json:"model"`
	Created  string            `json:"created_at"`
	Message  *ollamaMessageOut `json:"message,omitempty"`  // of chat
	Response *string           `json:"response,omitempty"` // of generate
	Thinking string            `json:"thinking,omitempty"` // of generate
	Done     bool              `json:"done"`
	*ollamaEnd
	Logprobs []ollamaToken `json:"logprobs,omitempty"`
}

type ollamaMessageOut struct {
	Role     string       `json:"role"`
	Content  string       `json:"content"`
	Thinking string       `json:"thinking,omitempty"`
	Calls    []ollamaCall `json:"tool_calls,omitempty"`
}

type ollamaCall struct {
	ID       string `json:"id"`
	Function struct {
		Index     int             `json:"index"`
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
	} `json:"function"`
}

// ollamaEnd is what only the end knows. Durations are in nanoseconds.
type ollamaEnd struct {
	Reason string `json:"done_reason"`
	*ollamaNumbers
}

type ollamaNumbers struct {
	Total      int64 `json:"total_duration"`
	Load       int64 `json:"load_duration"`
	PromptN    int   `json:"prompt_eval_count"`
	PromptTime int64 `json:"prompt_eval_duration"`
	EvalN      int   `json:"eval_count"`
	EvalTime   int64 `json:"eval_duration"`
}

type ollamaToken struct {
	Token   string        `json:"token"`
	Logprob float32       `json:"logprob"`
	Bytes   []int         `json:"bytes"`
	Top     []ollamaToken `json:"top_logprobs,omitempty"`
}

func newOllamaToken(t chat.TokenLogprob) ollamaToken {
	out := ollamaToken{Token: printable(t.Bytes), Logprob: finite(t.Logprob), Bytes: make([]int, len(t.Bytes))}
	for i, b := range t.Bytes {
		out.Bytes[i] = int(b)
	}
	for _, other := range t.Top {
		out.Top = append(out.Top, newOllamaToken(other))
	}
	return out
}

func newOllamaTokens(tokens []chat.TokenLogprob) []ollamaToken {
	var out []ollamaToken
	for _, t := range tokens {
		out = append(out, newOllamaToken(t))
	}
	return out
}

func (p *ollamaReply) form() form { return form{kind: "application/x-ndjson", lines: true} }

// line is a line that is not the last.
func (p *ollamaReply) line(text, thinking string, calls ...ollamaCall) ollamaLine {
	l := ollamaLine{Model: p.model, Created: ollamaTime(p.s.opts.Now())}
	if p.chat {
		l.Message = &ollamaMessageOut{"assistant", text, thinking, calls}
	} else {
		l.Response, l.Thinking = &text, thinking
	}
	return l
}

func (p *ollamaReply) chunks(_ int, ev chat.Event) []any {
	p.took.note(ev)
	switch ev := ev.(type) {
	case chat.Delta:
		if ev.Text == "" && ev.Thinking == "" && !p.keep {
			return nil
		}
		l := p.line(ev.Text, ev.Thinking)
		if p.keep {
			l.Logprobs = newOllamaTokens(ev.Tokens)
		}
		return []any{l}
	case chat.Call:
		if call := p.call(ev); p.chat {
			return []any{p.line("", "", call)}
		}
	case chat.Finish:
		p.finish(ev)
	case chat.Echo, chat.Phase, chat.CallDelta:
	}
	return nil
}

// call gives a call its place among those of the answer.
func (p *ollamaReply) call(ev chat.Call) ollamaCall {
	c := ollamaCall{ID: ev.ID}
	if c.ID == "" {
		c.ID = newID("call_")
	}
	c.Function.Index, c.Function.Name, c.Function.Arguments = len(p.calls), ev.Name, jsonOf(ev.Arguments)
	p.calls = append(p.calls, c)
	return c
}

func (p *ollamaReply) finish(ev chat.Finish) {
	p.usage, p.reason = ev.Usage, "stop"
	if ev.Reason == chat.FinishLength {
		p.reason = "length"
	}
	if p.model == "" {
		p.model = ev.Model
	}
}

// last is the line that ends a stream: the words have been said.
func (p *ollamaReply) last() []any {
	p.text.Reset()
	p.thinking.Reset()
	p.calls, p.logprobs = nil, nil
	return []any{p.whole()}
}

func (p *ollamaReply) add(_ int, ev chat.Event) {
	p.took.note(ev)
	switch ev := ev.(type) {
	case chat.Delta:
		p.text.WriteString(ev.Text)
		p.thinking.WriteString(ev.Thinking)
		if p.keep {
			p.logprobs = append(p.logprobs, newOllamaTokens(ev.Tokens)...)
		}
	case chat.Call:
		p.call(ev)
	case chat.Finish:
		p.finish(ev)
	case chat.Echo, chat.Phase, chat.CallDelta:
	}
}

func (p *ollamaReply) whole() any {
	l := p.end()
	l.Logprobs = p.logprobs
	l.ollamaNumbers = &ollamaNumbers{
		Total: int64(p.took.total()), Load: int64(p.took.load), PromptN: p.usage.PromptTokens, PromptTime: int64(p.took.read),
		EvalN: p.usage.CompletionTokens, EvalTime: int64(p.took.say),
	}
	return l
}

// end is the last line, without numbers: there are none where nothing was asked.
func (p *ollamaReply) end() ollamaLine {
	l := p.line(p.text.String(), p.thinking.String(), p.calls...)
	l.Done, l.ollamaEnd = true, &ollamaEnd{Reason: p.reason}
	return l
}

func (p *ollamaReply) failure(_ chat.Code, message string) []any {
	return []any{ollamaFailure{message}}
}
