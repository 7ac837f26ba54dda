package main

import (
	"iter"
	"path/filepath"
	"runtime"

	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
)

// memoryShare is how much of the machine's memory models may take when nobody says.
const memoryShare = 0.75

// budget returns the bytes that models may take together. 0 is unknown: no limit.
func (f engineFlags) budget() int64 {
	if f.Memory > 0 {
		return int64(f.Memory)
	}
	return int64(float64(physicalMemory()) * memoryShare)
}

// speculations are what --speculate may say.
var speculations = map[string]engine.Speculation{"auto": engine.SpeculateAuto, "off": engine.SpeculateOff}

// cacheTypes are what --kv may say.
var cacheTypes = map[string]engine.CacheType{"f16": engine.CacheF16, "int8": engine.CacheInt8, "int4": engine.CacheInt4}

// prefixDir is where what was computed of prompts is kept.
func (a *app) prefixDir() string { return filepath.Join(a.data, "prefix") }

// engine returns an engine for the models that resolve finds, and closes it with the app.
func (a *app) engine(f engineFlags, resolve func(name string) (engine.Spec, error)) *engine.Engine {
	threads := f.Threads.orAll()
	// The workers keep every core busy for milliseconds at a time. Two more processors let the operating system
	// run what must not wait for them: requests, /health, the collector.
	runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), threads+2))
	f.CPU.force()
	prefixes := a.prefixDir()
	if f.NoPrefixStore {
		prefixes = ""
	}
	e := engine.New(engine.Options{
		Resolve: resolve,
		Encoder: a.defaultEncoder,
		Memory:  f.budget(),
		Threads: threads,
		Exact:   f.Exact,

		NoPrepared: f.NoPrepared,
		Preparing:  a.preparing(),

		PrefixDir: prefixes, PrefixBytes: int64(f.PrefixStore),

		Speculate: speculations[f.Speculate],
		KV:        cacheTypes[f.KV],
		Log:       a.log,
	})
	a.onClose(e.Close)
	return e
}

// modelFor returns the model a command is to use: the one that was named, else one that is here, else one that
// it brings, saying so in a line.
func (a *app) modelFor(h *hub.Hub, name string) (hub.Local, error) {
	if name != "" {
		return h.Resolve(name)
	}
	local, err := h.Default()
	if err == nil || a.offline {
		return local, err
	}
	return a.bring(h.Bring(a.ctx))
}

// encoderFor is modelFor for a model that embeds or scores.
func (a *app) encoderFor(h *hub.Hub, name string, task hub.Task) (hub.Local, error) {
	if name != "" {
		return h.Resolve(name)
	}
	local, ok, err := h.DefaultFor(task)
	switch {
	case err != nil || ok:
		return local, err
	case a.offline:
		return local, notHere(task)
	}
	return a.bring(h.BringFor(a.ctx, task))
}

// notHere is the error of having no model for a task.
func notHere(task hub.Task) error {
	if task == hub.Ranks {
		return chat.NewError(chat.CodeRankerNotHere, nil, "bge-reranker-v2-m3")
	}
	return chat.NewError(chat.CodeEmbedderNotHere, nil, "e5-small")
}

// defaultEncoder names the model that embeds or scores where none is named.
func (a *app) defaultEncoder(ranks bool) (string, error) {
	task := hub.Embeds
	if ranks {
		task = hub.Ranks
	}
	local, ok, err := a.hub(sourceFlags{}).DefaultFor(task)
	if err == nil && !ok {
		err = notHere(task)
	}
	return local.Name, err
}

// specOf is a model as the engine is to load it.
func specOf(l hub.Local) engine.Spec {
	s := engine.Spec{Name: l.Name, Path: l.Path}
	if l.Model != nil {
		s.Prefixes = engine.Prefixes{Query: l.Model.Query, Passage: l.Model.Passage}
	}
	return s
}

// bring brings a model, saying so in a line.
func (a *app) bring(steps iter.Seq2[hub.Progress, error]) (local hub.Local, err error) {
	a.note(chat.CodeCLIBringing)
	bar := progress{app: a}
	defer bar.clear()
	for p, err := range steps {
		if err != nil {
			return hub.Local{}, err
		}
		bar.show(p)
		if p.Phase == hub.PhaseDone {
			local = p.Local
		}
	}
	return local, nil
}
