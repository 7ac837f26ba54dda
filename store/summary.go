package store

import (
	"context"
	"database/sql"
	"time"

	"exaone/chat"
)

// Summary stands for the older part of a branch where the window is too small for it: for every message from the root
// to Until.
type Summary struct {
	ID           string
	Conversation string
	Owner        string // the id of whoever had it made
	Until        string // the last message it stands for
	Text         string
	Model        string // that wrote it
	Created      time.Time
	Undone       time.Time // when somebody wanted the messages themselves again; zero if it counts
}

const summaryColumns = `summaries.id, summaries.conversation, summaries.principal, summaries.until, summaries.text, summaries.model, summaries.created,
	summaries.undone`

func scanSummary(r scanner) (one Summary, err error) {
	var created, undone int64
	err = r.Scan(&one.ID, &one.Conversation, &one.Owner, &one.Until, &one.Text, &one.Model, &created, &undone)
	one.Created, one.Undone = moment(created), moment(undone)
	return one, err
}

// makingSummary is longer than making a summary takes.
const makingSummary = 15 * time.Minute

// AddSummary keeps what stands for the messages of a branch up to one of them. CodeNoConversation, CodeNoMessage. Of a
// conversation out of which something was taken of late it is CodeNoMessage, too: it may have been made of that.
func (s *Store) AddSummary(ctx context.Context, who chat.Principal, conversation, until, text, model string) (one Summary, err error) {
	one = Summary{ID: newID("summary"), Conversation: conversation, Owner: who.ID, Until: until, Text: validText(text), Model: model, Created: now()}
	if err := checkLine("model", model, maxWord); err != nil {
		return Summary{}, err
	}
	if err := checkText("text", one.Text, maxText); err != nil {
		return Summary{}, err
	}
	err = s.write(ctx, "keep a summary", func(tx *sql.Tx) error {
		c, err := ownConversation(ctx, tx, who, conversation)
		if err != nil {
			return err
		}
		if err := requireMessage(ctx, tx, conversation, until); err != nil {
			return err
		}
		redacted, _, err := row(ctx, tx, integer, `SELECT redacted FROM conversations WHERE id = $1`, conversation)
		if err != nil {
			return err
		}
		if one.Created.Sub(moment(redacted)) < makingSummary {
			return chat.NewError(chat.CodeNoMessage, nil, until)
		}
		_, err = tx.Exec(`INSERT INTO summaries (id, conversation, principal, grade, until, text, model, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			one.ID, one.Conversation, one.Owner, c.Grade, one.Until, one.Text, one.Model, milliseconds(one.Created))
		return err
	})
	if err != nil {
		return Summary{}, err
	}
	return one, nil
}

// Summaries returns the summaries in a conversation of who, those that were undone too, oldest first.
func (s *Store) Summaries(ctx context.Context, who chat.Principal, conversation string) ([]Summary, error) {
	if _, err := ownConversation(ctx, s.reader, who, conversation); err != nil {
		return nil, s.fault("list the summaries", err)
	}
	all, err := rows(ctx, s.reader, scanSummary,
		`SELECT `+summaryColumns+` FROM summaries WHERE conversation = $1 ORDER BY created, id`, conversation)
	return all, s.fault("list the summaries", err)
}

// UndoSummary has the messages count again in the place of a summary in a conversation of who. Undoing twice changes
// nothing. CodeNoSummary.
func (s *Store) UndoSummary(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "undo a summary", func(tx *sql.Tx) error {
		one, ok, err := row(ctx, tx, scanSummary, `SELECT `+summaryColumns+` FROM summaries
			JOIN conversations ON conversations.id = summaries.conversation
			WHERE summaries.id = $1 AND conversations.principal = $2 AND conversations.deleted = 0
				AND `+cleared("summaries.grade", 2), id, who.ID)
		if err != nil || !ok {
			return orElse(err, chat.NewError(chat.CodeNoSummary, nil, id))
		}
		if !one.Undone.IsZero() {
			return nil
		}
		_, err = tx.Exec(`UPDATE summaries SET undone = $2 WHERE id = $1`, id, milliseconds(now()))
		return err
	})
}
