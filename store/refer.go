package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"exaone/chat"
)

// A message refers to the files that are attached to it and to those that it made: to each as "message:ID", in the name
// of whoever has the conversation. A message of its own refers for itself, also one that was copied, so that a file goes
// with the last of them.

// messageObject is what refers to the files of a message.
func messageObject(id string) string { return "message:" + id }

// Attachment is one of a message's attachments. Others may have other members, or be of another form altogether.
type Attachment struct {
	Name string `json:"name"`
	MIME string `json:"mime"`
	Blob string `json:"blob"` // hash of the content; "" has none here
	Size int64  `json:"size"`
}

// Attached returns the attachments that name a file, in order. Those that are documents kept here name none: they have
// readers of their own.
func Attached(attachments json.RawMessage) []Attachment {
	var each []json.RawMessage
	if json.Unmarshal(attachments, &each) != nil {
		return nil
	}
	var all []Attachment
	for _, raw := range each {
		var one struct {
			Attachment
			Document string `json:"document"`
		}
		if json.Unmarshal(raw, &one) == nil && one.Blob != "" && one.Document == "" {
			all = append(all, one.Attachment)
		}
	}
	return all
}

// filesOf returns the hashes of a message's files, each once: of those attached, and of those that its events tell of.
func filesOf(attachments json.RawMessage, events []Event) []string {
	var hashes []string
	known := make(map[string]bool)
	add := func(hash string) {
		if _, err := BlobPath(hash); err == nil && !known[hash] {
			known[hash] = true
			hashes = append(hashes, hash)
		}
	}
	for _, one := range Attached(attachments) {
		add(one.Blob)
	}
	for _, e := range events {
		if e.Kind != "file" { // most spell an answer, and there are many
			continue
		}
		if file, ok := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.File); ok {
			add(file.Blob)
		}
	}
	return hashes
}

// refer lets a message of one principal refer to files that another may have, or the same. It returns which they
// do not have, or only where it is more confidential than the message: a file does not come down by being attached. How
// confidential a message that is imported will be is not known yet: its references keep the grade of those that they come
// from until then, and gradeImport takes away what is above it.
func refer(tx *sql.Tx, from, to, message string, hashes []string) (missing []string, err error) {
	for _, hash := range hashes {
		result, err := tx.Exec(`INSERT INTO blob_refs (hash, principal, object, mime, created, grade)
			SELECT source.hash, $1, $2, source.mime, $3,
					CASE WHEN conversations.deleted = $7 THEN source.grade ELSE messages.grade END
				FROM blob_refs AS source, messages JOIN conversations ON conversations.id = messages.conversation
				WHERE source.hash = $4 AND source.principal = $5 AND messages.id = $6
					AND (source.grade <= messages.grade OR conversations.deleted = $7)
				ORDER BY source.grade, source.created LIMIT 1
			ON CONFLICT (hash, principal, object) DO UPDATE SET mime = excluded.mime, grade = excluded.grade`,
			to, messageObject(message), milliseconds(now()), hash, from, message, importing)
		if err != nil {
			return nil, err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return nil, err
			}
			missing = append(missing, hash)
		}
	}
	return missing, nil
}

// attach lets a new message refer to its attachments. Those that who does not have are CodeNoBlob, and those that they
// may read only where it is more confidential are CodeGradeBelow.
func attach(ctx context.Context, tx *sql.Tx, who chat.Principal, m Message) error {
	for _, one := range Attached(m.Attachments) {
		if _, err := BlobPath(one.Blob); err != nil {
			return err
		}
	}
	missing, err := refer(tx, who.ID, who.ID, m.ID, filesOf(m.Attachments, nil))
	if err != nil || len(missing) == 0 {
		return err
	}
	lowest, _, err := row(ctx, tx, integer, `SELECT coalesce(min(grade), 0) FROM blob_refs WHERE hash = $1 AND principal = $2
		AND `+cleared("grade", 2), missing[0], who.ID)
	switch {
	case err != nil:
		return err
	case lowest > 0:
		return chat.NewError(chat.CodeGradeBelow, nil, int(lowest))
	}
	return chat.NewError(chat.CodeNoBlob, nil, missing[0])
}

// letGo takes references away, those that a condition on blob_refs picks, and returns the hashes that nothing refers to
// any more: their files are for dropFiles, after the transaction.
func letGo(ctx context.Context, tx *sql.Tx, where string, args ...any) (gone []string, err error) {
	hashes, err := rows(ctx, tx, text, `DELETE FROM blob_refs WHERE `+where+` RETURNING hash`, args...)
	if err != nil {
		return nil, err
	}
	slices.Sort(hashes)
	for _, hash := range slices.Compact(hashes) {
		result, err := tx.Exec(`DELETE FROM blobs WHERE hash = $1
			AND NOT EXISTS (SELECT 1 FROM blob_refs WHERE blob_refs.hash = blobs.hash)`, hash)
		if err != nil {
			return nil, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return nil, err
		}
		if n > 0 {
			gone = append(gone, hash)
		}
	}
	return gone, nil
}

// dropFiles removes files whose rows have gone.
func (s *Store) dropFiles(ctx context.Context, hashes []string) {
	if len(hashes) == 0 {
		return
	}
	s.blobsMu.Lock()
	defer s.blobsMu.Unlock()
	for _, hash := range hashes {
		s.dropUnless(ctx, hash)
	}
}
