package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// ImportedConversation is a conversation that comes from elsewhere: another program's export, or our own.
type ImportedConversation struct {
	Title    string
	Folder   string // "" is none
	Mode     string
	Model    string
	Origin   string // 'import:…'
	Pinned   bool
	Archived bool
	Created  time.Time // zero, or in the future, is now
	Updated  time.Time // likewise
	Messages []ImportedMessage
	Leaf     int // the place in Messages of the one whose branch is shown; -1 is the last
	Grade    int // 0 to MaxGrade; a folder's, if that is higher

	Lowest int // of what was copied from others: what its grade is never below

	// Files are the content of what its messages name, by hash. What is not among them is shown as a file that is gone,
	// unless whoever imports it has it.
	Files map[string]ImportedFile

	temporary bool   // of a copy: as ConversationSpec.Temporary
	filesOf   string // of a copy: whose files it takes along; "" are those of whoever imports
}

// ImportedFile is a file that comes with a conversation.
type ImportedFile struct {
	MIME    string
	Content []byte
}

// ImportedMessage is one of its messages. It gets an id of its own: those of other programs are theirs.
type ImportedMessage struct {
	Parent   int // the place of its parent in Messages, which is before its own; -1 is a root
	Role     chat.Role
	State    MessageState // "" is StateDone; not StateWriting
	Text     string
	Thinking string
	Mode     string
	Model    string
	Finish   string
	Created  time.Time // zero, or in the future, is the conversation's
	Events   []Event

	Attachments json.RawMessage // a list; nil is none
}

// importChunk is how many messages are kept in one transaction: between two of them others write.
const importChunk = 200

// importOne is a conversation on its way in.
type importOne struct {
	Conversation
	from *ImportedConversation
	ids  []string // of the messages, by place
}

// CheckImport is the error with which Import would refuse conversations for what they are.
func CheckImport(all []ImportedConversation) error {
	for i := range all {
		if _, err := prepareImport(chat.Local, &all[i], now()); err != nil {
			return err
		}
	}
	return nil
}

