package main

import (
	"context"
	"errors"
	"iter"

	"exaone/chat"
	"exaone/hub"
	"exaone/store"
	"exaone/web"
)

// This file is the desk as the page sees it; see web.Hub.

// Status says how things stand.
func (d *desk) Status(context.Context) (web.Status, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := web.Status{State: web.StateNone, Model: d.now.Name}
	if d.now.Name != "" {
		s.State = web.StateReady
	}
	for _, p := range d.pulls {
		if !p.over && s.State == web.StateNone {
			s.State = web.StateBringing
		}
		one := web.Pull{Model: p.model, Phase: string(p.progress.Phase), Source: p.progress.Source,
			Done: p.progress.Done, Total: p.progress.Total, Rate: p.progress.Rate}
		if p.over {
			one.Phase, one.Err = string(hub.PhaseFailed), p.err
		}
		s.Pulls = append(s.Pulls, one)
	}
	if told, ok := errors.AsType[*chat.Error](d.why); ok && s.State != web.StateBringing {
		s.Notes = append(s.Notes, web.Note{Code: told.Code, Params: told.Params})
	}
	if s.State == web.StateNone {
		s.Notes = append(s.Notes, web.Note{Code: chat.CodeServeNoModel})
	}
	return s, nil
}

// Catalogue returns the models that are here and answer, then those that could be brought in the order of recommendation.
func (d *desk) Catalogue(ctx context.Context) ([]web.Offer, error) {
	all, err := d.here()
	if err != nil {
		return nil, err
	}
	loaded := make(map[string]bool)
	for _, s := range d.engine.Loaded() {
		loaded[s.Name] = true
	}
	var offers []web.Offer
	here := make(map[string]bool)
	for _, l := range all {
		if !chats(l.Model) {
			continue
		}
		here[l.Name] = true
		if d.elsewhere(l.Name) != nil {
			level, _ := d.level(l.Name)
			offers = append(offers, web.Offer{Model: l.Name, Title: l.Title, Here: true, Fits: true,
				Level: string(level), Elsewhere: true})
			continue
		}
		o := web.Offer{Model: l.Name, Title: l.Title, Size: l.Size, Here: true, Fits: true, Loaded: loaded[l.Name], Class: string(l.Class)}
		if l.Model != nil {
			o = d.offer(*l.Model)
			o.Model, o.Size, o.Here, o.Loaded = l.Name, l.Size, true, loaded[l.Name]
		}
		if o.Level, err = d.knownLevel(ctx, l); err != nil {
			return nil, err
		}
		offers = append(offers, o)
	}
	for _, m := range hub.Models() {
		if !here[m.Name] && chats(&m) {
			offers = append(offers, d.offer(m))
		}
	}
	return offers, nil
}

// chats reports whether a model answers, as far as the catalogue knows.
func chats(m *hub.Model) bool { return m == nil || m.Task == hub.Chats }

// offer describes a model of the catalogue.
func (d *desk) offer(m hub.Model) web.Offer {
	return web.Offer{Model: m.Name, Title: m.Title, Size: m.Size(), Memory: m.Memory(usualWindow), Window: m.Window,
		Params: m.Params, Korean: m.Speaks("ko"), Fits: m.Fits(physicalMemory()), Note: m.Note(),
		Licence: m.Licence.Title, Class: string(m.Licence.Class)}
}

// Licence returns the text that must be accepted before a model is brought.
func (d *desk) Licence(ctx context.Context, model string) (web.Licence, error) {
	if _, err := known(model); err != nil {
		return web.Licence{}, err
	}
	l, err := d.hub.Licence(ctx, model)
	if err != nil {
		return web.Licence{}, err
	}
	note := web.Note{Code: l.Shown}
	if l.From != "" {
		note.Params = []any{l.From}
	}
	return web.Licence{Model: l.Model, Title: l.Title, Class: string(l.Class), URL: l.URL, Text: l.Text, Hash: l.Hash, Note: note}, nil
}

// Accept records that somebody accepts a licence.
func (d *desk) Accept(ctx context.Context, who chat.Principal, a web.Acceptance) error {
	if _, err := known(a.Model); err != nil {
		return err
	}
	return d.hub.Accept(ctx, hub.Acceptance{Model: a.Model, TextHash: a.Hash, Person: a.Person, Principal: who})
}

// Pull begins to bring a model of the catalogue. What the licence asks for is known at once; the rest shows in
// Status.
func (d *desk) Pull(ctx context.Context, _ chat.Principal, model string) error {
	model, err := known(model)
	if err != nil {
		return err
	}
	if d.offline {
		return chat.NewError(chat.CodeHubOffline, nil)
	}
	l, err := d.hub.Licence(ctx, model)
	if err != nil {
		return err
	}
	if l.Class == hub.Terms || l.Class == hub.Research {
		accepted, err := d.store.Accepted(ctx, store.System, l.Model, l.Hash)
		if err != nil {
			return err
		}
		if !accepted {
			return chat.NewError(chat.CodeHubLicence, nil, l.Model, l.Title)
		}
	}
	d.start(model, false, func(ctx context.Context) iter.Seq2[hub.Progress, error] { return d.hub.Pull(ctx, model) })
	return nil
}

// CancelPull ends what Pull began, and forgets a failure.
func (d *desk) CancelPull(_ context.Context, _ chat.Principal, model string) error {
	if name, err := known(model); err == nil {
		model = name
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := d.pulls[:0]
	for _, p := range d.pulls {
		if p.model == model {
			p.cancel()
			if p.over {
				continue
			}
		}
		kept = append(kept, p)
	}
	d.pulls = kept
	return nil
}

// UseModel makes a model that is here the current one, also after a restart if it can be loaded. What keeps it from
// that shows in Status.
func (d *desk) UseModel(_ context.Context, who chat.Principal, model string) error {
	local, err := d.find(model)
	if err != nil {
		return err
	}
	d.use(local, func() {
		if err := d.store.SetSetting(d.ctx, who, store.System, modelSetting, local.Name); err != nil {
			d.log.Error("the choice of a model was not kept", "model", local.Name, "err", err)
		}
	})
	return nil
}

// known returns the name of a model of the catalogue and refuses all others: the page must not make the server
// connect to an address, or open a path, that somebody typed.
func known(model string) (string, error) {
	m, err := hub.Find(model)
	return m.Name, err
}
