package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// Everybody is the audience of what all who have signed in may read.
const Everybody = "*"

// Prompt is a text that people use again, with places to fill in.
type Prompt struct {
	ID       string
	Owner    string // the id of a principal
	Name     string // what is typed after '/'
	Title    string
	Text     string // {{name}} and {{name|choice|choice}} are asked for
	Job      string // the family of jobs it is for
	Grade    int    // how confidential it is
	Audience string // "" its owner alone, Everybody, or the id of a team
	Created  time.Time
	Updated  time.Time
}

// PromptSpec is what a new prompt should be. Who may publish one to others is for the caller to see.
type PromptSpec struct {
	Name, Title, Text, Job, Audience string
	Grade                            int // 0 to MaxGrade
}

// PromptChange is what should be otherwise; nil stays as it is.
type PromptChange struct {
	Name, Title, Text, Job, Audience *string
	Grade                            *int
}

// maxPromptName is how long the name of a prompt may be, in bytes: it is typed.
const maxPromptName = 64

const promptColumns = `id, principal, name, title, text, job, audience, grade, created, updated`

func scanPrompt(r scanner) (p Prompt, err error) {
	var created, updated int64
	err = r.Scan(&p.ID, &p.Owner, &p.Name, &p.Title, &p.Text, &p.Job, &p.Audience, &p.Grade, &created, &updated)
	p.Created, p.Updated = moment(created), moment(updated)
	return p, err
}

func checkPrompt(p Prompt) error {
	if p.Name == "" || len(p.Name) > maxPromptName || strings.ContainsFunc(p.Name, notInName) || validText(p.Name) != p.Name {
		return chat.NewError(chat.CodeBadField, nil, "name", fmt.Sprintf("%.40q", p.Name), fmt.Sprintf("1–%d bytes, no space, no /", maxPromptName))
	}
	if err := checkName("title", p.Title); err != nil {
		return err
	}
	for _, f := range []struct{ name, value string }{{"job", p.Job}, {"audience", p.Audience}} {
		if err := checkLine(f.name, f.value, maxWord); err != nil {
			return err
		}
	}
	if strings.TrimSpace(p.Text) == "" {
		return chat.NewError(chat.CodeBadField, nil, "text", `""`, "1–65536 bytes")
	}
	return checkText("text", p.Text, maxInstructions)
}

func notInName(r rune) bool { return r <= ' ' || r == '/' || r == 0x7f || r == 0x3000 }

// CreatePrompt keeps a prompt of who. CodeBadField says what is wrong with it, CodePromptTaken that they have one of
// this name, CodeNoTeam that its audience is none.
func (s *Store) CreatePrompt(ctx context.Context, who chat.Principal, spec PromptSpec) (Prompt, error) {
	at := now()
	p := Prompt{ID: newID("prompt"), Owner: who.ID, Name: spec.Name, Title: spec.Title, Text: spec.Text, Job: spec.Job,
		Audience: spec.Audience, Grade: spec.Grade, Created: at, Updated: at}
	err := s.write(ctx, "create a prompt", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		if err := requirePromptRight(ctx, tx, p); err != nil {
			return err
		}
		if err := requireFreeName(ctx, tx, p); err != nil {
			return err
		}
		if err := requireGrade(ctx, tx, who, p.Grade); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO prompts (id, principal, name, title, text, job, audience, grade, created, updated)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			p.ID, p.Owner, p.Name, p.Title, p.Text, p.Job, p.Audience, p.Grade, milliseconds(p.Created), milliseconds(p.Updated))
		if err != nil || p.Audience == "" {
			return err
		}
		return appendAudit(tx, who, "prompt.publish", p.ID, map[string]any{"audience": p.Audience})
	})
	if err != nil {
		return Prompt{}, err
	}
	return p, nil
}

// requirePromptRight is an error for a prompt that cannot be kept.
func requirePromptRight(ctx context.Context, q querier, p Prompt) error {
	if err := checkPrompt(p); err != nil {
		return err
	}
	if p.Audience != "" && p.Audience != Everybody {
		if err := requireTeam(ctx, q, p.Audience); err != nil {
			return err
		}
	}
	return nil
}

// requireFreeName is an error if the owner of a prompt has another of its name.
func requireFreeName(ctx context.Context, q querier, p Prompt) error {
	n, _, err := row(ctx, q, integer, `SELECT count(*) FROM prompts WHERE principal = $1 AND name = $2 AND id <> $3 AND deleted = 0`,
		p.Owner, p.Name, p.ID)
	if err == nil && n > 0 {
		err = chat.NewError(chat.CodePromptTaken, nil, p.Name)
	}
	return err
}

