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

// Watch returns a context that ends with the *chat.Error of Resolve within seconds of when the credential is good no
// more: somebody was disabled, a key was revoked, a session has ended. release must be called.
func (r *Resolver) Watch(ctx context.Context, c Credential) (_ context.Context, release func()) {
	return r.watch(ctx, func(ctx context.Context) error {
		_, err := r.Resolve(ctx, c)
		return err
	})
}

// WatchPrincipal is Watch for what outlives the request it began with: it ends with CodePrincipalOff when the principal is
// disabled, or CodeNoPrincipal.
func (r *Resolver) WatchPrincipal(ctx context.Context, who chat.Principal) (_ context.Context, release func()) {
	return r.watch(ctx, func(ctx context.Context) error {
		_, err := r.opts.Accounts.Principal(ctx, who.ID)
		return err
	})
}

func (r *Resolver) watch(ctx context.Context, good func(context.Context) error) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{good: good, cancel: cancel}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watched[w] = true
	if !r.running {
		r.running = true
		go r.run()
	}
	return ctx, func() {
		r.mu.Lock()
		delete(r.watched, w)
		last := len(r.watched) == 0
		r.mu.Unlock()
		if last {
			r.Notice() // nothing to look at any more: run ends
		}
		cancel(nil)
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
			w.check()
		}
	}
}

// check ends what may go on no more. A store that cannot be read at the moment ends nothing.
func (w *watch) check() {
	ctx, done := context.WithTimeout(context.Background(), lookTime)
	defer done()
	if told, ok := errors.AsType[*chat.Error](w.good(ctx)); ok && endings[told.Code] {
		w.cancel(told)
	}
}

// endings are the codes that end what is watched.
var endings = map[chat.Code]bool{
	chat.CodeSignInNeeded: true, chat.CodeSessionOver: true, chat.CodePrincipalOff: true, chat.CodeNoPrincipal: true,
	chat.CodeKeyUnknown: true, chat.CodeKeyExpired: true, chat.CodeKeyRevoked: true,
}
