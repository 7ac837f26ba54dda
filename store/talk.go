package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"exaone/chat"
)

// What follows is for the program itself, which keeps an index of what people said.

// Talk is a conversation as an index is to have it: what of it changes what is found, or by whom.
type Talk struct {
	ID       string
	Owner    string // the id of a principal
	Grade    int
	Title    string
	Updated  time.Time // the last message that was begun
	Finished time.Time // the last message that was ended
	Redacted time.Time // when something was last taken out of what was said; zero is never
}

// Version names all that a Talk says: another one is to be put into the index anew.
func (t Talk) Version() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d %d %d\n%s", t.Owner, t.Grade, milliseconds(t.Updated), milliseconds(t.Finished), t.Title))
	return hex.EncodeToString(sum[:12]) + t.Cut()
}

// Cut ends a Version of a conversation out of which something was taken: one that has another end, and is in an index, is to
// leave it with every byte before it is put in again.
func (t Talk) Cut() string {
	if t.Redacted.IsZero() {
		return ""
	}
	return fmt.Sprintf(" cut %d", milliseconds(t.Redacted))
}

func scanTalk(r scanner) (t Talk, err error) {
	var updated, finished, redacted int64
	err = r.Scan(&t.ID, &t.Owner, &t.Grade, &t.Title, &updated, &redacted, &finished)
	t.Updated, t.Finished, t.Redacted = moment(updated), moment(finished), moment(redacted)
	return t, err
}

// Talks returns the conversations that can be searched, after one of an id, in the order of ids, at most limit of them. since
// leaves out those with no message begun, and nothing taken out, since then; the zero time leaves out none.
func (s *Store) Talks(ctx context.Context, who chat.Principal, since time.Time, after string, limit int) ([]Talk, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanTalk, `SELECT id, principal, grade, title, updated, redacted,
			coalesce((SELECT max(finished) FROM messages WHERE messages.conversation = conversations.id AND messages.deleted = 0), 0)
		FROM conversations WHERE deleted = 0 AND temporary = 0 AND (updated >= $1 OR redacted >= $1) AND id > $2 ORDER BY id LIMIT $3`,
		milliseconds(since), after, limit)
	return all, s.fault("list the conversations to be found", err)
}

// Handovers counts how often conversations have come to be somebody else's since the store was opened: their times do not tell.
func (s *Store) Handovers() int64 { return s.handed.Load() }

// GoneTalks returns the ids of conversations that were deleted since a time.
func (s *Store) GoneTalks(ctx context.Context, who chat.Principal, since time.Time) ([]string, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, text, `SELECT id FROM conversations WHERE deleted <> 0 AND deleted >= $1 AND deleted <> $2 ORDER BY id`,
		milliseconds(since), importing)
	return all, s.fault("list the conversations that are gone", err)
}

// TalkText is what one message says.
type TalkText struct{ Message, Text string }

// TalkTexts returns what the messages of a conversation say, in the order in which they were made; of a conversation that is
// deleted nothing.
func (s *Store) TalkTexts(ctx context.Context, who chat.Principal, conversation string) ([]TalkText, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	scan := func(r scanner) (t TalkText, err error) {
		err = r.Scan(&t.Message, &t.Text)
		return t, err
	}
	all, err := rows(ctx, s.reader, scan, `SELECT messages.id, messages.text FROM messages JOIN conversations ON conversations.id = messages.conversation
		WHERE messages.conversation = $1 AND messages.deleted = 0 AND messages.state <> 'writing' AND conversations.deleted = 0
			AND conversations.temporary = 0 ORDER BY messages.number`, conversation)
	return all, s.fault("read a conversation to be found", err)
}

// FoundTalk is where in a conversation an index found something.
type FoundTalk struct {
	Conversation, Message string
	Text                  string   // what was found, as the index has it
	Marks                 [][2]int // bytes of it that match
}

// FindTalks returns what an index has found, as Find would tell it: those of the conversations that who may search now.
func (s *Store) FindTalks(ctx context.Context, who chat.Principal, talks []FoundTalk) ([]Found, error) {
	var found []Found
	for _, t := range talks {
		c, ok, err := row(ctx, s.reader, scanConversation, `SELECT `+conversationColumns+` FROM conversations WHERE conversations.id = $2 AND `+findable(1),
			who.ID, t.Conversation)
		if err != nil {
			return nil, s.fault("look up a conversation", err)
		}
		if ok {
			text, marks := excerpt(t.Text, t.Marks)
			found = append(found, Found{Conversation: c, Message: t.Message, Snippet: text, Marks: marks})
		}
	}
	return found, nil
}
