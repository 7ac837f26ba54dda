package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"exaone/chat"
)

// MessageState says how far a message has come.
type MessageState string

// The states of messages. All but the first are final.
const (
	StateWriting     MessageState = "writing"
	StateDone        MessageState = "done"
	StateStopped     MessageState = "stopped"     // by whoever asked
	StateInterrupted MessageState = "interrupted" // the server went away
	StateFailed      MessageState = "failed"
)

// Message is one contribution to a conversation.
type Message struct {
	ID           string
	Conversation string
	Parent       string // "" is a root. An answer's parent is its question
	Number       int64  // 1, 2, … in order of making
	Author       string // the id of whoever wrote it, or asked for it
	Role         chat.Role
	State        MessageState
	Text         string
	Thinking     string
	Mode         string
	Model        string
	Attachments  json.RawMessage // a list: files (Attachment), documents that are kept here, and what others put there
	Usage        chat.Usage
	Finish       string      // the chat.FinishReason; "" if there was none
	Error        *chat.Error // why it failed; nil if it did not
	Created      time.Time
	Finished     time.Time
	Deleted      time.Time // when it became an empty place; zero if it did not
	Cut          bool      // what it says was left out, because what is newer in its branch says so much

	// What Branch adds: the ids of those that have the same parent, this one too, in order of making; its place among
	// them; and how the reader has rated it, nil if they have not.
	Siblings []string
	Index    int
	Rating   *Rating
}

// MessageSpec is what a new message should be.
type MessageSpec struct {
	Conversation string
	Parent       string // a message of the conversation, or "" for another root
	Role         chat.Role
	State        MessageState // "" is StateDone
	Text         string
	Thinking     string
	Mode         string
	Model        string
	Attachments  json.RawMessage // a JSON list; nil is []
	Beside       string          // a message of the conversation whose sources, tables and files it has, too; "" is none
	Once         string          // what whoever makes it calls it, so that it is made once; "" is nothing. See MessageOnce
}

// MessageEnd is what an answer came to.
type MessageEnd struct {
	State    MessageState // not StateWriting
	Text     string
	Thinking string
	Usage    chat.Usage
	Finish   string
	Error    *chat.Error
	Model    string // "" leaves what was asked for
}

// Bounds of what one message holds, in bytes. An answer's length is bounded by the model's window.
const (
	maxText        = 1 << 20
	maxAttachments = 64 << 10
)

const lightColumns = `messages.id, messages.conversation, messages.parent, messages.number, messages.principal, messages.role,
	messages.state, messages.mode, messages.model, messages.prompt, messages.cached, messages.completion, messages.finish,
	messages.error_code, messages.error_params, messages.created, messages.finished, messages.deleted`

const messageColumns = lightColumns + `, messages.text, messages.thinking, messages.attachments`

// messageScan reads messages; it has room for the columns of one, so that thousands are read without more.
type messageScan struct {
	Message
	role, state, code, params    string
	attachments                  string
	created, finished, deletedAt int64
	dest                         []any
}

// newMessageScan reads lightColumns, or messageColumns if full.
func newMessageScan(full bool) *messageScan {
	s := &messageScan{}
	s.dest = []any{&s.ID, &s.Conversation, &s.Parent, &s.Number, &s.Author, &s.role, &s.state, &s.Mode, &s.Model,
		&s.Usage.PromptTokens, &s.Usage.CachedTokens, &s.Usage.CompletionTokens, &s.Finish, &s.code, &s.params,
		&s.created, &s.finished, &s.deletedAt}
	if full {
		s.dest = append(s.dest, &s.Text, &s.Thinking, &s.attachments)
	}
	return s
}

