package store

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"exaone/chat"
)

// onceID returns the id of the message that a principal makes under a name of its own. It follows from both, so that no
// second message can have it, and as it looks like any other, nobody can name, or find out about, what is not theirs.
func onceID(who chat.Principal, once string) string {
	sum := sha256.Sum256([]byte(who.ID + "\x00" + once))
	return "message-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])) // 80 bits, as newID
}

// MessageOnce returns the message that who has made with MessageSpec.Once, and whether there is one. One that has been
// deleted since is CodeNoMessage: it is not to be made again.
func (s *Store) MessageOnce(ctx context.Context, who chat.Principal, once string) (Message, bool, error) {
	id := onceID(who, once)
	n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM messages WHERE id = $1`, id)
	if err != nil || n == 0 {
		return Message{}, false, s.fault("look for a message", err)
	}
	m, err := s.Message(ctx, who, id)
	return m, err == nil, err
}
