package assistant

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"exaone/chat"
	"exaone/store"
)

// turn is one answer that is being written.
type turn struct {
	who      chat.Principal // whose it is now; Turns.mu is held
	pass     string         // with which it was let in
	leave    func()         // says that it has ended
	unwatch  func()         // nil while nobody watches whose it is; Turns.mu is held
	question store.Message
	answer   store.Message
	mode     Mode
	scope    Scope
	begun    string // what the answer begins with
	again    bool   // the question has been answered before, and another answer is wanted

	ctx    context.Context
	cancel context.CancelCauseFunc
	record record

	approvals approvals

	done chan struct{} // closed when it has ended, and is on the disk if that is possible

	keeping sync.Mutex // held while something of it is written to the store
	ended   *ending    // what is to be kept last; nil while it is being written. keeping is held
	told    bool       // that it cannot be kept has been logged. keeping is held
}

// ending is how an answer ended.
type ending struct {
	end    store.MessageEnd
	finish *chat.Finish // nil after an error
	err    error        // for those who follow; nil after a finish
}

// newTurn returns a turn that run can be called with. Its context ends with the program, when somebody stops it, and when
// whoever asked may go on no more.
func (t *Turns) newTurn(question, answer store.Message, p proposal) *turn {
	one := &turn{who: p.who, pass: p.pass, leave: p.leave, question: question, answer: answer, mode: p.mode, scope: p.scope, begun: p.begun, again: p.ask.Regenerate != "",
		done: make(chan struct{})}
	one.ctx, one.cancel = context.WithCancelCause(t.life)
	return one
}

// run answers and keeps the answer.
func (t *Turns) run(one *turn) {
	defer one.cancel(nil)
	defer t.watch(one)()
	q, finish, err := t.write(one.ctx, one)
	one.approvals.end() // before the end gets its number
	cause := context.Cause(one.ctx)
	one.leave() // before anybody is told: whoever hears the end may ask again
	t.conclude(one, ended(one, finish, err, cause))
	close(one.done)
	if finish != nil && cause == nil {
		t.giveTitle(one, q)
	}
}

// write has the mode answer and records what it yields. A chat.Finish is not recorded yet: it is told when all is kept.
func (t *Turns) write(ctx context.Context, one *turn) (q Question, finish *chat.Finish, err error) {
	defer func() {
		if p := recover(); p != nil { // nothing above this goroutine would
			id := rand.Text()[:12]
			t.opts.Log.Error("a mode panicked", "id", id, "mode", one.mode.Name(), "panic", p, "stack", string(debug.Stack()))
			err = chat.NewError(chat.CodeInternal, fmt.Errorf("panic: %v", p), id)
		}
	}()
	if one.begun != "" {
		one.record.add(chat.Delta{Text: one.begun})
	}
	if q, err = t.questionOf(ctx, one); err != nil {
		return q, nil, err
	}
	q.Approved = one.approvals.wait
	for ev, err := range one.mode.Answer(ctx, q) {
		if err != nil {
			return q, nil, err
		}
		if ctx.Err() != nil {
			return q, nil, context.Cause(ctx)
		}
		if f, ok := ev.(chat.Finish); ok {
			finish = &f
			continue
		}
		if a, ok := ev.(chat.Approval); ok {
			if err := one.approvals.ask(a.ID); err != nil {
				return q, nil, err
			}
		}
		if _, ok := ev.(chat.Chart); ok { // the only one that may not be as it should
			if _, _, _, err := chat.EncodeEvent(ev); err != nil {
				return q, nil, err
			}
		}
		one.record.add(ev)
	}
	if finish == nil {
		finish = &chat.Finish{Reason: chat.FinishStop, Model: q.Model.Name}
	}
	return q, finish, ctx.Err()
}

// ended says how an answer ended. cause is why its context did, nil if it did not.
func ended(one *turn, finish *chat.Finish, err, cause error) *ending {
	e := &ending{end: store.MessageEnd{State: store.StateDone}}
	if err != nil && cause != nil {
		err = cause
	}
	switch {
	case err == nil:
	case errors.Is(err, errStopped):
		finish = &chat.Finish{Reason: chat.FinishStopped, Model: one.answer.Model}
		e.end.State = store.StateStopped
	case errors.Is(err, errShutdown):
		finish, e.err = nil, chat.NewError(chat.CodeTurnInterrupted, nil)
		e.end.State = store.StateInterrupted
	default:
		told, ok := errors.AsType[*chat.Error](err)
		if !ok {
			told = chat.NewError(chat.CodeInternal, err, one.answer.ID)
		}
		finish, e.err = nil, told
		e.end.State, e.end.Error = store.StateFailed, told
	}
	if finish != nil {
		e.finish = finish
		e.end.Usage, e.end.Finish, e.end.Model = finish.Usage, string(finish.Reason), finish.Model
	}
	e.end.Text, e.end.Thinking = one.record.said()
	return e
}
