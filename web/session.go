package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// sessionRoutes are about oneself: signing in and out, one's password, and where one is signed in.
var sessionRoutes = []route{
	{http.MethodGet, "/api/session", "", (*handler).session},
	{http.MethodPost, "/api/session", "", (*handler).signIn},
	{http.MethodDelete, "/api/session", "", (*handler).signOut},
	{http.MethodPatch, "/api/session", people.Self, inPerson((*handler).rename)},
	{http.MethodPost, "/api/session/link", "", (*handler).useLink},
	{http.MethodPost, "/api/session/password", people.Self, inPerson((*handler).changePassword)},
	{http.MethodGet, "/api/sessions", people.Self, (*handler).sessions},
	{http.MethodDelete, "/api/sessions", people.Self, (*handler).endOtherSessions},
	{http.MethodDelete, "/api/sessions/{id}", people.Self, (*handler).endSession},
}

// Page is what the page shows beside what somebody asked for.
type Page struct {
	Branding      Branding       `json:"branding"`
	Announcements []Announcement `json:"announcements"`
	Model         PageModel      `json:"model"`
}

// Branding is how a company has the page look.
type Branding struct {
	Name   string `json:"name"`
	Accent string `json:"accent"` // a colour, such as #a50034
	Notice string `json:"notice"` // below the field for a question
	Logo   string `json:"logo"`   // where a picture is; "" is none
}

// Announcement is what everybody is told.
type Announcement struct {
	ID    string `json:"id"`
	Level string `json:"level"` // info or warning
	Text  string `json:"text"`
}

// PageModel is the model that answers when none is named.
type PageModel struct {
	Name   string `json:"name"`   // "" is none yet
	Level  string `json:"level"`  // what it is known to be able to do: extract, assist, full; "" is not known
	Window int    `json:"window"` // tokens; 0 is not known
}

type teamJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type selfJSON struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Login    string     `json:"login"`
	Role     string     `json:"role"`
	Teams    []teamJSON `json:"teams"`
	Password bool       `json:"password"`
}

type quotaJSON struct {
	PerDay    int64     `json:"per_day"` // -1 is no limit
	UsedToday int64     `json:"used_today"`
	PerMinute int       `json:"per_minute"`
	AtOnce    int       `json:"at_once"`
	ResetsAt  time.Time `json:"resets_at"`

	Teams []teamQuotaJSON `json:"teams"` // what teams may use together, of those that have a limit; they reset with it
}

type teamQuotaJSON struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	PerDay    int64  `json:"per_day"` // -1 is no limit
	UsedToday int64  `json:"used_today"`
	PerMinute int    `json:"per_minute"`
	AtOnce    int    `json:"at_once"`
}

func newQuota(s people.Standing) *quotaJSON {
	out := &quotaJSON{s.PerDay, s.UsedToday, s.PerMinute, s.AtOnce, s.Resets, []teamQuotaJSON{}}
	for _, t := range s.Teams {
		out.Teams = append(out.Teams, teamQuotaJSON{t.ID, t.Name, t.PerDay, t.UsedToday, t.PerMinute, t.AtOnce})
	}
	return out
}

type serverJSON struct {
	Version string `json:"version"`
	URL     string `json:"url"`
	Mail    bool   `json:"mail"`
}

type sessionJSON struct {
	Setup  bool            `json:"setup"` // there is an administrator
	Local  bool            `json:"local"` // whoever asks is on this machine, before there is one
	Person *selfJSON       `json:"person"`
	May    []people.Action `json:"may"`
	Modes  []string        `json:"modes"` // in which questions can be answered, as they are offered
	Page
	Quota  *quotaJSON `json:"quota"`
	Server serverJSON `json:"server"`
}

// session says who asks, what they may do, and what the page needs to know before all else. Whoever is nobody here is
// told no more than how to change that.
func (h *handler) session(w http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	who, err := h.gate.identify(r)
	if told, ok := errors.AsType[*chat.Error](err); ok {
		if told.Code == chat.CodeSessionOver {
			h.clearCookie(w, r)
		}
		who, err = people.Identity{}, nil
	}
	if err != nil {
		return nil, err
	}
	return h.describe(r, who)
}