// Import keeps conversations for who, all or none, and returns their ids in order. They are written piece by piece, so
// that nobody waits for the whole; until the last piece they are nowhere to be seen, and what a process has left that
// went away meanwhile is deleted when the store is next opened. CodeBadField says what no conversation can be.
func (s *Store) Import(ctx context.Context, who chat.Principal, all []ImportedConversation) (ids []string, err error) {
	at := now()
	staged := make([]*importOne, 0, len(all))
	for i := range all {
		one, err := prepareImport(who, &all[i], at)
		if err != nil {
			return nil, err
		}
		staged = append(staged, one)
		ids = append(ids, one.ID)
	}
	defer func() {
		if err != nil {
			if e := s.dropImport(context.WithoutCancel(ctx), ids); e != nil {
				s.log.Error("what was left of an import was not deleted", "err", e)
			}
			ids = nil
		}
	}()
	if err := s.stage(ctx, who, staged, at); err != nil {
		return ids, err
	}
	if err := s.putFiles(ctx, who, staged); err != nil {
		return ids, err
	}
	return ids, s.write(ctx, "complete an import", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		messages := 0
		for _, one := range staged {
			if err := gradeImport(ctx, tx, who, one); err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE conversations SET deleted = 0 WHERE id = $1`, one.ID); err != nil {
				return err
			}
			messages += len(one.ids)
		}
		return appendAudit(tx, who, "conversation.import", "", map[string]any{"conversations": len(staged), "messages": messages})
	})
}

// prepareImport checks a conversation and gives it and its messages ids.
func prepareImport(who chat.Principal, from *ImportedConversation, at time.Time) (*importOne, error) {
	one := &importOne{from: from, Conversation: Conversation{ID: newID("conversation"), Owner: who.ID, Title: from.Title,
		Folder: from.Folder, Mode: from.Mode, Model: from.Model, Pinned: from.Pinned, Archived: from.Archived, Origin: from.Origin,
		Temporary: from.temporary, Created: past(from.Created, at), Updated: past(from.Updated, at)}}
	if one.Title != "" {
		one.Titled = TitledPerson
	}
	if err := checkConversation(one.Conversation); err != nil {
		return nil, err
	}
	for i := range from.Messages {
		if err := checkImported(from.Messages, i); err != nil {
			return nil, err
		}
		one.ids = append(one.ids, newID("message"))
	}
	leaf := from.Leaf
	if leaf < 0 {
		leaf = len(one.ids) - 1
	}
	if leaf >= len(one.ids) && leaf > 0 {
		return nil, chat.NewError(chat.CodeBadField, nil, "leaf", from.Leaf, fmt.Sprintf("< %d", len(one.ids)))
	}
	if len(one.ids) > 0 {
		one.Leaf = one.ids[leaf]
	}
	return one, nil
}

func checkImported(all []ImportedMessage, i int) error {
	m := &all[i]
	if m.Parent < -1 || m.Parent >= i {
		return chat.NewError(chat.CodeBadField, nil, "parent", m.Parent, fmt.Sprintf("-1 … %d", i-1))
	}
	if m.State == StateWriting {
		return chat.NewError(chat.CodeBadField, nil, "state", string(m.State), "done | stopped | interrupted | failed")
	}
	if err := checkLine("finish", m.Finish, maxWord); err != nil {
		return err
	}
	if err := checkEvents(m.Events); err != nil {
		return chat.NewError(chat.CodeBadField, err, "events", "…", "numbers that rise, and JSON")
	}
	spec := MessageSpec{Role: m.Role, State: m.State, Text: m.Text, Thinking: m.Thinking, Mode: m.Mode, Model: m.Model,
		Attachments: m.Attachments}
	if err := checkMessage(&spec); err != nil {
		return err
	}
	m.State, m.Text, m.Thinking = spec.State, spec.Text, spec.Thinking
	return nil
}

// past is a time that has been, or else another.
func past(t, other time.Time) time.Time {
	if t.Before(time.UnixMilli(1)) || t.After(other) {
		return other
	}
	return moment(milliseconds(t))
}

// stage writes conversations as deleted ones, some messages in each transaction.
func (s *Store) stage(ctx context.Context, who chat.Principal, staged []*importOne, at time.Time) error {
	for pieces := range pieces(staged) {
		err := s.write(ctx, "import", func(tx *sql.Tx) error {
			for _, p := range pieces {
				if err := p.of.write(ctx, tx, who, p.from, p.to, at); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// piece is some messages of a conversation, from one place to another.
type piece struct {
	of       *importOne
	from, to int
}

// pieces cuts conversations into what is kept in one transaction each.
func pieces(staged []*importOne) iter.Seq[[]piece] {
	return func(yield func([]piece) bool) {
		var some []piece
		room := importChunk
		for _, one := range staged {
			for from := 0; from == 0 || from < len(one.ids); {
				to := min(from+room, len(one.ids))
				some = append(some, piece{one, from, to})
				room -= max(to-from, 1) // one without messages is a row, too
				from = max(to, 1)
				if room > 0 {
					continue
				}
				if !yield(some) {
					return
				}
				some, room = nil, importChunk
			}
		}
		if len(some) > 0 {
			yield(some)
		}
	}
}

// write writes the messages of a conversation from one place to another, and before the first the conversation.
func (one *importOne) write(ctx context.Context, tx *sql.Tx, who chat.Principal, from, to int, at time.Time) error {
	if from == 0 {
		_, err := tx.Exec(`INSERT INTO conversations (id, principal, title, titled, folder, mode, model, leaf, pinned, archived,
				temporary, origin, created, updated, deleted)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			one.ID, one.Owner, one.Title, string(one.Titled), one.Folder, one.Mode, one.Model, one.Leaf, bit(one.Pinned),
			bit(one.Archived), bit(one.Temporary), one.Origin, milliseconds(one.Created), milliseconds(one.Updated), importing)
		if err != nil {
			return err
		}
		if err := indexTitle(ctx, tx, one.Conversation); err != nil {
			return err
		}
	}
	for i := from; i < to; i++ {
		if err := one.writeMessage(ctx, tx, who, i, at); err != nil {
			return err
		}
	}
	return nil
}

