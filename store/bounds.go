package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"exaone/chat"
)

// Whoever imports a gigabyte and searches it must not take the server's memory and time with that. What is read for one
// reader is bounded, in bytes and for a search also in time; what is left out is said to be.

// bounds say how much is read for one search.
type bounds struct {
	bytes int
	time  time.Duration
}

// searchBounds is what one search may take: far more than what the newest of a person's messages have, and a sign that a
// query says too little.
var searchBounds = bounds{bytes: 64 << 20, time: 2 * time.Second}

// branchBytes is how much text of one branch is read at once: many times what a model or a person reads of it.
const branchBytes = 32 << 20

// copyBytes is how much of a branch is copied at once.
const copyBytes = 8 * branchBytes

// spent counts what one search takes.
type spent struct {
	bounds
	began time.Time
}

// more reports whether a text of some bytes more may be read after what was read before.
func (s *spent) more(bytes int) bool {
	s.bytes -= bytes
	return s.bytes > 0 && time.Since(s.began) < s.time
}

// searches are those that are under way: each principal has one, and a newer one ends the older. The zero value has none.
type searches struct {
	mu  sync.Mutex
	now map[string]*oneSearch // by id of a principal
}

type oneSearch struct {
	end  context.CancelCauseFunc
	done chan struct{}
}

// begin waits until the search that a principal has under way has ended, which it is told to. end must be called at the
// end; the context is that of the search, whose cause is CodeSearchNewer when a newer one has begun.
func (all *searches) begin(ctx context.Context, who chat.Principal) (context.Context, func(), error) {
	ctx, cancel := context.WithCancelCause(ctx)
	one := &oneSearch{cancel, make(chan struct{})}
	all.mu.Lock()
	older := all.now[who.ID]
	if all.now == nil {
		all.now = map[string]*oneSearch{}
	}
	all.now[who.ID] = one
	all.mu.Unlock()
	end := func() {
		all.mu.Lock()
		if all.now[who.ID] == one {
			delete(all.now, who.ID)
		}
		all.mu.Unlock()
		cancel(nil)
		close(one.done)
	}
	if older == nil {
		return ctx, end, nil
	}
	older.end(chat.NewError(chat.CodeSearchNewer, nil))
	select {
	case <-older.done:
		return ctx, end, nil
	case <-ctx.Done():
		// Whoever waits for this one must not begin before the older one has ended.
		go func() {
			<-older.done
			end()
		}()
		return nil, nil, ended(ctx, ctx.Err())
	}
}

// ended is why the context of a search has ended, if it is for a reason that a person may read; else err.
func ended(ctx context.Context, err error) error {
	if told, ok := errors.AsType[*chat.Error](context.Cause(ctx)); ok && err != nil {
		return told
	}
	return err
}
