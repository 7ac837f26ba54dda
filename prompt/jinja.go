package prompt

import (
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// jinja is a dialect that a checkpoint's own template writes. The template runs in an interpreter of ours,
// within limits, that keeps track of what came from the request through every operation on text: only the
// template's own text is searched for marks. What a template decides by looking at a message (if "/think" in
// content) is its own affair.
type jinja struct {
	tmpl  *template
	src   Source
	stop  []string
	tools bool      // the template writes the tools of a request
	form  *CallForm // of the calls that it writes; nil if it is none of those that are known
	now   func() time.Time

	learning bool // whether it does is being found out
}

// newJinja parses src.Template, and learns from it how its turns end and whether it writes tools.
func newJinja(src Source) (*jinja, error) {
	tmpl, err := parseTemplate(src.Template)
	if err != nil {
		return nil, badTemplate(err)
	}
	d := &jinja{tmpl: tmpl, src: src, now: time.Now}
	if src.EOS != "" {
		d.stop = []string{src.EOS}
	}
	if _, err := d.render(probes[0]); err != nil {
		return d, nil // there is nothing to learn, and what it runs into it need not run into again
	}
	if mark := d.turnEnd(); mark != "" && !slices.Contains(d.stop, mark) {
		d.stop = append(d.stop, mark)
	}
	d.learning = true
	d.tools = d.writesTools()
	d.form = d.writesCalls()
	d.learning = false
	return d, nil
}

// writesTools renders a request with a tool and looks for it.
func (d *jinja) writesTools() bool {
	const name = "tool_probe"
	t, err := d.render(chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}},
		Tools: []chat.ToolSpec{{Name: name, Description: "d", Parameters: `{"type":"object","properties":{}}`}}})
	return err == nil && strings.Contains(t.s, name)
}

// writesCalls renders a call and finds the form that it is in.
func (d *jinja) writesCalls() *CallForm {
	const name = "tool_probe"
	t, err := d.render(chat.Request{
		Messages: []chat.Message{
			{Role: chat.User, Text: "q"},
			{Role: chat.Assistant, Calls: []chat.ToolCall{{ID: "123456789", Name: name, Arguments: `{"a":"b"}`}}},
			{Role: chat.Tool, CallID: "123456789", Name: name, Text: "r"},
		},
		Tools: []chat.ToolSpec{{Name: name, Description: "d", Parameters: `{"type":"object","properties":{"a":{"type":"string"}}}`}},
	})
	if err != nil {
		return nil
	}
	for _, f := range []*CallForm{&formHermes, &formExaone4, &formLlama3} {
		at := strings.Index(t.s, f.Open+f.Head+name+f.Middle+"{")
		if at >= 0 && strings.Contains(t.s[at:], "}"+f.Tail+f.Close) {
			return f
		}
	}
	return nil
}

// shows reports whether the tools of req are shown in the conversation: the template has no words for them, or calls
// must be written and its form of them is not known.
func (d *jinja) shows(req chat.Request) bool {
	must := req.Choice.Mode == chat.ToolRequired || req.Choice.Mode == chat.ToolNamed
	return len(req.Tools) > 0 && (!d.tools || d.form == nil && must)
}

// turnEnd returns the mark that the template writes after an answer, or "".
func (d *jinja) turnEnd() string {
	const answer = "ANSWER"
	segs, err := d.Render(chat.Request{Messages: []chat.Message{
		{Role: chat.User, Text: "q"}, {Role: chat.Assistant, Text: answer}, {Role: chat.User, Text: "q"}}})
	if err != nil {
		return ""
	}
	for i, s := range segs[:max(0, len(segs)-1)] {
		if strings.HasSuffix(strings.TrimRight(s.Text, " \n"), answer) && segs[i+1].Special {
			return segs[i+1].Text
		}
	}
	return ""
}

func badTemplate(err error) error {
	return chat.NewError(chat.CodeBadTemplate, nil, err.Error())
}

func (d *jinja) Name() string { return "jinja" }

// Render runs the template. A template that fails, or asks for too much, is a *chat.Error with
// CodeBadTemplate.
func (d *jinja) Render(req chat.Request) ([]Segment, error) {
	t, err := d.render(req)
	if err != nil {
		return nil, err
	}
	return t.segments(d.mark), nil
}

