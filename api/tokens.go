package api

import (
	"context"
	"time"

	"exaone/chat"
)

// Tokens turns text into a model's tokens and back, without asking it anything. A model is named as in chat.Request; one
// that is not in memory is brought there. It may be used by many goroutines; errors that a person may read are
// *chat.Error.
type Tokens interface {
	// Encode returns the ids of a text. If special, what spells a special token is that token; if not, it is what a person
	// typed. If whole, the token that begins a text comes first where the model wants one, and comes once.
	Encode(ctx context.Context, model, text string, special, whole bool) ([]int32, error)
	// Pieces returns the bytes that each id stands for. They need not be whole characters, and are not to be changed.
	Pieces(ctx context.Context, model string, ids []int32) ([][]byte, error)
	// Prompt returns all that the model would read of a request, as text and as ids.
	Prompt(ctx context.Context, req chat.Request) (string, []int32, error)
}

// Memory brings models into memory and lets them go.
type Memory interface {
	// Load returns when a model is in memory.
	Load(ctx context.Context, model string) error
	// Keep says how long a model stays there once nobody uses it: 0 lets it go as soon as it is idle, less than 0 keeps
	// it until its memory is needed. It does not wait.
	Keep(model string, d time.Duration)
}

// noTokens refuses what needs the tokens of a model where there is nobody who knows them.
func (s *Server) noTokens() error {
	if s.opts.Tokens == nil {
		return chat.NewError(chat.CodeUnsupported, nil, "tokens")
	}
	return nil
}

// rawPrompt returns the ids of a prompt that a program has written for a model, marks and all.
func (s *Server) rawPrompt(ctx context.Context, model, text string) ([]int32, error) {
	if err := s.noTokens(); err != nil {
		return nil, err
	}
	return s.opts.Tokens.Encode(ctx, model, text, true, true)
}

// countTokens returns how many tokens the prompt of a request has.
func (s *Server) countTokens(ctx context.Context, req chat.Request) (int, error) {
	if err := s.noTokens(); err != nil {
		return 0, err
	}
	_, ids, err := s.opts.Tokens.Prompt(ctx, req)
	return len(ids), err
}
