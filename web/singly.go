package web

import (
	"context"
	"net/http"
	"sync"

	"exaone/chat"
)

// singly lets everybody do one thing at a time: what else they ask for waits its turn. The zero value has nobody.
type singly struct {
	mu  sync.Mutex
	now map[string]chan struct{} // by id of the principal; closed at the end of theirs
}

// enter waits until nothing of somebody's is under way; leave must be called at the end. The error is of a request that
// has ended.
func (s *singly) enter(ctx context.Context, who string) (leave func(), err error) {
	for {
		before, end := s.take(who)
		if before == nil {
			return func() {
				s.mu.Lock()
				delete(s.now, who)
				s.mu.Unlock()
				close(end)
			}, nil
		}
		select {
		case <-before:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// take begins something of somebody's, unless there is something before it.
func (s *singly) take(who string) (before, end chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before := s.now[who]; before != nil {
		return before, nil
	}
	if s.now == nil {
		s.now = make(map[string]chan struct{})
	}
	end = make(chan struct{})
	s.now[who] = end
	return nil, end
}

// opening is a reply for which a branch of any length is read at once: one for each person, however often they ask.
func opening(handle reply) reply {
	return func(h *handler, w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
		return h.opening.one(h, w, r, who, handle)
	}
}

// exporting likewise is a reply that takes conversations away. Whoever fetches one slowly may open others meanwhile.
func exporting(handle reply) reply {
	return func(h *handler, w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
		return h.exporting.one(h, w, r, who, handle)
	}
}

func (s *singly) one(h *handler, w http.ResponseWriter, r *http.Request, who chat.Principal, handle reply) (any, error) {
	leave, err := s.enter(r.Context(), who.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	return handle(h, w, r, who)
}
