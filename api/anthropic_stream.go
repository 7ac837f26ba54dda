package api

import "exaone/chat"

// The events of a stream, in the order of Anthropic's documentation ("Streaming messages"): message_start, for each
// block content_block_start, its deltas and content_block_stop, then message_delta and message_stop. A ping follows the
// start of the first block, and comes whenever nothing else has for a while.
type (
	anthropicStart struct {
		Type    string              `json:"type"`
		Message anthropicMessageOut `json:"message"`
	}
	anthropicOpen struct {
		Type  string         `json:"type"`
		Index int            `json:"index"`
		Block anthropicBlock `json:"content_block"`
	}
	anthropicDelta struct {
		Type  string         `json:"type"`
		Index int            `json:"index"`
		Delta anthropicPiece `json:"delta"`
	}
	// anthropicPiece is what a block goes on with. Of its fields one is there, as its type says.
	anthropicPiece struct {
		Type      string  `json:"type"`
		Text      *string `json:"text,omitempty"`
		Thinking  *string `json:"thinking,omitempty"`
		Signature *string `json:"signature,omitempty"`
		JSON      *string `json:"partial_json,omitempty"`
	}
	anthropicClose struct {
		Type  string `json:"type"`
		Index int    `json:"index"`
	}
	anthropicEnd struct {
		Type  string `json:"type"`
		Delta struct {
			Reason string  `json:"stop_reason"`
			Stop   *string `json:"stop_sequence"`
		} `json:"delta"`
		Usage anthropicUsage `json:"usage"`
	}
	anthropicSign struct {
		Type string `json:"type"`
	}
)

func (e anthropicStart) event() string { return e.Type }
func (e anthropicOpen) event() string  { return e.Type }
func (e anthropicDelta) event() string { return e.Type }
func (e anthropicClose) event() string { return e.Type }
func (e anthropicEnd) event() string   { return e.Type }
func (e anthropicSign) event() string  { return e.Type }

func (p *anthropicReply) form() form {
	return form{kind: eventForm.kind, alive: "event: ping\ndata: {\"type\": \"ping\"}\n\n"}
}

func (p *anthropicReply) chunks(_ int, ev chat.Event) []any {
	switch ev := ev.(type) {
	case chat.Phase:
		if ev.Name == "read" && ev.Total > 0 {
			p.prompt = ev.Total
		}
		return nil
	case chat.Delta:
		var out []any
		if ev.Thinking != "" {
			out = p.piece(out, "thinking", anthropicPiece{Type: "thinking_delta", Thinking: &ev.Thinking})
			p.lastBlock().said.WriteString(ev.Thinking)
		}
		if ev.Text != "" {
			out = p.piece(out, "text", anthropicPiece{Type: "text_delta", Text: &ev.Text})
		}
		return out
	case chat.CallDelta:
		return p.callPiece(ev)
	case chat.Call:
		return p.call(ev)
	case chat.Finish:
		p.finish(ev)
		return p.close(p.begin(nil))
	case chat.Echo:
	}
	return nil
}

// begin appends the start of the message, once.
func (p *anthropicReply) begin(out []any) []any {
	if p.begun {
		return out
	}
	p.begun = true
	usage := newAnthropicUsage(p.usage)
	if p.usage.PromptTokens == 0 {
		usage.Input = p.prompt
	}
	usage.Output = 0
	return append(out, anthropicStart{"message_start", p.message(usage)})
}

// start appends the start of a block, behind the end of the one that is open.
func (p *anthropicReply) start(out []any, b anthropicBlock) []any {
	out = p.close(p.begin(out))
	p.blocks, p.open = append(p.blocks, b), true
	out = append(out, anthropicOpen{"content_block_start", len(p.blocks) - 1, b})
	if len(p.blocks) == 1 {
		out = append(out, anthropicSign{"ping"})
	}
	return out
}

// close appends the end of the block that is open. A thought is signed.
func (p *anthropicReply) close(out []any) []any {
	if !p.open {
		return out
	}
	p.open = false
	at := len(p.blocks) - 1
	if b := p.lastBlock(); b.Type == "thinking" {
		out = append(out, p.delta(anthropicPiece{Type: "signature_delta", Signature: new(signature(b.said.String()))}))
		b.said = nil
	}
	return append(out, anthropicClose{"content_block_stop", at})
}

// lastBlock is the block that is open or was last.
func (p *anthropicReply) lastBlock() *anthropicBlock { return &p.blocks[len(p.blocks)-1] }

func (p *anthropicReply) delta(piece anthropicPiece) anthropicDelta {
	return anthropicDelta{"content_block_delta", len(p.blocks) - 1, piece}
}

// piece appends a piece of text or thinking, to the block that is open or to a new one.
func (p *anthropicReply) piece(out []any, kind string, piece anthropicPiece) []any {
	if !p.open || p.lastBlock().Type != kind {
		out = p.start(out, newAnthropicBlock(kind))
	}
	return append(out, p.delta(piece))
}

// callPiece returns what is sent for a piece of a call.
func (p *anthropicReply) callPiece(ev chat.CallDelta) []any {
	var out []any
	if !p.open || p.lastBlock().Type != "tool_use" {
		out = p.start(out, anthropicBlock{Type: "tool_use", ID: toolID(ev.ID), Name: ev.Name, Input: jsonOf("")})
	}
	if ev.Arguments != "" {
		out = append(out, p.delta(anthropicPiece{Type: "input_json_delta", JSON: &ev.Arguments}))
	}
	return out
}

// call returns what is sent for a whole call: its end, if its pieces have been sent.
func (p *anthropicReply) call(ev chat.Call) []any {
	if p.open && p.lastBlock().Type == "tool_use" {
		return p.close(nil)
	}
	out := p.start(nil, anthropicBlock{Type: "tool_use", ID: toolID(ev.ID), Name: ev.Name, Input: jsonOf("")})
	arguments := string(jsonOf(ev.Arguments))
	out = append(out, p.delta(anthropicPiece{Type: "input_json_delta", JSON: &arguments}))
	return p.close(out)
}

func (p *anthropicReply) last() []any {
	end := anthropicEnd{Type: "message_delta", Usage: newAnthropicUsage(p.usage)}
	end.Delta.Reason, end.Delta.Stop = p.reason, p.stop
	return []any{end, anthropicSign{"message_stop"}}
}
