package assistant

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"exaone/chat"
	"exaone/store"
)

// Options are what Turns needs. Store and Models are required.
type Options struct {
	Store  *store.Store
	Models Models

	// Library has the documents that answers rest on; nil where there are none.
	Library Library

	// Modes are further modes, which are asked for by name and which auto may pick, after those of the program.
	Modes []Offer

	// Watch returns a context that ends, with a *chat.Error as its cause, when somebody may go on no more. The function
	// must be called when nothing goes on for them. nil watches nobody.
	Watch func(ctx context.Context, who chat.Principal) (context.Context, func())

	// MostEach bounds the answers that are written for one person at once, whatever their quota: nobody takes all there are.
	// 0 is 64.
	MostEach int

	Every time.Duration    // how often events are kept; 0 is every 200 ms
	Now   func() time.Time // nil is time.Now; its location is the server's
	Log   *slog.Logger     // nil discards it
}

// mostTurns bounds the answers that are written at once, and with them memory.
const mostTurns = 1000

// mostEach bounds those of one person if nobody says otherwise.
const mostEach = 64

// Turns are the answers that are being written. The server owns them: whoever asked may leave and come back. It may be
// used by many goroutines.
type Turns struct {
	opts  Options
	helps *Assistant
	modes map[string]Mode
	names []string // of the modes, as they are offered

	append func(ctx context.Context, message string, events []store.Event) error // the store's

	life context.Context // of everything below; ends with errShutdown
	end  context.CancelCauseFunc
	work sync.WaitGroup

	mu     sync.Mutex
	live   map[string]*turn // by the id of the answer, until it is on the disk
	closed bool

	putting map[string]chan struct{} // what is being put under a name; see alone
}

// The causes with which turns end before their time.
var (
	errStopped  = errors.New("stopped")
	errShutdown = chat.NewError(chat.CodeShuttingDown, nil)
	errGone     = errors.New("the answer is not there any more")
)

// NewTurns returns turns that are kept in a store. Answers that an earlier process left half-written are ended first.
// Shutdown must be called before the store is closed.
func NewTurns(ctx context.Context, opts Options) (*Turns, error) {
	if opts.Every <= 0 {
		opts.Every = 200 * time.Millisecond
	}
	if opts.MostEach <= 0 {
		opts.MostEach = mostEach
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	n, err := opts.Store.InterruptWriting(ctx)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		opts.Log.Info("answers were interrupted when the program ended", "answers", n)
	}
	t := &Turns{opts: opts, live: make(map[string]*turn), putting: make(map[string]chan struct{}), modes: make(map[string]Mode), append: opts.Store.AppendEvents}
	t.helps = &Assistant{models: opts.Models, library: opts.Library, store: opts.Store, now: opts.Now, keep: t.keepSummary}
	t.helps.scope, t.helps.waiting = opts.Store.ScopeVersions, t.waiting
	all := append(offers(t.helps), opts.Modes...)
	for _, o := range all {
		t.modes[o.Name()] = o.Mode
	}
	t.modes[Auto] = auto{t.helps, all}
	if opts.Library != nil {
		t.modes[Extractives] = documents{Assistant: t.helps, extract: true}
	}
	t.names = []string{Auto, all[0].Name(), Documents, Extractives}
	for _, o := range all {
		if !slices.Contains(t.names, o.Name()) {
			t.names = append(t.names, o.Name())
		}
	}
	t.names = slices.DeleteFunc(t.names, func(name string) bool { return t.modes[name] == nil })
	t.life, t.end = context.WithCancelCause(context.WithoutCancel(ctx))
	t.work.Go(t.keepNowAndThen)
	return t, nil
}

// Modes are the names of the modes that can be asked for, in the order in which they are offered: the one that picks another, talk, and
// what works on documents if there are any. The slice is the caller's; many goroutines may ask at once.
func (t *Turns) Modes() []string { return slices.Clone(t.names) }

