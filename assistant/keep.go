package assistant

import (
	"context"
	"errors"
	"time"

	"exaone/chat"
)

// This file is how turns come to the disk. Events are kept every now and then, and the end of a turn before anybody is
// told of it: what has finished will be there. Where the disk is full or fails, the turn goes on for those who follow it,
// ends with an error that says so, and is kept as soon as that is possible.

// keepTime is how long keeping an end may take before those who follow are told that it is not kept.
const keepTime = 30 * time.Second

// keepPart keeps what a turn has said since the last time, or an end that could not be kept before.
func (t *Turns) keepPart(one *turn) {
	one.keeping.Lock()
	defer one.keeping.Unlock()
	switch err := t.keep(t.life, one); {
	case err == nil && one.ended != nil:
		t.forget(one)
	case hasCode(err, chat.CodeNoMessage):
		one.cancel(errGone)
		if one.ended != nil {
			t.forget(one)
		}
	case err != nil:
		t.tellOnce(one, err)
	}
}

// conclude keeps the end of a turn and then tells those who follow.
func (t *Turns) conclude(one *turn, e *ending) {
	if told, ok := errors.AsType[*chat.Error](e.err); ok && told.Err != nil {
		t.opts.Log.Warn("an answer failed", "message", one.answer.ID, "err", e.err)
	}
	// Shutdown keeps ends, too: that is not bound to the life of the program, only in time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(one.ctx), keepTime)
	defer cancel()
	one.keeping.Lock()
	defer one.keeping.Unlock()
	one.ended = e
	switch err := t.keep(ctx, one); {
	case err == nil:
		if e.finish != nil {
			one.record.add(*e.finish)
		}
		one.record.end(e.err)
		t.forget(one)
	case hasCode(err, chat.CodeNoMessage):
		one.record.end(err)
		t.forget(one)
	default:
		t.tellOnce(one, err)
		one.record.end(chat.NewError(chat.CodeTurnNotKept, err, reason(err, one)))
		// It stays among those that are live, and keepPart tries again.
	}
}

// keep appends what is new to the store and, when the turn has ended, its end. Whatever of that is there already stays
// as it is, so that it can be called again after an error. one.keeping is held.
func (t *Turns) keep(ctx context.Context, one *turn) error {
	events := one.record.unkept()
	all := events
	if e := one.ended; e != nil && e.finish != nil {
		all = append(events[:len(events):len(events)], one.record.next(*e.finish))
	}
	written, err := rows(all)
	if err != nil {
		return err
	}
	err = t.append(ctx, one.answer.ID, written)
	if err == nil {
		one.record.keep(events)
	}
	if err == nil && one.ended != nil {
		err = t.opts.Store.FinishMessage(ctx, one.answer.ID, one.ended.end)
	}
	if hasCode(err, chat.CodeAnswerOver) { // it was kept the last time, though an error came back
		err = nil
	}
	return err
}

// forget takes a turn from those that are live: what it was is on the disk. Those who follow it keep what they have.
func (t *Turns) forget(one *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.live, one.answer.ID)
}

// tellOnce logs that a turn cannot be kept. one.keeping is held.
func (t *Turns) tellOnce(one *turn, err error) {
	if one.told || t.life.Err() != nil && errors.Is(err, context.Canceled) {
		return
	}
	one.told = true
	t.opts.Log.Error("an answer cannot be kept; trying again", "message", one.answer.ID, "err", err)
}

// reason is an error as a person may read it.
func reason(err error, one *turn) *chat.Error {
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told
	}
	return chat.NewError(chat.CodeInternal, err, one.answer.ID)
}

func hasCode(err error, code chat.Code) bool {
	told, ok := errors.AsType[*chat.Error](err)
	return ok && told.Code == code
}
