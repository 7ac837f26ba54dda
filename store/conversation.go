package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"exaone/chat"
)

// Titled says who gave a conversation its title.
type Titled string

// Those who give titles. What a person gave only a person changes.
const (
	TitledNot    Titled = ""
	TitledRule   Titled = "rule"
	TitledModel  Titled = "model"
	TitledPerson Titled = "person"
)

// Conversation is a tree of messages that belongs to one principal.
type Conversation struct {
	ID        string
	Owner     string // the id of a principal
	Title     string
	Titled    Titled
	Folder    string // "" is none
	Mode      string
	Model     string
	Leaf      string // the message whose branch is shown; "" while there is no message
	Pinned    bool
	Archived  bool
	Temporary bool   // forgotten a day after its last message; in no list and no search
	Grade     int    // how confidential it is, and all that is in it
	Origin    string // where it came from: 'import:…', 'branch:ID', 'share:ID'; "" was begun here
	Created   time.Time
	Updated   time.Time // of the last message, not of the last change of its name

	Lowest int // what Grade is never below
}

// Cursor is where a list of conversations goes on after this one.
func (c Conversation) Cursor() string {
	return fmt.Sprintf("%d.%d.%s", bit(c.Pinned), milliseconds(c.Updated), c.ID)
}

// ConversationSpec is what a new conversation should be. Its zero value will do.
type ConversationSpec struct {
	Title     string
	Titled    Titled // "" with a Title is TitledPerson
	Folder    string
	Mode      string
	Model     string
	Temporary bool
	Grade     int // 0 to MaxGrade; a folder's, if that is higher
	Origin    string
}

// ConversationChange is what should be otherwise; nil stays as it is.
type ConversationChange struct {
	Title    *string
	Titled   *Titled // who gave Title; nil is TitledPerson
	Folder   *string
	Pinned   *bool
	Archived *bool
	Mode     *string
	Model    *string
	Leaf     *string // a message of the conversation
	Grade    *int    // 0 to MaxGrade; a folder's, if that is higher
}

// ConversationFilter says which conversations are listed.
type ConversationFilter struct {
	Folder   string // "" is all, whether in a folder or not
	Archived bool   // those that are archived, and no other
	Before   string // the Cursor of the last one that is known; "" begins
	Limit    int    // 1 to 200; 0 is 50

	reader string // the id of an auditor, whose clearance counts instead; "" is whose they are
}

// Bounds of what people write, in bytes.
const (
	maxTitle = 1 << 10
	maxWord  = 256 // modes, models, origins
)

const conversationColumns = `conversations.id, conversations.principal, conversations.title, conversations.titled,
	conversations.folder, conversations.mode, conversations.model, conversations.leaf, conversations.pinned,
	conversations.archived, conversations.temporary, conversations.grade, conversations.lowest, conversations.origin, conversations.created, conversations.updated`

func scanConversation(r scanner) (c Conversation, err error) {
	var pinned, archived, temporary, created, updated int64
	err = r.Scan(&c.ID, &c.Owner, &c.Title, &c.Titled, &c.Folder, &c.Mode, &c.Model, &c.Leaf, &pinned, &archived,
		&temporary, &c.Grade, &c.Lowest, &c.Origin, &created, &updated)
	c.Pinned, c.Archived, c.Temporary = pinned != 0, archived != 0, temporary != 0
	c.Created, c.Updated = moment(created), moment(updated)
	return c, err
}

// bit is how a truth value is kept.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// CreateConversation begins a conversation of who. CodeBadField says what is wrong with the spec, CodeNoFolder that
// the folder is not theirs.
func (s *Store) CreateConversation(ctx context.Context, who chat.Principal, spec ConversationSpec) (c Conversation, err error) {
	err = s.write(ctx, "create a conversation", func(tx *sql.Tx) error {
		c, err = insertConversation(ctx, tx, who, spec, now())
		return err
	})
	if err != nil {
		return Conversation{}, err
	}
	return c, nil
}

