// Package index finds the passages of a person's files that bear on a question.
//
// What is put in is analysed (analyse.go, with package korean), becomes a segment in memory, is logged, and can be found at
// once; segments in memory are written to files and files merged in the background:
//
//	Put ─▶ analyse ─▶ segment in memory ─▶ log ─▶ found by Search
//	                        └── flush ──▶ files ── merge ──▶ fewer files
//
// A search looks at the segments of the classes that its asker may see and at nothing else: it asks which terms a question
// has (query.go), finds the best candidates by their postings (top.go), and puts these in order by their texts (window.go).
//
// The directory holds
//
//	manifest           which files make the index, and which of their documents are dead; replaced whole
//	segment-NUMBER     documents of one class, for ever the same (segment.go)
//	vectors-NUMBER     embeddings of passages (vector.go)
//	log-NUMBER         what was put and deleted since (log.go)
//	lock               held by the one process that has it open
//
// All of it can be made anew from the documents; a copy made while no process has it open is a good one.
package index

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"exaone/disk"
)

// Options say how an index is opened. The zero value is right for most.
type Options struct {
	// Repair drops what is damaged instead of refusing to open. What was in it, as far as anybody can know, is in the
	// DamagedError that opening without it gives: documents to put again.
	Repair bool
	// FlushBytes is how much is held in memory before it is written to files; 32 MiB if 0. Up to three times that are
	// held while it is written.
	FlushBytes int
	Log        *slog.Logger // for what goes on in the background; nil: nowhere
}

// Index finds passages. Many goroutines may use it; whatever one has put, each can find. Beside what Options say it holds
// about 40 bytes a document; while it merges, which it does with at most a million passages at once, about 150 bytes for each
// document of these and a fifth of the size of their texts; and while it searches about a megabyte.
type Index struct {
	dir  string
	opt  Options
	log  *slog.Logger
	lock *os.File

	state atomic.Pointer[state] // what can be found

	mu      sync.Mutex // over all that follows, and over changes of state
	where   map[[16]byte]uint32
	classes []string // by number
	numbers map[string]uint32
	journal *logFile
	first   uint64 // log with something that is in no file
	next    uint64 // number of the next file
	held    int64  // bytes of segments in memory
	failed  error  // why nothing can be put before all that is in memory has been written to files
	closed  bool
	room    *sync.Cond // held became less, or flushing failed
	unsaved error      // why the last flush failed

	flushing sync.Mutex // one flush at a time
	merging  sync.Mutex // one merge at a time
	wake     chan struct{}
	wakeDisk chan struct{}
	stop     context.CancelFunc
	done     sync.WaitGroup
}

// state is what can be found, by class. It is not changed once others can see it.
type state struct {
	classes map[string]*class
	closed  bool
}

// class is what is there for one set of readers.
type class struct {
	parts   []*part
	vectors []*vectorPart
}

// logShare is which share of what is held in memory the next opening may read from the log: reading more takes longer than
// writing it to files at the end.
const logShare = 16

// errClosed is what a closed index gives.
var errClosed = errors.New("the index is closed")

