package main

import (
	"context"

	"exaone/api"
	"exaone/chat"
)

// This file is the desk as clients of the API see it that ask for tokens; see api.Tokens.

var _ api.Tokens = (*desk)(nil)

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
