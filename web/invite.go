package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// inviteRoutes are for those who may bring somebody in.
var inviteRoutes = []route{
	{http.MethodGet, "/api/invites", people.Invite, (*handler).invites},
	{http.MethodPost, "/api/invites", people.Invite, inPerson((*handler).invite)},
	{http.MethodDelete, "/api/invites/{id}", people.Invite, (*handler).revokeInvite},
}

type inviteJSON struct {
	ID      string     `json:"id"`
	Kind    string     `json:"kind"` // first, invite or reset
	Name    string     `json:"name"`
	Person  string     `json:"person"` // whom it lets in again, or whom it became
	Role    string     `json:"role"`
	Teams   []string   `json:"teams"`
	By      string     `json:"by"`
	Created time.Time  `json:"created"`
	Expires time.Time  `json:"expires"`
	Used    *time.Time `json:"used"`
	Revoked *time.Time `json:"revoked"`
	Link    string     `json:"link,omitempty"` // shown once
}

func newInvite(l store.Link) inviteJSON {
	out := inviteJSON{ID: l.ID, Kind: string(l.Kind), Name: l.Name, Person: l.Person, Role: l.Role, Teams: l.Teams, By: l.Principal,
		Created: l.Created, Expires: l.Expires, Used: when(l.Used), Revoked: when(l.Revoked)}
	if out.Teams == nil {
		out.Teams = []string{}
	}
	return out
}

func (h *handler) invites(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Links(r.Context(), who)
	return listed(all, newInvite), err
}

// maxInviteDays is how long an invitation may be good for.
const maxInviteDays = 90

// invite makes a link by which somebody new comes in.
func (h *handler) invite(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name  string   `json:"name"`
		Role  string   `json:"role"`
		Teams []string `json:"teams"`
		Days  int      `json:"days"` // 0 is seven
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := bounded("days", int64(in.Days), 0, maxInviteDays); err != nil {
		return nil, err
	}
	if err := h.mayLetIn(r.Context(), who); err != nil {
		return nil, err
	}
	secret, link, err := h.store.CreateLink(r.Context(), who, store.LinkSpec{Kind: store.LinkInvite, Name: in.Name, Role: in.Role,
		Teams: in.Teams, Life: time.Duration(in.Days) * 24 * time.Hour})
	if err != nil {
		return nil, err
	}
	out := newInvite(link)
	out.Link = LinkAt(h.address(r), secret)
	return out, nil
}

func (h *handler) revokeInvite(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.RevokeLink(r.Context(), who, r.PathValue("id"))
}
