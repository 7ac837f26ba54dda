package people

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"exaone/chat"
)

// Credential is what somebody brings along. The most certain counts: who the system says is at the terminal, then a key,
// then a session.
type Credential struct {
	Peer    string // the user at the other end of the socket in the data directory, as the system says; "" is none
	Key     string // secret of an API key; "" is none
	Session string // secret of a session; "" is none
	Near    bool   // it came from this machine, with nobody between
}

// Identity is who somebody turned out to be.
type Identity struct {
	Principal chat.Principal // with role, teams, and the key if it came with one
	Name      string
	Session   string   // id of the session; "" if it came without one
	Scopes    []string // what the key is for; nil without a key
	PerMinute int      // requests of the key; 0 is as many as it likes
}

// Accounts are where people and what lets them in are kept. All methods are called from many goroutines.
type Accounts interface {
	// Session returns who a session is of: CodeSessionOver, or CodePrincipalOff.
	Session(ctx context.Context, secret string) (Identity, error)
	// Key returns who a key is of: CodeKeyUnknown, CodeKeyExpired, CodeKeyRevoked or CodePrincipalOff.
	Key(ctx context.Context, secret string) (Identity, error)
	// Principal returns who an id is of: CodeNoPrincipal or CodePrincipalOff.
	Principal(ctx context.Context, id string) (Identity, error)
	// Begun reports whether there has ever been an administrator.
	Begun(ctx context.Context) (bool, error)
}

// ResolverOptions are what a Resolver needs. Accounts is required.
type ResolverOptions struct {
	Accounts Accounts
	// Owner reports whether a user of this machine owns the data directory, so that they are the Console; nil is nobody.
	Owner func(peer string) bool
	// Open takes whoever is near for Local until there is an administrator. A server that other computers reach does
	// not: what looks near may be a proxy.
	Open  bool
	Every time.Duration // how often what is watched is looked at; 0 is every two seconds
}

// Resolver turns every kind of credential into one principal, and watches that it stays one. It may be used by many
// goroutines.
type Resolver struct {
	opts  ResolverOptions
	begun atomic.Bool // once there has been an administrator, there has been one

	mu      sync.Mutex
	watched map[*watch]bool
	running bool
	look    chan struct{} // a change: do not wait for the next time
}

// NewResolver returns a resolver. It starts nothing.
func NewResolver(opts ResolverOptions) *Resolver {
	if opts.Every <= 0 {
		opts.Every = 2 * time.Second
	}
	return &Resolver{opts: opts, watched: make(map[*watch]bool), look: make(chan struct{}, 1)}
}

// Begun reports whether there has ever been an administrator.
func (r *Resolver) Begun(ctx context.Context) (bool, error) {
	if r.begun.Load() {
		return true, nil
	}
	begun, err := r.opts.Accounts.Begun(ctx)
	if begun && err == nil {
		r.begun.Store(true)
	}
	return begun, err
}

// Resolve returns who somebody is. CodeSignInNeeded if they bring nothing and there is an administrator, or they are far
// away; CodeSessionOver, CodeKeyUnknown, CodeKeyExpired, CodeKeyRevoked or CodePrincipalOff if what they bring is good
// no more. A key or a session that nobody here made does no harm while whoever is near is Local: programs send a key
// because they must, and a browser a cookie of the server that was here before.
func (r *Resolver) Resolve(ctx context.Context, c Credential) (Identity, error) {
	var who Identity
	err := error(chat.NewError(chat.CodeSignInNeeded, nil))
	switch {
	case c.Peer != "":
		if r.opts.Owner == nil || !r.opts.Owner(c.Peer) {
			return Identity{}, err
		}
		return Identity{Principal: chat.Console, Name: chat.Console.ID}, nil
	case c.Key != "":
		who, err = r.opts.Accounts.Key(ctx, c.Key)
	case c.Session != "":
		who, err = r.opts.Accounts.Session(ctx, c.Session)
	}
	if err == nil {
		return who, nil
	}
	told, ok := errors.AsType[*chat.Error](err)
	if !ok || !r.opts.Open || !c.Near {
		return Identity{}, err
	}
	switch told.Code {
	case chat.CodeSignInNeeded, chat.CodeKeyUnknown, chat.CodeSessionOver:
	default:
		return Identity{}, err
	}
	if begun, failed := r.Begun(ctx); begun || failed != nil {
		return Identity{}, errors.Join(failed, err)
	}
	return Identity{Principal: chat.Local}, nil
}
