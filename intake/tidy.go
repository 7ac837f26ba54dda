package intake

import (
	"context"
	"errors"
	"strings"

	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// tidyBatch is how many versions are looked at in one go.
const tidyBatch = 100

// keepTidy lets the index follow the store until ctx ends.
func (s *Shelf) keepTidy(ctx context.Context) {
	for {
		if err := s.tidyUp(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("keep the index of documents true", "error", err)
		}
		if !wait(ctx, s.tidy, poll) {
			return
		}
	}
}

// tidyUp moves what has other readers now, and takes out what is deleted or has a newer version. Each step may be done again.
func (s *Shelf) tidyUp(ctx context.Context) error {
	return errors.Join(s.purgeGone(ctx), s.dropSuperseded(ctx), s.moveMoved(ctx))
}

// purgeGone removes what is left of deleted documents, bytes and all.
func (s *Shelf) purgeGone(ctx context.Context) error {
	for {
		gone, err := s.store.GoneVersions(ctx, store.System, tidyBatch)
		if err != nil || len(gone) == 0 {
			return err
		}
		if err := s.index.Purge(ctx, gone...); err != nil {
			return err
		}
		for _, id := range gone {
			if err := s.kept.drop(id); err != nil {
				return err
			}
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
			if err := s.store.IndexedVersion(ctx, store.System, id, ""); err != nil {
				return err
			}
		}
	}
}

// moveMoved puts versions whose readers have changed where only these look.
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

// place puts a version that has been read into the index, for those who may read it now.
func (s *Shelf) place(ctx context.Context, v store.ReadVersion) error {
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
	err = s.index.Put(ctx, index.Document{ID: v.ID, Class: v.Class, Version: document.Version, Title: v.Title, Passages: passages})
	if err != nil {
		return err
	}
	if err := s.store.EmbeddedVersion(ctx, store.System, v.ID, ""); err != nil {
		return err
	}
	return s.store.IndexedVersion(ctx, store.System, v.ID, v.Class)
}

// complete compares the index with the store: what it lacks is put in again, what nobody knows is taken out.
func (s *Shelf) complete(ctx context.Context) error {
	has := map[string]string{} // class, by version
	for d, err := range s.index.Documents() {
		if err != nil {
			return err
		}
		if !strings.HasPrefix(d.ID, talkPrefix) {
			has[d.ID] = d.Class
		}
	}
	after := ""
	for {
		all, err := s.store.ReadVersions(ctx, store.System, after, tidyBatch)
		if err != nil {
			return err
		}
		for _, v := range all {
			after = v.ID
			if class, ok := has[v.ID]; !ok || class != v.Class {
				if err := s.place(ctx, v); err != nil {
					return err
				}
			}
			delete(has, v.ID)
		}
		if len(all) < tidyBatch {
			break
		}
	}
	var unknown []string
	for id := range has { // older versions, and what was being read: that is put in again
		unknown = append(unknown, id)
	}
	return s.index.Delete(ctx, unknown...)
}
