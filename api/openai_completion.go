package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"exaone/chat"
)

// completeText answers POST /v1/completions.
func (s *Server) completeText(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseCompletion(body)
	if err != nil {
		return err
	}
	if q.suffix {
		if err := s.fillsIn(r, q.reqs[0].Model); err != nil {
			return err
		}
	}
	for i := range q.reqs {
		q.reqs[i].Principal, q.reqs[i].Scope = who, who.Scope()
	}
	to := newTextReply(s.envelope(r, "cmpl-", "text_completion", q.reqs[0].Model), q)
	return s.answer(w, r, spread(q.reqs, q.n), q.streamed, to)
}

// textQuestion is what a body asks: a request for each prompt.
type textQuestion struct {
	reqs     []chat.Request
	n        int
	streamed bool
	usage    bool
	echo     bool
	logprobs bool
	suffix   bool
}

// fillsIn refuses a suffix for a model that was not taught to write what is between.
func (s *Server) fillsIn(r *http.Request, model string) error {
	models, err := s.opts.Models(r)
	if err != nil {
		return err
	}
	for _, m := range models {
		if (m.ID == model || model == "" && m.Default) && slices.Contains(m.Capabilities, "insert") {
			return nil
		}
	}
	return chat.NewError(chat.CodeUnsupportedField, nil, "suffix", "this model was not taught to fill in between")
}

// defaultLength is how many tokens a completion has if nobody says: OpenAI's default.
const defaultLength = 16

// parseCompletion reads the body of a completion.
func parseCompletion(o *object) (textQuestion, error) {
	var q textQuestion
	var req chat.Request
	q.n, q.streamed, q.usage = common(o, &req)
	q.echo, _ = o.flag("echo")
	top, on := o.integer("logprobs")
	if q.logprobs = on; on {
		req.Logprobs = int(top) + 1
		if q.echo {
			req.PromptLogprobs = int(top) + 1
		}
	}
	req.MaxTokens = textLength(o, q.echo)
	req.Grammar = grammar(o)
	suffix, _ := o.text("suffix")
	if q.suffix = suffix != ""; q.suffix && q.echo {
		o.add(chat.CodeBadField, "echo", "true", "false beside suffix")
	}
	for _, p := range prompts(o, "prompt", maxPrompts) {
		one := req
		p.Suffix = suffix
		one.Prompt = &p
		if q.echo && p.IDs != nil && one.PromptLogprobs == 0 {
			one.PromptLogprobs = 1 // nobody else can say how ids read
		}
		q.reqs = append(q.reqs, one)
	}
	if total := len(q.reqs) * q.n; total > maxPrompts {
		o.add(chat.CodeBadField, "n", fmt.Sprintf("%d choices in all", total), fmt.Sprintf("at most %d", maxPrompts))
	}
	o.close(harmless...)
	return q, o.err()
}

// textLength reads max_tokens as chat.Request wants it, where 0 is the whole window.
func textLength(o *object, echo bool) int {
	v, ok := o.integer("max_tokens")
	switch {
	case !ok:
		return defaultLength
	case v == 0 && !echo:
		o.add(chat.CodeBadField, "max_tokens", 0, "at least 1, or echo: true")
	case v == 0:
		return -1
	case v == -1: // as llama.cpp's clients say that there is no limit
		return 0
	}
	return int(v)
}

// prompts reads a field that is a text, ids, or a list of either, of at most most.
func prompts(o *object, field string, most int) []chat.Prompt {
	raw := o.take(field)
	if raw == nil {
		o.add(chat.CodeBadField, field, "nothing", "a text, a list of texts, or ids of tokens")
		return nil
	}
	if raw[0] == '"' {
		var text string
		o.want(field, raw, &text, "a text")
		return []chat.Prompt{{Text: text}}
	}
	inner := bytes.TrimLeft(raw[1:], " \t\r\n")
	if raw[0] == '[' && inner[0] != '"' && inner[0] != '[' {
		return []chat.Prompt{{IDs: ids(o, field, raw)}}
	}
	var out []chat.Prompt
	for i, element := range o.list(field, raw, most) {
		one := fmt.Sprintf("%s[%d]", field, i)
		if element[0] == '[' {
			out = append(out, chat.Prompt{IDs: ids(o, one, element)})
			continue
		}
		var text string
		o.want(one, element, &text, "a text or ids of tokens")
		out = append(out, chat.Prompt{Text: text})
	}
	return out
}

