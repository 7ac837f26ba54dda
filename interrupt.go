package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// interrupts are what Ctrl-C and a service manager ask for: the end of what somebody waits for if there is such, else
// of the program; a second time, at once. The zero value hears nothing. It may be used by many goroutines.
type interrupts struct {
	mu   sync.Mutex
	stop context.CancelFunc // ends what somebody waits for; nil if it is the program

	limit time.Duration   // that ending the program may take
	end   func(late bool) // ends it at once; nil leaves that to the operating system, and to a second signal
}

// watch returns a context that ends when the program is to end.
func (i *interrupts) watch(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go i.follow(signals, func() { signal.Stop(signals) }, cancel)
	return ctx
}

// follow calls cancel with the first signal that is for the program. What hangs, in a system call say, hears nothing of
// that: the program ends when the time that ending may take is over, or with the next signal. Where no such time was
// set, unwatch is called, and the next signal ends the program as if nobody had watched.
func (i *interrupts) follow(signals <-chan os.Signal, unwatch, cancel func()) {
	for s := range signals {
		if s != os.Interrupt || !i.stopped() {
			break
		}
	}
	i.mu.Lock()
	limit, end := i.limit, i.end
	i.mu.Unlock()
	if end == nil {
		unwatch()
		cancel()
		return
	}
	cancel()
	select {
	case <-signals:
		end(false)
	case <-time.After(limit):
		end(true)
	}
}

// within bounds the time that ending the program may take once it was asked to end. end ends it, and is told whether
// the time was over; it runs beside everything else.
func (i *interrupts) within(limit time.Duration, end func(late bool)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.limit, i.end = limit, end
}

// stopped ends what somebody waits for, and reports whether there was such.
func (i *interrupts) stopped() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.stop == nil {
		return false
	}
	i.stop()
	i.stop = nil
	return true
}

// during returns a context that also ends with Ctrl-C, which until end is called does not end the program.
func (i *interrupts) during(ctx context.Context) (_ context.Context, end func()) {
	ctx, cancel := context.WithCancel(ctx)
	i.mu.Lock()
	i.stop = cancel
	i.mu.Unlock()
	return ctx, func() {
		i.mu.Lock()
		i.stop = nil
		i.mu.Unlock()
		cancel()
	}
}
