package people

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func codeOf(err error) chat.Code {
	told, _ := errors.AsType[*chat.Error](err)
	if told == nil {
		return ""
	}
	return told.Code
}

func TestCheckPassword(t *testing.T) {
	for password, want := range map[string]chat.Code{
		"":          chat.CodePasswordShort,
		"short":     chat.CodePasswordShort,
		"아홉글자비밀번호다": chat.CodePasswordShort, // 27 bytes, 9 characters
		"우리집마당에는감나무가있다":             "",
		"correct horse battery":     "",
		strings.Repeat("긴 말 ", 200): chat.CodePasswordLong,
		"hong@example.com":          chat.CodePasswordLogin,
		"Hong@Example.com2026!":     chat.CodePasswordLogin,
		"qwertyuiop":                chat.CodePasswordCommon,
		"Password123!":              chat.CodePasswordCommon,
		"1q2w3e4r5t":                chat.CodePasswordCommon,
		"0987654321":                chat.CodePasswordCommon,
		"dkssudgktpdy":              chat.CodePasswordCommon,
		"abababababab":              chat.CodePasswordCommon,
		"가나가나가나가나가나":                chat.CodePasswordCommon,
		"exaone2026!!":              chat.CodePasswordCommon,
	} {
		if got := codeOf(CheckPassword(password, "hong@example.com")); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}

func TestPasswordsAreHashedAndRecognised(t *testing.T) {
	ctx := t.Context()
	kept, err := HashPassword(ctx, "감나무 아래 평상")
	if err != nil || !strings.HasPrefix(kept, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("kept %q, %v", kept, err)
	}
	if again, _ := HashPassword(ctx, "감나무 아래 평상"); again == kept {
		t.Error("the same password was kept as the same text twice: there is no salt")
	}
	for password, want := range map[string]bool{"감나무 아래 평상": true, "감나무 아래 평상 ": false, "": false} {
		if got, err := SamePassword(ctx, kept, password); got != want || err != nil {
			t.Errorf("%q: %v, %v, want %v", password, got, err, want)
		}
	}
	for _, password := range []string{"", "감나무 아래 평상"} {
		if got, err := SamePassword(ctx, "", password); got || err != nil {
			t.Errorf("nobody's password is %q: %v", password, err)
		}
	}
}

// The hash is of the reference implementation's own tests.
func TestSamePasswordReadsWhatOthersWrote(t *testing.T) {
	const kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if same, err := SamePassword(t.Context(), kept, "password"); !same || err != nil {
		t.Errorf("the reference's hash: %v, %v", same, err)
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$c29tZXNhbHQ", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHQ",
		"$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$c29tZXNhbHQ", "$argon2id$v=19$m=64,t=1,p=1$c29$c29tZXNhbHQ", "$2b$12$abc"} {
		if same, err := SamePassword(t.Context(), bad, "password"); same || err == nil {
			t.Errorf("%q: %v, %v, want an error", bad, same, err)
		}
	}
}

// At most two are hashed at once, and whoever has left does not wait.
func TestHashingTakesTurns(t *testing.T) {
	hashing <- struct{}{}
	hashing <- struct{}{}
	ctx, leave := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer leave()
	if _, err := HashPassword(ctx, "whoever waits"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third: %v, want %v", err, context.DeadlineExceeded)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := SamePassword(t.Context(), "", "whoever waits"); err != nil {
			t.Error(err)
		}
	})
	<-hashing
	wait.Wait()
	<-hashing
}
