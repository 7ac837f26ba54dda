package api

import (
	"exaone/chat"
)

// responseReply writes a response: the same events make the streamed one and the whole one.
type responseReply struct {
	body     responseBody
	logprobs bool
	begun    bool // its first events are out
	sequence int
	items    []*growing
	open     int         // the message or thought that grows; -1 is none
	calls    map[int]int // from the calls of the answer to items
	log      callLog
	out      []any // of the event at hand
}

func newResponseReply(body responseBody, logprobs bool) *responseReply {
	return &responseReply{body: body, logprobs: logprobs, open: -1, calls: make(map[int]int)}
}

func (p *responseReply) add(index int, ev chat.Event) { p.chunks(index, ev) }

// chunks returns what a stream sends for an event, in the order in which OpenAI's clients expect it.
func (p *responseReply) chunks(_ int, ev chat.Event) []any {
	p.out = nil
	switch ev := ev.(type) {
	case chat.Delta:
		p.begin()
		if ev.Thinking != "" {
			p.say("reasoning", ev.Thinking, nil)
		}
		// Tokens of a call have no text to go with, and a message for them alone would say that something was said.
		if ev.Text != "" || len(ev.Tokens) > 0 && ev.Thinking == "" && len(p.calls) == 0 {
			p.say("message", ev.Text, ev.Tokens)
		}
	case chat.Call, chat.CallDelta:
		p.begin()
		piece, _ := p.log.take(ev)
		p.call(piece)
	case chat.Finish:
		p.begin()
		p.finish(ev)
	case chat.Echo, chat.Phase:
	}
	return p.out
}

// send puts an event out.
func (p *responseReply) send(e responseEvent) {
	e.Sequence = p.sequence
	p.sequence++
	p.out = append(p.out, e)
}

// sendBody puts out an event that has the whole response as it stands.
func (p *responseReply) sendBody(kind string) {
	body := p.body
	p.send(responseEvent{Type: kind, Response: &body})
}

// sendOf puts out an event of an item's text.
func (p *responseReply) sendOf(at int, e responseEvent) {
	e.ItemID, e.OutputIndex = p.items[at].id, &at
	p.send(e)
}

func (p *responseReply) begin() {
	if !p.begun {
		p.begun = true
		p.sendBody("response.created")
		p.sendBody("response.in_progress")
	}
}

// start begins an item.
func (p *responseReply) start(g *growing) int {
	g.status = "in_progress"
	p.items = append(p.items, g)
	at := len(p.items) - 1
	p.send(responseEvent{Type: "response.output_item.added", OutputIndex: &at, Item: g.item()})
	return at
}

// say lets the message, or what is thought, grow. tokens are those of text.
func (p *responseReply) say(kind, text string, tokens []chat.TokenLogprob) {
	if p.open >= 0 && p.items[p.open].kind != kind {
		p.close("completed")
	}
	if p.open < 0 {
		prefix := map[string]string{"message": "msg_", "reasoning": "rs_"}[kind]
		p.open = p.start(&growing{kind: kind, id: newID(prefix)})
		p.sendOf(p.open, responseEvent{Type: "response.content_part.added", ContentIndex: new(int), Part: p.items[p.open].part()})
	}
	g := p.items[p.open]
	g.text.WriteString(text)
	e := responseEvent{Type: "response.reasoning_text.delta", ContentIndex: new(int), Delta: &text}
	if kind == "message" {
		e.Type = "response.output_text.delta"
		var list []chatToken
		if p.logprobs {
			list = newChatTokens(tokens)
			g.logprobs = append(g.logprobs, list...)
		}
		e.Logprobs = g.tokens(list)
	}
	p.sendOf(p.open, e)
}

// close ends the item that is open.
func (p *responseReply) close(status string) {
	if p.open < 0 {
		return
	}
	at, g := p.open, p.items[p.open]
	p.open = -1
	text := g.text.String()
	e := responseEvent{Type: "response.reasoning_text.done", ContentIndex: new(int), Text: &text}
	if g.kind == "message" {
		e.Type, e.Logprobs = "response.output_text.done", g.tokens(g.logprobs)
	}
	p.sendOf(at, e)
	p.sendOf(at, responseEvent{Type: "response.content_part.done", ContentIndex: new(int), Part: g.part()})
	p.end(at, status)
}

// end says that an item is over.
func (p *responseReply) end(at int, status string) {
	g := p.items[at]
	g.status = status
	p.send(responseEvent{Type: "response.output_item.done", OutputIndex: &at, Item: g.item()})
}

// call takes a piece of a call.
func (p *responseReply) call(piece callPiece) {
	if piece.opens {
		p.close("completed")
		p.calls[piece.index] = p.start(&growing{kind: "function_call", id: newID("fc_"), callID: piece.id, name: piece.name})
	}
	at := p.calls[piece.index]
	g := p.items[at]
	if piece.arguments != "" {
		g.text.WriteString(piece.arguments)
		p.sendOf(at, responseEvent{Type: "response.function_call_arguments.delta", Delta: &piece.arguments})
	}
	if piece.closes {
		p.endCall(at, "completed")
	}
}

func (p *responseReply) endCall(at int, status string) {
	arguments := p.items[at].text.String()
	p.sendOf(at, responseEvent{Type: "response.function_call_arguments.done", Name: p.items[at].name, Arguments: &arguments})
	p.end(at, status)
}

// finish ends what is open and fills in what is known at the end.
func (p *responseReply) finish(ev chat.Finish) {
	p.body.Status = "completed"
	if ev.Reason == chat.FinishLength {
		p.body.Status, p.body.Incomplete = "incomplete", &responseIncomplete{"max_output_tokens"}
	}
	if len(p.items) == 0 {
		p.say("message", "", nil)
	}
	p.close(p.body.Status)
	thought := false
	for at, g := range p.items {
		if g.status == "in_progress" { // a call that was cut short
			p.endCall(at, "incomplete")
		}
		thought = thought || g.kind == "reasoning"
		p.body.Output = append(p.body.Output, *g.item())
	}
	p.body.Usage = newResponseUsage(ev.Usage, thought)
	p.body.Warnings = newOpenAIWarnings(ev.Warnings)
	if p.body.Model == "" {
		p.body.Model = ev.Model
	}
}

// last is the response as a whole.
func (p *responseReply) last() []any {
	p.out = nil
	p.sendBody("response." + p.body.Status)
	return p.out
}

func (p *responseReply) whole() any { return p.body }

func (p *responseReply) failure(code chat.Code, message string) []any {
	p.out = nil
	p.begin()
	p.body.Status = "failed"
	p.body.Error = &responseError{string(code), message}
	p.sendBody("response.failed")
	return p.out
}
