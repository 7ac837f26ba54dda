package assistant

import (
	"context"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/store"
)

// Library finds passages of the documents that somebody may read, holds what was read of them, and shows what they look like;
// *intake.Shelf is one.
// All methods may be called from many goroutines.
type Library interface {
	Readings
	Search(ctx context.Context, who chat.Principal, q intake.Question) ([]intake.Found, error)
	Version(ctx context.Context, who chat.Principal, id string) (store.Version, error)
	Picture(ctx context.Context, who chat.Principal, version string, v document.View) (document.Drawing, error)
}

// Readings are what was read of documents, for those who may read them.
type Readings interface {
	Document(ctx context.Context, who chat.Principal, version string) (*document.Document, error)
}

// Scope says which documents an answer rests on.
type Scope string

// The scopes. A collection is named by ScopeCollection and its id.
const (
	ScopeUsual      Scope = ""         // what belongs to the conversation if there is anything, or else all
	ScopeAttached   Scope = "attached" // what belongs to the conversation
	ScopeAll        Scope = "all"      // everything that whoever asks may read
	ScopeNone       Scope = "none"
	ScopeCollection       = "collection:"
)
