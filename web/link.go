package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// useLink lets somebody in by a link that works once. What it needs beside the secret it says first, and is used up only
// when it has all of it. The first administrator is let in at once.
func (h *handler) useLink(w http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	if err := visitOf(r).private(chat.CodeSignInPlain); err != nil {
		return nil, err
	}
	var in struct {
		Secret   string `json:"secret"`
		Name     string `json:"name"`
		Login    string `json:"login"`
		Password string `json:"password"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	ctx := r.Context()
	link, err := h.store.PeekLink(ctx, in.Secret)
	if err != nil {
		return nil, err
	}
	in.Login = strings.TrimSpace(in.Login)
	ask := linkJSON{Kind: string(link.Kind), Name: link.Name, Role: link.Role}
	if link.Kind == store.LinkReset {
		p, err := h.store.Person(ctx, store.System, link.Person)
		if err != nil {
			return nil, err
		}
		ask.Name, ask.Login, ask.Role = p.Name, p.Login, p.Role
	}
	if ask.needs(in.Name, in.Login, in.Password); len(ask.Needs) > 0 {
		return ask, nil
	}
	spec := store.PersonSpec{Name: in.Name, Login: in.Login}
	if spec.Name == "" && link.Kind == store.LinkFirst {
		spec.Name = chat.Text(language(r), chat.CodeFirstName)
	}
	if in.Password != "" {
		login := in.Login
		if ask.Login != "" {
			login = ask.Login
		}
		if spec.Password, err = choose(ctx, in.Password, login); err != nil {
			return nil, err
		}
	}
	person, err := h.store.UseLink(ctx, in.Secret, spec)
	if err != nil {
		return nil, err
	}
	if person.First { // who has the conversations of this machine from now on
		h.adopt(chat.Local.ID, person)
	}
	return h.begin(w, r, person)
}

// adopt makes the answers that are being written for somebody those of whoever has their conversations now.
func (h *handler) adopt(from string, heir store.Person) {
	if h.opts.Turns != nil {
		h.opts.Turns.Adopt(from, identityOf(heir).Principal)
	}
}

// linkJSON is what a link still needs.
type linkJSON struct {
	Kind  string   `json:"kind"`
	Name  string   `json:"name"`
	Login string   `json:"login"`
	Role  string   `json:"role"`
	Needs []string `json:"needs"`
}

// needs notes what is missing.
func (l *linkJSON) needs(name, login, password string) {
	l.Needs = []string{}
	if l.Kind == string(store.LinkFirst) {
		return
	}
	if l.Name == "" && strings.TrimSpace(name) == "" {
		l.Needs = append(l.Needs, "name")
	}
	if l.Login == "" && login == "" {
		l.Needs = append(l.Needs, "login")
	}
	if password == "" {
		l.Needs = append(l.Needs, "password")
	}
}

// choose returns what is kept of a password that somebody chooses, or says what is wrong with it.
func choose(ctx context.Context, password, login string) (string, error) {
	if err := people.CheckPassword(password, login); err != nil {
		return "", err
	}
	return people.HashPassword(ctx, password)
}

// address is how people reach the server: as it was told, or as the request did.
func (h *handler) address(r *http.Request) string {
	if h.opts.URL != "" {
		return strings.TrimSuffix(h.opts.URL, "/")
	}
	scheme := "http"
	if visitOf(r).secure {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, r.Host)
}

// LinkAt returns the address that a link is opened at. The secret stands behind the hash, which browsers send to nobody.
func LinkAt(address, secret string) string { return address + "/#link=" + secret }
