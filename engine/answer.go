package engine

import (
	"strings"

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

	held    string // text that may be the start of a stop string
	stopped string // the stop string that came
	tokens  []chat.TokenLogprob
	seen    int // bytes of text that came out of the stream
	sent    int // of them, bytes that passed the stop strings
	calls   bool
	read    int // bytes of the prompt that were echoed
}

// echo describes tokens of the prompt.
func (a *answer) echo(tokens []chat.TokenLogprob) chat.Event {
	var text []byte
	for i := range tokens {
		describe(a.tok, &tokens[i])
		tokens[i].Offset = a.read
		text = append(text, tokens[i].Bytes...)
		a.read += len(tokens[i].Bytes)
	}
	return chat.Echo{Text: string(text), Tokens: tokens}
}

// token takes the next token and returns the events it completes. done is true when a stop string ended the
// answer.
func (a *answer) token(t chat.TokenLogprob) (events []chat.Event, done bool) {
	text := a.stream.Push(t.ID)
	if a.keep {
		describe(a.tok, &t)
		t.Offset = a.seen
		a.tokens = append(a.tokens, t)
	}
	a.seen += len(text)
	return a.text(text)
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
	var events []chat.Event
	if a.stopped == "" {
		rest := a.held + a.stream.Close()
		a.held = ""
		if at, stop := findStop(rest, a.stops); at >= 0 {
			a.stopped, rest = stop, rest[:at]
		}
		a.sent += len(rest)
		events = a.parse(rest)
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
func (a *answer) finish(model string, why chat.FinishReason, usage chat.Usage) chat.Finish {
	if a.stopped != "" {
		why = chat.FinishStop
	}
	if a.calls && why == chat.FinishStop {
		why = chat.FinishCalls
	}
	return chat.Finish{Reason: why, Stop: a.stopped, Model: model, Usage: usage}
}

// describe fills in the bytes of a token and of its alternatives.
func describe(tok *tokenizer.Tokenizer, t *chat.TokenLogprob) {
	t.Bytes = tok.Bytes(t.ID)
	for i := range t.Top {
		t.Top[i].Bytes = tok.Bytes(t.Top[i].ID)
	}
}

// findStop returns where the first stop string begins, or -1. Of two that begin at one place, the longer.
func findStop(text string, stops []string) (at int, stop string) {
	at = -1
	for _, s := range stops {
		if i := strings.Index(text, s); i >= 0 && (at < 0 || i < at || i == at && len(s) > len(stop)) {
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
