package store

import (
	"context"
	"database/sql"
	"time"

	"exaone/chat"
)

// temporaryLife is how long a temporary conversation is kept after its last message, and tombstoneLife how long it is
// known of a conversation that it was deleted.
const (
	temporaryLife = 24 * time.Hour
	tombstoneLife = 30 * 24 * time.Hour
)

// wipeAtOnce is how many conversations are wiped in one transaction: between two of them others write.
const wipeAtOnce = 8

// DeleteConversations deletes conversations of who, all or none: they are nowhere any more when it returns. Of a few
// what was said in them is gone then, too; of many it goes in the background, and what is left of it at the next start.
// One that is not theirs is CodeNoConversation.
func (s *Store) DeleteConversations(ctx context.Context, who chat.Principal, ids []string) error {
	err := s.write(ctx, "delete conversations", func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := ownConversation(ctx, tx, who, id); err != nil {
				return err
			}
			if err := deleteConversation(ctx, tx, who, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(ids) > wipeAtOnce {
		s.wipeLater()
		return nil
	}
	if err := s.wipeDeleted(context.WithoutCancel(ctx)); err != nil {
		s.log.Warn("what was said in deleted conversations is there until the next start", "err", err)
	}
	s.scrubLater()
	return nil
}

// deleteConversation leaves a tombstone of a conversation, so that nobody sees it any more, nor the documents that are part of
// it. What was said in it is for wipeDeleted, after the transaction.
func deleteConversation(ctx context.Context, tx *sql.Tx, by chat.Principal, id string) error {
	documents, err := rows(ctx, tx, text, `SELECT id FROM documents WHERE conversation = $1 AND deleted = 0 ORDER BY id`, id)
	if err != nil {
		return err
	}
	for _, document := range documents {
		if err := deleteDocument(ctx, tx, by, document); err != nil {
			return err
		}
	}
	return forgetConversation(tx, by, id)
}

// forgetConversation leaves a tombstone of a conversation alone.
func forgetConversation(tx *sql.Tx, by chat.Principal, id string) error {
	_, err := tx.Exec(`UPDATE conversations SET deleted = $2, title = '', folder = '', leaf = '' WHERE id = $1`, id, milliseconds(now()))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM shares WHERE conversation = $1`, id); err != nil {
		return err
	}
	return appendAudit(tx, by, "conversation.delete", id, nil)
}

// wipeConversations deletes what was said in conversations that were deleted, some in each transaction.
func (s *Store) wipeConversations(ctx context.Context) error {
	return inBatches(ctx, s, "wipe deleted conversations", func() ([]string, error) {
		return rows(ctx, s.reader, text, `SELECT id FROM conversations WHERE deleted > $1 AND
			(EXISTS (SELECT 1 FROM messages WHERE messages.conversation = conversations.id) OR
			 EXISTS (SELECT 1 FROM search WHERE search.conversation = conversations.id)) LIMIT $2`, importing, wipeAtOnce)
	}, oneByOne(ctx, wipe))
}

// wipeLater does so in the background.
func (s *Store) wipeLater() {
	s.background.Go(func() {
		err := s.wipeDeleted(s.life)
		if err != nil && s.life.Err() == nil {
			s.log.Warn("what was deleted is not all wiped until the next start", "err", err)
		}
	})
}

// wipe deletes all that belongs to a conversation, and returns the files that went with it, for dropFiles.
func wipe(ctx context.Context, tx *sql.Tx, id string) (gone []string, err error) {
	if err := unindexAll(tx, id); err != nil {
		return nil, err
	}
	gone, err = letGo(ctx, tx, `object IN (SELECT 'message:' || id FROM messages WHERE conversation = $1)`, id)
	if err != nil {
		return nil, err
	}
	for _, table := range []string{"events", "ratings", "message_sources"} {
		_, err := tx.Exec(`DELETE FROM `+table+` WHERE message IN (SELECT id FROM messages WHERE conversation = $1)`, id)
		if err != nil {
			return nil, err
		}
	}
	for _, table := range []string{"summaries", "shares", "messages"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE conversation = $1`, id); err != nil {
			return nil, err
		}
	}
	return gone, nil
}

