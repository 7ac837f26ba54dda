package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// device is a browser on this machine: it keeps cookies, and says where its requests come from.
type device struct {
	t       *testing.T
	h       http.Handler
	headers []string
	cookies map[string]string
}

func newDevice(t *testing.T, h http.Handler, headers ...string) *device {
	return &device{t: t, h: h, headers: append([]string{"Sec-Fetch-Site", "same-origin", "Accept-Language", "ko"}, headers...), cookies: map[string]string{}}
}

// send makes a request and keeps what cookies come back.
func (d *device) send(method, path string, body any) *httptest.ResponseRecorder {
	d.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	headers := slices.Clone(d.headers)
	for name, value := range d.cookies {
		headers = append(headers, "Cookie", name+"="+value)
	}
	w := do(d.h, method, path, string(text), headers...)
	for _, c := range w.Result().Cookies() {
		d.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(d.cookies, c.Name)
		}
	}
	return w
}

// want sends a request and compares the status and a part of the reply.
func (d *device) want(status int, part, method, path string, body any) string {
	d.t.Helper()
	w := d.send(method, path, body)
	if w.Code != status || !strings.Contains(w.Body.String(), part) {
		d.t.Fatalf("%s %s: got %d %s\nwant %d %s", method, path, w.Code, w.Body, status, part)
	}
	return w.Body.String()
}

type object = map[string]any

// secretIn is the secret of the link in a reply.
func secretIn(t *testing.T, reply string) string {
	t.Helper()
	_, rest, ok := strings.Cut(reply, "/#link=")
	secret, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		t.Fatalf("no link in %s", reply)
	}
	return secret
}

const goodPassword = "감나무 아래 큰 평상"

// firstAdmin makes the first administrator by the link, on a device of theirs, and gives them a password.
func firstAdmin(t *testing.T, s *store.Store, h http.Handler, headers ...string) *device {
	t.Helper()
	secret, _, err := s.CreateLink(t.Context(), chat.Local, store.LinkSpec{Kind: store.LinkFirst})
	if err != nil {
		t.Fatal(err)
	}
	d := newDevice(t, h, headers...)
	d.want(200, `"role":"admin"`, "POST", "/api/session/link", object{"secret": secret})
	d.want(200, `"password":true`, "POST", "/api/session/password", object{"login": "Hong", "new": goodPassword})
	return d
}

// withStore returns a handler that people sign in to, its store, and a clock for what waits.
func withStore(t *testing.T, change func(*Options)) (http.Handler, *store.Store, *time.Time) {
	t.Helper()
	now := time.Now()
	var s *store.Store
	h := newHandler(t, func(o *Options) {
		s = o.Store
		o.Gate = NewGate(GateOptions{Store: s, Open: true, Now: func() time.Time { return now }})
		if change != nil {
			change(o)
		}
	})
	return h, s, &now
}

