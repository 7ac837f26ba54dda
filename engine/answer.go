package engine

import (
	"strings"
	"unicode/utf8"

	"exaone/chat"
	"exaone/prompt"
	"exaone/tokenizer"
)

// answer turns the tokens of one sequence into events, in the reader's goroutine:
//
//	id ─▶ tokenizer.Stream ─▶ stop strings ─▶ prompt.Parser ─▶ Delta, Call
type answer struct {
	tok    *tokenizer.Tokenizer
	stream *tokenizer.Stream
	parser prompt.Parser // nil for raw prompts
	stops  []string
	keep   bool // report tokens with their logprobs

	warnings []chat.Warning // of what constrains it

	held    string // text that may be the start of a stop string
	stopped string // the stop string that came
	tokens  []chat.TokenLogprob
	seen    int // bytes of text that came out of the stream
	sent    int // of them, bytes that passed the stop strings
	calls   bool
	read    int // bytes of the prompt that were echoed

	echoed []byte              // of them, those that begin a character
	part   []chat.TokenLogprob // the tokens that they are of
}

// echo describes tokens of the prompt. Those that end inside a character wait for its end.
func (a *answer) echo(tokens []chat.TokenLogprob) []chat.Event {
	for i := range tokens {
		describe(a.tok, &tokens[i])
		tokens[i].Offset = a.read
		a.echoed = append(a.echoed, tokens[i].Bytes...)
		a.read += len(tokens[i].Bytes)
	}
	a.part = append(a.part, tokens...)
	if cutCharacter(a.echoed) {
		return nil
	}
	return a.endEcho()
}

// endEcho returns what echo holds back.
func (a *answer) endEcho() []chat.Event {
	if len(a.part) == 0 {
		return nil
	}
	ev := chat.Echo{Text: string(a.echoed), Tokens: a.part}
	a.echoed, a.part = nil, nil
	return []chat.Event{ev}
}

// cutCharacter reports whether b ends inside a character that more bytes could complete.
func cutCharacter(b []byte) bool {
	for i := len(b) - 1; i >= max(len(b)-utf8.UTFMax, 0); i-- {
		if utf8.RuneStart(b[i]) {
			return !utf8.FullRune(b[i:])
		}
	}
	return false
}

// token takes the next token and returns the events it completes. done is true when a stop string ended the
// answer.
func (a *answer) token(t chat.TokenLogprob) (events []chat.Event, done bool) {
	events = a.endEcho()
	text := a.stream.Push(t.ID)
	if a.keep {
		describe(a.tok, &t)
		t.Offset = a.seen
		a.tokens = append(a.tokens, t)
	}
	a.seen += len(text)
	more, done := a.text(text)
	return append(events, more...), done
}

// text passes text through the stop strings and the parser.
func (a *answer) text(text string) ([]chat.Event, bool) {
	a.held += text
	at, stop := findStop(a.held, a.stops)
	if at >= 0 {
		a.stopped = stop
		out := a.held[:at]
		a.held = ""
		a.sent += len(out)
		a.cutTokens()
		return a.parse(out), true
	}
	n := len(a.held) - heldBack(a.held, a.stops)
	out := a.held[:n]
	a.held = a.held[n:]
	a.sent += n
	return a.parse(out), false
}

// cutTokens drops the tokens that lie wholly within the stop string.
func (a *answer) cutTokens() {
	for len(a.tokens) > 0 && a.tokens[len(a.tokens)-1].Offset >= a.sent && a.sent < a.seen {
		a.tokens = a.tokens[:len(a.tokens)-1]
	}
}

// close returns the events of everything that was held back.
func (a *answer) close() []chat.Event {
	events := a.endEcho()
	if a.stopped == "" {
		tail := a.stream.Close()
		a.seen += len(tail)
		more, stopped := a.text(tail)
		if events = append(events, more...); !stopped {
			a.sent += len(a.held)
			events = append(events, a.parse(a.held)...)
			a.held = ""
		}
	}
	if a.parser != nil {
		events = append(events, a.note(a.parser.Close())...)
	}
	if len(a.tokens) > 0 {
		events = append(events, chat.Delta{Tokens: a.tokens})
		a.tokens = nil
	}
	return events
}

func (a *answer) parse(text string) []chat.Event {
	if text == "" {
		return nil
	}
	if a.parser == nil {
		return a.note([]chat.Event{chat.Delta{Text: text}})
	}
	return a.note(a.parser.Feed(text))
}

// note remembers that there were calls, and attaches to the first delta the tokens whose text has left the
// stop strings.
func (a *answer) note(events []chat.Event) []chat.Event {
	for i, ev := range events {
		switch ev := ev.(type) {
		case chat.Call:
			a.calls = true
		case chat.Delta:
			n := 0
			for n < len(a.tokens) && a.tokens[n].Offset < a.sent {
				n++
			}
			if n > 0 {
				ev.Tokens = a.tokens[:n:n]
				a.tokens = a.tokens[n:]
				events[i] = ev
			}
		}
	}
	return events
}

// finish is the last event.
func (a *answer) finish(model string, n news, usage chat.Usage) chat.Finish {
	why := n.end
	if n.last != nil {
		describe(a.tok, n.last)
		n.last.Offset = a.seen
	}
	if a.stopped != "" { // perhaps by what was held back until the end
		why, n.last = chat.FinishStop, nil
	}
	if a.calls && why == chat.FinishStop {
		why = chat.FinishCalls
	}
	return chat.Finish{Reason: why, Stop: a.stopped, Model: model, Usage: usage, Warnings: a.warnings, End: n.last}
}

// describe fills in the bytes of a token and of its alternatives.
func describe(tok *tokenizer.Tokenizer, t *chat.TokenLogprob) {
	t.Bytes = tok.Bytes(t.ID)
	for i := range t.Top {
		t.Top[i].Bytes = tok.Bytes(t.Top[i].ID)
	}
}

// findStop returns where the stop string that ends first begins, or -1; of two that end at one place, the longer. So
// what is found does not depend on the pieces in which text comes.
func findStop(text string, stops []string) (at int, stop string) {
	at = -1
	for _, s := range stops {
		i := strings.Index(text, s)
		if i < 0 {
			continue
		}
		if d := i + len(s) - at - len(stop); at < 0 || d < 0 || d == 0 && len(s) > len(stop) {
			at, stop = i, s
		}
	}
	return at, stop
}

// heldBack is the length of the longest end of text that begins a stop string.
func heldBack(text string, stops []string) int {
	most := 0
	for _, s := range stops {
		for n := min(len(s)-1, len(text)); n > most; n-- {
			if strings.HasSuffix(text, s[:n]) {
				most = n
				break
			}
		}
	}
	return most
}
