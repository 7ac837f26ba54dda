package engine

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"exaone/chat"
	"exaone/disk"
)

// prefixes keeps runs of all models on disk, under one limit:
//
//	DIR/salt                       random: scopes are written as HMACs under it
//	DIR/MODEL/checkpoints.json     which files the model was read from
//	DIR/MODEL/FIRST-RANDOM.run     a run (see prefix_file.go)
//	DIR/MODEL/FIRST-RANDOM.tmp     one that is being written
//
// A file never changes once it has its name, so several processes may use one directory: what one deletes, another
// finds missing and computes again. The time of a file is when it was used last.
//
// It may be used by many goroutines. Without a directory it only makes tags.
type prefixes struct {
	dir   string // "" if nothing is kept
	limit int64
	log   *slog.Logger
	salt  []byte
	noted time.Duration // how often at most it is noted that a run is used
	space func(dir string) (free, size int64, err error)

	// The loops of models look at these between steps, so they have no lock: whoever holds mu may wait for a disk.
	stopped atomic.Bool   // nothing is written any more: the disk takes nothing, say
	cramped atomic.Bool   // it was said that the disk is too full for now
	forgets atomic.Uint64 // how often something was forgotten; it grows with mu held

	mu        sync.Mutex
	total     int64          // bytes of runs, as far as this process knows
	forgotten map[tag]uint64 // by scope: the value of forgets then
	// runners use the files: they are here from before they look for the first until they have written the last,
	// loading, ready or leaving.
	runners map[*runner]struct{}
}

const (
	runSuffix  = ".run"
	tempSuffix = ".tmp"
	saltName   = "salt"
	saltSize   = 32
	staleTemp  = 10 * time.Minute // after which a file that is being written belongs to nobody who lives
)

// openPrefixes opens the directory, making it if it is not there. If it cannot be used, that is logged, and nothing
// is kept.
func openPrefixes(dir string, limit int64, log *slog.Logger) *prefixes {
	return openPrefixesOn(disk.Space, dir, limit, log)
}

// openPrefixesOn is openPrefixes where something else says how much room there is.
func openPrefixesOn(space func(dir string) (free, size int64, err error), dir string, limit int64, log *slog.Logger) *prefixes {
	p := &prefixes{space: space, dir: dir, limit: limit, log: log, forgotten: make(map[tag]uint64), runners: make(map[*runner]struct{}),
		salt: make([]byte, saltSize), noted: useNoted}
	_, _ = rand.Read(p.salt) // never fails
	if dir == "" {
		return p
	}
	if err := p.open(); err != nil {
		log.Warn("prefixes are not kept on disk", "dir", dir, "err", err, p.off(reason(err, dir)))
		p.dir = ""
	}
	return p
}

func (p *prefixes) open() error {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(p.dir, saltName)
	var found int64
	for range 50 {
		salt, size, err := readSalt(path)
		found = size
		switch {
		case err == nil && size == saltSize:
			p.salt = salt
			if err := SweepPrefixes(p.dir); err != nil {
				p.log.Warn("prefixes of models that are gone were not deleted", "err", err)
			}
			p.each(func(f runFile) { p.total += f.size })
			if err := p.limitToSpace(); err != nil {
				return err
			}
			p.trim(0) // it may have been more that was allowed before
			return nil
		case errors.Is(err, fs.ErrNotExist):
			// Without its salt nobody could say whose the runs are, nor forget them.
			p.each(func(f runFile) { _ = os.Remove(f.path) })
			if err := writeNew(path, p.salt); err != nil && !errors.Is(err, fs.ErrExist) {
				return err
			}
		case err != nil:
			return err
		default: // another process is writing it
			time.Sleep(time.Millisecond)
		}
	}
	return chat.NewError(chat.CodeNoticeSalt, os.Remove(path), path, found, len(p.salt))
}

// usualLimit is the limit if nobody says, unless the disk is small.
const usualLimit = 4 << 30

func (p *prefixes) limitToSpace() error {
	if p.limit > 0 {
		return nil
	}
	free, _, err := p.space(p.dir)
	p.limit = min(usualLimit, (free+p.total)/10)
	return err
}

func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

