package people

import (
	"context"
	"errors"
	"time"

	"exaone/chat"
)

// watch is something that goes on for somebody and must end when they may go on no more.
type watch struct {
	who    string      // id of the principal
	with   *Credential // what they were found by; nil if they alone count
	cancel context.CancelCauseFunc
}

// lookTime is how long looking at one credential may take.
const lookTime = 2 * time.Second

// Watch calls end with a *chat.Error within seconds of when somebody may go on no more with what Resolve found them by:
// CodePrincipalOff if they were disabled, CodeKeyRevoked, CodeKeyExpired, CodeSessionOver. release must be called.
func (r *Resolver) Watch(c Credential, who Identity, end context.CancelCauseFunc) (release func()) {
	return r.watch(&watch{who: who.Principal.ID, with: &c, cancel: end})
}

// WatchPrincipal is for what outlives the request it began with: it returns a context that ends with CodePrincipalOff
// when the principal is disabled, or CodeNoPrincipal. release must be called.
func (r *Resolver) WatchPrincipal(ctx context.Context, who chat.Principal) (_ context.Context, release func()) {
	ctx, end := context.WithCancelCause(ctx)
	forget := r.watch(&watch{who: who.ID, cancel: end})
	return ctx, func() {
		forget()
		end(nil)
	}
}

func (r *Resolver) watch(w *watch) (release func()) {
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
		seen := round{resolver: r, people: make(map[string]error), credentials: make(map[Credential]error)}
		for _, w := range all {
			seen.check(w)
		}
	}
}

// round is one look at what is watched. Whoever follows many answers is looked up once.
type round struct {
	resolver    *Resolver
	people      map[string]error
	credentials map[Credential]error
}

// check ends what may go on no more. A store that cannot be read at the moment ends nothing, and what was released
// meanwhile goes on.
func (o round) check(w *watch) {
	told, ok := errors.AsType[*chat.Error](o.good(w))
	if !ok || !endings[told.Code] {
		return
	}
	r := o.resolver
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.watched[w] {
		w.cancel(told)
	}
}

// good says whether somebody may go on. The session of somebody who was disabled is over, too: that they were is why.
func (o round) good(w *watch) error {
	ctx, done := context.WithTimeout(context.Background(), lookTime)
	defer done()
	if w.with != nil {
		err, known := o.credentials[*w.with]
		if !known {
			_, err = o.resolver.Resolve(ctx, *w.with)
			o.credentials[*w.with] = err
		}
		if err == nil {
			return nil
		}
		if off := o.person(ctx, w.who); off != nil {
			return off
		}
		return err
	}
	return o.person(ctx, w.who)
}

func (o round) person(ctx context.Context, id string) error {
	err, known := o.people[id]
	if !known {
		_, err = o.resolver.opts.Accounts.Principal(ctx, id)
		o.people[id] = err
	}
	return err
}

// endings are the codes that end what is watched.
var endings = map[chat.Code]bool{
	chat.CodeSignInNeeded: true, chat.CodeSessionOver: true, chat.CodePrincipalOff: true, chat.CodeNoPrincipal: true,
	chat.CodeKeyUnknown: true, chat.CodeKeyExpired: true, chat.CodeKeyRevoked: true,
}
