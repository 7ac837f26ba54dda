package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/web"
)

// TestSignInHasNoFindings looks at a server as somebody would who is not meant to get in: through a website that a person
// visits, under another name, with a session that was planted, and by guessing. Whatever works is a finding.
// EXAONE_SIGNIN_TRIES says how many passwords are tried for each figure.
func TestSignInHasNoFindings(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("every address of 127.0.0.0/8: only on Linux")
	}
	w := newWorkspace(t, nil, "--offline")
	admin := w.admin()
	findings := 0
	found := func(format string, args ...any) {
		t.Helper()
		findings++
		t.Errorf(format, args...)
	}
	probeOrigins(t, w, admin, found)
	probeHosts(t, w, admin, found)
	probeFixation(t, w, admin, found)
	probeTiming(t, w, admin, found)
	probeGuessing(t, w, found)
	t.Logf("%d findings", findings)
}

type finding func(format string, args ...any)

// foreignOrigins are the headers of requests that a page of another site makes, or a program with somebody's cookie.
var foreignOrigins = [][]string{
	{"Sec-Fetch-Site", "cross-site", "Origin", "http://evil.example"},
	{"Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:9"},
	{"Sec-Fetch-Site", "", "Origin", "http://evil.example"},
	{"Sec-Fetch-Site", "", "Origin", "null"},
	{"Sec-Fetch-Site", "", "Origin", "http://127.0.0.1:9"},
	{"Sec-Fetch-Site", "none", "Origin", "http://evil.example"},
}

// probeOrigins makes every request with an administrator's cookie and the headers that a page of another site sends.
func probeOrigins(t *testing.T, w *workspace, admin *visitor, found finding) {
	tried := 0
	for _, route := range web.Routes() {
		for _, headers := range foreignOrigins {
			if route.Method == http.MethodGet && headers[1] == "none" {
				continue // a person's own, typed into the address bar
			}
			tried++
			v := &visitor{t: t, base: w.base, cookie: admin.cookie}
			status, text := v.reply(v.request(route.Method, anyPath(route.Path), strings.NewReader("{}"), headers...))
			if status != http.StatusForbidden || !strings.Contains(text, `"bad_origin"`) {
				found("%s %s with %q: %d %.200s", route.Method, route.Path, headers, status, text)
			}
			if v.cookie != admin.cookie {
				found("%s %s with %q: a cookie came back", route.Method, route.Path, headers)
			}
		}
	}
	t.Logf("cross-site requests: %d of %d routes refused, cookie and all", tried, len(web.Routes()))
}

func anyPath(path string) string {
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + "x" + after
	}
	return path
}

// probeHosts makes requests under names that somebody may point here.
func probeHosts(t *testing.T, w *workspace, admin *visitor, found finding) {
	tried := 0
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(w.base, "http://"))
	for _, name := range []string{"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.0.7", "0.0.0.0", "[::ffff:8.8.8.8]", "localhost@evil.example", "127.0.0.1, evil.example"} {
		for _, path := range []string{"/", "/api/session", "/api/conversations", "/v1/models", "/health", "/metrics"} {
			tried++
			v := &visitor{t: t, base: w.base, cookie: admin.cookie}
			r := v.request(http.MethodGet, path, nil, "Sec-Fetch-Site", "same-origin")
			r.Host = name + ":" + port
			reply, err := v.do(r)
			if err != nil {
				continue // Go's client does not send it
			}
			reply.Body.Close()
			if reply.StatusCode < 400 {
				found("Host %s, %s: %s", r.Host, path, reply.Status)
			}
		}
	}
	t.Logf("other names: %d requests, none answered", tried)
}

// probeFixation signs in with sessions that somebody else knows of.
func probeFixation(t *testing.T, w *workspace, admin *visitor, found finding) {
	signedIn := func(cookie string) bool {
		v := &visitor{t: t, base: w.base, cookie: cookie}
		status, _ := v.send("GET", "/api/conversations", nil)
		return status == http.StatusOK
	}
	w.join(admin, "fixed", "member")
	signIn := func(cookie string) (*visitor, *http.Response) {
		v := &visitor{t: t, base: w.base, cookie: cookie}
		reply, err := v.do(v.request("POST", "/api/session", strings.NewReader(fmt.Sprintf(`{"login":"fixed","password":%q}`, provenPassword))))
		if err != nil || reply.StatusCode != http.StatusOK {
			t.Fatalf("signing in: %v, %v", reply, err)
		}
		reply.Body.Close()
		return v, reply
	}
	planted := "exaone_session=" + strings.Repeat("a", 43)
	v, reply := signIn(planted)
	if v.cookie == planted || signedIn(planted) {
		found("a planted session is good after somebody has signed in with it")
	}
	for _, c := range reply.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
			found("the cookie is %s", c)
		}
	}
	old := v.cookie
	v, _ = signIn(old)
	if v.cookie == old || signedIn(old) || !signedIn(v.cookie) {
		found("a session that somebody had before is good after they have signed in again")
	}
	// One's own session, planted in another's browser, is not theirs afterwards.
	mine := w.join(admin, "planter", "member")
	v, _ = signIn(mine.cookie)
	if v.cookie == mine.cookie || (&visitor{t: t, base: w.base, cookie: mine.cookie}).must("GET", "/api/session", nil).text("person", "login") == "fixed" {
		found("a session that was planted has become somebody else's")
	}
	over := v.cookie
	v.must("DELETE", "/api/session", nil)
	if signedIn(over) {
		found("a session is good after signing out")
	}
	if status, _ := w.visitor().send("POST", "/api/session/link", record{"secret": w.link}); status < 400 {
		found("the first link works twice: %d", status)
	}
	t.Logf("sessions: planted, kept, another's and ended ones are good for nothing; the cookie is HttpOnly, SameSite=Strict, of this host alone")
}

