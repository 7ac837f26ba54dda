package assistant

import (
	"context"
	"sync"

	"exaone/chat"
)

// approvals are what a turn has asked somebody to allow: each is answered once, by whose turn it is. Many goroutines may
// use them.
type approvals struct {
	mu   sync.Mutex
	open map[string]chan bool // by id; holds the answer, once there is one
	done map[string]bool      // the answered
}

// ask makes an approval one that can be answered.
func (a *approvals) ask(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open == nil {
		a.open, a.done = make(map[string]chan bool), make(map[string]bool)
	}
	if a.open[id] == nil {
		a.open[id] = make(chan bool, 1)
	}
}

// answer answers what has been asked and not been answered, and reports whether there was such a thing.
func (a *approvals) answer(id string, allow bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open[id] == nil || a.done[id] {
		return false
	}
	a.done[id] = true
	a.open[id] <- allow
	return true
}

// wait returns the answer to what has been asked, when there is one.
func (a *approvals) wait(ctx context.Context, id string) (bool, error) {
	a.mu.Lock()
	answer := a.open[id]
	a.mu.Unlock()
	select { // nobody answers what has not been asked: then ctx ends this
	case allow := <-answer:
		return allow, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// What the result of an approval says; its call is the approval's id.
const (
	approvalTool    = "approval"
	approvalAllowed = "allowed"
	approvalRefused = "refused"
)

// Approve answers a chat.Approval of an answer that is being written, for who asked. All who follow are told by a
// chat.Result whose CallID is the approval's ID. CodeApprovalOver if it has been answered, or nobody waits any more,
// CodeNoMessage if the answer is not there for who.
func (t *Turns) Approve(ctx context.Context, who chat.Principal, message, id string, allow bool) error {
	one := t.find(ctx, who, message)
	if one == nil {
		if _, err := t.opts.Store.Message(ctx, who, message); err != nil {
			return err
		}
	}
	if one == nil || one.ctx.Err() != nil || !one.approvals.answer(id, allow) {
		return chat.NewError(chat.CodeApprovalOver, nil)
	}
	text := approvalRefused
	if allow {
		text = approvalAllowed
	}
	one.record.add(chat.Result{CallID: id, Name: approvalTool, Text: text})
	return nil
}
