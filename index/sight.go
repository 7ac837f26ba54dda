package index

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// sight is what one search sees: the live passages of the classes that the asker may see. It is for one search, whose
// goroutines take turns where it says so.
type sight struct {
	parts    []*part
	passages int // live ones
	terms    map[Term]*seen
	key      []byte
	reader   termReader
	list     list
	err      error // the first; a Lexicon cannot return one
}

// seen is a term in the parts of a sight.
type seen struct {
	count int // live passages that have it
	in    []whereabouts
}

func newSight(parts []*part) *sight {
	s := &sight{parts: parts, terms: map[Term]*seen{}}
	for _, p := range parts {
		s.passages += p.live()
	}
	return s
}

// term looks a term up, once.
func (s *sight) term(t Term) *seen {
	if found, ok := s.terms[t]; ok {
		return found
	}
	found := &seen{}
	s.key = appendKey(s.key[:0], t.Kind, t.Text)
	for i, p := range s.parts {
		if !s.reader.find(p.segment, s.key) {
			s.note(s.reader.err)
			continue
		}
		if found.in == nil {
			found.in = make([]whereabouts, len(s.parts))
		}
		w := s.reader.whereabouts
		found.in[i] = w
		dead, err := s.deadCount(p, w)
		s.note(err)
		found.count += w.count - dead
	}
	t.Text = strings.Clone(t.Text)
	s.terms[t] = found
	return found
}

// deadCount returns in how many dead passages of a part a term is.
func (s *sight) deadCount(p *part, w whereabouts) (int, error) {
	if p.dead.passages() == 0 {
		return 0, nil
	}
	if w.count > blockSize {
		if n, ok := p.counts.look(w.from, p.dead); ok {
			return n, nil
		}
	}
	if err := s.list.open(p.segment, w); err != nil {
		return 0, err
	}
	n, err := s.list.countIn(&p.dead.passageSet)
	if err == nil && w.count > blockSize {
		p.counts.keep(w.from, p.dead, n)
	}
	return n, err
}

// note keeps the first error.
func (s *sight) note(err error) {
	if s.err == nil {
		s.err = err
	}
}

// guard calls read, which looks into mapped files, and turns a fault there (a file that somebody cut short under us)
// into an error.
func guard(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		fault, ok := r.(interface {
			runtime.Error
			Addr() uintptr // only faults at an address have it
		})
		if !ok {
			panic(r)
		}
		err = fmt.Errorf("a file of the index became shorter while it was read: %w", error(fault))
	}()
	return read()
}
