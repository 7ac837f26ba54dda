package api

import (
	"net/http"

	"exaone/chat"
)

// completeChat answers POST /v1/chat/completions.
func (s *Server) completeChat(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseChat(body)
	if err != nil {
		return err
	}
	q.req.Principal, q.req.Scope = who, who.Scope()
	to := newChatReply(s.envelope(r, "chatcmpl-", "chat.completion", q.req.Model), q)
	return s.answer(w, r, spread([]chat.Request{q.req}, q.n), q.streamed, to)
}

// chatQuestion is what a body asks.
type chatQuestion struct {
	req      chat.Request
	n        int
	streamed bool
	usage    bool // at the end of a stream
}

// parseChat reads the body of a chat completion.
func parseChat(o *object) (chatQuestion, error) {
	var q chatQuestion
	q.n, q.streamed, q.usage = common(o, &q.req)
	q.req.Messages = messages(o)
	toolset(o, toolNested, &q.req)
	q.req.Grammar = grammar(o)
	q.req.MaxTokens = chatLength(o)
	q.req.Thinking = thinking(o)
	top, topSet := o.integer("top_logprobs")
	if on, _ := o.flag("logprobs"); on {
		q.req.Logprobs = int(top) + 1
	} else if topSet && top > 0 {
		o.add(chat.CodeBadField, "top_logprobs", top, "logprobs: true beside it")
	}
	o.only("functions", "use tools", "[]")
	o.only("function_call", "use tool_choice", `"none"`)
	o.only("modalities", "text only", `["text"]`)
	o.only("audio", "text only")
	o.only("web_search_options", "this model does not search the web")
	o.close(harmless...)
	return q, o.err()
}

// chatLength reads the longest answer under both its names; 0 is to the end of the window.
func chatLength(o *object) int {
	older, olderSet := o.integer("max_tokens")
	newer, newerSet := o.integer("max_completion_tokens")
	if older == -1 { // as llama.cpp's clients say that there is no limit
		older, olderSet = 0, false
	}
	switch {
	case olderSet && older == 0:
		o.add(chat.CodeBadField, "max_tokens", 0, "at least 1")
	case olderSet && newerSet && older != newer:
		o.add(chat.CodeBadField, "max_tokens", older, "the same as max_completion_tokens")
	case newerSet:
		return int(newer)
	}
	return int(older)
}

// efforts are OpenAI's degrees of thinking. Models here think or do not.
var efforts = []string{"none", "minimal", "low", "medium", "high", "xhigh"}

// effort reads a degree of thinking as whether to think at all; nil is not said.
func effort(o *object, field string) *bool {
	switch o.choice(field, efforts...) {
	case "":
		return nil
	case "none", "minimal":
		return new(bool)
	}
	return new(true)
}

// thinking reads whether a model that can think aloud should, under OpenAI's name for it and vLLM's.
func thinking(o *object) *bool {
	want := effort(o, "reasoning_effort")
	// Of a template's variables this one alone may be set: another would be a way into the template.
	if kwargs := o.object("chat_template_kwargs"); kwargs != nil {
		if on, ok := kwargs.flag("enable_thinking"); ok {
			want = &on
		}
		kwargs.close()
	}
	return want
}

// chatReply writes chat completions.
type chatReply struct {
	envelope
	n        int
	usage    bool
	choices  []chatChoice
	total    openAIUsage
	warnings []openAIWarning
}

// chatChoice is one answer, as far as it has come.
type chatChoice struct {
	Index    int           `json:"index"`
	Message  chatMessage   `json:"message"`
	Logprobs *chatLogprobs `json:"logprobs"`
	Finish   string        `json:"finish_reason"`
	opened   bool          // a stream has said whose turn it is
	calls    callLog
}

type chatMessage struct {
	Role     string     `json:"role"`
	Content  *string    `json:"content"` // null beside calls
	Thinking string     `json:"reasoning_content,omitempty"`
	Calls    []chatCall `json:"tool_calls,omitempty"`
}

type chatCall struct {
	Index    *int   `json:"index,omitempty"` // in streams
	ID       string `json:"id,omitempty"`
	Type     string `json:"type,omitempty"`
	Function struct {
		Name      string `json:"name,omitempty"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

func newChatReply(e envelope, q chatQuestion) *chatReply {
	reply := &chatReply{envelope: e, n: q.n, usage: q.usage, choices: make([]chatChoice, q.n)}
	for i := range reply.choices {
		c := &reply.choices[i]
		c.Index, c.Message.Role = i, "assistant"
		if q.req.Logprobs > 0 {
			c.Logprobs = &chatLogprobs{Content: []chatToken{}}
		}
	}
	return reply
}

// add keeps an event of a choice.
func (p *chatReply) add(index int, ev chat.Event) {
	c := &p.choices[index]
	m := &c.Message
	switch ev := ev.(type) {
	case chat.Delta:
		if ev.Text != "" {
			if m.Content == nil {
				m.Content = new(string)
			}
			*m.Content += ev.Text
		}
		m.Thinking += ev.Thinking
		if c.Logprobs != nil {
			c.Logprobs.Content = append(c.Logprobs.Content, newChatTokens(ev.Tokens)...)
		}
	case chat.Call, chat.CallDelta:
		c.calls.take(ev)
	case chat.Finish:
		for _, call := range c.calls.calls { // one that was cut short, too
			m.Calls = append(m.Calls, newChatCall(call))
		}
		if m.Content == nil && len(m.Calls) == 0 {
			m.Content = new(string)
		}
		c.Finish = string(ev.Reason)
		p.finish(ev)
	case chat.Echo, chat.Phase:
	}
}

func (p *chatReply) finish(ev chat.Finish) {
	p.total.add(ev.Usage, p.total.PromptTokens == 0)
	if p.warnings == nil { // those of the other choices are the same
		p.warnings = newOpenAIWarnings(ev.Warnings)
	}
	if ev.Model != "" && p.Model == "" {
		p.Model = ev.Model
	}
}

func newChatCall(l *loggedCall) chatCall {
	c := chatCall{ID: l.id, Type: "function"}
	c.Function.Name, c.Function.Arguments = l.name, l.arguments.String()
	return c
}

// whole returns the reply to a client that does not stream.
func (p *chatReply) whole() any {
	return struct {
		envelope
		Choices  []chatChoice    `json:"choices"`
		Usage    openAIUsage     `json:"usage"`
		Warnings []openAIWarning `json:"warnings,omitempty"`
	}{p.envelope, p.choices, p.total, p.warnings}
}

func (p *chatReply) failure(code chat.Code, message string) []any {
	return []any{newOpenAIFailure(code.HTTPStatus(), code, message, "")}
}
