package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"exaone/chat"
)

// maxSetting bounds the value of one setting, in bytes of JSON.
const maxSetting = 1 << 20

// Setting reads a setting of who into the variable that into points to, and reports whether there is one; if
// there is none the variable keeps its value. The settings of [System] hold for everybody.
func (s *Store) Setting(ctx context.Context, who chat.Principal, name string, into any) (bool, error) {
	value, ok, err := row(ctx, s.reader, text, `SELECT value FROM settings WHERE principal = $1 AND name = $2`, who.ID, name)
	if err != nil || !ok {
		return false, s.fault("read a setting", err)
	}
	if err := json.Unmarshal([]byte(value), into); err != nil {
		return false, fmt.Errorf("setting %s: %w", name, err)
	}
	return true, nil
}

// SetSetting keeps a value, as JSON, in the place of what was there; nil takes the setting away. by is who did
// it, which the audit log keeps for the settings of [System], without the value: it may be a secret.
func (s *Store) SetSetting(ctx context.Context, by, who chat.Principal, name string, value any) error {
	if err := checkName("name", name); err != nil {
		return err
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("setting %s: %w", name, err)
	}
	if len(encoded) > maxSetting {
		return chat.NewError(chat.CodeBadField, nil, name, fmt.Sprintf("%d bytes", len(encoded)), fmt.Sprintf("≤ %d", maxSetting))
	}
	return s.write(ctx, "keep a setting", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		if value == nil {
			_, err = tx.Exec(`DELETE FROM settings WHERE principal = $1 AND name = $2`, who.ID, name)
		} else {
			_, err = tx.Exec(`INSERT INTO settings (principal, name, value, updated) VALUES ($1, $2, $3, $4)
				ON CONFLICT (principal, name) DO UPDATE SET value = excluded.value, updated = excluded.updated`,
				who.ID, name, string(encoded), milliseconds(now()))
		}
		if err != nil || who.ID != System.ID {
			return err
		}
		return appendAudit(tx, by, "setting.change", name, nil)
	})
}

// Settings returns the settings of who, as JSON by name.
func (s *Store) Settings(ctx context.Context, who chat.Principal) (map[string]json.RawMessage, error) {
	type setting struct{ name, value string }
	all, err := rows(ctx, s.reader, func(r scanner) (one setting, err error) {
		err = r.Scan(&one.name, &one.value)
		return one, err
	}, `SELECT name, value FROM settings WHERE principal = $1`, who.ID)
	byName := make(map[string]json.RawMessage, len(all))
	for _, one := range all {
		byName[one.name] = json.RawMessage(one.value)
	}
	return byName, s.fault("read the settings", err)
}
