package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/api"
	"exaone/assistant"
	"exaone/chat"
	"exaone/intake"
	"exaone/people"
	"exaone/store"
	"exaone/web"
)

// The table of who may do what is testdata/authorisation.txt, written by hand:
//
//	PATCH /api/folders/{id} > /api/folders/$folder {"name":"새 이름"}
//	  own      401 2xx 403 …    one column for each of askers
//
// The first line is a route, and after > a request for it: a path and a body. $folder is the id of a folder that is made
// for the cell, of the kind that the row names: own is whoever asks', shared is somebody else's who lets them have it,
// foreign is somebody else's, deleted was whoever asks'. A request without such a thing has one row, any. A cell is the
// status that the reply has, 2xx for any good one; a row of dots says that there is no such thing. Behind a route may
// stand another action in brackets, that the handler asks for of itself for such a request.
//
// Whoever adds a route adds it to the table, and to things (authorisation_thing_test.go) what it is about.

// askers are the columns. none brings nothing; local does the same while there is no administrator; a service is a
// program without a role, which comes with a key for everything; disabled was a member, and comes with a session.
var askers = []string{"none", "local", "guest", "member", "auditor", "admin", "service", "disabled"}

// kinds are the rows of a request that is about something.
var kinds = []string{"own", "shared", "foreign", "deleted"}

// rule is a route of the table.
type rule struct {
	route   string // METHOD PATH
	action  people.Action
	path    string
	body    string
	rows    map[string][]string // by kind; cells in the order of askers
	inOrder []string
}

// readTable reads the table.
func readTable(t *testing.T, routes map[string]people.Action) []rule {
	t.Helper()
	var rules []rule
	for n, line := range strings.Split(readFile(t, "testdata/authorisation.txt"), "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0][0] == '#':
		case line[0] == ' ':
			if len(words) != len(askers)+1 || len(rules) == 0 {
				t.Fatalf("line %d: %d cells, want %d: %s", n+1, len(words)-1, len(askers), line)
			}
			r := &rules[len(rules)-1]
			r.rows[words[0]] = words[1:]
			r.inOrder = append(r.inOrder, words[0])
		default:
			route, request, ok := strings.Cut(line, " > ")
			if !ok {
				_, path, _ := strings.Cut(line, " ")
				route, request = line, path
			}
			path, body, _ := strings.Cut(request, " ")
			route, action, _ := strings.Cut(strings.TrimSpace(route), " [")
			r := rule{route: route, action: people.Action(strings.TrimSuffix(action, "]")), path: path, body: body, rows: map[string][]string{}}
			if r.action == "" {
				r.action = routes[route]
			}
			rules = append(rules, r)
		}
	}
	for _, r := range rules {
		want := []string{"any"}
		if strings.Contains(r.path+r.body, "$") {
			want = kinds
		}
		if !slices.Equal(r.inOrder, want) {
			t.Errorf("%s has the rows %q, want %q", r.route, r.inOrder, want)
		}
	}
	return rules
}

// place is a server that people have signed in to, and what belongs to them.
type place struct {
	t       *testing.T
	store   *store.Store
	shelf   *intake.Shelf
	handler http.Handler
	admin   chat.Principal            // runs the place and asks nothing
	other   chat.Principal            // whose things are foreign
	signed  map[string]chat.Principal // by asker
	cookies map[string]string
	key     string
	made    int // people, teams, words: their names are taken

	attached string // hash of the file in what was shared last
}

