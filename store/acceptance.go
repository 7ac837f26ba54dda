package store

import (
	"context"
	"database/sql"
	"time"

	"exaone/chat"
	"exaone/people"
)

// Acceptance is somebody's consent to a model's licence. It holds for the whole store: a model is brought to
// a machine once, whoever asks it later.
type Acceptance struct {
	Model    string // the name it is found by
	Licence  string // its id, such as gemma or EXAONE-1.1-NC
	Class    string // open, terms or research
	TextHash string // SHA-256 of the text that was shown, in hexadecimal
	Person   string // the name that was typed; "" where a click was enough
	// Principal is on whose behalf; RecordAcceptance fills it in.
	Principal string
	Accepted  time.Time // when; zero is now
}

// Accepted reports whether somebody has accepted this very text for a model. It is for those who bring
// models: CodeMayNot for others.
func (s *Store) Accepted(ctx context.Context, who chat.Principal, model, textHash string) (bool, error) {
	if err := s.right(ctx, who, people.ManageModels); err != nil {
		return false, err
	}
	n, _, err := row(ctx, s.reader, integer,
		`SELECT count(*) FROM acceptances WHERE model = $1 AND text_hash = $2`, model, textHash)
	return n > 0, s.fault("look up a licence", err)
}

// RecordAcceptance keeps an acceptance for good. Each of a model, a licence, a class and a hash must be there
// (CodeBadField).
func (s *Store) RecordAcceptance(ctx context.Context, who chat.Principal, a Acceptance) error {
	for _, f := range []struct{ name, value string }{
		{"model", a.Model}, {"licence", a.Licence}, {"class", a.Class}, {"text_hash", a.TextHash},
	} {
		if err := checkName(f.name, f.value); err != nil {
			return err
		}
	}
	if a.Person != "" {
		if err := checkName("person", a.Person); err != nil {
			return err
		}
	}
	if a.Accepted.IsZero() {
		a.Accepted = now()
	}
	id := newID("acceptance")
	return s.write(ctx, "record a licence", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO acceptances (id, model, licence, class, text_hash, person, principal, accepted)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id, a.Model, a.Licence, a.Class, a.TextHash, a.Person, owner(who).ID, milliseconds(a.Accepted))
		if err != nil {
			return err
		}
		return appendAudit(tx, who, "licence.accept", a.Model, map[string]any{
			"licence": a.Licence, "class": a.Class, "text_hash": a.TextHash, "person": a.Person})
	})
}

// Acceptances returns all acceptances, oldest first, likewise.
func (s *Store) Acceptances(ctx context.Context, who chat.Principal) ([]Acceptance, error) {
	if err := s.right(ctx, who, people.ManageModels); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanAcceptance, `SELECT model, licence, class, text_hash, person, principal, accepted
		FROM acceptances ORDER BY accepted, id`)
	return all, s.fault("list the licences", err)
}

func scanAcceptance(r scanner) (a Acceptance, err error) {
	var accepted int64
	err = r.Scan(&a.Model, &a.Licence, &a.Class, &a.TextHash, &a.Person, &a.Principal, &accepted)
	a.Accepted = moment(accepted)
	return a, err
}
