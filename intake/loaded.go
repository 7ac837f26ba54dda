package intake

import (
	"container/list"
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// What was read of a document is decoded from its file whenever somebody looks into it: each page of the reading room, each
// answer and each look at its proof does. The documents that were looked at last are kept, as far as they fit.
const (
	mostLoaded = 64 << 20         // bytes of documents that are kept
	mostAtOnce = 4                // documents that are decoded at once: one may take hundreds of megabytes
	loadedLife = 10 * time.Minute // for how long one is kept that nobody looks at
)

// loaded are documents in memory, by version. It knows nothing of permissions: whoever asks it for one has asked the store
// whether they may read it. Many goroutines may use it.
type loaded struct {
	load   func(version string) (*document.Document, error)
	most   int64
	places chan struct{}

	mu   sync.Mutex
	at   map[string]*list.Element
	ages *list.List // of *entry, the one that was used last first
	size int64
	now  map[string]*decoding
}

// entry is a document that is kept.
type entry struct {
	version string
	doc     *document.Document
	size    int64
	used    time.Time
}

// decoding is a document that is being decoded, once for all who want it meanwhile.
type decoding struct {
	done    chan struct{} // closed when doc and err are there
	doc     *document.Document
	err     error
	waiting int           // those who want it
	nobody  chan struct{} // closed when nobody wants it any more
}

func newLoaded(load func(string) (*document.Document, error)) *loaded {
	return &loaded{load: load, most: mostLoaded, places: make(chan struct{}, mostAtOnce),
		at: map[string]*list.Element{}, ages: list.New(), now: map[string]*decoding{}}
}

// get returns a document, which belongs to all who got it and is not to be changed.
func (l *loaded) get(ctx context.Context, version string) (*document.Document, error) {
	l.mu.Lock()
	if e := l.at[version]; e != nil {
		defer l.mu.Unlock()
		l.ages.MoveToFront(e)
		one := e.Value.(*entry)
		one.used = time.Now()
		return one.doc, nil
	}
	d := l.now[version]
	if d == nil {
		d = &decoding{done: make(chan struct{}), nobody: make(chan struct{})}
		l.now[version] = d
		go l.decode(version, d) // and not by the one who asked first: they may go away
	}
	d.waiting++
	l.mu.Unlock()
	select {
	case <-d.done:
		return d.doc, d.err
	case <-ctx.Done():
		l.leave(version, d)
		return nil, ctx.Err()
	}
}

// leave says that one of those who waited for a document does not.
func (l *loaded) leave(version string, d *decoding) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d.waiting--; d.waiting > 0 {
		return
	}
	close(d.nobody)
	if l.now[version] == d {
		delete(l.now, version)
	}
}

// decode decodes a document for all who wait for it, and keeps it if it is not too large.
func (l *loaded) decode(version string, d *decoding) {
	select {
	case l.places <- struct{}{}:
	case <-d.nobody:
		return
	}
	d.doc, d.err = l.loadSafely(version)
	<-l.places
	size := int64(0)
	if d.err == nil {
		size = d.doc.Size()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	defer close(d.done)      // once it is kept
	if l.now[version] != d { // dropped meanwhile, or nobody wants it any more
		return
	}
	delete(l.now, version)
	if d.err != nil || size > l.most {
		return
	}
	l.at[version] = l.ages.PushFront(&entry{version, d.doc, size, time.Now()})
	for l.size += size; l.size > l.most; {
		l.remove(l.ages.Back())
	}
}

// loadSafely is load. What was read of a file that is hostile may be odd, and is no reason for a server to end.
func (l *loaded) loadSafely(version string) (doc *document.Document, err error) {
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("decode what was read: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return l.load(version)
}

// drop forgets a document: it is gone, or another now.
func (l *loaded) drop(version string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.now, version) // what is being decoded is for those who asked before, and is not kept
	if e := l.at[version]; e != nil {
		l.remove(e)
	}
}

// age forgets what nobody has looked at since a time.
func (l *loaded) age(since time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for e := l.ages.Back(); e != nil && e.Value.(*entry).used.Before(since); e = l.ages.Back() {
		l.remove(e)
	}
}

func (l *loaded) remove(e *list.Element) {
	one := l.ages.Remove(e).(*entry)
	delete(l.at, one.version)
	l.size -= one.size
}

// drop removes what was read of a version, from the disk and then from memory: whoever looks at it in between finds no file, or
// has opened it before, and that is not kept.
func (s *Shelf) drop(version string) error {
	err := s.kept.drop(version)
	s.loaded.drop(version)
	return err
}

// Document returns what was read of a version that who may read. It belongs to all who look at it, and is not to be changed.
func (s *Shelf) Document(ctx context.Context, who chat.Principal, version string) (*document.Document, error) {
	v, err := s.store.Version(ctx, who, version)
	if err != nil {
		return nil, err
	}
	if !v.HasReading() {
		return nil, chat.NewError(chat.CodeDocumentUnread, nil, v.Name)
	}
	doc, err := s.loaded.get(ctx, version)
	switch {
	case err == nil:
		return doc, nil
	case ctx.Err() != nil:
		return nil, err
	}
	s.log.Warn("what was read of a document is lost, and is read again", "version", version, "why", err)
	if err := s.store.RereadVersion(ctx, store.System, version); err != nil {
		return nil, err
	}
	s.Wake()
	return nil, chat.NewError(chat.CodeDocumentUnread, err, v.Name)
}
