package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"exaone/chat"

	"golang.org/x/time/rate"
)

// The scopes of keys. They are those of package store, which this one need not know.
const (
	ScopeInference = "inference" // ask models
	ScopeModels    = "models"    // bring and remove models
	ScopeAdmin     = "admin"     // everything
)

// Key is what a verified secret stands for.
type Key struct {
	ID        string
	Principal chat.Principal
	Scopes    []string
	PerMinute int // requests; 0 is as many as it likes
}

// GateOptions say who is let in.
type GateOptions struct {
	// Verify returns the key that a secret is, or a *chat.Error: CodeKeyUnknown, CodeKeyExpired and so on. nil
	// knows no keys.
	Verify func(ctx context.Context, secret string) (Key, error)

	// Required refuses whoever has no key. Otherwise they are chat.Local, and so is a key that nobody here made:
	// clients of other servers send one because they must.
	Required bool

	Now func() time.Time // nil is time.Now
}

// Gate resolves whatever a request brings along to one principal. It may be used by many goroutines.
type Gate struct {
	opts GateOptions

	mu     sync.Mutex
	limits map[string]*rate.Limiter // by id of the key
}

// NewGate returns a gate.
func NewGate(opts GateOptions) *Gate {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Verify == nil {
		opts.Verify = func(context.Context, string) (Key, error) { return Key{}, chat.NewError(chat.CodeKeyUnknown, nil) }
	}
	return &Gate{opts: opts, limits: make(map[string]*rate.Limiter)}
}

// Authorize returns on whose behalf a request is made, and through which key, if that may do what scope says. Whoever
// reaches us without a key that was made here is one reader, chat.Local, and on the page too: where other computers reach
// us everybody there has a key. The *chat.Error is CodeKeyMissing, CodeKeyScope, CodeRateLimited, or what Verify says.
// Each call counts as a request of the key.
func (g *Gate) Authorize(r *http.Request, scope string) (chat.Principal, error) {
	secret := secretOf(r)
	if secret == "" {
		if g.opts.Required {
			return chat.Principal{}, chat.NewError(chat.CodeKeyMissing, nil)
		}
		return chat.Local, nil
	}
	key, err := g.opts.Verify(r.Context(), secret)
	if told, ok := errors.AsType[*chat.Error](err); ok && told.Code == chat.CodeKeyUnknown && !g.opts.Required {
		return chat.Local, nil
	}
	if err != nil {
		return chat.Principal{}, err
	}
	if !slices.Contains(key.Scopes, scope) && !slices.Contains(key.Scopes, ScopeAdmin) {
		return chat.Principal{}, chat.NewError(chat.CodeKeyScope, nil, scope)
	}
	who := key.Principal
	who.Key = key.ID
	return who, g.spend(key)
}

// secretOf returns the secret that a request carries, as OpenAI's clients send it or as Anthropic's do.
func secretOf(r *http.Request) string {
	if scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
		return strings.TrimSpace(secret)
	}
	return r.Header.Get("X-Api-Key")
}

// mostLimits is how many keys' rates are remembered before those that are at rest are forgotten.
const mostLimits = 1024

// spend counts a request of a key: a bucket that holds a minute's worth and fills as fast.
func (g *Gate) spend(key Key) error {
	if key.PerMinute <= 0 {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.opts.Now()
	limit := g.limits[key.ID]
	if limit == nil || limit.Burst() != key.PerMinute {
		if len(g.limits) >= mostLimits {
			for id, old := range g.limits {
				if old.TokensAt(now) >= float64(old.Burst()) { // a new one would be the same
					delete(g.limits, id)
				}
			}
		}
		limit = rate.NewLimiter(rate.Limit(float64(key.PerMinute)/60), key.PerMinute)
		g.limits[key.ID] = limit
	}
	if limit.AllowN(now, 1) {
		return nil
	}
	wait := (1 - limit.TokensAt(now)) / float64(limit.Limit())
	return chat.NewError(chat.CodeRateLimited, nil, key.PerMinute, max(1, int(math.Ceil(wait))))
}
