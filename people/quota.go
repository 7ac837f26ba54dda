package people

import (
	"context"
	"slices"
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

// TeamQuota is how much a team may ask together, whoever of it asks.
type TeamQuota struct {
	Quota
	ID, Name string // of the team
}

// Books are where quotas and usage are kept. All methods are called from many goroutines.
type Books interface {
	// QuotaOf returns the quota that counts for somebody: their own, else the most generous of what their teams give each
	// member, else everybody's, else Unlimited.
	QuotaOf(ctx context.Context, who chat.Principal) (Quota, error)
	// TeamQuotasOf returns what each of somebody's teams may ask together. All of them hold, beside QuotaOf.
	TeamQuotasOf(ctx context.Context, who chat.Principal) ([]TeamQuota, error)
	// UsageOf returns how many tokens somebody has used on a day, such as "2026-11-30".
	UsageOf(ctx context.Context, who chat.Principal, day string) (int64, error)
	// TeamUsageOf returns how many tokens the members of a team have used on a day.
	TeamUsageOf(ctx context.Context, team, day string) (int64, error)
	// AddUsage adds what one answer of a model took.
	AddUsage(ctx context.Context, who chat.Principal, day, model string, used chat.Usage) error
	// ModelReaders returns who may use a model: persons and teams, by its name. One that is not in it is everybody's.
	ModelReaders(ctx context.Context) (map[string][]string, error)
}

// Standing is how much of a quota is used.
type Standing struct {
	Quota
	UsedToday int64          // tokens, those of answers that are being written too
	Resets    time.Time      // when UsedToday is 0 again
	Teams     []TeamStanding // of those that have a quota together
}

// TeamStanding is how much of its quota a team has used.
type TeamStanding struct {
	TeamQuota
	UsedToday int64 // tokens; it is 0 again when the person's is
}

// limit is a quota of one subject: whoever asks, or a team of theirs together.
type limit struct {
	Quota
	key  string // of the counter
	team string // its name; "" is the person
	used func(ctx context.Context, day string) (int64, error)
}

// teamKey is the key of a team's counter. No principal has such an id.
func teamKey(id string) string { return "team:" + id }

// limits returns all that hold for somebody, their own first. Each has a counter that everything they ask counts in.
func (t *tally) limits(ctx context.Context, who chat.Principal) ([]limit, error) {
	own, err := t.books.QuotaOf(ctx, who)
	if err != nil {
		return nil, err
	}
	teams, err := t.books.TeamQuotasOf(ctx, who)
	if err != nil {
		return nil, err
	}
	all := []limit{{Quota: own, key: who.ID, used: func(ctx context.Context, day string) (int64, error) {
		return t.books.UsageOf(ctx, who, day)
	}}}
	for _, team := range teams {
		all = append(all, limit{Quota: team.Quota, key: teamKey(team.ID), team: team.Name, used: func(ctx context.Context, day string) (int64, error) {
			return t.books.TeamUsageOf(ctx, team.ID, day)
		}})
	}
	return all, nil
}

// counted reports whether any of the limits is one of tokens.
func counted(all []limit) bool {
	return slices.ContainsFunc(all, func(l limit) bool { return l.PerDay >= 0 })
}

// refuse says why there may be no request now; nil is that there may. Nothing is counted yet.
func (l limit) refuse(c *counter, now time.Time) error {
	if used := c.used + c.pending; l.PerDay >= 0 && used >= l.PerDay {
		_, resets := day(now)
		return l.error(chat.CodeQuotaDay, chat.CodeQuotaTeamDay, used, l.PerDay, resets.Format("2006-01-02 15:04"))
	}
	if l.AtOnce >= 0 && c.running >= l.AtOnce {
		return l.error(chat.CodeQuotaAtOnce, chat.CodeQuotaTeamAtOnce, l.AtOnce)
	}
	if wait := l.wait(c, now); wait > 0 {
		return l.error(chat.CodeQuotaMinute, chat.CodeQuotaTeamMinute, l.PerMinute, int((wait+time.Second-1)/time.Second))
	}
	return nil
}

// error is of the person, or of the team, which is named last.
func (l limit) error(own, shared chat.Code, params ...any) error {
	if l.team == "" {
		return chat.NewError(own, nil, params...)
	}
	return chat.NewError(shared, nil, append(params, l.team)...)
}

// each is how long a request takes of the bucket of requests, which holds a minute's worth; 0 is nothing.
func (l limit) each() time.Duration {
	if l.PerMinute <= 0 {
		return 0
	}
	return time.Minute / time.Duration(l.PerMinute)
}

// wait is how long it is until there may be another request.
func (l limit) wait(c *counter, now time.Time) time.Duration {
	switch {
	case l.PerMinute < 0:
		return 0
	case l.PerMinute == 0:
		return time.Minute
	}
	return latest(c.ready, now).Add(l.each()).Sub(now) - time.Minute
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
