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
	q.req.Tools = tools(o)
	q.req.Grammar = format(o)
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

// thinking reads whether a model that can think aloud should, under OpenAI's name for it and vLLM's.
func thinking(o *object) *bool {
	var want *bool
	switch effort := o.choice("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh"); effort {
	case "":
	case "none", "minimal":
		want = new(bool)
	default:
		want = new(true)
	}
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
	n       int
	usage   bool
	choices []chatChoice
	total   openAIUsage
}

// chatChoice is one answer, as far as it has come.
type chatChoice struct {
	Index    int           `json:"index"`
	Message  chatMessage   `json:"message"`
	Logprobs *chatLogprobs `json:"logprobs"`
	Finish   string        `json:"finish_reason"`
	opened   bool          // a stream has said whose turn it is
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
	case chat.Call:
		m.Calls = append(m.Calls, newChatCall(ev))
	case chat.Finish:
		if m.Content == nil && len(m.Calls) == 0 {
			m.Content = new(string)
		}
		c.Finish = string(ev.Reason)
		p.finish(ev)
	case chat.Echo, chat.Phase, chat.CallDelta:
	}
}

func (p *chatReply) finish(ev chat.Finish) {
	p.total.add(ev.Usage, p.total.PromptTokens == 0)
	if ev.Model != "" && p.Model == "" {
		p.Model = ev.Model
	}
}

func newChatCall(ev chat.Call) chatCall {
	c := chatCall{ID: ev.ID, Type: "function"}
	if c.ID == "" {
		c.ID = newID("call_")
	}
	c.Function.Name, c.Function.Arguments = ev.Name, ev.Arguments
	return c
}

// whole returns the reply to a client that does not stream.
func (p *chatReply) whole() any {
	return struct {
		envelope
		Choices []chatChoice `json:"choices"`
		Usage   openAIUsage  `json:"usage"`
	}{p.envelope, p.choices, p.total}
}

func (p *chatReply) failure(code chat.Code, message string) any {
	return newOpenAIFailure(code.HTTPStatus(), code, message, "")
}