// describe is the reply about somebody; the zero Identity is nobody.
func (h *handler) describe(r *http.Request, who people.Identity) (out sessionJSON, err error) {
	ctx := r.Context()
	if out.Setup, err = h.gate.resolver.Begun(ctx); err != nil {
		return out, err
	}
	out.Local = who.Principal.Role == people.Local
	out.May, out.Modes, out.Announcements = []people.Action{}, []string{}, []Announcement{}
	for _, action := range people.Actions {
		if h.gate.opts.May(who.Principal.Role, action) {
			out.May = append(out.May, action)
		}
	}
	if h.opts.Page != nil {
		page, err := h.opts.Page(ctx, who.Principal, language(r))
		if err != nil {
			return out, err
		}
		out.Branding = page.Branding
		if who.Principal.Role != "" {
			out.Page = page
		}
		if out.Announcements == nil {
			out.Announcements = []Announcement{}
		}
	}
	resets, err := h.resets(r, who.Principal)
	if err != nil {
		return out, err
	}
	out.Announcements = append(resets, out.Announcements...)
	if who.Principal.Role == "" {
		return out, nil
	}
	if h.opts.Turns != nil {
		out.Modes = h.opts.Turns.Modes()
	}
	out.Server = serverJSON{Version: h.opts.Version, URL: h.opts.URL}
	standing, err := h.meter.Standing(ctx, who.Principal)
	if err != nil {
		return out, err
	}
	out.Quota = newQuota(standing)
	if who.Principal.Role != people.Local {
		out.Person, err = h.self(ctx, who.Principal)
	}
	return out, err
}

// resetTold is how long somebody is told that their password was reset.
const resetTold = 30 * 24 * time.Hour

// resets tell somebody who has let them in, or another in their name, without their password.
func (h *handler) resets(r *http.Request, who chat.Principal) ([]Announcement, error) {
	if who.ID == "" {
		return []Announcement{}, nil
	}
	all, err := h.store.Resets(r.Context(), who, time.Now().Add(-resetTold))
	lang := language(r)
	out := make([]Announcement, len(all))
	for i, one := range all {
		by := cmp.Or(one.By, chat.Text(lang, chat.CodeConsoleName))
		out[i] = Announcement{one.ID, "warning", chat.Text(lang, chat.CodeResetNotice, by, one.At.Format(time.DateOnly))}
	}
	return out, err
}

func (h *handler) self(ctx context.Context, who chat.Principal) (*selfJSON, error) {
	p, err := h.store.Person(ctx, who, who.ID)
	if err != nil {
		return nil, err
	}
	teams, err := h.store.TeamsOf(ctx, who, who.ID)
	out := &selfJSON{p.ID, p.Name, p.Login, p.Role, []teamJSON{}, p.Password}
	for _, t := range teams {
		out.Teams = append(out.Teams, teamJSON{t.ID, t.Name})
	}
	return out, err
}

