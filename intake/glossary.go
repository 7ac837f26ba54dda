package intake

import (
	"context"
	"encoding/json"
	"sync"

	"exaone/index"
	"exaone/store"
)

// GlossarySetting is the setting under which the words are kept that mean the same in this house: a list of lists.
const GlossarySetting = "glossary"

// glossary is the one of the house, made anew when the setting has changed.
type glossary struct {
	mu   sync.Mutex
	raw  string
	made *index.Glossary
}

// of returns the glossary of a store; nil if there is none.
func (g *glossary) of(ctx context.Context, s *store.Store) (*index.Glossary, error) {
	var raw json.RawMessage
	if _, err := s.Setting(ctx, store.System, GlossarySetting, &raw); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if string(raw) == g.raw {
		return g.made, nil
	}
	g.raw, g.made = string(raw), nil
	if len(raw) == 0 {
		return nil, nil
	}
	var groups [][]string
	if err := json.Unmarshal(raw, &groups); err != nil {
		return nil, err
	}
	if len(groups) > 0 {
		g.made = index.NewGlossary(groups)
	}
	return g.made, nil
}
