package main

import (
	"context"
	"errors"
	"time"

	"exaone/chat"
	"exaone/engine"
	"exaone/store"
)

// keyCheck is how often keys are looked for that ended meanwhile, and how far back: an end may be written down a
// moment after the time it says.
const keyCheck = time.Minute

// forgetKeys deletes what is kept below a directory of what was asked with keys that have ended, and in the background,
// of those that end later, when they do. It is called before a model is loaded.
func (d *desk) forgetKeys(dir string) {
	now := time.Now()
	ended, next, err := d.endedKeys(time.Time{}, now)
	if err == nil && len(ended) > 0 {
		err = engine.ForgetOnDisk(dir, ended...)
	}
	if err != nil {
		d.log.Error("what was asked with keys that have ended was not deleted", "err", err)
	}
	d.work.Go(func() { d.forgetAsTheyEnd(now, next) })
}

// endedKeys returns the scopes of keys that ended after a time and until now, and when the next one ends; zero is never.
func (d *desk) endedKeys(after, now time.Time) (scopes []string, next time.Time, err error) {
	ends, err := d.store.KeyEnds(d.ctx, store.System, after)
	for _, k := range ends {
		if k.At.After(now) {
			return scopes, k.At, err
		}
		scopes = append(scopes, chat.KeyScope(k.ID))
	}
	return scopes, next, err
}

// forgetAsTheyEnd waits for the ends of keys until the server's. Whoever revokes a key has it forgotten at once; this is
// for those that expire, whenever they were made.
func (d *desk) forgetAsTheyEnd(since, next time.Time) {
	forgotten := map[string]bool{} // in the last look, which the next one overlaps
	for {
		wait := keyCheck
		if !next.IsZero() {
			wait = min(wait, max(time.Until(next), 0))
		}
		select {
		case <-time.After(wait):
		case <-d.ctx.Done():
			return
		}
		now := time.Now()
		ended, soon, err := d.endedKeys(since.Add(-keyCheck), now)
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				d.log.Error("what was asked with keys that have ended was not deleted", "err", err)
			}
			next = time.Time{}
			continue
		}
		seen := map[string]bool{}
		for _, scope := range ended {
			if seen[scope] = true; !forgotten[scope] {
				d.engine.Forget(scope)
			}
		}
		forgotten, since, next = seen, now, soon
	}
}
