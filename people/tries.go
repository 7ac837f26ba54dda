package people

import (
	"math"
	"net/netip"
	"strings"
	"sync"
	"time"

	"exaone/chat"

	"golang.org/x/text/unicode/norm"
)

// bucket is how many failures may be remembered at once, and how often one of them is forgotten.
type bucket struct {
	holds  float64
	forget time.Duration
}

// What failures are counted under. They bound what a guesser gets in a day: 318 tries of one login from all addresses
// together, 298 from each that its owner has signed in from, and 1,500 logins from one address. An office is one address
// too, so that it counts logins that failed, and hardly how often: each further failure of the same is a quarter of one.
var (
	ofPair    = bucket{10, 5 * time.Minute} // of one login from one address
	ofLogin   = bucket{30, 5 * time.Minute} // of one login, from wherever it is not known
	ofAddress = bucket{60, time.Minute}     // of all logins from one address that are not known there
)

// What a try is to its address: little while it is under way, or a company that comes in at nine would be refused.
const (
	tryNew     = 1.0
	tryAgain   = 1.0 / 4
	tryPending = 1.0 / 16
)

// How much is remembered: logins, addresses and pairs of them, and bytes of a login. Nobody's is longer. What was typed
// may be: Hangul that comes in pieces, or spaces around it.
const (
	mostTried    = 32 << 10
	longestTried = 256
	longestTyped = 8 * longestTried
)

// Tries slows down whoever guesses passwords. It may be used by many goroutines.
type Tries struct {
	now func() time.Time

	mu sync.Mutex
	by map[string]*tried
}

// tried are failures that have something in common: as many as there were when they were last looked at.
type tried struct {
	bucket
	failures float64
	at       time.Time
}

// NewTries returns a Tries with a clock; nil is time.Now.
func NewTries(now func() time.Time) *Tries {
	if now == nil {
		now = time.Now
	}
	return &Tries{now: now, by: make(map[string]*tried)}
}

// Network is what an address counts as. One of the sixth version counts with its neighbours: a house has 2^64 of them.
func Network(address string) string {
	if ip, err := netip.ParseAddr(address); err == nil && ip.Unmap().Is6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return address
}

// Try is one that has begun. Exactly one of its methods is called, once, or it stays a failure.
type Try struct {
	of                   *Tries
	pair, login, address *tried // login and address are nil where the login is known
	first                bool   // of the pair
}

// Begin is asked before a password is looked at. login is what was typed, or the id of whoever signs in with it, which is
// better: all spellings of theirs are one. The try counts as a failure of its login until it ends, so that many at once
// are counted as they come. known says that the login has been signed in with from this address of late: then what
// others did with it elsewhere, or with other logins here, does not matter. CodeSignInWait says how many seconds to wait;
// that try is not counted.
func (t *Tries) Begin(login, address string, known bool) (*Try, error) {
	login, address = plain(login), Network(address)
	ofBoth, ofOne, ofAll := "both\x00"+login+"\x00"+address, "login\x00"+login, "address\x00"+address
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	try := &Try{of: t, pair: t.look(ofBoth, ofPair, now)}
	wait := try.pair.wait(1)
	if !known {
		try.login, try.address = t.look(ofOne, ofLogin, now), t.look(ofAll, ofAddress, now)
		wait = max(wait, try.login.wait(1), try.address.wait(tryPending))
	}
	if wait > 0 { // what is refused takes no room
		return nil, chat.NewError(chat.CodeSignInWait, nil, int(math.Ceil(wait.Seconds())))
	}
	t.makeRoom(now)
	t.by[ofBoth] = try.pair
	if !known {
		t.by[ofOne], t.by[ofAll] = try.login, try.address
	}
	try.first = try.pair.failures == 0
	try.pair.failures++
	if !known {
		try.login.failures++
		try.address.failures += tryPending
	}
	return try, nil
}

// Fail says that the password was wrong.
func (try *Try) Fail() {
	try.of.mu.Lock()
	defer try.of.mu.Unlock()
	switch {
	case try.address == nil:
	case try.first:
		try.address.failures += tryNew - tryPending
	default:
		try.address.failures += tryAgain - tryPending
	}
}

// Succeed forgets the failures of a login from an address, and what they were to the address. Of the login alone only
// this try is taken back: somebody with an account must not wash off what they tried with others'.
func (try *Try) Succeed() {
	try.of.mu.Lock()
	defer try.of.mu.Unlock()
	before := max(0, try.pair.failures-1)
	try.pair.failures = 0
	if try.address == nil {
		return
	}
	try.login.less(1)
	try.address.less(tryPending)
	if before > 0 {
		try.address.less(min(tryNew, before) + max(0, before-1)*tryAgain)
	}
}

// plain is what spellings of a login have in common. It is cut again at the end: one character may stand for many.
func plain(login string) string {
	login = strings.TrimSpace(login)
	login = norm.NFKC.String(strings.ToLower(norm.NFKC.String(login[:min(len(login), longestTyped)])))
	return login[:min(len(login), longestTried)]
}

// look returns what is remembered under a key, as of now, or what would be: it is not remembered yet.
func (t *Tries) look(key string, b bucket, now time.Time) *tried {
	one := t.by[key]
	if one == nil {
		one = &tried{bucket: b, at: now}
	}
	one.fade(now)
	return one
}

// fade forgets what is old.
func (one *tried) fade(now time.Time) {
	if passed := now.Sub(one.at); passed > 0 {
		one.less(float64(passed) / float64(one.forget))
		one.at = now
	}
}

func (one *tried) less(failures float64) { one.failures = max(0, one.failures-failures) }

// wait is how long until there is room for more failures.
func (one *tried) wait(more float64) time.Duration {
	return time.Duration((one.failures + more - one.holds) * float64(one.forget))
}

// makeRoom forgets what is least: nobody who tries much is forgotten because others try little.
func (t *Tries) makeRoom(now time.Time) {
	if len(t.by) < mostTried {
		return
	}
	for most := 0.0; len(t.by) > mostTried/2; most = 2*most + 1 {
		for key, one := range t.by {
			if one.fade(now); one.failures <= most {
				delete(t.by, key)
			}
		}
	}
}
