package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"exaone/chat"
)

// Share lets others read a branch of a conversation by a link that holds its secret.
type Share struct {
	ID           string
	Conversation string
	Owner        string    // the id of a principal
	Title        string    // of the conversation, as it is now
	Prefix       string    // how the secret begins, to tell links apart
	Leaf         string    // the last message of a snapshot; "" follows the conversation as it goes on
	Audience     []string  // ids of persons and teams; Everybody is whoever has signed in
	Expires      time.Time // zero: never
	Created      time.Time
	Revoked      time.Time // zero if it is not
	Opened       int       // how often
	Thinking     bool      // what the model thought is shown, too
}

// ShareSpec is what a new share should be.
type ShareSpec struct {
	Conversation string
	Leaf         string
	Audience     []string // at least one
	Expires      time.Time
	Thinking     bool // show what the model thought, too
}

// maxAudience is how many persons and teams a share names.
const maxAudience = 200

const shareColumns = `shares.id, shares.conversation, shares.principal, conversations.title, shares.prefix, shares.leaf,
	shares.audience, shares.expires, shares.created, shares.revoked, shares.opened, shares.thinking`

func scanShare(r scanner) (one Share, err error) {
	var audience string
	var expires, created, revoked, thinking int64
	err = r.Scan(&one.ID, &one.Conversation, &one.Owner, &one.Title, &one.Prefix, &one.Leaf, &audience, &expires, &created,
		&revoked, &one.Opened, &thinking)
	if err != nil {
		return one, err
	}
	one.Expires, one.Created, one.Revoked, one.Thinking = moment(expires), moment(created), moment(revoked), thinking != 0
	return one, json.Unmarshal([]byte(audience), &one.Audience)
}

// CreateShare lets an audience read a conversation of who and returns the secret for the link, which is kept nowhere.
// Who may share is for the caller to see; the link leads nowhere while its owner may not. CodeNoConversation,
// CodeShareTemporary for one that is forgotten after a day, CodeNoMessage for the leaf, CodeNoPerson for somebody in
// the audience who is not there; CodeBadField says what else is wrong.
func (s *Store) CreateShare(ctx context.Context, who chat.Principal, spec ShareSpec) (secret string, one Share, err error) {
	if err := checkShare(&spec); err != nil {
		return "", Share{}, err
	}
	secret = newSecret()
	one = Share{ID: newID("share"), Conversation: spec.Conversation, Owner: who.ID, Prefix: secret[:secretShown], Leaf: spec.Leaf,
		Audience: spec.Audience, Expires: moment(milliseconds(spec.Expires)), Created: now(), Thinking: spec.Thinking}
	audience, err := json.Marshal(one.Audience)
	if err != nil {
		return "", Share{}, err
	}
	err = s.write(ctx, "share a conversation", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		c, err := ownConversation(ctx, tx, who, spec.Conversation)
		if err != nil {
			return err
		}
		if c.Temporary {
			return chat.NewError(chat.CodeShareTemporary, nil)
		}
		one.Title = c.Title
		if spec.Leaf != "" {
			if err := requireMessage(ctx, tx, c.ID, spec.Leaf); err != nil {
				return err
			}
		}
		if err := requireAudience(ctx, tx, one.Audience); err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO shares (id, conversation, principal, hash, prefix, leaf, audience, expires, created, thinking)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			one.ID, one.Conversation, one.Owner, hashSecret(secret), one.Prefix, one.Leaf, string(audience),
			milliseconds(one.Expires), milliseconds(one.Created), bit(one.Thinking))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE shares SET grade = $2 WHERE id = $1`, one.ID, c.Grade); err != nil {
			return err
		}
		return appendAudit(tx, who, "share.create", one.ID, map[string]any{"conversation": one.Conversation, "audience": one.Audience})
	})
	if err != nil {
		return "", Share{}, err
	}
	return secret, one, nil
}

// checkShare puts the audience in order, each once.
func checkShare(spec *ShareSpec) error {
	audience := slices.Clone(spec.Audience)
	slices.Sort(audience)
	spec.Audience = slices.Compact(audience)
	if n := len(spec.Audience); n == 0 || n > maxAudience {
		return chat.NewError(chat.CodeBadField, nil, "audience", n, fmt.Sprintf("1–%d", maxAudience))
	}
	if !spec.Expires.IsZero() && !spec.Expires.After(time.Now()) {
		return chat.NewError(chat.CodeBadField, nil, "expires", spec.Expires.Format(time.RFC3339), "> now")
	}
	return nil
}

// requireAudience is an error unless all of an audience are there.
func requireAudience(ctx context.Context, q querier, audience []string) error {
	for _, id := range audience {
		if id == Everybody {
			continue
		}
		n, _, err := row(ctx, q, integer, `SELECT (SELECT count(*) FROM principals WHERE id = $1 AND kind = 'person')
			+ (SELECT count(*) FROM teams WHERE id = $1)`, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return chat.NewError(chat.CodeNoPerson, nil, id)
		}
	}
	return nil
}

// Shares returns what who shares, revoked and expired ones too, newest first.
func (s *Store) Shares(ctx context.Context, who chat.Principal) ([]Share, error) {
	all, err := rows(ctx, s.reader, scanShare, `SELECT `+shareColumns+` FROM shares
		JOIN conversations ON conversations.id = shares.conversation
		WHERE shares.principal = $1 AND conversations.deleted = 0 AND `+cleared("conversations.grade", 1)+`
		ORDER BY shares.created DESC, shares.id`, who.ID)
	return all, s.fault("list the shares", err)
}

// RevokeShare ends a share of who for good. Revoking twice changes nothing; CodeNoShare if it is not theirs.
func (s *Store) RevokeShare(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "revoke a share", func(tx *sql.Tx) error {
		revoked, ok, err := row(ctx, tx, integer, `SELECT revoked FROM shares WHERE id = $1 AND principal = $2`, id, who.ID)
		if err != nil || !ok {
			return orElse(err, chat.NewError(chat.CodeNoShare, nil))
		}
		if revoked != 0 {
			return nil
		}
		if _, err := tx.Exec(`UPDATE shares SET revoked = $2 WHERE id = $1`, id, milliseconds(now())); err != nil {
			return err
		}
		return appendAudit(tx, who, "share.revoke", id, nil)
	})
}

// inAudience reports whether a share is for who: its owner, somebody it names, a member of a team it names, or any
// person that may act if it is for everybody.
func (s *Store) inAudience(ctx context.Context, who chat.Principal, one Share) (bool, error) {
	p, ok, err := row(ctx, s.reader, scanPrincipal, `SELECT id, kind, name, created, disabled FROM principals WHERE id = $1`, who.ID)
	if err != nil || !ok || !p.Disabled.IsZero() {
		return false, err
	}
	n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM conversations WHERE id = $1 AND `+cleared("conversations.grade", 2),
		one.Conversation, who.ID)
	if err != nil || n == 0 {
		return false, err
	}
	if who.ID == one.Owner || slices.Contains(one.Audience, who.ID) {
		return true, nil
	}
	if slices.Contains(one.Audience, Everybody) && (p.Kind == KindPerson || p.Kind == KindLocal) {
		return true, nil
	}
	return slices.ContainsFunc(one.Audience, func(id string) bool { return inGroups(who, id) }), nil
}