// ids reads a list of token ids, at least one. It splits the list itself: a body may hold millions, and reflection
// would take seconds.
func ids(o *object, field string, raw json.RawMessage) []int32 {
	if o.first != nil {
		return nil
	}
	inner := bytes.TrimSpace(raw[1 : len(raw)-1])
	if len(inner) == 0 {
		o.add(chat.CodeBadField, o.name(field), "[]", "at least one id")
		return nil
	}
	b := boundOf("prompt[]")
	out := make([]int32, 0, bytes.Count(inner, []byte(","))+1)
	for piece := range bytes.SplitSeq(inner, []byte(",")) {
		piece = bytes.TrimSpace(piece)
		id, err := strconv.ParseInt(string(piece), 10, 64)
		if err != nil || float64(id) < b.min || float64(id) > b.max {
			o.add(chat.CodeBadField, fmt.Sprintf("%s[%d]", field, len(out)), shorten(piece),
				fmt.Sprintf("an id, %s … %s", decimal(b.min), decimal(b.max)))
			return nil
		}
		out = append(out, int32(id))
	}
	return out
}

// textReply writes completions.
type textReply struct {
	envelope
	n        int // choices of each prompt
	usage    bool
	choices  []textChoice
	total    openAIUsage
	warnings []openAIWarning
}

// textChoice is one answer, as far as it has come.
type textChoice struct {
	Index    int           `json:"index"`
	Text     string        `json:"text"`
	Logprobs *textLogprobs `json:"logprobs"`
	Finish   *string       `json:"finish_reason"`
	echo     string        // what of the prompt is still to be sent
	at       offsets
}

func newTextReply(e envelope, q textQuestion) *textReply {
	p := &textReply{envelope: e, n: q.n, usage: q.usage, choices: make([]textChoice, len(q.reqs)*q.n)}
	for i := range p.choices {
		c := &p.choices[i]
		c.Index = i
		if q.logprobs {
			c.Logprobs = newTextLogprobs()
		}
		c.at.first = true
		if req := q.reqs[i/q.n]; q.echo && req.PromptLogprobs == 0 {
			c.echo = req.Prompt.Text
		}
	}
	return p
}

// take moves an event into a piece of a choice: text, and its tokens. It reports false if the event has none.
func (p *textReply) take(index int, ev chat.Event) (piece textChoice, ok bool) {
	c := &p.choices[index]
	piece.Index = index
	if c.Logprobs != nil {
		piece.Logprobs = newTextLogprobs()
	}
	switch ev := ev.(type) {
	case chat.Echo:
		piece.Text, c.echo = cutHalf(c.echo + ev.Text) // a prompt may come in pieces that end inside a character
		piece.Logprobs.add(ev.Tokens, &c.at, ev.Text, true)
		return piece, true
	case chat.Delta:
		piece.Text, c.echo = c.echo+ev.Thinking+ev.Text, ""
		piece.Logprobs.add(ev.Tokens, &c.at, ev.Text, false)
		return piece, true
	case chat.Call:
		// A raw prompt has no format that calls are written in.
		return piece, false
	case chat.Finish:
		piece.Text, c.echo = c.echo, ""
		reason := string(ev.Reason)
		piece.Finish = &reason
		if ev.End != nil { // evaluation programs count on it where they asked for a token more
			piece.Logprobs.add([]chat.TokenLogprob{*ev.End}, &c.at, "", false)
		}
		p.total.add(ev.Usage, index%p.n == 0)
		if p.warnings == nil {
			p.warnings = newOpenAIWarnings(ev.Warnings)
		}
		if p.Model == "" {
			p.Model = ev.Model
		}
		return piece, true
	case chat.Phase, chat.CallDelta:
	}
	return piece, false
}

func (p *textReply) add(index int, ev chat.Event) {
	piece, ok := p.take(index, ev)
	if !ok {
		return
	}
	c := &p.choices[index]
	c.Text += piece.Text
	c.Finish = piece.Finish
	if c.Logprobs != nil {
		c.Logprobs.append(piece.Logprobs)
	}
}

func (p *textReply) chunks(index int, ev chat.Event) []any {
	told := p.warnings != nil
	piece, ok := p.take(index, ev)
	if !ok {
		return nil
	}
	chunk := textChunk{p.envelope, []textChoice{piece}, newUsageChunk(p.usage, nil), nil}
	if !told {
		chunk.Warnings = p.warnings
	}
	return []any{chunk}
}

func (p *textReply) last() []any {
	if !p.usage {
		return []any{done}
	}
	return []any{textChunk{p.envelope, []textChoice{}, newUsageChunk(true, &p.total), nil}, done}
}

func (p *textReply) whole() any {
	total := &p.total
	return textChunk{p.envelope, p.choices, usageChunk{&total}, p.warnings}
}

func (p *textReply) failure(code chat.Code, message string) []any {
	return []any{newOpenAIFailure(code.HTTPStatus(), code, message, "")}
}

// textChunk is a completion, or one event of a streamed one.
type textChunk struct {
	envelope
	Choices []textChoice `json:"choices"`
	usageChunk
	Warnings []openAIWarning `json:"warnings,omitempty"`
}
