package store

import (
	"context"

	"exaone/chat"
	"exaone/people"
)

// Who asks is who is answered. What belongs to somebody is looked up by their id and their clearance; what is the
// house's own, such as the log or everybody's names, by what their role allows. The caller may have asked already: here it
// is asked where nobody can forget to, so that the store has no getter that leaves it out. Two principals stand for no
// person:
//
//	System        the program itself, for what it must know before anybody is known, or on nobody's behalf
//	chat.Console  whoever owns the data directory, at the terminal

// right is CodeMayNot unless a principal may do one of some things: a person by the role that they have now, whatever
// it was when they signed in; System everything.
func (s *Store) right(ctx context.Context, who chat.Principal, actions ...people.Action) error {
	role := who.Role
	switch who.ID {
	case System.ID:
		return nil
	case chat.Local.ID, chat.Console.ID: // as they came; nobody signs in as one
	default:
		var err error
		role, _, err = row(ctx, s.reader, text, `SELECT role FROM principals WHERE id = $1 AND disabled = 0`, who.ID)
		if err != nil {
			return s.fault("look up what somebody may do", err)
		}
	}
	for _, action := range actions {
		if s.may(role, action) {
			return nil
		}
	}
	return chat.NewError(chat.CodeMayNot, nil, actions[0].Named())
}

// program is CodeMayNot unless it is the program itself that asks.
func program(who chat.Principal) error {
	if who.ID != System.ID {
		return chat.NewError(chat.CodeMayNot, nil, chat.CodeOfProgram)
	}
	return nil
}
