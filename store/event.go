package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"exaone/chat"
)

// Event is something that happened while an answer was made, as chat.EncodeEvent writes it. One may stand for several
// of one kind that came one after another, from First to Number.
type Event struct {
	Number  int64 // 1, 2, … within its message
	First   int64 // 0 is Number
	Kind    string
	Version int
	Data    json.RawMessage
}

// eventBatch is what one caller waits for.
type eventBatch struct {
	message string
	events  []Event
	done    chan struct{}
	err     error // set before done is closed
}

// eventQueue gathers the batches that are appended while a transaction runs, for the next one to keep together: of two
// hundred answers that are being written at once each waits for two transactions at most.
//
//	AppendEvents ─┐            ┌─ whoever finds nobody writing writes for all
//	AppendEvents ─┼▶ waiting ──┤
//	AppendEvents ─┘            └─ the others hear what became of theirs
//
// The zero value is empty.
type eventQueue struct {
	mu      sync.Mutex
	waiting []*eventBatch
	writing bool
	next    chan struct{} // closed when the one that writes is done; nil while nobody writes
}

// AppendEvents keeps the next events of an answer that is being written; when it returns nil they are on the disk.
// Events up to the last one kept are there already and are left out, so that a batch may be appended again after an
// error. It is the server's, which writes the answer. CodeNoMessage if the answer is not there, or not any more,
// CodeAnswerOver if it has ended.
//
// Batches of many answers are kept in one transaction. If ctx ends while a batch waits, it is not kept.
func (s *Store) AppendEvents(ctx context.Context, message string, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	if err := checkEvents(events); err != nil {
		return fmt.Errorf("events of %s: %w", message, err)
	}
	b := &eventBatch{message: message, events: events, done: make(chan struct{})}
	q := &s.events
	q.mu.Lock()
	q.waiting = append(q.waiting, b)
	for q.writing {
		next := q.next
		q.mu.Unlock()
		select {
		case <-b.done:
			return b.err
		case <-next:
		case <-ctx.Done():
			return q.leave(ctx, b)
		}
		q.mu.Lock()
		select {
		case <-b.done:
			q.mu.Unlock()
			return b.err
		default:
		}
	}
	batches := q.waiting
	q.waiting, q.writing, q.next = nil, true, make(chan struct{})
	q.mu.Unlock()
	// The others' rows are among them: they do not depend on whether this caller stays.
	s.appendBatches(context.WithoutCancel(ctx), batches)
	q.mu.Lock()
	q.writing = false
	close(q.next)
	q.mu.Unlock()
	return b.err
}

// leave takes back a batch that nobody has begun to write, or else waits for it.
func (q *eventQueue) leave(ctx context.Context, b *eventBatch) error {
	q.mu.Lock()
	i := slices.Index(q.waiting, b)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	q.mu.Unlock()
	if i >= 0 {
		return fmt.Errorf("append events: %w", ctx.Err())
	}
	<-b.done
	return b.err
}

// appendBatches writes batches in one transaction. What is wrong with one of them is no matter of the others; if the
// transaction fails they all do.
func (s *Store) appendBatches(ctx context.Context, batches []*eventBatch) {
	err := s.write(ctx, "append events", func(tx *sql.Tx) error {
		insert, err := tx.Prepare(insertEvent)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, b := range batches {
			b.err = appendBatch(ctx, tx, insert, b)
			if _, ok := errors.AsType[*chat.Error](b.err); b.err != nil && !ok {
				return b.err
			}
		}
		return nil
	})
	for _, b := range batches {
		if err != nil {
			b.err = err
		}
		close(b.done)
	}
}

// insertEvent keeps one event, which is whose its message is, and as confidential.
const insertEvent = `INSERT INTO events (message, number, first, kind, version, data, created, principal, grade)
	SELECT id, $2, $3, $4, $5, $6, $7, principal, grade FROM messages WHERE id = $1`

func appendBatch(ctx context.Context, tx *sql.Tx, insert *sql.Stmt, b *eventBatch) error {
	owner, err := requireWriting(ctx, tx, b.message)
	if err != nil {
		return err
	}
	last, _, err := row(ctx, tx, integer, `SELECT coalesce(max(number), 0) FROM events WHERE message = $1`, b.message)
	if err != nil {
		return err
	}
	sources := sourcesOf(b.events)
	if err := insertSources(tx, b.message, sources, false); err != nil {
		return err
	}
	gone, err := goneOf(ctx, tx, sources)
	if err != nil {
		return err
	}
	for _, e := range b.events {
		if e.Number <= last {
			continue
		}
		if e, err = unsay(e, gone); err != nil { // the document was deleted while the answer was being made
			return err
		}
		_, err := insert.Exec(b.message, e.Number, e.first(), e.Kind, e.Version, string(e.Data), milliseconds(now()))
		if err != nil {
			return err
		}
	}
	// A file that whoever asked does not have is shown as one that is not there.
	_, err = refer(tx, owner, owner, b.message, filesOf(nil, b.events))
	return err
}

func (e Event) first() int64 {
	if e.First == 0 {
		return e.Number
	}
	return e.First
}

// checkEvents is an error unless the numbers rise and the data is there: mistakes of ours.
func checkEvents(events []Event) error {
	last := int64(0)
	for _, e := range events {
		if first := e.first(); first <= last || e.Number < first {
			return fmt.Errorf("events %d–%d follow %d", first, e.Number, last)
		}
		if e.Kind == "" || !json.Valid(e.Data) {
			return fmt.Errorf("event %d: kind %q, data %.40q", e.Number, e.Kind, e.Data)
		}
		last = e.Number
	}
	return nil
}

// Events returns the events of an answer in a conversation of who whose Number is above a number, in order. The first
// of them may stand for some that are not: see Event.First. CodeNoMessage if the answer is not theirs.
func (s *Store) Events(ctx context.Context, who chat.Principal, message string, after int64) ([]Event, error) {
	if _, err := ownMessage(ctx, s.reader, who, message); err != nil {
		return nil, s.fault("read events", err)
	}
	all, err := eventsOf(ctx, s.reader, message, after)
	return all, s.fault("read events", err)
}

func eventsOf(ctx context.Context, q querier, message string, after int64) ([]Event, error) {
	return rows(ctx, q, scanEvent,
		`SELECT number, first, kind, version, data FROM events WHERE message = $1 AND number > $2 ORDER BY number`, message, after)
}

func scanEvent(r scanner) (e Event, err error) {
	var data string
	err = r.Scan(&e.Number, &e.First, &e.Kind, &e.Version, &data)
	e.Data = json.RawMessage(data)
	return e, err
}
