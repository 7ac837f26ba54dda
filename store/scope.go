package store

import (
	"context"
	"fmt"
	"strings"

	"exaone/chat"
)

// What a scope of documents may be, beside the ids of collections; see ScopeVersions.
const (
	scopeUsual      = ""
	scopeAttached   = "attached"
	scopeAll        = "all"
	scopeNone       = "none"
	scopeCollection = "collection:"
)

// ScopeVersions returns the versions that an answer in a conversation rests on: the newest of each document, those that are
// still being read too, as their first pages may be found already. all says that it is everything that who may read, which is
// not listed; without it versions is never nil, and may be empty: then there is nothing to look through.
//
//	""             what belongs to the conversation, or all if nothing does
//	attached       what belongs to the conversation: what was put into it, and what is attached to its messages
//	all            all
//	collection:ID  what is in the collection and below
//	none           nothing
//
// CodeNoConversation and CodeNoCollection for what who may not see, CodeBadField for any other scope. conversation is "" where
// there is none yet.
func (s *Store) ScopeVersions(ctx context.Context, who chat.Principal, conversation, scope string) (versions []string, all bool, err error) {
	collection, named := strings.CutPrefix(scope, scopeCollection)
	switch {
	case scope == scopeAll:
		return nil, true, nil
	case scope == scopeNone:
		return []string{}, false, nil
	case named:
		versions, err = s.versionsIn(ctx, who, collection)
	case scope == scopeAttached || scope == scopeUsual:
		versions, err = s.versionsWith(ctx, who, conversation)
		all = err == nil && scope == scopeUsual && len(versions) == 0
	default:
		err = chat.NewError(chat.CodeBadField, nil, "scope", fmt.Sprintf("%.40q", scope), "attached | all | none | collection:…")
	}
	if all {
		versions = nil
	} else if err == nil && versions == nil {
		versions = []string{}
	}
	return versions, all, s.fault("look up what an answer rests on", err)
}

// current picks the versions of documents that are found, or soon will be.
func current() string { return `v.state IN ('read', 'waiting') AND ` + newest() }

// versionsIn are the versions of what is in a collection and below.
func (s *Store) versionsIn(ctx context.Context, who chat.Principal, collection string) ([]string, error) {
	if _, err := seenCollection(ctx, s.reader, who, collection); err != nil {
		return nil, err
	}
	return rows(ctx, s.reader, text, `WITH RECURSIVE below(id) AS (
			SELECT collections.id FROM collections WHERE collections.id = $2
			UNION SELECT collections.id FROM collections JOIN below ON collections.parent = below.id)
		SELECT v.id FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE documents.collection IN (SELECT id FROM below) AND `+current()+` AND `+readable(1)+` ORDER BY v.id`, who.ID, collection)
}

// versionsWith are the versions of what belongs to a conversation.
func (s *Store) versionsWith(ctx context.Context, who chat.Principal, conversation string) ([]string, error) {
	if conversation == "" {
		return nil, nil
	}
	if _, err := ownConversation(ctx, s.reader, who, conversation); err != nil {
		return nil, err
	}
	return rows(ctx, s.reader, text, `SELECT v.id FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE (documents.conversation = $2 OR documents.id IN (SELECT was.document FROM message_sources
				JOIN messages ON messages.id = message_sources.message JOIN document_versions AS was ON was.id = message_sources.version
				WHERE messages.conversation = $2 AND message_sources.attached = 1))
			AND `+current()+` AND `+readable(1)+` ORDER BY v.id`, who.ID, conversation)
}
