package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"exaone/chat"
)

// Document is a file that somebody keeps here to ask about, through all its versions. Whoever may read it is its owner,
// and those whom its owner has named: persons, teams, or Everybody, as far as they are cleared for its grade.
type Document struct {
	ID      string
	Owner   string // the id of a principal
	Name    string // "" is deleted
	Grade   int
	Class   string // names all who may read it: documents with the same readers and grade have the same
	Created time.Time
	Updated time.Time
	Deleted time.Time

	Collection   string // that it is in; "" is none, or one that whoever asks may not see
	Conversation string // that it is part of: an id, or draftPrefix and what follows; "" is a document of its own right
	Inherits     bool   // its readers are those of its collection
}

// DocumentSpec is what a new document should be.
type DocumentSpec struct {
	Name    string // of the file
	Mime    string
	Size    int64    // of the file, or a little more, if that is known before it has come
	Grade   int      // 0 to MaxGrade
	Readers []string // persons, teams, Everybody; nil in a Collection: those of the collection

	Collection string // one of one's own
	// Conversation is one of one's own that the document becomes part of, without readers: it goes with it. "draft:" and a
	// word of the caller's is one that has not begun; see Message attachments.
	Conversation string
}

// VersionState is how far a version has come.
type VersionState string

// The states of versions.
const (
	VersionWaiting   VersionState = "waiting" // to be read, or being read: its job knows
	VersionRead      VersionState = "read"
	VersionFailed    VersionState = "failed"
	VersionCancelled VersionState = "cancelled"
)

// Version is one file that a document was. Answers cite a version, so that they are true when there is a newer one.
type Version struct {
	ID       string
	Document string
	Number   int    // from 1
	By       string // who put it in
	Hash     string // of its blob
	Name     string // of the file
	Mime     string
	Size     int64
	Job      string // that reads it
	State    VersionState
	CopyOf   string // another version with the same bytes that whoever put this in may read; "" is none
	Format   string
	Pages    int
	Passages int
	Cut      bool            // its reading ended before it did: another may find more
	Gaps     int             // places that could not be read; a version without is whole
	Manifest json.RawMessage // what went in and what came out; nil until it is read, and kept while it is read again
	Error    *chat.Error     // why it could not be read, or not again: it is VersionRead then, and Cut
	Indexed  string          // the class under which the index has it; "" not yet
	Embedded string          // the model that made its vectors; "" none
	Created  time.Time
	Updated  time.Time
}

// HasReading reports whether there is something that was read of it, which is so while it is read again.
func (v Version) HasReading() bool {
	return v.State == VersionRead || v.State == VersionWaiting && v.Manifest != nil
}

// hasReading is the condition of Version.HasReading, of versions under some name.
func hasReading(name string) string {
	return fmt.Sprintf(`(%[1]s.state = '%[2]s' OR %[1]s.state = '%[3]s' AND %[1]s.manifest <> '')`, name, VersionRead, VersionWaiting)
}

// unlessRead is the state of a version whose reading has brought nothing: that one, unless something had been read of it before,
// which is there still.
func unlessRead(state VersionState) string {
	return fmt.Sprintf(`CASE WHEN manifest = '' THEN '%s' ELSE '%s' END`, state, VersionRead)
}

// JobDocument is the kind of jobs that read a version; their payload is a DocumentJob.
const JobDocument = "document"

// DocumentJob is what such a job needs to know.
type DocumentJob struct {
	Version string `json:"version"`
}

// documentAttempts are how often the reading of a version may be begun: a server that is killed again and again while it
// reads one file is perhaps killed by it.
const documentAttempts = 10

const documentColumns = `documents.id, documents.principal, documents.name, documents.grade, documents.class, documents.created,
	documents.updated, documents.deleted, documents.collection, documents.conversation, documents.inherits`

func scanDocument(r scanner) (d Document, err error) {
	var created, updated, deleted, inherits int64
	err = r.Scan(&d.ID, &d.Owner, &d.Name, &d.Grade, &d.Class, &created, &updated, &deleted, &d.Collection, &d.Conversation, &inherits)
	d.Inherits, d.Created, d.Updated, d.Deleted = inherits != 0, moment(created), moment(updated), moment(deleted)
	return d, err
}

