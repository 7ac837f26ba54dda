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
}

// ShareSpec is what a new share should be.
type ShareSpec struct {
	Conversation string
	Leaf         string
	Audience     []string // at least one
	Expires      time.Time
}

// maxAudience is how many persons and teams a share names.
const maxAudience = 200

const shareColumns = `shares.id, shares.conversation, shares.principal, conversations.title, shares.prefix, shares.leaf,
	shares.audience, shares.expires, shares.created, shares.revoked, shares.opened`

func scanShare(r scanner) (one Share, err error) {
	var audience string
	var expires, created, revoked int64
	err = r.Scan(&one.ID, &one.Conversation, &one.Owner, &one.Title, &one.Prefix, &one.Leaf, &audience, &expires, &created,
		&revoked, &one.Opened)
	if err != nil {
		return one, err
	}
	one.Expires, one.Created, one.Revoked = moment(expires), moment(created), moment(revoked)
	return one, json.Unmarshal([]byte(audience), &one.Audience)
}

// CreateShare lets an audience read a conversation of who and returns the secret for the link, which is kept nowhere.
// Who may share is for the caller to see. CodeNoConversation, CodeNoMessage for the leaf, CodeNoPerson for somebody in
// the audience who is not there; CodeBadField says what else is wrong.
func (s *Store) CreateShare(ctx context.Context, who chat.Principal, spec ShareSpec) (secret string, one Share, err error) {
	if err := checkShare(&spec); err != nil {
		return "", Share{}, err
	}
	secret = newSecret()
	one = Share{ID: newID("share"), Conversation: spec.Conversation, Owner: who.ID, Prefix: secret[:secretShown], Leaf: spec.Leaf,
		Audience: spec.Audience, Expires: moment(milliseconds(spec.Expires)), Created: now()}
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
		one.Title = c.Title
		if spec.Leaf != "" {
			if err := requireMessage(ctx, tx, c.ID, spec.Leaf); err != nil {
				return err
			}
		}
		if err := requireAudience(ctx, tx, one.Audience); err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO shares (id, conversation, principal, hash, prefix, leaf, audience, expires, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			one.ID, one.Conversation, one.Owner, hashSecret(secret), one.Prefix, one.Leaf, string(audience),
			milliseconds(one.Expires), milliseconds(one.Created))
		if err != nil {
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
		WHERE shares.principal = $1 AND conversations.deleted = 0 ORDER BY shares.created DESC, shares.id`, who.ID)
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

// OpenShare returns what a share's link shows who: the conversation, as far as that is a reader's business, and the
// branch. It is recorded. Whatever the reason why they may not see it, it is CodeNoShare: that it is revoked or has
// expired, that they are not in the audience, that its owner may act no more, that the conversation was deleted, that
// there never was such a link.
//
// Messages have no siblings: other branches are not shared.
func (s *Store) OpenShare(ctx context.Context, who chat.Principal, secret string) (Share, Conversation, []Message, error) {
	one, c, messages, err := s.readShare(ctx, who, secret)
	if err != nil {
		return Share{}, Conversation{}, nil, s.fault("open a share", err)
	}
	err = s.write(ctx, "record that a share was opened", func(tx *sql.Tx) error {
		if _, err := tx.Exec(`UPDATE shares SET opened = opened + 1 WHERE id = $1`, one.ID); err != nil {
			return err
		}
		return appendAudit(tx, who, "share.open", one.ID, nil)
	})
	if err != nil {
		return Share{}, Conversation{}, nil, err
	}
	one.Opened++
	return one, c, messages, nil
}

func (s *Store) readShare(ctx context.Context, who chat.Principal, secret string) (Share, Conversation, []Message, error) {
	fail := func(err error) (Share, Conversation, []Message, error) { return Share{}, Conversation{}, nil, err }
	none := chat.NewError(chat.CodeNoShare, nil)
	if !isSecret(secret) {
		return fail(none)
	}
	// Looked up by its hash, so how long that takes says nothing about any other secret.
	one, ok, err := row(ctx, s.reader, scanShare, `SELECT `+shareColumns+` FROM shares
		JOIN conversations ON conversations.id = shares.conversation AND conversations.principal = shares.principal
		JOIN principals ON principals.id = shares.principal
		WHERE shares.hash = $1 AND shares.revoked = 0 AND (shares.expires = 0 OR shares.expires > $2)
			AND conversations.deleted = 0 AND principals.disabled = 0`, hashSecret(secret), milliseconds(now()))
	if err != nil || !ok {
		return fail(orElse(err, none))
	}
	may, err := s.inAudience(ctx, who, one)
	if err != nil || !may {
		return fail(orElse(err, none))
	}
	owner := chat.Principal{ID: one.Owner}
	c, err := ownConversation(ctx, s.reader, owner, one.Conversation)
	if err != nil {
		return fail(none) // deleted since the share was read
	}
	leaf := one.Leaf
	if leaf == "" {
		leaf = c.Leaf
	}
	messages, err := readPath(ctx, s.reader, c.ID, leaf)
	if err != nil {
		return fail(err)
	}
	for i := range messages {
		messages[i].Siblings, messages[i].Index = []string{messages[i].ID}, 0
	}
	c.Folder, c.Origin, c.Pinned, c.Archived, c.Leaf = "", "", false, false, leaf
	return one, c, messages, nil
}

// inAudience reports whether a share is for who: its owner, somebody it names, a member of a team it names, or any
// person that may act if it is for everybody.
func (s *Store) inAudience(ctx context.Context, who chat.Principal, one Share) (bool, error) {
	p, ok, err := row(ctx, s.reader, scanPrincipal, `SELECT id, kind, name, created, disabled FROM principals WHERE id = $1`, who.ID)
	if err != nil || !ok || !p.Disabled.IsZero() {
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
