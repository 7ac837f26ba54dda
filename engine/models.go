package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"exaone/chat"
)

// acquire returns a model that is loaded and cannot be unloaded until release. If it has to be loaded or waited for,
// loading is called once before; when that returns false the reader has left.
func (e *Engine) acquire(ctx context.Context, name string, loading func() bool) (*loaded, error) {
	spec, err := e.opts.Resolve(name)
	if err != nil {
		return nil, err
	}
	told := false
	for {
		c, err := e.claim(spec, told)
		switch {
		case err != nil:
			return nil, err
		case c.ready != nil:
			return c.ready, nil
		case c.stale != nil:
			e.drop(c.stale)
		case c.ours != nil:
			if err := e.bring(ctx, c.ours); err != nil {
				return nil, err
			}
			return c.ours, nil
		case !told:
			told = true
			if !loading() {
				return nil, errLeft
			}
		default:
			select {
			case <-c.change:
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			}
			if err := e.failure(c.other); err != nil {
				return nil, err
			}
		}
	}
}

// claim is what a look into the table of models came to: at most one of ready, ours and stale is set.
type claim struct {
	ready  *loaded       // counted as used
	ours   *loaded       // in the table, for the caller to bring
	stale  *loaded       // of another file under the same name, or spoiled, for the caller to drop
	other  *loaded       // what somebody else is bringing, or what is in the way
	change chan struct{} // closed at the next change of the table
}

// claim finds a model in the table. One that is not there is entered, for the caller to bring, if load says so.
func (e *Engine) claim(spec Spec, load bool) (claim, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return claim{}, chat.NewError(chat.CodeShuttingDown, nil)
	}
	e.clock++
	m := e.models[spec.Name]
	switch {
	case m == nil && load:
		m = &loaded{spec: spec, uses: 1, used: e.clock}
		e.models[spec.Name] = m
		return claim{ours: m}, nil
	case m == nil || !m.ready:
	case m.spoiled || !m.spec.equal(spec):
		if m.uses == 0 {
			m.ready = false
			return claim{stale: m}, nil
		}
	case e.overdue == nil || e.overdue == m:
		m.uses++
		m.used = e.clock
		return claim{ready: m}, nil
	}
	return claim{other: m, change: e.change}, nil
}

// failure is why a model could not be brought, for those who waited for it with whoever tried.
func (e *Engine) failure(m *loaded) error {
	if m == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return m.failed
}

// bring loads a model that the caller has claimed. On an error the claim is taken back. What comes once there is room,
// which may be gigabytes of work, is not the caller's alone: it goes on when the caller leaves, for whoever waits or
// comes next, and ends with the engine.
func (e *Engine) bring(ctx context.Context, m *loaded) error {
	if err := m.safely(&e.opts, func() error { return e.open(ctx, m) }); err != nil {
		if m.file != nil { // where a panic left it; closing again does nothing
			err = errors.Join(err, m.file.Close())
		}
		return e.settle(m, err, ctx.Err() != nil)
	}
	done := make(chan error, 1)
	go func() { done <- e.settle(m, e.ready(m), false) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		e.leave(m)
		return context.Cause(ctx)
	}
}

// ready prepares and loads a model that is open. On an error nothing is left open.
func (e *Engine) ready(m *loaded) error {
	if err := m.safely(&e.opts, func() error { return m.interleave(e.life, &e.opts) }); err != nil {
		return errors.Join(err, m.file.Close())
	}
	return m.load(&e.opts, e.pool)
}

// safely calls a function that reads what a stranger wrote. A panic in it, or a fault in a map whose file was cut short,
// is an error of the model, and not the end of the program or of those who wait for the model.
func (m *loaded) safely(o *Options, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			o.Log.Error("loading a model panicked", "model", m.spec.Name, "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("loading it panicked: %v", v)
		}
	}()
	return f()
}

// leave gives up a model that somebody else goes on to bring.
func (e *Engine) leave(m *loaded) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if m.ready {
		m.uses--
		e.changed()
	}
	m.deserted = true
}

