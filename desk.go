package main

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"exaone/api"
	"exaone/assistant"
	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
	"exaone/store"
	"exaone/web"
)

// desk is where a server's models are handed out: it knows which one answers when none is named, brings others in
// the background, and is the web.Hub and the chat.Model of the server. It may be used by many goroutines.
type desk struct {
	ctx    context.Context // of the server: what goes on in the background ends with it
	hub    *hub.Hub
	store  *store.Store
	engine *engine.Engine
	log    *slog.Logger

	tell func(error) // says to whoever started the server what became of the first model, from any goroutine

	address string                           // that people reach the server at
	encoder func(ranks bool) (string, error) // names the model that embeds or ranks where none is named

	warm func(context.Context) error // makes ready what readers of documents would wait for

	offline  bool
	adapters map[string]string // folders of adapters of the first model, by name
	remote   *api.Client       // a model on another server; nil is none

	stays   stays
	work    sync.WaitGroup
	mu      sync.Mutex
	levels  map[string]assistant.Level // what models have been seen to be able to do, by name
	probing map[string]bool            // models of which it is being found out, by name
	now     hub.Local                  // the current model; its Name is "" if there is none
	why     error                      // why there is none, or why one that was chosen is not the current one
	given   hub.Local                  // the first model that was current: the adapters are of it, and it may lie anywhere
	// pulls are what is on its way or failed last, in the order they began.
	pulls []*pulling
}

// pulling is one model on its way.
type pulling struct {
	model    string
	first    bool // brought because there was none
	progress hub.Progress
	err      error
	cancel   context.CancelFunc
	over     bool
}

// modelSetting is the name of the setting that keeps the current model.
const modelSetting = "model"

// current returns the model that answers when none is named.
func (d *desk) current() (hub.Local, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.now.Name == "" {
		return hub.Local{}, chat.NewError(chat.CodeNoModelYet, d.why)
	}
	return d.now, nil
}

// resolve finds a model by the name that a request gave; "" is the current one.
func (d *desk) resolve(name string) (engine.Spec, error) {
	local, err := d.current()
	if name != "" {
		local, err = d.find(name)
	}
	if err == nil && d.elsewhere(local.Name) != nil {
		err = d.onlyHere("tokens, scores")
	}
	return d.spec(local), err
}

// find returns the model of a name: the current one, the one that the server was started with, or one under the data
// directory. A path is no name: neither a request nor a stored choice says which files of this machine are opened.
func (d *desk) find(name string) (hub.Local, error) {
	if c := d.elsewhere(name); c != nil && name != "" {
		return remoteLocal(c), nil
	}
	d.mu.Lock()
	for _, l := range [...]hub.Local{d.now, d.given} {
		if name != "" && l.Name == name {
			d.mu.Unlock()
			return l, nil
		}
	}
	d.mu.Unlock()
	all, err := d.hub.List()
	if err != nil {
		return hub.Local{}, err
	}
	if m, err := hub.Find(name); err == nil {
		name = m.Name
	}
	for _, l := range all {
		if l.Name == name {
			return l, l.Err
		}
	}
	return hub.Local{}, chat.NewError(chat.CodeNoModel, nil, name)
}

// spec is a model as the engine is to load it.
func (d *desk) spec(l hub.Local) engine.Spec {
	s := specOf(l)
	if l.Name == d.owner() {
		s.Adapters = d.adapters
	}
	return s
}

// owner is the name of the model that the adapters are of.
func (d *desk) owner() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.given.Name
}

// Chat answers with the engine. An adapter is asked for by its name, as if it were a model.
func (d *desk) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	if _, ok := d.adapters[req.Model]; ok {
		req.Model, req.Adapter = d.owner(), req.Model
	}
	if c := d.elsewhere(req.Model); c != nil {
		return c.Chat(ctx, req)
	}
	return func(yield func(chat.Event, error) bool) {
		defer d.uses(req.Principal, req.Model)()
		d.engine.Chat(ctx, req)(yield)
	}
}

// sees reports whether a model can be shown pictures: none of this computer can.
func (d *desk) sees(ctx context.Context, model string) (bool, error) {
	c := d.elsewhere(model)
	if c == nil {
		return false, nil
	}
	return c.Sees(ctx)
}

