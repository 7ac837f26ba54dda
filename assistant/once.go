package assistant

import (
	"context"

	"exaone/chat"
	"exaone/store"
)

// taken returns the turn that who has asked for under a name, and whether there is one: whoever got no reply asks again,
// and must not find that they asked twice, or that there is no place for what has one.
func (t *Turns) taken(ctx context.Context, who chat.Principal, once string) (question, answer store.Message, known bool, err error) {
	if once == "" {
		return question, answer, false, nil
	}
	if answer, known, err = t.opts.Store.MessageOnce(ctx, who, once); err != nil || !known {
		return question, answer, false, err
	}
	question, err = t.opts.Store.Message(ctx, who, answer.Parent)
	return question, answer, err == nil, err
}

// alone waits until nobody else puts what who calls by a name, and keeps it so until the function is called.
func (t *Turns) alone(ctx context.Context, who chat.Principal, once string) (func(), error) {
	if once == "" {
		return func() {}, nil
	}
	name, mine := who.ID+"\x00"+once, make(chan struct{})
	for {
		t.mu.Lock()
		other := t.putting[name]
		if other == nil {
			t.putting[name] = mine
		}
		t.mu.Unlock()
		if other == nil {
			return func() {
				t.mu.Lock()
				delete(t.putting, name)
				t.mu.Unlock()
				close(mine)
			}, nil
		}
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