// TestFirstRun goes from an empty store to a second person, as a company does.
func TestFirstRun(t *testing.T) {
	h, s, _ := withStore(t, nil)
	stranger := newDevice(t, h)
	stranger.want(200, `"setup":false,"local":true,"person":null`, "GET", "/api/session", nil)
	stranger.want(200, `"state":"ready"`, "GET", "/api/status", nil)
	stranger.want(403, `"may_not"`, "POST", "/api/invites", object{"role": "admin"})
	stranger.want(403, `"may_not"`, "POST", "/api/keys", object{"name": "mine"})

	secret, _, err := s.CreateLink(t.Context(), chat.Local, store.LinkSpec{Kind: store.LinkFirst})
	if err != nil {
		t.Fatal(err)
	}
	admin := newDevice(t, h)
	admin.want(404, `"link_unknown"`, "POST", "/api/session/link", object{"secret": "exa-nothing"})
	admin.want(200, `"name":"관리자","login":"","role":"admin","teams":[],"password":false`, "POST", "/api/session/link", object{"secret": secret})
	admin.want(410, `"link_used"`, "POST", "/api/session/link", object{"secret": secret})
	stranger.want(200, `"setup":true,"local":false,"person":null,"may":[]`, "GET", "/api/session", nil)
	stranger.want(401, `"sign_in_needed"`, "GET", "/api/status", nil)
	admin.want(200, `"people.manage"`, "GET", "/api/session", nil)
	admin.want(200, `"state":"ready"`, "GET", "/api/status", nil)

	admin.want(409, `"password_needed"`, "POST", "/api/invites", object{"role": "member"})
	admin.want(409, `"password_needed"`, "POST", "/api/people", object{"name": "김", "role": "member"})
	admin.want(400, `"bad_field"`, "POST", "/api/session/password", object{"new": goodPassword})
	admin.want(400, `"password_short"`, "POST", "/api/session/password", object{"login": "hong", "new": "짧다"})
	admin.want(400, `"password_login"`, "POST", "/api/session/password", object{"login": "hong.gildong", "new": "hong.gildong1"})
	before := admin.cookies[plainCookie]
	admin.want(200, `"login":"hong"`, "POST", "/api/session/password", object{"login": "Hong", "new": goodPassword})
	if admin.cookies[plainCookie] == before {
		t.Error("the session goes on under the old secret")
	}
	admin.want(200, `"password":true`, "GET", "/api/session", nil)
	admin.want(403, `"password_wrong"`, "POST", "/api/session/password", object{"old": "nothing like it", "new": goodPassword})

	reply := admin.want(200, `"kind":"invite"`, "POST", "/api/invites", object{"role": "member", "name": "김철수"})
	if !strings.Contains(reply, "http://127.0.0.1:11500/#link=exa-") {
		t.Errorf("the link is not where the administrator is: %s", reply)
	}
	second := newDevice(t, h)
	second.want(200, `"kind":"invite","name":"김철수","login":"","role":"member","needs":["login","password"]`, "POST", "/api/session/link",
		object{"secret": secretIn(t, reply)})
	second.want(400, `"password_common"`, "POST", "/api/session/link", object{"secret": secretIn(t, reply), "login": "kim", "password": "qwertyuiop"})
	second.want(409, `"login_taken"`, "POST", "/api/session/link", object{"secret": secretIn(t, reply), "login": "HONG", "password": goodPassword})
	second.want(200, `"name":"김철수","login":"kim","role":"member"`, "POST", "/api/session/link",
		object{"secret": secretIn(t, reply), "login": "kim", "password": goodPassword})
	second.want(403, `"may_not"`, "GET", "/api/people", nil)
	second.want(200, `"name":"김철수"`, "GET", "/api/directory", nil)
}

