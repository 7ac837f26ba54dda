package main

import (
	"slices"
	"time"

	"exaone/chat"
	"exaone/engine"
	"exaone/store"
)

// forgetKeys deletes what is kept below a directory of what was asked with keys that have ended, and in the background,
// of those that expire later, when they do. Nobody else makes or revokes a key meanwhile: the server holds the store.
// It is called before a model is loaded.
func (d *desk) forgetKeys(dir string) {
	keys, err := d.store.Keys(d.ctx, chat.Local)
	if err != nil {
		d.log.Error("what was asked with keys that have ended was not deleted", "err", err)
		return
	}
	now := time.Now()
	var ended []string
	var expire []store.Key
	for _, k := range keys {
		switch {
		case keyState(k, now) != chat.CodeCLIStateGood:
			ended = append(ended, chat.KeyScope(k.ID))
		case !k.Expires.IsZero():
			expire = append(expire, k)
		}
	}
	if len(ended) > 0 {
		if err := engine.ForgetOnDisk(dir, ended...); err != nil {
			d.log.Error("what was asked with keys that have ended was not deleted", "err", err)
		}
	}
	slices.SortFunc(expire, func(a, b store.Key) int { return a.Expires.Compare(b.Expires) })
	d.work.Go(func() { d.forgetAsTheyExpire(expire) })
}

// forgetAsTheyExpire waits for the end of each key, in order, or of the server.
func (d *desk) forgetAsTheyExpire(keys []store.Key) {
	for _, k := range keys {
		select {
		case <-time.After(time.Until(k.Expires)):
			d.engine.Forget(chat.KeyScope(k.ID))
		case <-d.ctx.Done():
			return
		}
	}
}