const versionColumns = `v.id, v.document, v.number, v.principal, v.hash, v.name, v.mime, v.size, v.job, v.state, v.copy_of, v.format,
	v.pages, v.passages, v.gaps, v.manifest, v.error_code, v.error_params, v.indexed, v.embedded, v.created, v.updated`

func scanVersion(r scanner) (v Version, err error) {
	var created, updated int64
	var manifest, code, params string
	err = r.Scan(&v.ID, &v.Document, &v.Number, &v.By, &v.Hash, &v.Name, &v.Mime, &v.Size, &v.Job, &v.State, &v.CopyOf, &v.Format,
		&v.Pages, &v.Passages, &v.Gaps, &manifest, &code, &params, &v.Indexed, &v.Embedded, &created, &updated)
	if err != nil {
		return v, err
	}
	v.Created, v.Updated = moment(created), moment(updated)
	if manifest != "" {
		v.Manifest = json.RawMessage(manifest)
		var told struct{ Cut bool }
		v.Cut = json.Unmarshal(v.Manifest, &told) == nil && told.Cut
	}
	if code != "" {
		values, err := decodeParams(params)
		if err != nil {
			return v, fmt.Errorf("version %s: error parameters: %w", v.ID, err)
		}
		v.Error = chat.NewError(chat.Code(code), nil, values...)
	}
	return v, nil
}

// readable is the condition that a principal, whose id is the query's parameter of a number, may read a document.
func readable(parameter int) string {
	return fmt.Sprintf(`(documents.deleted = 0 AND (documents.principal = $%[1]d OR EXISTS (SELECT 1 FROM document_readers
		WHERE document_readers.document = documents.id AND (document_readers.subject IN ($%[1]d, '%[2]s')
			OR document_readers.subject IN (SELECT team FROM team_members WHERE principal = $%[1]d))))
		AND %[3]s)`, parameter, Everybody, cleared("documents.grade", parameter))
}

// AddDocument keeps a file as a new document of who, and asks for it to be read. It returns when both are on the disk.
// CodeBadField says what is wrong with the spec, CodeDocumentNoRoom that the disk would be full; nothing has been kept then.
// Bound r: it is written until it ends.
func (s *Store) AddDocument(ctx context.Context, who chat.Principal, spec DocumentSpec, r io.Reader) (d Document, v Version, err error) {
	at := now()
	d = Document{ID: newID("document"), Owner: who.ID, Name: spec.Name, Grade: spec.Grade, Created: at, Updated: at,
		Collection: spec.Collection, Conversation: spec.Conversation, Inherits: spec.Collection != "" && spec.Readers == nil}
	if err := checkDocument(d, spec); err != nil {
		return Document{}, Version{}, err
	}
	if err := placeDocument(ctx, s.reader, who, &d); err != nil { // before anybody's gigabytes are written
		return Document{}, Version{}, s.fault("keep a document", err)
	}
	v, err = s.putVersion(ctx, who, Version{Document: d.ID, Name: spec.Name, Mime: spec.Mime, Size: spec.Size}, r, func(tx *sql.Tx) (int, error) {
		if err := placeDocument(ctx, tx, who, &d); err != nil {
			return 0, err
		}
		readers := slices.Compact(slices.Sorted(slices.Values(spec.Readers)))
		if d.Inherits {
			if readers, err = collectionReaders(ctx, tx, d.Collection); err != nil {
				return 0, err
			}
		}
		var err error
		if d.Class, err = keepClass(tx, d.Grade, who.ID, readers); err != nil {
			return 0, err
		}
		_, err = tx.Exec(`INSERT INTO documents (id, principal, name, grade, class, created, updated, collection, conversation, inherits)
			VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)`,
			d.ID, who.ID, d.Name, d.Grade, d.Class, milliseconds(at), d.Collection, d.Conversation, bit(d.Inherits))
		if err != nil {
			return 0, err
		}
		return d.Grade, insertReaders(ctx, tx, who, d.ID, readers, at)
	})
	if err != nil {
		return Document{}, Version{}, err
	}
	return d, v, nil
}

