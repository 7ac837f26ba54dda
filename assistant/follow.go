package assistant

import (
	"context"
	"iter"
	"time"

	"exaone/chat"
	"exaone/store"
)

// Follow returns the events of an answer after a number, 0 for all, as they come, and ends with the answer: after its
// chat.Finish, or with the error with which it ended. CodeNoMessage if the answer is not there for who, CodeNotAnAnswer if
// it is a question, CodeTurnInterrupted if an earlier process was writing it.
//
// A reader that is slow, or goes away, holds up nobody.
func (t *Turns) Follow(ctx context.Context, who chat.Principal, message string, after int64) iter.Seq2[Numbered, error] {
	return func(yield func(Numbered, error) bool) {
		for {
			if one := t.find(ctx, who, message); one != nil {
				one.follow(ctx, after, yield)
				return
			}
			again, err := t.replay(ctx, who, message, &after, yield)
			if err != nil {
				yield(Numbered{}, err)
			}
			if !again {
				return
			}
		}
	}
}

// follow yields what a turn that is live records.
func (one *turn) follow(ctx context.Context, after int64, yield func(Numbered, error) bool) {
	for {
		events, more, over, err := one.record.since(after)
		for _, n := range events {
			if !yield(n, nil) {
				return
			}
			after = n.Number
		}
		switch {
		case over && err != nil:
			yield(Numbered{}, err)
			return
		case over:
			return
		case more == nil:
			continue
		}
		select {
		case <-more:
		case <-ctx.Done():
			yield(Numbered{}, context.Cause(ctx))
			return
		}
	}
}

// registerTime is how long a turn takes at most from when it is on the disk until it is live.
const registerTime = time.Second

// replay yields what the store has of an answer that is over, after a number which it raises. again is true if the answer
// may be live by now.
func (t *Turns) replay(ctx context.Context, who chat.Principal, message string, after *int64, yield func(Numbered, error) bool) (again bool, err error) {
	m, err := t.opts.Store.Message(ctx, who, message)
	switch {
	case err != nil:
		return false, err
	case m.Role != chat.Assistant:
		return false, chat.NewError(chat.CodeNotAnAnswer, nil, message)
	case m.State == store.StateWriting && t.opts.Now().Sub(m.Created) < registerTime:
		err := soon(ctx)
		return err == nil, err
	}
	events, err := t.opts.Store.Events(ctx, who, message, *after)
	if err != nil {
		return false, err
	}
	for _, e := range events {
		if !yield(Numbered{Number: e.Number, Event: chat.DecodeEvent(e.Kind, e.Version, e.Data), first: e.First}, nil) {
			return false, nil
		}
		*after = e.Number
	}
	switch m.State {
	case store.StateDone, store.StateStopped:
		return false, nil
	case store.StateFailed:
		if m.Error != nil {
			return false, m.Error
		}
	case store.StateInterrupted, store.StateWriting:
	}
	return false, chat.NewError(chat.CodeTurnInterrupted, nil)
}

// soon waits a moment for a turn to become live.
func soon(ctx context.Context) error {
	select {
	case <-time.After(10 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