func insertConversation(ctx context.Context, tx *sql.Tx, who chat.Principal, spec ConversationSpec, at time.Time) (Conversation, error) {
	if spec.Title != "" && spec.Titled == TitledNot {
		spec.Titled = TitledPerson
	}
	c := Conversation{ID: newID("conversation"), Owner: who.ID, Title: spec.Title, Titled: spec.Titled, Folder: spec.Folder,
		Mode: spec.Mode, Model: spec.Model, Temporary: spec.Temporary, Grade: spec.Grade, Origin: spec.Origin, Created: at, Updated: at}
	if err := checkConversation(c); err != nil {
		return c, err
	}
	if err := requirePrincipal(ctx, tx, who); err != nil {
		return c, err
	}
	folder, err := folderGrade(ctx, tx, who, c.Folder)
	if err != nil {
		return c, err
	}
	c.Grade = max(c.Grade, folder)
	if err := requireGrade(ctx, tx, who, c.Grade); err != nil {
		return c, err
	}
	_, err = tx.Exec(`INSERT INTO conversations (id, principal, title, titled, folder, mode, model, temporary, grade, origin, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.ID, c.Owner, c.Title, string(c.Titled), c.Folder, c.Mode, c.Model, bit(c.Temporary), c.Grade, c.Origin,
		milliseconds(c.Created), milliseconds(c.Updated))
	if err != nil {
		return c, err
	}
	return c, indexTitle(ctx, tx, c)
}

// checkConversation is an error for a field that no conversation can have.
func checkConversation(c Conversation) error {
	if err := checkTitled(c.Titled); err != nil {
		return err
	}
	if err := checkLine("title", c.Title, maxTitle); err != nil {
		return err
	}
	for _, f := range []struct{ name, value string }{{"folder", c.Folder}, {"mode", c.Mode}, {"model", c.Model}, {"origin", c.Origin}} {
		if err := checkLine(f.name, f.value, maxWord); err != nil {
			return err
		}
	}
	return nil
}

func checkTitled(titled Titled) error {
	if !slices.Contains([]Titled{TitledNot, TitledRule, TitledModel, TitledPerson}, titled) {
		return chat.NewError(chat.CodeBadField, nil, "titled", fmt.Sprintf("%.40q", titled), "rule | model | person")
	}
	return nil
}

// checkLine is an error for a text that is too long, spread over lines or not UTF-8. An empty one is well.
func checkLine(field, value string, most int) error {
	if len(value) > most || strings.ContainsFunc(value, isControl) || !utf8.ValidString(value) {
		return chat.NewError(chat.CodeBadField, nil, field, fmt.Sprintf("%.40q", value), fmt.Sprintf("≤ %d bytes, one line", most))
	}
	return nil
}

// requireFolder is an error unless a folder is there for who. None is always there.
func requireFolder(ctx context.Context, q querier, who chat.Principal, id string) error {
	_, err := folderGrade(ctx, q, who, id)
	return err
}

// folderGrade is requireFolder, and returns the grade of the folder: the lowest, of none.
func folderGrade(ctx context.Context, q querier, who chat.Principal, id string) (int, error) {
	if id == "" {
		return 0, nil
	}
	f, err := ownFolder(ctx, q, who, id)
	return f.Grade, err
}

// Conversation returns a conversation of who, or CodeNoConversation.
func (s *Store) Conversation(ctx context.Context, who chat.Principal, id string) (Conversation, error) {
	c, err := ownConversation(ctx, s.reader, who, id)
	return c, s.fault("read a conversation", err)
}

func ownConversation(ctx context.Context, q querier, who chat.Principal, id string) (Conversation, error) {
	c, ok, err := row(ctx, q, scanConversation,
		`SELECT `+conversationColumns+` FROM conversations WHERE id = $1 AND principal = $2 AND deleted = 0
			AND `+cleared("conversations.grade", 2), id, who.ID)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoConversation, nil, id)
	}
	return c, err
}

// Conversations lists conversations of who: those that are pinned first, then those that were spoken in last. There
// may be more if there are as many as the limit.
func (s *Store) Conversations(ctx context.Context, who chat.Principal, filter ConversationFilter) ([]Conversation, error) {
	args := []any{who.ID, bit(filter.Archived), cmp.Or(filter.reader, who.ID)}
	query := `SELECT ` + conversationColumns + ` FROM conversations
		WHERE principal = $1 AND archived = $2 AND deleted = 0 AND temporary = 0 AND ` + cleared("conversations.grade", 3)
	if filter.Folder != "" {
		args = append(args, filter.Folder)
		query += fmt.Sprintf(` AND folder = $%d`, len(args))
	}
	if filter.Before != "" {
		pinned, updated, id, err := parseCursor(filter.Before)
		if err != nil {
			return nil, err
		}
		args = append(args, pinned, updated, id)
		query += fmt.Sprintf(` AND (pinned, updated, id) < ($%d, $%d, $%d)`, len(args)-2, len(args)-1, len(args))
	}
	limit := filter.Limit
	if limit == 0 {
		limit = 50
	}
	args = append(args, min(max(limit, 1), 200))
	query += fmt.Sprintf(` ORDER BY pinned DESC, updated DESC, id DESC LIMIT $%d`, len(args))
	all, err := rows(ctx, s.reader, scanConversation, query, args...)
	return all, s.fault("list the conversations", err)
}

// parseCursor is the inverse of Conversation.Cursor.
func parseCursor(cursor string) (pinned, updated int64, id string, err error) {
	words := strings.SplitN(cursor, ".", 3)
	if len(words) == 3 {
		pinned, err = strconv.ParseInt(words[0], 10, 64)
		if err == nil {
			updated, err = strconv.ParseInt(words[1], 10, 64)
		}
		if err == nil && checkLine("cursor", words[2], maxWord) == nil {
			return pinned, updated, words[2], nil
		}
	}
	return 0, 0, "", chat.NewError(chat.CodeBadField, err, "cursor", fmt.Sprintf("%.40q", cursor), "next")
}

// UpdateConversation changes a conversation of who and returns what it is then. A title that a rule or a model gives
// is left out where a person gave one. CodeNoConversation, CodeNoFolder and CodeNoMessage for what is not theirs,
// CodeGradeAbove for a grade that they may not read themselves, CodeGradeBelow for one that is too low for where it is or
// comes from.
func (s *Store) UpdateConversation(ctx context.Context, who chat.Principal, id string, change ConversationChange) (c Conversation, err error) {
	err = s.write(ctx, "change a conversation", func(tx *sql.Tx) error {
		if c, err = ownConversation(ctx, tx, who, id); err != nil {
			return err
		}
		before := c.Title
		if change.Titled != nil {
			if err := checkTitled(*change.Titled); err != nil {
				return err
			}
		}
		c.apply(change)
		if err := checkConversation(c); err != nil {
			return err
		}
		if change.Folder != nil {
			if err := requireFolder(ctx, tx, who, c.Folder); err != nil {
				return err
			}
		}
		if change.Leaf != nil {
			if err := requireMessage(ctx, tx, c.ID, c.Leaf); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE conversations SET title = $2, titled = $3, folder = $4, mode = $5, model = $6, leaf = $7,
			pinned = $8, archived = $9 WHERE id = $1`,
			c.ID, c.Title, string(c.Titled), c.Folder, c.Mode, c.Model, c.Leaf, bit(c.Pinned), bit(c.Archived))
		if err != nil {
			return err
		}
		if change.Grade != nil {
			if err := regrade(ctx, tx, who, &c, *change.Grade); err != nil {
				return err
			}
		}
		if err := raise(ctx, tx, who, &c, c.Folder); err != nil || c.Title == before {
			return err
		}
		return indexTitle(ctx, tx, c)
	})
	if err != nil {
		return Conversation{}, err
	}
	return c, nil
}

func (c *Conversation) apply(change ConversationChange) {
	if change.Title != nil {
		titled := TitledPerson
		if change.Titled != nil {
			titled = *change.Titled
		}
		if c.Titled != TitledPerson || titled == TitledPerson {
			c.Title, c.Titled = *change.Title, titled
		}
	}
	set(&c.Folder, change.Folder)
	set(&c.Pinned, change.Pinned)
	set(&c.Archived, change.Archived)
	set(&c.Mode, change.Mode)
	set(&c.Model, change.Model)
	set(&c.Leaf, change.Leaf)
}

// set changes a value if there is another.
func set[T any](value, to *T) {
	if to != nil {
		*value = *to
	}
}
