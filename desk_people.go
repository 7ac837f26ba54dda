package main

import (
	"context"
	"net/http"

	"exaone/api"
	"exaone/chat"
	"exaone/people"
	"exaone/store"
	"exaone/web"
)

// This file is the desk as people use it: each within their limits, and with the models that they may use.

// books are quotas and usage as the store keeps them; see people.Books.
type books struct{ *store.Store }

var _ people.Books = books{}

// QuotaOf returns the quota that counts for somebody.
func (b books) QuotaOf(ctx context.Context, who chat.Principal) (people.Quota, error) {
	q, _, err := b.Store.QuotaOf(ctx, who)
	return quotaOf(q), err
}

// TeamQuotasOf returns what each of somebody's teams may ask together.
func (b books) TeamQuotasOf(ctx context.Context, who chat.Principal) ([]people.TeamQuota, error) {
	all, err := b.Store.TeamQuotasOf(ctx, who)
	out := make([]people.TeamQuota, len(all))
	for i, q := range all {
		out[i] = people.TeamQuota{Quota: quotaOf(q.Quota), ID: q.Subject, Name: q.Name}
	}
	return out, err
}

// TeamUsageOf returns how many tokens the members of a team have used on a day.
func (b books) TeamUsageOf(ctx context.Context, team, day string) (int64, error) {
	return b.Store.TeamUsageOf(ctx, store.System, team, day)
}

// ModelReaders returns who may use a model.
func (b books) ModelReaders(ctx context.Context) (map[string][]string, error) {
	return b.Store.ModelReaders(ctx, store.System)
}

func quotaOf(q store.Quota) people.Quota {
	return people.Quota{PerDay: q.PerDay, PerMinute: int(q.PerMinute), AtOnce: int(q.AtOnce)}
}

// newMeter returns the desk within everybody's limits: what the API and the page ask.
func newMeter(d *desk) *people.Meter {
	return people.NewMeter(people.MeterOptions{Model: d, Embedder: d, Ranker: d, Books: books{d.store}, Name: d.nameOf,
		Base: d.baseOf, Count: d.count, Log: d.log})
}

// nameOf is the name of a model, or an adapter, that a request named, or of the one that answers if it named none; what is
// not here stays as it is.
func (d *desk) nameOf(model string, task people.Task) string {
	if model == "" && task != people.Chats {
		if name, err := d.encoder(task == people.Ranks); err == nil {
			return name
		}
		return ""
	}
	if _, ok := d.adapters[model]; ok {
		return model
	}
	local, err := d.named(model)
	if err != nil {
		return model
	}
	return local.Name
}

// baseOf is the model that one is an adapter of, or "".
func (d *desk) baseOf(model string) string {
	if base := d.base(model); base != model {
		return base
	}
	return ""
}

// count is how many tokens a model reads of a request; about how many, where that is for another server to know.
func (d *desk) count(ctx context.Context, req chat.Request) (int, error) {
	if d.elsewhere(req.Model) == nil {
		if req.Prompt != nil && req.Prompt.IDs != nil {
			return len(req.Prompt.IDs), nil
		}
		_, ids, err := d.Prompt(ctx, req)
		return len(ids), err
	}
	n := chat.GuessMessages(req.Messages)
	if req.Prompt != nil {
		n += len(req.Prompt.IDs) + chat.GuessTokens(req.Prompt.Text)
	}
	return n, nil
}

// listedFor lists the models that whoever makes a request may ask.
func (d *desk) listedFor(gate *web.Gate, meter *people.Meter) func(r *http.Request) ([]api.ModelInfo, error) {
	return func(r *http.Request) ([]api.ModelInfo, error) {
		who, err := gate.Principal(r)
		if err != nil {
			return nil, err
		}
		visible, err := meter.Visible(r.Context(), who)
		if err != nil {
			return nil, err
		}
		all, err := d.models(r.Context())
		var list []api.ModelInfo
		for _, info := range all {
			if visible(info.ID) {
				list = append(list, info)
			}
		}
		return list, err
	}
}
