package people

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exaone/chat"

	"golang.org/x/text/unicode/norm"
)

// knocking tries passwords by a clock of its own.
type knocking struct {
	*Tries
	now time.Time
}

func newKnocking() *knocking {
	k := &knocking{now: time.Unix(1_700_000_000, 0)}
	k.Tries = NewTries(func() time.Time { return k.now })
	return k
}

// try returns how many seconds to wait; 0 is that the password was looked at, and found right or not.
func (k *knocking) try(login, address string, known, right bool) int {
	try, err := k.Begin(login, address, known)
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told.Params[0].(int)
	}
	if right {
		try.Succeed()
	} else {
		try.Fail()
	}
	return 0
}

// guess tries as often as every few seconds for a day, and returns how many passwords were looked at.
func (k *knocking) guess(every time.Duration, login, address func(i int) string, known bool) (looked int) {
	for i := range int(24 * time.Hour / every) {
		k.now = k.now.Add(every)
		if k.try(login(i), address(i), known, false) == 0 {
			looked++
		}
	}
	return looked
}

func always(text string) func(int) string { return func(int) string { return text } }

func numbered(format string) func(int) string {
	return func(i int) string { return fmt.Sprintf(format, i) }
}

// spaced is a login with spaces around it, others each time.
func spaced(login string, i int) string {
	var around strings.Builder
	for ; i > 0; i /= 4 {
		around.WriteString([]string{" ", "\t", "\u00a0", "\u3000"}[i%4])
	}
	return around.String() + login + around.String()
}

// inPieces is a login in Hangul of three bytes each, the first so many of which are spelled in their letters.
func inPieces(login string, first int) string {
	return norm.NFD.String(login[:3*first]) + login[3*first:]
}

// TestGuessersAreSlowed holds what the comment of the buckets says of a day.
func TestGuessersAreSlowed(t *testing.T) {
	many := func(i int) string { return fmt.Sprintf("198.%d.%d.%d", 18+i>>16, i>>8&255, i&255) }
	house := func(i int) string { return fmt.Sprintf("2001:db8:0:1::%x", i) }
	for _, c := range []struct {
		name           string
		login, address func(int) string
		known          bool
		least, most    int
	}{
		{"one login from one address", always("hong"), always("192.0.2.1"), false, 250, 298},
		{"one login from an address that it is known at", always("hong"), always("192.0.2.1"), true, 250, 298},
		{"one login in two spellings", func(i int) string { return []string{"HONG", "ｈong"}[i%2] }, always("192.0.2.1"), false, 250, 298},
		{"one login in spaces", func(i int) string { return spaced("hong", i) }, always("192.0.2.1"), false, 250, 298},
		{"one login in spaces from where it is known", func(i int) string { return spaced("hong", i) }, always("192.0.2.1"), true, 250, 298},
		{"a long login in pieces", func(i int) string { return inPieces(strings.Repeat("각", 42), i%42) }, always("192.0.2.1"), false, 250, 298},
		{"one login from many addresses", always("hong"), many, false, 250, 318},
		{"many logins from one address", numbered("login%d"), always("192.0.2.1"), false, 1000, 1500},
		{"many logins from one house", numbered("login%d"), house, false, 1000, 1500},
		{"few logins from one address", func(i int) string { return fmt.Sprint("login", i%100) }, always("192.0.2.1"), false, 1000, 6000},
	} {
		k := newKnocking()
		if looked := k.guess(2*time.Second, c.login, c.address, c.known); looked < c.least || looked > c.most {
			t.Errorf("%s: %d passwords were looked at in a day, want %d to %d", c.name, looked, c.least, c.most)
		}
	}
}

// TestManyAtOnceAreCounted holds that guessers gain nothing by not waiting for replies.
func TestManyAtOnceAreCounted(t *testing.T) {
	for _, c := range []struct {
		name  string
		login func(int) string
		most  int
	}{
		{"one login", always("hong"), 10},
		{"many logins", numbered("login%d"), 960},
	} {
		k := newKnocking()
		var begun []*Try
		for i := range 5000 {
			if try, err := k.Begin(c.login(i), "192.0.2.1", false); err == nil {
				begun = append(begun, try)
			}
		}
		if len(begun) > c.most {
			t.Errorf("%s: %d were looked at at once, want at most %d", c.name, len(begun), c.most)
		}
		for _, try := range begun {
			try.Fail()
		}
		k.now = k.now.Add(time.Duration(len(begun)-61) * time.Minute)
		if c.most > 60 && k.try("another", "192.0.2.1", false, false) == 0 {
			t.Errorf("%s: what was too much at once is not waited for", c.name)
		}
	}
}

