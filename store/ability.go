package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/people"
)

// Ability is what a model has been seen to be able to do.
type Ability struct {
	Model   string
	Digest  string          // of its files, and of the items it was asked: another digest is another model
	Level   string          // extract, assist or full
	Items   json.RawMessage // what was asked and how it went
	Created time.Time       // zero is now
}

// levels are the levels of abilities, lowest first.
var levels = []string{"extract", "assist", "full"}

// KeepAbility keeps what a model was seen to be able to do, in the place of what was kept for the same digest.
func (s *Store) KeepAbility(ctx context.Context, a Ability) error {
	for _, f := range []struct{ name, value string }{{"model", a.Model}, {"digest", a.Digest}} {
		if err := checkName(f.name, f.value); err != nil {
			return err
		}
	}
	if !slices.Contains(levels, a.Level) {
		return chat.NewError(chat.CodeBadField, nil, "level", fmt.Sprintf("%.40q", a.Level), strings.Join(levels, " | "))
	}
	if a.Items == nil {
		a.Items = json.RawMessage("[]")
	}
	if !json.Valid(a.Items) || len(a.Items) > maxSetting {
		return chat.NewError(chat.CodeBadField, nil, "items", fmt.Sprintf("%d bytes", len(a.Items)), "JSON")
	}
	if a.Created.IsZero() {
		a.Created = now()
	}
	return s.write(ctx, "keep what a model can do", func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO abilities (model, digest, level, items, created) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (model, digest) DO UPDATE SET level = excluded.level, items = excluded.items, created = excluded.created`,
			a.Model, a.Digest, a.Level, string(a.Items), milliseconds(a.Created))
		return err
	})
}

// Ability returns what a model with a digest was seen to be able to do, and whether it has been looked at, to
// whoever may ask models.
func (s *Store) Ability(ctx context.Context, who chat.Principal, model, digest string) (Ability, bool, error) {
	if err := s.right(ctx, who, people.Ask); err != nil {
		return Ability{}, false, err
	}
	a, ok, err := row(ctx, s.reader, func(r scanner) (a Ability, err error) {
		var items string
		var created int64
		err = r.Scan(&a.Model, &a.Digest, &a.Level, &items, &created)
		a.Items, a.Created = json.RawMessage(items), moment(created)
		return a, err
	}, `SELECT model, digest, level, items, created FROM abilities WHERE model = $1 AND digest = $2`, model, digest)
	return a, ok, s.fault("look up what a model can do", err)
}