// DeleteMessage makes a message of who an empty place: what is below it stays, and where nothing is below it the place
// goes too. Summaries that speak of it go with it. CodeNoMessage if it is not theirs.
func (s *Store) DeleteMessage(ctx context.Context, who chat.Principal, id string) error {
	var gone []string
	err := s.write(ctx, "delete a message", func(tx *sql.Tx) error {
		m, err := ownMessage(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if err := dropSummariesOver(ctx, tx, m); err != nil {
			return err
		}
		if err := unindex(ctx, tx, m.Conversation, id); err != nil {
			return err
		}
		if err := dropAttached(ctx, tx, who, m); err != nil {
			return err
		}
		for _, table := range []string{"events", "ratings", "message_sources"} {
			if _, err := tx.Exec(`DELETE FROM `+table+` WHERE message = $1`, id); err != nil {
				return err
			}
		}
		if gone, err = letGo(ctx, tx, `principal = $1 AND object = $2`, who.ID, messageObject(id)); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE messages SET text = '', thinking = '', attachments = '[]', error_code = '', error_params = '[]',
				state = CASE WHEN state = 'writing' THEN 'stopped' ELSE state END, deleted = $2
			WHERE id = $1`, id, milliseconds(now()))
		if err != nil {
			return err
		}
		if err := moveLeaf(ctx, tx, m); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE conversations SET redacted = $2 WHERE id = $1`, m.Conversation, milliseconds(now())); err != nil {
			return err
		}
		return appendAudit(tx, who, "message.delete", id, nil)
	})
	if err == nil {
		s.dropFiles(ctx, gone)
		s.wipeSoon(ctx)
	}
	return err
}

// dropAttached deletes the documents that are part of a conversation and attached to no message of it but one.
func dropAttached(ctx context.Context, tx *sql.Tx, who chat.Principal, m Message) error {
	ids, err := rows(ctx, tx, text, `SELECT documents.id FROM documents JOIN document_versions AS v ON v.document = documents.id
		JOIN message_sources ON message_sources.version = v.id
		WHERE documents.conversation = $1 AND documents.deleted = 0 AND message_sources.attached = 1
		GROUP BY documents.id HAVING min(message_sources.message) = $2 AND max(message_sources.message) = $2`, m.Conversation, m.ID)
	for _, id := range ids {
		if err == nil {
			err = deleteDocument(ctx, tx, who, id)
		}
	}
	return err
}

// moveLeaf shows another branch where the one that was shown ends in a message that was deleted: the newest that is
// left below the same parent, or else the parent.
func moveLeaf(ctx context.Context, tx *sql.Tx, deleted Message) error {
	leaf, _, err := row(ctx, tx, text, `SELECT leaf FROM conversations WHERE id = $1`, deleted.Conversation)
	if err != nil || leaf != deleted.ID {
		return err
	}
	t, err := loadTree(ctx, tx, deleted.Conversation)
	if err != nil {
		return err
	}
	up := deleted.Parent
	for up != "" && !t.shown(t.byID[up]) {
		up = t.byID[up].parent
	}
	_, err = tx.Exec(`UPDATE conversations SET leaf = $2 WHERE id = $1`, deleted.Conversation, t.deepest(up))
	return err
}

// dropSummariesOver deletes the summaries of which a message is part: they end at it or below.
func dropSummariesOver(ctx context.Context, tx *sql.Tx, m Message) error {
	type summary struct{ id, until string }
	all, err := rows(ctx, tx, func(r scanner) (one summary, err error) {
		err = r.Scan(&one.id, &one.until)
		return one, err
	}, `SELECT id, until FROM summaries WHERE conversation = $1`, m.Conversation)
	if err != nil || len(all) == 0 {
		return err
	}
	t, err := loadTree(ctx, tx, m.Conversation)
	if err != nil {
		return err
	}
	for _, one := range all {
		for at := t.byID[one.until]; at != nil; at = t.byID[at.parent] {
			if at.id != m.ID {
				continue
			}
			if _, err := tx.Exec(`DELETE FROM summaries WHERE id = $1`, one.id); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// SweepTemporary deletes temporary conversations a day after their last message, and forgets after a month that
// conversations were deleted. It returns how many were deleted. A server calls it now and then.
func (s *Store) SweepTemporary(ctx context.Context) (n int, err error) {
	at := now()
	err = s.write(ctx, "sweep temporary conversations", func(tx *sql.Tx) error {
		ids, err := rows(ctx, tx, text, `SELECT id FROM conversations WHERE temporary = 1 AND deleted = 0 AND updated < $1`,
			milliseconds(at.Add(-temporaryLife)))
		if err != nil {
			return err
		}
		n = len(ids)
		for _, id := range ids {
			if err := deleteConversation(ctx, tx, System, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if err := s.wipeDeleted(ctx); err != nil {
		return n, err
	}
	if n > 0 {
		s.scrubLater()
	}
	return n, s.write(ctx, "forget deleted conversations", func(tx *sql.Tx) error {
		_, err := tx.Exec(`DELETE FROM conversations WHERE deleted > $1 AND deleted < $2`,
			importing, milliseconds(at.Add(-tombstoneLife)))
		return err
	})
}

// importing is when a conversation was deleted that an import has brought and not yet completed.
const importing = 1