func (s *messageScan) scan(r scanner) (m Message, err error) {
	if err := r.Scan(s.dest...); err != nil {
		return m, err
	}
	m = s.Message
	m.Role, m.State = chat.Role(s.role), MessageState(s.state)
	if s.attachments != "" {
		m.Attachments = json.RawMessage(s.attachments)
	}
	if s.code != "" {
		m.Error = &chat.Error{Code: chat.Code(s.code)}
		if m.Error.Params, err = decodeParams(s.params); err != nil {
			return m, fmt.Errorf("parameters of %s: %w", m.ID, err)
		}
	}
	m.Created, m.Finished, m.Deleted = moment(s.created), moment(s.finished), moment(s.deletedAt)
	return m, nil
}

func scanMessage(r scanner) (Message, error) { return newMessageScan(true).scan(r) }

// AddMessage adds a message to a conversation of who, whose leaf it becomes, and returns it with its id. What it
// answers must be in the same conversation: CodeNoMessage. CodeBadField says what is wrong with the spec.
func (s *Store) AddMessage(ctx context.Context, who chat.Principal, spec MessageSpec) (m Message, err error) {
	err = s.write(ctx, "add a message", func(tx *sql.Tx) error {
		m, err = addMessage(ctx, tx, who, spec)
		return err
	})
	if err != nil {
		return Message{}, err
	}
	return m, nil
}

// AddTurn adds a question and the answer that is to be written below it, both or neither. The answer's conversation,
// parent, role and state follow from that.
func (s *Store) AddTurn(ctx context.Context, who chat.Principal, question, answer MessageSpec) (q, a Message, err error) {
	err = s.write(ctx, "add a turn", func(tx *sql.Tx) error {
		q, a, err = addTurn(ctx, tx, who, question, answer)
		return err
	})
	if err != nil {
		return Message{}, Message{}, err
	}
	return q, a, nil
}

// StartConversation is CreateConversation and AddTurn in one: there is no conversation without its first question.
func (s *Store) StartConversation(ctx context.Context, who chat.Principal, spec ConversationSpec, question, answer MessageSpec) (c Conversation, q, a Message, err error) {
	err = s.write(ctx, "start a conversation", func(tx *sql.Tx) error {
		if c, err = insertConversation(ctx, tx, who, spec, now()); err != nil {
			return err
		}
		question.Conversation, question.Parent = c.ID, ""
		q, a, err = addTurn(ctx, tx, who, question, answer)
		c.Leaf, c.Updated = a.ID, a.Created
		return err
	})
	if err != nil {
		return Conversation{}, Message{}, Message{}, err
	}
	return c, q, a, nil
}

func addTurn(ctx context.Context, tx *sql.Tx, who chat.Principal, question, answer MessageSpec) (q, a Message, err error) {
	question.Role = chat.User
	if q, err = addMessage(ctx, tx, who, question); err != nil {
		return q, a, err
	}
	answer.Conversation, answer.Parent = q.Conversation, q.ID
	answer.Role, answer.State = chat.Assistant, StateWriting
	a, err = addMessage(ctx, tx, who, answer)
	return q, a, err
}

func addMessage(ctx context.Context, tx *sql.Tx, who chat.Principal, spec MessageSpec) (Message, error) {
	if err := checkMessage(&spec); err != nil {
		return Message{}, err
	}
	if err := requirePrincipal(ctx, tx, who); err != nil {
		return Message{}, err
	}
	at := now()
	m := Message{ID: newID("message"), Conversation: spec.Conversation, Parent: spec.Parent, Author: who.ID, Role: spec.Role,
		State: spec.State, Text: spec.Text, Thinking: spec.Thinking, Mode: spec.Mode, Model: spec.Model,
		Attachments: spec.Attachments, Created: at}
	if spec.Once != "" {
		m.ID = onceID(who, spec.Once)
	}
	if m.State != StateWriting {
		m.Finished = at
	}
	// The conversation is changed first: until the end of the transaction nobody else takes the next number.
	result, err := tx.Exec(`UPDATE conversations SET leaf = $1, updated = $2 WHERE id = $3 AND principal = $4 AND deleted = 0
			AND `+cleared("conversations.grade", 4),
		m.ID, milliseconds(at), m.Conversation, who.ID)
	if err != nil {
		return m, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return m, orElse(err, chat.NewError(chat.CodeNoConversation, nil, m.Conversation))
	}
	if m.Parent != "" {
		if err := requireMessage(ctx, tx, m.Conversation, m.Parent); err != nil {
			return m, err
		}
	}
	if err := insertMessage(ctx, tx, who, &m); err != nil || spec.Beside == "" {
		return m, err
	}
	return m, takeAlong(tx, who, m, spec.Beside)
}

