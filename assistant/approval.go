package assistant

import (
	"context"
	"fmt"
	"sync"

	"exaone/chat"
)

// approvals are what a turn has asked somebody to allow: each is answered once, by whose turn it is. Many goroutines may
// use them.
type approvals struct {
	mu   sync.Mutex
	open map[string]chan bool // by id; holds the answer, once there is one
	done map[string]bool      // the answered
	over bool                 // nobody waits any more
}

// ask makes an approval one that can be answered. Asking twice under one id is an error: whoever waits for the second
// answer would wait for ever.
func (a *approvals) ask(id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open[id] != nil {
		return fmt.Errorf("approval %.40q has been asked for before", id)
	}
	if a.open == nil {
		a.open, a.done = make(map[string]chan bool), make(map[string]bool)
	}
	a.open[id] = make(chan bool, 1)
	return nil
}

// answer answers what has been asked and not been answered, and reports whether there was such a thing. What tell does is
// done before whoever waits goes on, and before end returns.
func (a *approvals) answer(id string, allow bool, tell func()) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.over || a.open[id] == nil || a.done[id] {
		return false
	}
	a.done[id] = true
	tell()
	a.open[id] <- allow
	return true
}

// end says that nobody waits any more: nothing is answered from then on.
func (a *approvals) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.over = true
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
	text := approvalRefused
	if allow {
		text = approvalAllowed
	}
	tell := func() { one.record.add(chat.Result{CallID: id, Name: approvalTool, Text: text}) }
	if one == nil || one.ctx.Err() != nil || !one.approvals.answer(id, allow, tell) {
		return chat.NewError(chat.CodeApprovalOver, nil)
	}
	return nil
}
