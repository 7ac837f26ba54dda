package main

import (
	"context"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// What hangs does not keep the program: it ends when its time is over, or with a second signal at once.
func TestTheProgramEndsWhateverHangs(t *testing.T) {
	for _, signals := range [][]os.Signal{{syscall.SIGTERM}, {syscall.SIGTERM, syscall.SIGTERM}, {os.Interrupt, os.Interrupt}} {
		synctest.Test(t, func(t *testing.T) {
			var i interrupts
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan bool, 1)
			i.within(5*time.Second, func(late bool) { ended <- late })
			asked := make(chan os.Signal, 2)
			go i.follow(asked, func() { t.Error("a second signal is left to the operating system") }, cancel)
			start := time.Now()
			for _, s := range signals {
				asked <- s
			}
			late, took := <-ended, time.Since(start)
			if want := len(signals) == 1; late != want || took != map[bool]time.Duration{true: 5 * time.Second}[want] {
				t.Errorf("%v: late is %v after %v", signals, late, took)
			}
			if ctx.Err() == nil {
				t.Error("nobody was told that the program ends")
			}
		})
	}
}

// Ctrl-C ends what somebody waits for and leaves the program; once more, or when nobody waits, it is the program's.
func TestInterruptsEndWhatSomebodyWaitsFor(t *testing.T) {
	var i interrupts
	if i.stopped() {
		t.Error("something was stopped although nobody waits")
	}
	program := context.Background()
	ctx, end := i.during(program)
	if !i.stopped() || ctx.Err() == nil {
		t.Error("what somebody waits for went on")
	}
	if i.stopped() {
		t.Error("it was stopped twice")
	}
	end()
	program, leave := context.WithCancel(program)
	ctx, end = i.during(program)
	defer end()
	if leave(); ctx.Err() == nil {
		t.Error("it outlived the program")
	}
}
