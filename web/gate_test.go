package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// addPerson makes somebody of a role known.
func addPerson(t *testing.T, s *store.Store, name, role string) chat.Principal {
	t.Helper()
	p, err := s.CreatePerson(t.Context(), store.System, store.PersonSpec{Name: name, Login: name, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	return chat.Principal{ID: p.ID, Role: role}
}

// addKey makes a key and returns its secret.
func addKey(t *testing.T, s *store.Store, who chat.Principal, perMinute int, scopes ...store.Scope) string {
	t.Helper()
	secret, _, err := s.CreateKey(t.Context(), who, store.KeySpec{Name: "key", Scopes: scopes, PerMinute: perMinute})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// asking is a request with headers.
func asking(from string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/v1/models", nil)
	r.RemoteAddr = from
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func codeOf(err error) chat.Code {
	told, _ := errors.AsType[*chat.Error](err)
	if told == nil {
		return ""
	}
	return told.Code
}

const near, far = "127.0.0.1:50000", "192.0.2.9:50000"

func TestGate(t *testing.T) {
	const made = "exa-0000000000000000000000000000000000000000000000000"
	for _, c := range []struct {
		open, begun bool
		from        string
		header      string
		value       string // of the header: a name of a key below, or as it is
		scope, want string
	}{
		{true, false, near, "X", "", "models", "local"},
		{true, false, far, "X", "", "inference", "key_missing"},
		{false, false, near, "X", "", "inference", "key_missing"},
		{true, true, near, "X", "", "inference", "key_missing"},
		{true, false, near, "X-Forwarded-For", "192.0.2.1", "inference", "key_missing"},
		{true, false, near, "Authorization", "Bearer " + made, "inference", "local"},
		{true, true, near, "Authorization", "Bearer " + made, "inference", "key_unknown"},
		{false, false, near, "Authorization", "Basic YTpi", "inference", "key_missing"},
		{false, true, far, "Authorization", "bearer asks", "inference", "member"},
		{false, true, far, "X-Api-Key", "asks", "inference", "member"},
		{false, true, far, "X-Api-Key", "asks", "models", "key_scope"},
		{false, true, far, "X-Api-Key", "all", "inference", "member"},
		{false, true, far, "X-Api-Key", "all", "admin", "may_not"},
		{false, true, far, "X-Api-Key", "rules", "admin", "admin"},
		{false, true, far, "X-Api-Key", "rules", "models", "admin"},
		{false, true, far, "X-Api-Key", "terminal", "models", "local"},
		{false, true, far, "X-Api-Key", "off", "inference", "principal_disabled"},
	} {
		s := newStore(t)
		member := addPerson(t, s, "hong", people.Member)
		off := addPerson(t, s, "off", people.Member)
		keys := map[string]string{"asks": addKey(t, s, member, 0, store.ScopeInference), "all": addKey(t, s, member, 0, store.ScopeAdmin),
			"off": addKey(t, s, off, 0, store.ScopeInference), "terminal": addKey(t, s, chat.Local, 0, store.ScopeModels)}
		if c.begun {
			keys["rules"] = addKey(t, s, addPerson(t, s, "admin", people.Admin), 0, store.ScopeAdmin)
		}
		if err := s.DisablePrincipal(t.Context(), store.System, off.ID); err != nil {
			t.Fatal(err)
		}
		value := c.value
		for name, secret := range keys {
			if value == name {
				value = secret
			}
			if value == "bearer "+name {
				value = "bearer " + secret
			}
		}
		who, err := NewGate(GateOptions{Store: s, Open: c.open, Plain: true}).Authorize(asking(c.from, c.header, value), c.scope)
		got := who.Role
		if err != nil {
			got = string(codeOf(err))
		}
		if got != c.want || err == nil && who.Key == "" && c.header != "X" && got != "local" {
			t.Errorf("%+v: %s (%v)", c, got, err)
		}
	}
}

func TestKeysHaveARate(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s := newStore(t)
	g := NewGate(GateOptions{Store: s, Plain: true, Now: func() time.Time { return now }})
	secret := addKey(t, s, addPerson(t, s, "hong", people.Member), 2, store.ScopeInference)
	var got []string
	for _, wait := range []time.Duration{0, 0, 0, 29 * time.Second, time.Second} {
		now = now.Add(wait)
		_, err := g.Authorize(asking(far, "X-Api-Key", secret), "inference")
		if told, _ := errors.AsType[*chat.Error](err); told == nil {
			got = append(got, "ok")
		} else {
			got = append(got, fmt.Sprint(told.Code, told.Params))
		}
	}
	if want := "[ok ok rate_limited[2 30] rate_limited[2 1] ok]"; fmt.Sprint(got) != want {
		t.Errorf("two a minute: got %v, want %s", got, want)
	}
}

// TestKeysNeedPrivacy holds that no key is taken where anybody on the way reads it, unless whoever runs the server says so.
func TestKeysNeedPrivacy(t *testing.T) {
	s := newStore(t)
	secret := addKey(t, s, addPerson(t, s, "hong", people.Member), 0, store.ScopeInference)
	for _, c := range []struct {
		plain  bool
		from   string
		more   []string
		header string
		want   chat.Code
	}{
		{false, near, nil, "Authorization", ""},
		{false, far, nil, "Authorization", chat.CodeKeyPlain},
		{false, far, nil, "X-Api-Key", chat.CodeKeyPlain},
		{true, far, nil, "Authorization", ""},
		{false, far, []string{"Tls", ""}, "Authorization", ""},
		{false, near, []string{"X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "https"}, "Authorization", chat.CodeSignInProxy},
		{false, "10.0.0.1:443", []string{"X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "https"}, "Authorization", ""},
		{false, "10.0.0.1:443", []string{"X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http"}, "Authorization", chat.CodeKeyPlain},
		{false, "10.0.0.1:443", nil, "Authorization", chat.CodeKeyPlain},
	} {
		r := asking(c.from, append(c.more, c.header, map[string]string{"Authorization": "Bearer " + secret, "X-Api-Key": secret}[c.header])...)
		if len(c.more) == 2 {
			r.TLS = &tls.ConnectionState{}
		}
		g := NewGate(GateOptions{Store: s, Plain: c.plain})
		v := newVisit(r, []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")})
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		if who, err := g.Authorize(r, "inference"); codeOf(err) != c.want || err == nil && who.Key == "" {
			t.Errorf("%+v: %v, want %q", c, err, c.want)
		}
	}
}

func TestVisit(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}
	for _, c := range []struct {
		name    string
		proxies []netip.Prefix
		from    string
		headers []string
		want    string // address, and what else is so
	}{
		{"this machine", nil, near, nil, "127.0.0.1 near"},
		{"this machine, mapped", nil, "[::ffff:127.0.0.1]:5", nil, "127.0.0.1 near"},
		{"IPv6", nil, "[::1]:5", nil, "::1 near"},
		{"another", nil, far, nil, "192.0.2.9"},
		{"a proxy that nobody trusts", nil, near, []string{"X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https"}, "127.0.0.1 through"},
		{"and one that says nothing of whom", nil, near, []string{"Forwarded", "for=198.51.100.7"}, "127.0.0.1 through"},
		{"somebody who makes it up", proxies, far, []string{"X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "https"}, "192.0.2.9 through"},
		{"a trusted proxy", proxies, near, []string{"X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https"}, "198.51.100.7 secure"},
		{"two of them", proxies, near, []string{"X-Forwarded-For", "198.51.100.7, 10.1.2.3", "X-Forwarded-Proto", "https"}, "198.51.100.7 secure"},
		{"with something made up before", proxies, near, []string{"X-Forwarded-For", "127.0.0.1, 198.51.100.7", "X-Forwarded-Proto", "https, http"}, "198.51.100.7"},
		{"with nonsense", proxies, near, []string{"X-Forwarded-For", "127.0.0.1, unknown"}, "127.0.0.1"},
		{"a trusted proxy that says nothing", proxies, near, nil, "127.0.0.1"},
	} {
		v := newVisit(asking(c.from, c.headers...), c.proxies)
		got := v.addr.String()
		for name, is := range map[string]bool{" near": v.near, " secure": v.secure, " through": v.through != ""} {
			if is {
				got += name
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A request that goes on ends within seconds of when whoever made it is disabled, and is told why.
func TestDisablingEndsWhatGoesOn(t *testing.T) {
	s := newStore(t)
	who := addPerson(t, s, "hong", people.Member)
	gate := NewGate(GateOptions{Store: s})
	began, ended := make(chan struct{}), make(chan error, 1)
	h := newHandler(t, func(o *Options) {
		o.Store, o.Gate = s, gate
		o.API = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, err := gate.Authorize(r, "inference"); err != nil {
				ended <- err
				return
			}
			close(began)
			<-r.Context().Done()
			ended <- context.Cause(r.Context())
		})
	})
	secret := addKey(t, s, who, 0, store.ScopeInference)
	over := make(chan struct{})
	go func() { do(h, "POST", "/v1/chat/completions", "{}", "X-Api-Key", secret); close(over) }()
	<-began
	started := time.Now()
	if err := s.DisablePrincipal(t.Context(), store.System, who.ID); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; codeOf(err) != chat.CodePrincipalOff {
		t.Errorf("it ended with %v, want %s", err, chat.CodePrincipalOff)
	}
	<-over
	if took := time.Since(started); took > 30*time.Second {
		t.Errorf("it went on for %v", took)
	}
}
