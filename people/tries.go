package people

import (
	"math"
	"net/netip"
	"strings"
	"sync"
	"time"

	"exaone/chat"
)

// How many failures are free, and how long one waits then: twice as long each time.
const (
	freeTries    = 5  // of one login from one address
	freeOfOne    = 30 // of one login, or from one address: whoever tries many, and an office behind one address
	firstWait    = 2 * time.Second
	longestWait  = 15 * time.Minute
	triesForgot  = time.Hour // after the last failure
	mostAttempts = 8192      // that are remembered
)

// Tries slows down whoever guesses passwords. It may be used by many goroutines.
type Tries struct {
	now func() time.Time

	mu sync.Mutex
	by map[string]*tried
}

// tried are failures that have something in common.
type tried struct {
	failures int
	last     time.Time
	until    time.Time // there is no trying before
}

// NewTries returns a Tries with a clock; nil is time.Now.
func NewTries(now func() time.Time) *Tries {
	if now == nil {
		now = time.Now
	}
	return &Tries{now: now, by: make(map[string]*tried)}
}

// keys are what a try is counted under, with how many failures are free there. An address of the sixth version counts
// with its neighbours: a house has 2^64 of them.
func keys(login, address string) map[string]int {
	if ip, err := netip.ParseAddr(address); err == nil && ip.Unmap().Is6() {
		if prefix, err := ip.Prefix(64); err == nil {
			address = prefix.String()
		}
	}
	login = strings.ToLower(login)
	return map[string]int{"both\x00" + login + "\x00" + address: freeTries, "login\x00" + login: freeOfOne, "address\x00" + address: freeOfOne}
}

// Begin is asked before a password is looked at. It counts as a failure until Succeed takes it back, so that many at
// once are counted as they come. CodeSignInWait says how many seconds to wait; that try is not counted.
func (t *Tries) Begin(login, address string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	all := keys(login, address)
	var wait time.Duration
	for key := range all {
		if one := t.by[key]; one != nil {
			wait = max(wait, one.until.Sub(now))
		}
	}
	if wait > 0 {
		return chat.NewError(chat.CodeSignInWait, nil, int(math.Ceil(wait.Seconds())))
	}
	t.forget(now)
	for key, free := range all {
		one := t.by[key]
		if one == nil || now.Sub(one.last) > triesForgot {
			one = &tried{}
			t.by[key] = one
		}
		one.failures++
		one.last = now
		if over := one.failures - free; over >= 0 {
			one.until = now.Add(min(longestWait, firstWait<<min(over, 20)))
		}
	}
	return nil
}

// Succeed forgets the failures of a login from an address. Of the address and of the login alone only this try is
// taken back: somebody with an account must not wash off what they tried with others'.
func (t *Tries) Succeed(login, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, free := range keys(login, address) {
		one := t.by[key]
		switch {
		case one == nil:
		case free == freeTries:
			delete(t.by, key)
		default:
			one.failures--
			one.until = time.Time{}
		}
	}
}

// forget makes room: what is old goes, and if that is too little, what is not waited for.
func (t *Tries) forget(now time.Time) {
	if len(t.by) < mostAttempts {
		return
	}
	for _, most := range []time.Duration{triesForgot, 0} {
		for key, one := range t.by {
			if now.Sub(one.last) > most && !one.until.After(now) {
				delete(t.by, key)
			}
		}
		if len(t.by) < mostAttempts/2 {
			return
		}
	}
}
