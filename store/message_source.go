package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
)

// Which versions of documents a message rests on is kept beside it (message_sources), so that whoever deletes a document finds
// all that is to be changed: answers by their events, questions by their attachments.

// sourcesOf returns the versions that events tell of, each once, in order.
func sourcesOf(events []Event) []string {
	var all []string
	add := func(source string) {
		if id, ok := strings.CutPrefix(source, chat.SourceVersion); ok && checkLine("source", id, maxWord) == nil && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	for _, e := range events {
		if !slices.Contains(restingKinds, e.Kind) { // most spell an answer, and there are many
			continue
		}
		switch told := chat.DecodeEvent(e.Kind, e.Version, e.Data).(type) {
		case chat.Citation:
			add(told.Source)
		case chat.Passages:
			for _, p := range told.Items {
				add(p.Source)
			}
		case chat.Claim:
			for _, c := range told.Cites {
				add(c.Source)
			}
		case chat.Sight:
			add(chat.SourceVersion + told.Version)
			for _, version := range told.Others {
				add(chat.SourceVersion + version)
			}
		}
	}
	return all
}

// restingKinds are the kinds of events that name what an answer rests on.
var restingKinds = []string{"citation", "passages", "claim", "sight"}

// insertSources notes versions that a message rests on.
func insertSources(tx *sql.Tx, message string, versions []string, attached bool) error {
	for _, version := range versions {
		_, err := tx.Exec(`INSERT INTO message_sources (message, version, attached) VALUES ($1, $2, $3) ON CONFLICT (message, version) DO NOTHING`,
			message, version, bit(attached))
		if err != nil {
			return err
		}
	}
	return nil
}

// goneOf returns those of some versions whose document is not here any more.
func goneOf(ctx context.Context, q querier, versions []string) (map[string]bool, error) {
	gone := map[string]bool{}
	for _, id := range versions {
		_, ok, err := row(ctx, q, text, `SELECT v.id FROM document_versions AS v JOIN documents ON documents.id = v.document
			WHERE v.id = $1 AND documents.deleted = 0`, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			gone[id] = true
		}
	}
	return gone, nil
}

// attachedDocument is an attachment of a message that is a document kept here, as a message has it.
type attachedDocument struct {
	Name     string `json:"name"`
	MIME     string `json:"mime"`
	Size     int64  `json:"size"`
	Document string `json:"document"`
	Version  string `json:"version"` // that was the newest when it was attached
	// The part of a page that is asked about: x0, y0, x1, y1 in points, as document.Rect.
	Page     int       `json:"page,omitempty"`
	Box      []float64 `json:"box,omitempty"`
	Deleted  bool      `json:"deleted,omitempty"`
	Withheld bool      `json:"withheld,omitempty"` // whoever is shown the message may not read it: no more is told
}

// eachDocument changes the attachments of a list that are documents, and leaves the others as they are.
func eachDocument(attachments json.RawMessage, change func(*attachedDocument) error) (json.RawMessage, error) {
	var each []json.RawMessage
	if json.Unmarshal(attachments, &each) != nil {
		return attachments, nil
	}
	changed := false
	for i, raw := range each {
		var one attachedDocument
		if json.Unmarshal(raw, &one) != nil || one.Document == "" {
			continue
		}
		if err := change(&one); err != nil {
			return nil, err
		}
		data, err := json.Marshal(one)
		if err != nil {
			return nil, err
		}
		each[i], changed = data, true
	}
	if !changed {
		return attachments, nil
	}
	return json.Marshal(each)
}

// attachDocuments puts what the store knows of the documents that are attached to a new message in the place of what was said
// of them, makes those that waited for their conversation part of it, and returns their versions. CodeNoDocument for one that
// who may not read, and what AttachedDocuments refuses.
func attachDocuments(ctx context.Context, tx *sql.Tx, who chat.Principal, m *Message) (versions []string, err error) {
	if _, err := AttachedDocuments(m.Attachments); err != nil {
		return nil, err
	}
	m.Attachments, err = eachDocument(m.Attachments, func(one *attachedDocument) error {
		v, ok, err := row(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
			WHERE v.document = $2 AND ($3 = '' OR v.id = $3) AND `+readable(1)+` ORDER BY v.number DESC LIMIT 1`, who.ID, one.Document, one.Version)
		if err == nil && !ok {
			err = chat.NewError(chat.CodeNoDocument, nil, fmt.Sprintf("%.40s", one.Document))
		}
		if err != nil {
			return err
		}
		*one = attachedDocument{Name: v.Name, MIME: v.Mime, Size: v.Size, Document: v.Document, Version: v.ID, Page: one.Page, Box: one.Box}
		versions = append(versions, v.ID)
		return adoptDraft(ctx, tx, who, v.Document, m.Conversation)
	})
	return versions, err
}

// adoptDraft makes a document of who that waits for its conversation part of that, and as confidential.
func adoptDraft(ctx context.Context, tx *sql.Tx, who chat.Principal, document, conversation string) error {
	d, err := ownDocument(ctx, tx, who, document)
	if codeOf(err) == chat.CodeNoDocument || err == nil && !isDraft(d.Conversation) {
		return nil // it is another's, or of its own right, or has one
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE documents SET conversation = $2 WHERE id = $1`, document, conversation); err != nil {
		return err
	}
	return gradeDocuments(ctx, tx, conversation)
}

// gradeDocuments gives the documents that are part of a conversation its grade.
func gradeDocuments(ctx context.Context, tx *sql.Tx, conversation string) error {
	all, err := rows(ctx, tx, scanDocument, `SELECT `+documentColumns+` FROM documents WHERE conversation = $1 AND deleted = 0`, conversation)
	if err != nil || len(all) == 0 {
		return err
	}
	grade, _, err := row(ctx, tx, integer, `SELECT grade FROM conversations WHERE id = $1`, conversation)
	for _, d := range all {
		if err == nil && d.Grade != int(grade) {
			d.Grade = int(grade)
			if d.Class, err = keepClass(tx, d.Grade, d.Owner, nil); err == nil {
				err = setDocument(tx, d)
			}
		}
	}
	return err
}