// Prompts returns the prompts that who may use, by name: their own, their teams' and everybody's.
func (s *Store) Prompts(ctx context.Context, who chat.Principal) ([]Prompt, error) {
	args := []any{who.ID, Everybody}
	var marks strings.Builder
	for _, team := range who.Groups {
		args = append(args, team)
		fmt.Fprintf(&marks, ", $%d", len(args))
	}
	all, err := rows(ctx, s.reader, scanPrompt, `SELECT `+promptColumns+` FROM prompts
		WHERE deleted = 0 AND (principal = $1 OR audience IN ($2`+marks.String()+`)) AND `+cleared("prompts.grade", 1)+` ORDER BY name, created, id`, args...)
	return all, s.fault("list the prompts", err)
}

// Prompt returns a prompt that who may use, or CodeNoPrompt.
func (s *Store) Prompt(ctx context.Context, who chat.Principal, id string) (Prompt, error) {
	p, ok, err := row(ctx, s.reader, scanPrompt, `SELECT `+promptColumns+` FROM prompts WHERE id = $1 AND deleted = 0
		AND `+cleared("prompts.grade", 2), id, who.ID)
	if err == nil && (!ok || p.Owner != who.ID && p.Audience != Everybody && !inGroups(who, p.Audience)) {
		return Prompt{}, chat.NewError(chat.CodeNoPrompt, nil, id)
	}
	return p, s.fault("read a prompt", err)
}

// inGroups reports whether who is in a team; in "" nobody is.
func inGroups(who chat.Principal, team string) bool {
	return team != "" && slices.Contains(who.Groups, team)
}

func ownPrompt(ctx context.Context, q querier, who chat.Principal, id string) (Prompt, error) {
	p, ok, err := row(ctx, q, scanPrompt, `SELECT `+promptColumns+` FROM prompts WHERE id = $1 AND principal = $2 AND deleted = 0
		AND `+cleared("prompts.grade", 2), id, who.ID)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoPrompt, nil, id)
	}
	return p, err
}

// UpdatePrompt changes a prompt of who and returns what it is then. CodeNoPrompt if it is not theirs; other codes are
// those of CreatePrompt.
func (s *Store) UpdatePrompt(ctx context.Context, who chat.Principal, id string, change PromptChange) (p Prompt, err error) {
	err = s.write(ctx, "change a prompt", func(tx *sql.Tx) error {
		if p, err = ownPrompt(ctx, tx, who, id); err != nil {
			return err
		}
		before, grade, name := p.Audience, p.Grade, p.Name
		set(&p.Grade, change.Grade)
		if err := requireGrade(ctx, tx, who, p.Grade); err != nil {
			return err
		}
		set(&p.Name, change.Name)
		set(&p.Title, change.Title)
		set(&p.Text, change.Text)
		set(&p.Job, change.Job)
		set(&p.Audience, change.Audience)
		p.Updated = now()
		if err := requirePromptRight(ctx, tx, p); err != nil {
			return err
		}
		if p.Name != name { // one that came to be twice is no reason to refuse another change
			if err := requireFreeName(ctx, tx, p); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE prompts SET name = $2, title = $3, text = $4, job = $5, audience = $6, grade = $7, updated = $8 WHERE id = $1`,
			p.ID, p.Name, p.Title, p.Text, p.Job, p.Audience, p.Grade, milliseconds(p.Updated))
		if err == nil && p.Grade != grade {
			err = appendAudit(tx, who, "prompt.grade", p.ID, map[string]any{"grade": p.Grade, "grade_before": grade})
		}
		if err != nil || p.Audience == before {
			return err
		}
		return appendAudit(tx, who, "prompt.publish", p.ID, map[string]any{"audience": p.Audience})
	})
	if err != nil {
		return Prompt{}, err
	}
	return p, nil
}

// DeletePrompt deletes a prompt of who, or is CodeNoPrompt.
func (s *Store) DeletePrompt(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "delete a prompt", func(tx *sql.Tx) error {
		if _, err := ownPrompt(ctx, tx, who, id); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE prompts SET deleted = $2, title = '', text = '' WHERE id = $1`, id, milliseconds(now()))
		if err != nil {
			return err
		}
		return appendAudit(tx, who, "prompt.delete", id, nil)
	})
}
