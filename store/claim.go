package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"exaone/chat"
)

// urgentLead is by how much longer an urgent job is taken to have waited than it has. It comes before all others for as long
// as these have not waited for that: nobody waits for ever, however many urgent ones there are.
const urgentLead = 10 * time.Minute

// Claim takes a job among some kinds, all if none are named, and has it for the time of a lease. It reports false if there is
// none. A job whose lease has run out comes first; one that has no attempt left becomes JobFailed with CodeJobInterrupted. Then
// people take turns: the next job is of whoever has waited longest, since their last turn or since their oldest job came, and
// of theirs the oldest, so that one job of somebody waits for one of each other at most, and not for thousands of one. What is
// urgent has turns of its own, ahead by urgentLead. Only the program works at jobs: CodeMayNot for others.
func (s *Store) Claim(ctx context.Context, who chat.Principal, lease time.Duration, kinds ...string) (job Job, ok bool, err error) {
	return s.claim(ctx, who, lease, false, kinds)
}

// ClaimUrgent is Claim among urgent jobs alone.
func (s *Store) ClaimUrgent(ctx context.Context, who chat.Principal, lease time.Duration, kinds ...string) (job Job, ok bool, err error) {
	return s.claim(ctx, who, lease, true, kinds)
}

func (s *Store) claim(ctx context.Context, who chat.Principal, lease time.Duration, urgent bool, kinds []string) (job Job, ok bool, err error) {
	if err := program(who); err != nil {
		return Job{}, false, err
	}
	err = s.write(ctx, "claim a job", func(tx *sql.Tx) error {
		at := now()
		if err := failWornOut(tx, at); err != nil {
			return err
		}
		query := claimQuery(urgent, len(kinds))
		args := []any{milliseconds(at), milliseconds(at.Add(lease)), urgentLead.Milliseconds()}
		for _, kind := range kinds {
			args = append(args, kind)
		}
		job, ok, err = row(ctx, tx, scanJob, query, args...)
		return err
	})
	if err != nil {
		return Job{}, false, err
	}
	return job, ok, nil
}

// claimQuery takes the next job at time $1, until $2; $3 is urgentLead, and from $4 on there are so many kinds. Its first part
// goes from one owner of waiting jobs to the next along an index, however many jobs each has.
func claimQuery(urgent bool, kinds int) string {
	among, classes := "", "SELECT 0 AS urgent UNION ALL SELECT 1"
	if kinds > 0 {
		var marks []string
		for i := range kinds {
			marks = append(marks, fmt.Sprintf("$%d", i+4))
		}
		among = ` AND jobs.kind IN (` + strings.Join(marks, ", ") + `)`
	}
	if urgent {
		among, classes = among+` AND jobs.urgent = 1`, "SELECT 1 AS urgent"
	}
	return `WITH RECURSIVE owners(id) AS (
			SELECT min(principal) FROM jobs WHERE state = 'queued'
			UNION ALL SELECT (SELECT min(principal) FROM jobs WHERE state = 'queued' AND principal > owners.id) FROM owners WHERE owners.id IS NOT NULL),
		turns AS (SELECT owners.id AS owner, classes.urgent AS urgent,
				(SELECT jobs.id FROM jobs WHERE jobs.state = 'queued' AND jobs.principal = owners.id AND jobs.urgent = classes.urgent
					AND jobs.not_before <= $1` + among + ` ORDER BY jobs.not_before, jobs.created, jobs.id LIMIT 1) AS job,
				(SELECT coalesce(max(jobs.started), 0) FROM jobs WHERE jobs.principal = owners.id AND jobs.urgent = classes.urgent) AS last
			FROM owners CROSS JOIN (` + classes + `) AS classes WHERE owners.id IS NOT NULL)
		UPDATE jobs SET state = 'running', attempt = attempt + 1, started = $1, lease_until = $2
		WHERE id = coalesce(
			(SELECT id FROM jobs WHERE state = 'running' AND lease_until <= $1` + among + ` ORDER BY lease_until, id LIMIT 1),
			(SELECT next.id FROM turns JOIN jobs AS next ON next.id = turns.job
				ORDER BY CASE WHEN turns.last > next.not_before THEN turns.last ELSE next.not_before END - next.urgent * $3, next.created, next.id LIMIT 1))
		RETURNING ` + jobColumns
}

// hurry makes it urgent that some versions are read: somebody asks about them.
func hurry(tx *sql.Tx, versions []string) error {
	for _, id := range versions {
		_, err := tx.Exec(`UPDATE jobs SET urgent = 1 WHERE state = 'queued' AND urgent = 0
			AND id IN (SELECT job FROM document_versions WHERE id = $1 AND state = 'waiting')`, id)
		if err != nil {
			return err
		}
	}
	return nil
}
