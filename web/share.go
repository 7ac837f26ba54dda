package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// shareRoutes let others read a conversation by a link. Ending a share, and reading what others share, needs no right to
// share. The secret of a link comes in the body: paths end up in the logs of whatever is in between.
var shareRoutes = []route{
	{http.MethodPost, "/api/shared", people.Converse, opening((*handler).openShare)},
	{http.MethodPost, "/api/shared/file", people.Converse, (*handler).sharedFile},
	{http.MethodPost, "/api/shared/branch", people.Converse, opening((*handler).branchShare)},
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
	Thinking     bool       `json:"thinking"`         // what the model thought is shown, too
	Secret       string     `json:"secret,omitempty"` // shown once
	Link         string     `json:"link,omitempty"`
}

func newShare(s store.Share) shareJSON {
	return shareJSON{ID: s.ID, Conversation: s.Conversation, Title: s.Title, Prefix: s.Prefix, Leaf: s.Leaf,
		Audience: append([]string{}, s.Audience...), Created: s.Created.UTC(), Expires: when(s.Expires), Revoked: when(s.Revoked), Opened: s.Opened,
		Thinking: s.Thinking}
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
		Thinking     bool      `json:"thinking"` // show what the model thought, too
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

// sharedJSON is what a reader sends: what a link ends in.
type sharedJSON struct {
	Secret string `json:"secret"`
}

// shownJSON is a message as others are shown it, with what a page renders beside its words.
type shownJSON struct {
	messageJSON
	Events []eventJSON `json:"events"`
}

// openShare shows what a link leads to. Who shares it is told by name; what else they have is not.
func (h *handler) openShare(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in sharedJSON
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	share, c, err := h.store.OpenShare(r.Context(), who, in.Secret)
	if err != nil {
		return nil, err
	}
	owner, err := h.store.Principal(r.Context(), chat.Principal{ID: share.Owner})
	if err != nil {
		return nil, err
	}
	lang := language(r)
	shown := listed(c.Messages, func(m store.Message) shownJSON {
		return shownJSON{newMessage(m, lang), listed(c.Events[m.ID], func(e store.Event) eventJSON { return newShown(e, lang) }).Items}
	})
	return struct {
		Title    string      `json:"title"`
		Owner    string      `json:"owner"` // name
		Mine     bool        `json:"mine"`
		Live     bool        `json:"live"`
		Expires  *time.Time  `json:"expires"`
		Created  time.Time   `json:"created"`
		Updated  time.Time   `json:"updated"`
		Messages []shownJSON `json:"messages"`
	}{c.Title, owner.Name, share.Owner == who.ID, share.Leaf == "", when(share.Expires), c.Created.UTC(), c.Updated.UTC(), shown.Items}, nil
}

// newShown is an event as others are shown it. A source that they may not open has words in the place of its title.
func newShown(e store.Event, lang chat.Language) eventJSON {
	out := newEvent(e)
	if c, ok := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.Citation); ok && c.Withheld {
		c.Title = chat.Text(lang, chat.CodeSourceWithheld)
		if _, _, data, err := chat.EncodeEvent(c); err == nil {
			out.Data = data
		}
	}
	return out
}

// sharedFile sends a file that a link shows, to be saved.
func (h *handler) sharedFile(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		sharedJSON
		Blob string `json:"blob"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	f, b, err := h.store.OpenSharedFile(r.Context(), who, in.Secret, in.Blob)
	if err != nil {
		return nil, err
	}
	return sendFile(w, r, f, b, "")
}

// branchShare begins a conversation of whoever asks with a copy of what a link leads to.
func (h *handler) branchShare(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in sharedJSON
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	c, err := h.store.CopyShare(r.Context(), who, in.Secret)
	return newConversation(c), err
}
