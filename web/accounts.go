package web

import (
	"context"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// accounts are people and what lets them in, as the store keeps them; see people.Accounts.
type accounts struct{ store *store.Store }

var _ people.Accounts = accounts{}

// Session returns who a session is of.
func (a accounts) Session(ctx context.Context, secret string) (people.Identity, error) {
	session, person, err := a.store.VerifySession(ctx, secret)
	if err != nil {
		return people.Identity{}, err
	}
	who := identityOf(person)
	who.Session = session.ID
	return who, nil
}

// Key returns who a key is of.
func (a accounts) Key(ctx context.Context, secret string) (people.Identity, error) {
	key, err := a.store.VerifyKey(ctx, secret)
	if err != nil {
		return people.Identity{}, err
	}
	who, err := a.Principal(ctx, key.Principal.ID)
	if err != nil {
		return people.Identity{}, err
	}
	who.Principal.Key, who.PerMinute = key.ID, key.PerMinute
	who.Scopes = make([]string, len(key.Scopes))
	for i, scope := range key.Scopes {
		who.Scopes[i] = string(scope)
	}
	return who, nil
}

// Principal returns who an id is of. A service has no role, and may nothing.
func (a accounts) Principal(ctx context.Context, id string) (people.Identity, error) {
	p, err := a.store.Principal(ctx, chat.Principal{ID: id})
	switch {
	case err != nil:
		return people.Identity{}, err
	case !p.Disabled.IsZero():
		return people.Identity{}, chat.NewError(chat.CodePrincipalOff, nil, p.Name)
	case p.Kind == store.KindLocal:
		return people.Identity{Principal: chat.Local, Name: p.Name}, nil
	case p.Kind != store.KindPerson:
		return people.Identity{Principal: chat.Principal{ID: id}, Name: p.Name}, nil
	}
	person, err := a.store.Person(ctx, chat.Principal{ID: id}, id)
	return identityOf(person), err
}

// Begun reports whether there is an administrator. There is always one after the first: the store sees to that.
func (a accounts) Begun(ctx context.Context) (bool, error) {
	n, err := a.store.Admins(ctx, store.System)
	return n > 0, err
}

func identityOf(p store.Person) people.Identity {
	return people.Identity{Principal: chat.Principal{ID: p.ID, Role: p.Role, Groups: p.Teams}, Name: p.Name}
}
