package web

import (
	"context"
	"sync"
	"time"

	"exaone/chat"
)

// mostLent is how many files within documents are sent to one person at once: each is unpacked on the disk until all of it is sent.
const mostLent = 4

// lendWait is how long a further file waits for one of them to end.
const lendWait = 10 * time.Second

// lending bounds what is sent to each. The zero value sends nothing.
type lending struct {
	mu  sync.Mutex
	now map[string]*lender // by id of the principal
}

// lender is what is sent to somebody.
type lender struct {
	places chan struct{} // has as many as files are sent
	users  int           // those and the ones that wait
}

// enter waits until one more may be sent to somebody; leave must be called at the end. CodeBusy says that none of the others has ended in
// time; another error is of a request that has ended.
func (l *lending) enter(ctx context.Context, who string) (leave func(), err error) {
	ctx, stop := context.WithTimeoutCause(ctx, lendWait, chat.NewError(chat.CodeBusy, nil, mostLent, mostLent))
	defer stop()
	one := l.join(who)
	select {
	case one.places <- struct{}{}:
	case <-ctx.Done():
		l.part(who, one)
		return nil, context.Cause(ctx)
	}
	return func() {
		<-one.places
		l.part(who, one)
	}, nil
}

func (l *lending) join(who string) *lender {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.now[who]
	if one == nil {
		if l.now == nil {
			l.now = make(map[string]*lender)
		}
		one = &lender{places: make(chan struct{}, mostLent)}
		l.now[who] = one
	}
	one.users++
	return one
}

func (l *lending) part(who string, one *lender) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if one.users--; one.users == 0 {
		delete(l.now, who)
	}
}
