package main

import (
	"context"
	"testing"
)

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
