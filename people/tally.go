package people

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"exaone/chat"
)

// counter counts what a person, or a team, asks. It belongs to the tally's lock.
type counter struct {
	day     string
	read    bool      // used is known
	used    int64     // tokens of the day, of answers that have ended
	running int       // answers that are being written
	pending int64     // their tokens so far, and those that are kept for them
	ready   time.Time // when the bucket of requests is full: it holds a minute's worth, and each takes its share
	last    time.Time // of the last request
}

// tally counts what everybody asks. The counters are what this process alone knows, so that requests that run at the
// same time see each other; the books have the rest.
type tally struct {
	books Books
	now   func() time.Time

	mu     sync.Mutex
	by     map[string]*counter // by id of the principal, or teamKey
	passes map[string]*pass    // of questions that have been let in and have not ended
}

// pass is a request that has been let in, with all that is asked for it. It belongs to the tally's lock.
type pass struct {
	id       string
	who      chat.Principal
	keys     []string // of the counters that it counts in
	reserved int64    // tokens that are kept for it and have not been spent yet
}

// mostCounters is how many people and teams are counted before those who ask nothing at the moment are forgotten.
const mostCounters = 4096

// day is the day that a moment counts for, and when it ends, where the server is.
func day(at time.Time) (string, time.Time) {
	return at.Format(time.DateOnly), time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
}

// at returns the counter of a key for today. t.mu is held.
func (t *tally) at(key string) *counter {
	now := t.now()
	today, _ := day(now)
	c := t.by[key]
	if c == nil {
		if len(t.by) >= mostCounters {
			for id, old := range t.by {
				if old.running == 0 && old.pending == 0 && now.Sub(old.last) > time.Minute {
					delete(t.by, id)
				}
			}
		}
		c = &counter{}
		t.by[key] = c
	}
	if c.day != today {
		c.day, c.used, c.read = today, 0, false
	}
	if c.running == 0 && c.pending == 0 && now.Sub(c.last) > time.Minute && strings.HasPrefix(key, teamKey("")) {
		c.read = false // people come and go in a team, and its quota may have been none meanwhile
	}
	return c
}

// load has today's counters know what the books say, and returns with t.mu held, unless there is an error.
func (t *tally) load(ctx context.Context, all []limit) error {
	t.mu.Lock()
	for i := 0; i < len(all); {
		c := t.at(all[i].key)
		if c.read {
			i++
			continue
		}
		today := c.day
		t.mu.Unlock()
		used, err := all[i].used(ctx, today)
		if err != nil {
			return err
		}
		t.mu.Lock()
		// Somebody else may have read it meanwhile, and an answer may have ended: theirs counts.
		if c = t.at(all[i].key); c.day == today && !c.read {
			c.used, c.read, c.last = used, true, t.now()
			i = 0 // the lock was given up: a day may have ended for those before
		}
	}
	return nil
}

// standing returns how much somebody has used of what they may.
func (t *tally) standing(ctx context.Context, who chat.Principal) (Standing, error) {
	own, err := t.limits(ctx, who)
	if err != nil {
		return Standing{}, err
	}
	if err := t.load(ctx, own); err != nil {
		return Standing{}, err
	}
	defer t.mu.Unlock()
	_, resets := day(t.now())
	out := Standing{Resets: resets}
	for _, l := range own {
		c := t.at(l.key)
		if l.team == "" {
			out.Quota, out.UsedToday = l.Quota, c.used+c.pending
			continue
		}
		out.Teams = append(out.Teams, TeamStanding{TeamQuota{l.Quota, l.key[len(teamKey("")):], l.team}, c.used + c.pending})
	}
	return out, nil
}

// enter lets a request in, and keeps tokens for it, or says why there may be none now. All that it counts in it counts in
// at once, so that nothing is taken from one limit for a request that another refuses.
func (t *tally) enter(ctx context.Context, who chat.Principal, all []limit, tokens int) (*pass, error) {
	if err := t.load(ctx, all); err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	now := t.now()
	for _, l := range all {
		if err := l.refuse(t.at(l.key), now); err != nil {
			return nil, err
		}
	}
	p := &pass{id: rand.Text(), who: who}
	for _, l := range all {
		c := t.at(l.key)
		if each := l.each(); each > 0 {
			c.ready = latest(c.ready, now).Add(each)
		}
		c.running++
		c.last = now
		p.keys = append(p.keys, l.key)
	}
	t.passes[p.id] = p
	t.reserve(p, int64(tokens))
	return p, nil
}

// open says whether there may be a request now, without counting one.
func (t *tally) open(ctx context.Context, all []limit) error {
	if err := t.load(ctx, all); err != nil {
		return err
	}
	defer t.mu.Unlock()
	for _, l := range all {
		if err := l.refuse(t.at(l.key), t.now()); err != nil {
			return err
		}
	}
	return nil
}

// part returns the pass of a question that has been let in; one that has ended, or is nobody's, counts in what who has to
// count in, and is not limited.
func (t *tally) part(who chat.Principal, id string, all []limit) *pass {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.passes[id]; p != nil && p.who.ID == who.ID {
		return p
	}
	p := &pass{who: who}
	for _, l := range all {
		p.keys = append(p.keys, l.key)
	}
	return p
}

// reserve keeps more tokens for a request than are kept already. t.mu is held.
func (t *tally) reserve(p *pass, tokens int64) {
	if more := tokens - p.reserved; more > 0 {
		p.reserved += more
		t.add(p, more)
	}
}

// keepFor is reserve for whoever does not hold the lock. For what is part of no question that goes on nothing is kept:
// nobody would ever give it back.
func (t *tally) keepFor(p *pass, tokens int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.passes[p.id] == p {
		t.reserve(p, tokens)
	}
}

// add changes what is pending in all counters of a request. t.mu is held.
func (t *tally) add(p *pass, tokens int64) {
	for _, key := range p.keys {
		t.at(key).pending += tokens
	}
}

// spend counts tokens of an answer that goes on: first those that were kept for it.
func (t *tally) spend(p *pass, tokens int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := min(p.reserved, tokens)
	p.reserved -= kept
	t.add(p, tokens-kept)
}

// settle counts the end of an answer: what it had spent so far becomes what it used.
func (t *tally) settle(p *pass, spent, used int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.add(p, -spent)
	for _, key := range p.keys {
		if c := t.at(key); c.read {
			c.used += used
		}
	}
}

// leave counts the end of a request.
func (t *tally) leave(p *pass) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.passes[p.id] != p {
		return // it has ended, or was never one of its own
	}
	delete(t.passes, p.id)
	t.add(p, -p.reserved)
	p.reserved = 0
	for _, key := range p.keys {
		c := t.at(key)
		c.running--
		c.last = t.now()
	}
}