// checkDocument is an error for what no document can be.
func checkDocument(d Document, spec DocumentSpec) error {
	if err := checkName("name", d.Name); err != nil {
		return err
	}
	switch {
	case d.Conversation != "" && (d.Collection != "" || len(spec.Readers) > 0):
		return chat.NewError(chat.CodeBadField, nil, "conversation", fmt.Sprintf("%.40q", d.Conversation), "…")
	case isDraft(d.Conversation):
		return checkDraft(d.Conversation)
	}
	return nil
}

// placeDocument is an error unless a new document of who may be where it is to be, and is as confidential as its conversation.
func placeDocument(ctx context.Context, q querier, who chat.Principal, d *Document) error {
	if d.Collection != "" {
		if _, err := ownCollection(ctx, q, who, d.Collection); err != nil {
			return err
		}
	}
	if d.Conversation != "" && !isDraft(d.Conversation) {
		c, err := ownConversation(ctx, q, who, d.Conversation)
		if err != nil {
			return err
		}
		d.Grade = c.Grade
	}
	return requireGrade(ctx, q, who, d.Grade)
}

// AddVersion keeps a file as the newest version of a document of who; of spec its grade and readers do not count. Older
// versions stay for what cites them. CodeNoDocument if it is not theirs, CodeDocumentNoRoom.
func (s *Store) AddVersion(ctx context.Context, who chat.Principal, document string, spec DocumentSpec, r io.Reader) (Version, error) {
	if _, err := ownDocument(ctx, s.reader, who, document); err != nil { // before anybody's gigabytes are written
		return Version{}, s.fault("read a document", err)
	}
	v := Version{Document: document, Name: spec.Name, Mime: spec.Mime, Size: spec.Size}
	return s.putVersion(ctx, who, v, r, func(tx *sql.Tx) (int, error) {
		d, err := ownDocument(ctx, tx, who, document)
		if err != nil {
			return 0, err
		}
		_, err = tx.Exec(`UPDATE documents SET updated = $1 WHERE id = $2`, milliseconds(now()), document)
		return d.Grade, err
	})
}

// putVersion writes a file and, in one transaction, what first does, which returns the grade, its blob, the version and the
// job that reads it.
func (s *Store) putVersion(ctx context.Context, who chat.Principal, v Version, r io.Reader, first func(*sql.Tx) (int, error)) (Version, error) {
	for _, f := range []struct{ name, value string }{{"name", v.Name}, {"mime", v.Mime}} {
		if err := checkName(f.name, f.value); err != nil {
			return Version{}, err
		}
	}
	if err := requirePrincipal(ctx, s.reader, who); err != nil {
		return Version{}, s.fault("keep a document", err)
	}
	room := &roomReader{r: r, free: s.free, name: v.Name, size: v.Size}
	temp, b, err := s.writeTemp(ctx, room)
	if err != nil {
		return Version{}, s.fault("keep a document", room.fault(err))
	}
	defer s.blobs.Remove(temp) // not there any more if it was needed
	at := now()
	v.ID, v.By, v.Hash, v.Size, v.State = newID("version"), who.ID, b.Hash, b.Size, VersionWaiting
	v.Created, v.Updated, v.Job = at, at, newID("job")
	b.Object, b.Mime, b.Created = versionObject(v.ID), v.Mime, at

	s.blobsMu.Lock()
	defer s.blobsMu.Unlock()
	if err := s.placeBlob(temp, b); err != nil {
		return Version{}, s.fault("keep a document", room.fault(err))
	}
	err = s.write(ctx, "keep a document", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		grade, err := first(tx)
		if err != nil {
			return err
		}
		if err := insertBlobGraded(ctx, tx, who, b, grade); err != nil {
			return err
		}
		return insertVersion(ctx, tx, who, &v, grade)
	})
	if err != nil {
		if !s.dialect.mayHaveStood(err) {
			s.dropUnless(ctx, b.Hash)
		}
		return Version{}, room.fault(err)
	}
	return v, nil
}