func TestSignIn(t *testing.T) {
	h, s, now := withStore(t, nil)
	firstAdmin(t, s, h)
	d := newDevice(t, h)
	var refusals []string
	for range 2 {
		for _, login := range []string{"hong", "nobody"} {
			refusals = append(refusals, d.want(401, `"sign_in_wrong"`, "POST", "/api/session", object{"login": login, "password": "wrong password"}))
		}
	}
	if refusals[0] != refusals[1] {
		t.Errorf("a login that is known is told from one that is not: %s %s", refusals[0], refusals[1])
	}
	d.want(200, `"login":"hong"`, "POST", "/api/session", object{"login": " HONG ", "password": goodPassword})
	first := d.cookies[plainCookie]
	d.want(200, `"login":"hong"`, "POST", "/api/session", object{"login": "hong", "password": goodPassword})
	if d.cookies[plainCookie] == first {
		t.Error("a browser that signs in again has the same secret")
	}
	if _, _, err := s.VerifySession(t.Context(), first); codeOf(err) != chat.CodeSessionOver {
		t.Errorf("the secret from before signing in: %v, want %s", err, chat.CodeSessionOver)
	}

	// A secret that somebody put into the browser beforehand is not taken up.
	victim := newDevice(t, h)
	victim.cookies[plainCookie] = "exa-0000000000000000000000000000000000000000000000000"
	victim.want(200, `"login":"hong"`, "POST", "/api/session", object{"login": "hong", "password": goodPassword})
	if strings.HasPrefix(victim.cookies[plainCookie], "exa-000000") {
		t.Error("a planted secret was taken up")
	}
	victim.want(200, `"ok":true`, "DELETE", "/api/session", nil)
	if len(victim.cookies) != 0 {
		t.Errorf("after signing out the browser keeps %v", victim.cookies)
	}
	victim.want(401, `"sign_in_needed"`, "GET", "/api/status", nil)

	spellings := []string{"hong", " hong", "\thong", "\u00a0hong ", "HONG", "ｈｏｎｇ"} // all are one person's
	for i := range 10 {
		d.want(401, `"sign_in_wrong"`, "POST", "/api/session", object{"login": spellings[i%len(spellings)], "password": "wrong password"})
	}
	w := d.send("POST", "/api/session", object{"login": "hong", "password": goodPassword})
	if w.Code != 429 || w.Header().Get("Retry-After") != "300" {
		t.Errorf("after ten failures: %d %s, retry after %q", w.Code, w.Body, w.Header().Get("Retry-After"))
	}
	*now = now.Add(5 * time.Minute)
	d.want(200, `"login":"hong"`, "POST", "/api/session", object{"login": "hong", "password": goodPassword})

	// Whoever guesses elsewhere does not keep out who has signed in here.
	for i := range 40 {
		far := newDevice(t, h, "From", fmt.Sprintf("127.0.9.%d:1", i))
		far.send("POST", "/api/session", object{"login": "hong", "password": "wrong password"})
	}
	*now = now.Add(time.Second)
	d.want(200, `"login":"hong"`, "POST", "/api/session", object{"login": "hong", "password": goodPassword})
	newDevice(t, h, "From", "127.0.10.1:1").want(429, `"sign_in_wait"`, "POST", "/api/session", object{"login": "hong", "password": goodPassword})

	entries, err := s.Audit(t.Context(), store.System, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, e := range entries {
		if e.Action == "session.refuse" {
			refused++
		}
	}
	if refused != 2*2+10+30 {
		t.Errorf("%d refusals are on record, want 44", refused)
	}
}

// Whether a login exists shows in how long it takes to be refused only if no password is hashed for one that does not.
// The quickest of a few tries is compared, with a wide margin: a hash takes longer than all the rest.
func TestAnUnknownLoginCostsTheSame(t *testing.T) {
	known, unknown := time.Hour, time.Hour
	const rounds = 20
	for range rounds { // one, where nobody else keeps the machine busy
		h, s, _ := withStore(t, nil) // a new one: whoever has tried often waits
		firstAdmin(t, s, h)
		refused := func(login string, try int) time.Duration {
			d := newDevice(t, h)
			started := time.Now()
			d.want(401, "", "POST", "/api/session", object{"login": login, "password": fmt.Sprint("wrong password ", try)})
			return time.Since(started)
		}
		for i := range 4 { // in turns
			known, unknown = min(known, refused("hong", i)), min(unknown, refused("nobody", i))
		}
		if unknown >= known/3 && known >= unknown/3 {
			return
		}
	}
	t.Errorf("refused after %v for somebody known, %v for nobody", known, unknown)
}

func TestSigningInNeedsPrivacy(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}
	h, s, _ := withStore(t, func(o *Options) {
		o.Exposed, o.Proxies, o.URL = true, proxies, "https://chat.example.com"
		o.Gate = NewGate(GateOptions{Store: o.Store})
	})
	firstAdmin(t, s, h)
	viaProxy := []string{"From", "10.0.0.1:443", "Host", "10.0.0.9:11500", "X-Forwarded-Host", "chat.example.com", "X-Forwarded-For", "198.51.100.7"}
	for _, c := range []struct {
		name    string
		headers []string
		want    string // code, or name of the cookie
	}{
		{"this machine", nil, plainCookie},
		{"another, plainly", []string{"From", far, "Host", "192.0.2.1:11500"}, "sign_in_plain"},
		{"another, encrypted", []string{"From", far, "Host", "192.0.2.1:11500", "Tls", "", "Origin", "https://192.0.2.1:11500"}, secureCookie},
		{"a proxy that speaks HTTPS", append(slices.Clone(viaProxy), "X-Forwarded-Proto", "https"), secureCookie},
		{"a proxy that does not", append(slices.Clone(viaProxy), "X-Forwarded-Proto", "http"), "sign_in_plain"},
		{"a proxy that says nothing", viaProxy, "sign_in_plain"},
		{"a proxy that nobody trusts", []string{"X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https"}, "sign_in_proxy"},
		{"somebody who says it is one", []string{"From", far, "Host", "192.0.2.1:1", "X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "https"}, "sign_in_plain"},
	} {
		d := newDevice(t, h, c.headers...)
		w := d.send("POST", "/api/session", object{"login": "hong", "password": goodPassword})
		got := ""
		for _, cookie := range w.Result().Cookies() {
			got = cookie.Name
			if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.Domain != "" ||
				cookie.Secure != (cookie.Name == secureCookie) || cookie.MaxAge < 29*24*3600 || cookie.MaxAge > 30*24*3600 {
				t.Errorf("%s: cookie %v", c.name, cookie)
			}
		}
		if got == "" {
			var told failure
			if err := json.Unmarshal(w.Body.Bytes(), &told); err != nil {
				t.Fatal(err)
			}
			got = string(told.Error.Code)
		}
		if got != c.want {
			t.Errorf("%s: %s (%d %s), want %s", c.name, got, w.Code, w.Body, c.want)
		}
		// What was given counts where it was given, and nowhere else.
		if strings.Contains(c.want, "exaone") {
			d.want(200, `"login":"hong"`, "GET", "/api/session", nil)
			elsewhere := newDevice(t, h, "From", far, "Host", "192.0.2.1:11500")
			elsewhere.cookies = d.cookies
			elsewhere.want(401, "", "GET", "/api/status", nil)
		}
	}
}

func TestCookiesNeedTheirOwnPage(t *testing.T) {
	h, s, _ := withStore(t, nil)
	admin := firstAdmin(t, s, h)
	cookie := plainCookie + "=" + admin.cookies[plainCookie]
	const own, post, get = "http://127.0.0.1:11500", "POST", "GET"
	for _, c := range []struct {
		name, method, path string
		headers            []string
		status             int
	}{
		{"the page", post, "/api/models/use", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"the page, with its origin", post, "/api/models/use", []string{"Sec-Fetch-Site", "same-origin", "Origin", own}, 200},
		{"an older browser", post, "/api/models/use", []string{"Origin", own}, 200},
		{"a program with a cookie", post, "/api/models/use", nil, 403},
		{"typed", post, "/api/models/use", []string{"Sec-Fetch-Site", "none"}, 403},
		{"another site", post, "/api/models/use", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"another port", post, "/api/models/use", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:9999"}, 403},
		{"an older browser on another port", post, "/api/models/use", []string{"Origin", "http://127.0.0.1:9999"}, 403},
		{"encrypted to plain", post, "/api/models/use", []string{"Origin", "https://127.0.0.1:11500"}, 403},
		{"no origin that can be told", post, "/api/models/use", []string{"Origin", "null"}, 403},
		{"the API too", post, "/v1/chat/completions", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"reading", get, "/api/status", nil, 200},
		{"reading what was typed", get, "/api/status", []string{"Sec-Fetch-Site", "none"}, 200},
		{"reading from another port", get, "/api/status", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"following a link", get, "/", []string{"Sec-Fetch-Site", "same-site"}, 200},
	} {
		body := ""
		if c.method == post {
			body = `{"model":"smollm2-135m"}`
		}
		if w := do(h, c.method, c.path, body, append([]string{"Cookie", cookie}, c.headers...)...); w.Code != c.status {
			t.Errorf("%s: %d %.200s, want %d", c.name, w.Code, w.Body, c.status)
		}
	}
	secret := addKey(t, s, addPerson(t, s, "kim", people.Admin), 0, store.ScopeAdmin)
	if w := do(h, post, "/api/models/use", `{"model":"smollm2-135m"}`, "Authorization", "Bearer "+secret); w.Code != 200 {
		t.Errorf("a program with a key: %d %s", w.Code, w.Body)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	h, s, _ := withStore(t, nil)
	admin := firstAdmin(t, s, h)
	phone := newDevice(t, h, "User-Agent", "Phone/1.0")
	phone.want(200, "", "POST", "/api/session", object{"login": "hong", "password": goodPassword})
	var all struct {
		Items []struct {
			ID, Agent string
			Current   bool
		}
	}
	if err := json.Unmarshal([]byte(admin.want(200, "", "GET", "/api/sessions", nil)), &all); err != nil || len(all.Items) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, one := range all.Items {
		if one.Current == (one.Agent == "Phone/1.0") {
			t.Errorf("%+v is the current one", one)
		}
		if !one.Current {
			admin.want(200, "", "DELETE", "/api/sessions/"+one.ID, nil)
		}
	}
	phone.want(401, `"session_over"`, "GET", "/api/status", nil)
	phone.want(200, `"person":null`, "GET", "/api/session", nil)
	if len(phone.cookies) != 0 {
		t.Error("the browser keeps a cookie of a session that is over")
	}
	phone.want(200, "", "POST", "/api/session", object{"login": "hong", "password": goodPassword})
	phone.want(200, "", "DELETE", "/api/sessions", nil)
	admin.want(401, `"session_over"`, "GET", "/api/status", nil)
	phone.want(200, "", "POST", "/api/session/password", object{"old": goodPassword, "new": goodPassword + " 둘"})
	phone.want(200, `"login":"hong"`, "GET", "/api/session", nil)
}

func TestPeopleAreManaged(t *testing.T) {
	h, s, _ := withStore(t, nil)
	admin := firstAdmin(t, s, h)
	reply := admin.want(200, `"role":"member"`, "POST", "/api/people", object{"name": "김", "login": "kim", "role": "member"})
	var kim, team struct{ ID string }
	if err := json.Unmarshal([]byte(reply), &kim); err != nil {
		t.Fatal(err)
	}
	d := newDevice(t, h)
	d.want(200, `"login":"kim","role":"member","needs":["password"]`, "POST", "/api/session/link", object{"secret": secretIn(t, reply)})
	d.want(200, `"login":"kim"`, "POST", "/api/session/link", object{"secret": secretIn(t, reply), "password": goodPassword})
	if err := json.Unmarshal([]byte(admin.want(200, "", "POST", "/api/teams", object{"name": "영업", "members": []string{kim.ID}})), &team); err != nil {
		t.Fatal(err)
	}
	d.want(200, `"teams":[{"id":"`+team.ID+`","name":"영업"}]`, "GET", "/api/session", nil)
	admin.want(200, `"name":"해외영업"`, "PATCH", "/api/teams/"+team.ID, object{"name": "해외영업"})
	d.want(200, `"kind":"team","name":"해외영업"`, "GET", "/api/directory", nil)
	admin.want(200, `"ok":true`, "DELETE", "/api/teams/"+team.ID, nil)
	admin.want(404, `"no_team"`, "DELETE", "/api/teams/"+team.ID, nil)

	admin.want(200, `"role":"auditor"`, "PATCH", "/api/people/"+kim.ID, object{"role": "auditor"})
	d.want(200, `"audit.read"`, "GET", "/api/session", nil)
	secret := addKey(t, s, chat.Principal{ID: kim.ID}, 0, store.ScopeInference)
	admin.want(200, `"disabled":"20`, "POST", "/api/people/"+kim.ID+"/disable", object{})
	d.want(401, "", "GET", "/api/status", nil)
	d.want(403, `"principal_disabled"`, "POST", "/api/session", object{"login": "kim", "password": goodPassword})
	d.want(401, `"sign_in_wrong"`, "POST", "/api/session", object{"login": "kim", "password": "wrong password"})
	if w := do(h, "GET", "/api/status", "", "X-Api-Key", secret); w.Code != 403 {
		t.Errorf("the key of somebody disabled: %d", w.Code)
	}
	admin.want(200, `"disabled":null`, "POST", "/api/people/"+kim.ID+"/enable", object{})
	d.want(200, "", "POST", "/api/session", object{"login": "kim", "password": goodPassword})

	reply = admin.want(200, "", "POST", "/api/people/"+kim.ID+"/reset", object{})
	d.want(200, "", "GET", "/api/status", nil)
	d.want(200, "", "POST", "/api/session/link", object{"secret": secretIn(t, reply), "password": goodPassword + " 둘"})
	d.want(401, "", "POST", "/api/session", object{"login": "kim", "password": goodPassword})

	all, err := s.Persons(t.Context(), store.System)
	if err != nil {
		t.Fatal(err)
	}
	own := all[0].ID
	for _, what := range []string{"disable", "depart"} {
		admin.want(409, `"not_oneself"`, "POST", "/api/people/"+own+"/"+what, object{"heir": kim.ID}) // disable reads no body
	}
	admin.want(409, `"not_oneself"`, "PATCH", "/api/people/"+own, object{"role": "member"})
	admin.want(200, `"departed":"20`, "POST", "/api/people/"+kim.ID+"/depart", object{"heir": own})
	if log, err := s.FindAudit(t.Context(), store.System, store.AuditFilter{Action: "text.read", Object: kim.ID, Limit: 2}); err != nil || len(log) != 1 {
		t.Errorf("that the only one left takes over is on record as %+v, %v", log, err)
	}
	d.want(401, "", "POST", "/api/session", object{"login": "kim", "password": goodPassword + " 둘"})
	admin.want(404, `"no_person"`, "GET", "/api/people/person-nobody", nil)
}

// TestAdministratorsAreSeen holds that the ways by which an administrator could read what others wrote are refused or told.
func TestAdministratorsAreSeen(t *testing.T) {
	h, s, _ := withStore(t, nil)
	admin := firstAdmin(t, s, h)
	boss, err := s.PersonByLogin(t.Context(), store.System, "hong")
	if err != nil {
		t.Fatal(err)
	}
	kim, lee := addPerson(t, s, "kim", people.Member), addPerson(t, s, "lee", people.Member)
	admin.want(409, `"heir_oneself"`, "POST", "/api/people/"+lee.ID+"/depart", object{"heir": boss.Person.ID})
	admin.want(200, `"departed":"20`, "POST", "/api/people/"+lee.ID+"/depart", object{"heir": kim.ID})

	// A first password is nobody else's doing; a reset is, and the person reads whose.
	made := admin.want(200, "", "POST", "/api/people", object{"name": "새 사람", "login": "sae", "role": "member"})
	d := newDevice(t, h)
	reply := d.want(200, "", "POST", "/api/session/link", object{"secret": secretIn(t, made), "password": goodPassword})
	if strings.Contains(reply, "재설정") {
		t.Errorf("a first password is told as a reset: %s", reply)
	}
	if _, _, err := s.CreateSession(t.Context(), kim, store.SessionSpec{}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Millisecond) // it was before
	link := secretIn(t, admin.want(200, "", "POST", "/api/people/"+kim.ID+"/reset", object{}))
	d.want(200, `"level":"warning","text":"`+time.Now().Format(time.DateOnly)+`에 비밀번호가 재설정되었습니다. 링크를 만든 사람: 관리자.`,
		"POST", "/api/session/link", object{"secret": link, "password": goodPassword})
	d.want(200, `"text":"`+time.Now().Format(time.DateOnly)+`에 비밀번호가`, "GET", "/api/session", nil)
	for action, object := range map[string]string{"person.reset": kim.ID, "person.depart": lee.ID} {
		log, err := s.FindAudit(t.Context(), store.System, store.AuditFilter{Action: action, Object: object, Limit: 2})
		if err != nil || len(log) != 1 || log[0].Principal != boss.Person.ID {
			t.Errorf("%s is on record as %+v, %v", action, log, err)
		}
	}
	log, err := s.FindAudit(t.Context(), store.System, store.AuditFilter{Action: "link.use", Principal: kim.ID, Limit: 2})
	if err != nil || len(log) != 1 || !strings.Contains(string(log[0].Details), boss.Person.ID) {
		t.Errorf("the use of the link is on record as %+v, %v", log, err)
	}
}

func TestKeysOfOneself(t *testing.T) {
	h, s, _ := withStore(t, nil)
	admin := firstAdmin(t, s, h)
	var key struct{ ID, Secret string }
	if err := json.Unmarshal([]byte(admin.want(200, `"scopes":["inference"]`, "POST", "/api/keys", object{"name": "laptop", "days": 30})), &key); err != nil {
		t.Fatal(err)
	}
	asks := func() int { return do(h, "GET", "/api/status", "", "X-Api-Key", key.Secret).Code }
	if got := asks(); got != 200 {
		t.Errorf("with the key: %d", got)
	}
	if w := do(h, "GET", "/api/people", "", "X-Api-Key", key.Secret); w.Code != 403 || !strings.Contains(w.Body.String(), "key_scope") {
		t.Errorf("an administrator's key for models alone: %d %s", w.Code, w.Body)
	}
	ruling := addKey(t, s, chat.Principal{ID: admin.id()}, 0, store.ScopeAdmin)
	for path, body := range map[string]string{"/api/keys": `{"name":"more"}`, "/api/session/password": `{"old":"` + goodPassword + `","new":"` + goodPassword + ` 둘"}`} {
		if w := do(h, "POST", path, body, "X-Api-Key", ruling); w.Code != 401 {
			t.Errorf("%s with a key: %d %s", path, w.Code, w.Body)
		}
	}
	if strings.Contains(admin.want(200, key.ID, "GET", "/api/keys", nil), key.Secret) {
		t.Error("the list has the secret")
	}
	admin.want(200, "", "DELETE", "/api/keys/"+key.ID, nil)
	if got := asks(); got != 401 {
		t.Errorf("with a key that was revoked: %d", got)
	}
}

// id is that of whoever is signed in on the device.
func (d *device) id() string {
	d.t.Helper()
	var out struct{ Person struct{ ID string } }
	if err := json.Unmarshal([]byte(d.want(200, "", "GET", "/api/session", nil)), &out); err != nil {
		d.t.Fatal(err)
	}
	return out.Person.ID
}

// The session names every mode in which the page can have a question answered: each has words of its own, and can be asked for.
func TestSessionNamesTheModes(t *testing.T) {
	p := newPermissionWorld(t)
	ann := p.people[0]
	var modes []string
	all, _ := ann.must("GET", "/api/session", nil).at("modes").([]any)
	for _, name := range all {
		modes = append(modes, fmt.Sprint(name))
	}
	if want := []string{"auto", "chat", "documents", "extract", "summary", "compare", "table"}; !slices.Equal(modes, want) {
		t.Fatalf("modes %q, want %q", modes, want)
	}
	codes := chat.Codes()
	for _, name := range modes {
		for _, code := range []chat.Code{chat.Code("ui_mode_" + name), chat.Code("ui_mode_detail_" + name)} {
			if !slices.Contains(codes, code) {
				t.Errorf("%s has no text %s", name, code)
			}
		}
		if _, out := ann.send("POST", "/api/turns", jsonObject{"text": "연차는 며칠인가요?", "mode": name}); strings.Contains(out, `"`+string(chat.CodeNoMode)+`"`) {
			t.Errorf("%s cannot be asked for: %v", name, out)
		}
	}
	if _, out := ann.send("POST", "/api/turns", jsonObject{"text": "연차는 며칠인가요?", "mode": "web"}); !strings.Contains(out, `"`+string(chat.CodeNoMode)+`"`) {
		t.Errorf("a mode that is none: %v", out)
	}
}
