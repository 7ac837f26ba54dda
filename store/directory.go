package store

import (
	"context"

	"exaone/chat"
	"exaone/people"
)

// Directory returns with whom one can share: everybody who is still here, in the order they came, and all teams by name,
// without their members. It is for those who may share: CodeMayNot for others.
func (s *Store) Directory(ctx context.Context, who chat.Principal) (persons []Principal, teams []Team, err error) {
	if err := s.right(ctx, who, people.Share); err != nil {
		return nil, nil, err
	}
	persons, err = rows(ctx, s.reader, scanPrincipal, `SELECT id, kind, name, created, disabled FROM principals
		WHERE kind = 'person' AND disabled = 0 AND departed = 0 ORDER BY created, id`)
	if err == nil {
		teams, err = rows(ctx, s.reader, scanTeam, `SELECT id, name, created FROM teams ORDER BY name, id`)
	}
	return persons, teams, s.fault("list with whom one can share", err)
}