// begin starts with the model that firstModel found for a name, or brings one.
func (d *desk) begin(named string, local hub.Local, err error, accept func(context.Context) error) {
	if err == nil {
		d.use(local, nil)
		return
	}
	d.mu.Lock()
	d.why = err
	d.mu.Unlock()
	switch {
	case d.offline:
	case named == "":
		d.start("", true, d.hub.Bring)
	default:
		d.start(named, true, func(ctx context.Context) iter.Seq2[hub.Progress, error] {
			return func(yield func(hub.Progress, error) bool) {
				if err := accept(ctx); err != nil {
					yield(hub.Progress{}, err)
					return
				}
				d.hub.Pull(ctx, named)(yield)
			}
		})
	}
}

// canBring reports whether err, of firstModel, says no more than that a model of the catalogue is not here yet.
func (d *desk) canBring(err error) bool {
	told, ok := errors.AsType[*chat.Error](err)
	return ok && told.Code == chat.CodeHubNotHere && !d.offline
}

// firstModel returns the model to start with: named, or chosen last, or the best that is here.
func (d *desk) firstModel(named string) (hub.Local, error) {
	if d.remote != nil {
		return remoteLocal(d.remote), nil
	}
	if named != "" {
		return d.hub.Resolve(named)
	}
	var last string
	if found, err := d.store.Setting(d.ctx, store.System, modelSetting, &last); err == nil && found {
		if local, err := d.find(last); err == nil {
			return local, nil
		}
	}
	return d.hub.Default()
}

// use makes a model the current one and brings it into memory. If that fails, the one before is current again; if
// not, chosen is called, if there is one.
func (d *desk) use(local hub.Local, chosen func()) {
	d.mu.Lock()
	before := d.now
	d.now, d.why = local, nil
	if d.given.Name == "" {
		d.given = local
	}
	d.mu.Unlock()
	d.work.Go(func() {
		var err error
		if d.elsewhere(local.Name) == nil { // the other server is contacted when it is asked
			err = d.engine.Preload(d.ctx, local.Name)
		}
		if err == nil && chosen != nil {
			chosen()
		}
		if err == nil {
			d.findOut(local)
		}
		if err == nil || d.ctx.Err() != nil {
			return
		}
		d.mu.Lock()
		if d.now.Name == local.Name {
			d.now, d.why = before, err
			if before.Name == local.Name {
				d.now = hub.Local{}
			}
		}
		d.mu.Unlock()
		d.tell(err)
	})
}

// start brings a model in the background. Of a model that is on its way already, nothing is started.
func (d *desk) start(model string, first bool, bring func(context.Context) iter.Seq2[hub.Progress, error]) {
	ctx, cancel := context.WithCancel(d.ctx)
	p := &pulling{model: model, first: first, cancel: cancel, progress: hub.Progress{Phase: hub.PhaseAsk}}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, other := range d.pulls {
		if other.model == model && !other.over {
			cancel()
			return
		}
	}
	d.pulls = append(slices.DeleteFunc(d.pulls, func(o *pulling) bool { return o.over && o.model == model }), p)
	d.work.Go(func() {
		defer cancel()
		d.follow(p, bring(ctx))
	})
}

// follow keeps the progress of a pull where Status finds it.
func (d *desk) follow(p *pulling, progress iter.Seq2[hub.Progress, error]) {
	var local hub.Local
	var failure error
	for step, err := range progress {
		if failure = err; err != nil {
			break
		}
		d.mu.Lock()
		p.progress = step
		if p.first && step.Model != "" { // it may try one model after another
			p.model = step.Model
		}
		d.mu.Unlock()
		if step.Phase == hub.PhaseDone {
			local = step.Local
		}
	}
	d.mu.Lock()
	p.over, p.err = true, failure
	if p.first && failure != nil {
		d.why = failure
	}
	if failure == nil || errors.Is(failure, context.Canceled) {
		d.pulls = slices.DeleteFunc(d.pulls, func(o *pulling) bool { return o == p })
	}
	use := local.Name != "" && chats(local.Model) && (p.first || d.now.Name == "")
	d.mu.Unlock()
	if failure != nil && d.ctx.Err() == nil {
		d.log.Warn("the model was not brought", "model", p.model, "err", failure)
		if p.first && !errors.Is(failure, context.Canceled) {
			d.tell(failure)
		}
	}
	if use {
		d.use(local, nil)
	}
}

