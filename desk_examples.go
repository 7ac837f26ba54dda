package main

import (
	"bytes"
	"context"
	"runtime/debug"

	"exaone/chat"
	"exaone/intake"
	"exaone/library"
	"exaone/store"
)

// examplesSetting is the setting of the store that says that our own documents need not be put in any more.
const examplesSetting = "examples"

// bringExamples puts documents of our own into a store that nobody has used yet, so that there is something to ask about at
// once. It is called before anybody is answered, for with the first administrator what is Local's changes hands; reading the
// documents goes on behind the server.
func (d *desk) bringExamples(lang chat.Language, shelf *intake.Shelf) {
	versions, err := putExamples(d.ctx, d.store, lang)
	if err != nil && d.ctx.Err() == nil {
		d.log.Warn("the examples are not there", "err", err)
	}
	if len(versions) == 0 {
		return
	}
	shelf.Wake()
	d.work.Go(func() {
		for _, id := range versions {
			d.awaitRead(id, shelf)
		}
		debug.FreeOSMemory() // what reading took: nobody may come for hours
	})
}

// awaitRead returns when a version is not waiting to be read any more.
func (d *desk) awaitRead(version string, shelf *intake.Shelf) {
	for {
		changed := shelf.Changed()
		v, err := d.store.Version(d.ctx, chat.Local, version) // everybody may read it
		if err != nil || v.State != store.VersionWaiting {
			return
		}
		select {
		case <-changed:
		case <-d.ctx.Done():
			return
		}
	}
}

// putExamples puts our own documents into a new store, in a collection that everybody may read, and returns their versions.
// They belong to whoever tries the program out on this machine, and go with what else is theirs to the first administrator.
// What is deleted of them does not come back.
func putExamples(ctx context.Context, s *store.Store, lang chat.Language) (versions []string, err error) {
	var done bool
	if _, err := s.Setting(ctx, store.System, examplesSetting, &done); err != nil || done {
		return nil, err
	}
	unused, err := unusedStore(ctx, s)
	if err != nil {
		return nil, err
	}
	if unused {
		if versions, err = addExamples(ctx, s, chat.Text(lang, chat.CodeExamples)); err != nil {
			return versions, err
		}
	}
	return versions, s.SetSetting(ctx, store.System, store.System, examplesSetting, true)
}

// unusedStore reports whether nobody has come to a store yet, or put anything into it.
func unusedStore(ctx context.Context, s *store.Store) (bool, error) {
	persons, err := s.Persons(ctx, store.System)
	if err != nil || len(persons) > 0 {
		return false, err
	}
	conversations, err := s.Conversations(ctx, chat.Local, store.ConversationFilter{Limit: 1})
	if err != nil || len(conversations) > 0 {
		return false, err
	}
	collections, err := s.Collections(ctx, chat.Local)
	if err != nil || len(collections) > 0 {
		return false, err
	}
	documents, err := s.Documents(ctx, chat.Local, store.DocumentFilter{Limit: 1})
	return len(documents) == 0, err
}

func addExamples(ctx context.Context, s *store.Store, name string) (versions []string, err error) {
	c, err := s.AddCollection(ctx, chat.Local, store.CollectionSpec{Name: name, Readers: []string{store.Everybody}})
	if err != nil {
		return nil, err
	}
	for _, one := range library.Documents() {
		spec := store.DocumentSpec{Name: one.Name, Mime: one.Mime, Collection: c.ID}
		_, v, err := s.AddDocument(ctx, chat.Local, spec, bytes.NewReader(one.Data))
		if err != nil {
			return versions, err
		}
		versions = append(versions, v.ID)
	}
	return versions, nil
}
