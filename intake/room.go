package intake

import (
	"context"
	"errors"
	"time"

	"exaone/chat"
	"exaone/disk"
	"exaone/store"
)

// A disk that fills up is noticed before it is full: nothing new is read then, and what has been read is found as ever. It is
// less than what documents leave free when they come (package store), so that what has come is read.
const (
	leastRoom = 16 << 20         // bytes that reading leaves free
	mostText  = 64 << 20         // of a document, which is what reading it writes at most
	roomWait  = 15 * time.Second // until what did not fit is tried again
)

// noRoom is an error if there is no room to read a file of so many bytes.
func (s *Shelf) noRoom(size int64) *chat.Error {
	want := leastRoom + min(size, mostText)
	free, err := s.o.free(s.o.Dir)
	if err != nil || free >= want {
		return nil // a disk that does not say is not known to be full
	}
	return held(nil, want, free)
}

func held(cause error, want, free int64) *chat.Error {
	return chat.NewError(chat.CodeDocumentHeld, cause, (want+1<<20-1)>>20, free>>20)
}

// full is err as one of a full disk, if it is one; nil if not.
func (s *Shelf) full(err error, size int64) *chat.Error {
	told, ok := errors.AsType[*chat.Error](err)
	switch {
	case ok && told.Code == chat.CodeDocumentHeld:
		return told
	case disk.Full(err), ok && told.Code == chat.CodeStoreFull:
		free, failed := s.o.free(s.o.Dir)
		if failed != nil {
			free = 0
		}
		return held(err, leastRoom+min(size, mostText), free)
	}
	return nil
}

// Held says why nothing is read at the moment: nil, or CodeDocumentHeld with the room that is wanted and that there is.
func (s *Shelf) Held() *chat.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held
}

// hold notes why nothing can be read, or that all is well again, and reports which.
func (s *Shelf) hold(why *chat.Error) bool {
	s.mu.Lock()
	before := s.held
	s.held = why
	s.mu.Unlock()
	switch {
	case why != nil && before == nil:
		s.log.Warn("documents wait for room on the disk", "why", why)
		s.tell()
	case why == nil && before != nil:
		s.log.Info("documents are read again")
		s.tell()
	}
	return why != nil
}

// putOff lets a job wait for room; its attempt does not count.
func (s *Shelf) putOff(ctx context.Context, job store.Job, why *chat.Error) {
	s.log.Warn("a document waits for room on the disk", "job", job.ID, "why", why)
	if err := s.store.PutOff(ctx, job, why, s.o.roomWait); err != nil && ctx.Err() == nil {
		s.log.Error("put the reading of a document off", "job", job.ID, "error", err) // its lease runs out
	}
}