// settle enters what bringing a model came to. An error is also for those who wait, so that they need not try in turn,
// unless it is that the one who tried has left.
func (e *Engine) settle(m *loaded, err error, left bool) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer e.changed()
	if err != nil {
		delete(e.models, m.spec.Name)
		if left {
			return err
		}
		m.failed = badModel(m.spec.Name, err)
		return m.failed
	}
	m.ready = true
	if m.deserted {
		m.uses--
	}
	m.onDamage(func(panicked any) error {
		damage := m.fault(panicked)
		if damage == nil {
			return nil
		}
		repair, err := m.damaged(&e.opts, damage)
		e.mu.Lock()
		m.spoiled, m.remove = true, repair
		e.mu.Unlock()
		return err
	})
	e.opts.Log.Info("model loaded", "model", m.spec.Name, "arch", m.arch, "dialect", m.says(),
		"mib", m.bytes>>20, "window", m.window)
	return nil
}

// open reads the outline of a claimed model and waits until there is room for it. On an error nothing is left open.
func (e *Engine) open(ctx context.Context, m *loaded) error {
	if err := m.open(&e.opts); err != nil {
		return err
	}
	if limit := e.opts.Memory; limit > 0 && m.least > limit {
		return errors.Join(chat.NewError(chat.CodeModelTooLarge, nil, m.spec.Name, m.least>>20, limit>>20), m.file.Close())
	}
	if err := e.waitForRoom(ctx, m); err != nil {
		return errors.Join(err, m.file.Close())
	}
	return nil
}

// patience is how long a model waits for room that others use before requests for those have to wait in turn.
// Without it a model that is never idle would keep another out for ever.
const patience = 10 * time.Second

// waitForRoom returns when the memory of a model is set aside for it.
func (e *Engine) waitForRoom(ctx context.Context, m *loaded) error {
	ticker := time.NewTicker(e.opts.patience)
	defer ticker.Stop()
	for {
		victims, change, ok := e.makeRoom(m)
		for _, v := range victims {
			e.drop(v)
		}
		switch {
		case ok:
			return nil
		case len(victims) > 0:
			continue
		}
		select {
		case <-change:
		case <-ticker.C:
			e.setOverdue(nil, m)
		case <-ctx.Done():
			e.setOverdue(m, nil)
			return context.Cause(ctx)
		}
	}
}

// setOverdue makes another model the one that is overdue, if was is.
func (e *Engine) setOverdue(was, now *loaded) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.overdue == was {
		e.overdue = now
		e.changed()
	}
}

// makeRoom sets the memory of m aside if there is enough. If there would be without models that nobody uses, it
// returns those to drop, least recently used first. Otherwise change is closed when it is worth trying again.
func (e *Engine) makeRoom(m *loaded) (victims []*loaded, change chan struct{}, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var taken, going int64
	var idle []*loaded
	for _, other := range e.models {
		taken += other.bytes
		switch {
		case other.leaving():
			going += other.bytes
		case other.ready && other.uses == 0:
			idle = append(idle, other)
		}
	}
	limit := e.opts.Memory
	if limit == 0 || taken+m.least <= limit {
		m.fit(&e.opts, limit-taken)
		if e.overdue == m {
			e.overdue = nil
			e.changed()
		}
		return nil, nil, true
	}
	slices.SortFunc(idle, func(a, b *loaded) int { return cmp.Compare(a.used, b.used) })
	left := taken - going
	for _, other := range idle {
		if left+m.least <= limit {
			break
		}
		left -= other.bytes
		victims = append(victims, other)
	}
	if left+m.least > limit {
		return nil, e.change, false // those in use stand in the way: the idle ones may stay
	}
	for _, v := range victims {
		v.ready = false
	}
	return victims, e.change, false
}

// drop unloads a model whose ready was taken away, and takes it out of the table.
func (e *Engine) drop(m *loaded) {
	if err := m.unload(); err != nil {
		e.opts.Log.Error("unload", "model", m.spec.Name, "err", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.models, m.spec.Name)
	e.changed()
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
	ctx, cancel := e.during(ctx)
	defer cancel()
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
			m.ready = false
		}
		change := e.change
		e.mu.Unlock()
		switch {
		case m == nil:
			return nil
		case idle:
			e.drop(m)
			return nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// badModel makes an error that a person may read of one from loading. Those errors speak of the model file
// alone.
func badModel(name string, err error) error {
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return e
	}
	return chat.NewError(chat.CodeBadModel, fmt.Errorf("load %s: %w", name, err), name, err)
}
