package intake

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"exaone/chat"
	"exaone/disk"
	"exaone/index"
	"exaone/store"
)

// Options say what a shelf works with.
type Options struct {
	Store   *store.Store
	Dir     string // where what was read and the index are kept; all of it can be made again
	Reader  Reader
	Draw    Draw    // makes pictures of pages; nil makes none
	Extract Extract // gives files within documents out; nil gives none
	// Recognise says that text in pictures is read, by the reader's own recogniser.
	Recognise bool
	// Embedder returns what makes vectors, and the name of its model; a nil one, or none, while there is none.
	Embedder func() (chat.Embedder, string)
	Workers  int           // files read at once, beside one for which somebody waits; 0 is 1
	Lease    time.Duration // after how long without a word a reading is taken up again; 0 is 10 s
	Log      *slog.Logger  // nil: nowhere

	// Tests have disks of their own, and less time.
	free     func(dir string) (int64, error)
	roomWait time.Duration
	recent   time.Duration
}

// Shelf has the documents of a server read, and finds their passages. Many goroutines may use it.
type Shelf struct {
	o     Options
	store *store.Store
	index *index.Index
	kept  kept
	log   *slog.Logger

	wake   chan struct{} // something is to be read
	urgent chan struct{} // likewise, perhaps something for which somebody waits
	tidy   chan struct{} // the index is to follow the store
	ended  context.CancelFunc
	done   sync.WaitGroup

	loaded       *loaded              // what was read, while it is looked at
	vectors      sync.Mutex           // held while what is kept of a version, its passages and their vectors are made to fit each other
	unembeddable map[string]time.Time // when making vectors of a version failed; of the goroutine that makes them

	words glossary

	lacks atomic.Bool       // the index has yet to be compared with the store
	talks map[string]string // versions of conversations in the index; of the goroutine that keeps them

	mu   sync.Mutex
	held *chat.Error // why nothing is read
	// Of which version vectors are being made, and of how many of its passages there are some.
	embedding string
	embedded  int
	changed   chan struct{} // closed, and made anew, when a version has come further
}

// poll is how often is looked for what nobody has told of: an attempt that was put off, a lease that has run out.
const poll = 2 * time.Second

// seldom is how many times longer than looking takes is waited until the next look, so that a store of very many documents is
// not looked through all the time.
const seldom = 20

// Open opens the index and begins to read what waits. An index that is damaged, or of another version of the program, is made
// again from what was read.
func Open(ctx context.Context, o Options) (*Shelf, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Lease == 0 {
		o.Lease = 10 * time.Second
	}
	if o.free == nil {
		o.free = disk.Free
	}
	if o.roomWait == 0 {
		o.roomWait = roomWait
	}
	if o.recent == 0 {
		o.recent = talkRecent
	}
	s := &Shelf{o: o, store: o.Store, kept: kept{filepath.Join(o.Dir, "read")}, log: o.Log,
		wake: make(chan struct{}, 1), urgent: make(chan struct{}, 1), unembeddable: map[string]time.Time{}, tidy: make(chan struct{}, 1), changed: make(chan struct{})}
	s.loaded = newLoaded(s.kept.load)
	if err := s.kept.open(); err != nil {
		return nil, err
	}
	var err error
	if s.index, err = openIndex(filepath.Join(o.Dir, "index"), o.Log); err != nil {
		return nil, err
	}
	err = s.complete(ctx, true)
	if s.full(err, 0) != nil {
		s.lacks.Store(true)
		o.Log.Warn("the index of documents lacks some until there is room on the disk", "why", err)
	} else if err != nil {
		return nil, errors.Join(err, s.index.Close())
	}
	ctx, s.ended = context.WithCancel(context.WithoutCancel(ctx))
	for range max(o.Workers, 1) {
		s.done.Go(func() { s.keepReading(ctx, s.wake, s.store.Claim) })
	}
	s.done.Go(func() { s.keepReading(ctx, s.urgent, s.store.ClaimUrgent) }) // however long what the others read may take
	s.done.Go(func() { s.keepTidy(ctx) })
	s.done.Go(func() { s.keepTalks(ctx) })
	if o.Embedder != nil {
		s.done.Go(func() { s.keepEmbedding(ctx) })
	}
	return s, nil
}

// openIndex opens an index, or an empty one in the place of one that is damaged.
func openIndex(dir string, log *slog.Logger) (*index.Index, error) {
	ix, err := index.Open(dir, index.Options{Log: log})
	if _, ok := errors.AsType[*index.DamagedError](err); !ok {
		return ix, err
	}
	log.Warn("the index of documents is damaged and is made again", "why", err)
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	return index.Open(dir, index.Options{Log: log})
}

// Close stops reading, which goes on at the next Open, and closes the index.
func (s *Shelf) Close() error {
	s.ended()
	s.done.Wait()
	return s.index.Close()
}

// Wake says that a document was put in, changed or deleted.
func (s *Shelf) Wake() {
	signal(s.wake)
	signal(s.urgent)
	signal(s.tidy)
}

func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// Changed returns a channel that is closed when any version has come further.
func (s *Shelf) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// tell wakes those who wait for Changed.
func (s *Shelf) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

// Version tells of a version that who may read.
func (s *Shelf) Version(ctx context.Context, who chat.Principal, id string) (store.Version, error) {
	return s.store.Version(ctx, who, id)
}

// wait waits until it is told, or for a while; it reports false when ctx has ended.
func wait(ctx context.Context, told <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-told:
	case <-timer.C:
	}
	return ctx.Err() == nil
}
