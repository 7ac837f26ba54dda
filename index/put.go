package index

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
)

// Bounds of what is put at once: more goes in pieces.
const (
	pieceBytes    = 4 << 20
	piecePassages = 8 << 10
	maxPassage    = 16 << 20 // bytes of heading, text and place
)

// Put puts documents in, each in place of the one with its ID, whatever class that has. When it returns, they are on the disk
// and are found. Each goes in whole or not at all; of several, when Put fails, some may have gone in.
func (ix *Index) Put(ctx context.Context, documents ...Document) error {
	latest := map[string]int{} // of an ID that comes twice, the last counts
	for i := range documents {
		if err := checkDocument(&documents[i]); err != nil {
			return err
		}
		latest[documents[i].ID] = i
	}
	var piece []*Document
	size, passages := 0, 0
	for i := range documents {
		d := &documents[i]
		if latest[d.ID] != i {
			continue
		}
		n := sizeOf(d)
		if len(piece) > 0 && (size+n > pieceBytes || passages+len(d.Passages) > piecePassages) {
			if err := ix.putPiece(ctx, recordPut, piece); err != nil {
				return err
			}
			piece, size, passages = nil, 0, 0
		}
		piece, size, passages = append(piece, d), size+n, passages+len(d.Passages)
	}
	if len(piece) == 0 {
		return nil
	}
	return ix.putPiece(ctx, recordPut, piece)
}

func checkDocument(d *Document) error {
	switch {
	case d.ID == "" || len(d.ID) > maxID || len(d.Class) > maxID || len(d.Version) > maxID:
		return fmt.Errorf("document %.80q: ID, class and version have %d, %d and %d bytes, want an ID, and at most %d each",
			d.ID, len(d.ID), len(d.Class), len(d.Version), maxID)
	case len(d.Passages) > maxPassages:
		return fmt.Errorf("document %.80q: %d passages, want at most %d", d.ID, len(d.Passages), maxPassages)
	}
	for i, p := range d.Passages {
		if n := len(p.Heading) + len(p.Text) + len(p.Place) + len(d.Title); n > maxPassage || p.Page < 0 {
			return fmt.Errorf("document %.80q: passage %d: %d bytes on page %d, want at most %d", d.ID, i, n, p.Page, maxPassage)
		}
	}
	return nil
}

func sizeOf(d *Document) int {
	n := len(d.ID) + len(d.Title)
	for _, p := range d.Passages {
		n += len(p.Heading) + len(p.Text) + len(p.Place)
	}
	return n
}

// putPiece puts documents in, all or none.
func (ix *Index) putPiece(ctx context.Context, kind byte, documents []*Document) error {
	byClass := map[string][]*Document{}
	for _, d := range documents {
		byClass[d.Class] = append(byClass[d.Class], d)
	}
	var images [][]byte
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		image, err := buildSegment(ctx, class, byClass[class])
		if err != nil {
			return err
		}
		images = append(images, image)
	}
	return ix.write(ctx, kind, images)
}

// Delete takes documents out. When it returns, they are found no more; their bytes go with the next merge of their files, or
// with Purge. Documents that are not there are passed over.
func (ix *Index) Delete(ctx context.Context, ids ...string) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	parts := make([][]byte, len(ids))
	for i, id := range ids {
		parts[i] = []byte(id)
	}
	if len(parts) == 0 {
		return nil
	}
	return ix.write(ctx, recordDelete, parts)
}

