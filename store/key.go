package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// Scope is something that a key allows.
type Scope string

// The scopes of keys.
const (
	ScopeInference Scope = "inference" // ask models
	ScopeModels    Scope = "models"    // bring and remove models
	ScopeAdmin     Scope = "admin"     // everything
)

// Scopes are all scopes there are.
var Scopes = []Scope{ScopeAdmin, ScopeInference, ScopeModels}

// Key is what is known of an API key. The secret is not: it is shown once, when the key is made.
type Key struct {
	ID        string
	Principal chat.Principal // on whose behalf it acts
	Name      string
	Prefix    string // how the secret begins, to tell keys apart
	Scopes    []Scope
	PerMinute int       // requests it may make, 0 as many as it likes; enforced where requests come in
	Expires   time.Time // zero: never
	Created   time.Time
	LastUsed  time.Time // to the minute; zero: never
	Revoked   time.Time // zero if it is not
}

// Allows reports whether a key has a scope. ScopeAdmin has all.
func (k Key) Allows(scope Scope) bool {
	return slices.Contains(k.Scopes, scope) || slices.Contains(k.Scopes, ScopeAdmin)
}

// KeySpec is what a new key should be.
type KeySpec struct {
	Name      string
	Scopes    []Scope // at least one
	PerMinute int
	Expires   time.Time
}

// CreateKey makes a key for who, or for chat.Local if that is the console, and returns its secret, which is kept nowhere. CodeBadField says what is wrong
// with the spec; CodeNoPrincipal and CodePrincipalOff, with who.
func (s *Store) CreateKey(ctx context.Context, who chat.Principal, spec KeySpec) (secret string, _ Key, err error) {
	scopes, err := checkKeySpec(spec)
	if err != nil {
		return "", Key{}, err
	}
	secret = newSecret()
	k := Key{ID: newID("key"), Principal: owner(who), Name: spec.Name, Prefix: secret[:secretShown],
		Scopes: scopes, PerMinute: spec.PerMinute, Expires: moment(milliseconds(spec.Expires)), Created: now()}
	err = s.write(ctx, "create a key", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, k.Principal); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO keys (id, principal, name, hash, prefix, scopes, per_minute, created, expires)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			k.ID, k.Principal.ID, k.Name, hashSecret(secret), k.Prefix, joinScopes(scopes), k.PerMinute,
			milliseconds(k.Created), milliseconds(k.Expires))
		if err != nil {
			return err
		}
		return appendAudit(tx, who, "key.create", k.ID, map[string]any{"name": k.Name, "scopes": scopes})
	})
	if err != nil {
		return "", Key{}, err
	}
	return secret, k, nil
}

// checkKeySpec returns the scopes sorted, each once.
func checkKeySpec(spec KeySpec) ([]Scope, error) {
	if err := checkName("name", spec.Name); err != nil {
		return nil, err
	}
	const wantScopes = "inference | models | admin"
	for _, scope := range spec.Scopes {
		if !slices.Contains(Scopes, scope) {
			return nil, chat.NewError(chat.CodeBadField, nil, "scopes", fmt.Sprintf("%.40q", scope), wantScopes)
		}
	}
	if len(spec.Scopes) == 0 {
		return nil, chat.NewError(chat.CodeBadField, nil, "scopes", "[]", wantScopes)
	}
	if spec.PerMinute < 0 {
		return nil, chat.NewError(chat.CodeBadField, nil, "per_minute", spec.PerMinute, "≥ 0")
	}
	if !spec.Expires.IsZero() && !spec.Expires.After(time.Now()) {
		return nil, chat.NewError(chat.CodeBadField, nil, "expires", spec.Expires.Format(time.RFC3339), "> now")
	}
	scopes := slices.Clone(spec.Scopes)
	slices.Sort(scopes)
	return slices.Compact(scopes), nil
}

func joinScopes(scopes []Scope) string {
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = string(scope)
	}
	return strings.Join(words, " ")
}

const keyColumns = `keys.id, keys.principal, keys.name, keys.prefix, keys.scopes, keys.per_minute,
	keys.created, keys.expires, keys.last_used, keys.revoked`

