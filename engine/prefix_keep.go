package engine

import (
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"exaone/tensor"
	"exaone/weights"
)

// run is a file of pages on disk. It belongs to the goroutine that owns the model.
type run struct {
	path   string
	start  int64 // of the pages, in bytes
	size   int64
	sum    uint32 // of the header
	sums   []uint32
	nodes  []*node
	live   int // of nodes, those that are in the tree and have nothing newer on disk
	used   time.Time
	buried bool
}

// keeper reads and writes the runs of one model, in a goroutine of its own, so that no step waits for a disk. The
// runner holds the pages of a job until it is reported.
type keeper struct {
	store *prefixes
	dir   string // of the model
	of    string // its checkpoint
	model tag
	kv    *tensor.KV
	log   *slog.Logger

	reads   chan *readJob // before writes
	writes  chan *writeJob
	reports chan report
	quit    chan struct{}
	done    chan struct{}

	more   chan struct{} // something is in chores
	mu     sync.Mutex    // of chores; nobody waits for a disk with it
	chores []chore
}

const (
	mostReads  = 16  // waiting at once
	mostChores = 256 // waiting at once, besides those that delete
)

// readJob brings pages from disk. Pages of one prefix, in order.
type readJob struct {
	nodes []*node
	pages []int32 // where to, held
	pins  []int32 // pages before them, held
	from  []place
}

// place is a page on disk.
type place struct {
	path         string
	start        int64
	headerSum    uint32
	slot         int
	sum          uint32
	headerLength int64
}

// writeJob writes a run.
type writeJob struct {
	nodes  []*node
	pages  []int32 // held
	pins   []int32 // pages before them, held
	before []*run  // that it follows
	header runHeader
	begun  uint64
	used   time.Time // of the file, when it is written
	again  bool      // see piece
}

// chore is what is done when there is time: a file is deleted, which is not reported, or it is noted when runs were
// used, which is reported if some are gone.
type chore struct {
	path string
	size int64

	runs []*run // each follows those before it
	last *node  // in the last of them
	used time.Time
}

// report says how a job ended.
type report struct {
	read  *readJob
	write *writeJob
	good  int    // pages that were read
	path  string // of the run that was written
	lost  []*run // that were to be used, or followed, and are gone
	last  *node  // that they lead to
	err   error
	took  time.Duration
}

// newKeeper starts the goroutine of a model, whose checkpoint is of, or returns nil if nothing is kept on disk.
func newKeeper(store *prefixes, model tag, of string, kv *tensor.KV) *keeper {
	if store == nil || store.dir == "" || model == (tag{}) {
		return nil
	}
	k := &keeper{
		store: store, model: model, of: of, kv: kv, log: store.log,
		dir:     filepath.Join(store.dir, fmt.Sprintf("%x", model[:16])),
		reads:   make(chan *readJob, mostReads),
		writes:  make(chan *writeJob, 1),
		more:    make(chan struct{}, 1),
		reports: make(chan report, mostReads+1),
		quit:    make(chan struct{}),
		done:    make(chan struct{}),
	}
	err := makeDir(k.dir)
	if err == nil {
		err = note(k.dir, of)
	}
	if err != nil {
		k.store.stop(err)
	}
	go k.run()
	return k
}

// close ends the goroutine after the job that it does.
func (k *keeper) close() {
	close(k.quit)
	<-k.done
}

func (k *keeper) run() {
	defer close(k.done)
	for {
		select {
		case j := <-k.reads:
			k.reports <- k.read(j)
			continue
		default:
		}
		select {
		case j := <-k.reads:
			k.reports <- k.read(j)
		case j := <-k.writes:
			k.reports <- k.write(j)
		case <-k.more:
			k.chore()
		case <-k.quit:
			for k.chore() {
			}
			return
		}
	}
}

// later leaves a chore to the goroutine. It does not wait: the loop of the model calls it. To note that a file was used
// is left undone if there is too much to do, and later says so; no more files can be deleted than there are.
func (k *keeper) later(c chore) bool {
	k.mu.Lock()
	taken := c.used.IsZero() || len(k.chores) < mostChores
	if taken {
		k.chores = append(k.chores, c)
	}
	k.mu.Unlock()
	k.wake()
	return taken
}

func (k *keeper) wake() {
	select {
	case k.more <- struct{}{}:
	default:
	}
}

// chore does the first thing that was left for later, and reports whether there was one.
func (k *keeper) chore() bool {
	k.mu.Lock()
	if len(k.chores) == 0 {
		k.mu.Unlock()
		return false
	}
	c := k.chores[0]
	k.chores = k.chores[1:]
	left := len(k.chores)
	k.mu.Unlock()
	if left > 0 {
		k.wake() // what is to be read goes before
	}
	k.do(c)
	return true
}

func (k *keeper) do(c chore) {
	if c.used.IsZero() {
		k.store.delete(c.path, c.size)
		return
	}
	if lost := touch(c.runs, c.used); len(lost) > 0 {
		select {
		case k.reports <- report{lost: lost, last: c.last}:
		case <-k.quit: // nobody listens
		}
	}
}

