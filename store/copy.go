package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"exaone/chat"
)

// CopyBranch begins a conversation of who that has a branch of another of theirs in it: everything up to a message, or
// to its leaf for "", with what came with it. A copy of a temporary conversation is temporary. Codes are those of Branch, and
// CodeCopyLarge where that is too much at once.
func (s *Store) CopyBranch(ctx context.Context, who chat.Principal, conversation, leaf string) (Conversation, error) {
	w := Whole{}
	var err error
	if w.Conversation, err = s.Conversation(ctx, who, conversation); err != nil {
		return Conversation{}, err
	}
	if w.Messages, err = s.branch(ctx, who, conversation, leaf, s.mostCopied); err != nil {
		return Conversation{}, s.fault("copy a branch", err)
	}
	from := 0
	if w.Events, from, err = eventsWithin(ctx, s.reader, w.Messages, copiedOnly, s.mostCopied); err != nil {
		return Conversation{}, s.fault("copy a branch", err)
	}
	if from > 0 {
		return Conversation{}, s.copyTooLarge()
	}
	return s.copyTo(ctx, who, w, "branch:"+w.ID)
}

// CopyShare begins a conversation of who that has in it what a share's link shows them, files too, to go on from there.
// It is recorded as being opened; codes are those of OpenShare, and CodeCopyLarge.
func (s *Store) CopyShare(ctx context.Context, who chat.Principal, secret string) (Conversation, error) {
	one, w, err := s.openShare(ctx, who, secret, s.mostCopied)
	if err != nil {
		return Conversation{}, err
	}
	return s.copyTo(ctx, who, w, "share:"+one.ID)
}

// notCopied are the kinds of events that speak of a moment that has passed: what went into the window, and whether
// something may be done.
var notCopied = []string{"ledger", "approval"}

// copiedOnly is the condition that an event of one's own is copied.
var copiedOnly = `NOT IN (` + spelling + `, '` + strings.Join(notCopied, `', '`) + `')`

// copyTooLarge is the error where there is more than can be copied at once.
func (s *Store) copyTooLarge() error { return chat.NewError(chat.CodeCopyLarge, nil, s.mostCopied>>20) }

// takeAlong gives a message what another of its conversation has beside its words, but for what is said of the words
// themselves, and lets it refer to the same files.
func takeAlong(tx *sql.Tx, who chat.Principal, m Message, from string) error {
	_, err := tx.Exec(`INSERT INTO events (message, number, first, kind, version, data, created, principal, grade)
		SELECT $1, events.number, events.number, kind, version, data, events.created, events.principal, events.grade
		FROM events JOIN messages ON messages.id = events.message
		WHERE events.message = $2 AND messages.conversation = $3
			AND kind NOT IN (`+spelling+`, 'ledger', 'approval', 'verdict', 'claim', 'finish')`, m.ID, from, m.Conversation)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO message_sources (message, version, attached) SELECT $1, message_sources.version, attached
		FROM message_sources JOIN messages ON messages.id = message_sources.message
		WHERE message_sources.message = $2 AND messages.conversation = $3 ON CONFLICT (message, version) DO NOTHING`, m.ID, from, m.Conversation)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO blob_refs (hash, principal, object, mime, created, grade)
		SELECT hash, principal, $1, mime, created, grade FROM blob_refs WHERE object = $2 AND principal = $3
		ON CONFLICT (hash, principal, object) DO NOTHING`, messageObject(m.ID), messageObject(from), who.ID)
	return err
}

// copyTo makes a conversation of messages that follow one another. They are new ones: those they were copied from may
// be deleted. What was not finished is not copied, nor what is empty because it was deleted.
func (s *Store) copyTo(ctx context.Context, who chat.Principal, from Whole, origin string) (Conversation, error) {
	copied := ImportedConversation{Title: from.Title, Folder: from.Folder, Mode: from.Mode, Model: from.Model, Origin: origin, Leaf: -1,
		temporary: from.Temporary, filesOf: from.Owner}
	for _, m := range from.Messages {
		if m.State == StateWriting || !m.Deleted.IsZero() {
			continue
		}
		if m.Cut {
			return Conversation{}, s.copyTooLarge()
		}
		one := ImportedMessage{Parent: len(copied.Messages) - 1, Role: m.Role, State: m.State, Text: m.Text, Thinking: m.Thinking,
			Mode: m.Mode, Model: m.Model, Finish: m.Finish, Created: m.Created, Attachments: m.Attachments}
		for _, e := range from.Events[m.ID] {
			if !slices.Contains(notCopied, e.Kind) {
				one.Events = append(one.Events, Event{Number: int64(len(one.Events) + 1), Kind: e.Kind, Version: e.Version, Data: e.Data})
			}
		}
		copied.Messages = append(copied.Messages, one)
	}
	copied.Grade, copied.Lowest = from.Grade, from.Lowest
	if from.Owner != who.ID {
		copied.Lowest = from.Grade // only whose it is may say that it is less confidential
		copied.Model = ""          // it may be none that they can use
	}
	ids, err := s.Import(ctx, who, []ImportedConversation{copied})
	if err != nil {
		return Conversation{}, err
	}
	return s.Conversation(ctx, who, ids[0])
}
