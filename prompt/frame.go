package prompt

import "exaone/chat"

// Frame says what stands around the words of an answer, so that whoever constrains the words leaves room for it.
type Frame struct {
	ThinkOpen, ThinkClose string // around thinking, which comes first; "" if the model does not think aloud
	Thinking              bool   // the prompt has opened the thinking already
	Blank                 bool   // one blank may come before the words and is no part of them
	Call                  CallForm
	Own                   bool // calls have a form that is not known here: only those of an answer that may be anything are read
}

// CallForm is how a tool call is written: Open, Head, the tool's name as JSON has it between quotation marks, Middle,
// the arguments as a JSON object, Tail, Close.
type CallForm struct {
	Open, Close        string // marks; "" where calls stand bare, and are then all of an answer
	Special            bool   // the marks are special tokens where the vocabulary has them
	Head, Middle, Tail string
	Between            string // two calls
	Many               bool   // an answer may have several
}

// The forms that models were taught, and the one for those that were taught none.
var (
	formHermes = CallForm{Open: "<tool_call>", Close: "</tool_call>", Special: true, Head: "\n{\"name\": \"",
		Middle: `", "arguments": `, Tail: "}\n", Between: "\n", Many: true}
	formExaone4 = CallForm{Open: "<tool_call>", Close: "</tool_call>", Special: true, Head: `{"name": "`,
		Middle: `", "arguments": `, Tail: "}", Between: "\n", Many: true}
	formLlama3 = CallForm{Head: `{"name": "`, Middle: `", "parameters": `, Tail: "}"}
	formShown  = CallForm{Open: "<tool_call>", Close: "</tool_call>", Head: `{"name": "`,
		Middle: `", "arguments": `, Tail: "}", Between: "\n", Many: true}
)

// FrameOf returns the frame of an answer to req. A template that fails has failed in Render.
func FrameOf(d Dialect, req chat.Request) Frame {
	s, form := syntaxOf(d, req)
	f := Frame{ThinkOpen: s.thinkOpen, ThinkClose: s.thinkClose, Thinking: s.thinking, Blank: s.trim, Call: form}
	if d, ok := d.(*jinja); ok {
		f.Own = d.tools && d.form == nil && !d.shows(req)
	}
	return f
}

// ParseFramed returns a parser for an answer that cannot but match [FrameOf]: its calls are delivered as they are
// written, a [chat.CallDelta] for each piece before the whole [chat.Call]. A call that the end of the answer cuts short
// is no call.
func ParseFramed(d Dialect, req chat.Request) Parser {
	s, form := syntaxOf(d, req)
	s.tools, s.turn = req.Tools, len(req.Messages)
	s.callOpen, s.callClose, s.bare = form.Open, form.Close, false
	p := s.parser()
	p.form = &form
	if form.Open == "" || !req.Grammar.IsZero() { // an answer is either calls or text, whatever the text has in it
		p.callOpen, p.first = "", form.Open+form.Head
	}
	return p
}

// syntaxOf returns what answers to req look like, and how calls are written in them.
func syntaxOf(d Dialect, req chat.Request) (syntax, CallForm) {
	switch d := d.(type) {
	case native:
		s := d.syntax(req)
		switch {
		case !d.tools:
			return s, formShown
		case s.callOpen == "":
			return s, formLlama3
		case d.name == exaone4.name:
			return s, formExaone4
		}
		return s, formHermes
	case *jinja:
		if d.shows(req) || d.form == nil {
			return d.syntaxFor(req), formShown
		}
		return d.syntaxFor(req), *d.form
	}
	return syntax{}, formShown
}
