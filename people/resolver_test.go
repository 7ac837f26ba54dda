package people

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

// register is Accounts in memory: secrets and ids to people.
type register struct {
	mu    sync.Mutex
	by    map[string]Identity
	off   map[string]bool
	begun bool
	err   error
	finds int
}

func (r *register) find(key string, unknown chat.Code) (Identity, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.finds++
	who, ok := r.by[key]
	switch {
	case r.err != nil:
		return Identity{}, r.err
	case !ok:
		return Identity{}, chat.NewError(unknown, nil)
	case r.off[who.Principal.ID]:
		return Identity{}, chat.NewError(chat.CodePrincipalOff, nil, who.Name)
	}
	return who, nil
}

func (r *register) Session(_ context.Context, secret string) (Identity, error) {
	return r.find("session "+secret, chat.CodeSessionOver)
}

func (r *register) Key(_ context.Context, secret string) (Identity, error) {
	return r.find("key "+secret, chat.CodeKeyUnknown)
}

func (r *register) Principal(_ context.Context, id string) (Identity, error) {
	return r.find("id "+id, chat.CodeNoPrincipal)
}

func (r *register) Begun(context.Context) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.begun, r.err
}

func (r *register) set(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

func newRegister() *register {
	who := Identity{Principal: chat.Principal{ID: "hong", Role: Member}, Name: "홍길동"}
	keyed := who
	keyed.Principal.Key = "key-1"
	return &register{by: map[string]Identity{"session s": who, "key k": keyed, "id hong": who, "id local": {Principal: chat.Local}}, off: map[string]bool{}}
}

func TestResolve(t *testing.T) {
	const local, hong, keyed, console = "local/local", "hong/member", "hong/member key-1", "console/console"
	for _, c := range []struct {
		name        string
		open, begun bool
		off         bool
		give        Credential
		want        string
	}{
		{"near, before set-up", true, false, false, Credential{Near: true}, local},
		{"near, afterwards", true, true, false, Credential{Near: true}, "sign_in_needed"},
		{"far, before set-up", true, false, false, Credential{}, "sign_in_needed"},
		{"near a server that others reach", false, false, false, Credential{Near: true}, "sign_in_needed"},
		{"unknown key, near", true, false, false, Credential{Near: true, Key: "x"}, local},
		{"unknown key, afterwards", true, true, false, Credential{Near: true, Key: "x"}, "key_unknown"},
		{"unknown key, far", true, false, false, Credential{Key: "x"}, "key_unknown"},
		{"old cookie, near", true, false, false, Credential{Near: true, Session: "x"}, local},
		{"old cookie, afterwards", true, true, false, Credential{Near: true, Session: "x"}, "session_over"},
		{"session", true, true, false, Credential{Session: "s"}, hong},
		{"key", true, true, false, Credential{Key: "k"}, keyed},
		{"key and session", true, true, false, Credential{Key: "k", Session: "s"}, keyed},
		{"unknown key and session", true, true, false, Credential{Key: "x", Session: "s"}, "key_unknown"},
		{"disabled, session", true, true, true, Credential{Session: "s"}, "principal_disabled"},
		{"disabled, key", true, true, true, Credential{Key: "k"}, "principal_disabled"},
		{"disabled, near, before set-up", true, false, true, Credential{Near: true, Key: "k"}, "principal_disabled"},
		{"terminal of the owner", false, true, false, Credential{Peer: "1000", Key: "x"}, console},
		{"terminal of somebody else", true, false, false, Credential{Peer: "1001", Near: true, Key: "k"}, "sign_in_needed"},
	} {
		accounts := newRegister()
		accounts.begun, accounts.off["hong"] = c.begun, c.off
		who, err := NewResolver(ResolverOptions{Accounts: accounts, Open: c.open, Owner: func(peer string) bool { return peer == "1000" }}).Resolve(t.Context(), c.give)
		got := who.Principal.ID + "/" + who.Principal.Role
		if who.Principal.Key != "" {
			got += " " + who.Principal.Key
		}
		if err != nil {
			got = string(codeOf(err))
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Where nothing can be read, nobody is anybody; and a server with an administrator never forgets that it had one.
func TestResolveFailsClosed(t *testing.T) {
	accounts := newRegister()
	r := NewResolver(ResolverOptions{Accounts: accounts, Open: true})
	broken := errors.New("the disk is gone")
	accounts.err = broken
	if _, err := r.Resolve(t.Context(), Credential{Near: true}); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	accounts.err, accounts.begun = nil, true
	if begun, err := r.Begun(t.Context()); !begun || err != nil {
		t.Errorf("begun %v, %v", begun, err)
	}
	accounts.begun = false
	if _, err := r.Resolve(t.Context(), Credential{Near: true}); codeOf(err) != chat.CodeSignInNeeded {
		t.Errorf("got %v, want %s", err, chat.CodeSignInNeeded)
	}
}

func TestWatch(t *testing.T) {
	synctest.Test(t, testWatch)
}

func testWatch(t *testing.T) {
	accounts := newRegister()
	accounts.begun = true
	r := NewResolver(ResolverOptions{Accounts: accounts, Every: 5 * time.Millisecond, Owner: func(string) bool { return true }})
	session, end := context.WithCancelCause(t.Context())
	defer r.Watch(Credential{Session: "s"}, accounts.by["session s"], end)()
	turn, release := r.WatchPrincipal(t.Context(), chat.Principal{ID: "hong"})
	defer release()
	terminal, end := context.WithCancelCause(t.Context())
	defer r.Watch(Credential{Peer: "1000"}, Identity{Principal: chat.Console}, end)()

	accounts.set(func() { accounts.err = errors.New("busy") })
	time.Sleep(20 * time.Millisecond)
	accounts.set(func() { accounts.err = nil })
	if session.Err() != nil || turn.Err() != nil {
		t.Fatal("a store that could not be read ended what is going on")
	}
	accounts.set(func() { accounts.off["hong"] = true })
	for name, ctx := range map[string]context.Context{"session": session, "turn": turn} {
		select {
		case <-ctx.Done():
			if code := codeOf(context.Cause(ctx)); code != chat.CodePrincipalOff {
				t.Errorf("the %s ended with %v, want %s", name, context.Cause(ctx), chat.CodePrincipalOff)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("the %s goes on", name)
		}
	}
	if terminal.Err() != nil {
		t.Error("the terminal's command ended, too")
	}
}

// However many answers somebody follows, they are looked up once a round.
func TestWatchingManyLooksOnce(t *testing.T) {
	accounts := newRegister()
	accounts.begun = true
	r := NewResolver(ResolverOptions{Accounts: accounts, Every: time.Hour})
	for range 100 {
		defer r.Watch(Credential{Session: "s"}, accounts.by["session s"], func(error) {})()
		_, release := r.WatchPrincipal(t.Context(), chat.Principal{ID: "hong"})
		defer release()
	}
	last, ended := context.WithCancelCause(t.Context())
	defer r.Watch(Credential{Key: "gone"}, accounts.by["key k"], ended)()
	accounts.set(func() { accounts.finds = 0 })
	r.Notice()
	<-last.Done()
	accounts.set(func() {
		if accounts.finds > 4 {
			t.Errorf("201 things were looked up %d times", accounts.finds)
		}
	})
}

// A notice is heard at once, and nothing goes on when nothing is watched (TestMain sees to that).
func TestNotice(t *testing.T) {
	accounts := newRegister()
	accounts.begun = true
	r := NewResolver(ResolverOptions{Accounts: accounts, Every: time.Hour})
	for range 3 {
		ctx, end := context.WithCancelCause(t.Context())
		release := r.Watch(Credential{Key: "k"}, accounts.by["key k"], end)
		accounts.set(func() { delete(accounts.by, "key k") })
		r.Notice()
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Minute):
			t.Error("a key that is gone goes on")
		}
		release()
		accounts.set(func() { accounts.by = newRegister().by })
	}
}
