package main

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"exaone/api"
	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
	"exaone/store"
)

// This file says how long models stay in memory where a client cares. Whoever does not say leaves it to the engine, which
// lets the one go that was used least recently when another needs its memory.

// stays are the models that have been used, by name. The zero value is none.
type stays struct {
	mu     sync.Mutex
	byName map[string]*stay
}

// stay is one of them. How long it stays after it was last used is for whoever manages models to say; if they do not, it
// stays for as long as any of those wants who have used it since it was brought.
type stay struct {
	uses    int                      // requests that it answers now
	all     *time.Duration           // as it was said for everybody; nil is that it was not
	wants   map[string]time.Duration // by id of the principal; less than 0 is for ever, and what somebody wants who does not say
	leaves  time.Time                // zero while it answers
	leaving *time.Timer
}

// forEver is until its memory is needed.
const forEver = -1

// idle is how long it stays after it was last used; less than 0 is for ever.
func (o *stay) idle() time.Duration {
	switch {
	case o.all != nil:
		return *o.all
	case len(o.wants) == 0:
		return forEver
	}
	longest := time.Duration(0)
	for _, d := range o.wants {
		if d < 0 {
			return forEver
		}
		longest = max(longest, d)
	}
	return longest
}

// at returns the entry of a model. s.mu is held.
func (s *stays) at(name string) *stay {
	one := s.byName[name]
	if one == nil {
		one = &stay{wants: make(map[string]time.Duration)}
		if s.byName == nil {
			s.byName = make(map[string]*stay)
		}
		s.byName[name] = one
	}
	return one
}

// settle has a model leave when its time has come, unless it answers somebody. s.mu is held.
func (s *stays) settle(name string, leave func()) {
	one := s.at(name)
	if one.leaving != nil {
		one.leaving.Stop()
		one.leaving = nil
	}
	one.leaves = time.Time{}
	idle := one.idle()
	if one.uses > 0 || idle < 0 {
		return
	}
	one.leaves = time.Now().Add(idle)
	one.leaving = time.AfterFunc(idle, func() {
		if s.left(name, one) {
			leave()
		}
	})
}

// left forgets a model whose time has come, unless something was asked of it just now.
func (s *stays) left(name string, one *stay) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName[name] != one || one.uses > 0 {
		return false
	}
	delete(s.byName, name)
	return true
}

// expires is when a model leaves; zero is when its memory is needed.
func (s *stays) expires(name string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.byName[name]; one != nil {
		return one.leaves
	}
	return time.Time{}
}

// uses counts a request of somebody to a model until what it returns is called.
func (d *desk) uses(who chat.Principal, model string) (over func()) {
	local, err := d.named(d.base(model))
	if err != nil {
		return func() {} // the engine says so
	}
	d.stays.mu.Lock()
	one := d.stays.at(local.Name)
	one.uses++
	if _, said := one.wants[who.ID]; !said && who.ID != "" && who.ID != store.System.ID { // whom nobody waits for
		one.wants[who.ID] = forEver
	}
	d.stays.settle(local.Name, nil)
	d.stays.mu.Unlock()
	return func() {
		d.stays.mu.Lock()
		defer d.stays.mu.Unlock()
		d.stays.at(local.Name).uses--
		d.stays.settle(local.Name, d.leave(local.Name))
	}
}

// leave unloads a model once nobody uses it.
func (d *desk) leave(name string) func() {
	return func() {
		if err := d.engine.Unload(d.ctx, name); err != nil && d.ctx.Err() == nil {
			d.log.Warn("the model was not let go", "model", name, "err", err)
		}
	}
}

// named is the model of a name; "" is the current one.
func (d *desk) named(model string) (hub.Local, error) {
	if model == "" {
		return d.current()
	}
	return d.find(model)
}

// Load returns when a model is in memory.
func (d *desk) Load(ctx context.Context, who chat.Principal, model string) error {
	if d.elsewhere(model) != nil {
		return nil // its server sees to that
	}
	defer d.uses(who, model)()
	return d.engine.Preload(ctx, d.base(model))
}

// Keep says how long a model stays in memory once nobody uses it. The current one is everybody's: only who says it for all
// says it of that.
func (d *desk) Keep(who chat.Principal, k api.Keeping) {
	if d.elsewhere(k.Model) != nil {
		return
	}
	local, err := d.named(d.base(k.Model))
	if err != nil {
		return // it was never there
	}
	current, _ := d.current()
	if !k.All && local.Name == current.Name {
		return
	}
	d.stays.mu.Lock()
	defer d.stays.mu.Unlock()
	one := d.stays.at(local.Name)
	if k.All {
		one.all = &k.For
	}
	one.wants[who.ID] = k.For
	d.stays.settle(local.Name, d.leave(local.Name))
}

// describe adds what clients of Ollama ask about a model, as far as it is known: of what its file is called, and of what
// the engine found in it.
func describe(info *api.ModelInfo, l hub.Local, s engine.Status) {
	info.Family = strings.ToLower(strings.TrimSuffix(s.Architecture, "ForCausalLM"))
	info.Memory, info.Licence = s.Bytes, l.Licence
	name := filepath.Base(l.Path)
	info.Format = "safetensors"
	if strings.EqualFold(filepath.Ext(name), ".gguf") {
		info.Format = "gguf"
		info.Quantization = strings.ToUpper(quantization.FindString(name))
	}
	if l.Model != nil {
		info.Parameters = l.Model.Params
	}
	if len(l.Files) == 1 {
		info.Digest = l.Files[0].SHA256
	}
}

// quantization is how files say what type most of their numbers have.
var quantization = regexp.MustCompile(`(?i)I?Q[2-8](_[0-9KSMLX]+)+|BF16|F16|F32`)
