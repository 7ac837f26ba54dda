// Package prompt writes a conversation the way a model was taught to read it, and reads back what the model
// wrote.
//
//	chat.Request ── Dialect.Render ──▶ []Segment ── tokenizer ──▶ ids ── model ──▶ text ── Parser ──▶ []chat.Event
package prompt

import "exaone/chat"

// Dialect is a model's chat format. It is immutable and may be used by many goroutines.
type Dialect interface {
	// Name is the dialect's name as people and flags say it.
	Name() string
	// Render writes the conversation and opens the assistant's turn.
	Render(req chat.Request) ([]Segment, error)
	// Parse returns a parser for one answer to req.
	Parse(req chat.Request) Parser
	// Stop returns the special tokens, as text, that end an answer.
	Stop() []string
	// StopText returns plain strings that end an answer (dialects of base models have some).
	StopText() []string
}

// Segment is a piece of a rendered conversation. Only the dialect's own marks are Special; text that a
// person typed never is, whatever it looks like.
type Segment struct {
	Text    string
	Special bool
}

// Parser turns an answer's text into events (chat.Delta and chat.Call). Feed may hold text back while it
// could still be the start of a mark; Close returns what is left and holds back nothing.
type Parser interface {
	Feed(text string) []chat.Event
	Close() []chat.Event
}
