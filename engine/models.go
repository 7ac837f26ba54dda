package engine

import (
	"context"
	"errors"
	"fmt"

	"exaone/chat"
)

// acquire returns a model that is loaded and cannot be unloaded until release. If it has to be loaded first,
// loading is called once before; when that returns false the reader has left.
func (e *Engine) acquire(ctx context.Context, name string, loading func() bool) (*loaded, error) {
	spec, err := e.opts.Resolve(name)
	if err != nil {
		return nil, err
	}
	told := false
	for {
		e.mu.Lock()
		m, wait, evicted, err := e.claim(spec)
		change := e.change
		e.mu.Unlock()
		switch {
		case err != nil:
			return nil, errors.Join(err, unloadAll(evicted))
		case m != nil && !wait:
			return m, nil
		}
		if !told {
			told = true
			if !loading() {
				if m != nil && wait {
					e.abandon(m)
				}
				return nil, errLeft
			}
		}
		if err := unloadAll(evicted); err != nil {
			e.opts.Log.Error("unload", "err", err)
		}
		if m != nil { // ours to load
			return e.bring(m)
		}
		select {
		case <-change:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// claim finds a model or makes room for it. It returns, with e.mu held:
//   - a model that is ready, counted as used;
//   - a model that the caller must load, with wait true, and those to be unloaded for it;
//   - neither, when somebody else is loading it, or when nothing can be unloaded yet: wait for a change.
func (e *Engine) claim(spec Spec) (m *loaded, wait bool, evicted []*loaded, err error) {
	if e.closed {
		return nil, false, nil, chat.NewError(chat.CodeShuttingDown, nil)
	}
	e.clock++
	if m := e.models[spec.Name]; m != nil {
		if !m.ready {
			return nil, false, nil, nil
		}
		m.uses++
		m.used = e.clock
		return m, false, nil, nil
	}
	m, err = open(spec, &e.opts)
	if err != nil {
		return nil, false, nil, err
	}
	if limit := e.opts.Memory; limit > 0 && m.least > limit {
		return nil, false, nil, errors.Join(
			chat.NewError(chat.CodeModelTooLarge, nil, spec.Name, m.least>>20, limit>>20), m.file.Close())
	}
	evicted, ok := e.makeRoom(m.least)
	if !ok {
		return nil, false, evicted, m.file.Close()
	}
	m.fit(&e.opts, e.opts.Memory-e.inMemory())
	m.uses, m.used = 1, e.clock
	e.models[spec.Name] = m
	return m, true, evicted, nil
}

// makeRoom takes models that nobody uses out of the table, least recently used first, until need bytes are
// free. It reports false if models in use stand in the way.
func (e *Engine) makeRoom(need int64) (evicted []*loaded, ok bool) {
	for e.opts.Memory > 0 && e.inMemory()+need > e.opts.Memory {
		var oldest *loaded
		for _, m := range e.models {
			if m.ready && m.uses == 0 && (oldest == nil || m.used < oldest.used) {
				oldest = m
			}
		}
		if oldest == nil {
			return evicted, false
		}
		delete(e.models, oldest.spec.Name)
		evicted = append(evicted, oldest)
	}
	return evicted, true
}

func (e *Engine) inMemory() int64 {
	var sum int64
	for _, m := range e.models {
		sum += m.bytes
	}
	return sum
}

// bring loads a claimed model.
func (e *Engine) bring(m *loaded) (*loaded, error) {
	err := m.load(&e.opts, e.pool)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil {
		delete(e.models, m.spec.Name)
	}
	m.ready = err == nil
	e.changed()
	if err != nil {
		return nil, badModel(m.spec.Name, err)
	}
	e.opts.Log.Info("model loaded", "model", m.spec.Name, "arch", m.arch, "dialect", m.dialect.Name(),
		"mib", m.bytes>>20, "window", m.runner.limits.window)
	return m, nil
}

// abandon takes back a claim.
func (e *Engine) abandon(m *loaded) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.models, m.spec.Name)
	e.changed()
	if err := m.file.Close(); err != nil {
		e.opts.Log.Error("close", "model", m.spec.Name, "err", err)
	}
}

func (e *Engine) release(m *loaded) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m.uses--
	e.changed()
}

// changed wakes everybody who waits for a model to be loaded or let go. e.mu is held.
func (e *Engine) changed() {
	close(e.change)
	e.change = make(chan struct{})
}

// Preload brings a model into memory if it is not there.
func (e *Engine) Preload(ctx context.Context, name string) error {
	m, err := e.acquire(ctx, name, func() bool { return true })
	if err != nil {
		return err
	}
	e.release(m)
	return nil
}

// Unload removes a model from memory once nobody uses it. A model that is not loaded is no error.
func (e *Engine) Unload(ctx context.Context, name string) error {
	for {
		e.mu.Lock()
		m := e.models[name]
		idle := m != nil && m.ready && m.uses == 0
		if idle {
			delete(e.models, name)
			e.changed()
		}
		change := e.change
		e.mu.Unlock()
		switch {
		case m == nil:
			return nil
		case idle:
			return m.unload()
		}
		select {
		case <-change:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func unloadAll(list []*loaded) error {
	var errs []error
	for _, m := range list {
		errs = append(errs, m.unload())
	}
	return errors.Join(errs...)
}

// badModel makes an error that a person may read of one from loading. Those errors speak of the model file
// alone.
func badModel(name string, err error) error {
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return e
	}
	return chat.NewError(chat.CodeBadModel, fmt.Errorf("load %s: %w", name, err), name, err)
}