func (k *keeper) write(j *writeJob) report {
	start := time.Now()
	// First, so that nobody who makes room takes them before what is written is there.
	if lost := touch(j.before, start); len(lost) > 0 {
		return report{write: j, lost: lost, err: errLost}
	}
	j.used = start
	var pages [][]byte
	for _, page := range j.pages {
		pages = append(pages, k.kv.PageBytes(page))
	}
	err := k.store.restore(k.dir)
	if err == nil {
		err = note(k.dir, k.of)
	}
	var path string
	if err == nil {
		path, err = k.store.write(k.dir, &j.header, pages, start, j.begun)
	}
	switch _, full := errors.AsType[*weights.NoSpace](err); {
	case full:
		k.store.cramp(err)
	case err != nil && !errors.Is(err, errForgotten):
		k.store.stop(err)
	}
	return report{write: j, path: path, err: err, took: time.Since(start)}
}

// read fills pages until one cannot be had.
func (k *keeper) read(j *readJob) report {
	var f *os.File
	var open string
	rep := report{read: j}
	for i, from := range j.from {
		if from.path != open {
			if f != nil {
				f.Close()
			}
			f, rep.err = openRun(from)
			if rep.err != nil {
				return rep
			}
			open = from.path
		}
		b := k.kv.PageBytes(j.pages[i])
		if _, rep.err = f.ReadAt(b, from.start); rep.err == nil {
			if got := crc32.Checksum(b, castagnoli); got != from.sum {
				rep.err = fmt.Errorf("%s: page %d: CRC32C %08x, want %08x", filepath.Base(from.path), from.slot, got, from.sum)
			}
		}
		if rep.err != nil {
			break
		}
		rep.good++
	}
	if f != nil {
		f.Close()
	}
	return rep
}

// openRun opens a run and sees that its header is the one that is known.
func openRun(from place) (*os.File, error) {
	f, _, err := openPlain(from.path)
	if err != nil {
		return nil, err
	}
	b := make([]byte, from.headerLength)
	if _, err = f.ReadAt(b, 0); err == nil && headerSum(b) != from.headerSum {
		err = fmt.Errorf("%s: header: CRC32C %08x, want %08x", filepath.Base(from.path), headerSum(b), from.headerSum)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// index enters the runs of the model into the tree, by their headers alone. What is damaged, foreign or follows
// nothing is deleted, with one line in the log.
func (k *keeper) index(p *pages) (bytes int64) {
	var files []runFile
	listRuns(k.dir, func(f runFile) { files = append(files, f) })
	slices.SortFunc(files, func(a, b runFile) int { return cmp.Compare(a.path, b.path) }) // what goes before comes first
	bad, why := 0, error(nil)
	var runs []*run
	for _, f := range files {
		if f.temp {
			if time.Since(f.used) > staleTemp {
				_ = os.Remove(f.path)
			}
			continue
		}
		r, err := k.enter(p, f)
		switch {
		case err == nil:
			bytes += r.size
			runs = append(runs, r)
		case errors.Is(err, fs.ErrNotExist): // another process was quicker
		default:
			if bad++; why == nil {
				why = fmt.Errorf("%s: %w", filepath.Base(f.path), err)
			}
			k.store.delete(f.path, f.size)
		}
	}
	if bad > 0 {
		k.log.Warn("prefixes on disk that cannot be used were deleted", "files", bad, "first", why)
	}
	order(runs)
	return bytes
}

// enter reads the header of a run and enters its pages.
func (k *keeper) enter(p *pages, file runFile) (*run, error) {
	f, info, err := openPlain(file.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, err := readRunHeader(f, info.Size(), p.size)
	if err != nil {
		return nil, err
	}
	if want := int64(len(k.kv.PageBytes(0))); h.model != k.model || h.pageBytes != want {
		return nil, fmt.Errorf("pages of %d bytes, of model %x, want %d and %x", h.pageBytes, h.model[:4], want, k.model[:4])
	}
	a := audience{h.adapter, h.scope, h.public * p.size}
	at := p.root(h.adapter)
	for i := range h.first {
		next, found := at.search(a.at(i*p.size, p.size), h.ids[i*p.size:][:p.size])
		if !found {
			return nil, fmt.Errorf("follows %d pages of which page %d is not here", h.first, i)
		}
		at = at.children[next]
	}
	r := newRun(file.path, h, file.used)
	for i := range h.sums {
		from := (h.first + i) * p.size
		n := p.add(at, h.scope, h.ids[from:min(from+p.size, len(h.ids))], nowhere)
		if n == nil {
			break // the end of it is in another run, and more
		}
		if n.run == nil {
			n.run, n.slot = r, i
			r.live++
		}
		r.nodes = append(r.nodes, n)
		at = n
	}
	if r.live == 0 {
		return nil, errors.New("is here twice")
	}
	return r, nil
}

func newRun(path string, h *runHeader, used time.Time) *run {
	head := h.encode()
	return &run{path: path, start: int64(len(head)), size: h.fileSize(), sum: headerSum(head), sums: h.sums, used: used}
}

// place is where a node of the run is.
func (n *node) place(pageBytes int64) place {
	r := n.run
	return place{path: r.path, start: r.start + int64(n.slot)*pageBytes, headerSum: r.sum, slot: n.slot, sum: r.sums[n.slot],
		headerLength: r.start}
}
