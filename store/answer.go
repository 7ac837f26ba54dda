package store

import (
	"context"
	"database/sql"
	"slices"

	"exaone/chat"
	"exaone/people"
)

// Answer is an answer with what is kept of how it was made.
type Answer struct {
	Message
	Events []Event
}

// Answers returns, for whoever may take a backup, the answer that an id is of, or all of the conversation that it is of, in the
// order in which they were made, and whose they are. That somebody looks at others' is recorded. CodeNoMessage if it is neither;
// an answer that is being written is none yet.
func (s *Store) Answers(ctx context.Context, who chat.Principal, id string) (owner chat.Principal, answers []Answer, err error) {
	if err := s.right(ctx, who, people.Backup); err != nil {
		return owner, nil, err
	}
	found, ok, err := row(ctx, s.reader, text, `SELECT principal FROM conversations WHERE deleted = 0 AND (id = $1
		OR id = (SELECT conversation FROM messages WHERE id = $1 AND deleted = 0))`, id)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoMessage, nil, id)
	}
	if err != nil {
		return owner, nil, s.fault("look for answers", err)
	}
	owner = chat.Principal{ID: found}
	all, err := rows(ctx, s.reader, scanMessage, `SELECT `+messageColumns+` FROM messages
		WHERE (id = $1 OR conversation = $1) AND role = '`+string(chat.Assistant)+`' AND deleted = 0 AND state <> '`+string(StateWriting)+`' ORDER BY number`, id)
	if err == nil && len(all) == 0 && !isConversation(ctx, s, id) {
		err = chat.NewError(chat.CodeNotAnAnswer, nil, id)
	}
	for i := 0; i < len(all) && err == nil; i++ {
		var events []Event
		events, err = eventsOf(ctx, s.reader, all[i].ID, 0)
		answers = append(answers, Answer{all[i], events})
	}
	if err != nil {
		return owner, nil, s.fault("read answers", err)
	}
	if slices.Contains([]string{who.ID, chat.Local.ID}, owner.ID) {
		return owner, answers, nil
	}
	return owner, answers, s.write(ctx, "record that answers were looked at", func(tx *sql.Tx) error {
		return appendAudit(tx, who, "answer.verify", id, nil)
	})
}

func isConversation(ctx context.Context, s *Store, id string) bool {
	n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM conversations WHERE id = $1 AND deleted = 0`, id)
	return err == nil && n > 0
}
