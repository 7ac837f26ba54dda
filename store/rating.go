package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"exaone/chat"
	"exaone/people"
)

// Rating is what somebody thinks of an answer.
type Rating struct {
	Message string
	Person  string   // the id of whoever rated it
	Value   int      // 1 or -1
	Reasons []string // codes
	Text    string
	Mode    string // of the answer
	Model   string // likewise
	Created time.Time
	Handled time.Time // zero: nobody has looked at it
	Handler string
}

// Cursor is where a list of ratings goes on after this one.
func (one Rating) Cursor() string {
	return fmt.Sprintf("%d.%s.%s", milliseconds(one.Created), one.Message, one.Person)
}

// parseRatingCursor is the inverse of Rating.Cursor.
func parseRatingCursor(cursor string) (created int64, message, person string, err error) {
	words := strings.SplitN(cursor, ".", 3)
	if len(words) == 3 {
		created, err = strconv.ParseInt(words[0], 10, 64)
		if err == nil && checkLine("cursor", words[1]+words[2], 2*maxWord) == nil {
			return created, words[1], words[2], nil
		}
	}
	return 0, "", "", chat.NewError(chat.CodeBadField, err, "cursor", fmt.Sprintf("%.40q", cursor), "next")
}

// RatingSpec is what somebody thinks.
type RatingSpec struct {
	Value   int // 1 or -1; 0 takes a rating back
	Reasons []string
	Text    string
}

// Bounds of a rating: its text in bytes, and how many reasons it gives.
const (
	maxRating  = 4 << 10
	maxReasons = 16
)

// ratingColumns are read from ratings joined with messages.
const ratingColumns = `ratings.message, ratings.principal, ratings.value, ratings.reasons, ratings.text, messages.mode,
	messages.model, ratings.created, ratings.handled, ratings.handler`

func scanRating(r scanner) (one Rating, err error) {
	var reasons string
	var created, handled int64
	err = r.Scan(&one.Message, &one.Person, &one.Value, &reasons, &one.Text, &one.Mode, &one.Model, &created, &handled, &one.Handler)
	if err != nil {
		return one, err
	}
	one.Created, one.Handled = moment(created), moment(handled)
	return one, json.Unmarshal([]byte(reasons), &one.Reasons)
}

// Rate says what who thinks of an answer in a conversation of theirs, in the place of what they said before.
// CodeNoMessage if it is no answer of theirs; CodeBadField says what is wrong with the rating.
func (s *Store) Rate(ctx context.Context, who chat.Principal, message string, spec RatingSpec) error {
	reasons, err := checkRating(spec)
	if err != nil {
		return err
	}
	return s.write(ctx, "rate an answer", func(tx *sql.Tx) error {
		m, err := ownMessage(ctx, tx, who, message)
		if err != nil {
			return err
		}
		if m.Role != chat.Assistant {
			return chat.NewError(chat.CodeNoMessage, nil, message)
		}
		if spec.Value == 0 {
			_, err := tx.Exec(`DELETE FROM ratings WHERE message = $1 AND principal = $2`, message, who.ID)
			return err
		}
		_, err = tx.Exec(`INSERT INTO ratings (message, principal, value, reasons, text, created, grade)
			SELECT id, $2, $3, $4, $5, $6, grade FROM messages WHERE id = $1
			ON CONFLICT (message, principal) DO UPDATE SET value = excluded.value, reasons = excluded.reasons,
				text = excluded.text, grade = excluded.grade, created = excluded.created, handled = 0, handler = ''`,
			message, who.ID, spec.Value, reasons, spec.Text, milliseconds(now()))
		return err
	})
}

// checkRating returns the reasons as they are kept.
func checkRating(spec RatingSpec) (string, error) {
	if spec.Value < -1 || spec.Value > 1 {
		return "", chat.NewError(chat.CodeBadField, nil, "value", spec.Value, "-1 | 0 | 1")
	}
	if len(spec.Reasons) > maxReasons {
		return "", chat.NewError(chat.CodeBadField, nil, "reasons", len(spec.Reasons), fmt.Sprintf("≤ %d", maxReasons))
	}
	for _, reason := range spec.Reasons {
		if err := checkName("reasons", reason); err != nil {
			return "", err
		}
		if err := checkLine("reasons", reason, maxName); err != nil {
			return "", err
		}
	}
	if err := checkText("text", spec.Text, maxRating); err != nil {
		return "", err
	}
	reasons, err := json.Marshal(append([]string{}, spec.Reasons...))
	return string(reasons), err
}

// Ratings returns at most limit ratings of everybody (1 to 200), newest first: those after the one whose Cursor is
// named, "" begins; if open, those that nobody has looked at. What was asked and answered is not in them. CodeMayNot
// unless who may look at them.
func (s *Store) Ratings(ctx context.Context, who chat.Principal, open bool, after string, limit int) ([]Rating, error) {
	if err := s.right(ctx, who, people.HandleReports); err != nil {
		return nil, err
	}
	query := `SELECT ` + ratingColumns + ` FROM ratings JOIN messages ON messages.id = ratings.message
		WHERE ` + cleared("ratings.grade", 1)
	args := []any{who.ID, min(max(limit, 1), 200)}
	if open {
		query += ` AND ratings.handled = 0`
	}
	if after != "" {
		created, message, person, err := parseRatingCursor(after)
		if err != nil {
			return nil, err
		}
		args = append(args, created, message, person)
		query += ` AND (ratings.created, ratings.message, ratings.principal) < ($3, $4, $5)`
	}
	all, err := rows(ctx, s.reader, scanRating,
		query+` ORDER BY ratings.created DESC, ratings.message DESC, ratings.principal DESC LIMIT $2`, args...)
	return all, s.fault("list the ratings", err)
}

// HandleRating notes that who has looked at a rating. CodeNoRating if there is none that they are cleared for; who may
// do so is decided above.
func (s *Store) HandleRating(ctx context.Context, who chat.Principal, message, person string) error {
	return s.write(ctx, "handle a rating", func(tx *sql.Tx) error {
		result, err := tx.Exec(`UPDATE ratings SET handled = $1, handler = $2 WHERE message = $3 AND principal = $4
			AND `+cleared("ratings.grade", 2),
			milliseconds(now()), who.ID, message, person)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return orElse(err, chat.NewError(chat.CodeNoRating, nil, message))
		}
		return appendAudit(tx, who, "rating.handle", message, map[string]any{"person": person})
	})
}
