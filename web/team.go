package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// teamRoutes are for those who administer.
var teamRoutes = []route{
	{http.MethodGet, "/api/teams", people.ManageTeams, (*handler).teams},
	{http.MethodPost, "/api/teams", people.ManageTeams, (*handler).addTeam},
	{http.MethodPatch, "/api/teams/{id}", people.ManageTeams, (*handler).changeTeam},
	{http.MethodDelete, "/api/teams/{id}", people.ManageTeams, (*handler).deleteTeam},
}

type groupJSON struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Members []string  `json:"members"` // ids
}

func newGroup(t store.Team) groupJSON {
	out := groupJSON{t.ID, t.Name, t.Created, t.Members}
	if out.Members == nil {
		out.Members = []string{}
	}
	return out
}

func (h *handler) teams(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Teams(r.Context(), who)
	return listed(all, newGroup), err
}

// team returns a team as it is now.
func (h *handler) team(r *http.Request, who chat.Principal, id string) (any, error) {
	all, err := h.store.Teams(r.Context(), who)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.ID == id {
			return newGroup(t), nil
		}
	}
	return nil, chat.NewError(chat.CodeNoTeam, nil, id)
}

func (h *handler) addTeam(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name    string   `json:"name"`
		Members []string `json:"members"`
	}
	if err := readUpTo(w, r, &in, maxMembers); err != nil {
		return nil, err
	}
	t, err := h.store.CreateTeam(r.Context(), who, in.Name)
	if err == nil && len(in.Members) > 0 {
		err = h.store.SetMembers(r.Context(), who, t.ID, in.Members)
	}
	if err != nil {
		return nil, err
	}
	return h.team(r, who, t.ID)
}

// maxMembers bounds the body that names the members of a team, in bytes: thirty thousand of them.
const maxMembers = 1 << 20

func (h *handler) changeTeam(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name    *string   `json:"name"`
		Members *[]string `json:"members"`
	}
	if err := readUpTo(w, r, &in, maxMembers); err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if in.Name != nil {
		if err := h.store.RenameTeam(r.Context(), who, id, *in.Name); err != nil {
			return nil, err
		}
	}
	if in.Members != nil {
		if err := h.store.SetMembers(r.Context(), who, id, *in.Members); err != nil {
			return nil, err
		}
	}
	return h.team(r, who, id)
}

func (h *handler) deleteTeam(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.DeleteTeam(r.Context(), who, r.PathValue("id"))
}
