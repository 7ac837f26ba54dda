package prompt

import (
	"encoding/json"

	"exaone/chat"
)

// framedCall is a call on its way whose text cannot but match a [CallForm]. Of such a call every piece is final as it
// comes, and where it ends is known from its JSON: a mark that stands in a string of the arguments ends nothing.
type framedCall struct {
	part      framedPart
	raw       []byte // what came of it, without its opening mark
	name      string
	arguments []byte
	sent      int // of arguments
	json      jsonEnd
}

type framedPart uint8

const (
	partHead framedPart = iota
	partName
	partMiddle
	partArguments
	partTail
)

// inFramedCall takes what has come of a call, and reports whether the parser goes on with another state.
func (p *streamParser) inFramedCall() bool {
	c := &p.framed
	for {
		if !p.fits() {
			p.say(append([]byte(p.form.Open), append(c.raw, p.buf...)...))
			p.buf, p.framed, p.state = nil, framedCall{}, stateText
			return false
		}
		switch c.part {
		case partHead:
			if !p.takeText(p.form.Head) {
				return false
			}
		case partName:
			end := stringEnd(p.buf)
			if end < 0 {
				return false
			}
			if json.Unmarshal([]byte(`"`+string(p.buf[:end])+`"`), &c.name) != nil {
				c.name = string(p.buf[:end])
			}
			p.drop(end)
		case partMiddle:
			if !p.takeText(p.form.Middle) {
				return false
			}
			p.piece(chat.CallDelta{Index: p.calls, ID: p.framedID(), Name: c.name})
		case partArguments:
			n, ended := c.json.feed(p.buf)
			c.arguments = append(c.arguments, p.buf[:n]...)
			p.drop(n)
			p.sendArguments(ended)
			if !ended {
				return false
			}
		case partTail:
			if !p.takeText(p.form.Tail + p.form.Close) {
				return false
			}
			p.events = append(p.events, chat.Call{ToolCall: chat.ToolCall{ID: p.framedID(), Name: c.name, Arguments: string(c.arguments)}})
			p.calls++
			p.begun, p.blanks, p.framed = true, nil, framedCall{}
			p.state = stateStart
			return true
		}
		c.part++
	}
}

// framedID is the id of the call that is being written: its arguments are not known yet.
func (p *streamParser) framedID() string { return callID(p.turn, p.calls, p.framed.name, "") }

func (p *streamParser) piece(d chat.CallDelta) { p.events = append(p.events, d) }

// sendArguments delivers what has come of the arguments, up to whole characters.
func (p *streamParser) sendArguments(ended bool) {
	c := &p.framed
	end := len(c.arguments)
	if !ended {
		end -= unfinished(c.arguments)
	}
	if end > c.sent {
		p.piece(chat.CallDelta{Index: p.calls, Arguments: string(c.arguments[c.sent:end])})
		c.sent = end
	}
}

// fits reports whether what comes next may be a call. Only text that is allowed to look like one is not.
func (p *streamParser) fits() bool {
	next := ""
	switch p.framed.part {
	case partHead:
		next = p.form.Head
	case partMiddle:
		next = p.form.Middle
	case partTail:
		next = p.form.Tail + p.form.Close
	case partName, partArguments:
		return true
	}
	found, maybe := hasMark(p.buf, next)
	return found || maybe || len(p.buf) == 0 || next == ""
}

// takeText takes text that must come next, once all of it is there.
func (p *streamParser) takeText(text string) bool {
	if len(p.buf) < len(text) {
		return false
	}
	p.drop(len(text))
	return true
}

// drop goes n bytes on.
func (p *streamParser) drop(n int) {
	p.framed.raw = append(p.framed.raw, p.buf[:n]...)
	p.buf = p.buf[n:]
}

// stringEnd returns where the JSON string whose inside b begins with ends, or -1.
func stringEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// jsonEnd finds the end of a JSON object that comes in pieces.
type jsonEnd struct {
	depth           int
	quoted, escaped bool
}

// feed returns how many bytes of b belong to the object, and whether it has ended.
func (j *jsonEnd) feed(b []byte) (n int, ended bool) {
	for i, c := range b {
		switch {
		case j.escaped:
			j.escaped = false
		case j.quoted:
			j.escaped, j.quoted = c == '\\', c != '"'
		case c == '"':
			j.quoted = true
		case c == '{' || c == '[':
			j.depth++
		case c == '}' || c == ']':
			if j.depth--; j.depth == 0 {
				return i + 1, true
			}
		}
	}
	return len(b), false
}
