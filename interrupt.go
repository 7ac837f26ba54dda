package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interrupts are what Ctrl-C and a service manager ask for: the end of what somebody waits for if there is such, else
// of the program; a second time, at once. The zero value hears nothing. It may be used by many goroutines.
type interrupts struct {
	mu   sync.Mutex
	stop context.CancelFunc // ends what somebody waits for; nil if it is the program
}

// watch returns a context that ends when the program is to end.
func (i *interrupts) watch(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for s := range signals {
			if s == os.Interrupt && i.stopped() {
				continue
			}
			signal.Stop(signals) // the next one ends the program as if nobody had watched
			cancel()
			return
		}
	}()
	return ctx
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