func (d *jinja) render(req chat.Request) (written, error) {
	if err := check(req); err != nil {
		return written{}, err
	}
	if d.shows(req) && !d.learning {
		var err error
		if req, err = showTools(req); err != nil {
			return written{}, err
		}
	}
	vars, err := variables(req, d.src.BOS, d.src.EOS)
	if err != nil {
		return written{}, err
	}
	t, err := d.tmpl.render(vars, limitsFor(req), d.now)
	if err != nil {
		return written{}, badTemplate(err)
	}
	return t, nil
}

// limitsFor are the limits of rendering req: what a template needs grows with the request.
func limitsFor(req chat.Request) limits {
	size := 0
	for _, m := range req.Messages {
		size += len(m.Text) + len(m.Thinking)
		for _, c := range m.Calls {
			size += len(c.Arguments)
		}
	}
	for _, t := range req.Tools {
		size += len(t.Description) + len(t.Parameters)
	}
	lim := defaultLimits
	lim.room += 64 * size
	lim.output += 4 * size
	return lim
}

// mark returns the length of the mark s begins with: the beginning or the end of a text, or something in
// brackets that the vocabulary has as a special token. Without a vocabulary, brackets with bars count, which
// is how most marks look.
func (d *jinja) mark(s string) int {
	n := 0
	for _, m := range []string{d.src.BOS, d.src.EOS} {
		if m != "" && strings.HasPrefix(s, m) {
			n = max(n, len(m))
		}
	}
	const longest = 64 // bytes of a mark
	shut := byte('>')
	switch s[0] {
	case '<':
	case '[':
		shut = ']'
	default:
		return n
	}
	for i := 1; i < min(len(s), longest); i++ {
		switch {
		case s[i] == '\n' || s[i] == ' ':
			return n
		case s[i] == shut && i+1 > n && d.isMark(s[:i+1]):
			n = i + 1
		}
	}
	return n
}

func (d *jinja) isMark(s string) bool {
	if d.src.HasToken != nil {
		return d.src.HasToken(s)
	}
	inner := s[1 : len(s)-1]
	if strings.ContainsAny(inner, "<>[]") {
		return false
	}
	for _, bar := range []string{"|", "｜"} { // the wide one is DeepSeek's
		if len(inner) > 2*len(bar) && strings.HasPrefix(inner, bar) && strings.HasSuffix(inner, bar) {
			return true
		}
	}
	return false
}

// Stop returns the end-of-text token and the mark that the template writes after an answer.
func (d *jinja) Stop() []string { return slices.Clone(d.stop) }

// StopText returns nothing: a template's turns end with marks.
func (d *jinja) StopText() []string { return nil }

// syntax reads off the template what answers look like.
func (d *jinja) syntax() syntax {
	var s syntax
	text := d.src.Template
	for _, tag := range []string{"think", "thought"} {
		if strings.Contains(text, "</"+tag+">") {
			s.thinkOpen, s.thinkClose = "<"+tag+">", "</"+tag+">"
			break
		}
	}
	switch {
	case strings.Contains(text, "<tool_call>"):
		s.callOpen, s.callClose = "<tool_call>", "</tool_call>"
	case strings.Contains(text, "<|python_tag|>"), strings.Contains(text, `"parameters"`):
		s.bare, s.bareMark = true, "<|python_tag|>"
	}
	return s
}

// Parse returns a parser for one answer to req. What the template can make of thinking and calls is read off
// its text; whether the prompt has opened the thinking, off the prompt.
func (d *jinja) Parse(req chat.Request) Parser {
	s := d.syntaxFor(req)
	s.tools, s.turn = req.Tools, len(req.Messages)
	s.bare = s.bare && len(req.Tools) > 0
	return s.parser()
}

// syntaxFor is syntax for answers to req.
func (d *jinja) syntaxFor(req chat.Request) syntax {
	s := d.syntax()
	if d.shows(req) {
		s.callOpen, s.callClose, s.bare = formShown.Open, formShown.Close, false
	}
	if s.thinkOpen != "" { // a template that fails has failed in Render
		if t, err := d.render(req); err == nil {
			s.thinking = strings.HasSuffix(strings.TrimRight(t.s, " \n"), s.thinkOpen)
		}
	}
	return s
}
