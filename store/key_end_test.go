package store

import (
	"testing"
	"time"

	"exaone/chat"
)

func TestKeysEndOnce(t *testing.T) {
	s := openTest(t, t.TempDir())
	begin := now().Add(-time.Second)
	soon := now().Add(time.Hour)
	make := func(name string, expires time.Time) string {
		t.Helper()
		_, k, err := s.CreateKey(t.Context(), chat.Local, KeySpec{Name: name, Scopes: []Scope{ScopeInference}, Expires: expires})
		must(t, err)
		return k.ID
	}
	make("for ever", time.Time{})
	later := make("later", soon.Add(time.Hour))
	first := make("soon", soon)
	gone := make("revoked before it expires", soon)
	must(t, s.RevokeKey(t.Context(), chat.Local, gone))
	ends, err := s.KeyEnds(t.Context(), System, begin)
	must(t, err)
	if len(ends) != 3 || ends[0].ID != gone || ends[0].At.After(now()) || ends[1] != (KeyEnd{first, soon}) || ends[2].ID != later {
		t.Errorf("keys end as %v, want %s now, %s and %s", ends, gone, first, later)
	}
	ends, err = s.KeyEnds(t.Context(), System, soon)
	must(t, err)
	if len(ends) != 1 || ends[0].ID != later {
		t.Errorf("after %v keys end as %v, want %s alone", soon, ends, later)
	}
}
