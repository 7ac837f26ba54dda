package store

import (
	"context"
	"database/sql"

	"exaone/chat"
	"exaone/people"
)

// TeamQuota limits what a team may use together: whatever its members ask counts. What each of them may is a [Quota].
type TeamQuota struct {
	Quota        // Subject is the team's id
	Name  string // of the team
}

// SetTeamQuota sets the limits of a team together in the place of those it had. CodeBadField for a number below -1,
// CodeNoTeam.
func (s *Store) SetTeamQuota(ctx context.Context, by chat.Principal, q Quota) error {
	if err := q.check(); err != nil {
		return err
	}
	return s.write(ctx, "set a team's limit", func(tx *sql.Tx) error {
		if _, ok, err := row(ctx, tx, text, `SELECT id FROM teams WHERE id = $1`, q.Subject); err != nil {
			return err
		} else if !ok {
			return chat.NewError(chat.CodeNoTeam, nil, q.Subject)
		}
		_, err := tx.Exec(`INSERT INTO team_quotas (team, per_day, per_minute, at_once, principal, updated)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (team) DO UPDATE SET per_day = excluded.per_day, per_minute = excluded.per_minute,
				at_once = excluded.at_once, principal = excluded.principal, updated = excluded.updated`,
			q.Subject, q.PerDay, q.PerMinute, q.AtOnce, by.ID, milliseconds(now()))
		if err != nil {
			return err
		}
		return appendAudit(tx, by, "quota.set", q.Subject, map[string]any{
			"per_day": q.PerDay, "per_minute": q.PerMinute, "at_once": q.AtOnce, "together": true})
	})
}

// DeleteTeamQuota takes the limits of a team together away. There may be none.
func (s *Store) DeleteTeamQuota(ctx context.Context, by chat.Principal, team string) error {
	return s.write(ctx, "take a team's limit away", func(tx *sql.Tx) error {
		result, err := tx.Exec(`DELETE FROM team_quotas WHERE team = $1`, team)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return appendAudit(tx, by, "quota.delete", team, map[string]any{"together": true})
	})
}

const teamQuotaQuery = `SELECT team_quotas.team, team_quotas.per_day, team_quotas.per_minute, team_quotas.at_once,
	team_quotas.principal, team_quotas.updated, teams.name FROM team_quotas JOIN teams ON teams.id = team_quotas.team `

func scanTeamQuota(r scanner) (q TeamQuota, err error) {
	var updated int64
	err = r.Scan(&q.Subject, &q.PerDay, &q.PerMinute, &q.AtOnce, &q.Principal, &updated, &q.Name)
	q.Updated = moment(updated)
	return q, err
}

// TeamQuotas returns all limits that teams have together, by name. It is for those who administer: CodeMayNot for
// others.
func (s *Store) TeamQuotas(ctx context.Context, who chat.Principal) ([]TeamQuota, error) {
	if err := s.right(ctx, who, people.ManageQuotas); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanTeamQuota, teamQuotaQuery+`ORDER BY teams.name, teams.id`)
	return all, s.fault("list the teams' limits", err)
}

// TeamQuotasOf returns the limits that the teams of a principal have together, by name: all of them hold.
func (s *Store) TeamQuotasOf(ctx context.Context, who chat.Principal) ([]TeamQuota, error) {
	all, err := rows(ctx, s.reader, scanTeamQuota, teamQuotaQuery+`WHERE team_quotas.team IN
		(SELECT team FROM team_members WHERE principal = $1) ORDER BY teams.name, teams.id`, who.ID)
	return all, s.fault("look up the limits of somebody's teams", err)
}

// TeamUsageOf returns how many tokens those who are in a team now have had read and written on a day. It is
// for the program, which counts, and those who see what others use: CodeMayNot for others.
func (s *Store) TeamUsageOf(ctx context.Context, who chat.Principal, team, day string) (int64, error) {
	if err := s.right(ctx, who, people.ReadUsage); err != nil {
		return 0, err
	}
	n, _, err := row(ctx, s.reader, integer, `SELECT CAST(coalesce(sum(usage.prompt + usage.completion), 0) AS BIGINT)
		FROM team_members JOIN usage ON usage.principal = team_members.principal
		WHERE team_members.team = $1 AND usage.day = $2`, team, day)
	return n, s.fault("look up what a team used", err)
}
