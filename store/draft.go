package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"exaone/chat"
)

// A file that is dropped into a question comes before the conversation that the question begins. Until then the document is
// part of a draft of whoever brought it. It becomes part of the conversation in the very transaction that keeps the message
// to which it is attached (attachDocuments): no crash comes between, and no draft finds its way into somebody else's
// conversation. What no message took up is swept.

// draftPrefix begins what a document is part of that waits for its conversation.
const draftPrefix = "draft:"

// draftLife is how long a document waits for its conversation.
const draftLife = 3 * 24 * time.Hour

func isDraft(conversation string) bool { return strings.HasPrefix(conversation, draftPrefix) }

// checkDraft is an error for what is no name of a draft: a word of letters, digits and hyphens.
func checkDraft(conversation string) error {
	word := strings.TrimPrefix(conversation, draftPrefix)
	if word == "" || len(word) > 128 || strings.ContainsFunc(word, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) {
		return chat.NewError(chat.CodeBadField, nil, "conversation", fmt.Sprintf("%.40q", conversation), "draft:[A-Za-z0-9_-]")
	}
	return nil
}

// SweepDrafts deletes documents that waited too long for a conversation, and returns how many. A server calls it now and then.
func (s *Store) SweepDrafts(ctx context.Context) (n int, err error) {
	before := milliseconds(now().Add(-draftLife))
	err = s.write(ctx, "sweep files that were not asked about", func(tx *sql.Tx) error {
		ids, err := rows(ctx, tx, text, `SELECT id FROM documents WHERE deleted = 0 AND conversation >= $1 AND conversation < $2
			AND updated < $3 ORDER BY id`, draftPrefix, draftPrefix+"~", before)
		if err != nil {
			return err
		}
		n = len(ids)
		for _, id := range ids {
			if err := deleteDocument(ctx, tx, System, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if n > 0 {
		s.wipeSoon(ctx)
	}
	return n, nil
}
