package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"exaone/chat"
)

// reply turns the events of an answer into what a dialect replies.
type reply interface {
	// chunks returns what a stream sends for an event; none is fine. One that is [named] is sent under its name, a
	// [mark] as it is, everything else as JSON.
	chunks(index int, ev chat.Event) []any
	// last returns what a stream sends when all choices have finished, the dialect's own mark of the end included.
	last() []any
	// add keeps an event for whole.
	add(index int, ev chat.Event)
	// whole returns the reply to a client that does not stream.
	whole() any
	// failure returns what a stream sends when it can go on no more. Nothing but comments may have been sent before.
	failure(code chat.Code, message string) []any
}

// named is a chunk that a stream sends as an event with a name.
type named interface{ event() string }

// mark is a chunk that is not JSON.
type mark string

// done is what OpenAI's clients wait for at the end of a stream.
const done mark = "[DONE]"

// answer replies to requests with a stream or as a whole.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, reqs []chat.Request, streamed bool, to reply) error {
	a := s.ask(r.Context(), reqs)
	defer a.stop()
	times := s.metrics.watch(len(reqs), s.opts.Now)
	if streamed {
		return s.stream(w, r, a, times, to)
	}
	for res := range a.out {
		if res.err != nil {
			return res.err
		}
		if end, ok := res.event.(chat.Finish); ok {
			warn(w.Header(), end.Warnings)
		}
		times.note(res.index, res.event)
		to.add(res.index, res.event)
	}
	if r.Context().Err() != nil {
		return errLeft
	}
	return s.writeJSON(w, to.whole())
}

// stream sends server-sent events. Nothing is sent before the first word or the first long silence, so that a
// request that is refused gets a status of its own.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, a *answers, times *times, to reply) error {
	sse := &sse{w: w, rc: http.NewResponseController(w), patience: s.opts.Patience, form: formOf(to)}
	silence := time.NewTicker(s.opts.KeepAlive)
	defer silence.Stop()
	for {
		var err error
		select {
		case <-silence.C:
			err = sse.live()
		case res, more := <-a.out:
			switch {
			case !more && r.Context().Err() != nil:
				return s.breakOff(r, sse, to, r.Context().Err())
			case !more:
				return sse.end(to.last())
			case res.err != nil:
				return s.breakOff(r, sse, to, res.err)
			}
			times.note(res.index, res.event)
			for _, chunk := range to.chunks(res.index, res.event) {
				if err = sse.send(chunk); err != nil {
					break
				}
				silence.Reset(s.opts.KeepAlive)
			}
		}
		if err != nil {
			return errLeft // it reads no more, and there is no other way to tell it anything
		}
	}
}

// breakOff tells the reader of a stream that has begun why it ends; one that has not begun is refused as usual.
func (s *Server) breakOff(r *http.Request, sse *sse, to reply, err error) error {
	if !sse.begun {
		return err
	}
	if told := s.explain(r, sse.w.Header().Get("X-Request-Id"), err); told != nil {
		return sse.end(to.failure(told.Code, told.In(language(r))))
	}
	return nil
}

// sse writes server-sent events (WHATWG HTML, section 9.2), or lines of JSON.
type sse struct {
	form     form
	w        http.ResponseWriter
	rc       *http.ResponseController
	patience time.Duration
	begun    bool
	buf      bytes.Buffer
}

// send sends a chunk in one event.
func (e *sse) send(v any) error {
	if n, ok := v.(named); ok {
		e.buf.WriteString("event: " + n.event() + "\n")
	}
	end := ""
	if !e.form.lines {
		e.buf.WriteString("data: ")
		end = "\n"
	}
	if m, ok := v.(mark); ok {
		return e.flush(string(m) + "\n\n")
	}
	enc := json.NewEncoder(&e.buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	return e.flush(end)
}

// live shows that somebody is there, if the dialect has a way to.
func (e *sse) live() error {
	if e.form.alive == "" {
		return nil
	}
	return e.flush(e.form.alive)
}

// end sends the last chunks.
func (e *sse) end(chunks []any) error {
	for _, chunk := range chunks {
		if err := e.send(chunk); err != nil {
			return errLeft
		}
	}
	return nil
}

// flush writes what is in the buffer and text. A reader that is too slow for it is given up.
func (e *sse) flush(text string) error {
	if !e.begun {
		e.begun = true
		h := e.w.Header()
		h.Set("Content-Type", e.form.kind)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no") // nginx would gather events
		e.w.WriteHeader(http.StatusOK)
	}
	e.buf.WriteString(text)
	defer e.buf.Reset()
	return write(e.w, e.rc, e.buf.Bytes(), e.patience)
}

// write writes and flushes within a time.
func write(w http.ResponseWriter, rc *http.ResponseController, b []byte, patience time.Duration) error {
	if err := rc.SetWriteDeadline(time.Now().Add(patience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	if err := rc.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// writeJSON replies with a value.
func (s *Server) writeJSON(w http.ResponseWriter, v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encode the reply: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if write(w, http.NewResponseController(w), buf.Bytes(), s.opts.Patience) != nil {
		return errLeft
	}
	return nil
}
