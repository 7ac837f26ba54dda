package web

import (
	"context"
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// personRoutes are for those who administer, and the names that those who share see.
var personRoutes = []route{
	{http.MethodGet, "/api/directory", people.Share, (*handler).directory},
	{http.MethodGet, "/api/people", people.ManagePeople, (*handler).persons},
	{http.MethodPost, "/api/people", people.ManagePeople, inPerson((*handler).addPerson)},
	{http.MethodGet, "/api/people/{id}", people.ManagePeople, (*handler).person},
	{http.MethodPatch, "/api/people/{id}", people.ManagePeople, (*handler).changePerson},
	{http.MethodPost, "/api/people/{id}/disable", people.ManagePeople, inPerson((*handler).disablePerson)},
	{http.MethodPost, "/api/people/{id}/enable", people.ManagePeople, inPerson((*handler).enablePerson)},
	{http.MethodPost, "/api/people/{id}/depart", people.ManagePeople, inPerson((*handler).departPerson)},
	{http.MethodPost, "/api/people/{id}/reset", people.ManagePeople, inPerson((*handler).resetPerson)},
}

type personJSON struct {
	selfJSON
	Grade    int        `json:"grade"`
	Created  time.Time  `json:"created"`
	Disabled *time.Time `json:"disabled"` // null: is not
	Departed *time.Time `json:"departed"`
	Heir     string     `json:"heir"`
}

// when is a moment as JSON has it: null for none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// newPerson describes a person; teams are all there are, for their names.
func newPerson(p store.Person, teams map[string]string) personJSON {
	out := personJSON{selfJSON{p.ID, p.Name, p.Login, p.Role, []teamJSON{}, p.Password}, p.Grade, p.Created,
		when(p.Disabled), when(p.Departed), p.Heir}
	for _, id := range p.Teams {
		out.Teams = append(out.Teams, teamJSON{id, teams[id]})
	}
	return out
}

// teamNames are the names of all teams by id.
func (h *handler) teamNames(ctx context.Context, who chat.Principal) (map[string]string, error) {
	all, err := h.store.Teams(ctx, who)
	names := make(map[string]string, len(all))
	for _, t := range all {
		names[t.ID] = t.Name
	}
	return names, err
}

// show replies with a person as it is now.
func (h *handler) show(r *http.Request, who chat.Principal, p store.Person, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	names, err := h.teamNames(r.Context(), who)
	return newPerson(p, names), err
}

func (h *handler) persons(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Persons(r.Context(), who)
	if err != nil {
		return nil, err
	}
	names, err := h.teamNames(r.Context(), who)
	out := list[personJSON]{Items: []personJSON{}}
	for _, p := range all {
		out.Items = append(out.Items, newPerson(p, names))
	}
	return out, err
}

func (h *handler) person(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	p, err := h.store.Person(r.Context(), who, r.PathValue("id"))
	return h.show(r, who, p, err)
}

// mayLetIn is CodePasswordNeeded if whoever would let in a second person could not be told from a stranger: the first
// administrator comes in by a link, and has a password only once they set one.
func (h *handler) mayLetIn(ctx context.Context, who chat.Principal) error {
	p, err := h.store.Person(ctx, who, who.ID)
	if err == nil && !p.Password {
		err = chat.NewError(chat.CodePasswordNeeded, nil)
	}
	return err
}

// letInJSON is a person with a link that lets them in.
type letInJSON struct {
	personJSON
	Link    string    `json:"link"`
	Expires time.Time `json:"expires"`
}

// addPerson makes somebody known, and a link by which they choose a password.
func (h *handler) addPerson(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name  string   `json:"name"`
		Login string   `json:"login"`
		Role  string   `json:"role"`
		Teams []string `json:"teams"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	ctx := r.Context()
	if err := h.mayLetIn(ctx, who); err != nil {
		return nil, err
	}
	p, err := h.store.CreatePerson(ctx, who, store.PersonSpec{Name: in.Name, Login: in.Login, Role: in.Role, Teams: in.Teams})
	if err != nil {
		return nil, err
	}
	return h.letIn(r, who, p)
}

// letIn replies with a person and a new link by which they choose a password.
func (h *handler) letIn(r *http.Request, who chat.Principal, p store.Person) (any, error) {
	secret, link, err := h.store.CreateLink(r.Context(), who, store.LinkSpec{Kind: store.LinkReset, Person: p.ID})
	if err != nil {
		return nil, err
	}
	names, err := h.teamNames(r.Context(), who)
	return letInJSON{newPerson(p, names), LinkAt(h.address(r), secret), link.Expires}, err
}

func (h *handler) changePerson(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name  *string `json:"name"`
		Login *string `json:"login"`
		Role  *string `json:"role"`
		Grade *int    `json:"grade"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if in.Login != nil || in.Role != nil || in.Grade != nil {
		if who.Key != "" {
			return nil, chat.NewError(chat.CodeSignInNeeded, nil)
		}
		if (in.Role != nil || in.Grade != nil) && r.PathValue("id") == who.ID { // nobody gives themselves a role or a clearance
			return nil, chat.NewError(chat.CodeNotOneself, nil)
		}
	}
	p, err := h.store.UpdatePerson(r.Context(), who, r.PathValue("id"),
		store.PersonChange{Name: in.Name, Login: in.Login, Role: in.Role, Grade: in.Grade})
	h.gate.resolver.Notice()
	return h.show(r, who, p, err)
}

// other returns the person of the path, who is not whoever asks: nobody locks themselves out.
func (h *handler) other(r *http.Request, who chat.Principal) (store.Person, error) {
	if r.PathValue("id") == who.ID {
		return store.Person{}, chat.NewError(chat.CodeNotOneself, nil)
	}
	return h.store.Person(r.Context(), who, r.PathValue("id"))
}

// disablePerson ends what somebody may do: sessions, keys, and what goes on for them.
func (h *handler) disablePerson(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	p, err := h.other(r, who)
	if err == nil {
		err = h.store.DisablePrincipal(r.Context(), who, p.ID)
		h.gate.resolver.Notice()
	}
	if err != nil {
		return nil, err
	}
	p, err = h.store.Person(r.Context(), who, p.ID)
	return h.show(r, who, p, err)
}

func (h *handler) enablePerson(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	p, err := h.store.Person(r.Context(), who, r.PathValue("id"))
	if err == nil {
		err = h.store.EnablePrincipal(r.Context(), who, p.ID)
	}
	if err != nil {
		return nil, err
	}
	p, err = h.store.Person(r.Context(), who, p.ID)
	return h.show(r, who, p, err)
}

// departPerson ends somebody's account for good and hands what they own to somebody else.
func (h *handler) departPerson(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Heir string `json:"heir"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	p, err := h.other(r, who)
	if err == nil {
		err = h.store.Depart(r.Context(), who, p.ID, in.Heir)
	}
	if err == nil {
		var heir store.Person
		if heir, err = h.store.Person(r.Context(), who, in.Heir); err == nil {
			h.adopt(p.ID, heir) // before what goes on for them ends
		}
		h.gate.resolver.Notice()
	}
	if err != nil {
		return nil, err
	}
	p, err = h.store.Person(r.Context(), who, p.ID)
	return h.show(r, who, p, err)
}

// resetPerson makes a link by which somebody chooses a new password.
func (h *handler) resetPerson(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	if err := h.mayLetIn(r.Context(), who); err != nil {
		return nil, err
	}
	p, err := h.store.Person(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return h.letIn(r, who, p)
}

type nameJSON struct {
	ID   string `json:"id"`
	Kind string `json:"kind"` // person or team
	Name string `json:"name"`
}

// directory lists the names of everybody who is still here, and of teams: with whom one can share.
func (h *handler) directory(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	persons, teams, err := h.store.Directory(r.Context(), who)
	out := list[nameJSON]{Items: []nameJSON{}}
	for _, t := range teams {
		out.Items = append(out.Items, nameJSON{t.ID, "team", t.Name})
	}
	for _, p := range persons {
		out.Items = append(out.Items, nameJSON{p.ID, "person", p.Name})
	}
	return out, err
}