// newPlace starts a server with an administrator, or without, where may says who may do what.
func newPlace(t *testing.T, d *desk, begun bool, may func(people.Role, people.Action) bool) *place {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), May: may})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	gate := web.NewGate(web.GateOptions{Store: s, Open: true, May: may})
	meter := people.NewMeter(people.MeterOptions{Model: d, Books: books{s}, Name: d.nameOf, Log: log})
	turns, err := assistant.NewTurns(t.Context(), assistant.Options{Store: s, Models: talkers{meter, d}, Watch: gate.Resolver().WatchPrincipal, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	shelf, err := intake.Open(t.Context(), intake.Options{Store: s, Dir: t.TempDir(), Reader: inProcess{}, Draw: drawsHere, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := endTurns(turns); err != nil {
			t.Error(err)
		}
		if err := shelf.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	server := api.New(api.Options{Model: meter, Models: d.listedFor(gate, meter), Tokens: reached{d, meter}, Memory: reached{d, meter},
		Enter: reached{d, meter}.enter, Manages: gate.ManagesModels, Authorize: gate.Authorize, Gauges: d.gauges, Log: log})
	handler, err := web.New(web.Options{Hub: d, API: server, APIPaths: api.Paths(), Store: s, Gate: gate, Meter: meter, Turns: turns,
		Documents: shelf, Page: web.DescribePage(s, d.pageModel), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, store: s, shelf: shelf, handler: handler, signed: map[string]chat.Principal{}, cookies: map[string]string{}}
	p.other = p.person("other", people.Member)
	if begun {
		p.admin = p.person("runs the place", people.Admin)
	}
	return p
}

// keptPassword is what is kept of everybody's password, "감나무 아래 큰 평상": hashing it once is enough.
var keptPassword = sync.OnceValues(func() (string, error) {
	return people.HashPassword(context.Background(), "감나무 아래 큰 평상")
})

// person makes somebody of a role known.
func (p *place) person(name, role string) chat.Principal {
	p.t.Helper()
	password, err := keptPassword()
	p.check(err)
	p.made++
	one, err := p.store.CreatePerson(p.t.Context(), store.System, store.PersonSpec{Name: name, Role: role,
		Login: fmt.Sprint("login-", p.made), Password: password})
	if err != nil {
		p.t.Fatal(err)
	}
	return chat.Principal{ID: one.ID, Role: role}
}

// asker returns who a column is, and sees to it that they are signed in.
func (p *place) asker(column string) chat.Principal {
	p.t.Helper()
	ctx := p.t.Context()
	switch column {
	case "none":
		return p.other
	case "local":
		return chat.Local
	case "service":
		if _, ok := p.signed[column]; !ok {
			one, err := p.store.CreatePrincipal(ctx, store.System, store.KindService, column)
			if err == nil {
				p.signed[column] = chat.Principal{ID: one.ID}
				p.key, _, err = p.store.CreateKey(ctx, p.signed[column], store.KeySpec{Name: column, Scopes: []store.Scope{store.ScopeAdmin}})
			}
			if err != nil {
				p.t.Fatal(err)
			}
		}
		return p.signed[column]
	}
	who := p.signed[column]
	if _, _, err := p.store.VerifySession(ctx, p.cookies[column]); err == nil {
		return who
	}
	role := column
	if column == "disabled" {
		role = people.Member
	}
	who = p.person(column, role)
	secret, _, err := p.store.CreateSession(ctx, who, store.SessionSpec{})
	if err != nil {
		p.t.Fatal(err)
	}
	p.signed[column], p.cookies[column] = who, secret
	return who
}

// status is that of the reply to a column's request about something of a kind; "." if there is no such thing.
func (p *place) status(r rule, kind, column string) string {
	p.t.Helper()
	who := p.asker(column)
	path, body, ok := p.fill(r, kind, who)
	if !ok {
		return "."
	}
	if column == "disabled" {
		if err := p.store.DisablePrincipal(p.t.Context(), store.System, who.ID); err != nil {
			p.t.Fatal(err)
		}
	}
	method, _, _ := strings.Cut(r.route, " ")
	if method == "ANY" {
		method = http.MethodPost
	}
	req := httptest.NewRequestWithContext(p.t.Context(), method, path, strings.NewReader(body))
	req.Host, req.RemoteAddr = "127.0.0.1:11500", "127.0.0.1:50000"
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Content-Type", "application/json")
	switch {
	case column == "service":
		req.Header.Set("Authorization", "Bearer "+p.key)
	case p.cookies[column] != "":
		req.Header.Set("Cookie", "exaone_session="+p.cookies[column])
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, req)
	if w.Code >= 200 && w.Code < 300 {
		return "2xx"
	}
	return strconv.Itoa(w.Code)
}

// wrong compares the rules with what a server does whose May is may, and returns what differs. Of an action it compares
// the rules of its routes alone, and returns the first that differs; "" is all of all.
func wrong(t *testing.T, d *desk, rules []rule, only people.Action, may func(people.Role, people.Action) bool, cells *int) []string {
	t.Helper()
	begun, before := newPlace(t, d, true, may), newPlace(t, d, false, may)
	var found []string
	for _, r := range rules {
		if only != "" && r.action != only {
			continue
		}
		for _, kind := range r.inOrder {
			if only == "" {
				*cells += len(askers)
			}
			for i, column := range askers {
				p := begun
				if column == "local" {
					p = before
				}
				if got, want := p.status(r, kind, column), r.rows[kind][i]; got != want {
					found = append(found, fmt.Sprintf("%s, %s, %s: %s, want %s", r.route, kind, column, got, want))
					if only != "" {
						return found
					}
				}
			}
		}
	}
	return found
}

// allRoutes are the routes of the page and the API, with the action that each needs.
func allRoutes() map[string]people.Action {
	of := map[string]people.Action{"": "", api.ScopeInference: people.Ask, api.ScopeAdmin: people.ReadUsage}
	all := map[string]people.Action{}
	for _, rt := range web.Routes() {
		all[rt.Method+" "+rt.Path] = rt.Action
	}
	for _, rt := range api.Routes() {
		method := rt.Method
		if method == "" {
			method = "ANY"
		}
		all[method+" "+rt.Path] = of[rt.Scope]
	}
	return all
}

// authorisationDesk is a desk whose model answers.
func authorisationDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	local, err := d.find("good")
	if err != nil {
		t.Fatal(err)
	}
	d.use(local, nil)
	// Tests change what the desk knows: it has to be in memory before.
	until(t, d, "good is ready", func(s web.Status) bool { return s.Model == "good" && d.window("good") > 0 })
	return d
}

func TestAuthorisation(t *testing.T) {
	routes := allRoutes()
	rules := readTable(t, routes)
	listed := map[string]bool{}
	for _, r := range rules {
		if _, ok := routes[r.route]; !ok {
			t.Errorf("the table has %s, which is no route", r.route)
		}
		listed[r.route] = true
	}
	for route := range routes {
		if !listed[route] {
			t.Errorf("%s is not in testdata/authorisation.txt: add who may use it", route)
		}
	}
	started := time.Now()
	cells := 0
	all := wrong(t, authorisationDesk(t), rules, "", people.May, &cells)
	for _, what := range all {
		t.Error(what)
	}
	t.Logf("%d routes, %d of them in the table; %d cells, %d wrong; %v", len(routes), len(listed), cells, len(all), time.Since(started).Round(time.Millisecond))
}

// TestAuthorisationWithoutACheck answers yes to one action after the other, whoever asks: each time the table must fail,
// or nobody would notice if the check were gone.
func TestAuthorisationWithoutACheck(t *testing.T) {
	routes := allRoutes()
	rules := readTable(t, routes)
	used := map[people.Action]bool{}
	for _, r := range rules {
		used[r.action] = true
	}
	d := authorisationDesk(t)
	for _, action := range people.Actions {
		if !used[action] {
			t.Errorf("nothing in the table needs %s", action)
			continue
		}
		yes := func(role people.Role, asked people.Action) bool { return asked == action || people.May(role, asked) }
		found := wrong(t, d, rules, action, yes, nil)
		if len(found) == 0 {
			t.Errorf("with everybody allowed %s, the table holds", action)
			continue
		}
		t.Logf("with everybody allowed %s: %s", action, found[0])
	}
}

// TestDisablingEndsAStream disables somebody whose program is being answered, and watches the answer end.
func TestDisablingEndsAStream(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	gate := web.NewGate(web.GateOptions{Store: s})
	server := api.New(api.Options{Model: endless{}, Authorize: gate.Authorize})
	handler, err := web.New(web.Options{API: server, APIPaths: api.Paths(), Store: s, Gate: gate})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(handler)
	defer h.Close()
	one, err := s.CreatePerson(t.Context(), store.System, store.PersonSpec{Name: "홍길동", Role: people.Member})
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := s.CreateKey(t.Context(), chat.Principal{ID: one.ID}, store.KeySpec{Name: "laptop", Scopes: []store.Scope{store.ScopeInference}})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/v1/chat/completions",
		strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"끝없이 말해 줘"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	beginning := make([]byte, 200)
	if _, err := io.ReadFull(resp.Body, beginning); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %s, %v", resp.StatusCode, beginning, err)
	}
	if err := s.DisablePrincipal(t.Context(), store.System, one.ID); err != nil {
		t.Fatal(err)
	}
	disabled := time.Now()
	rest, err := io.ReadAll(resp.Body)
	took := time.Since(disabled)
	if err != nil || !strings.Contains(string(rest), `"principal_disabled"`) {
		t.Errorf("the stream ends with %.300s, %v", rest[max(0, len(rest)-300):], err)
	}
	if took > 30*time.Second {
		t.Errorf("it went on for %v", took)
	}
	t.Logf("it ended after %v", took)
}