// from is a visitor of another address of this machine, so that the waits of one do not hide what is measured.
func (w *workspace) from(n int) *visitor {
	local := &net.TCPAddr{IP: net.IPv4(127, byte(1+n/65536), byte(n/256), byte(n))}
	dial := net.Dialer{LocalAddr: local}
	return &visitor{t: w.t, base: w.base, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dial.DialContext(ctx, network, address)
		}}}}
}

// probeTiming compares how long a wrong password takes for logins that there are and that there are not, in turns.
func probeTiming(t *testing.T, w *workspace, admin *visitor, found finding) {
	tries := envInt("EXAONE_SIGNIN_TRIES", 60)
	const logins = 10 // each is tried a few times only, or it would have to wait
	for i := range logins {
		w.join(admin, fmt.Sprint("known", i), "member")
	}
	tries = min(tries, logins*20)
	random := rand.New(rand.NewPCG(20261130, 1))
	var known, unknown []time.Duration
	replies := map[string]bool{}
	ratio := 0.0
	for i := range logins * 20 {
		if i >= tries && i%10 == 0 { // on a busy machine more are needed
			if ratio = float64(rank(known, 50)) / float64(rank(unknown, 50)); ratio >= 0.8 && ratio <= 1.25 {
				break
			}
		}
		both := []string{fmt.Sprint("known", i%logins), fmt.Sprint("nobody", i)}
		for _, n := range random.Perm(2) { // by chance, or the collector's turns would meet one of them more often
			login, v := both[n], w.from(1000+2*i+n)
			began := time.Now()
			status, text := v.send("POST", "/api/session", record{"login": login, "password": "틀린 비밀번호 하나"})
			took := time.Since(began)
			replies[fmt.Sprint(status, " ", text)] = true
			if n == 0 {
				known = append(known, took)
			} else {
				unknown = append(unknown, took)
			}
		}
	}
	if len(replies) != 1 {
		found("known and unknown logins are replied to differently: %v", replies)
	}
	ratio = float64(rank(known, 50)) / float64(rank(unknown, 50))
	if ratio < 0.8 || ratio > 1.25 {
		found("a known login takes %.2f of the time of an unknown one", ratio)
	}
	t.Logf("a wrong password, %d pairs: %v for a known login, %v for an unknown one (medians; ratio %.3f), the same reply", len(known), rank(known, 50), rank(unknown, 50), ratio)
}

// probeGuessing tries passwords as fast as it can: of one login from one address, of one from many, of many from one.
func probeGuessing(t *testing.T, w *workspace, found finding) {
	tries := 3 * envInt("EXAONE_SIGNIN_TRIES", 60)
	for _, c := range []struct {
		name  string
		most  int // that are looked at, beside those that waiting lets through
		login func(i int) string
		from  func(i int) int
	}{
		{"one login from one address", 10, func(int) string { return "admin" }, func(int) int { return 1 }},
		{"one login from many addresses", 30, func(int) string { return "fixed" }, func(i int) int { return 3000 + i }},
		{"many logins from one address", 60, func(i int) string { return fmt.Sprint("guessed", i) }, func(int) int { return 2 }},
	} {
		began := time.Now()
		var looked int
		var waits []string
		for i := range tries {
			status, text := w.from(c.from(i)).send("POST", "/api/session", record{"login": c.login(i), "password": fmt.Sprint("비밀번호 몇 번째 ", i)})
			switch status {
			case http.StatusTooManyRequests:
				waits = append(waits, text)
			case http.StatusUnauthorized, http.StatusForbidden, http.StatusBadRequest:
				looked++
			default:
				found("%s: %d %s", c.name, status, text)
			}
		}
		took := time.Since(began)
		if most := c.most + 1 + int(took.Minutes()); looked > most || len(waits) == 0 {
			found("%s: %d of %d passwords were looked at within %v", c.name, looked, tries, took)
		}
		t.Logf("guessing, %s: %d passwords in %v, %d of them looked at", c.name, tries, took.Round(time.Millisecond), looked)
		if !slices.ContainsFunc(waits, func(text string) bool { return strings.Contains(text, `"sign_in_wait"`) }) {
			found("%s: nobody is told to wait: %.1q", c.name, waits)
		}
	}
	// The owner of a login that somebody guesses at comes in all the same where they have before.
	if status, text := w.visitor().send("POST", "/api/session", record{"login": "fixed", "password": provenPassword}); status != http.StatusOK {
		found("the owner of a login that is guessed at is kept out: %d %s", status, text)
	}
	if status, _ := w.from(5000).send("POST", "/api/session", record{"login": "fixed", "password": provenPassword}); status != http.StatusTooManyRequests {
		found("a login that is guessed at is not slowed where its owner has never been: %d", status)
	}
	t.Logf("guessing: the owner comes in where they have signed in before; in a day 318 passwords of a login are looked at, and 1,500 logins of an address")
}
