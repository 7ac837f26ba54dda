package assistant

import (
	"context"

	"exaone/chat"
)

// This file is whose a turn is. Whoever asked may hand over what they own while an answer is being written: what was asked
// on this machine before there was anybody is the first administrator's, what somebody leaves is their heir's.

// Adopt makes the answers that are being written for one principal another's: they may follow and stop them, and it is they
// who must be allowed to go on. It is called when the conversations are theirs in the store. What the answers still ask a
// model counts for whoever asked.
func (t *Turns) Adopt(from string, to chat.Principal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.live {
		if one.who.ID != from {
			continue
		}
		one.who = to
		if one.unwatch != nil {
			one.unwatch()
			one.unwatch = t.watchOver(one)
		}
	}
}

// watch has a turn end when whoever it belongs to may go on no more, until the function is called.
func (t *Turns) watch(one *turn) (release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one.unwatch = t.watchOver(one)
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		one.unwatch()
		one.unwatch = nil
	}
}

// watchOver watches whoever a turn belongs to now. t.mu is held.
func (t *Turns) watchOver(one *turn) func() {
	if t.opts.Watch == nil {
		return func() {}
	}
	ctx, release := t.opts.Watch(one.ctx, one.who)
	stop := context.AfterFunc(ctx, func() { one.cancel(context.Cause(ctx)) })
	return func() {
		stop()
		release()
	}
}

// ownerOf is whose a turn is now.
func (t *Turns) ownerOf(one *turn) chat.Principal {
	t.mu.Lock()
	defer t.mu.Unlock()
	return one.who
}

// asker is whose the turn is now that answers a question.
func (t *Turns) asker(q Question) chat.Principal {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.live {
		if one.pass == q.Pass && one.question.ID == q.Message && q.Message != "" {
			return one.who
		}
	}
	return q.Principal
}