// tag returns what stands for a scope: nothing that could be read backwards, on disk or in memory.
func (p *prefixes) tag(scope string) tag {
	if scope == "" {
		return tag{}
	}
	h := hmac.New(sha256.New, p.salt)
	h.Write([]byte(scope))
	return tag(h.Sum(nil))
}

// runFile is a file as a directory lists it.
type runFile struct {
	path string
	size int64
	used time.Time
	temp bool
}

// each calls f for every run there is, of every model. What comes and goes meanwhile may be missed.
func (p *prefixes) each(f func(runFile)) {
	models, _ := os.ReadDir(p.dir)
	for _, m := range models {
		if m.IsDir() {
			listRuns(filepath.Join(p.dir, m.Name()), f)
		}
	}
}

func listRuns(dir string, f func(runFile)) {
	files, _ := os.ReadDir(dir)
	for _, e := range files {
		ext := filepath.Ext(e.Name())
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || ext != runSuffix && ext != tempSuffix {
			continue
		}
		f(runFile{filepath.Join(dir, e.Name()), info.Size(), info.ModTime(), ext == tempSuffix})
	}
}

// enter makes a runner known, and leave takes that back.
func (p *prefixes) enter(r *runner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.runners[r] = struct{}{}
}

func (p *prefixes) leave(r *runner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.runners, r)
}

// users are the runners that are known.
func (p *prefixes) users() []*runner {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.runners))
}

// forget deletes every run of some scopes, and what is being written. After it returns nothing that was queued before
// is written. Other processes' writing is theirs.
func (p *prefixes) forget(scopes []tag) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, scope := range scopes {
		p.forgotten[scope] = p.forgets.Add(1)
	}
	if p.dir == "" {
		return
	}
	if err := p.deleteOf(scopes); err != nil {
		p.log.Error("a prefix of a forgotten scope was not deleted", "err", err)
	}
}

// deleteOf deletes the files of some scopes. p.mu is held.
func (p *prefixes) deleteOf(scopes []tag) error {
	var errs []error
	p.each(func(f runFile) {
		if !slices.Contains(scopes, scopeOf(f.path)) {
			return
		}
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		} else if err == nil && !f.temp {
			p.total -= f.size
		}
	})
	return errors.Join(errs...)
}

