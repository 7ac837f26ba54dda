package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// Whether a model sees, each server says in its own way, and many say nothing.

// listedEyes is what lists of models say of it.
type listedEyes struct {
	// A list of words at exaone and llama.cpp, an object with "vision" at Mistral's.
	Capabilities json.RawMessage
	Architecture struct { // OpenRouter
		Inputs []string `json:"input_modalities"`
	}
	Inputs []string `json:"input_modalities"`
}

// eyesWords are the words that say that a model sees.
var eyesWords = []string{"vision", "image", "multimodal"}

// told reports whether a list says that a model sees, and whether it says anything.
func (l listedEyes) told() (sees, known bool) {
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(eyesWords, strings.ToLower(w)) })
	}
	var words []string
	var object struct{ Vision *bool }
	switch {
	case len(l.Architecture.Inputs)+len(l.Inputs) > 0:
		return has(l.Architecture.Inputs) || has(l.Inputs), true
	case json.Unmarshal(l.Capabilities, &words) == nil && len(words) > 0:
		return has(words), true
	case json.Unmarshal(l.Capabilities, &object) == nil && object.Vision != nil:
		return *object.Vision, true
	}
	return false, false
}

// eyes reports whether the model sees: what whoever set it up says, or what is found out the first time.
func (c *Client) eyes(ctx context.Context, p *peer) (bool, error) {
	if sees := c.eyesOf(p); sees != nil {
		return *sees, nil
	}
	end, err := c.finds(ctx)
	if err != nil {
		return false, err
	}
	defer end()
	if sees := c.eyesOf(p); sees != nil {
		return *sees, nil
	}
	sees, err := c.findEyes(ctx, p)
	if err != nil {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p.eyes = &sees
	return sees, nil
}

// eyesOf is what is known of whether the model sees, nil for nothing.
func (c *Client) eyesOf(p *peer) *bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opts.Eyes != nil {
		p.eyes = c.opts.Eyes
	}
	return p.eyes
}

// findEyes finds out whether a model sees: from the list of models, llama.cpp's properties, or Ollama's description. What a server
// does not say is no. An error is one that may go away by itself.
func (c *Client) findEyes(ctx context.Context, p *peer) (sees bool, err error) {
	if sees, known := p.listed.told(); known {
		return sees, nil
	}
	switch p.kind {
	case peerLlama:
		var props struct{ Modalities struct{ Vision bool } }
		err = c.get(ctx, c.beside("props"), &props)
		sees = props.Modalities.Vision
	case peerOther:
		var shown listedEyes
		err = c.show(ctx, p.model, &shown)
		sees, _ = shown.told()
	case peerOpenAI, peerVLLM, peerSGLang, peerExaone:
	}
	if _, passes := errors.AsType[passing](err); passes || ctx.Err() != nil {
		return false, err
	}
	return err == nil && sees, nil // a server without such a thing says nothing
}

// show asks for Ollama's description of a model.
func (c *Client) show(ctx context.Context, model string, into any) error {
	body, err := json.Marshal(fields{"model": model})
	if err != nil {
		return err
	}
	r, err := c.send(ctx, http.MethodPost, c.beside("api/show"), body)
	if err != nil {
		return err
	}
	defer r.close()
	return c.decode(r, into)
}
