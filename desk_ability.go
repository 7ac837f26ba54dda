package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/hub"
	"exaone/store"
)

// This file is how a desk comes to know what its models can do: they are asked once, when nobody else asks, and the store
// remembers it for as long as their files and what they are asked stay the same.

// probeWait is how long a model has been in memory before it is probed: whoever has waited for it asks first.
const probeWait = 5 * time.Second

// level is what a model can do, by its own name, and whether that is known. One on another server is trusted to do all:
// whoever runs it chose it, and may pay for what it is asked.
func (d *desk) level(name string) (level assistant.Level, known bool) {
	if d.elsewhere(name) != nil {
		return assistant.Full, true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	level, known = d.levels[name]
	return level, known
}

// findOut has it looked up or found out, in the background, what a model in memory can do. Of a model that is known, or
// that is being looked at, nothing is started.
func (d *desk) findOut(local hub.Local) {
	if _, known := d.level(local.Name); known {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.levels[local.Name]; known || d.probing[local.Name] || d.ctx.Err() != nil {
		return
	}
	if d.probing == nil {
		d.probing, d.levels = make(map[string]bool), make(map[string]assistant.Level)
	}
	d.probing[local.Name] = true
	d.work.Go(func() {
		level, err := d.ability(local)
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.probing, local.Name) // after an error it is tried again when the model is used again
		switch {
		case err == nil:
			d.levels[local.Name] = level
		case d.ctx.Err() == nil:
			d.log.Warn("what a model can do was not found out", "model", local.Name, "err", err)
		}
	})
}

// ability is what a model can do, as the store remembers it or a probe finds it.
func (d *desk) ability(local hub.Local) (assistant.Level, error) {
	digest := assistant.ProbeDigest(digestOf(local))
	kept, ok, err := d.store.Ability(d.ctx, store.System, local.Name, digest)
	if err != nil || ok {
		return assistant.Level(kept.Level), err
	}
	select {
	case <-time.After(probeWait):
	case <-d.ctx.Done():
		return "", d.ctx.Err()
	}
	return d.probe(local, digest)
}

// knownLevel is what a model can do as far as is known, now or from before; "" is not known yet. Nothing is asked of it.
func (d *desk) knownLevel(ctx context.Context, local hub.Local) (string, error) {
	if level, ok := d.level(local.Name); ok {
		return string(level), nil
	}
	kept, _, err := d.store.Ability(ctx, store.System, local.Name, assistant.ProbeDigest(digestOf(local)))
	return kept.Level, err
}

// probe asks a model and keeps what it can do.
func (d *desk) probe(local hub.Local, digest string) (assistant.Level, error) {
	asks := &counted{Model: d}
	found, err := assistant.Probe(d.ctx, assistant.ProbeOptions{Model: asks, Name: local.Name,
		Busy: func() bool { return d.inFlight() > int(asks.now.Load()) }})
	if err != nil {
		return "", err
	}
	items, err := json.Marshal(found.Tried)
	if err != nil {
		return "", err
	}
	d.log.Info("a model was probed", "model", local.Name, "level", found.Level, "items", len(found.Tried))
	return found.Level, d.store.KeepAbility(d.ctx, store.Ability{Model: local.Name, Digest: digest, Level: string(found.Level), Items: items})
}

// inFlight is how many sequences run or wait, in all models.
func (d *desk) inFlight() (n int) {
	for _, s := range d.engine.Loaded() {
		n += s.Running + s.Waiting
	}
	return n
}

// counted is a model that counts what it is asked at the moment.
type counted struct {
	chat.Model
	now atomic.Int32
}

// Chat passes on what the model says.
func (c *counted) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		c.now.Add(1)
		defer c.now.Add(-1)
		c.Model.Chat(ctx, req)(yield)
	}
}

// digestOf stands for a model's files: by their sums where those are known, or else by their sizes and times.
func digestOf(local hub.Local) string {
	h := sha256.New()
	for _, f := range local.Files {
		fmt.Fprintf(h, "%q %d %s\n", f.Name, f.Size, f.SHA256)
	}
	if len(local.Files) == 0 {
		fmt.Fprintf(h, "%q\n", filepath.Base(local.Path))
		if info, err := os.Stat(local.Path); err == nil {
			fmt.Fprintf(h, "%d %d\n", info.Size(), info.ModTime().UnixNano())
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
