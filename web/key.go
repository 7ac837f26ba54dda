package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// keyRoutes are about the keys of whoever asks.
var keyRoutes = []route{
	{http.MethodGet, "/api/keys", people.UseAPI, (*handler).keys},
	{http.MethodPost, "/api/keys", people.UseAPI, inPerson((*handler).addKey)},
	{http.MethodDelete, "/api/keys/{id}", people.UseAPI, (*handler).revokeKey},
}

type keyJSON struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Prefix    string        `json:"prefix"`
	Scopes    []store.Scope `json:"scopes"`
	PerMinute int           `json:"per_minute"`
	Created   time.Time     `json:"created"`
	Expires   *time.Time    `json:"expires"`
	LastUsed  *time.Time    `json:"last_used"`
	Revoked   *time.Time    `json:"revoked"`
	Secret    string        `json:"secret,omitempty"` // shown once
}

func newKey(k store.Key) keyJSON {
	return keyJSON{ID: k.ID, Name: k.Name, Prefix: k.Prefix, Scopes: k.Scopes, PerMinute: k.PerMinute, Created: k.Created,
		Expires: when(k.Expires), LastUsed: when(k.LastUsed), Revoked: when(k.Revoked)}
}

func (h *handler) keys(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Keys(r.Context(), who)
	return listed(all, newKey), err
}

// maxKeyDays is how long a key with an end may be good for: ten years.
const maxKeyDays = 3650

// addKey makes a key. A key makes no keys: whoever has it could go on when it is revoked.
func (h *handler) addKey(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name      string        `json:"name"`
		Scopes    []store.Scope `json:"scopes"` // none is inference
		PerMinute int           `json:"per_minute"`
		Days      int           `json:"days"` // 0 is for ever
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := bounded("days", int64(in.Days), 0, maxKeyDays); err != nil {
		return nil, err
	}
	spec := store.KeySpec{Name: in.Name, Scopes: in.Scopes, PerMinute: in.PerMinute}
	if len(spec.Scopes) == 0 {
		spec.Scopes = []store.Scope{store.ScopeInference}
	}
	if in.Days > 0 {
		spec.Expires = time.Now().AddDate(0, 0, in.Days)
	}
	secret, key, err := h.store.CreateKey(r.Context(), who, spec)
	if err != nil {
		return nil, err
	}
	out := newKey(key)
	out.Secret = secret
	return out, nil
}

// revokeKey ends a key for good, and what goes on with it.
func (h *handler) revokeKey(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	visitOf(r).settle()
	err := h.store.RevokeKey(r.Context(), who, r.PathValue("id"))
	h.gate.resolver.Notice()
	if err == nil && h.opts.Forget != nil {
		h.opts.Forget(r.PathValue("id"))
	}
	return done{true}, err
}
