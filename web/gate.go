package web

import (
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"

	"golang.org/x/time/rate"
)

// actionOf is what each scope of a key allows beside its owner's role, and what the API asks for by it.
var actionOf = map[string]people.Action{
	string(store.ScopeInference): people.Ask,
	string(store.ScopeModels):    people.ManageModels,
	string(store.ScopeAdmin):     people.ReadUsage,
}

// scopeFor is the scope that a key needs for an action.
func scopeFor(action people.Action) string {
	switch action {
	case people.Ask:
		return string(store.ScopeInference)
	case people.ManageModels:
		return string(store.ScopeModels)
	}
	return string(store.ScopeAdmin)
}

// GateOptions say who is let in. Store is required.
type GateOptions struct {
	Store *store.Store

	// Open takes whoever comes from this machine for chat.Local until there is an administrator. A server that other
	// computers reach, by itself or through a proxy, is not open.
	Open bool

	// Owner reports whether a user of this machine is whoever owns the data directory; nil is nobody.
	Owner func(user string) bool

	// Plain takes keys over connections from other computers that are not encrypted. Nobody signs in over one.
	Plain bool

	May func(role people.Role, action people.Action) bool // nil is people.May
	Now func() time.Time                                  // nil is time.Now
}

// Gate resolves whatever a request brings along to one principal, and says what that may do. It may be used by many
// goroutines.
type Gate struct {
	opts     GateOptions
	resolver *people.Resolver
	tries    *people.Tries

	mu     sync.Mutex
	limits map[string]*rate.Limiter // by id of the key
}

// NewGate returns a gate.
func NewGate(opts GateOptions) *Gate {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.May == nil {
		opts.May = people.May
	}
	return &Gate{opts: opts, limits: make(map[string]*rate.Limiter), tries: people.NewTries(opts.Now),
		resolver: people.NewResolver(people.ResolverOptions{Accounts: accounts{opts.Store}, Open: opts.Open, Owner: opts.Owner})}
}

// Resolver is what the gate finds people by. Whoever changes people tells it with Notice, and watches through it what
// goes on for somebody longer than a request.
func (g *Gate) Resolver() *people.Resolver { return g.resolver }

// Authorize is for the API: it returns on whose behalf a request is made, if that may do what a scope stands for. The
// *chat.Error is CodeKeyMissing, CodeKeyScope, CodeMayNot, CodeRateLimited, or what people.Resolver says. Each call
// counts as a request of the key. The request ends when its principal is let in no more.
func (g *Gate) Authorize(r *http.Request, scope string) (chat.Principal, error) {
	who, err := g.permit(r, actionOf[scope])
	if told, ok := errors.AsType[*chat.Error](err); ok && told.Code == chat.CodeSignInNeeded {
		err = chat.NewError(chat.CodeKeyMissing, err)
	}
	return who.Principal, err
}

// Principal returns on whose behalf a request is made that Authorize has let in.
func (g *Gate) Principal(r *http.Request) (chat.Principal, error) {
	who, err := g.identify(r)
	return who.Principal, err
}

// permit returns whose request it is, if they may do something, and watches that they remain so.
func (g *Gate) permit(r *http.Request, action people.Action) (people.Identity, error) {
	who, err := g.identify(r)
	if err == nil {
		err = g.allow(who, action)
	}
	if err != nil {
		return people.Identity{}, err
	}
	g.watch(r, who)
	return who, nil
}

// ManagesModels reports whether whoever makes a request manages models. It is no request of a key.
func (g *Gate) ManagesModels(r *http.Request) bool {
	who, err := g.identify(r)
	return err == nil && g.permits(who, people.ManageModels) == nil
}

// allow is an error unless somebody may do something, which is a request of their key then.
func (g *Gate) allow(who people.Identity, action people.Action) error {
	if err := g.permits(who, action); err != nil {
		return err
	}
	return g.spend(who)
}

// permits is an error unless somebody may do something. A key may do what its scopes say and its owner may.
func (g *Gate) permits(who people.Identity, action people.Action) error {
	if scope := scopeFor(action); who.Principal.Key != "" && !slices.Contains(who.Scopes, scope) && !slices.Contains(who.Scopes, string(store.ScopeAdmin)) {
		return chat.NewError(chat.CodeKeyScope, nil, scope)
	}
	return g.may(who.Principal, action)
}

// may is CodeMayNot unless the role of somebody allows something.
func (g *Gate) may(who chat.Principal, action people.Action) error {
	if !g.opts.May(who.Role, action) {
		return chat.NewError(chat.CodeMayNot, nil, action.Named())
	}
	return nil
}

// identify returns whose request it is, once for each.
func (g *Gate) identify(r *http.Request) (people.Identity, error) {
	v := visitOf(r)
	v.once.Do(func() {
		c := credentialOf(r, v)
		if c.Key != "" && !g.opts.Plain {
			if v.err = v.private(chat.CodeKeyPlain); v.err != nil {
				return
			}
		}
		v.who, v.err = g.resolver.Resolve(r.Context(), c)
	})
	return v.who, v.err
}

// watch ends the request when its principal is let in no more.
func (g *Gate) watch(r *http.Request, who people.Identity) {
	v := visitOf(r)
	if v.cancel == nil || v.release != nil {
		return
	}
	v.release = g.resolver.Watch(credentialOf(r, v), who, v.cancel)
}

// The names of the cookie. The first is one that no other host, and nobody without encryption, can set.
const (
	secureCookie = "__Host-exaone_session"
	plainCookie  = "exaone_session"
)

// credentialOf returns what a request brings along. A cookie counts on this machine or encrypted, and nowhere else.
func credentialOf(r *http.Request, v *visit) people.Credential {
	c := people.Credential{Near: v.near, Key: secretOf(r)}
	name := ""
	switch {
	case v.secure:
		name = secureCookie
	case v.near:
		name = plainCookie
	}
	if cookie, err := r.Cookie(name); err == nil && name != "" {
		c.Session = cookie.Value
	}
	return c
}

// secretOf returns the key that a request carries, as OpenAI's clients send it or as Anthropic's do.
func secretOf(r *http.Request) string {
	if scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
		return strings.TrimSpace(secret)
	}
	return r.Header.Get("X-Api-Key")
}

// mostLimits is how many keys' rates are remembered before those that are at rest are forgotten.
const mostLimits = 1024

// spend counts a request of a key: a bucket that holds a minute's worth and fills as fast.
func (g *Gate) spend(who people.Identity) error {
	if who.PerMinute <= 0 || who.Principal.Key == "" {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.opts.Now()
	limit := g.limits[who.Principal.Key]
	if limit == nil || limit.Burst() != who.PerMinute {
		if len(g.limits) >= mostLimits {
			for id, old := range g.limits {
				if old.TokensAt(now) >= float64(old.Burst()) { // a new one would be the same
					delete(g.limits, id)
				}
			}
		}
		limit = rate.NewLimiter(rate.Limit(float64(who.PerMinute)/60), who.PerMinute)
		g.limits[who.Principal.Key] = limit
	}
	if limit.AllowN(now, 1) {
		return nil
	}
	wait := (1 - limit.TokensAt(now)) / float64(limit.Limit())
	return chat.NewError(chat.CodeRateLimited, nil, who.PerMinute, max(1, int(math.Ceil(wait))))
}
