package main

import (
	"context"

	"exaone/api"
	"exaone/chat"
	"exaone/people"
)

// This file is the desk as clients of the API see it that ask for tokens, or for a model to be in memory.

// reached is what they reach of the desk: the models that they may use, as if there were no others. See api.Tokens and
// api.Memory.
type reached struct {
	desk  *desk
	meter *people.Meter
}

var (
	_ api.Tokens = reached{}
	_ api.Memory = reached{}
)

// Encode returns the ids of a text.
func (r reached) Encode(ctx context.Context, who chat.Principal, model, text string, special, whole bool) ([]int32, error) {
	if err := r.meter.Allow(ctx, who, model, people.Chats); err != nil {
		return nil, err
	}
	return r.desk.Encode(ctx, model, text, special, whole)
}

// Pieces returns the bytes that each id stands for.
func (r reached) Pieces(ctx context.Context, who chat.Principal, model string, ids []int32) ([][]byte, error) {
	if err := r.meter.Allow(ctx, who, model, people.Chats); err != nil {
		return nil, err
	}
	return r.desk.Pieces(ctx, model, ids)
}

// Prompt returns what the model would read of a request.
func (r reached) Prompt(ctx context.Context, req chat.Request) (string, []int32, error) {
	if err := r.meter.Allow(ctx, req.Principal, req.Model, people.Chats); err != nil {
		return "", nil, err
	}
	return r.desk.Prompt(ctx, req)
}

// Load returns when a model is in memory.
func (r reached) Load(ctx context.Context, who chat.Principal, model string) error {
	if err := r.meter.Allow(ctx, who, model, people.Chats); err != nil {
		return err
	}
	return r.desk.Load(ctx, who, model)
}

// Keep says how long a model stays in memory once nobody uses it.
func (r reached) Keep(ctx context.Context, who chat.Principal, k api.Keeping) error {
	if err := r.meter.Allow(ctx, who, k.Model, people.Chats); err != nil {
		return err
	}
	r.desk.Keep(who, k)
	return nil
}

// enter counts a request for tokens, or for a model to be loaded, as one of whoever makes it.
func (r reached) enter(ctx context.Context, who chat.Principal, model string) (done func(), err error) {
	_, done, err = r.meter.Enter(ctx, who, model, 0)
	return done, err
}

// base is the model that a name means to the engine: an adapter has the tokens of the model it is of.
func (d *desk) base(model string) string {
	if _, ok := d.adapters[model]; ok {
		return d.owner()
	}
	return model
}

// Encode returns the ids of a text.
func (d *desk) Encode(ctx context.Context, model, text string, special, whole bool) ([]int32, error) {
	return d.engine.Encode(ctx, d.base(model), text, special, whole)
}

// Pieces returns the bytes that each id stands for.
func (d *desk) Pieces(ctx context.Context, model string, ids []int32) ([][]byte, error) {
	return d.engine.Pieces(ctx, d.base(model), ids)
}

// Prompt returns what the model would read of a request.
func (d *desk) Prompt(ctx context.Context, req chat.Request) (string, []int32, error) {
	req.Model = d.base(req.Model)
	return d.engine.Prompt(ctx, req)
}
