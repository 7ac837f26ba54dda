package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"exaone/chat"
)

// asked is a request as a server reads it.
type asked struct {
	path     string
	body     fields
	streamed bool
	echo     string // the prompt, if the reply begins with it
	echoed   bool
	top      int // alternatives beside each token of the answer
	logprobs bool
}

// fields are those of a request body.
type fields map[string]any

// question turns a request into one that the server understands, or says what of it the server cannot do.
func (c *Client) question(ctx context.Context, p *peer, req chat.Request) (asked, error) {
	if (req.Prompt != nil) == (len(req.Messages) > 0) {
		return asked{}, chat.NewError(chat.CodeBadRequest, nil, "messages or prompt, and not both")
	}
	q := asked{path: "chat/completions", body: fields{"model": p.model}, streamed: true,
		top: max(req.Logprobs-1, 0), logprobs: req.Logprobs > 0}
	var err error
	if req.Prompt != nil {
		err = c.continued(p, req, &q)
	} else {
		err = c.conversation(ctx, p, req, &q)
	}
	if err == nil {
		err = c.sampled(p, req, q.body)
	}
	if err == nil && !req.Grammar.IsZero() {
		err = c.constrain(ctx, p, req, q.body)
	}
	if q.streamed {
		q.body["stream"], q.body["stream_options"] = true, fields{"include_usage": true}
	}
	return q, err
}

// conversation fills in what chat completions have.
func (c *Client) conversation(ctx context.Context, p *peer, req chat.Request, q *asked) error {
	var messages []fields
	for i, m := range req.Messages {
		if len(m.Images) > 0 {
			if sees, err := c.eyes(ctx, p); err != nil {
				return err
			} else if !sees {
				return chat.NewError(chat.CodeNoEyes, nil, fmt.Sprintf("messages[%d]", i))
			}
		}
		messages = append(messages, wireMessage(p.kind, m))
	}
	q.body["messages"] = messages
	switch {
	case req.PromptLogprobs > 0:
		return c.cannot("prompt logprobs of a conversation")
	case req.MaxTokens < 0:
		return c.cannot("max_tokens 0")
	case req.MaxTokens > 0 && p.kind == peerOpenAI:
		q.body["max_completion_tokens"] = req.MaxTokens
	case req.MaxTokens > 0:
		q.body["max_tokens"] = req.MaxTokens
	}
	if req.Logprobs > 0 {
		q.body["logprobs"], q.body["top_logprobs"] = true, req.Logprobs-1
	}
	if req.Thinking != nil {
		if !p.kind.own() {
			return c.cannot("thinking on or off")
		}
		q.body["chat_template_kwargs"] = fields{"enable_thinking": *req.Thinking}
	}
	wireTools(p.kind, req, q.body)
	return nil
}

// wireMessage is a message as chat completions have it. What was thought goes to those that know the field; a chat
// format leaves it out of what went before in any case.
func wireMessage(kind peerKind, m chat.Message) fields {
	out := fields{"role": string(m.Role), "content": m.Text}
	if len(m.Images) > 0 {
		out["content"] = wireParts(m)
	}
	if m.Thinking != "" && kind.own() {
		out["reasoning_content"] = m.Thinking
	}
	if len(m.Calls) > 0 {
		var calls []fields
		for _, call := range m.Calls {
			calls = append(calls, fields{"id": call.ID, "type": "function",
				"function": fields{"name": call.Name, "arguments": call.Arguments}})
		}
		out["tool_calls"] = calls
		if m.Text == "" {
			out["content"] = nil
		}
	}
	if m.Role == chat.Tool {
		out["tool_call_id"] = m.CallID
	}
	if m.Name != "" {
		out["name"] = m.Name
	}
	return out
}

// wireParts are the pictures of a message and then its text, as OpenAI has them; Ollama, llama.cpp, vLLM and SGLang take them so.
func wireParts(m chat.Message) []fields {
	var parts []fields
	for _, one := range m.Images {
		address := "data:" + one.Type + ";base64," + base64.StdEncoding.EncodeToString(one.Data)
		parts = append(parts, fields{"type": "image_url", "image_url": fields{"url": address}})
	}
	if m.Text != "" {
		parts = append(parts, fields{"type": "text", "text": m.Text})
	}
	return parts
}

