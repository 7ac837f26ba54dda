package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"exaone/chat"
)

// anthropicReply writes messages, whole or as events.
type anthropicReply struct {
	id, model string
	stops     []string // of the request: a model's own end is not among them
	prompt    int      // tokens, as soon as they are known
	reason    string
	stop      *string
	usage     chat.Usage

	blocks []anthropicBlock // whole, or as far as a stream has come: its last is the open one
	open   bool
	begun  bool
}

func (s *Server) newAnthropicReply(r *http.Request, q anthropicQuestion) *anthropicReply {
	return &anthropicReply{id: newID("msg_"), model: s.modelName(r, q.req.Model), stops: q.req.Stop}
}

// anthropicBlock is a piece of content.
type anthropicBlock struct {
	Type      string          `json:"type"`
	Text      *string         `json:"text,omitempty"`
	Thinking  *string         `json:"thinking,omitempty"`
	Signature *string         `json:"signature,omitempty"`
	ID        string          `json:"id,omitempty"`
	Name      string          `json:"name,omitempty"`
	Input     json.RawMessage `json:"input,omitempty"`

	said *strings.Builder // of text and thinking
}

func newAnthropicBlock(kind string) anthropicBlock {
	b := anthropicBlock{Type: kind, said: new(strings.Builder)}
	switch kind {
	case "text":
		b.Text = new(string)
	case "thinking":
		b.Thinking, b.Signature = new(string), new(string)
	}
	return b
}

// whole returns the block with all that it says.
func (b anthropicBlock) whole() anthropicBlock {
	said := b.said.String()
	switch b.Type {
	case "text":
		b.Text = &said
	case "thinking":
		b.Thinking, b.Signature = &said, new(signature(said))
	}
	return b
}

// signature is what a thought is returned with: a checksum of its text, opaque to clients. It proves nothing and is not
// looked at when it comes back, so that a conversation that began elsewhere can go on here.
func signature(thought string) string {
	sum := sha256.Sum256([]byte("exaone thinking\n" + thought))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// anthropicUsage counts tokens. What was cached is no part of the input.
type anthropicUsage struct {
	Input         int    `json:"input_tokens"`
	CacheCreation int    `json:"cache_creation_input_tokens"`
	CacheRead     int    `json:"cache_read_input_tokens"`
	Output        int    `json:"output_tokens"`
	Tier          string `json:"service_tier,omitempty"`
}

func newAnthropicUsage(u chat.Usage) anthropicUsage {
	return anthropicUsage{Input: u.PromptTokens - u.CachedTokens, CacheRead: u.CachedTokens, Output: u.CompletionTokens}
}

// anthropicMessageOut is a whole reply, and what a stream begins with.
type anthropicMessageOut struct {
	ID      string           `json:"id"`
	Type    string           `json:"type"`
	Role    string           `json:"role"`
	Model   string           `json:"model"`
	Content []anthropicBlock `json:"content"`
	Reason  *string          `json:"stop_reason"`
	Stop    *string          `json:"stop_sequence"`
	Usage   anthropicUsage   `json:"usage"`
}

func (p *anthropicReply) message(usage anthropicUsage) anthropicMessageOut {
	usage.Tier = "standard"
	return anthropicMessageOut{ID: p.id, Type: "message", Role: "assistant", Model: p.model, Content: []anthropicBlock{}, Usage: usage}
}

// say returns the block that a piece of text or thinking goes to, of the end of a whole reply.
func (p *anthropicReply) say(kind string) *anthropicBlock {
	if n := len(p.blocks); n == 0 || p.blocks[n-1].Type != kind {
		p.blocks = append(p.blocks, newAnthropicBlock(kind))
	}
	return &p.blocks[len(p.blocks)-1]
}

func (p *anthropicReply) add(_ int, ev chat.Event) {
	switch ev := ev.(type) {
	case chat.Delta:
		if ev.Thinking != "" {
			p.say("thinking").said.WriteString(ev.Thinking)
		}
		if ev.Text != "" {
			p.say("text").said.WriteString(ev.Text)
		}
	case chat.Call:
		p.blocks = append(p.blocks, anthropicBlock{Type: "tool_use", ID: toolID(ev.ID), Name: ev.Name, Input: jsonOf(ev.Arguments),
			said: new(strings.Builder)})
	case chat.Finish:
		p.finish(ev)
	case chat.Echo, chat.Phase, chat.CallDelta:
	}
}

func toolID(id string) string {
	if id == "" {
		return newID("toolu_")
	}
	return id
}

func (p *anthropicReply) finish(ev chat.Finish) {
	p.usage = ev.Usage
	if p.model == "" {
		p.model = ev.Model
	}
	switch {
	case ev.Reason == chat.FinishCalls:
		p.reason = "tool_use"
	case ev.Reason == chat.FinishLength:
		p.reason = "max_tokens"
	case ev.Stop != "" && slices.Contains(p.stops, ev.Stop):
		p.reason, p.stop = "stop_sequence", &ev.Stop
	default:
		p.reason = "end_turn"
	}
}

func (p *anthropicReply) whole() any {
	m := p.message(newAnthropicUsage(p.usage))
	for _, b := range p.blocks {
		m.Content = append(m.Content, b.whole())
	}
	m.Reason, m.Stop = &p.reason, p.stop
	return m
}

func (p *anthropicReply) failure(code chat.Code, message string) []any {
	return []any{newAnthropicFailure(anthropicStatus(code, code.HTTPStatus()), message, "")}
}