// ForgetOnDisk deletes what was kept of scopes in a directory that was [Options].PrefixDir. It is for programs that run
// no models there: engines that do are told by [Engine.Forget]. Where nothing was kept there is nothing to do.
func ForgetOnDisk(dir string, scopes ...string) error {
	salt, size, err := readSalt(filepath.Join(dir, saltName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // nobody could say whose a run is: an engine begins by deleting all
	case err != nil:
		return err
	case size != saltSize:
		return fmt.Errorf("%s: %d bytes, want %d", filepath.Join(dir, saltName), size, saltSize)
	}
	p := &prefixes{dir: dir, salt: salt}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.deleteOf(p.tags(scopes))
}

// tags returns what stands for scopes.
func (p *prefixes) tags(scopes []string) []tag {
	list := make([]tag, len(scopes))
	for i, scope := range scopes {
		list[i] = p.tag(scope)
	}
	return list
}

// scopeOf reads whose a run is. What cannot be read is nobody's.
func scopeOf(path string) tag {
	nobody := tag{1}
	f, _, err := openPlain(path)
	if err != nil {
		return nobody
	}
	defer f.Close()
	var b [112]byte
	if _, err := f.ReadAt(b[:], 0); err != nil || string(b[:len(runMagic)]) != runMagic {
		return nobody
	}
	return tag(b[80:112])
}

// now is a moment for write: scopes that are forgotten later take back what was begun before.
func (p *prefixes) now() uint64 { return p.forgets.Load() }

// errLost says that what a run would follow is gone.
var errLost = errors.New("what it follows was deleted")

// errForgotten says that the scope of a run was forgotten while it was written.
var errForgotten = errors.New("its scope was forgotten")

// write writes a run of pages that are used now into dir and returns its path. h.sums is filled in.
func (p *prefixes) write(dir string, h *runHeader, pages [][]byte, now time.Time, begun uint64) (string, error) {
	h.sums = h.sums[:0]
	for _, b := range pages {
		h.sums = append(h.sums, crc32.Checksum(b, castagnoli))
	}
	if h.fileSize() > p.most() {
		return "", fmt.Errorf("a run of %d bytes is too much for a store of %d", h.fileSize(), p.limit)
	}
	if err := p.fits(h); err != nil {
		return "", err
	}
	p.trim(h.fileSize())
	var random [8]byte
	_, _ = rand.Read(random[:])
	path := filepath.Join(dir, fmt.Sprintf("%06x-%s", h.first, hex.EncodeToString(random[:])))
	f, err := p.begin(path+tempSuffix, h, begun)
	if err != nil {
		return "", err
	}
	for _, b := range pages {
		if _, err = f.Write(b); err != nil {
			break
		}
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Chtimes(path+tempSuffix, now, now) // not after what it follows
	}
	if err == nil {
		err = p.commit(path, h, begun)
	}
	if err != nil {
		_ = os.Remove(path + tempSuffix)
		return "", err
	}
	p.cramped.Store(false)
	p.trim(0) // another model may have written meanwhile
	return path + runSuffix, nil
}

// begin makes the file. With the header in it, forget finds it.
func (p *prefixes) begin(path string, h *runHeader, begun uint64) (*os.File, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forgotten[h.scope] > begun {
		return nil, errForgotten
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(h.encode()); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return f, nil
}

func (p *prefixes) commit(path string, h *runHeader, begun uint64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forgotten[h.scope] > begun {
		return errForgotten
	}
	if err := os.Rename(path+tempSuffix, path+runSuffix); err != nil {
		return err
	}
	p.total += h.fileSize()
	return nil
}

// delete deletes a run.
func (p *prefixes) delete(path string, size int64) {
	if err := os.Remove(path); err == nil {
		p.mu.Lock()
		p.total -= size
		p.mu.Unlock()
	}
}

// most is how many bytes are left when the store is trimmed, and may be of one prefix: what followed would cost it its
// beginning, which was written first.
func (p *prefixes) most() int64 { return p.limit - p.limit/10 }

// trim deletes the runs that were used least recently, of all models, when there is no room for so many bytes more, or
// others have filled the disk.
func (p *prefixes) trim(room int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.total+room <= p.allowed() {
		return
	}
	var list []runFile
	p.total = 0
	p.each(func(f runFile) {
		if !f.temp {
			list = append(list, f)
			p.total += f.size
		}
	})
	// Of those used at the same time, what follows goes before what it follows; names begin with the place.
	slices.SortFunc(list, func(a, b runFile) int {
		return cmp.Or(a.used.Compare(b.used), strings.Compare(filepath.Base(b.path), filepath.Base(a.path)))
	})
	allowed := p.allowed()
	for _, f := range list {
		if p.total <= min(allowed-allowed/10, allowed-room) {
			return
		}
		if err := os.Remove(f.path); err == nil || errors.Is(err, fs.ErrNotExist) {
			p.total -= f.size
		}
	}
}

// stop says once why nothing is written any more.
func (p *prefixes) stop(why error) {
	if !p.stopped.Swap(true) {
		p.log.Warn("no more prefixes are kept on disk", "dir", p.dir, "err", why, p.off(reason(why, p.dir)))
	}
}

// off is the notice that nothing is kept on disk, and why; none if that was not wanted.
func (p *prefixes) off(why any) slog.Attr {
	if p.dir == "" {
		return slog.Attr{}
	}
	return slog.Any(NoticeKey, chat.NewError(chat.CodePrefixesOff, nil, p.dir, why))
}

// tooSmall says once that no run is written because the least one takes more than there may be: somebody has asked for
// what cannot be.
func (p *prefixes) tooSmall(least int64) {
	if !p.stopped.Swap(true) {
		p.log.Error("no prefixes are kept on disk: the store may have fewer bytes than one page of the model takes",
			"dir", p.dir, "bytes", p.limit, "want", least+least/9+1,
			p.off(chat.NewError(chat.CodePrefixesSmall, nil, p.limit, least+least/9+1)))
	}
}

func (p *prefixes) writes() bool { return p.dir != "" && !p.stopped.Load() }
