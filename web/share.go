package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// shareRoutes let others read a conversation by a link. Ending a share, and reading what others share, needs no right to
// share.
var shareRoutes = []route{
	{http.MethodGet, "/api/shared/{secret}", people.Converse, (*handler).openShare},
	{http.MethodPost, "/api/shared/{secret}/branch", people.Converse, (*handler).branchShare},
	{http.MethodGet, "/api/shares", people.Converse, (*handler).shares},
	{http.MethodPost, "/api/shares", people.Share, (*handler).createShare},
	{http.MethodDelete, "/api/shares/{id}", people.Converse, (*handler).revokeShare},
}

type shareJSON struct {
	ID           string     `json:"id"`
	Conversation string     `json:"conversation"`
	Title        string     `json:"title"`
	Prefix       string     `json:"prefix"`
	Leaf         string     `json:"leaf"` // "" goes on with the conversation
	Audience     []string   `json:"audience"`
	Created      time.Time  `json:"created"`
	Expires      *time.Time `json:"expires"`
	Revoked      *time.Time `json:"revoked"`
	Opened       int        `json:"opened"`
	Secret       string     `json:"secret,omitempty"` // shown once
	Link         string     `json:"link,omitempty"`
}

func newShare(s store.Share) shareJSON {
	return shareJSON{ID: s.ID, Conversation: s.Conversation, Title: s.Title, Prefix: s.Prefix, Leaf: s.Leaf,
		Audience: append([]string{}, s.Audience...), Created: s.Created.UTC(), Expires: when(s.Expires), Revoked: when(s.Revoked), Opened: s.Opened}
}

func (h *handler) shares(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Shares(r.Context(), who)
	return listed(all, newShare), err
}

// createShare replies with the link, which nobody can tell again.
func (h *handler) createShare(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Conversation string    `json:"conversation"`
		Leaf         string    `json:"leaf"`     // of a snapshot
		Audience     []string  `json:"audience"` // ids of persons and teams; "*" is everybody who has signed in
		Expires      time.Time `json:"expires"`  // left out: never
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	secret, share, err := h.store.CreateShare(r.Context(), who, store.ShareSpec(in))
	if err != nil {
		return nil, err
	}
	out := newShare(share)
	out.Secret, out.Link = secret, h.address(r)+"/#/s/"+secret
	return out, nil
}

func (h *handler) revokeShare(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.RevokeShare(r.Context(), who, r.PathValue("id"))
}

// openShare shows what a link leads to. Who shares it is told by name; what else they have is not.
func (h *handler) openShare(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	share, c, messages, err := h.store.OpenShare(r.Context(), who, r.PathValue("secret"))
	if err != nil {
		return nil, err
	}
	owner, err := h.store.Principal(r.Context(), chat.Principal{ID: share.Owner})
	if err != nil {
		return nil, err
	}
	out := struct {
		Title    string        `json:"title"`
		Owner    string        `json:"owner"` // name
		Mine     bool          `json:"mine"`
		Live     bool          `json:"live"`
		Expires  *time.Time    `json:"expires"`
		Created  time.Time     `json:"created"`
		Updated  time.Time     `json:"updated"`
		Messages []messageJSON `json:"messages"`
	}{c.Title, owner.Name, share.Owner == who.ID, share.Leaf == "", when(share.Expires), c.Created.UTC(), c.Updated.UTC(),
		newMessages(messages, language(r))}
	return out, nil
}

// branchShare begins a conversation of whoever asks with a copy of what a link leads to.
func (h *handler) branchShare(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	c, err := h.store.CopyShare(r.Context(), who, r.PathValue("secret"))
	return newConversation(c), err
}
