package main

import (
	"context"
	"strings"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/people"
	"exaone/web"
)

// This file is the desk as the assistant sees it: each answer within the limits of whoever asked, from a model whose
// window, tokens and abilities are known.

// talkers are the models of a desk as people ask them; see assistant.Models.
type talkers struct {
	*people.Meter
	desk *desk
}

var _ assistant.Models = talkers{}

// unknownWindow is taken for the window of a model on another server that has not told it: the smallest of those that
// are in use.
const unknownWindow = 4096

// Describe returns the model that a name stands for now, and brings it into memory, unless it is not for who.
func (t talkers) Describe(ctx context.Context, who chat.Principal, name string) (assistant.Model, error) {
	if err := t.Allow(ctx, who, name, people.Chats); err != nil {
		return assistant.Model{}, err
	}
	d := t.desk
	local, err := d.named(d.base(name))
	if err != nil {
		return assistant.Model{}, err
	}
	m := assistant.Model{Name: local.Name, Level: assistant.Extract}
	if level, ok := d.level(local.Name); ok {
		m.Level = level
	}
	if _, ok := d.adapters[name]; ok {
		m.Name = name
	}
	if c := d.elsewhere(local.Name); c != nil {
		if m.Window = c.Info().Window; m.Window == 0 {
			m.Window = unknownWindow
		}
		m.Eyes, _ = c.Sees(ctx) // where that is not known, the server is not there either, and says so when it is asked
		return m, nil
	}
	if m.Window = d.window(local.Name); m.Window > 0 {
		d.findOut(local)
		return m, nil
	}
	if err := d.Load(ctx, who, local.Name); err != nil {
		return assistant.Model{}, err
	}
	if m.Window = d.window(local.Name); m.Window == 0 && local.Model != nil { // another has taken its memory meanwhile
		m.Window = local.Model.Window
	}
	return m, nil
}

// window is how many tokens a model in memory reads and writes at most; 0 if it is not there.
func (d *desk) window(name string) int {
	for _, s := range d.engine.Loaded() {
		if s.Name == name {
			return s.Window
		}
	}
	return 0
}

// Count returns how many tokens a model of this computer reads of a request.
func (t talkers) Count(ctx context.Context, req chat.Request) (n int, known bool, err error) {
	if t.desk.elsewhere(req.Model) != nil {
		return 0, false, nil
	}
	if req.Prompt != nil {
		return len(req.Prompt.IDs), true, nil
	}
	_, ids, err := t.desk.Prompt(ctx, req)
	return len(ids), true, err
}

// Continue returns a request whose answer goes on from text. Only a model of this computer is made to: its prompt is what
// it would read of the request, and then the text. One whose turn begins with thinking would go on with that, and one that
// was taught no format would not know where to end.
func (t talkers) Continue(ctx context.Context, req chat.Request, text string) (chat.Request, bool, error) {
	if t.desk.elsewhere(req.Model) != nil {
		return req, false, nil
	}
	read, ids, err := t.desk.Prompt(ctx, req)
	if err != nil || opensThinking(read) || t.desk.dialect(req.Model) == "plain" {
		return req, false, err
	}
	more, err := t.desk.Encode(ctx, req.Model, text, false, false)
	if err != nil {
		return req, false, err
	}
	req.Messages, req.Public = nil, 0
	req.Prompt = &chat.Prompt{IDs: append(ids, more...)}
	return req, true, nil
}

// opensThinking reports whether a prompt ends where a model begins to think.
func opensThinking(prompt string) bool {
	prompt = strings.TrimRight(prompt, " \n")
	return strings.HasSuffix(prompt, "<think>") || strings.HasSuffix(prompt, "<thought>")
}

// dialect is the chat format of a model in memory; "" if it is not there.
func (d *desk) dialect(model string) string {
	local, _ := d.named(d.base(model))
	for _, s := range d.engine.Loaded() {
		if s.Name == local.Name {
			return s.Dialect
		}
	}
	return ""
}

// pageModel is the model that answers when none is named, as the page shows it.
func (d *desk) pageModel(context.Context) web.PageModel {
	local, err := d.current()
	if err != nil {
		return web.PageModel{} // there is none yet: the page says so elsewhere
	}
	m := web.PageModel{Name: local.Name, Window: d.window(local.Name)}
	switch c := d.elsewhere(local.Name); {
	case c != nil:
		m.Window = c.Info().Window
	case m.Window == 0 && local.Model != nil:
		m.Window = local.Model.Window
	}
	level, _ := d.level(local.Name)
	m.Level = string(level)
	return m
}

// sweepTime is how often what has had its time is deleted.
const sweepTime = time.Hour

// sweepNowAndThen deletes what has had its time, until the server ends: temporary conversations that are over, files that were
// not asked about, old copies of the store, and what the database's files have of what was deleted.
func (d *desk) sweepNowAndThen() {
	tick := time.NewTicker(sweepTime)
	defer tick.Stop()
	for {
		for _, one := range []struct {
			what  string
			sweep func(context.Context) (int, error)
		}{
			{"temporary conversations", d.store.SweepTemporary},
			{"files that were not asked about", d.store.SweepDrafts},
			{"readers of what no document has any more", d.store.SweepClasses},
			{"old copies of the store", d.store.ExpireBackups},
			{"remains of what was deleted", func(ctx context.Context) (int, error) { return 0, d.store.Scrub(ctx) }},
		} {
			n, err := one.sweep(d.ctx)
			switch {
			case d.ctx.Err() != nil:
			case err != nil:
				d.log.Warn("not all was deleted that has had its time", "what", one.what, "err", err)
			case n > 0:
				d.log.Info("what has had its time was deleted", "what", one.what, "count", n)
			}
		}
		select {
		case <-tick.C:
		case <-d.ctx.Done():
			return
		}
	}
}

// newTurns returns the answers to people, whose end is kept before the store is closed.
func newTurns(app *app, d *desk, library assistant.Library, meter *people.Meter, gate *web.Gate) (*assistant.Turns, error) {
	turns, err := assistant.NewTurns(app.ctx, assistant.Options{Store: d.store, Models: talkers{meter, d}, Library: library,
		Watch: gate.Resolver().WatchPrincipal, Log: app.log})
	if err == nil {
		app.onClose(func() error { return endTurns(turns) })
	}
	return turns, err
}

// endTurns ends the answers that are being written within the time that ending may take.
func endTurns(turns *assistant.Turns) error {
	ctx, done := context.WithTimeout(context.Background(), endTime)
	defer done()
	return turns.Shutdown(ctx)
}
