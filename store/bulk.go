package store

import (
	"context"
	"database/sql"

	"exaone/chat"
)

// MoveConversations puts conversations of who into a folder, or in none for "", all or none of them. CodeNoFolder,
// CodeNoConversation.
func (s *Store) MoveConversations(ctx context.Context, who chat.Principal, ids []string, folder string) error {
	return s.changeConversations(ctx, "move conversations", who, ids, func(tx *sql.Tx) error {
		return requireFolder(ctx, tx, who, folder)
	}, `folder = $2`, folder)
}

// ArchiveConversations takes conversations of who out of the list, or back into it, all or none of them.
// CodeNoConversation.
func (s *Store) ArchiveConversations(ctx context.Context, who chat.Principal, ids []string, archived bool) error {
	return s.changeConversations(ctx, "archive conversations", who, ids, func(*sql.Tx) error { return nil }, `archived = $2`, bit(archived))
}

// changeConversations sets something of each of some conversations; $1 is the conversation's id and $2 the value.
func (s *Store) changeConversations(ctx context.Context, op string, who chat.Principal, ids []string, check func(*sql.Tx) error, set string, value any) error {
	return s.write(ctx, op, func(tx *sql.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		for _, id := range ids {
			c, err := ownConversation(ctx, tx, who, id)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE conversations SET `+set+` WHERE id = $1`, id, value); err != nil {
				return err
			}
			folder, _, err := row(ctx, tx, text, `SELECT folder FROM conversations WHERE id = $1`, id)
			if err == nil {
				err = raise(ctx, tx, who, &c, folder)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
