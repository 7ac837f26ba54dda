package prompt

import (
	"bytes"
	"unicode/utf8"

	"exaone/chat"
)

// syntax says what a dialect's answers look like. The zero value is plain text.
type syntax struct {
	thinkOpen, thinkClose string // around thinking, which comes first; "" if the model does not think aloud
	thinking              bool   // the prompt has opened the thinking already
	callOpen, callClose   string // around a tool call; "" if calls are not so marked
	bare                  bool   // the whole answer may be tool calls with no marks around them
	bareMark              string // a mark that may come before such calls
	trim                  bool   // blanks before the answer are no part of it

	tools []chat.ToolSpec // those the request offers
	turn  int             // how many messages came before: makes the ids of calls differ between rounds
}

// streamParser is the Parser of every dialect: a machine of a few states that takes from buf what is
// certain, and keeps what may still be the start of a mark or is not a whole character.
type streamParser struct {
	syntax
	state   parserState
	buf     []byte // not yet decided
	scanned int    // of buf: no call mark ends in it
	blanks  []byte // held back: dropped before a tool call or the end of thinking, delivered before text
	begun   bool   // thinking or a call has come, or the thinking has its first word
	spoken  bool   // something has been said
	calls   int
	events  []chat.Event

	form   *CallForm // if the answer cannot but match it
	first  string    // what calls begin with, where an answer is nothing but calls or has none
	framed framedCall
}

type parserState uint8

const (
	stateStart    parserState = iota // nothing but blanks so far, or since thinking or a call ended
	stateText                        // saying
	stateThinking                    // thinking
	stateCall                        // inside a marked call
	stateBare                        // what looks like calls without marks: all waits for the end
	stateFramed                      // inside a call of a known form
)

func (s syntax) parser() *streamParser {
	p := &streamParser{syntax: s}
	if s.thinking {
		p.state = stateThinking
	}
	return p
}

// Feed returns the events that text completes.
func (p *streamParser) Feed(text string) []chat.Event {
	p.buf = append(p.buf, text...)
	for more := true; more; {
		switch p.state {
		case stateStart:
			more = p.start()
		case stateText:
			more = p.text()
		case stateThinking:
			more = p.thought()
		case stateCall:
			more = p.inCall()
		case stateBare:
			more = false
		case stateFramed:
			more = p.inFramedCall()
		}
	}
	return p.take()
}

// Close returns what was held back.
func (p *streamParser) Close() []chat.Event {
	rest := p.buf
	p.buf = nil
	switch p.state {
	case stateStart, stateText:
		p.say(rest)
	case stateThinking:
		p.think(rest)
	case stateCall:
		p.call(rest, p.callOpen+string(rest))
	case stateBare:
		p.bareCalls(rest)
	case stateFramed: // cut short
	}
	p.state, p.blanks = stateStart, nil
	return p.take()
}

func (p *streamParser) take() []chat.Event {
	events := p.events
	p.events = nil
	return events
}

// say and think deliver text after the blanks that were held back.
func (p *streamParser) say(text []byte) {
	if len(p.blanks)+len(text) > 0 {
		p.events = append(p.events, chat.Delta{Text: string(p.blanks) + string(text)})
		p.blanks, p.spoken = nil, true
	}
}

func (p *streamParser) think(text []byte) {
	if len(p.blanks)+len(text) > 0 {
		p.events = append(p.events, chat.Delta{Thinking: string(p.blanks) + string(text)})
		p.blanks = nil
	}
}

// drops reports whether blanks before what comes next are no part of the answer.
func (p *streamParser) drops() bool { return p.trim || p.begun }

// start decides what comes next. Thinking and calls without marks can only be the first thing.
func (p *streamParser) start() bool {
	body := bytes.TrimLeft(p.buf, " \t\r\n")
	if !p.drops() {
		p.blanks = append(p.blanks, p.buf[:len(p.buf)-len(body)]...)
	}
	p.buf = body
	if len(body) == 0 {
		return false
	}
	if !p.begun {
		found, maybe := hasMark(body, p.thinkOpen)
		if found {
			p.buf, p.blanks = body[len(p.thinkOpen):], nil
			p.state = stateThinking
		}
		if found || maybe {
			return found
		}
	}
	if p.bare && p.calls == 0 {
		found, maybe := hasMark(body, p.bareMark)
		if found || body[0] == '{' || body[0] == '[' {
			p.state = stateBare
			return false
		}
		if maybe {
			return false
		}
	}
	if p.first != "" {
		found, maybe := hasMark(body, p.first)
		if found {
			p.buf, p.state = body[len(p.form.Open):], stateFramed
		}
		if found || maybe {
			return found
		}
	}
	if p.calls > 0 && p.spoken {
		p.blanks = []byte("\n") // what is said around a call is not one line
	}
	p.state = stateText
	return true
}