// here returns the models that can be asked: the first one, wherever it lies, and those under the data directory.
func (d *desk) here() ([]hub.Local, error) {
	all, err := d.hub.List()
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	given := d.given
	d.mu.Unlock()
	if given.Name != "" && !slices.ContainsFunc(all, func(l hub.Local) bool { return l.Name == given.Name }) {
		all = append([]hub.Local{given}, all...)
	}
	return d.withRemote(slices.DeleteFunc(all, func(l hub.Local) bool { return l.Err != nil })), nil
}

// models lists what may be asked, for clients of the API.
func (d *desk) models(context.Context) ([]api.ModelInfo, error) {
	all, err := d.here()
	if err != nil {
		return nil, err
	}
	now, _ := d.current()
	loaded := make(map[string]engine.Status)
	for _, s := range d.engine.Loaded() {
		loaded[s.Name] = s
	}
	var list []api.ModelInfo
	for _, l := range all {
		if c := d.elsewhere(l.Name); c != nil {
			info := c.Info()
			info.Default = l.Name == now.Name
			list = append(list, info)
			continue
		}
		s, here := loaded[l.Name]
		info := api.ModelInfo{ID: l.Name, Created: l.Brought, OwnedBy: ownerOf(l), Window: s.Window, Size: l.Size,
			Loaded: here, Default: l.Name == now.Name, Capabilities: capabilities(l)}
		if !here && l.Model != nil {
			info.Window = l.Model.Window
		}
		describe(&info, l, s)
		info.Expires = d.stays.expires(l.Name)
		list = append(list, info)
	}
	for _, name := range slices.Sorted(maps.Keys(d.adapters)) {
		list = append(list, api.ModelInfo{ID: name, OwnedBy: d.owner(), Window: loaded[d.owner()].Window,
			Capabilities: []string{"completion", "chat"}})
	}
	return list, nil
}

// capabilities says what a model may be asked for, as far as the catalogue knows.
func capabilities(l hub.Local) []string {
	switch {
	case l.Model != nil && l.Model.Task == hub.Embeds:
		return []string{"embedding"}
	case l.Model != nil && l.Model.Task == hub.Ranks:
		return []string{"rerank"}
	}
	return []string{"completion", "chat"}
}

// ownerOf names whose model it is, as far as its origin says: the first part of OWNER/NAME.
func ownerOf(l hub.Local) string {
	if owner, _, ok := strings.Cut(l.Origin, "/"); ok && l.Source == "huggingface" {
		return owner
	}
	return "local"
}

// gauges are the numbers of the moment for /metrics, over all models.
func (d *desk) gauges() map[string]float64 {
	g := map[string]float64{
		"models_loaded": 0, "model_bytes": 0, "sequences_running": 0, "sequences_waiting": 0,
		"cache_pages": 0, "cache_pages_held": 0, "cache_pages_cached": 0, "steps": 0,
		"prompt_tokens": 0, "prompt_tokens_cached": 0, "tokens_generated": 0, "sequences_preempted": 0,
		"prompt_tokens_from_disk": 0, "prefix_disk_bytes": 0,
		"tokens_guessed": 0, "tokens_guessed_right": 0,
	}
	for _, s := range d.engine.Loaded() {
		for name, v := range map[string]int64{
			"models_loaded": 1, "model_bytes": s.Bytes, "sequences_running": int64(s.Running), "sequences_waiting": int64(s.Waiting),
			"cache_pages": int64(s.Pages), "cache_pages_held": int64(s.PagesHeld), "cache_pages_cached": int64(s.PagesCached),
			"steps": s.Steps, "prompt_tokens": s.PromptTokens, "prompt_tokens_cached": s.CachedTokens,
			"tokens_generated": s.OutTokens, "sequences_preempted": s.Preempted,
			"prompt_tokens_from_disk": s.DiskTokens, "prefix_disk_bytes": s.DiskBytes,
			"tokens_guessed": s.Drafted, "tokens_guessed_right": s.Accepted,
		} {
			g[name] += float64(v)
		}
	}
	return g
}

var _ web.Hub = (*desk)(nil)
