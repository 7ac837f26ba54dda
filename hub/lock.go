package hub

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"exaone/disk"
)

// lock is a model's lock, held. The file stays when the lock goes: removing it would let two hold two files of
// the same name. The lock itself ends with the process, however that ends.
type lock struct{ file *os.File }

// tryLock takes the lock of a model, or returns nil if somebody else has it.
func (h *Hub) tryLock(name string) (*lock, error) {
	dir := filepath.Join(h.dir, partialDir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, unwritable(dir, err)
	}
	path := filepath.Join(dir, name+".lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, unwritable(path, err)
	}
	ok, err := disk.Lock(f)
	if err != nil || !ok {
		f.Close()
		return nil, err
	}
	return &lock{f}, nil
}

// lock takes the lock of a model and waits for it as long as ctx lasts, telling r so.
func (h *Hub) lock(ctx context.Context, name string, r *reporter) (*lock, error) {
	for {
		l, err := h.tryLock(name)
		if l != nil || err != nil {
			return l, err
		}
		r.phase(PhaseWait)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(h.timing.poll):
		}
	}
}

// Close gives the lock back.
func (l *lock) Close() error { return l.file.Close() }