func (one *importOne) writeMessage(ctx context.Context, tx *sql.Tx, who chat.Principal, i int, at time.Time) error {
	from := &one.from.Messages[i]
	created := one.Created
	if t := past(from.Created, at); t != at {
		created = t
	}
	m := Message{ID: one.ids[i], Conversation: one.ID, Role: from.Role, State: from.State, Text: from.Text, Created: created}
	if from.Parent >= 0 {
		m.Parent = one.ids[from.Parent]
	}
	_, err := tx.Exec(`INSERT INTO messages (id, conversation, parent, number, principal, role, state, text, thinking, mode, model,
			attachments, finish, created, finished)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)`,
		m.ID, m.Conversation, m.Parent, i+1, who.ID, string(m.Role), string(m.State), m.Text, from.Thinking, from.Mode, from.Model,
		cmp.Or(string(from.Attachments), "[]"), from.Finish, milliseconds(created))
	if err != nil {
		return err
	}
	for _, e := range from.Events {
		_, err := tx.Exec(insertEvent, m.ID, e.Number, e.first(), e.Kind, e.Version, string(e.Data), milliseconds(created))
		if err != nil {
			return err
		}
	}
	// What is in Files comes later, and what is nowhere is shown as gone.
	if _, err := refer(tx, cmp.Or(one.from.filesOf, who.ID), who.ID, m.ID, filesOf(from.Attachments, from.Events)); err != nil {
		return err
	}
	if err := indexMessage(ctx, tx, who.ID, m); err != nil {
		return err
	}
	return one.noteSources(ctx, tx, who, m.ID, from)
}

// noteSources notes what a message rests on, as far as it is here and who may read it: an import from elsewhere names what is
// none of ours. Of what was copied from a conversation here, what has gone meanwhile is taken out.
func (one *importOne) noteSources(ctx context.Context, tx *sql.Tx, who chat.Principal, message string, from *ImportedMessage) error {
	here := strings.HasPrefix(one.Origin, "branch:") || strings.HasPrefix(one.Origin, "share:")
	note := func(version string, attached bool) error {
		if err := requireVersion(ctx, tx, who, version); err != nil && (!here || codeOf(err) != chat.CodeNoDocument) {
			if codeOf(err) == chat.CodeNoDocument {
				return nil
			}
			return err
		}
		return insertSources(tx, message, []string{version}, attached)
	}
	for _, version := range sourcesOf(from.Events) {
		if err := note(version, false); err != nil {
			return err
		}
	}
	_, err := eachDocument(from.Attachments, func(d *attachedDocument) error {
		if d.Version == "" {
			return nil
		}
		return note(d.Version, true)
	})
	if err != nil || !here {
		return err
	}
	return redactEnded(ctx, tx, message)
}

// putFiles keeps the files that come with conversations, for the messages that name them: each is written once, however
// many name it. Only those of a name that is their own come to be there: the name is their hash.
func (s *Store) putFiles(ctx context.Context, who chat.Principal, staged []*importOne) error {
	kept := make(map[string]bool)
	var others []named
	for _, one := range staged {
		if len(one.from.Files) == 0 {
			continue
		}
		for i := range one.ids {
			for _, hash := range filesOf(one.from.Messages[i].Attachments, one.from.Messages[i].Events) {
				file, ok := one.from.Files[hash]
				switch {
				case !ok:
				case kept[hash]:
					others = append(others, named{one.ids[i], hash})
				default:
					kept[hash] = true
					_, err := s.PutBlob(ctx, who, messageObject(one.ids[i]), file.MIME, bytes.NewReader(file.Content))
					if err != nil {
						return err
					}
				}
			}
		}
	}
	for some := range slices.Chunk(others, importChunk) {
		err := s.write(ctx, "import files", func(tx *sql.Tx) error {
			for _, one := range some {
				if _, err := refer(tx, who.ID, who.ID, one.message, []string{one.hash}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// named is a file that a message names.
type named struct{ message, hash string }

// dropImport deletes what is there of conversations that were not completed.
func (s *Store) dropImport(ctx context.Context, ids []string) error {
	for chunk := range slices.Chunk(ids, importChunk/10) {
		var gone []string
		err := s.write(ctx, "delete what is left of an import", func(tx *sql.Tx) error {
			gone = nil // it may be tried again
			for _, id := range chunk {
				// One that was completed after all stays.
				n, _, err := row(ctx, tx, integer, `SELECT count(*) FROM conversations WHERE id = $1 AND deleted = $2`, id, importing)
				if err != nil {
					return err
				}
				if n == 0 {
					continue
				}
				files, err := wipe(ctx, tx, id)
				if err != nil {
					return err
				}
				gone = append(gone, files...)
				if _, err := tx.Exec(`DELETE FROM conversations WHERE id = $1`, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		s.dropFiles(ctx, gone)
	}
	return nil
}

// dropImports deletes what processes have left of imports that they did not complete. Nobody imports meanwhile: the
// store is being opened.
func (s *Store) dropImports(ctx context.Context) error {
	ids, err := rows(ctx, s.reader, text, `SELECT id FROM conversations WHERE deleted = $1`, importing)
	if err != nil {
		return s.fault("find what is left of imports", err)
	}
	return s.dropImport(ctx, ids)
}
