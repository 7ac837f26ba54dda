package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"exaone/chat"
)

// redactEnded takes out of a message that has ended what rests on documents that are not here any more. The files that an
// answer made of them are let go, and swept at the next start.
func redactEnded(ctx context.Context, tx *sql.Tx, message string) error {
	versions, err := rows(ctx, tx, text, `SELECT version FROM message_sources WHERE message = $1 ORDER BY version`, message)
	if err != nil || len(versions) == 0 {
		return err
	}
	gone, err := goneOf(ctx, tx, versions)
	if err != nil || len(gone) == 0 {
		return err
	}
	_, err = redact(ctx, tx, message, gone)
	return err
}

// redact takes out of a message what rests on versions that are gone: of a question its attachments, of an answer what
// unsayText and unsay do, what it thought, and what came with it. It cannot be found by that any more, no summary has it, and no
// title that a model made. It returns the files that went with it, for dropFiles.
func redact(ctx context.Context, tx *sql.Tx, message string, gone map[string]bool) (files []string, err error) {
	m, ok, err := row(ctx, tx, scanMessage, `SELECT `+messageColumns+` FROM messages WHERE id = $1`, message)
	if err != nil || !ok {
		return nil, err
	}
	m.Attachments, err = eachDocument(m.Attachments, func(d *attachedDocument) error {
		if gone[d.Version] {
			*d = attachedDocument{Document: d.Document, Version: d.Version, Deleted: true}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	said := m.Text
	if m.Role == chat.Assistant && m.State != StateWriting {
		if files, err = redactAnswer(ctx, tx, &m, gone); err != nil {
			return nil, err
		}
	}
	if _, err := tx.Exec(`UPDATE messages SET text = $2, thinking = $3, attachments = $4 WHERE id = $1`, m.ID, m.Text, m.Thinking, string(m.Attachments)); err != nil {
		return nil, err
	}
	if m.State == StateWriting { // its events are redacted as they come, its text when it ends
		return nil, nil
	}
	for version := range gone {
		if _, err := tx.Exec(`DELETE FROM message_sources WHERE message = $1 AND version = $2`, m.ID, version); err != nil {
			return nil, err
		}
	}
	if said == m.Text {
		return files, nil
	}
	return files, forgetSaid(ctx, tx, m)
}

// redactAnswer redacts the text and the events of an answer that has ended.
func redactAnswer(ctx context.Context, tx *sql.Tx, m *Message, gone map[string]bool) (files []string, err error) {
	events, err := eventsOf(ctx, tx, m.ID, 0)
	if err != nil {
		return nil, err
	}
	is := func(source string) bool { return gone[strings.TrimPrefix(source, chat.SourceVersion)] }
	now := unsayText(m.Text, claimsOf(events), func(c chat.Claim) bool { return restsElsewhere(c, is) }, chat.CodeDocumentGone)
	m.Text, m.Thinking = now.text, ""
	hashes := filesOf(nil, events)
	last := -1 // the delta that spells all of the text from then on
	for i, e := range events {
		if e.Kind == "delta" {
			last = i
		}
	}
	for i, e := range events {
		after, err := redactEvent(e, is, now, i == last)
		if err != nil {
			return nil, err
		}
		switch {
		case after == nil:
			_, err = tx.Exec(`DELETE FROM events WHERE message = $1 AND number = $2`, m.ID, e.Number)
		case string(after.Data) != string(e.Data):
			_, err = tx.Exec(`UPDATE events SET version = $3, data = $4 WHERE message = $1 AND number = $2`, m.ID, e.Number, after.Version, string(after.Data))
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := tx.Exec(`UPDATE messages SET error_params = $2 WHERE id = $1`, m.ID, blankParams(m.Error)); err != nil {
		return nil, err
	}
	for _, hash := range hashes {
		some, err := letGo(ctx, tx, `object = $1 AND hash = $2`, messageObject(m.ID), hash)
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	return files, nil
}

// claimsOf are the claims among events.
func claimsOf(events []Event) []chat.Claim {
	var all []chat.Claim
	for _, e := range events {
		if e.Kind != "claim" {
			continue
		}
		if c, ok := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.Claim); ok {
			all = append(all, c)
		}
	}
	return all
}

// redactEvent is an event of an answer whose text is redacted, or nil for one that goes: what was made of documents goes with
// any of them. The whole text is where its last piece was.
func redactEvent(e Event, is func(source string) bool, now unsaid, last bool) (_ *Event, err error) {
	switch told := chat.DecodeEvent(e.Kind, e.Version, e.Data).(type) {
	case chat.Delta:
		piece := chat.Delta{}
		if last {
			piece.Text = now.text
		}
		_, e.Version, e.Data, err = chat.EncodeEvent(piece)
	case chat.Claim:
		told = unsayClaim(told, is, false)
		told.Start, told.End = now.at(told.Start, told.End)
		_, e.Version, e.Data, err = chat.EncodeEvent(told)
	case chat.Citation, chat.Passages:
		e, err = unsayEvent(e, is, false)
	case chat.Verdict:
		told.Failed = slices.Repeat([]string{"…"}, len(told.Failed))
		_, e.Version, e.Data, err = chat.EncodeEvent(told)
	case chat.Ledger:
		for i := range told.Items {
			told.Items[i].Label = ""
		}
		_, e.Version, e.Data, err = chat.EncodeEvent(told)
	case chat.Phase, chat.Finish:
	default: // tables, charts, files, what tools were asked and gave, and what this program cannot read
		return nil, nil
	}
	return &e, err
}

// blankParams are the parameters of an error as they are kept, without words.
func blankParams(e *chat.Error) string {
	if e == nil {
		return "[]"
	}
	text, err := encodeParams(blank(e.Params))
	if err != nil {
		return "[]"
	}
	return text
}

// blank are parameters of an error, without words.
func blank(params []any) []any {
	params = slices.Clone(params)
	for i, p := range params {
		if _, ok := p.(string); ok {
			params[i] = "…"
		}
	}
	return params
}

// forgetSaid makes all that was derived from an answer follow what it says now.
func forgetSaid(ctx context.Context, tx *sql.Tx, m Message) error {
	if err := dropSummariesOver(ctx, tx, m); err != nil {
		return err
	}
	c, ok, err := row(ctx, tx, scanConversation, `UPDATE conversations SET redacted = $2 WHERE id = $1 RETURNING `+conversationColumns,
		m.Conversation, milliseconds(now()))
	if err != nil || !ok {
		return err
	}
	if err := unindex(ctx, tx, m.Conversation, m.ID); err != nil {
		return err
	}
	if err := indexMessage(ctx, tx, c.Owner, m); err != nil || c.Titled != TitledModel {
		return err
	}
	if c.Title, err = titleOfQuestion(ctx, tx, c.ID); err != nil {
		return err
	}
	c.Titled = TitledRule
	if _, err := tx.Exec(`UPDATE conversations SET title = $2, titled = $3 WHERE id = $1`, c.ID, c.Title, string(c.Titled)); err != nil {
		return err
	}
	return indexTitle(ctx, tx, c)
}

// titleOfQuestion is how a conversation's first question begins: the words of a person.
func titleOfQuestion(ctx context.Context, q querier, conversation string) (string, error) {
	asked, _, err := row(ctx, q, text, `SELECT text FROM messages WHERE conversation = $1 AND role = 'user' AND deleted = 0 ORDER BY number LIMIT 1`, conversation)
	return beginning(asked), err
}

// beginning is the first line of a text, at most 30 characters of it.
func beginning(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	words := []rune(strings.Join(strings.Fields(line), " "))
	if len(words) > 30 {
		return string(words[:29]) + "…"
	}
	return string(words)
}

// attachmentsShown are the attachments of a message as others see it: of documents that they may not read they see that there
// is one.
func attachmentsShown(attachments json.RawMessage, may func(version string) (bool, error)) (json.RawMessage, error) {
	return eachDocument(attachments, func(d *attachedDocument) error {
		ok, err := may(d.Version)
		if !ok && !d.Deleted {
			*d = attachedDocument{Document: hidden, Withheld: true}
		}
		return err
	})
}

// hidden stands for the id of a document that is not told.
const hidden = "-"
