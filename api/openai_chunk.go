package api

import "exaone/chat"

// chatChunk is one event of a streamed chat completion.
type chatChunk struct {
	envelope
	Choices []chatDelta `json:"choices"`
	usageChunk
	Warnings []openAIWarning `json:"warnings,omitempty"` // with the first choice that ends
}

// usageChunk is the usage of a stream: absent if nobody asked (nil), null before the end (a pointer to nil).
type usageChunk struct {
	Usage **openAIUsage `json:"usage,omitempty"`
}

func newUsageChunk(wanted bool, usage *openAIUsage) usageChunk {
	if !wanted {
		return usageChunk{}
	}
	return usageChunk{&usage}
}

type chatDelta struct {
	Index    int           `json:"index"`
	Delta    chatPiece     `json:"delta"`
	Logprobs *chatLogprobs `json:"logprobs"`
	Finish   *string       `json:"finish_reason"`
}

type chatPiece struct {
	Role     string     `json:"role,omitempty"`
	Content  *string    `json:"content,omitempty"`
	Thinking string     `json:"reasoning_content,omitempty"`
	Calls    []chatCall `json:"tool_calls,omitempty"`
}

// chunks returns what a stream sends for an event. A choice opens with its role alone.
func (p *chatReply) chunks(index int, ev chat.Event) []any {
	c := &p.choices[index]
	var out []any
	send := func(d chatDelta) {
		if !c.opened {
			c.opened = true
			out = append(out, p.chunk(chatDelta{Index: index, Delta: chatPiece{Role: "assistant", Content: new(string)}}))
		}
		d.Index = index
		out = append(out, p.chunk(d))
	}
	switch ev := ev.(type) {
	case chat.Delta:
		d := chatDelta{Delta: chatPiece{Thinking: ev.Thinking}}
		if ev.Text != "" || ev.Thinking == "" {
			d.Delta.Content = &ev.Text
		}
		if c.Logprobs != nil {
			d.Logprobs = &chatLogprobs{Content: newChatTokens(ev.Tokens)}
		}
		send(d)
	case chat.Call, chat.CallDelta:
		piece, _ := c.calls.take(ev)
		for _, call := range chatCalls(piece) {
			send(chatDelta{Delta: chatPiece{Calls: []chatCall{call}}})
		}
	case chat.Finish:
		told := p.warnings != nil
		p.finish(ev)
		reason := string(ev.Reason)
		send(chatDelta{Finish: &reason})
		if end, ok := out[len(out)-1].(chatChunk); ok && !told {
			end.Warnings = p.warnings
			out[len(out)-1] = end
		}
	case chat.Echo, chat.Phase:
	}
	return out
}

// chatCalls is a piece of a call as clients gather it: id and name, then the arguments.
func chatCalls(p callPiece) []chatCall {
	var out []chatCall
	if p.opens {
		head := chatCall{Index: &p.index, ID: p.id, Type: "function"}
		head.Function.Name = p.name
		out = append(out, head)
	}
	if p.arguments != "" {
		more := chatCall{Index: &p.index}
		more.Function.Arguments = p.arguments
		out = append(out, more)
	}
	return out
}

func (p *chatReply) chunk(d chatDelta) chatChunk {
	e := p.envelope
	e.Object = "chat.completion.chunk"
	return chatChunk{e, []chatDelta{d}, newUsageChunk(p.usage, nil), nil}
}

// last is the usage, if it was asked for, with no choice, and the mark of the end.
func (p *chatReply) last() []any {
	if !p.usage {
		return []any{done}
	}
	e := p.envelope
	e.Object = "chat.completion.chunk"
	return []any{chatChunk{e, []chatDelta{}, newUsageChunk(true, &p.total), nil}, done}
}

// chatLogprobs are the log probabilities of an answer's tokens.
type chatLogprobs struct {
	Content []chatToken `json:"content"`
}

type chatToken struct {
	Token   string       `json:"token"`
	Logprob float32      `json:"logprob"`
	Bytes   []int        `json:"bytes"` // as numbers: []byte would become base64
	Top     *[]chatToken `json:"top_logprobs,omitempty"`
}

func newChatTokens(tokens []chat.TokenLogprob) []chatToken {
	out := make([]chatToken, len(tokens))
	for i, t := range tokens {
		out[i] = newChatToken(t)
		top := make([]chatToken, len(t.Top))
		for j, other := range t.Top {
			top[j] = newChatToken(other)
		}
		out[i].Top = &top
	}
	return out
}

func newChatToken(t chat.TokenLogprob) chatToken {
	c := chatToken{Token: printable(t.Bytes), Logprob: finite(t.Logprob), Bytes: make([]int, len(t.Bytes))}
	for i, b := range t.Bytes {
		c.Bytes[i] = int(b)
	}
	return c
}