// signIn lets somebody in by a login and a password. Whether the login exists shows neither in what is replied nor in how
// long that takes.
func (h *handler) signIn(w http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	if err := visitOf(r).private(chat.CodeSignInPlain); err != nil {
		return nil, err
	}
	var in struct {
		Login    string `json:"login"`
		Password string `json:"password"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	held, err := h.store.PersonByLogin(r.Context(), store.System, in.Login)
	if told, ok := errors.AsType[*chat.Error](err); ok && told.Code == chat.CodeNoPerson {
		held, err = store.Held{}, nil
	}
	if err == nil {
		err = h.recognise(r, held, in.Login, in.Password, chat.CodeSignInWrong)
	}
	if err != nil {
		return nil, err
	}
	if p := held.Person; !p.Disabled.IsZero() || !p.Departed.IsZero() { // only somebody who has the password learns it
		return nil, chat.NewError(chat.CodePrincipalOff, nil, p.Name)
	}
	return h.begin(w, r, held.Person)
}

// recognise is CodeSignInWait or the code wrong unless a password is that of a person, who may be nobody. What fails is
// in the audit log.
func (h *handler) recognise(r *http.Request, held store.Held, login, password string, wrong chat.Code) error {
	address := visitOf(r).addr.String()
	known, err := h.knownAt(r.Context(), held.Person.ID, address)
	if err != nil {
		return err
	}
	try, err := h.gate.tries.Begin(cmp.Or(held.Person.ID, login), address, known)
	if err != nil {
		return err
	}
	same, err := people.SamePassword(r.Context(), held.Password, password)
	if err != nil {
		try.Fail()
		return err
	}
	if !same {
		try.Fail()
		err := h.store.AppendAudit(r.Context(), store.System, "session.refuse", held.Person.ID, map[string]any{"address": address})
		if err != nil {
			return err
		}
		return chat.NewError(wrong, nil)
	}
	try.Succeed()
	return nil
}

// knownAt reports whether somebody has signed in from an address, or its neighbours, while a session lasts. It is asked
// for nobody ("") too, so that what follows does not tell who there is.
func (h *handler) knownAt(ctx context.Context, person, address string) (bool, error) {
	all, err := h.store.SignedInFrom(ctx, chat.Principal{ID: person}, time.Now().Add(-store.SessionLife))
	at := people.Network(address)
	return slices.ContainsFunc(all, func(one string) bool { return people.Network(one) == at }), err
}

// begin signs somebody in with a new secret, ends the session that the browser had, whosever it was, and replies what
// session does.
func (h *handler) begin(w http.ResponseWriter, r *http.Request, p store.Person) (any, error) {
	ctx := r.Context()
	if old := credentialOf(r, visitOf(r)).Session; old != "" {
		if session, person, err := h.store.VerifySession(ctx, old); err == nil {
			if err := h.store.EndSession(ctx, chat.Principal{ID: person.ID}, session.ID); err != nil {
				return nil, err
			}
		}
	}
	secret, session, err := h.store.CreateSession(ctx, chat.Principal{ID: p.ID},
		store.SessionSpec{Address: visitOf(r).addr.String(), Agent: r.UserAgent()})
	if err != nil {
		return nil, err
	}
	h.gate.resolver.Notice()
	h.setCookie(w, r, secret, int(time.Until(session.Expires).Seconds()))
	who := identityOf(p)
	who.Session = session.ID
	return h.describe(r, who)
}

func (h *handler) setCookie(w http.ResponseWriter, r *http.Request, secret string, life int) {
	cookie := &http.Cookie{Name: plainCookie, Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: life}
	if visitOf(r).secure {
		cookie.Name, cookie.Secure = secureCookie, true
	}
	http.SetCookie(w, cookie)
}

func (h *handler) clearCookie(w http.ResponseWriter, r *http.Request) { h.setCookie(w, r, "", -1) }

// signOut ends the session of the browser. Whoever is not signed in is signed out.
func (h *handler) signOut(w http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	who, err := h.gate.identify(r)
	if err == nil && who.Session != "" {
		err = h.store.EndSession(r.Context(), who.Principal, who.Session)
		h.gate.resolver.Notice()
	}
	if _, ok := errors.AsType[*chat.Error](err); err != nil && !ok {
		return nil, err
	}
	h.clearCookie(w, r)
	return done{true}, nil
}

// changePassword gives somebody a password, and a login if they have none yet, and signs them out everywhere else.
func (h *handler) changePassword(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	if err := visitOf(r).private(chat.CodeSignInPlain); err != nil {
		return nil, err
	}
	var in struct {
		Old   string `json:"old"`
		New   string `json:"new"`
		Login string `json:"login"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	ctx := r.Context()
	p, err := h.store.Person(ctx, who, who.ID)
	if err != nil {
		return nil, err
	}
	var change store.PersonChange
	if p.Password {
		held, err := h.store.PersonByLogin(ctx, store.System, p.Login)
		if err == nil {
			err = h.recognise(r, held, p.Login, in.Old, chat.CodePasswordWrong)
		}
		if err != nil {
			return nil, err
		}
	}
	switch in.Login = strings.TrimSpace(in.Login); {
	case p.Login == "" && in.Login == "":
		return nil, chat.NewError(chat.CodeBadField, nil, "login", `""`, "one word")
	case p.Login == "":
		p.Login, change.Login = in.Login, &in.Login
	case in.Login != "" && !strings.EqualFold(in.Login, p.Login):
		return nil, chat.NewError(chat.CodeMayNot, nil, people.ManagePeople.Named())
	}
	kept, err := choose(ctx, in.New, p.Login)
	if err != nil {
		return nil, err
	}
	change.Password = &kept
	if p, err = h.store.UpdatePerson(ctx, who, who.ID, change); err != nil {
		return nil, err
	}
	visitOf(r).settle()
	if err := h.store.EndSessions(ctx, who, who.ID); err != nil {
		return nil, err
	}
	return h.begin(w, r, p)
}

type signedInJSON struct {
	ID       string    `json:"id"`
	Created  time.Time `json:"created"`
	LastUsed time.Time `json:"last_used"`
	Expires  time.Time `json:"expires"`
	Address  string    `json:"address"`
	Agent    string    `json:"agent"`
	Current  bool      `json:"current"`
}

// sessions lists where somebody is signed in.
func (h *handler) sessions(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Sessions(r.Context(), who)
	if err != nil {
		return nil, err
	}
	current, _ := h.gate.identify(r)
	out := list[signedInJSON]{Items: []signedInJSON{}}
	for _, s := range all {
		out.Items = append(out.Items, signedInJSON{s.ID, s.Created, s.LastUsed, s.Expires, s.Address, s.Agent, s.ID == current.Session})
	}
	return out, nil
}

// endSession signs somebody out of one device.
func (h *handler) endSession(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	visitOf(r).settle()
	err := h.store.EndSession(r.Context(), who, r.PathValue("id"))
	h.gate.resolver.Notice()
	return done{true}, err
}

// endOtherSessions signs somebody out everywhere but here.
func (h *handler) endOtherSessions(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	current, _ := h.gate.identify(r)
	var but []string
	if current.Session != "" {
		but = append(but, current.Session)
	}
	err := h.store.EndSessions(r.Context(), who, who.ID, but...)
	h.gate.resolver.Notice()
	return done{true}, err
}

// list is a page of a list.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"` // where the next page begins; "" is nowhere
}
