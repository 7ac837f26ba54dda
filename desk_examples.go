package main

import (
	"bytes"
	"context"

	"exaone/chat"
	"exaone/library"
	"exaone/store"
)

// examplesSetting is the setting of the store that says that our own documents need not be put in any more.
const examplesSetting = "examples"

// bringExamples has documents of our own read in a store that nobody has used yet, so that there is something to ask about at
// once. It goes on behind the server: nothing waits for it.
func (d *desk) bringExamples(lang chat.Language, wake func()) {
	d.work.Go(func() {
		put, err := putExamples(d.ctx, d.store, lang)
		if err != nil && d.ctx.Err() == nil {
			d.log.Warn("the examples are not there", "err", err)
		}
		if put {
			wake()
		}
	})
}

// putExamples puts our own documents into a new store, in a collection that everybody may read, and reports whether it did.
// They belong to whoever tries the program out on this machine, and go with what else is theirs to the first administrator.
// What is deleted of them does not come back.
func putExamples(ctx context.Context, s *store.Store, lang chat.Language) (bool, error) {
	var done bool
	if _, err := s.Setting(ctx, store.System, examplesSetting, &done); err != nil || done {
		return false, err
	}
	unused, err := unusedStore(ctx, s)
	if err != nil {
		return false, err
	}
	if unused {
		if err := addExamples(ctx, s, chat.Text(lang, chat.CodeExamples)); err != nil {
			return false, err
		}
	}
	return unused, s.SetSetting(ctx, store.System, store.System, examplesSetting, true)
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

func addExamples(ctx context.Context, s *store.Store, name string) error {
	c, err := s.AddCollection(ctx, chat.Local, store.CollectionSpec{Name: name, Readers: []string{store.Everybody}})
	if err != nil {
		return err
	}
	for _, one := range library.Documents() {
		spec := store.DocumentSpec{Name: one.Name, Mime: one.Mime, Collection: c.ID}
		if _, _, err := s.AddDocument(ctx, chat.Local, spec, bytes.NewReader(one.Data)); err != nil {
			return err
		}
	}
	return nil
}
