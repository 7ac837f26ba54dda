package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"strings"

	"exaone/chat"
)

// heardChunk is a chunk of a stream, or a whole completion, as servers write them.
type heardChunk struct {
	Choices []heardChoice
	Usage   *struct {
		PromptTokens     int `json:"prompt_tokens"`
		CompletionTokens int `json:"completion_tokens"`
		Details          *struct {
			CachedTokens int `json:"cached_tokens"`
		} `json:"prompt_tokens_details"`
	}
	Error    json.RawMessage
	Warnings []openAIWarning
}

type heardChoice struct {
	Index int
	Delta struct {
		Content   *string
		Refusal   *string
		Reasoning *string     // vLLM of today
		Thinking  *string     `json:"reasoning_content"` // everybody else
		Calls     []heardCall `json:"tool_calls"`
	}
	Text     *string // of completions
	Logprobs *heardLogprobs
	Finish   *string         `json:"finish_reason"`
	Stop     json.RawMessage `json:"stop_reason"`  // vLLM
	Matched  json.RawMessage `json:"matched_stop"` // SGLang
}

type heardCall struct {
	Index    *int
	ID       string
	Function struct {
		Name      string
		Arguments string
	}
}

// heard turns what a server sends into events.
type heard struct {
	c *Client
	q asked

	calls    []*partCall
	at       int // bytes of the tokens so far
	said     bool
	told     bool // log probabilities have come
	reason   string
	stop     string
	usage    chat.Usage
	warnings []chat.Warning
}

// partCall is a call as far as it has come.
type partCall struct {
	id, name  string
	arguments strings.Builder
	opened    bool // a piece of it has been passed on: its name is known
	closed    bool
}

func newHeard(c *Client, q asked) *heard { return &heard{c: c, q: q} }

// stream passes on the events of a streamed reply. say returns false when nobody listens any more.
func (h *heard) stream(r *heardReply, say func(chat.Event) bool) error {
	if kind, _, _ := mime.ParseMediaType(r.kind); kind != "text/event-stream" {
		text, _ := io.ReadAll(io.LimitReader(r, mostOfError)) // an error with the status of success
		return h.c.bad("%s instead of a stream: %s", kind, h.c.messageOf(text))
	}
	events := newEventReader(r)
	for {
		data, err := events.next()
		switch {
		case errors.Is(err, errLongEvent):
			return h.c.bad("an event of more than %d MiB", mostOfEvent>>20)
		case err == io.EOF && h.reason == "":
			return h.c.cut(io.ErrUnexpectedEOF)
		case err != nil && err != io.EOF:
			return err
		case err == io.EOF, string(data) == string(done):
			return h.end(say)
		}
		var chunk heardChunk
		if err := json.Unmarshal(data, &chunk); err != nil {
			return h.c.bad("%v in %.100q", err, data)
		}
		out, err := h.take(chunk)
		for _, ev := range out {
			if !say(ev) {
				return nil
			}
		}
		if err != nil {
			return err
		}
	}
}

// take returns the events of a chunk, and what is wrong with the rest of it.
func (h *heard) take(chunk heardChunk) ([]chat.Event, error) {
	if len(chunk.Error) > 0 && string(chunk.Error) != "null" {
		return nil, chat.NewError(chat.CodeRemoteFailed, nil, h.c.host, 200, h.c.clean(messageIn(chunk.Error)))
	}
	if u := chunk.Usage; u != nil {
		h.usage = chat.Usage{PromptTokens: max(u.PromptTokens, 0), CompletionTokens: max(u.CompletionTokens, 0)}
		if u.Details != nil {
			h.usage.CachedTokens = min(max(u.Details.CachedTokens, 0), h.usage.PromptTokens)
		}
	}
	for _, w := range chunk.Warnings {
		h.warnings = append(h.warnings, chat.Warning(w))
	}
	var out []chat.Event
	for _, choice := range chunk.Choices {
		if choice.Index != 0 {
			return out, h.c.bad("choice %d of one that was asked for", choice.Index)
		}
		if ev, ok := h.delta(choice); ok {
			out = append(out, ev)
		}
		for _, call := range choice.Delta.Calls {
			more, err := h.call(call)
			if out = append(out, more...); err != nil {
				return out, err
			}
		}
		if choice.Finish != nil && *choice.Finish != "" {
			h.reason = *choice.Finish
			for _, raw := range []json.RawMessage{choice.Stop, choice.Matched} {
				var text string
				if json.Unmarshal(raw, &text) == nil && text != "" { // a number is the id of the end
					h.stop = text
				}
			}
		}
	}
	return out, nil
}

