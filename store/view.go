package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/people"
)

// OpenShare returns what a share's link shows who: the conversation, as far as that is a reader's business, the branch
// with its attachments, and of the events of its answers those that a page renders. It is recorded. Whatever the reason
// why they may not see it, it is CodeNoShare: that it is revoked or has expired, that they are not in the audience, that
// its owner may act no more, or share no more, that the conversation was deleted, that there never was such a link.
//
// Messages have no siblings: other branches are not shared. What rests on a source that who may not read is withheld: citations
// and passages say only that there are some, and of an answer that rests on such a document only the sentences are shown that
// rest on others.
func (s *Store) OpenShare(ctx context.Context, who chat.Principal, secret string) (Share, Whole, error) {
	return s.openShare(ctx, who, secret, s.mostText)
}

// openShare is OpenShare with so many bytes of text, and of what came with it, at most: what is older is Cut.
func (s *Store) openShare(ctx context.Context, who chat.Principal, secret string, most int) (Share, Whole, error) {
	one, c, err := s.findShare(ctx, who, secret)
	if err != nil {
		return Share{}, Whole{}, s.fault("open a share", err)
	}
	w, err := s.shownTo(ctx, who, one, c, most)
	if err != nil {
		return Share{}, Whole{}, s.fault("open a share", err)
	}
	err = s.write(ctx, "record that a share was opened", func(tx *sql.Tx) error {
		if _, err := tx.Exec(`UPDATE shares SET opened = opened + 1 WHERE id = $1`, one.ID); err != nil {
			return err
		}
		return appendAudit(tx, who, "share.open", one.ID, nil)
	})
	if err != nil {
		return Share{}, Whole{}, err
	}
	one.Opened++
	one.Title = w.Title
	return one, w, nil
}

// OpenSharedFile opens a file that a share shows who, attached to a message or made by an answer; close it. CodeNoShare
// as OpenShare, CodeNoBlob for any other file, CodeBlobMissing if it is gone from the disk.
func (s *Store) OpenSharedFile(ctx context.Context, who chat.Principal, secret, hash string) (*os.File, Blob, error) {
	one, c, err := s.findShare(ctx, who, secret)
	if err != nil {
		return nil, Blob{}, s.fault("open a file of a share", err)
	}
	shown, err := s.showsFile(ctx, who, c, one, hash)
	if err != nil {
		return nil, Blob{}, s.fault("open a file of a share", err)
	}
	if shown {
		return s.OpenBlob(ctx, chat.Principal{ID: c.Owner}, hash)
	}
	return nil, Blob{}, chat.NewError(chat.CodeNoBlob, nil, fmt.Sprintf("%.70q", hash))
}

// showsFile reports whether a message of the branch that a share shows who has a file: one that refers to it, and shows it.
func (s *Store) showsFile(ctx context.Context, who chat.Principal, c Conversation, one Share, hash string) (bool, error) {
	if _, err := BlobPath(hash); err != nil || cmp.Or(one.Leaf, c.Leaf) == "" {
		return false, nil
	}
	t, err := loadTree(ctx, s.reader, c.ID)
	if err != nil {
		return false, err
	}
	const begins = len("message:")
	having, err := rows(ctx, s.reader, text, `SELECT messages.id FROM blob_refs JOIN messages ON messages.id = substr(blob_refs.object, $4)
		WHERE blob_refs.hash = $1 AND blob_refs.principal = $2 AND messages.conversation = $3 AND messages.deleted = 0`,
		hash, c.Owner, c.ID, begins+1)
	if err != nil {
		return false, err
	}
	for _, n := range t.path(cmp.Or(one.Leaf, c.Leaf)) {
		if !slices.Contains(having, n.id) {
			continue
		}
		m, ok, err := row(ctx, s.reader, scanMessage, `SELECT `+messageColumns+` FROM messages WHERE id = $1`, n.id)
		if err != nil {
			return false, err
		}
		events, _, err := eventsWithin(ctx, s.reader, []Message{m}, shownOnly, s.mostText)
		if err == nil && who.ID != c.Owner {
			events[m.ID], _, err = s.veilFor(who).draw(ctx, &m, events[m.ID])
		}
		if err != nil || ok && slices.Contains(filesOf(m.Attachments, events[m.ID]), hash) {
			return err == nil, err
		}
	}
	return false, nil
}

// mayShare reports whether an owner may share still. Whoever may not is heard no more by links made before.
func mayShare(owner Principal, role string) bool {
	return owner.Disabled.IsZero() && (owner.Kind == KindLocal || people.May(role, people.Share))
}

