package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"exaone/chat"
	"exaone/people"
)

// AuditEntry is one thing that was done. Each entry's hash covers the entry and the hash before it, so that
// nobody can change, insert or take out a row without changing all that follow.
type AuditEntry struct {
	Seq       int64 // 1, 2, 3, …
	At        time.Time
	Principal string // the id of whoever did it
	Action    string // noun.verb, such as key.create
	Object    string // the id of what it was done to
	Details   json.RawMessage
	Hash      []byte
}

// AuditHead is the end of the chain. Kept outside the store, it proves later that nothing before it changed.
type AuditHead struct {
	Seq  int64  `json:"seq"`
	Hash []byte `json:"hash"`
}

// maxAuditDetails bounds the details of one entry, in bytes of JSON.
const maxAuditDetails = 64 << 10

// AppendAudit records that who did something. details becomes JSON; nil is {}.
func (s *Store) AppendAudit(ctx context.Context, who chat.Principal, action, object string, details any) error {
	return s.write(ctx, "append to the audit log", func(tx *sql.Tx) error {
		return appendAudit(tx, who, action, object, details)
	})
}

// appendAudit records in the transaction of the very change it records: there is never one without the other.
func appendAudit(tx *sql.Tx, who chat.Principal, action, object string, details any) error {
	text, err := detailsJSON(details)
	if err != nil {
		return fmt.Errorf("details of %s: %w", action, err)
	}
	e := AuditEntry{At: now(), Principal: validText(who.ID), Action: validText(action), Object: validText(object), Details: text}
	var previous []byte
	if err := tx.QueryRow(`SELECT seq, hash FROM audit_head WHERE one = 1`).Scan(&e.Seq, &previous); err != nil {
		return err
	}
	if previous == nil {
		previous = []byte{} // an empty value, not NULL: nothing comes before the first row
	}
	e.Seq++
	e.Hash = chainHash(previous, e)
	// The head first: where transactions run at once, the others stop here until this one is over.
	if _, err := tx.Exec(`UPDATE audit_head SET seq = $1, hash = $2 WHERE one = 1`, e.Seq, e.Hash); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO audit (seq, at, principal, action, object, details, previous, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.Seq, milliseconds(e.At), e.Principal, e.Action, e.Object, string(e.Details), previous, e.Hash)
	return err
}

func detailsJSON(details any) (json.RawMessage, error) {
	if details == nil {
		return json.RawMessage("{}"), nil
	}
	text, err := json.Marshal(details)
	if err == nil && len(text) > maxAuditDetails {
		err = fmt.Errorf("%d bytes, want at most %d", len(text), maxAuditDetails)
	}
	return text, err
}

// mostListed is how many ids the details of an entry name.
const mostListed = 500

// manyListed is what the details of an entry say of more.
type manyListed struct {
	Count  int    `json:"count"`
	SHA256 string `json:"sha256"` // of the ids, sorted, each with a newline behind it
}

// listed is a list of ids as the details of an entry have it: a long one by its number and a digest, which proves later
// who was in it.
func listed(ids []string) any {
	if len(ids) <= mostListed {
		return orEmpty(ids)
	}
	hash := sha256.New()
	for _, id := range slices.Sorted(slices.Values(ids)) {
		io.WriteString(hash, id+"\n") // never fails
	}
	return manyListed{len(ids), hex.EncodeToString(hash.Sum(nil))}
}