// delta returns what a choice says and thinks. Thoughts come before what is said.
func (h *heard) delta(choice heardChoice) (ev chat.Delta, ok bool) {
	for _, s := range []*string{choice.Delta.Content, choice.Delta.Refusal, choice.Text} {
		if s != nil {
			ev.Text += *s
		}
	}
	if s := choice.Delta.Thinking; s != nil {
		ev.Thinking = *s
	} else if s := choice.Delta.Reasoning; s != nil {
		ev.Thinking = *s
	}
	if h.q.logprobs {
		ev.Tokens = choice.Logprobs.tokens(h.q.top, &h.at)
	}
	h.said = h.said || ev.Text != ""
	h.told = h.told || len(ev.Tokens) > 0
	return ev, ev.Text != "" || ev.Thinking != "" || len(ev.Tokens) > 0
}

// call takes a piece of a call. A call begins when its name is known, and ends when the next one begins.
func (h *heard) call(piece heardCall) ([]chat.Event, error) {
	index := len(h.calls) - 1
	switch {
	case piece.Index != nil:
		index = *piece.Index
	case piece.ID != "" || index < 0: // servers that do not count send each call whole
		index++
	}
	if index < 0 || index > len(h.calls) || index >= maxCalls {
		return nil, h.c.bad("call %d after %d", index, len(h.calls))
	}
	var out []chat.Event
	if index == len(h.calls) {
		ended, err := h.endCalls()
		if out = ended; err != nil {
			return out, err
		}
		h.calls = append(h.calls, &partCall{})
	}
	p := h.calls[index]
	if p.closed {
		return out, h.c.bad("call %d goes on after its end", index)
	}
	if p.id == "" {
		p.id = piece.ID
	}
	if !p.opened {
		p.name += piece.Function.Name
	}
	p.arguments.WriteString(piece.Function.Arguments)
	switch {
	case p.opened && piece.Function.Arguments != "":
		out = append(out, chat.CallDelta{Index: index, Arguments: piece.Function.Arguments})
	case !p.opened && p.name != "":
		if p.opened = true; p.id == "" {
			p.id = newID("call_")
		}
		out = append(out, chat.CallDelta{Index: index, ID: p.id, Name: p.name, Arguments: p.arguments.String()})
	}
	return out, nil
}

// endCalls returns the calls that are whole now.
func (h *heard) endCalls() ([]chat.Event, error) {
	var out []chat.Event
	for _, p := range h.calls {
		if p.closed {
			continue
		}
		p.closed = true
		arguments := p.arguments.String()
		if strings.TrimSpace(arguments) == "" {
			arguments = "{}"
		}
		if p.name == "" {
			return out, h.c.bad("a call without a name")
		}
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(arguments), &object) != nil || object == nil {
			return out, h.c.bad("arguments of %s are no object: %.100q", p.name, arguments)
		}
		out = append(out, chat.Call{ToolCall: chat.ToolCall{ID: p.id, Name: p.name, Arguments: arguments}})
	}
	return out, nil
}

// end says what is left to be said once the server has said all.
func (h *heard) end(say func(chat.Event) bool) error {
	if h.q.logprobs && h.said && !h.told {
		return h.c.cannot("logprobs")
	}
	finish := chat.Finish{Stop: h.stop, Model: h.c.Name(), Usage: h.usage, Warnings: h.warnings}
	switch h.reason {
	case "stop", "eos", "tool_calls", "function_call":
		finish.Reason = chat.FinishStop
		out, err := h.endCalls()
		for _, ev := range out {
			if !say(ev) {
				return nil
			}
		}
		if err != nil {
			return err
		}
		if len(h.calls) > 0 {
			finish.Reason = chat.FinishCalls
		}
	case "length":
		finish.Reason = chat.FinishLength // a call that was cut short stays in pieces
	case "content_filter":
		return chat.NewError(chat.CodeRemoteWithheld, nil, h.c.host)
	case "":
		return h.c.cut(io.ErrUnexpectedEOF)
	default:
		return h.c.bad("the answer ends with %.40q", h.reason)
	}
	say(finish)
	return nil
}
