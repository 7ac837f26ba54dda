package store

import (
	"context"
	"database/sql"
	"slices"

	"exaone/chat"
	"exaone/people"
)

// SetModelReaders says who may use a model: these persons and teams and nobody else, or everybody if none are named.
// CodeBadField for a subject that is nobody.
func (s *Store) SetModelReaders(ctx context.Context, by chat.Principal, model string, subjects []string) error {
	if err := checkName("model", model); err != nil {
		return err
	}
	subjects = slices.Clone(subjects)
	slices.Sort(subjects)
	subjects = slices.Compact(subjects)
	return s.write(ctx, "say who may use a model", func(tx *sql.Tx) error {
		if _, err := tx.Exec(`DELETE FROM model_readers WHERE model = $1`, model); err != nil {
			return err
		}
		for _, subject := range subjects {
			if err := requireSubject(ctx, tx, subject); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO model_readers (model, subject, principal, created) VALUES ($1, $2, $3, $4)`,
				model, subject, by.ID, milliseconds(now()))
			if err != nil {
				return err
			}
		}
		return appendAudit(tx, by, "model.readers", model, map[string]any{"subjects": listed(subjects)})
	})
}

// ModelReaders returns who may use each model, sorted. A model that is not there is everybody's. It is for those
// who manage models: CodeMayNot for others.
func (s *Store) ModelReaders(ctx context.Context, who chat.Principal) (map[string][]string, error) {
	if err := s.right(ctx, who, people.ManageModels); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, pair, `SELECT model, subject FROM model_readers ORDER BY model, subject`)
	readers := map[string][]string{}
	for _, one := range all {
		readers[one[0]] = append(readers[one[0]], one[1])
	}
	return readers, s.fault("look up who may use the models", err)
}
