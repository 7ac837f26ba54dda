package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"exaone/chat"
)

// A worker's right to a job is the pair of its id and its attempt. Each claim raises the attempt, so a worker
// that was thought dead and comes back late changes nothing: its attempt is not the job's any more.

// Delays between the attempts at a job: the first, and what doubling it ends at.
const (
	firstDelay = time.Second
	lastDelay  = 5 * time.Minute
)

// Heartbeat says that a claimed job is being worked on and how far it has come, and has it for another lease
// from now. CodeJobCancelled says that nobody wants it any more, CodeJobLost that another worker has it: stop.
func (s *Store) Heartbeat(ctx context.Context, job Job, done, total int64, lease time.Duration) error {
	return s.changeClaimed(ctx, "note a job's progress", job, `done = $3, total = $4, lease_until = $5`,
		done, total, milliseconds(now().Add(lease)))
}

// Complete ends a claimed job well. Errors are those of Heartbeat.
func (s *Store) Complete(ctx context.Context, job Job) error {
	return s.changeClaimed(ctx, "complete a job", job,
		`state = 'done', done = CASE WHEN total > done THEN total ELSE done END, finished = $3, error_code = '', error_params = '[]'`,
		milliseconds(now()))
}

// Fail ends an attempt at a claimed job. It is tried again after a delay that doubles with each attempt, from a
// second to five minutes, unless it has no attempt left or final says that trying again is no use. Errors are
// those of Heartbeat.
func (s *Store) Fail(ctx context.Context, job Job, why *chat.Error, final bool) error {
	if why == nil || why.Code == "" {
		return fmt.Errorf("fail job %s: no reason", job.ID)
	}
	params, err := encodeParams(why.Params)
	if err != nil {
		return fmt.Errorf("fail job %s: %w", job.ID, err)
	}
	at := now()
	if final || job.Attempt >= job.MaxAttempts {
		return s.changeClaimed(ctx, "fail a job", job, `state = 'failed', finished = $3, error_code = $4, error_params = $5`,
			milliseconds(at), string(why.Code), params)
	}
	return s.changeClaimed(ctx, "put a job off", job, `state = 'queued', not_before = $3, error_code = $4, error_params = $5`,
		milliseconds(at.Add(delay(job.Attempt))), string(why.Code), params)
}

// PutOff ends an attempt at a claimed job that could not begin or go on for a reason that is not its own: it does not count,
// and the job waits for a while. Errors are those of Heartbeat.
func (s *Store) PutOff(ctx context.Context, job Job, why *chat.Error, wait time.Duration) error {
	params, err := encodeParams(why.Params)
	if err != nil {
		return fmt.Errorf("put off job %s: %w", job.ID, err)
	}
	return s.changeClaimed(ctx, "put a job off", job, `state = 'queued', max_attempts = max_attempts + 1, not_before = $3, error_code = $4, error_params = $5`,
		milliseconds(now().Add(wait)), string(why.Code), params)
}

// delay is how long to wait after an attempt, of which the first is 1.
func delay(attempt int) time.Duration {
	d := firstDelay
	for range attempt - 1 {
		if d >= lastDelay {
			break
		}
		d *= 2
	}
	return min(d, lastDelay)
}

// changeClaimed changes a job that is still the worker's: $1 and $2 are its id and attempt, args follow.
func (s *Store) changeClaimed(ctx context.Context, op string, job Job, set string, args ...any) error {
	return s.write(ctx, op, func(tx *sql.Tx) error {
		result, err := tx.Exec(`UPDATE jobs SET `+set+` WHERE id = $1 AND attempt = $2 AND state = 'running'`,
			append([]any{job.ID, job.Attempt}, args...)...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 1 {
			return err
		}
		state, _, err := row(ctx, tx, text, `SELECT state FROM jobs WHERE id = $1`, job.ID)
		if err != nil {
			return err
		}
		if JobState(state) == JobCancelled {
			return chat.NewError(chat.CodeJobCancelled, nil, job.ID)
		}
		return chat.NewError(chat.CodeJobLost, nil, job.ID)
	})
}

// releaseLeases ends the leases of an earlier process, at the start of this one: since a directory belongs to
// one process, whoever held them is gone.
func (s *Store) releaseLeases(ctx context.Context) error {
	at := milliseconds(now())
	n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM jobs WHERE state = 'running' AND lease_until > $1`, at)
	if err != nil || n == 0 {
		return s.fault("release leases", err)
	}
	return s.write(ctx, "release leases", func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE jobs SET lease_until = $1 WHERE state = 'running' AND lease_until > $1`, at)
		return err
	})
}

// encodeParams writes the parameters of an error as JSON. What is neither a number, a text nor a truth value
// is kept as the text it prints as.
func encodeParams(params []any) (string, error) {
	plain := make([]any, len(params))
	for i, p := range params {
		switch p := p.(type) {
		case string, bool, int, int8, int16, int32, int64, uint8, uint16, uint32:
			plain[i] = p
		case float64:
			// The exponent says that it is not a whole number's %d; what JSON cannot write is kept as text.
			plain[i] = fmt.Sprint(p)
			if !math.IsNaN(p) && !math.IsInf(p, 0) {
				plain[i] = json.RawMessage(strconv.FormatFloat(p, 'e', -1, 64))
			}
		default:
			plain[i] = fmt.Sprint(p)
		}
	}
	encoded, err := json.Marshal(plain)
	return string(encoded), err
}

// decodeParams is the inverse of encodeParams. Whole numbers come back as int64, as the catalogue's %d wants
// them.
func decodeParams(encoded string) ([]any, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(encoded)))
	decoder.UseNumber()
	var params []any
	if err := decoder.Decode(&params); err != nil {
		return nil, err
	}
	for i, p := range params {
		number, ok := p.(json.Number)
		if !ok {
			continue
		}
		if n, err := number.Int64(); err == nil {
			params[i] = n
		} else if x, err := number.Float64(); err == nil {
			params[i] = x
		}
	}
	return params, nil
}

// failWornOut fails jobs whose last attempt was interrupted, and the versions of documents that these were to read: they
// would wait for ever.
func failWornOut(tx *sql.Tx, at time.Time) error {
	result, err := tx.Exec(`UPDATE jobs SET state = 'failed', finished = $1, error_code = $2, error_params = '[' || attempt || ']'
		WHERE state = 'running' AND lease_until <= $1 AND attempt >= max_attempts`,
		milliseconds(at), string(chat.CodeJobInterrupted))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(`UPDATE document_versions SET state = `+unlessRead(VersionFailed)+`, updated = $1, error_code = $2,
			error_params = (SELECT error_params FROM jobs WHERE jobs.id = document_versions.job)
		WHERE state = 'waiting' AND job IN (SELECT id FROM jobs WHERE state = 'failed' AND finished = $1 AND error_code = $2)`,
		milliseconds(at), string(chat.CodeJobInterrupted))
	return err
}