// chainHash is the SHA-256 of the previous hash and every field, each with its length before it, so that no
// two entries spell the same bytes.
func chainHash(previous []byte, e AuditEntry) []byte {
	var b []byte
	field := func(p []byte) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	field(previous)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(milliseconds(e.At)))
	for _, p := range []string{e.Principal, e.Action, e.Object, string(e.Details)} {
		field([]byte(p))
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

const auditColumns = `seq, at, principal, action, object, details, previous, hash`

// linkedEntry is an entry as it is stored, with the hash it says it follows.
type linkedEntry struct {
	AuditEntry
	previous []byte
}

func scanAudit(r scanner) (e linkedEntry, err error) {
	var at int64
	var details string
	err = r.Scan(&e.Seq, &at, &e.Principal, &e.Action, &e.Object, &details, &e.previous, &e.Hash)
	e.At, e.Details = moment(at), json.RawMessage(details)
	return e, err
}

// Audit returns at most limit entries (1 to 1000) after a number, oldest first. CodeMayNot unless who may read
// the log.
func (s *Store) Audit(ctx context.Context, who chat.Principal, after int64, limit int) ([]AuditEntry, error) {
	if err := s.right(ctx, who, people.ReadAudit); err != nil {
		return nil, err
	}
	limit = min(max(limit, 1), 1000)
	linked, err := rows(ctx, s.reader, scanAudit,
		`SELECT `+auditColumns+` FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
	all := make([]AuditEntry, len(linked))
	for i, e := range linked {
		all[i] = e.AuditEntry
	}
	return all, s.fault("read the audit log", err)
}

// VerifyAudit walks the chain from the first entry to its head and returns the head. CodeAuditAltered names
// the first row that was changed, or that is missing; CodeMayNot unless who may read the log.
func (s *Store) VerifyAudit(ctx context.Context, who chat.Principal) (AuditHead, error) {
	if err := s.right(ctx, who, people.ReadAudit); err != nil {
		return AuditHead{}, err
	}
	head, err := s.verifyAudit(ctx)
	return head, s.fault("verify the audit log", err)
}

func (s *Store) verifyAudit(ctx context.Context) (AuditHead, error) {
	// One transaction, so that the head is the end of the rows that are read however many are added.
	tx, err := s.reader.BeginTx(ctx, s.dialect.snapshot)
	if err != nil {
		return AuditHead{}, err
	}
	defer tx.Rollback()
	var at AuditHead
	head, err := readHead(ctx, tx)
	if err != nil {
		return AuditHead{}, err
	}
	found, err := tx.QueryContext(ctx, `SELECT `+auditColumns+` FROM audit ORDER BY seq`)
	if err != nil {
		return AuditHead{}, err
	}
	defer found.Close()
	for found.Next() {
		e, err := scanAudit(found)
		if err != nil {
			return at, err
		}
		if err := checkLink(at, e); err != nil {
			return at, err
		}
		at = AuditHead{e.Seq, e.Hash}
	}
	if err := found.Err(); err != nil {
		return at, err
	}
	if at.Seq != head.Seq || !bytes.Equal(at.Hash, head.Hash) {
		return at, chat.NewError(chat.CodeAuditAltered,
			fmt.Errorf("the last row is %d, want %d", at.Seq, head.Seq), min(at.Seq, head.Seq)+1)
	}
	return head, nil
}

// readHead returns the end of the chain as it is kept apart from the rows.
func readHead(ctx context.Context, q querier) (AuditHead, error) {
	head, ok, err := row(ctx, q, func(r scanner) (h AuditHead, err error) {
		err = r.Scan(&h.Seq, &h.Hash)
		return h, err
	}, `SELECT seq, hash FROM audit_head WHERE one = 1`)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeAuditAltered, errors.New("the head is gone"), 0)
	}
	return head, err
}

// checkLink is an error if e does not follow the end of the chain so far.
func checkLink(end AuditHead, e linkedEntry) error {
	var why error
	switch {
	case e.Seq != end.Seq+1:
		why = fmt.Errorf("row %d follows row %d", e.Seq, end.Seq)
	case !bytes.Equal(e.previous, end.Hash):
		why = errors.New("it does not name the hash before it")
	case !bytes.Equal(e.Hash, chainHash(end.Hash, e.AuditEntry)):
		why = errors.New("its hash is not that of its content")
	default:
		return nil
	}
	return chat.NewError(chat.CodeAuditAltered, why, end.Seq+1)
}
