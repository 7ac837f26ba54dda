package people

import (
	"context"
	"errors"
	"time"

	"exaone/chat"
)

// watch is something that goes on for somebody and must end when they may go on no more.
type watch struct {
	good   func(ctx context.Context) error
	cancel context.CancelCauseFunc
}

// lookTime is how long looking at one credential may take.
const lookTime = 2 * time.Second

// Watch calls end with a *chat.Error within seconds of when somebody may go on no more with what Resolve found them by:
// CodePrincipalOff if they were disabled, CodeKeyRevoked, CodeKeyExpired, CodeSessionOver. release must be called.
func (r *Resolver) Watch(c Credential, who Identity, end context.CancelCauseFunc) (release func()) {
	return r.watch(end, func(ctx context.Context) error {
		if _, err := r.opts.Accounts.Principal(ctx, who.Principal.ID); err != nil {
			return err // the session of somebody disabled is over, too: say why
		}
		_, err := r.Resolve(ctx, c)
		return err
	})
}

// WatchPrincipal is for what outlives the request it began with: it returns a context that ends with CodePrincipalOff
// when the principal is disabled, or CodeNoPrincipal. release must be called.
func (r *Resolver) WatchPrincipal(ctx context.Context, who chat.Principal) (_ context.Context, release func()) {
	ctx, end := context.WithCancelCause(ctx)
	forget := r.watch(end, func(ctx context.Context) error {
		_, err := r.opts.Accounts.Principal(ctx, who.ID)
		return err
	})
	return ctx, func() {
		forget()
		end(nil)
	}
}

func (r *Resolver) watch(end context.CancelCauseFunc, good func(context.Context) error) (release func()) {
	w := &watch{good: good, cancel: end}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watched[w] = true
	if !r.running {
		r.running = true
		go r.run()
	}
	return func() {
		r.mu.Lock()
		delete(r.watched, w)
		last := len(r.watched) == 0
		r.mu.Unlock()
		if last {
			r.Notice() // nothing to look at any more: run ends
		}
	}
}

// Notice has what is watched looked at now: something about people has changed.
func (r *Resolver) Notice() {
	select {
	case r.look <- struct{}{}:
	default:
	}
}

// run looks at what is watched until nothing is.
func (r *Resolver) run() {
	tick := time.NewTicker(r.opts.Every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-r.look:
		}
		r.mu.Lock()
		if len(r.watched) == 0 {
			r.running = false
			r.mu.Unlock()
			return
		}
		all := make([]*watch, 0, len(r.watched))
		for w := range r.watched {
			all = append(all, w)
		}
		r.mu.Unlock()
		for _, w := range all {
			r.check(w)
		}
	}
}

// check ends what may go on no more. A store that cannot be read at the moment ends nothing, and what was released
// meanwhile goes on.
func (r *Resolver) check(w *watch) {
	ctx, done := context.WithTimeout(context.Background(), lookTime)
	defer done()
	told, ok := errors.AsType[*chat.Error](w.good(ctx))
	if !ok || !endings[told.Code] {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.watched[w] {
		w.cancel(told)
	}
}

// endings are the codes that end what is watched.
var endings = map[chat.Code]bool{
	chat.CodeSignInNeeded: true, chat.CodeSessionOver: true, chat.CodePrincipalOff: true, chat.CodeNoPrincipal: true,
	chat.CodeKeyUnknown: true, chat.CodeKeyExpired: true, chat.CodeKeyRevoked: true,
}