// Open opens the index in a directory, or begins one there. One process at a time has it open: another gets a *chat.Error
// with CodeIndexLocked. If files are damaged it returns a *DamagedError, unless they are to be dropped.
func Open(dir string, opt Options) (*Index, error) {
	if opt.FlushBytes <= 0 {
		opt.FlushBytes = 32 << 20
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if err := disk.MakeDir(dir); err != nil {
		return nil, err
	}
	lock, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	ix := &Index{
		dir: dir, opt: opt, log: opt.Log, lock: lock,
		where: map[[16]byte]uint32{}, numbers: map[string]uint32{},
		wake: make(chan struct{}, 1), wakeDisk: make(chan struct{}, 1),
	}
	ix.room = sync.NewCond(&ix.mu)
	ix.state.Store(&state{classes: map[string]*class{}})
	if err := guard(ix.load); err != nil {
		return nil, errors.Join(err, ix.abandon())
	}
	ctx, stop := context.WithCancel(context.Background())
	ix.stop = stop
	ix.done.Go(func() { ix.keepFlushing(ctx) })
	ix.done.Go(func() { ix.keepMerging(ctx) })
	if ix.held > int64(opt.FlushBytes) {
		signal(ix.wake)
	}
	if ix.failed == nil {
		err = ix.renew(ctx)
	} else {
		ix.log.Warn("index: opened for searching alone", "dir", ix.dir, "error", ix.failed)
	}
	if err == nil && opt.Repair {
		err = ix.Flush(ctx) // no log with damage stays
	}
	if err != nil {
		return nil, errors.Join(err, ix.Close())
	}
	signal(ix.wakeDisk)
	return ix, nil
}

// Close ends what goes on in the background and gives the directory back. What was put stays: in files, or in the log if it is
// little. Searches under way end well; what is asked afterwards gets an error.
func (ix *Index) Close() error {
	ix.mu.Lock()
	much := !ix.closed && ix.held > int64(ix.opt.FlushBytes)/logShare
	ix.mu.Unlock()
	if much {
		if err := ix.Flush(context.Background()); err != nil {
			ix.log.Warn("index: flush at the end", "dir", ix.dir, "error", err) // the log has it
		}
	}
	ix.mu.Lock()
	if ix.closed {
		ix.mu.Unlock()
		return nil
	}
	ix.closed = true
	ix.room.Broadcast()
	ix.mu.Unlock()
	ix.stop()
	ix.done.Wait()
	ix.flushing.Lock() // what a caller has begun ends
	defer ix.flushing.Unlock()
	ix.merging.Lock()
	defer ix.merging.Unlock()
	return ix.abandon()
}

// abandon releases files and the lock.
func (ix *Index) abandon() error {
	var errs []error
	if ix.journal != nil && ix.journal.file != nil {
		errs = append(errs, ix.journal.file.Close())
	}
	old := ix.state.Swap(&state{closed: true})
	for _, c := range old.classes {
		for _, f := range c.files() {
			errs = append(errs, f.release())
		}
	}
	errs = append(errs, ix.lock.Close())
	return errors.Join(errs...)
}

// files returns the files that hold what is in a class.
func (c *class) files() []*file {
	var files []*file
	for _, p := range c.parts {
		if p.file != nil {
			files = append(files, p.file)
		}
	}
	for _, v := range c.vectors {
		if v.file != nil {
			files = append(files, v.file)
		}
	}
	return files
}

// idHash stands for an ID in where: 16 bytes of SHA-256, which no two IDs share.
func idHash(id []byte) [16]byte {
	sum := sha256.Sum256(id)
	return [16]byte(sum[:16])
}

// numberOf returns a class's number.
func (ix *Index) numberOf(class string) uint32 {
	n, ok := ix.numbers[class]
	if !ok {
		n = uint32(len(ix.classes))
		ix.classes = append(ix.classes, class)
		ix.numbers[class] = n
	}
	return n
}

// signal wakes a goroutine that waits for a channel of capacity 1.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// edit is a change of state that is being made. Only what is changed is copied.
type edit struct {
	classes map[string]*class
	own     map[string]bool
}

func (ix *Index) edit() *edit {
	return &edit{classes: maps.Clone(ix.state.Load().classes), own: map[string]bool{}}
}

// class returns a class that may be changed.
func (e *edit) class(name string) *class {
	c := e.classes[name]
	if e.own[name] {
		return c
	}
	e.own[name] = true
	next := &class{}
	if c != nil {
		next.parts, next.vectors = slices.Clone(c.parts), slices.Clone(c.vectors)
	}
	e.classes[name] = next
	return next
}

// publish makes an edit what is found.
func (ix *Index) publish(e *edit) {
	for name := range e.own {
		if c := e.classes[name]; len(c.parts) == 0 && len(c.vectors) == 0 {
			delete(e.classes, name)
		}
	}
	ix.state.Store(&state{classes: e.classes})
}

// see returns the classes of these names that are there, and what releases their files.
func (ix *Index) see(names []string) ([]*class, func(), error) {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
again:
	for {
		st := ix.state.Load()
		if st.closed {
			return nil, nil, errClosed
		}
		var classes []*class
		var used []*file
		release := func() {
			for _, f := range used {
				if err := f.release(); err != nil {
					ix.log.Warn("index: release a file", "error", err)
				}
			}
		}
		for _, name := range names {
			c := st.classes[name]
			if c == nil {
				continue
			}
			classes = append(classes, c)
			for _, f := range c.files() {
				if !f.use() { // it was replaced since: look again
					release()
					continue again
				}
				used = append(used, f)
			}
		}
		return classes, release, nil
	}
}

// path is where a file of ours is.
func (ix *Index) path(name string) string { return filepath.Join(ix.dir, name) }
