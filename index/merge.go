package index

import (
	"context"
	"errors"
	"slices"
	"time"

	"exaone/disk"
)

// Files are merged when mergeAt of a class are about the same size, and written anew when a quarter of what they hold is
// dead. So a class of n passages has at most about three files for each power of four of n, and each passage is copied
// once for each.
const (
	mergeAt       = 4
	smallestTier  = 4 << 10 // passages
	deadShare     = 4       // one in so many
	mergeRetry    = time.Minute
	leastDeadInIt = 64
)

// keepMerging merges files until ctx ends.
func (ix *Index) keepMerging(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ix.wakeDisk:
		}
		for ctx.Err() == nil {
			more, err := ix.mergeOnce(ctx)
			if err != nil && ctx.Err() == nil {
				ix.log.Error("index: files cannot be merged", "dir", ix.dir, "error", err)
				pause(ctx, mergeRetry)
				break
			}
			if !more {
				break
			}
		}
	}
}

// mergeOnce does one merge, if there is one to do.
func (ix *Index) mergeOnce(ctx context.Context) (bool, error) {
	ix.merging.Lock()
	defer ix.merging.Unlock()
	st := ix.state.Load()
	for _, name := range sortedNames(st.classes) {
		c := st.classes[name]
		if parts := pick(c.parts, (*part).mergeable, (*part).empty, func(*part) int { return 0 }, (*part).live, (*part).gone); parts != nil {
			return true, ix.rewrite(ctx, name, parts, nil)
		}
		vectors := pick(c.vectors, func(v *vectorPart) bool { return v.file != nil }, (*vectorPart).empty, func(v *vectorPart) int { return v.dimension },
			(*vectorPart).live, func(v *vectorPart) int { return v.dead.passages() })
		if vectors != nil {
			return true, ix.rewrite(ctx, name, nil, vectors)
		}
	}
	return false, nil
}

// mergeable reports whether a part may go into a file with others.
func (p *part) mergeable() bool { return p.file != nil && p.analysis == analysis }

func (p *part) gone() int { return p.dead.passages() }

// pick returns what is to be written anew, together: nil if there is nothing. Only what is of one kind goes together.
func pick[P any](all []P, may, empty func(P) bool, kind func(P) int, live, dead func(P) int) []P {
	type like struct{ kind, tier int }
	bySize := map[like][]P{}
	for _, p := range all {
		if !may(p) {
			continue
		}
		if n := dead(p); empty(p) || n >= leastDeadInIt && n*deadShare >= n+live(p) {
			return []P{p}
		}
		k := like{kind(p), tier(live(p), smallestTier)}
		bySize[k] = append(bySize[k], p)
	}
	for _, parts := range bySize {
		if len(parts) < mergeAt {
			continue
		}
		slices.SortStableFunc(parts, func(a, b P) int { return live(a) - live(b) })
		if n := fitting(len(parts), func(i int) int { return live(parts[i]) }); n > 1 {
			return parts[:n]
		}
	}
	return nil
}

// rewrite writes files of a class as one, and puts it in their place.
func (ix *Index) rewrite(ctx context.Context, class string, parts []*part, vectors []*vectorPart) error {
	var m *made
	err := guard(func() (err error) {
		if parts != nil {
			m, err = ix.writeParts(ctx, class, parts)
		} else {
			m, err = ix.writeVectors(ctx, class, vectors)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := ix.replace([]*made{m}, nil); err != nil {
		ix.unmake([]*made{m}, err)
		return err
	}
	return nil
}

// Compact writes every file with dead documents anew. When it returns, no file has a byte of a document that was deleted or
// replaced before it was called.
func (ix *Index) Compact(ctx context.Context) error { return ix.compact(ctx, nil) }

// Purge deletes documents, and returns when no file of the index has a byte of them any more, nor of earlier ones of their IDs.
func (ix *Index) Purge(ctx context.Context, ids ...string) error {
	if err := ix.Delete(ctx, ids...); err != nil {
		return err
	}
	return ix.compact(ctx, ids)
}

// compact flushes, and writes anew the files that have dead documents with these IDs; or any, if ids is nil.
func (ix *Index) compact(ctx context.Context, ids []string) error {
	if err := ix.Flush(ctx); err != nil {
		return err
	}
	ix.merging.Lock()
	defer ix.merging.Unlock()
	var old []*file
	st := ix.state.Load()
	for _, name := range sortedNames(st.classes) {
		c := st.classes[name]
		for _, p := range c.parts {
			if yes, err := hasDead(&p.documentTable, p.dead, ids); err != nil {
				return err
			} else if p.file != nil && yes {
				old = append(old, p.file)
				if err := ix.rewrite(ctx, name, []*part{p}, nil); err != nil {
					return err
				}
			}
		}
		for _, v := range c.vectors {
			if yes, err := hasDead(&v.documentTable, v.dead, ids); err != nil {
				return err
			} else if v.file != nil && yes {
				old = append(old, v.file)
				if err := ix.rewrite(ctx, name, nil, []*vectorPart{v}); err != nil {
					return err
				}
			}
		}
	}
	for _, f := range old {
		select {
		case <-f.gone: // the last search that looked into it has ended
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.Join(ix.removeLogs(), disk.SyncDir(ix.dir))
}

// hasDead reports whether a table has one of these documents dead; or any, if ids is nil.
func hasDead(t *documentTable, dead *deadSet, ids []string) (yes bool, err error) {
	if dead == nil || ids == nil {
		return dead != nil, nil
	}
	err = guard(func() error {
		for _, id := range ids {
			e, ok, err := t.document(id)
			if err != nil {
				return err
			}
			yes = yes || ok && dead.document(e.number)
		}
		return nil
	})
	return yes, err
}
