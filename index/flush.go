package index

import (
	"context"
	"errors"
	"os"
	"time"
)

// keepFlushing flushes when so much is held in memory, until ctx ends.
func (ix *Index) keepFlushing(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ix.wake:
		}
		ix.mu.Lock()
		full := ix.held > int64(ix.opt.FlushBytes)
		ix.mu.Unlock()
		if !full {
			continue
		}
		if err := ix.Flush(ctx); err != nil && ctx.Err() == nil {
			ix.log.Error("index: what is in memory cannot be written to files", "dir", ix.dir, "error", err)
			ix.mu.Lock()
			ix.unsaved = err
			ix.room.Broadcast()
			ix.mu.Unlock()
		}
	}
}

// Flush writes what is in memory to files. Nothing depends on it but how much memory is held and how long opening takes; and,
// when the log could not be written, whether anything can be put again: with all of it in files, the log begins anew.
func (ix *Index) Flush(ctx context.Context) error {
	ix.flushing.Lock()
	defer ix.flushing.Unlock()
	frozen, last, err := ix.turnLog()
	if err != nil || frozen == nil {
		return err
	}
	var made []*made
	err = guard(func() error {
		for _, name := range sortedNames(frozen.classes) {
			m, err := ix.writeMemory(ctx, name, frozen.classes[name], last)
			made = append(made, m...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = ix.replace(made, func(*edit) { ix.first = last + 1 })
	}
	if err != nil {
		ix.unmake(made, err)
		return err
	}
	signal(ix.wakeDisk)
	return ix.removeLogs()
}

// turnLog begins a new log. What is in memory now is in logs up to last.
func (ix *Index) turnLog() (frozen *state, last uint64, err error) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	switch {
	case ix.closed:
		return nil, 0, errClosed
	case ix.failed == nil && ix.journal.size == int64(len(logMagic)) && ix.first == ix.journal.number:
		return nil, 0, nil
	}
	next, err := createLog(ix.dir, ix.journal.number+1)
	if err != nil {
		return nil, 0, err
	}
	last = ix.journal.number
	if ix.journal.file != nil {
		if err := ix.journal.file.Close(); err != nil {
			ix.log.Warn("index: close a log", "error", err)
		}
	}
	ix.journal = next
	return ix.state.Load(), last, nil
}

// writeMemory writes what a class has in memory, of logs up to last.
func (ix *Index) writeMemory(ctx context.Context, name string, c *class, last uint64) (all []*made, err error) {
	var parts []*part
	for _, p := range c.parts {
		if p.file == nil && p.log <= last {
			parts = append(parts, p)
		}
	}
	for len(parts) > 0 {
		n := fitting(len(parts), func(i int) int { return parts[i].live() })
		m, err := ix.writeParts(ctx, name, parts[:n])
		if err != nil {
			return all, err
		}
		all, parts = append(all, m), parts[n:]
	}
	byDimension := map[int][]*vectorPart{}
	for _, v := range c.vectors {
		if v.file == nil && v.log <= last {
			byDimension[v.dimension] = append(byDimension[v.dimension], v)
		}
	}
	for _, vectors := range byDimension {
		for len(vectors) > 0 {
			n := fitting(len(vectors), func(i int) int { return vectors[i].live() })
			m, err := ix.writeVectors(ctx, name, vectors[:n])
			if err != nil {
				return all, err
			}
			all, vectors = append(all, m), vectors[n:]
		}
	}
	return all, nil
}

// fitting returns how many of the first parts fit one file: at least one.
func fitting(n int, live func(i int) int) int {
	sum := 0
	for i := range n {
		if sum += live(i); sum > maxPassages && i > 0 {
			return i
		}
	}
	return n
}

// number returns the number of a new file.
func (ix *Index) number() uint64 {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.next++
	return ix.next - 1
}

// writeParts writes parts of a class as one file.
func (ix *Index) writeParts(ctx context.Context, class string, parts []*part) (*made, error) {
	m := &made{class: class, old: parts}
	sources := make([]source, len(parts))
	for i, p := range parts {
		sources[i] = source{segment: p.segment, dead: p.dead}
	}
	f, err := ix.writeMerged(segmentName, func(f *os.File) (int, error) { return mergeSegments(ctx, f, sources, true) })
	if err != nil || f == nil {
		return m, err
	}
	s, err := openSegment(segmentName(f.number), f.data, false)
	if err != nil {
		return m, errors.Join(err, f.drop())
	}
	m.part = newPart(s)
	m.part.file = f
	return m, nil
}

// writeVectors writes vectors of a class and dimension as one file.
func (ix *Index) writeVectors(ctx context.Context, class string, vectors []*vectorPart) (*made, error) {
	m := &made{class: class, oldVecs: vectors}
	f, err := ix.writeMerged(vectorName, func(f *os.File) (int, error) { return mergeVectors(ctx, f, vectors) })
	if err != nil || f == nil {
		return m, err
	}
	t, err := openVectors(vectorName(f.number), f.data, false)
	if err != nil {
		return m, errors.Join(err, f.drop())
	}
	m.vectors = &vectorPart{vectorTable: t, file: f}
	return m, nil
}

// writeMerged writes a file and maps it: nil if there is no document in it.
func (ix *Index) writeMerged(name func(uint64) string, write func(f *os.File) (int, error)) (*file, error) {
	number := ix.number()
	path := ix.path(name(number))
	documents := 0
	err := writeFile(path, func(f *os.File) (err error) {
		documents, err = write(f)
		return err
	})
	if err != nil {
		return nil, err
	}
	if documents == 0 {
		return nil, os.Remove(path)
	}
	return mapFile(path, number)
}

// removeLogs removes logs whose records are all in files.
func (ix *Index) removeLogs() error {
	ix.mu.Lock()
	first := ix.first
	ix.mu.Unlock()
	for number := first - 1; number > 0; number-- {
		err := os.Remove(ix.path(logName(number)))
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
