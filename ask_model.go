package main

import (
	"context"

	"exaone/api"
	"exaone/assistant"
	"exaone/chat"
	"exaone/engine"
)

// asked is the one model that a command asks, as the assistant sees it: whoever named it may use it, and nobody counts.
type asked struct {
	chat.Model
	name   string
	engine *engine.Engine // nil where the model is on another server
	client *api.Client
}

var _ assistant.Models = asked{}

// askedModel returns the model of a name.
func (a *app) askedModel(name string, e engineFlags, s sourceFlags, r remoteFlags) (asked, error) {
	if err := r.check(name); err != nil {
		return asked{}, err
	}
	if api.IsRemote(name) {
		client, err := a.remote(name, r)
		if err != nil {
			return asked{}, err
		}
		return asked{Model: client, name: client.Name(), client: client}, nil
	}
	local, err := a.modelFor(a.hub(s), name)
	if err != nil {
		return asked{}, err
	}
	runs := a.engine(e, func(string) (engine.Spec, error) { return specOf(local), nil })
	return asked{Model: runs, name: local.Name, engine: runs}, nil
}

// Enter lets every question in.
func (m asked) Enter(context.Context, chat.Principal, string, int) (string, func(), error) {
	return "", func() {}, nil
}

// Describe brings the model into memory. That somebody named it says that it is to write: what it writes is proven.
func (m asked) Describe(ctx context.Context, _ chat.Principal, _ string) (assistant.Model, error) {
	out := assistant.Model{Name: m.name, Window: unknownWindow, Level: assistant.Assist}
	if m.engine == nil {
		if w := m.client.Info().Window; w > 0 {
			out.Window = w
		}
		out.Eyes, _ = m.client.Sees(ctx) // where that is not known, the server is not there either, and says so when it is asked
		return out, nil
	}
	if err := m.engine.Preload(ctx, m.name); err != nil {
		return out, err
	}
	for _, s := range m.engine.Loaded() {
		out.Window = s.Window
	}
	return out, nil
}

// Count returns how many tokens the model reads of a request, if it is on this computer.
func (m asked) Count(ctx context.Context, req chat.Request) (n int, known bool, err error) {
	if m.engine == nil {
		return 0, false, nil
	}
	_, ids, err := m.engine.Prompt(ctx, req)
	return len(ids), true, err
}

// Continue makes nothing of a request: no answer goes on here.
func (m asked) Continue(_ context.Context, req chat.Request, _ string) (chat.Request, bool, error) {
	return req, false, nil
}