// versionObject is what refers to the blob of a version.
func versionObject(id string) string { return "version:" + id }

// insertBlobGraded is insertBlob of a file whose grade is known.
func insertBlobGraded(ctx context.Context, tx *sql.Tx, who chat.Principal, b Blob, grade int) error {
	if err := insertBlob(ctx, tx, who, b); err != nil || grade == 0 {
		return err
	}
	_, err := tx.Exec(`UPDATE blob_refs SET grade = $1 WHERE hash = $2 AND principal = $3 AND object = $4`, grade, b.Hash, who.ID, b.Object)
	return err
}

// insertVersion writes a version and the job that reads it. What was read of the same bytes is taken over only from a
// document that whoever puts them in may read: for anybody else they are new, and take as long.
func insertVersion(ctx context.Context, tx *sql.Tx, who chat.Principal, v *Version, grade int) error {
	last, _, err := row(ctx, tx, integer, `SELECT coalesce(max(number), 0) FROM document_versions WHERE document = $1`, v.Document)
	if err != nil {
		return err
	}
	v.Number = int(last) + 1
	v.CopyOf, err = readAlready(ctx, tx, who, *v)
	if err != nil {
		return err
	}
	if err := insertReading(ctx, tx, *v, who.ID, grade, v.Created); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO document_versions (id, document, number, principal, grade, hash, name, mime, size, job, state, copy_of, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)`,
		v.ID, v.Document, v.Number, who.ID, grade, v.Hash, v.Name, v.Mime, v.Size, v.Job, string(v.State), v.CopyOf, milliseconds(v.Created))
	return err
}

// insertReading writes the job that reads a version, on somebody's behalf.
func insertReading(ctx context.Context, tx *sql.Tx, v Version, by string, grade int, at time.Time) error {
	payload, err := json.Marshal(DocumentJob{v.ID})
	if err != nil {
		return err
	}
	urgent, err := isWaitedFor(ctx, tx, v.Document)
	if err != nil {
		return err
	}
	return insertJob(tx, Job{ID: v.Job, Principal: chat.Principal{ID: by}, Kind: JobDocument, Payload: payload, Grade: grade, Urgent: urgent,
		State: JobQueued, MaxAttempts: documentAttempts, NotBefore: at, Created: at})
}

// readAlready is the newest version of the same bytes and name that who may read and whose reading came to its end; "" is none.
func readAlready(ctx context.Context, q querier, who chat.Principal, v Version) (string, error) {
	const most = 16 // readings that did not: then it is read anew
	all, err := rows(ctx, q, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE v.hash = $2 AND v.name = $3 AND v.state = 'read' AND `+readable(1)+` ORDER BY v.created DESC, v.id LIMIT $4`, who.ID, v.Hash, v.Name, most)
	for _, one := range all {
		if !one.Cut {
			return one.ID, err
		}
	}
	return "", err
}

// isWaitedFor reports whether somebody waits for a document to be read: it is part of a conversation, or will be.
func isWaitedFor(ctx context.Context, q querier, document string) (bool, error) {
	conversation, _, err := row(ctx, q, text, `SELECT conversation FROM documents WHERE id = $1`, document)
	return conversation != "", err
}

// insertReaders says who else may read a document.
func insertReaders(ctx context.Context, tx *sql.Tx, who chat.Principal, document string, readers []string, at time.Time) error {
	for _, subject := range readers {
		if subject != Everybody {
			if err := requireSubject(ctx, tx, subject); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO document_readers (document, subject, principal, created) VALUES ($1, $2, $3, $4)`,
			document, subject, who.ID, milliseconds(at))
		if err != nil {
			return err
		}
	}
	return nil
}

func ownDocument(ctx context.Context, q querier, who chat.Principal, id string) (Document, error) {
	d, ok, err := row(ctx, q, scanDocument, `SELECT `+documentColumns+` FROM documents WHERE id = $1 AND principal = $2 AND deleted = 0
		AND `+cleared("documents.grade", 2), id, who.ID)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoDocument, nil, id)
	}
	return d, err
}
