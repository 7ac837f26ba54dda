package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"exaone/chat"
)

// JobState says how far a job has come.
type JobState string

// The states of jobs. The last three are final.
const (
	JobQueued    JobState = "queued" // also while it waits to be tried again
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Job is something that outlives the request that asked for it.
type Job struct {
	ID          string
	Principal   chat.Principal // on whose behalf
	Kind        string
	Payload     json.RawMessage // what its kind needs to know
	Grade       int             // how confidential that is
	Urgent      bool            // somebody waits for it
	State       JobState
	Done, Total int64 // in the unit its kind implies; Total 0 is unknown
	Attempt     int   // how often it has been claimed: with ID it is the worker's right to it
	MaxAttempts int
	NotBefore   time.Time   // when it may be claimed
	LeaseUntil  time.Time   // when it may be claimed again, if the worker has not been heard of
	Error       *chat.Error // why the last attempt failed, or nil; without a cause
	Created     time.Time
	Started     time.Time // the last claim
	Finished    time.Time
}

// JobSpec is what a new job should be.
type JobSpec struct {
	Kind        string
	Payload     any       // becomes JSON
	Grade       int       // of the payload
	Urgent      bool      // somebody waits for it: see Claim
	MaxAttempts int       // 0 is 1
	NotBefore   time.Time // zero is now
}

// maxPayload bounds the payload of one job, in bytes of JSON.
const maxPayload = 1 << 20

const jobColumns = `id, principal, kind, payload, state, done, total, attempt, max_attempts, not_before,
	lease_until, error_code, error_params, grade, urgent, created, started, finished`

func scanJob(r scanner) (j Job, err error) {
	var payload, code, params string
	var notBefore, leaseUntil, urgent, created, started, finished int64
	err = r.Scan(&j.ID, &j.Principal.ID, &j.Kind, &payload, &j.State, &j.Done, &j.Total, &j.Attempt, &j.MaxAttempts,
		&notBefore, &leaseUntil, &code, &params, &j.Grade, &urgent, &created, &started, &finished)
	if err != nil {
		return j, err
	}
	j.Payload, j.Urgent = json.RawMessage(payload), urgent != 0
	j.NotBefore, j.LeaseUntil = moment(notBefore), moment(leaseUntil)
	j.Created, j.Started, j.Finished = moment(created), moment(started), moment(finished)
	if code != "" {
		values, err := decodeParams(params)
		if err != nil {
			return j, fmt.Errorf("job %s: error parameters: %w", j.ID, err)
		}
		j.Error = chat.NewError(chat.Code(code), nil, values...)
	}
	return j, nil
}

// Enqueue keeps a job for who until somebody claims it.
func (s *Store) Enqueue(ctx context.Context, who chat.Principal, spec JobSpec) (Job, error) {
	if err := checkName("kind", spec.Kind); err != nil {
		return Job{}, err
	}
	if spec.MaxAttempts < 0 {
		return Job{}, chat.NewError(chat.CodeBadField, nil, "max_attempts", spec.MaxAttempts, "≥ 0")
	}
	payload, err := json.Marshal(spec.Payload)
	if err != nil {
		return Job{}, fmt.Errorf("payload of a %s job: %w", spec.Kind, err)
	}
	if len(payload) > maxPayload {
		return Job{}, chat.NewError(chat.CodeBadField, nil, "payload", fmt.Sprintf("%d bytes", len(payload)), fmt.Sprintf("≤ %d", maxPayload))
	}
	j := Job{ID: newID("job"), Principal: chat.Principal{ID: who.ID}, Kind: spec.Kind, Payload: payload, Grade: spec.Grade, Urgent: spec.Urgent, State: JobQueued,
		MaxAttempts: max(1, spec.MaxAttempts), NotBefore: moment(milliseconds(spec.NotBefore)), Created: now()}
	if j.NotBefore.IsZero() {
		j.NotBefore = j.Created
	}
	err = s.write(ctx, "enqueue a job", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		if err := requireGrade(ctx, tx, who, j.Grade); err != nil {
			return err
		}
		return insertJob(tx, j)
	})
	return j, err
}

// insertJob writes a new job.
func insertJob(tx *sql.Tx, j Job) error {
	_, err := tx.Exec(`INSERT INTO jobs (id, principal, kind, payload, grade, urgent, state, max_attempts, not_before, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		j.ID, j.Principal.ID, j.Kind, string(j.Payload), j.Grade, bit(j.Urgent), string(j.State), j.MaxAttempts, milliseconds(j.NotBefore), milliseconds(j.Created))
	return err
}

// Job returns a job of who, or CodeNoJob.
func (s *Store) Job(ctx context.Context, who chat.Principal, id string) (Job, error) {
	j, err := ownJob(ctx, s.reader, who, id)
	return j, s.fault("read a job", err)
}

func ownJob(ctx context.Context, q querier, who chat.Principal, id string) (Job, error) {
	j, ok, err := row(ctx, q, scanJob, `SELECT `+jobColumns+` FROM jobs WHERE id = $1 AND principal = $2 AND `+cleared("jobs.grade", 2), id, who.ID)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoJob, nil, id)
	}
	return j, err
}

// Jobs returns the jobs of who, newest first, at most limit of them (1 to 1000).
func (s *Store) Jobs(ctx context.Context, who chat.Principal, limit int) ([]Job, error) {
	limit = min(max(limit, 1), 1000)
	all, err := rows(ctx, s.reader, scanJob,
		`SELECT `+jobColumns+` FROM jobs WHERE principal = $1 AND `+cleared("jobs.grade", 1)+` ORDER BY created DESC, id LIMIT $2`, who.ID, limit)
	return all, s.fault("list the jobs", err)
}

// CancelJob ends a job of who that is not over. A worker that has it learns so at its next Heartbeat. The version of a document
// that it was to read waits no more: it is as CancelVersion leaves it. Cancelling a job that is over changes nothing; CodeNoJob if
// who has none such.
func (s *Store) CancelJob(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "cancel a job", func(tx *sql.Tx) error {
		j, err := ownJob(ctx, tx, who, id)
		if err != nil || j.State != JobQueued && j.State != JobRunning {
			return err
		}
		if j.Kind != JobDocument {
			return endJob(tx, id, milliseconds(now()))
		}
		var payload DocumentJob
		if err := json.Unmarshal(j.Payload, &payload); err != nil {
			return fmt.Errorf("payload of job %s: %w", id, err)
		}
		return cancelReading(tx, id, payload.Version)
	})
}

// endJob makes a job a cancelled one, unless it is over.
func endJob(tx *sql.Tx, id string, at int64) error {
	_, err := tx.Exec(`UPDATE jobs SET state = 'cancelled', finished = $2 WHERE id = $1 AND state IN ('queued', 'running')`, id, at)
	return err
}
