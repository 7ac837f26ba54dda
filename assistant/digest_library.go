package assistant

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"exaone/chat"
	"exaone/store"
)

// What a mode reads as a whole, at most.
const (
	mostBooks   = 50               // documents of one answer
	mostShelved = 1000             // documents of somebody that are looked through for one that is named
	mostWait    = 10 * time.Minute // for a document that is still being read
	againAfter  = 300 * time.Millisecond
)

// shelved are the versions that a question is about: of those of its scope, the ones that it names, or else all. more is how
// many there are beyond mostBooks. Where everything is in scope and nothing is named, there are none: nobody means all that
// they may read.
func (a *Assistant) shelved(ctx context.Context, q Question) (versions []store.Version, more int, err error) {
	if a.library == nil || a.store == nil {
		return nil, 0, nil
	}
	ids, all, err := a.scope(ctx, q.Principal, q.Conversation, string(q.Scope))
	if err != nil {
		return nil, 0, err
	}
	var there []store.Version
	if all {
		there, err = a.mentioned(ctx, q)
	} else {
		there, err = a.within(ctx, q, ids)
	}
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(there, func(x, y store.Version) int { return x.Created.Compare(y.Created) })
	if len(there) > mostBooks {
		return there[:mostBooks], len(there) - mostBooks, nil
	}
	return there, 0, nil
}

// within are those of some versions that somebody may read: those that the question names, or else all.
func (a *Assistant) within(ctx context.Context, q Question, ids []string) ([]store.Version, error) {
	found, err := a.store.ReadableVersions(ctx, q.Principal, ids)
	var there []store.Version
	for _, id := range ids {
		if v, ok := found[id]; ok {
			there = append(there, v)
		}
	}
	if named := namedIn(q.Text, there, func(v store.Version) string { return v.Name }); len(named) > 0 {
		return named, err
	}
	return there, err
}

// mentioned are the newest versions of what somebody may read and names; if they ask of everything, and there is one
// document, that.
func (a *Assistant) mentioned(ctx context.Context, q Question) ([]store.Version, error) {
	documents, err := a.store.Documents(ctx, q.Principal, store.DocumentFilter{Limit: mostShelved})
	if err != nil {
		return nil, err
	}
	named := namedIn(q.Text, documents, func(d store.Document) string { return d.Name })
	if len(named) == 0 && q.Scope == ScopeAll && len(documents) == 1 {
		named = documents
	}
	var all []store.Version
	for _, d := range named {
		versions, err := a.store.Versions(ctx, q.Principal, d.ID)
		if err != nil {
			return nil, err
		}
		if len(versions) > 0 {
			all = append(all, versions[0])
		}
	}
	return all, nil
}

// namedIn are those whose names a question has: without the ending, whatever the spaces. Of 여비 규정 and 여비 규정 개정안 it is
// the longer one, where the question has it.
func namedIn[T any](question string, all []T, nameOf func(T) string) []T {
	said := pressed(question)
	short := func(v T) string { return pressed(strings.TrimSuffix(nameOf(v), filepath.Ext(nameOf(v)))) }
	var named []T
	for _, v := range all {
		if name := short(v); utf8.RuneCountInString(name) >= 2 && strings.Contains(said, name) {
			named = append(named, v)
		}
	}
	all = slices.Clone(named)
	return slices.DeleteFunc(named, func(v T) bool {
		return slices.ContainsFunc(all, func(o T) bool {
			return short(o) != short(v) && strings.Contains(short(o), short(v)) && strings.Count(said, short(v)) == strings.Count(said, short(o))
		})
	})
}

// open returns a version as a book, and waits for one that is still being read.
func (a *Assistant) open(ctx context.Context, q Question, s *saying, v store.Version) (*book, error) {
	until := time.Now().Add(mostWait)
	for {
		doc, err := a.library.Document(ctx, q.Principal, v.ID)
		if err == nil {
			return newBook(v, doc), nil
		}
		if !hasCode(err, chat.CodeDocumentUnread) || time.Now().After(until) {
			return nil, err
		}
		now, err := a.store.Version(ctx, q.Principal, v.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case now.Error != nil:
			return nil, now.Error
		case now.State == store.VersionCancelled:
			return nil, chat.NewError(chat.CodeDocumentUnread, nil, v.Name)
		}
		if !s.send(chat.Phase{Name: "fetch"}) {
			return nil, errLeft
		}
		select {
		case <-time.After(againAfter):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// opened are versions as books, and why others are none.
func (a *Assistant) opened(ctx context.Context, q Question, s *saying, versions []store.Version) (books []*book, why []string, err error) {
	if !s.names(versions...) {
		return nil, nil, errLeft
	}
	for _, v := range versions {
		b, err := a.open(ctx, q, s, v)
		switch told, ok := err.(*chat.Error); {
		case err == nil:
			books = append(books, b)
		case ok && ctx.Err() == nil:
			why = append(why, chat.Text(q.Language, chat.CodeDigestUnread, escaped(v.Name), escaped(told.In(q.Language))))
		default:
			return nil, nil, err
		}
	}
	return books, why, nil
}

// whichOne says that it is not clear what is meant, and what there is.
func (a *Assistant) whichOne(ctx context.Context, q Question, s *saying, code chat.Code) error {
	lines := []string{chat.Text(q.Language, code)}
	if a.store != nil && q.Scope != ScopeNone {
		there, err := a.store.Documents(ctx, q.Principal, store.DocumentFilter{Limit: 5})
		if err != nil {
			return err
		}
		var all []store.Version
		for _, d := range there {
			versions, err := a.store.Versions(ctx, q.Principal, d.ID)
			if err != nil {
				return err
			}
			if len(versions) > 0 {
				all = append(all, versions[0])
				lines = append(lines, "- "+escaped(d.Name))
			}
		}
		if !s.names(all...) {
			return errLeft
		}
	}
	s.say(strings.Join(lines, "\n"))
	return nil
}
