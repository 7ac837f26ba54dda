package api

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"exaone/chat"
)

// together is how many choices of one request are asked for at once: a client should not fill the queue alone.
const together = 8

// result is an event of one choice, or the error that ended it.
type result struct {
	index int
	event chat.Event
	err   error
}

// answers are the events of the answers to some requests, merged. Each choice's own are in order.
type answers struct {
	out    chan result // closed when all have ended
	cancel context.CancelFunc
}

// ask puts requests to the model. The caller must stop the answers.
func (s *Server) ask(ctx context.Context, reqs []chat.Request) *answers {
	ctx, cancel := context.WithCancel(ctx)
	a := &answers{out: make(chan result), cancel: cancel}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(together, len(reqs)) {
		workers.Go(func() {
			for i := int(next.Add(1) - 1); i < len(reqs) && ctx.Err() == nil; i = int(next.Add(1) - 1) {
				s.run(ctx, i, reqs[i], a.out)
			}
		})
	}
	go func() {
		workers.Wait()
		close(a.out)
	}()
	return a
}

// stop cancels what goes on and returns when all of it has ended.
func (a *answers) stop() {
	a.cancel()
	for range a.out {
	}
}

// run sends the events of one choice. A panic of the model ends that request and not the program.
func (s *Server) run(ctx context.Context, index int, req chat.Request, out chan<- result) {
	send := func(r result) bool {
		select {
		case out <- r:
			return true
		case <-ctx.Done():
			return false
		}
	}
	defer func() {
		if p := recover(); p != nil {
			send(result{index: index, err: fmt.Errorf("panic: %v\n%s", p, debug.Stack())})
		}
	}()
	finished := false
	for ev, err := range s.opts.Model.Chat(ctx, req) {
		if !send(result{index, ev, err}) || err != nil {
			return
		}
		_, finished = ev.(chat.Finish)
	}
	if !finished && ctx.Err() == nil {
		send(result{index: index, err: fmt.Errorf("choice %d ended without a finish", index)})
	}
}