// findShare returns the share that a link leads who to, and its conversation.
func (s *Store) findShare(ctx context.Context, who chat.Principal, secret string) (Share, Conversation, error) {
	fail := func(err error) (Share, Conversation, error) { return Share{}, Conversation{}, err }
	none := chat.NewError(chat.CodeNoShare, nil)
	if !isSecret(secret) {
		return fail(none)
	}
	// Looked up by its hash, so how long that takes says nothing about any other secret.
	one, ok, err := row(ctx, s.reader, scanShare, `SELECT `+shareColumns+` FROM shares
		JOIN conversations ON conversations.id = shares.conversation AND conversations.principal = shares.principal
		WHERE shares.hash = $1 AND shares.revoked = 0 AND (shares.expires = 0 OR shares.expires > $2)
			AND conversations.deleted = 0 AND conversations.temporary = 0`, hashSecret(secret), milliseconds(now()))
	if err != nil || !ok {
		return fail(orElse(err, none))
	}
	p, ok, err := row(ctx, s.reader, scanPerson, `SELECT `+personColumns+` FROM principals WHERE id = $1`, one.Owner)
	if err != nil || !ok || !mayShare(p.Principal, p.Role) {
		return fail(orElse(err, none))
	}
	may, err := s.inAudience(ctx, who, one)
	if err != nil || !may {
		return fail(orElse(err, none))
	}
	c, err := ownConversation(ctx, s.reader, chat.Principal{ID: one.Owner}, one.Conversation)
	if err != nil {
		return fail(none) // deleted since the share was read
	}
	return one, c, nil
}

// shownTo is what a share of a conversation shows who.
func (s *Store) shownTo(ctx context.Context, who chat.Principal, one Share, c Conversation, most int) (w Whole, err error) {
	if one.Leaf != "" {
		c.Leaf = one.Leaf
	}
	c.Folder, c.Origin, c.Pinned, c.Archived = "", "", false, false
	w.Conversation = c
	if w.Messages, err = readPath(ctx, s.reader, c.ID, c.Leaf, most); err != nil {
		return w, err
	}
	kept, from, err := eventsWithin(ctx, s.reader, w.Messages, shownOnly, most)
	if err != nil {
		return w, err
	}
	w.Events = make(map[string][]Event)
	var files []string
	v := s.veilFor(who)
	for i := range w.Messages {
		m := &w.Messages[i]
		m.Siblings, m.Index = []string{m.ID}, 0
		if i < from && m.Deleted.IsZero() { // there is as little room for what came with it as for older words
			m.Cut, m.Text, m.Thinking, m.Attachments = true, "", "", nil
		}
		if !one.Thinking {
			m.Thinking = ""
		}
		w.Events[m.ID] = shownEvents(kept[m.ID])
		if who.ID != w.Owner {
			if w.Events[m.ID], _, err = v.draw(ctx, m, w.Events[m.ID]); err != nil {
				return w, err
			}
		}
		files = append(files, filesOf(m.Attachments, w.Events[m.ID])...)
	}
	if who.ID != w.Owner && w.Titled == TitledModel { // it may have words of what is not shown, also of other branches
		hides, err := v.hidesSome(ctx, c.ID)
		if err != nil {
			return w, err
		}
		if hides {
			w.Title, w.Titled = titleOfBranch(w.Messages), TitledRule
		}
	}
	return w, s.withhold(ctx, who, w, files)
}

// titleOfBranch is how the first question of a branch begins.
func titleOfBranch(branch []Message) string {
	for _, m := range branch {
		if m.Role == chat.User && m.Text != "" {
			return beginning(m.Text)
		}
	}
	return ""
}

// shownKinds are the kinds of events that a page renders beside an answer's words. How the answer came about, such as
// what a tool was asked and gave, is its owner's.
var shownKinds = []string{"passages", "claim", "citation", "table", "chart", "file", "verdict", "sight", "finish"}

// shownOnly is the condition that an event is of one of those.
var shownOnly = "IN ('" + strings.Join(shownKinds, "', '") + "')"

// shownEvents are the events of an answer that others are shown. What this program cannot read it cannot judge.
func shownEvents(all []Event) []Event {
	return slices.DeleteFunc(all, func(e Event) bool {
		_, unknown := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.Unknown)
		return unknown || !slices.Contains(shownKinds, e.Kind)
	})
}

// withhold leaves of citations of what who may not read only that there are some. Files that are shown may be read.
func (s *Store) withhold(ctx context.Context, who chat.Principal, w Whole, files []string) error {
	if who.ID == w.Owner {
		return nil
	}
	for _, events := range w.Events {
		for i := range events {
			c, ok := chat.DecodeEvent(events[i].Kind, events[i].Version, events[i].Data).(chat.Citation)
			if !ok || c.Withheld {
				continue
			}
			may, err := s.mayReadCited(ctx, who, c, files)
			if err != nil {
				return err
			}
			if may {
				continue
			}
			if _, _, events[i].Data, err = chat.EncodeEvent(chat.Citation{Index: c.Index, Withheld: true}); err != nil {
				return err
			}
		}
	}
	return nil
}
