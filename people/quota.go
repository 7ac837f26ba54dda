package people

import (
	"context"
	"math"
	"sync"
	"time"

	"exaone/chat"
)

// Quota is how much somebody may ask. -1 is as much as they like.
type Quota struct {
	PerDay    int64 // tokens read and written between two midnights of the server's time zone
	PerMinute int   // requests
	AtOnce    int   // requests
}

// Unlimited is the quota of whoever has none.
var Unlimited = Quota{PerDay: -1, PerMinute: -1, AtOnce: -1}

// Books are where quotas and usage are kept. All methods are called from many goroutines.
type Books interface {
	// QuotaOf returns the quota that counts for somebody: their own, else the most generous of their teams', else
	// everybody's, else Unlimited.
	QuotaOf(ctx context.Context, who chat.Principal) (Quota, error)
	// UsageOf returns how many tokens somebody has used on a day, such as "2026-11-30".
	UsageOf(ctx context.Context, who chat.Principal, day string) (int64, error)
	// AddUsage adds what one answer of a model took.
	AddUsage(ctx context.Context, who chat.Principal, day, model string, used chat.Usage) error
	// ModelReaders returns who may use a model: persons and teams, by its name. One that is not in it is everybody's.
	ModelReaders(ctx context.Context) (map[string][]string, error)
}

// Standing is how much of a quota is used.
type Standing struct {
	Quota
	UsedToday int64     // tokens, those of answers that are being written too
	Resets    time.Time // when UsedToday is 0 again
}

// counter counts what somebody asks. It belongs to the tally's lock.
type counter struct {
	day     string
	read    bool      // used is known
	used    int64     // tokens of the day, of answers that have ended
	running int       // answers that are being written
	pending int64     // their tokens so far
	ready   time.Time // when the bucket of requests is full: it holds a minute's worth, and each takes its share
	last    time.Time // of the last request
}

// tally counts what everybody asks. The counters are what this process alone knows, so that requests that run at the
// same time see each other; the books have the rest.
type tally struct {
	books Books
	now   func() time.Time

	mu sync.Mutex
	by map[string]*counter // by id of the principal
}

// mostCounters is how many people are counted before those who ask nothing at the moment are forgotten.
const mostCounters = 4096

// day is the day that a moment counts for, and when it ends, where the server is.
func day(at time.Time) (string, time.Time) {
	return at.Format(time.DateOnly), time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
}

// at returns the counter of somebody for today. t.mu is held.
func (t *tally) at(who chat.Principal) *counter {
	now := t.now()
	today, _ := day(now)
	c := t.by[who.ID]
	if c == nil {
		if len(t.by) >= mostCounters {
			for id, old := range t.by {
				if old.running == 0 && now.Sub(old.last) > time.Minute {
					delete(t.by, id)
				}
			}
		}
		c = &counter{}
		t.by[who.ID] = c
	}
	if c.day != today {
		c.day, c.used, c.read = today, 0, false
	}
	return c
}

// load returns today's counter of somebody with what the books say, and t.mu held, unless there is an error.
func (t *tally) load(ctx context.Context, who chat.Principal) (*counter, error) {
	t.mu.Lock()
	for {
		c := t.at(who)
		if c.read {
			return c, nil
		}
		today := c.day
		t.mu.Unlock()
		used, err := t.books.UsageOf(ctx, who, today)
		if err != nil {
			return nil, err
		}
		t.mu.Lock()
		// Somebody else may have read it meanwhile, and an answer may have ended: theirs counts.
		if c = t.at(who); c.day == today && !c.read {
			c.used, c.read = used, true
		}
	}
}

// standing returns how much somebody has used of what they may.
func (t *tally) standing(ctx context.Context, who chat.Principal) (Standing, error) {
	quota, err := t.books.QuotaOf(ctx, who)
	if err != nil {
		return Standing{}, err
	}
	c, err := t.load(ctx, who)
	if err != nil {
		return Standing{}, err
	}
	defer t.mu.Unlock()
	_, resets := day(t.now())
	return Standing{Quota: quota, UsedToday: c.used + c.pending, Resets: resets}, nil
}

// enter counts the beginning of a request, or says why there may be none now: CodeQuotaDay, CodeQuotaMinute or
// CodeQuotaAtOnce.
func (t *tally) enter(ctx context.Context, who chat.Principal) error {
	quota, err := t.books.QuotaOf(ctx, who)
	if err != nil {
		return err
	}
	c, err := t.load(ctx, who)
	if err != nil {
		return err
	}
	defer t.mu.Unlock()
	now := t.now()
	if used := c.used + c.pending; quota.PerDay >= 0 && used >= quota.PerDay {
		_, resets := day(now)
		return chat.NewError(chat.CodeQuotaDay, nil, used, quota.PerDay, resets.Format("2006-01-02 15:04"))
	}
	if quota.AtOnce >= 0 && c.running >= quota.AtOnce {
		return chat.NewError(chat.CodeQuotaAtOnce, nil, quota.AtOnce)
	}
	if quota.PerMinute >= 0 {
		wait := time.Minute
		if quota.PerMinute > 0 {
			each := time.Minute / time.Duration(quota.PerMinute)
			ready := latest(c.ready, now).Add(each)
			if wait = ready.Sub(now) - time.Minute; wait <= 0 {
				c.ready = ready
			}
		}
		if wait > 0 {
			return chat.NewError(chat.CodeQuotaMinute, nil, quota.PerMinute, int(math.Ceil(wait.Seconds())))
		}
	}
	c.running++
	c.last = now
	return nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// spend counts tokens of an answer that goes on.
func (t *tally) spend(who chat.Principal, tokens int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at(who).pending += tokens
}

// leave counts the end of a request: what it had spent so far becomes what it used.
func (t *tally) leave(who chat.Principal, spent, used int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.at(who)
	c.running--
	c.pending -= spent
	c.last = t.now()
	if c.read {
		c.used += used
	}
}
