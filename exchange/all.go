package exchange

import "encoding/json"

// importer reads the conversations of one program.
type importer struct {
	name  string
	knows func(probe) bool                             // whether a value is of that program
	read  func(r *reader, value json.RawMessage) error // adds what is in it
}

// importers are the programs whose conversations are brought here, sorted. One value is of one program.
var importers = []importer{chatgpt, exaone, librechat, openWebUI}

// probe is what tells programs apart: the names at the top of a value.
type probe struct {
	Format         word            `json:"format"`
	Title          word            `json:"title"`
	Mapping        json.RawMessage `json:"mapping"`
	CurrentNode    json.RawMessage `json:"current_node"`
	Chat           json.RawMessage `json:"chat"`
	History        json.RawMessage `json:"history"`
	ConversationID json.RawMessage `json:"conversationId"`
	Messages       json.RawMessage `json:"messages"`
	MessagesTree   json.RawMessage `json:"messagesTree"`
}

func (p probe) name() string { return string(p.Title) }

// present reports whether a value is there and begins with a byte: '{' is an object, '[' a list.
func present(value json.RawMessage, begin byte) bool { return len(value) > 0 && value[0] == begin }
