package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"exaone/chat"
	"exaone/people"
)

// AuditFilter says which entries of the audit log are looked for. Its zero value is all.
type AuditFilter struct {
	After     int64 // their numbers are above this one
	Before    int64 // and below this one; 0 is no bound
	Principal string
	Action    string // as it is, or for one that ends in '.' all that begin so: "key."
	Object    string
	From, To  time.Time // From is among them, To is not; zero is no bound
	Limit     int       // 1 to 1000
}

// FindAudit returns entries of the audit log, newest first. CodeMayNot unless who may read the log.
func (s *Store) FindAudit(ctx context.Context, who chat.Principal, filter AuditFilter) ([]AuditEntry, error) {
	if err := s.right(ctx, who, people.ReadAudit); err != nil {
		return nil, err
	}
	args := []any{filter.After}
	query := `SELECT ` + auditColumns + ` FROM audit WHERE seq > $1`
	where := func(condition string, arg any) {
		args = append(args, arg)
		query += fmt.Sprintf(" AND "+condition, len(args))
	}
	if filter.Before > 0 {
		where("seq < $%d", filter.Before)
	}
	if filter.Principal != "" {
		where("principal = $%d", filter.Principal)
	}
	switch {
	case strings.HasSuffix(filter.Action, "."):
		where("substr(action, 1, length($%[1]d)) = $%[1]d", filter.Action)
	case filter.Action != "":
		where("action = $%d", filter.Action)
	}
	if filter.Object != "" {
		where("object = $%d", filter.Object)
	}
	if !filter.From.IsZero() {
		where("at >= $%d", milliseconds(filter.From))
	}
	if !filter.To.IsZero() {
		where("at < $%d", milliseconds(filter.To))
	}
	args = append(args, min(max(filter.Limit, 1), 1000))
	linked, err := rows(ctx, s.reader, scanAudit, query+fmt.Sprintf(" ORDER BY seq DESC LIMIT $%d", len(args)), args...)
	all := make([]AuditEntry, len(linked))
	for i, e := range linked {
		all[i] = e.AuditEntry
	}
	return all, s.fault("search the audit log", err)
}

// AuditConversation returns a conversation of anybody with all its messages in order of making, for an auditor (else
// CodeMayNot). That they looked is on the disk before anything is returned. CodeNoConversation.
func (s *Store) AuditConversation(ctx context.Context, who chat.Principal, id string) (c Conversation, messages []Message, err error) {
	c, err = s.lookAt(ctx, who, id)
	if err != nil {
		return Conversation{}, nil, err
	}
	t, err := loadTree(ctx, s.reader, c.ID)
	if err != nil {
		return Conversation{}, nil, s.fault("read a conversation", err)
	}
	places := make([]*node, 0, len(t.nodes))
	for i := range t.nodes {
		if t.shown(&t.nodes[i]) {
			places = append(places, &t.nodes[i])
		}
	}
	if len(places) == 0 {
		return c, nil, nil
	}
	messages, err = t.read(ctx, s.reader, c.ID, places, s.mostText)
	return c, messages, s.fault("read a conversation", err)
}

// AuditMessage is AuditConversation of the conversation that a message is in. CodeNoMessage.
func (s *Store) AuditMessage(ctx context.Context, who chat.Principal, message string) (Conversation, []Message, error) {
	if err := s.right(ctx, who, people.ReadAuditText); err != nil {
		return Conversation{}, nil, err
	}
	id, ok, err := row(ctx, s.reader, text, `SELECT conversation FROM messages WHERE id = $1 AND deleted = 0`, message)
	if err != nil || !ok {
		return Conversation{}, nil, s.fault("find a message", orElse(err, chat.NewError(chat.CodeNoMessage, nil, message)))
	}
	return s.AuditConversation(ctx, who, id)
}

// AuditConversations returns the conversations of somebody, newest first, likewise: their titles are text, too. before is
// the Cursor of the last one that is known, limit 1 to 200.
func (s *Store) AuditConversations(ctx context.Context, who chat.Principal, person, before string, limit int) ([]Conversation, error) {
	if err := s.right(ctx, who, people.ReadAuditText); err != nil {
		return nil, err
	}
	err := s.write(ctx, "record a look", func(tx *sql.Tx) error {
		if err := requireSubject(ctx, tx, person); err != nil {
			return err
		}
		return appendAudit(tx, who, "text.read", person, map[string]any{"what": "titles"})
	})
	if err != nil {
		return nil, err
	}
	return s.Conversations(ctx, chat.Principal{ID: person}, ConversationFilter{Before: before, Limit: limit, reader: who.ID})
}

// lookAt records that who looks at a conversation, and returns it.
func (s *Store) lookAt(ctx context.Context, who chat.Principal, id string) (c Conversation, err error) {
	if err := s.right(ctx, who, people.ReadAuditText); err != nil {
		return Conversation{}, err
	}
	err = s.write(ctx, "record a look", func(tx *sql.Tx) error {
		var ok bool
		c, ok, err = row(ctx, tx, scanConversation,
			`SELECT `+conversationColumns+` FROM conversations WHERE id = $1 AND deleted = 0
				AND `+cleared("conversations.grade", 2), id, who.ID)
		if err != nil || !ok {
			return orElse(err, chat.NewError(chat.CodeNoConversation, nil, id))
		}
		return appendAudit(tx, who, "text.read", c.ID, map[string]any{"owner": c.Owner})
	})
	return c, err
}
