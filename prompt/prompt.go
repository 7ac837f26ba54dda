// Package prompt writes a conversation the way a model was taught to read it, and reads back what the model
// wrote.
//
//	chat.Request ── Dialect.Render ──▶ []Segment ── tokenizer ──▶ ids ── model ──▶ text ── Parser ──▶ []chat.Event
//
// A dialect is written in Go (one file each, listed in all.go) or is a checkpoint's own Jinja template, run
// by the interpreter in the files jinja_*.go. [Detect] chooses. Both write text that remembers which of its
// bytes came with the request, and only the rest is searched for marks.
package prompt

import "exaone/chat"

// Dialect is a model's chat format. It is immutable and may be used by many goroutines.
type Dialect interface {
	// Name is the dialect's name as people and flags say it.
	Name() string
	// Render writes the conversation and opens the assistant's turn. It writes the beginning-of-text token
	// too, where the model wants one: a tokenizer must add nothing. The error is a *chat.Error:
	// CodeBadRequest or CodeBadField for a request no dialect can render, CodeBadTemplate for a template that
	// fails or a conversation it has no words for.
	Render(req chat.Request) ([]Segment, error)
	// Parse returns a parser for one answer to req. It belongs to one goroutine.
	Parse(req chat.Request) Parser
	// Stop returns the special tokens, as text, that end an answer, the usual one first. A vocabulary need
	// not have all of them. The slice is the caller's.
	Stop() []string
	// StopText returns plain strings that end an answer (dialects of base models have some).
	StopText() []string
}

// Segment is a piece of a rendered conversation. Only the dialect's own marks are Special, each in a segment
// of its own; text that a person typed never is, whatever it looks like. No two neighbours are both not
// Special, so that words are cut into tokens as if the text were in one piece.
//
// A dialect found by [Detect] for a known vocabulary makes only tokens of it Special. Of one found by name
// some marks may not be in a vocabulary: they are then text like any other.
type Segment struct {
	Text    string
	Special bool
}

// Parser turns an answer's text into events: chat.Delta and chat.Call. It wants the text of every token but
// the one that ended the answer, special tokens (<think>, <tool_call>) included.
//
// Feed may hold text back while it could still be the start of a mark or is not a whole character; Close
// returns what is left and holds back nothing. However an answer is cut into pieces, the events fold to the
// same message. What looks like a tool call and is none is delivered as text.
type Parser interface {
	Feed(text string) []chat.Event
	Close() []chat.Event
}

// TakesTools reports whether a model that speaks d was taught to call tools. Others are shown how in the conversation
// itself.
func TakesTools(d Dialect) bool {
	switch d := d.(type) {
	case native:
		return d.tools
	case *jinja:
		return d.tools
	}
	return false
}

// Thinks reports whether a model that speaks d may think aloud.
func Thinks(d Dialect) bool {
	switch d := d.(type) {
	case native:
		return d.syntax(chat.Request{}).thinkOpen != ""
	case *jinja:
		return d.syntax().thinkOpen != ""
	}
	return false
}
