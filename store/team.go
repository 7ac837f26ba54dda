package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"exaone/chat"
	"exaone/people"
)

// Team is a group of people: for sharing, limits, and who may use a model.
type Team struct {
	ID      string
	Name    string
	Created time.Time
	Members []string // ids of persons, sorted
}

func scanTeam(r scanner) (t Team, err error) {
	var created int64
	err = r.Scan(&t.ID, &t.Name, &created)
	t.Created = moment(created)
	return t, err
}

// CreateTeam makes a team without members. CodeTeamTaken if there is one of that name, CodeBadField for a name that
// is none.
func (s *Store) CreateTeam(ctx context.Context, by chat.Principal, name string) (Team, error) {
	if err := checkName("name", name); err != nil {
		return Team{}, err
	}
	t := Team{ID: newID("team"), Name: name, Created: now()}
	err := s.write(ctx, "create a team", func(tx *sql.Tx) error {
		if err := freeTeamName(ctx, tx, t.ID, name); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO teams (id, name, created) VALUES ($1, $2, $3)`, t.ID, t.Name, milliseconds(t.Created))
		if err != nil {
			return err
		}
		return appendAudit(tx, by, "team.create", t.ID, map[string]any{"name": name})
	})
	if err != nil {
		return Team{}, err
	}
	return t, nil
}

// RenameTeam gives a team another name. Errors are those of CreateTeam, and CodeNoTeam.
func (s *Store) RenameTeam(ctx context.Context, by chat.Principal, id, name string) error {
	if err := checkName("name", name); err != nil {
		return err
	}
	return s.write(ctx, "rename a team", func(tx *sql.Tx) error {
		if err := requireTeam(ctx, tx, id); err != nil {
			return err
		}
		if err := freeTeamName(ctx, tx, id, name); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE teams SET name = $1 WHERE id = $2`, name, id); err != nil {
			return err
		}
		return appendAudit(tx, by, "team.rename", id, map[string]any{"name": name})
	})
}

// DeleteTeam takes a team away, with its limits. A model that only this team might use is then nobody's, not
// everybody's. CodeNoTeam if there is none.
func (s *Store) DeleteTeam(ctx context.Context, by chat.Principal, id string) error {
	return s.write(ctx, "delete a team", func(tx *sql.Tx) error {
		t, ok, err := row(ctx, tx, scanTeam, `SELECT id, name, created FROM teams WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if !ok {
			return chat.NewError(chat.CodeNoTeam, nil, id)
		}
		for _, query := range []string{
			`DELETE FROM team_members WHERE team = $1`,
			`DELETE FROM quotas WHERE subject = $1`,
			`DELETE FROM team_quotas WHERE team = $1`,
			`DELETE FROM model_readers WHERE subject = $1 AND EXISTS (SELECT 1 FROM model_readers AS other
				WHERE other.model = model_readers.model AND other.subject <> $1)`,
			`UPDATE prompts SET audience = '' WHERE audience = $1`,
			`DELETE FROM collection_readers WHERE subject = $1`,
			`DELETE FROM teams WHERE id = $1`,
		} {
			if _, err := tx.Exec(query, id); err != nil {
				return err
			}
		}
		if err := dropReader(ctx, tx, id); err != nil {
			return err
		}
		return appendAudit(tx, by, "team.delete", id, map[string]any{"name": t.Name})
	})
}

// Teams returns all teams with their members, by name. It is for those who administer or see what
// teams use: CodeMayNot for others, who have [Store.Directory].
func (s *Store) Teams(ctx context.Context, who chat.Principal) ([]Team, error) {
	if err := s.right(ctx, who, people.ManageTeams, people.ReadUsage); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanTeam, `SELECT id, name, created FROM teams ORDER BY name, id`)
	if err != nil {
		return nil, s.fault("list the teams", err)
	}
	members, err := rows(ctx, s.reader, pair, `SELECT team, principal FROM team_members ORDER BY principal`)
	of := make(map[string][]string, len(all))
	for _, m := range members {
		of[m[0]] = append(of[m[0]], m[1])
	}
	for i := range all {
		all[i].Members = of[all[i].ID]
	}
	return all, s.fault("list the teams", err)
}

// SetMembers makes a team consist of these people and no others. CodeNoTeam, CodeNoPerson, or CodePersonDeparted for
// somebody who has left.
func (s *Store) SetMembers(ctx context.Context, by chat.Principal, team string, persons []string) error {
	persons = slices.Clone(persons)
	slices.Sort(persons)
	persons = slices.Compact(persons)
	return s.write(ctx, "change a team", func(tx *sql.Tx) error {
		if err := requireTeam(ctx, tx, team); err != nil {
			return err
		}
		before, err := rows(ctx, tx, text, `SELECT principal FROM team_members WHERE team = $1 ORDER BY principal`, team)
		if err != nil || slices.Equal(before, persons) {
			return err
		}
		for _, id := range before {
			if _, stays := slices.BinarySearch(persons, id); stays {
				continue
			}
			if _, err := tx.Exec(`DELETE FROM team_members WHERE team = $1 AND principal = $2`, team, id); err != nil {
				return err
			}
		}
		for _, id := range persons {
			if _, was := slices.BinarySearch(before, id); was {
				continue
			}
			p, err := requirePerson(ctx, tx, id)
			if err == nil && !p.Departed.IsZero() {
				err = chat.NewError(chat.CodePersonDeparted, nil, p.Name)
			}
			if err != nil {
				return err
			}
			_, err = tx.Exec(`INSERT INTO team_members (team, principal, created) VALUES ($1, $2, $3)`, team, id, milliseconds(now()))
			if err != nil {
				return err
			}
		}
		return appendAudit(tx, by, "team.members", team, map[string]any{"before": len(before), "after": len(persons),
			"added": without(persons, before), "removed": without(before, persons)})
	})
}

// TeamsOf returns the teams of a person by name, without their other members: one's own, or of whom one administers.
// Else it is CodeMayNot.
func (s *Store) TeamsOf(ctx context.Context, who chat.Principal, person string) ([]Team, error) {
	if who.ID != person {
		if err := s.right(ctx, who, people.ManagePeople); err != nil {
			return nil, err
		}
	}
	all, err := rows(ctx, s.reader, scanTeam, `SELECT teams.id, teams.name, teams.created
		FROM teams JOIN team_members ON team_members.team = teams.id
		WHERE team_members.principal = $1 ORDER BY teams.name, teams.id`, person)
	return all, s.fault("list somebody's teams", err)
}

// without is what of one list is not in another, for the audit log. Both are sorted.
func without(all, others []string) any {
	return listed(slices.DeleteFunc(slices.Clone(all), func(id string) bool {
		_, found := slices.BinarySearch(others, id)
		return found
	}))
}

func requireTeam(ctx context.Context, q querier, id string) error {
	n, _, err := row(ctx, q, integer, `SELECT count(*) FROM teams WHERE id = $1`, id)
	if err == nil && n == 0 {
		err = chat.NewError(chat.CodeNoTeam, nil, id)
	}
	return err
}

func freeTeamName(ctx context.Context, q querier, id, name string) error {
	n, _, err := row(ctx, q, integer, `SELECT count(*) FROM teams WHERE name = $1 AND id <> $2`, name, id)
	if err == nil && n > 0 {
		err = chat.NewError(chat.CodeTeamTaken, nil, name)
	}
	return err
}