// insertMessage gives a message the next number of its conversation and keeps it.
func insertMessage(ctx context.Context, tx *sql.Tx, who chat.Principal, m *Message) error {
	last, _, err := row(ctx, tx, integer, `SELECT coalesce(max(number), 0) FROM messages WHERE conversation = $1`, m.Conversation)
	if err != nil {
		return err
	}
	m.Number = last + 1
	documents, err := attachDocuments(ctx, tx, who, m)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO messages (id, conversation, parent, number, principal, role, state, text, thinking, mode, model,
			attachments, finish, created, finished, grade)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, (SELECT grade FROM conversations WHERE id = $2))`,
		m.ID, m.Conversation, m.Parent, m.Number, m.Author, string(m.Role), string(m.State), m.Text, m.Thinking, m.Mode, m.Model,
		string(m.Attachments), m.Finish, milliseconds(m.Created), milliseconds(m.Finished))
	if err == nil {
		err = attach(ctx, tx, who, *m)
	}
	if err == nil {
		err = insertSources(tx, m.ID, documents, true)
	}
	if err == nil {
		err = hurry(tx, documents)
	}
	if err != nil || m.State == StateWriting {
		return err
	}
	return indexMessage(ctx, tx, who.ID, *m)
}

// orElse is err, or another if there is none.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// checkMessage fills in what is left out and is an error for what no message can be.
func checkMessage(spec *MessageSpec) error {
	bad := func(field, found, want string) error {
		return chat.NewError(chat.CodeBadField, nil, field, found, want)
	}
	if spec.State == "" {
		spec.State = StateDone
	}
	if spec.Attachments == nil {
		spec.Attachments = json.RawMessage("[]")
	}
	switch spec.State {
	case StateWriting, StateDone, StateStopped, StateInterrupted, StateFailed:
	default:
		return bad("state", fmt.Sprintf("%.40q", spec.State), "writing | done | stopped | interrupted | failed")
	}
	switch {
	case spec.Role != chat.User && spec.Role != chat.Assistant:
		return bad("role", fmt.Sprintf("%.40q", spec.Role), "user | assistant")
	case spec.State == StateWriting && spec.Role == chat.User:
		return bad("state", string(spec.State), "done")
	case len(spec.Text) > maxText || len(spec.Thinking) > maxText:
		return bad("text", fmt.Sprintf("%d bytes", max(len(spec.Text), len(spec.Thinking))), fmt.Sprintf("≤ %d", maxText))
	case len(spec.Attachments) > maxAttachments || !isList(spec.Attachments):
		return bad("attachments", fmt.Sprintf("%.40q", spec.Attachments), "[…]")
	}
	for _, f := range []struct{ name, value string }{{"parent", spec.Parent}, {"mode", spec.Mode}, {"model", spec.Model},
		{"client_id", spec.Once}} {
		if err := checkLine(f.name, f.value, maxWord); err != nil {
			return err
		}
	}
	spec.Text, spec.Thinking = validText(spec.Text), validText(spec.Thinking)
	return nil
}

func isList(data json.RawMessage) bool {
	var list []json.RawMessage
	return json.Unmarshal(data, &list) == nil
}

// requireMessage is an error unless a conversation has a message, and it has not been deleted.
func requireMessage(ctx context.Context, q querier, conversation, id string) error {
	n, _, err := row(ctx, q, integer,
		`SELECT count(*) FROM messages WHERE id = $1 AND conversation = $2 AND deleted = 0`, id, conversation)
	if err == nil && n == 0 {
		err = chat.NewError(chat.CodeNoMessage, nil, id)
	}
	return err
}

// Message returns a message of a conversation of who, or CodeNoMessage. It has no Siblings.
func (s *Store) Message(ctx context.Context, who chat.Principal, id string) (Message, error) {
	m, err := ownMessage(ctx, s.reader, who, id)
	return m, s.fault("read a message", err)
}

func ownMessage(ctx context.Context, q querier, who chat.Principal, id string) (Message, error) {
	m, ok, err := row(ctx, q, scanMessage, `SELECT `+messageColumns+` FROM messages
		JOIN conversations ON conversations.id = messages.conversation
		WHERE messages.id = $1 AND messages.deleted = 0 AND conversations.principal = $2 AND conversations.deleted = 0
			AND `+cleared("conversations.grade", 2), id, who.ID)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoMessage, nil, id)
	}
	return m, err
}

// FinishMessage ends an answer that was being written. It is the server's, which writes it: nobody else may.
// CodeAnswerOver if it has ended already, CodeNoMessage if it is not there, or not any more.
func (s *Store) FinishMessage(ctx context.Context, id string, end MessageEnd) error {
	switch end.State {
	case StateDone, StateStopped, StateInterrupted, StateFailed:
	default:
		return chat.NewError(chat.CodeBadField, nil, "state", fmt.Sprintf("%.40q", end.State), "done | stopped | interrupted | failed")
	}
	return s.write(ctx, "finish an answer", func(tx *sql.Tx) error { return finishMessage(ctx, tx, id, end) })
}

func finishMessage(ctx context.Context, tx *sql.Tx, id string, end MessageEnd) error {
	owner, err := requireWriting(ctx, tx, id)
	if err != nil {
		return err
	}
	code, params := "", "[]"
	if end.Error != nil {
		code = string(end.Error.Code)
		if params, err = encodeParams(end.Error.Params); err != nil {
			return fmt.Errorf("parameters of %s: %w", id, err)
		}
	}
	m, ok, err := row(ctx, tx, scanMessage, `UPDATE messages SET state = $2, text = $3, thinking = $4, prompt = $5, cached = $6,
			completion = $7, finish = $8, error_code = $9, error_params = $10, finished = $11,
			model = CASE WHEN $12 = '' THEN model ELSE $12 END
		WHERE id = $1 RETURNING `+messageColumns,
		id, string(end.State), validText(end.Text), validText(end.Thinking), end.Usage.PromptTokens, end.Usage.CachedTokens,
		end.Usage.CompletionTokens, end.Finish, code, params, milliseconds(now()), end.Model)
	if err != nil || !ok {
		return orElse(err, chat.NewError(chat.CodeNoMessage, nil, id))
	}
	if err := indexMessage(ctx, tx, owner, m); err != nil {
		return err
	}
	return redactEnded(ctx, tx, id)
}

// requireWriting is an error unless an answer is being written. It returns whose conversation it is in.
func requireWriting(ctx context.Context, q querier, id string) (owner string, err error) {
	type found struct{ state, owner string }
	f, ok, err := row(ctx, q, func(r scanner) (f found, err error) {
		err = r.Scan(&f.state, &f.owner)
		return f, err
	}, `SELECT messages.state, conversations.principal FROM messages
		JOIN conversations ON conversations.id = messages.conversation
		WHERE messages.id = $1 AND messages.deleted = 0 AND conversations.deleted = 0`, id)
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "", chat.NewError(chat.CodeNoMessage, nil, id)
	case MessageState(f.state) != StateWriting:
		return "", chat.NewError(chat.CodeAnswerOver, nil, id)
	}
	return f.owner, nil
}