// TestAnOfficeSignsIn has 400 people behind one address come in within an hour, and all at once, one in eight of whom
// mistypes: nobody is refused.
func TestAnOfficeSignsIn(t *testing.T) {
	for _, apart := range []time.Duration{9 * time.Second, time.Second, 0} {
		k := newKnocking()
		for i := range 400 {
			k.now = k.now.Add(apart)
			login := fmt.Sprint("p", i)
			if i%8 == 0 {
				if wait := k.try(login, "10.0.0.1", false, false); wait > 0 {
					t.Fatalf("%v apart: person %d waits for %d seconds", apart, i, wait)
				}
			}
			if wait := k.try(login, "10.0.0.1", false, true); wait > 0 {
				t.Fatalf("%v apart: person %d has the right password and waits for %d seconds", apart, i, wait)
			}
		}
	}
	k := newKnocking() // nobody's password has been looked at yet
	for i := range 400 {
		if _, err := k.Begin(fmt.Sprint("p", i), "10.0.0.1", false); err != nil {
			t.Fatalf("person %d of those who sign in at once: %v", i, err)
		}
	}
	k = newKnocking()
	for i := range 50 { // who mistype within the hour and give up for today
		k.now = k.now.Add(time.Minute)
		if wait := k.try(fmt.Sprint("p", i), "10.0.0.1", false, false); wait > 0 {
			t.Errorf("the failures of %d before are waited for: %d seconds", i, wait)
		}
	}
}

// TestAnOwnerIsNotKeptOut has somebody mistype another's login all day, from elsewhere and from the owner's office.
func TestAnOwnerIsNotKeptOut(t *testing.T) {
	k := newKnocking()
	for i := range 4 * 60 * 24 {
		k.now = k.now.Add(15 * time.Second)
		k.try("hong", fmt.Sprint("198.51.100.", i%200), false, false)
		k.try(fmt.Sprint("guessed", i), "10.0.0.1", false, false)
		if i%100 == 50 {
			if wait := k.try("hong", "10.0.0.1", true, true); wait > 0 {
				t.Fatalf("the owner waits for %d seconds where they have signed in before", wait)
			}
		}
	}
	if k.try("hong", "10.9.9.9", false, true) == 0 {
		t.Error("a login that is guessed at is not slowed where nobody has signed in with it")
	}
}

// TestSuccessWashesNothingOff holds that an account of one's own does not help in guessing at others'.
func TestSuccessWashesNothingOff(t *testing.T) {
	k := newKnocking()
	looked := k.guess(2*time.Second, func(i int) string {
		k.try("mine", "192.0.2.1", false, i%3 == 0)
		return fmt.Sprint("login", i)
	}, always("192.0.2.1"), false)
	if looked > 1500 {
		t.Errorf("%d passwords of others were looked at in a day, want at most 1500", looked)
	}
}

// TestTriesTakeLittleRoom holds that nobody fills the memory, neither with long logins nor with refused ones.
func TestTriesTakeLittleRoom(t *testing.T) {
	k := newKnocking()
	for i := range 5000 { // each of the letters stands for 18
		k.try(fmt.Sprint(i)+strings.Repeat("\ufdfa", 2000), "192.0.2.1", false, false)
	}
	for key := range k.by {
		if len(key) > longestTried+64 {
			t.Fatalf("%d bytes of a login are remembered, want at most %d", len(key), longestTried)
		}
	}
	if n := len(k.by); n > 200 {
		t.Errorf("%d failures are remembered of an address that is refused after 60", n)
	}
}

func TestTriesAreForgotten(t *testing.T) {
	k := newKnocking()
	for range 10 {
		k.try("hong", "192.0.2.1", true, false)
	}
	for i := range 3 * mostTried {
		k.now = k.now.Add(time.Millisecond)
		k.try(fmt.Sprint("x", i), fmt.Sprintf("203.%d.%d.%d", i>>16, i>>8&255, i&255), false, false)
	}
	if n := len(k.by); n > mostTried+3 {
		t.Errorf("%d failures are remembered, want at most %d", n, mostTried)
	}
	if k.try("hong", "192.0.2.1", true, false) == 0 {
		t.Error("who tries much is forgotten because others try little")
	}
	k.now = k.now.Add(10 * 5 * time.Minute)
	for range 10 {
		if wait := k.try("hong", "192.0.2.1", true, false); wait > 0 {
			t.Errorf("after the failures are forgotten: %d seconds", wait)
		}
	}
}
