package web

import (
	"fmt"
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// quotaRoutes are for those who say how much others may use, and of what.
var quotaRoutes = []route{
	{http.MethodGet, "/api/admin/models/{name}/readers", people.ManageModels, (*handler).readers},
	{http.MethodPut, "/api/admin/models/{name}/readers", people.ManageModels, (*handler).changeReaders},
	{http.MethodGet, "/api/admin/quotas", people.ManageQuotas, (*handler).quotas},
	{http.MethodPut, "/api/admin/quotas", people.ManageQuotas, (*handler).changeQuota},
	{http.MethodDelete, "/api/admin/quotas", people.ManageQuotas, (*handler).deleteQuota},
}

type limitJSON struct {
	Subject   string    `json:"subject"`  // a person or a team; "" is everybody
	Together  bool      `json:"together"` // it is the team's as a whole, not each member's
	PerDay    int64     `json:"per_day"`  // -1 is no limit
	PerMinute int64     `json:"per_minute"`
	AtOnce    int64     `json:"at_once"`
	By        string    `json:"by"`
	Updated   time.Time `json:"updated"`
}

func newLimit(q store.Quota, together bool) limitJSON {
	return limitJSON{q.Subject, together, q.PerDay, q.PerMinute, q.AtOnce, q.Principal, q.Updated.UTC()}
}

// quotas lists all limits that are set: everybody's, those of persons and of each member of teams, and then those of teams
// together.
func (h *handler) quotas(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Quotas(r.Context(), who)
	if err != nil {
		return nil, err
	}
	out := listed(all, func(q store.Quota) limitJSON { return newLimit(q, false) })
	teams, err := h.store.TeamQuotas(r.Context(), who)
	for _, q := range teams {
		out.Items = append(out.Items, newLimit(q.Quota, true))
	}
	return out, err
}

// mostQuota bounds limits: what is more is no limit.
const mostQuota = 1_000_000_000_000

// changeQuota sets all three limits of a subject: together, of a team as a whole.
func (h *handler) changeQuota(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Subject   string `json:"subject"`
		Together  bool   `json:"together"`
		PerDay    *int64 `json:"per_day"`
		PerMinute *int64 `json:"per_minute"`
		AtOnce    *int64 `json:"at_once"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	q := store.Quota{Subject: in.Subject}
	for _, f := range []struct {
		name string
		in   *int64
		out  *int64
	}{{"per_day", in.PerDay, &q.PerDay}, {"per_minute", in.PerMinute, &q.PerMinute}, {"at_once", in.AtOnce, &q.AtOnce}} {
		if f.in == nil {
			return nil, chat.NewError(chat.CodeBadField, nil, f.name, "null", fmt.Sprintf("%d … %d", store.Unlimited, mostQuota))
		}
		if err := bounded(f.name, *f.in, store.Unlimited, mostQuota); err != nil {
			return nil, err
		}
		*f.out = *f.in
	}
	set := h.store.SetQuota
	if in.Together {
		set = h.store.SetTeamQuota
	}
	if err := set(r.Context(), who, q); err != nil {
		return nil, err
	}
	return h.quotas(w, r, who)
}

// deleteQuota takes the limits of ?subject= away, so that those further from it count; with ?together=true those of a team
// as a whole.
func (h *handler) deleteQuota(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	together, err := yes(r, "together")
	if err != nil {
		return nil, err
	}
	take := h.store.DeleteQuota
	if together {
		take = h.store.DeleteTeamQuota
	}
	if err := take(r.Context(), who, r.URL.Query().Get("subject")); err != nil {
		return nil, err
	}
	return h.quotas(w, r, who)
}

// readersJSON is who may use a model; nobody named is everybody.
type readersJSON struct {
	Subjects []string `json:"subjects"`
}

func (h *handler) readers(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.ModelReaders(r.Context(), who)
	return readersJSON{append([]string{}, all[r.PathValue("name")]...)}, err
}

// mostReaders is how many persons and teams may be named for one model.
const mostReaders = 1000

func (h *handler) changeReaders(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in readersJSON
	if err := readUpTo(w, r, &in, mostReaders*128); err != nil {
		return nil, err
	}
	if err := bounded("subjects", int64(len(in.Subjects)), 0, mostReaders); err != nil {
		return nil, err
	}
	if err := h.store.SetModelReaders(r.Context(), who, r.PathValue("name"), in.Subjects); err != nil {
		return nil, err
	}
	return h.readers(w, r, who)
}
