package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"exaone/chat"
	"exaone/grammar"
)

// However many ask for it at once, a constraint is made once, one after another; who leaves does not wait; a failure is
// kept too, and the oldest are forgotten.
func TestConstraintsAreMadeOnce(t *testing.T) {
	c := newConstraints()
	var made, at, most atomic.Int32
	why := errors.New("no")
	build := func() compiled {
		made.Add(1)
		most.Store(max(most.Load(), at.Add(1)))
		defer at.Add(-1)
		return compiled{err: why}
	}
	var wait sync.WaitGroup
	for i := range 64 {
		wait.Go(func() {
			if got, err := c.get(context.Background(), hash{byte(i % 4)}, build); err != nil || !errors.Is(got.err, why) {
				t.Errorf("%v, %v", got.err, err)
			}
		})
	}
	wait.Wait()
	if made.Load() != 4 || most.Load() != 1 {
		t.Errorf("made %d times, %d at once, want 4 and 1", made.Load(), most.Load())
	}
	c.turn <- struct{}{}
	left, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.get(left, hash{99}, build); !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v", err)
	}
	<-c.turn
	for i := range 2 * mostConstraints {
		if _, err := c.get(context.Background(), hash{1, byte(i)}, build); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.all) != mostConstraints || len(c.last) != mostConstraints {
		t.Errorf("%d kept, want %d", len(c.all), mostConstraints)
	}
}

// What a request asks for that cannot be is refused with its field, before anything is computed.
func TestConstraintsThatMakeNoSense(t *testing.T) {
	e := newEngine(t, Options{})
	tools := []chat.ToolSpec{{Name: "x"}, {Name: "x"}}
	for want, req := range map[chat.Code]chat.Request{
		chat.CodeBadField: {Tools: tools},
		chat.CodeTooLong:  {Tools: tools[:1], Messages: []chat.Message{{Role: chat.User, Text: fmt.Sprint(make([]int, 1000))}}},
	} {
		if req.Messages == nil {
			req.Messages = []chat.Message{{Role: chat.User, Text: "q"}}
		}
		_, _, err := chat.Collect(e.Chat(context.Background(), req))
		if bad, ok := errors.AsType[*chat.Error](err); !ok || bad.Code != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Large constraints push the oldest out before there are many.
func TestConstraintsAreKeptByTheirSize(t *testing.T) {
	c := newConstraints()
	c.most = 1 << 20
	for i := range 10 {
		g, err := grammar.Compile(t.Context(), chat.Grammar{Regex: strings.Repeat("a", 200<<10) + string(rune('a'+i))})
		if err != nil {
			t.Fatal(err)
		}
		c.keep(hash{byte(i)}, compiled{grammar: g})
	}
	if size := c.size(); size > c.most || size < c.most/2 {
		t.Errorf("%d KiB are kept, want half a mebibyte to one", size>>10)
	}
	if _, ok := c.find(hash{9}); !ok {
		t.Error("the last one is not kept")
	}
}