// waiting reports whether a version that who may read is still to be read. One that is read again has something that was read of it,
// which is found meanwhile: it is not waited for.
func (t *Turns) waiting(ctx context.Context, who chat.Principal, version string) (bool, error) {
	v, err := t.opts.Store.Version(ctx, who, version)
	return v.State == store.VersionWaiting && !v.HasReading(), err
}

// Writing returns the id of an answer that is being written in a conversation, the one begun last, or "". Whether the
// conversation may be seen is for who asks to know.
func (t *Turns) Writing(conversation string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var newest *turn
	for _, one := range t.live {
		if one.answer.Conversation == conversation && (newest == nil || one.answer.Number > newest.answer.Number) {
			newest = one
		}
	}
	if newest == nil {
		return ""
	}
	return newest.answer.ID
}

// Stop ends an answer that is being written, and returns when it is on the disk with what had been said. Stopping one
// that has ended does nothing. CodeNoMessage if it is not there for who, CodeTurnInterrupted if it never ended and nobody
// writes it.
func (t *Turns) Stop(ctx context.Context, who chat.Principal, message string) error {
	for {
		if one := t.find(ctx, who, message); one != nil {
			one.cancel(errStopped)
			select {
			case <-one.done:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		m, err := t.opts.Store.Message(ctx, who, message)
		switch {
		case err != nil || m.State != store.StateWriting:
			return err
		case t.opts.Now().Sub(m.Created) >= registerTime:
			return chat.NewError(chat.CodeTurnInterrupted, nil)
		}
		if err := soon(ctx); err != nil { // it is on the disk and about to be live
			return err
		}
	}
}

// find returns a turn of who that is being written, or nil. The store knows better than a turn that is just being begun
// whose the conversation is now.
func (t *Turns) find(ctx context.Context, who chat.Principal, message string) *turn {
	t.mu.Lock()
	one := t.live[message]
	theirs := one != nil && one.who.ID == who.ID
	t.mu.Unlock()
	if one == nil || theirs {
		return one
	}
	if _, err := t.opts.Store.Message(ctx, who, message); err != nil {
		return nil
	}
	return one
}

// Shutdown ends all turns, keeps what they have said as interrupted, and starts no more. It returns when that is done, or
// ctx ends first.
func (t *Turns) Shutdown(ctx context.Context) error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.end(errShutdown)
	done := make(chan struct{})
	go func() {
		t.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin makes a turn known and has it answer in the background. The errors are CodeShuttingDown,
// CodeTurnTooMany and CodeTurnTooManyYours.
func (t *Turns) begin(one *turn) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.admits(one.who); err != nil {
		return err
	}
	t.live[one.answer.ID] = one
	t.work.Go(func() { t.run(one) })
	return nil
}

// background has something done that Shutdown waits for. The error is CodeShuttingDown.
func (t *Turns) background(f func()) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return errShutdown
	}
	t.work.Go(f)
	return nil
}

// admits is an error if no more turns of somebody can begin. t.mu is held.
func (t *Turns) admits(who chat.Principal) error {
	switch {
	case t.closed:
		return errShutdown
	case len(t.live) >= mostTurns:
		return chat.NewError(chat.CodeTurnTooMany, nil, len(t.live), mostTurns)
	}
	theirs := 0
	for _, one := range t.live {
		if one.who.ID == who.ID {
			theirs++
		}
	}
	if theirs >= t.opts.MostEach {
		return chat.NewError(chat.CodeTurnTooManyYours, nil, t.opts.MostEach)
	}
	return nil
}

// keepNowAndThen keeps what turns have said, every now and then, until shutdown. Each turn keeps its end itself.
func (t *Turns) keepNowAndThen() {
	tick := time.NewTicker(t.opts.Every)
	defer tick.Stop()
	for {
		select {
		case <-t.life.Done():
			return
		case <-tick.C:
		}
		t.mu.Lock()
		all := make([]*turn, 0, len(t.live))
		for _, one := range t.live {
			all = append(all, one)
		}
		t.mu.Unlock()
		var together sync.WaitGroup // the store keeps batches that come at once in one transaction
		for _, one := range all {
			together.Go(func() { t.keepPart(one) })
		}
		together.Wait()
	}
}
