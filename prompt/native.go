package prompt

import (
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
)

// native is a dialect written in Go. Its functions see a request that has been checked: at least one
// message, and only roles that exist.
type native struct {
	name     string
	marks    []string // what is Special in its own text
	stop     []string
	stopText []string
	bos      string // what a prompt begins with; "" if nothing
	tools    bool   // the format has words for tools

	write  func(w *writer, req chat.Request, bos string) error
	syntax func(req chat.Request) syntax
}

func (d native) Name() string       { return d.name }
func (d native) Stop() []string     { return slices.Clone(d.stop) }
func (d native) StopText() []string { return slices.Clone(d.stopText) }

// Render writes the conversation and opens the assistant's turn.
func (d native) Render(req chat.Request) ([]Segment, error) {
	t, err := d.render(req)
	if err != nil {
		return nil, err
	}
	return t.segments(markList(d.marks)), nil
}

func (d native) render(req chat.Request) (written, error) {
	if err := check(req); err != nil {
		return written{}, err
	}
	if !d.tools && len(req.Tools) > 0 {
		var err error
		if req, err = showTools(req); err != nil {
			return written{}, err
		}
	}
	var w writer
	if err := d.write(&w, req, d.bos); err != nil {
		return written{}, err
	}
	return w.written(), nil
}

// Parse returns a parser for one answer to req.
func (d native) Parse(req chat.Request) Parser {
	s := d.syntax(req)
	if !d.tools && len(req.Tools) > 0 {
		s.callOpen, s.callClose = formShown.Open, formShown.Close
	}
	s.tools, s.turn = req.Tools, len(req.Messages)
	return s.parser()
}

// of returns the dialect for a checkpoint: with its own beginning of text, and with only those marks that
// its vocabulary has, so that a tokenizer is not told to look for others.
func (d native) of(src Source) native {
	if d.bos != "" && src.BOS != "" {
		d.bos = src.BOS
	}
	marks := slices.Clone(d.marks)
	if d.bos != "" && !slices.Contains(marks, d.bos) {
		marks = append(marks, d.bos)
	}
	if src.HasToken != nil {
		marks = slices.DeleteFunc(marks, func(m string) bool { return !src.HasToken(m) })
	}
	d.marks = marks
	if src.EOS != "" && !slices.Contains(d.stop, src.EOS) {
		d.stop = append(slices.Clone(d.stop), src.EOS)
	}
	return d
}

// check refuses what no dialect can render.
func check(req chat.Request) error {
	if len(req.Messages) == 0 {
		return chat.NewError(chat.CodeBadRequest, nil, "messages: found none, want at least one")
	}
	for i, m := range req.Messages {
		switch m.Role {
		case chat.System, chat.User, chat.Assistant, chat.Tool:
		default:
			return chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("messages[%d].role", i), string(m.Role),
				"system, user, assistant, tool")
		}
	}
	return nil
}

// refuse is the error of a conversation that a dialect cannot express.
func refuse(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	return chat.NewError(chat.CodeBadTemplate, nil, what)
}

// afterThinking returns what an assistant said after its thinking, and the thinking, if the text has both.
func afterThinking(text, open, shut string) (said, thought string, found bool) {
	first := strings.Index(text, shut)
	if first < 0 {
		return text, "", false
	}
	thought = text[:first]
	if i := strings.LastIndex(thought, open); i >= 0 {
		thought = thought[i+len(open):]
	}
	return text[strings.LastIndex(text, shut)+len(shut):], thought, true
}

// json appends a value that came with the request as JSON.
func (w *writer) json(v value, o jsonOptions) error {
	t, err := (*machine)(nil).dumpJSON(v, o)
	if err != nil {
		return err
	}
	w.add(t)
	return nil
}

// wantsThinking returns what the request says of thinking, or def.
func wantsThinking(req chat.Request, def bool) bool {
	if req.Thinking == nil {
		return def
	}
	return *req.Thinking
}