// write logs a record and does what it says.
func (ix *Index) write(ctx context.Context, kind byte, parts [][]byte) error {
	if err := ix.mend(ctx); err != nil {
		return err
	}
	record := appendRecord(nil, kind, parts...)
	_, parts, err := recordParts(record[recordHead:]) // which share its memory
	if err != nil {
		return err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if err := ix.waitForRoom(ctx); err != nil {
		return err
	}
	c, err := ix.prepare(kind, parts, ix.journal.number)
	if err != nil {
		return err
	}
	broken, err := ix.journal.append(record)
	if broken {
		ix.failed = fmt.Errorf("%w: %w", errLogBroken, err)
	}
	if err != nil {
		return err
	}
	ix.commit(c)
	return nil
}

// mend flushes if nothing can be put before that.
func (ix *Index) mend(ctx context.Context) error {
	ix.mu.Lock()
	failed := ix.failed
	ix.mu.Unlock()
	if failed == nil {
		return nil
	}
	return ix.Flush(ctx)
}

// waitForRoom waits until what is in memory may grow. It fails if it cannot be flushed.
func (ix *Index) waitForRoom(ctx context.Context) error {
	for {
		switch {
		case ix.closed:
			return errClosed
		case ix.failed != nil:
			return ix.failed
		case ctx.Err() != nil:
			return ctx.Err()
		case ix.held < 2*int64(ix.opt.FlushBytes):
			return nil
		case ix.unsaved != nil:
			err := ix.unsaved
			ix.unsaved = nil // the next one waits for another try
			signal(ix.wake)
			return err
		}
		signal(ix.wake)
		stop := context.AfterFunc(ctx, ix.room.Broadcast)
		ix.room.Wait()
		stop()
	}
}

// change is what a record does: an edit of state, and of where documents are.
type change struct {
	*edit
	where map[[16]byte]string // the class; absent from gone
	gone  [][16]byte
}

// prepare works out what a record does. Nothing is changed but what commit changes.
func (ix *Index) prepare(kind byte, parts [][]byte, log uint64) (*change, error) {
	c := &change{edit: ix.edit(), where: map[[16]byte]string{}}
	switch kind {
	case recordPut, recordRenew:
		return c, ix.preparePut(c, parts, log, kind == recordRenew)
	case recordDelete:
		return c, ix.bury(c, parts, false)
	case recordVector:
		return c, ix.prepareVectors(c, parts, log)
	}
	return nil, fmt.Errorf("a record of kind %q", kind)
}

func (ix *Index) preparePut(c *change, images [][]byte, log uint64, keepVectors bool) error {
	var added []*part
	var ids [][]byte
	for _, image := range images {
		s, err := openSegment("memory", image, true)
		if err != nil {
			return err
		}
		if s.analysis != analysis {
			if s, err = reanalyse(s); err != nil {
				return err
			}
		}
		r := s.documentsFrom(0)
		for r.next() {
			id := bytes.Clone(r.current.id)
			ids = append(ids, id)
			c.where[idHash(id)] = s.class
		}
		if r.err != nil {
			return r.err
		}
		p := newPart(s)
		p.log = log
		added = append(added, p)
	}
	if err := ix.bury(c, ids, keepVectors); err != nil {
		return err
	}
	for _, p := range added {
		class := c.class(p.class)
		class.parts = append(class.parts, p)
		if err := class.gatherMemory(log); err != nil {
			return err
		}
	}
	return nil
}

// bury makes documents dead, with their vectors or without.
func (ix *Index) bury(c *change, ids [][]byte, keepVectors bool) error {
	dead := map[string]map[int][]entry{}    // by class and part
	vectors := map[string]map[int][]entry{} // by class and file of vectors
	for _, id := range ids {
		hash := idHash(id)
		number, ok := ix.where[hash]
		if !ok {
			continue
		}
		name := ix.classes[number]
		class := c.classes[name]
		if class == nil {
			return fmt.Errorf("document %q is said to be in a class that is not there", id)
		}
		for i, p := range class.parts {
			if err := mark(dead, name, i, p.segment.document, p.dead, id); err != nil {
				return err
			}
		}
		for i, v := range class.vectors {
			if keepVectors {
				break
			}
			if err := mark(vectors, name, i, v.document, v.dead, id); err != nil {
				return err
			}
		}
		c.gone = append(c.gone, hash)
	}
	for name, parts := range dead {
		class := c.class(name)
		for i, entries := range parts {
			class.parts[i] = class.parts[i].with(entries)
		}
		class.parts = slices.DeleteFunc(class.parts, func(p *part) bool { return p.file == nil && p.empty() })
	}
	for name, parts := range vectors {
		class := c.class(name)
		for i, entries := range parts {
			class.vectors[i] = class.vectors[i].with(entries)
		}
	}
	return nil
}

// mark notes a document of a part or a file of vectors as dead, if it has it alive.
func mark(dead map[string]map[int][]entry, class string, i int, find func(id string) (entry, bool, error), already *deadSet, id []byte) error {
	e, ok, err := find(string(id))
	if err != nil || !ok || already.document(e.number) {
		return err
	}
	if dead[class] == nil {
		dead[class] = map[int][]entry{}
	}
	dead[class][i] = append(dead[class][i], e)
	return nil
}

// commit does what was prepared.
func (ix *Index) commit(c *change) {
	before := ix.state.Load().classes
	for name := range c.own {
		ix.held += c.classes[name].held() - before[name].held()
	}
	ix.publish(c.edit)
	for _, hash := range c.gone {
		delete(ix.where, hash)
	}
	for hash, class := range c.where {
		ix.where[hash] = ix.numberOf(class)
	}
	if ix.held > int64(ix.opt.FlushBytes) {
		signal(ix.wake)
	}
}

// held returns how much memory a class takes.
func (c *class) held() (bytes int64) {
	if c == nil {
		return 0
	}
	for _, p := range c.parts {
		bytes += p.held()
	}
	for _, v := range c.vectors {
		bytes += v.held()
	}
	return bytes
}
