package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"

	"exaone/assistant"
	"exaone/chat"
)

// beat is how often something is said to a follower while nothing happens: proxies cut what is silent.
const beat = 10 * time.Second

// heard is what a follower hears: an event, or the error with which an answer ended.
type heard struct {
	assistant.Numbered
	err error
}

// mostFollowed is how many answers one person follows at once: a few for each window that they have open.
const mostFollowed = 64

// following counts who follows answers. Its zero value is nobody.
type following struct {
	mu sync.Mutex
	by map[string]int // by id of the principal
}

// enter lets somebody follow one answer more until leave is called. CodeFollowTooMany if they follow as many as they may.
func (f *following) enter(who string) (leave func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by[who] >= mostFollowed {
		return nil, chat.NewError(chat.CodeFollowTooMany, nil, mostFollowed)
	}
	if f.by == nil {
		f.by = make(map[string]int)
	}
	f.by[who]++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.by[who]--; f.by[who] == 0 {
			delete(f.by, who)
		}
	}, nil
}

// follow sends the events of an answer as they come, those after Last-Event-ID or ?after=. It ends after the event
// "finish" or "error". A follower that leaves, or is slow, changes nothing about the answer.
func (h *handler) follow(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	id := r.PathValue("message")
	after, err := afterOf(r)
	if err != nil {
		return nil, err
	}
	m, err := h.store.Message(r.Context(), who, id) // before anything is sent: what is not theirs is not there
	if err != nil {
		return nil, err
	}
	if m.Role != chat.Assistant {
		return nil, chat.NewError(chat.CodeNotAnAnswer, nil, id)
	}
	leave, err := h.following.enter(who.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	ctx, cancel := context.WithCancel(r.Context())
	events := make(chan heard)
	go func() {
		defer close(events)
		for n, err := range h.opts.Turns.Follow(ctx, who, id, after) {
			events <- heard{n, err} // also when ctx has ended: why it has is what is said last
		}
	}()
	defer func() {
		cancel()
		for range events { // until it has let go
		}
	}()
	h.relay(newStream(w, r), events, beat)
	return written{}, nil
}

// relay sends what is heard until there is no more, or nobody reads, and something every so often while nothing is.
func (h *handler) relay(s *stream, events <-chan heard, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		var err error
		select {
		case one, ok := <-events:
			switch {
			case !ok:
				if err := context.Cause(s.r.Context()); err != nil { // the follower is let in no more, and hears why
					h.sendError(s, err)
				}
				return
			case one.err != nil:
				h.sendError(s, one.err)
				return
			}
			err = s.event(one.Numbered)
		case <-tick.C:
			err = s.send([]byte(": \n\n"))
		}
		if err != nil {
			return
		}
	}
}

// sendError tells why an answer ended before its time, or why it can be followed no more. Where the server goes away
// nothing is said: the follower comes back and hears the rest from the next one.
func (h *handler) sendError(s *stream, err error) {
	if errors.Is(err, context.Canceled) && context.Cause(s.r.Context()) == context.Canceled {
		return // the reader has left
	}
	told := h.explain(s.r, err)
	if told.Code == chat.CodeShuttingDown {
		return
	}
	data, err := json.Marshal(errorJSON{told.Code, told.In(language(s.r))})
	if err == nil {
		_ = s.send(fields("", "error", data)) // it fails for a reader who is gone
	}
}

// afterOf is the number of the last event that a follower has.
func afterOf(r *http.Request) (int64, error) {
	if word := r.Header.Get("Last-Event-ID"); word != "" {
		return numberOf("Last-Event-ID", word, 0, math.MaxInt64)
	}
	return number(r, "after", 0, math.MaxInt64, 0)
}

// stream is a reply of server-sent events.
type stream struct {
	w    http.ResponseWriter
	r    *http.Request
	line *http.ResponseController
}

// newStream begins a reply, so that whoever waits for it knows that they are heard.
func newStream(w http.ResponseWriter, r *http.Request) *stream {
	header := w.Header()
	header.Set("Content-Type", "text/event-stream; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	s := &stream{w, r, http.NewResponseController(w)}
	_ = s.line.Flush() // it fails for a reader who is gone, as the next one does
	return s
}

// event sends one event under its number.
func (s *stream) event(n assistant.Numbered) error {
	kind, _, data, err := chat.EncodeEvent(n.Event)
	if err != nil {
		return err
	}
	return s.send(fields(fmt.Sprint(n.Number), kind, data))
}

// send sends at once, and waits only so long for a slow reader.
func (s *stream) send(text []byte) error {
	_ = s.line.SetWriteDeadline(time.Now().Add(patience)) // a recorder in a test has none
	if _, err := s.w.Write(text); err != nil {
		return err
	}
	return s.line.Flush()
}

// fields spells one server-sent event. What another program has imported may hold any characters.
func fields(id, kind string, data []byte) []byte {
	var b bytes.Buffer
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	fmt.Fprintf(&b, "event: %s\n", strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return -1
		}
		return c
	}, kind))
	for line := range bytes.FieldsFuncSeq(data, func(c rune) bool { return c == '\n' || c == '\r' }) {
		fmt.Fprintf(&b, "data: %s\n", line)
	}
	b.WriteByte('\n')
	return b.Bytes()
}