// hasMark reports whether s begins with mark, or may once more of it has come.
func hasMark(s []byte, mark string) (found, maybe bool) {
	if mark == "" {
		return false, false
	}
	n := min(len(s), len(mark))
	same := string(s[:n]) == mark[:n]
	return same && n == len(mark), same && n < len(mark)
}

// text delivers what is said up to a tool call.
func (p *streamParser) text() bool {
	found := p.upTo(p.callOpen, p.say)
	if found {
		p.state, p.scanned = stateCall, 0
		if p.form != nil {
			p.state = stateFramed
		}
	}
	return found
}

// thought delivers thinking up to its closing mark. The newlines around it belong to the format.
func (p *streamParser) thought() bool {
	if !p.begun {
		p.buf = bytes.TrimLeft(p.buf, "\n")
		// Some models open the thinking again that the prompt has opened.
		found, maybe := hasMark(p.buf, p.thinkOpen)
		if found {
			p.buf = p.buf[len(p.thinkOpen):]
		}
		if maybe || len(p.buf) == 0 {
			return false
		}
		p.begun = !found
		if found {
			return true
		}
	}
	found := p.upTo(p.thinkClose, p.think)
	if found {
		p.blanks = nil
		p.state = stateStart
	}
	return found
}

// upTo delivers what of buf stands before mark and reports whether mark was there. Newlines at the end are
// held back, and so is what may be the beginning of mark or of a character.
func (p *streamParser) upTo(mark string, deliver func([]byte)) bool {
	before, rest, found := p.buf, []byte(nil), false
	if mark != "" {
		before, rest, found = bytes.Cut(p.buf, []byte(mark))
	}
	if !found {
		keep := max(overlap(p.buf, mark), unfinished(p.buf))
		before, rest = p.buf[:len(p.buf)-keep], p.buf[len(p.buf)-keep:]
	}
	body := bytes.TrimRight(before, "\n")
	if len(body) > 0 {
		deliver(body)
	}
	p.blanks = append(p.blanks, before[len(body):]...)
	p.buf = rest
	return found
}

// overlap returns the length of the longest end of s that is a beginning of mark, but not all of it.
func overlap(s []byte, mark string) int {
	for n := min(len(s), len(mark)-1); n > 0; n-- {
		if string(s[len(s)-n:]) == mark[:n] {
			return n
		}
	}
	return 0
}

// unfinished returns how many bytes at the end of s begin a character that is not whole.
func unfinished(s []byte) int {
	for n := 1; n <= min(len(s), utf8.UTFMax-1); n++ {
		if tail := s[len(s)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// inCall waits for the end of a tool call.
func (p *streamParser) inCall() bool {
	from := max(0, p.scanned-len(p.callClose))
	i := bytes.Index(p.buf[from:], []byte(p.callClose))
	if i < 0 {
		p.scanned = len(p.buf)
		return false
	}
	body := p.buf[:from+i]
	p.buf = p.buf[from+i+len(p.callClose):]
	p.call(body, p.callOpen+string(body)+p.callClose)
	return true
}

// call delivers the call that body spells, or raw as text if it spells none.
func (p *streamParser) call(body []byte, raw string) {
	name, arguments, ok := parseCall(body, p.tools)
	if !ok {
		p.say([]byte(raw))
		p.state = stateText
		return
	}
	p.deliver(name, arguments)
	p.state = stateStart
}

func (p *streamParser) deliver(name, arguments string) {
	id := callID(p.turn, p.calls, name, arguments)
	p.events = append(p.events, chat.Call{ToolCall: chat.ToolCall{ID: id, Name: name, Arguments: arguments}})
	p.calls++
	p.begun, p.blanks = true, nil
}

// bareCalls delivers an answer that is nothing but calls, or all of it as text.
func (p *streamParser) bareCalls(raw []byte) {
	calls, ok := parseBareCalls(raw, p.bareMark, p.tools)
	if !ok {
		p.say(raw)
		p.state = stateText
		return
	}
	for _, c := range calls {
		p.deliver(c.name, c.arguments)
	}
}
