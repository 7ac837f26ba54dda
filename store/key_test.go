package store

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

func TestKeys(t *testing.T) { eachStore(t, testKeys) }
func testKeys(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	ada, bob := person(t, s, "Ada"), person(t, s, "밥")

	secret, key, err := s.CreateKey(ctx, ada, KeySpec{Name: "노트북", Scopes: []Scope{ScopeModels, ScopeInference, ScopeModels}, PerMinute: 60})
	must(t, err)
	if len(key.Scopes) != 2 || key.Scopes[0] != ScopeInference || !strings.HasPrefix(secret, key.Prefix) {
		t.Fatalf("key %+v", key)
	}
	got, err := s.VerifyKey(ctx, secret)
	must(t, err)
	if got.ID != key.ID || got.Principal.ID != ada.ID || got.PerMinute != 60 || got.Name != "노트북" {
		t.Fatalf("verified %+v, want %+v", got, key)
	}
	if !got.Allows(ScopeModels) || got.Allows(ScopeAdmin) {
		t.Fatalf("scopes %v", got.Scopes)
	}

	listed, err := s.Keys(ctx, ada)
	if err != nil || len(listed) != 1 || listed[0].LastUsed.IsZero() {
		t.Fatalf("keys %+v, %v; want one that was used", listed, err)
	}
	if others, err := s.Keys(ctx, bob); err != nil || len(others) != 0 {
		t.Fatalf("somebody else sees %v, %v", others, err)
	}
	wantCode(t, s.RevokeKey(ctx, bob, key.ID), chat.CodeNoKey)
	must(t, s.RevokeKey(ctx, ada, key.ID))
	must(t, s.RevokeKey(ctx, ada, key.ID))
	_, err = s.VerifyKey(ctx, secret)
	wantCode(t, err, chat.CodeKeyRevoked)
}

func TestKeySecretIsKeptNowhere(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	secret, _, err := s.CreateKey(t.Context(), chat.Local, KeySpec{Name: "k", Scopes: []Scope{ScopeAdmin}})
	must(t, err)
	must(t, s.Close())
	for _, path := range files(t, dir) {
		if strings.Contains(readFile(t, path), secret[secretShown:]) {
			t.Errorf("%s holds the secret", path)
		}
	}
}

func TestVerifyKeyRefuses(t *testing.T) { eachStore(t, testVerifyKeyRefuses) }
func testVerifyKeyRefuses(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	for _, secret := range []string{"", "exa-", "sk-1234", newSecret(), strings.Repeat("a", 1<<20), newSecret()[1:], newSecret() + "\x00"} {
		_, err := s.VerifyKey(ctx, secret)
		wantCode(t, err, chat.CodeKeyUnknown)
	}
	ada := person(t, s, "Ada")
	secret, _, err := s.CreateKey(ctx, ada, KeySpec{Name: "k", Scopes: []Scope{ScopeInference}})
	must(t, err)
	must(t, s.DisablePrincipal(ctx, chat.Local, ada.ID))
	_, err = s.VerifyKey(ctx, secret)
	wantCode(t, err, chat.CodePrincipalOff)
	must(t, s.EnablePrincipal(ctx, chat.Local, ada.ID))
	_, err = s.VerifyKey(ctx, secret)
	must(t, err)
}

func TestKeyExpires(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		secret, _, err := s.CreateKey(t.Context(), chat.Local, KeySpec{Name: "k", Scopes: []Scope{ScopeInference}, Expires: time.Now().Add(time.Hour)})
		must(t, err)
		time.Sleep(time.Hour - time.Millisecond)
		_, err = s.VerifyKey(t.Context(), secret)
		must(t, err)
		time.Sleep(time.Millisecond)
		_, err = s.VerifyKey(t.Context(), secret)
		wantCode(t, err, chat.CodeKeyExpired)
	})
}

func TestCreateKeyRefuses(t *testing.T) { eachStore(t, testCreateKeyRefuses) }
func testCreateKeyRefuses(t *testing.T, at place) {
	s := at.open(t)
	inference := []Scope{ScopeInference}
	tests := []struct {
		name string
		who  chat.Principal
		spec KeySpec
		want chat.Code
	}{
		{"no name", chat.Local, KeySpec{Scopes: inference}, chat.CodeBadField},
		{"two lines", chat.Local, KeySpec{Name: "a\nb", Scopes: inference}, chat.CodeBadField},
		{"no scope", chat.Local, KeySpec{Name: "k"}, chat.CodeBadField},
		{"another scope", chat.Local, KeySpec{Name: "k", Scopes: []Scope{"root"}}, chat.CodeBadField},
		{"a negative rate", chat.Local, KeySpec{Name: "k", Scopes: inference, PerMinute: -1}, chat.CodeBadField},
		{"expired already", chat.Local, KeySpec{Name: "k", Scopes: inference, Expires: time.Unix(1, 0)}, chat.CodeBadField},
		{"nobody", chat.Principal{ID: "nobody"}, KeySpec{Name: "k", Scopes: inference}, chat.CodeNoPrincipal},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := s.CreateKey(t.Context(), test.who, test.spec)
			wantCode(t, err, test.want)
		})
	}
}

func TestSecretsHaveTheirForm(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		secret := newSecret()
		if !isSecret(secret) || seen[secret] {
			t.Fatalf("secret %q: form %v, seen %v", secret, isSecret(secret), seen[secret])
		}
		seen[secret] = true
		// One character mistyped is always noticed.
		i := len(secretMark) + len(seen)%(secretLength-len(secretMark))
		wrong := []byte(secret)
		wrong[i] = base62[(strings.IndexByte(base62, wrong[i])+1+len(seen)%61)%62]
		if isSecret(string(wrong)) {
			t.Fatalf("%q passes for %q", wrong, secret)
		}
	}
}

func FuzzIsSecret(f *testing.F) {
	f.Add(newSecret())
	f.Add("exa-")
	f.Fuzz(func(t *testing.T, s string) {
		if isSecret(s) && len(s) != secretLength {
			t.Errorf("%q has the form of a secret", s)
		}
	})
}
