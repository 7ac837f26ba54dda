package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// usageRoutes are for those who see how much is used.
var usageRoutes = []route{
	{http.MethodGet, "/api/admin/usage", people.ReadUsage, (*handler).usage},
}

// usageJSON is what was used of, or by, one thing: a person, a team, a model or a day.
type usageJSON struct {
	Key        string `json:"key"`
	Name       string `json:"name"`
	Requests   int64  `json:"requests"`
	Prompt     int64  `json:"prompt"` // tokens read
	Cached     int64  `json:"cached"` // of them, how many had been read before
	Completion int64  `json:"completion"`
}

func (u *usageJSON) add(row store.UsageRow) {
	u.Requests += row.Requests
	u.Prompt += row.Prompt
	u.Cached += row.Cached
	u.Completion += row.Written
}

// mostDays is how long a time one report may be of.
const mostDays = 400

// usage sums what was used from a day to another, both included; the last thirty days if none are named. Days are in
// order, the rest by how much.
func (h *handler) usage(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	from, to, err := days(r, time.Now())
	if err != nil {
		return nil, err
	}
	rows, err := h.store.UsageReport(r.Context(), who, from, to)
	if err != nil {
		return nil, err
	}
	by := cmp.Or(r.URL.Query().Get("by"), "day")
	keys, err := h.usageKeys(r.Context(), who, by)
	if err != nil {
		return nil, err
	}
	sums := map[string]*usageJSON{}
	out := struct {
		From  string      `json:"from"`
		To    string      `json:"to"`
		Total usageJSON   `json:"total"`
		Items []usageJSON `json:"items"`
	}{From: from, To: to, Items: []usageJSON{}}
	for _, row := range rows {
		out.Total.add(row)
		for _, k := range keys(row) {
			if sums[k.id] == nil {
				sums[k.id] = &usageJSON{Key: k.id, Name: k.name}
			}
			sums[k.id].add(row)
		}
	}
	for _, sum := range sums {
		out.Items = append(out.Items, *sum)
	}
	slices.SortFunc(out.Items, func(a, b usageJSON) int {
		if by == "day" {
			return cmp.Compare(a.Key, b.Key)
		}
		return cmp.Or(cmp.Compare(b.Prompt+b.Completion, a.Prompt+a.Completion), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}

// usageKey is what a row counts for.
type usageKey struct{ id, name string }

// usageKeys returns what a row counts for. Whoever is in two teams counts in both, and whoever is in none in "".
func (h *handler) usageKeys(ctx context.Context, who chat.Principal, by string) (func(store.UsageRow) []usageKey, error) {
	switch by {
	case "day":
		return func(row store.UsageRow) []usageKey { return []usageKey{{row.Day, row.Day}} }, nil
	case "person":
		return func(row store.UsageRow) []usageKey { return []usageKey{{row.Principal, row.Name}} }, nil
	case "model":
		return func(row store.UsageRow) []usageKey { return []usageKey{{row.Model, row.Model}} }, nil
	case "team":
		teams, err := h.store.Teams(ctx, who)
		in := map[string][]usageKey{}
		for _, t := range teams {
			for _, id := range t.Members {
				in[id] = append(in[id], usageKey{t.ID, t.Name})
			}
		}
		return func(row store.UsageRow) []usageKey {
			if keys := in[row.Principal]; len(keys) > 0 {
				return keys
			}
			return []usageKey{{}}
		}, err
	}
	return nil, chat.NewError(chat.CodeBadField, nil, "by", fmt.Sprintf("%.40q", by), "day | person | team | model")
}

// days reads from and to.
func days(r *http.Request, now time.Time) (from, to string, err error) {
	query := r.URL.Query()
	to = cmp.Or(query.Get("to"), now.Format(time.DateOnly))
	last, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return "", "", chat.NewError(chat.CodeBadField, nil, "to", fmt.Sprintf("%.40q", to), "2026-11-30")
	}
	from = cmp.Or(query.Get("from"), last.AddDate(0, 0, -29).Format(time.DateOnly))
	first, err := time.Parse(time.DateOnly, from)
	if err != nil || first.After(last) || last.Sub(first) > mostDays*24*time.Hour {
		return "", "", chat.NewError(chat.CodeBadField, nil, "from", fmt.Sprintf("%.40q", from), fmt.Sprintf("≤ %s, ≤ %d days", to, mostDays))
	}
	return from, to, nil
}
