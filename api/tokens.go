package api

import (
	"context"
	"net/http"
	"time"

	"exaone/chat"
)

// Tokens turns text into a model's tokens and back, without asking it anything. A model is named as in chat.Request; one
// that is not in memory is brought there, and one that is not for somebody is CodeNoModel. It may be used by many goroutines;
// errors that a person may read are *chat.Error.
type Tokens interface {
	// Encode returns the ids of a text. If special, what spells a special token is that token; if not, it is what a person
	// typed. If whole, the token that begins a text comes first where the model wants one, and comes once.
	Encode(ctx context.Context, who chat.Principal, model, text string, special, whole bool) ([]int32, error)
	// Pieces returns the bytes that each id stands for. They need not be whole characters, and are not to be changed.
	Pieces(ctx context.Context, who chat.Principal, model string, ids []int32) ([][]byte, error)
	// Prompt returns all that the model would read of a request, as text and as ids.
	Prompt(ctx context.Context, req chat.Request) (string, []int32, error)
}

// Memory brings models into memory and lets them go.
type Memory interface {
	// Load returns when a model is in memory. CodeNoModel if it is not for who.
	Load(ctx context.Context, who chat.Principal, model string) error
	// Keep says how long a model stays there: it does not wait. CodeNoModel if it is not for who.
	Keep(ctx context.Context, who chat.Principal, k Keeping) error
}

// Keeping is how long a model stays in memory once nobody uses it.
type Keeping struct {
	Model string
	For   time.Duration // 0 lets it go as soon as it is idle, less than 0 keeps it until its memory is needed
	// All says that it goes for everybody. Without it, it is what one of those who use the model wants, and the model stays
	// for as long as any of them does.
	All bool
}

// noTokens refuses what needs the tokens of a model where there is nobody who knows them.
func (s *Server) noTokens() error {
	if s.opts.Tokens == nil {
		return chat.NewError(chat.CodeUnsupported, nil, "tokens")
	}
	return nil
}

// enter counts a request that asks a model for no answer, or says why there may be none; done is called when it is over.
func (s *Server) enter(ctx context.Context, who chat.Principal, model string) (done func(), err error) {
	if s.opts.Enter == nil {
		return func() {}, nil
	}
	return s.opts.Enter(ctx, who, model)
}

// keep passes on how long a model is to stay in memory, also of a client that has left.
func (s *Server) keep(r *http.Request, who chat.Principal, model string, d time.Duration) error {
	all := s.opts.Manages == nil || s.opts.Manages(r)
	return s.opts.Memory.Keep(context.WithoutCancel(r.Context()), who, Keeping{Model: model, For: d, All: all})
}

// rawPrompt returns the ids of a prompt that a program has written for a model, marks and all.
func (s *Server) rawPrompt(ctx context.Context, who chat.Principal, model, text string) ([]int32, error) {
	if err := s.noTokens(); err != nil {
		return nil, err
	}
	return s.opts.Tokens.Encode(ctx, who, model, text, true, true)
}

// countTokens returns how many tokens the prompt of a request has.
func (s *Server) countTokens(ctx context.Context, req chat.Request) (int, error) {
	if err := s.noTokens(); err != nil {
		return 0, err
	}
	_, ids, err := s.opts.Tokens.Prompt(ctx, req)
	return len(ids), err
}
