package intake

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// tidyBatch is how many versions are looked at in one go.
const tidyBatch = 100

// keepTidy lets the index follow the store until ctx ends. What takes words out is tried on a full disk, too: it may make room.
func (s *Shelf) keepTidy(ctx context.Context) {
	for {
		pause := poll
		began := time.Now()
		s.loaded.age(began.Add(-loadedLife))
		err := s.tidyUp(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("keep the index of documents true", "error", err)
		}
		pause = max(pause, min(seldom*time.Since(began), time.Minute))
		if s.full(err, 0) != nil {
			pause = s.o.roomWait
		}
		if !wait(ctx, s.tidy, pause) {
			return
		}
	}
}

// tidyUp moves what has other readers now, and takes out what is deleted or has a newer version. Each step may be done again.
func (s *Shelf) tidyUp(ctx context.Context) error {
	err := errors.Join(s.purgeGone(ctx), s.dropSuperseded(ctx))
	if s.noRoom(0) != nil {
		return err
	}
	if s.lacks.Swap(false) {
		missed := s.complete(ctx, false)
		if missed != nil {
			s.lacks.Store(true)
		}
		err = errors.Join(err, missed)
	}
	return errors.Join(err, s.moveMoved(ctx))
}

// purgeGone removes what is left of deleted documents, bytes and all.
func (s *Shelf) purgeGone(ctx context.Context) error {
	for {
		gone, err := s.store.GoneVersions(ctx, store.System, tidyBatch)
		if err != nil || len(gone) == 0 {
			return err
		}
		for _, id := range gone { // first: the index may need the room
			if err := s.drop(id); err != nil {
				return err
			}
		}
		if err := s.index.Purge(ctx, gone...); err != nil {
			return err
		}
		for _, id := range gone {
			if err := s.store.ForgetVersion(ctx, store.System, id); err != nil {
				return err
			}
		}
	}
}

// dropSuperseded takes versions out of the index that have a newer one.
func (s *Shelf) dropSuperseded(ctx context.Context) error {
	for {
		old, err := s.store.SupersededVersions(ctx, store.System, tidyBatch)
		if err != nil || len(old) == 0 {
			return err
		}
		if err := s.index.Delete(ctx, old...); err != nil {
			return err
		}
		for _, id := range old {
			if err := s.store.IndexedVersion(ctx, store.System, id, store.Entry{}); err != nil {
				return err
			}
		}
	}
}

// moveMoved puts versions whose readers have changed where only these look, and those with another name there by that.
func (s *Shelf) moveMoved(ctx context.Context) error {
	for {
		moved, err := s.store.MovedVersions(ctx, store.System, tidyBatch)
		if err != nil || len(moved) == 0 {
			return err
		}
		for _, v := range moved {
			if err := s.place(ctx, v); err != nil {
				return err
			}
		}
	}
}

// place puts what was read of a version into the index, for those who may read it now.
func (s *Shelf) place(ctx context.Context, v store.ReadVersion) error {
	s.vectors.Lock() // those of the same text are taken along; and what is kept stays what it is
	defer s.vectors.Unlock()
	return s.placeLocked(ctx, v)
}

// placeLocked is place for whoever holds the lock of vectors.
func (s *Shelf) placeLocked(ctx context.Context, v store.ReadVersion) error {
	doc, err := s.kept.load(v.ID)
	if err != nil {
		s.log.Warn("what was read of a document is lost, and is read again", "version", v.ID, "why", err)
		signal(s.wake)
		return s.store.RereadVersion(ctx, store.System, v.ID)
	}
	passages, err := Passages(doc)
	if err != nil {
		return err
	}
	had := s.vectorsIn(v.ID)
	err = s.index.Put(ctx, index.Document{ID: v.ID, Class: v.Class, Version: document.Version, Title: v.Title, Passages: passages})
	if err != nil {
		return err
	}
	whole, err := s.putVectorsBack(ctx, v.ID, passages, had)
	if err == nil && !whole {
		err = s.store.EmbeddedVersion(ctx, store.System, v.ID, "")
	}
	if err != nil {
		return err
	}
	return s.store.IndexedVersion(ctx, store.System, v.ID, v.Entry)
}

// complete compares the index with the store: what nobody knows is taken out, what it lacks is put in again. It takes out
// nothing while documents are read: what is in the index of these nobody else knows yet. What there is of a document that is to
// be read again stays: a reading that was cut off has not taken its place.
func (s *Shelf) complete(ctx context.Context, takeOut bool) error {
	has := map[string]store.Entry{} // by version
	for d, err := range s.index.Documents() {
		if err != nil {
			return err
		}
		if !strings.HasPrefix(d.ID, talkPrefix) {
			has[d.ID] = store.Entry{Class: d.Class, Title: d.Title}
		}
	}
	var lacking []store.ReadVersion
	for after := ""; ; {
		all, err := s.store.ReadVersions(ctx, store.System, after, tidyBatch)
		if err != nil {
			return err
		}
		for _, v := range all {
			after = v.ID
			switch e, ok := has[v.ID]; {
			case !ok || e.Class != v.Class || v.Indexed == "": // it may have the words of another reading
				lacking = append(lacking, v)
			case e.Title != v.Title: // is found meanwhile, and nobody waits for it
				if err := s.store.IndexedVersion(ctx, store.System, v.ID, store.Entry{Class: store.InIndexForOthers}); err != nil {
					return err
				}
			}
			delete(has, v.ID)
		}
		if len(all) < tidyBatch {
			break
		}
	}
	if takeOut { // older versions, and what was being read for the first time: that is put in again
		if err := s.index.Purge(ctx, slices.Collect(maps.Keys(has))...); err != nil {
			return err
		}
		if err := s.dropOrphans(ctx); err != nil {
			return err
		}
	}
	for _, v := range lacking {
		if err := s.place(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// dropOrphans removes what is kept of versions that the store does not know, or not as read: a crash came between.
func (s *Shelf) dropOrphans(ctx context.Context) error {
	all, err := s.kept.versions()
	if err != nil {
		return err
	}
	for part := range slices.Chunk(all, tidyBatch) {
		known, err := s.store.KnownVersions(ctx, store.System, part)
		if err != nil {
			return err
		}
		for _, id := range part {
			if slices.Contains(known, id) {
				continue
			}
			if err := s.drop(id); err != nil {
				return err
			}
		}
	}
	return nil
}
