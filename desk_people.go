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
	return people.Quota{PerDay: q.PerDay, PerMinute: int(q.PerMinute), AtOnce: int(q.AtOnce)}, err
}

// newMeter returns the desk within everybody's limits: what the API and the page ask.
func newMeter(d *desk) *people.Meter {
	return people.NewMeter(people.MeterOptions{Model: d, Embedder: d, Ranker: d, Books: books{d.store}, Name: d.nameOf, Log: d.log})
}

// nameOf is the name of a model that a request named, or of the one that answers if it named none; what is not here stays
// as it is.
func (d *desk) nameOf(model string, task people.Task) string {
	if model == "" && task != people.Chats {
		if name, err := d.encoder(task == people.Ranks); err == nil {
			return name
		}
		return ""
	}
	local, err := d.named(d.base(model))
	if err != nil {
		return model
	}
	return local.Name
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