// wireTools fills in the tools and what may be done with them.
func wireTools(kind peerKind, req chat.Request, body fields) {
	specs, choice := req.Tools, req.Choice
	if kind == peerLlama && choice.Mode == chat.ToolNamed { // it takes words only: "required", of the one tool
		specs = slices.DeleteFunc(slices.Clone(specs), func(t chat.ToolSpec) bool { return t.Name != choice.Name })
		choice = chat.ToolChoice{Mode: chat.ToolRequired}
	}
	if len(specs) == 0 {
		return
	}
	var tools []fields
	for _, t := range specs {
		tools = append(tools, fields{"type": "function", "function": fields{
			"name": t.Name, "description": t.Description, "parameters": json.RawMessage(t.Parameters)}})
	}
	body["tools"] = tools
	switch choice.Mode {
	case chat.ToolAuto:
	case chat.ToolNone, chat.ToolRequired:
		body["tool_choice"] = string(choice.Mode)
	case chat.ToolNamed:
		body["tool_choice"] = fields{"type": "function", "function": fields{"name": choice.Name}}
	}
	switch {
	case req.OneCall:
		body["parallel_tool_calls"] = false
	case kind == peerLlama: // where one is the default
		body["parallel_tool_calls"] = true
	}
}

// continued fills in what completions have.
func (c *Client) continued(p *peer, req chat.Request, q *asked) error {
	q.path = "completions"
	q.body["prompt"] = req.Prompt.Text
	if req.Prompt.IDs != nil {
		q.body["prompt"] = req.Prompt.IDs
	}
	if req.Prompt.Suffix != "" {
		if p.kind == peerVLLM || p.kind == peerSGLang || p.kind == peerLlama {
			return c.cannot("suffix")
		}
		q.body["suffix"] = req.Prompt.Suffix
	}
	if len(req.Tools) > 0 || req.Thinking != nil && *req.Thinking {
		return c.cannot("tools or thinking outside a conversation")
	}
	if req.Logprobs > 0 {
		q.body["logprobs"] = req.Logprobs - 1
	}
	if req.PromptLogprobs > 0 {
		if p.kind != peerVLLM && p.kind != peerExaone {
			return c.cannot("prompt logprobs")
		}
		// Where the prompt ends is known from the usage, which a stream has at its end only.
		q.streamed, q.echoed, q.echo = false, true, req.Prompt.Text
		q.body["echo"], q.body["logprobs"] = true, max(req.PromptLogprobs, req.Logprobs)-1
		q.top = max(req.PromptLogprobs, req.Logprobs) - 1
	}
	switch {
	case req.MaxTokens > 0:
		q.body["max_tokens"] = req.MaxTokens
	case req.MaxTokens < 0 && !q.echoed:
		return c.cannot("max_tokens 0")
	case req.MaxTokens < 0:
		q.body["max_tokens"] = 0
	case p.kind == peerLlama, p.kind == peerExaone:
		q.body["max_tokens"] = -1 // to the end of the window; where nothing is said, it is 16 tokens
	case p.kind == peerVLLM:
		q.body["max_tokens"] = nil
	default:
		return c.cannot("an answer to the end of the window; say max_tokens")
	}
	return nil
}

// sampled fills in how tokens are picked.
func (c *Client) sampled(p *peer, req chat.Request, body fields) error {
	s := req.Sampling
	body["temperature"] = s.Temperature
	if s.TopP != 0 {
		body["top_p"] = s.TopP
	}
	if s.Temperature > 0 {
		body["seed"] = int64(s.Seed)
	}
	if s.PresencePenalty != 0 {
		body["presence_penalty"] = s.PresencePenalty
	}
	if s.FrequencyPenalty != 0 {
		body["frequency_penalty"] = s.FrequencyPenalty
	}
	if len(s.LogitBias) > 0 {
		biases := make(map[string]float32, len(s.LogitBias))
		for id, v := range s.LogitBias {
			biases[strconv.Itoa(int(id))] = v
		}
		body["logit_bias"] = biases
	}
	if len(req.Stop) > 0 {
		body["stop"] = req.Stop
	}
	if req.Adapter != "" {
		if p.kind != peerExaone {
			return c.cannot("adapter")
		}
		body["adapter"] = req.Adapter
	}
	penalty := s.RepetitionPenalty != 0 && s.RepetitionPenalty != 1
	for _, f := range [...]struct {
		name  string
		set   bool
		value any
	}{{"top_k", s.TopK != 0, s.TopK}, {"min_p", s.MinP != 0, s.MinP}, {"repetition_penalty", penalty, s.RepetitionPenalty}} {
		if f.set && !p.kind.own() {
			return c.cannot(f.name)
		}
		if f.set {
			body[f.name] = f.value
		}
	}
	if penalty && p.kind == peerLlama { // by its own name, and over all of the text as ours
		delete(body, "repetition_penalty")
		body["repeat_penalty"], body["repeat_last_n"] = s.RepetitionPenalty, -1
	}
	return nil
}