// scanKey reads keyColumns, and what more is given into more.
func scanKey(r scanner, more ...any) (k Key, err error) {
	var scopes string
	var created, expires, lastUsed, revoked int64
	dest := []any{&k.ID, &k.Principal.ID, &k.Name, &k.Prefix, &scopes, &k.PerMinute, &created, &expires, &lastUsed, &revoked}
	err = r.Scan(append(dest, more...)...)
	for word := range strings.FieldsSeq(scopes) {
		k.Scopes = append(k.Scopes, Scope(word))
	}
	k.Created, k.Expires, k.LastUsed, k.Revoked = moment(created), moment(expires), moment(lastUsed), moment(revoked)
	return k, err
}

// heldKey is a key with what is needed to verify it.
type heldKey struct {
	Key
	hash     []byte
	owner    string
	disabled int64
}

// VerifyKey returns the key that a secret is, if it may be used now. Otherwise CodeKeyUnknown, CodeKeyExpired,
// CodeKeyRevoked or CodePrincipalOff; only somebody who has the secret learns which of the last three. Whether
// the key allows what is asked is for the caller to see.
//
// The secret is looked up by its hash, so how long that takes says nothing about any secret but the one that
// was given.
func (s *Store) VerifyKey(ctx context.Context, secret string) (Key, error) {
	unknown := chat.NewError(chat.CodeKeyUnknown, nil)
	if !isSecret(secret) {
		return Key{}, unknown
	}
	hash := hashSecret(secret)
	k, ok, err := row(ctx, s.reader, scanHeldKey, `SELECT `+keyColumns+`, keys.hash, principals.name, principals.disabled
		FROM keys JOIN principals ON principals.id = keys.principal WHERE keys.hash = $1`, hash)
	if err != nil {
		return Key{}, s.fault("verify a key", err)
	}
	if !ok || subtle.ConstantTimeCompare(hash, k.hash) != 1 {
		return Key{}, unknown
	}
	at := now()
	switch {
	case !k.Revoked.IsZero():
		return Key{}, chat.NewError(chat.CodeKeyRevoked, nil, k.Revoked.Format(time.DateOnly))
	case !k.Expires.IsZero() && !at.Before(k.Expires):
		return Key{}, chat.NewError(chat.CodeKeyExpired, nil, k.Expires.Format(time.RFC3339))
	case k.disabled != 0:
		return Key{}, chat.NewError(chat.CodePrincipalOff, nil, k.owner)
	}
	s.touchKey(ctx, k.Key, at)
	return k.Key, nil
}

func scanHeldKey(r scanner) (k heldKey, err error) {
	k.Key, err = scanKey(r, &k.hash, &k.owner, &k.disabled)
	return k, err
}

// touchKey notes that a key was used, once a minute at most: a write costs more than the question. A key is
// good even where that cannot be noted.
func (s *Store) touchKey(ctx context.Context, k Key, at time.Time) {
	if at.Sub(k.LastUsed) < time.Minute {
		return
	}
	err := s.write(ctx, "note the use of a key", func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE keys SET last_used = $1 WHERE id = $2 AND last_used < $1`, milliseconds(at), k.ID)
		return err
	})
	if err != nil {
		s.log.Warn("the use of a key was not noted", "key", k.ID, "err", err)
	}
}

// Keys returns the keys of who, revoked ones too, oldest first.
func (s *Store) Keys(ctx context.Context, who chat.Principal) ([]Key, error) {
	all, err := rows(ctx, s.reader, func(r scanner) (Key, error) { return scanKey(r) },
		`SELECT `+keyColumns+` FROM keys WHERE principal = $1 ORDER BY created, id`, owner(who).ID)
	return all, s.fault("list the keys", err)
}

// RevokeKey ends a key of who for good. Revoking twice changes nothing; CodeNoKey if who has no such key.
func (s *Store) RevokeKey(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "revoke a key", func(tx *sql.Tx) error {
		revoked, ok, err := row(ctx, tx, integer, `SELECT revoked FROM keys WHERE id = $1 AND principal = $2`, id, owner(who).ID)
		if err != nil {
			return err
		}
		if !ok {
			return chat.NewError(chat.CodeNoKey, nil, id)
		}
		if revoked != 0 {
			return nil
		}
		if _, err := tx.Exec(`UPDATE keys SET revoked = $1 WHERE id = $2`, milliseconds(now()), id); err != nil {
			return err
		}
		return appendAudit(tx, who, "key.revoke", id, nil)
	})
}
