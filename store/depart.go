package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"exaone/chat"
)

// Depart takes leave of a person: whatever they own is their heir's from then on, their sessions, keys and links
// end, and their login is free. What they wrote still says that they wrote it, and how they rated answers that they did.
// A prompt whose name the heir has already gets another. Temporary conversations and what they had set for themselves
// are nobody's business and go. All of it happens or nothing.
//
// Whoever does it takes over nothing themselves while there is anybody else, and if there is nobody that is on record as
// reading what was written: CodeHeirOneself.
//
// CodeNoPerson for either who is none, CodePersonDeparted for one who has left, CodePrincipalOff for an heir who may
// not act, CodeLastAdmin if nobody would be left who administers.
func (s *Store) Depart(ctx context.Context, by chat.Principal, id, heir string) error {
	if id == heir {
		return chat.NewError(chat.CodeBadField, nil, "heir", heir, "somebody else")
	}
	err := s.write(ctx, "hand over", func(tx *sql.Tx) error {
		p, err := requirePerson(ctx, tx, id)
		if err != nil {
			return err
		}
		if !p.Departed.IsZero() {
			return chat.NewError(chat.CodePersonDeparted, nil, p.Name)
		}
		h, err := requirePerson(ctx, tx, heir)
		if err != nil {
			return err
		}
		if !h.Departed.IsZero() {
			return chat.NewError(chat.CodePersonDeparted, nil, h.Name)
		}
		if !h.Disabled.IsZero() {
			return chat.NewError(chat.CodePrincipalOff, nil, h.Name)
		}
		if err := keepAnAdmin(ctx, tx, p); err != nil {
			return err
		}
		if by.ID == heir {
			if err := aloneHere(ctx, tx, id, heir); err != nil {
				return err
			}
			if err := appendAudit(tx, by, "text.read", id, map[string]any{"what": "handed over"}); err != nil {
				return err
			}
		}
		at := milliseconds(now())
		temporary, err := rows(ctx, tx, text, `SELECT id FROM conversations WHERE principal = $1 AND temporary = 1 AND deleted = 0`, id)
		if err != nil {
			return err
		}
		for _, conversation := range temporary {
			if err := deleteConversation(ctx, tx, by, conversation); err != nil {
				return err
			}
		}
		renamed, err := renamePrompts(ctx, tx, id, heir)
		if err != nil {
			return err
		}
		counts, err := handOver(tx, id, heir, at)
		if err != nil {
			return err
		}
		if err := reclassDocuments(ctx, tx, heir); err != nil {
			return err
		}
		rated, _, err := row(ctx, tx, integer, `SELECT count(*) FROM ratings WHERE principal = $1`, id)
		if err != nil {
			return err
		}
		counts["prompts_renamed"], counts["ratings_left"] = renamed, rated
		_, err = tx.Exec(`UPDATE principals SET departed = $1, heir = $2, login = '', password = '',
			disabled = CASE WHEN disabled = 0 THEN $1 ELSE disabled END WHERE id = $3`, at, heir, id)
		if err != nil {
			return err
		}
		counts["heir"], counts["login"] = heir, p.Login
		return appendAudit(tx, by, "person.depart", id, counts)
	})
	if err == nil {
		s.moveSearchLater()
		s.wipeLater()
	}
	return err
}

// renamePrompts gives prompts that are to be another's names that are free there, and returns how many.
func renamePrompts(ctx context.Context, tx *sql.Tx, from, to string) (renamed int, err error) {
	all, err := rows(ctx, tx, scanPrompt, `SELECT `+promptColumns+` FROM prompts
		WHERE principal IN ($1, $2) AND deleted = 0 ORDER BY created, id`, from, to)
	if err != nil {
		return 0, err
	}
	taken := make(map[string]bool, len(all)) // by the heir, or of those that come
	theirs := make(map[string]bool)
	for _, p := range all {
		taken[p.Name] = true
		if p.Owner == to {
			theirs[p.Name] = true
		}
	}
	for _, p := range all {
		if p.Owner == to || !theirs[p.Name] {
			continue
		}
		name := freeName(p.Name, taken)
		taken[name] = true
		if _, err := tx.Exec(`UPDATE prompts SET name = $2 WHERE id = $1`, p.ID, name); err != nil {
			return renamed, err
		}
		renamed++
	}
	return renamed, nil
}

// freeName is a name with the first number behind it that nobody has taken: 요약-2.
func freeName(name string, taken map[string]bool) string {
	for n := 2; ; n++ {
		end := fmt.Sprintf("-%d", n)
		if free := strings.ToValidUTF8(name[:min(len(name), maxPromptName-len(end))], "") + end; !taken[free] {
			return free
		}
	}
}

// aloneHere is CodeHeirOneself unless nobody may act but two.
func aloneHere(ctx context.Context, q querier, one, two string) error {
	n, _, err := row(ctx, q, integer, `SELECT count(*) FROM principals WHERE kind = 'person' AND disabled = 0 AND departed = 0
		AND id <> $1 AND id <> $2`, one, two)
	if err == nil && n > 0 {
		err = chat.NewError(chat.CodeHeirOneself, nil)
	}
	return err
}

// handOver gives what belongs to one to another and ends what only the first may use. It returns how many of each
// were handed over.
func handOver(tx *sql.Tx, from, to string, at int64) (map[string]any, error) {
	counts := map[string]any{}
	for _, step := range []struct {
		name, query string
		args        []any
	}{
		{"conversations", `UPDATE conversations SET principal = $1 WHERE principal = $2 AND temporary = 0`, []any{to, from}},
		{"folders", `UPDATE folders SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{"prompts", `UPDATE prompts SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{"shares", `UPDATE shares SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{"", `INSERT INTO blob_refs (hash, principal, object, mime, created, grade)
			SELECT hash, $1, object, mime, created, grade FROM blob_refs WHERE principal = $2
			ON CONFLICT (hash, principal, object) DO NOTHING`, []any{to, from}},
		{"files", `DELETE FROM blob_refs WHERE principal = $1`, []any{from}},
		{"settings_deleted", `DELETE FROM settings WHERE principal = $1`, []any{from}},
		{"collections", `UPDATE collections SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{"documents", `UPDATE documents SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{"", `UPDATE jobs SET principal = $1 WHERE principal = $2 AND kind = '` + JobDocument + `'`, []any{to, from}},
		{"", `UPDATE jobs SET state = 'cancelled', finished = $1 WHERE principal = $2 AND state IN ('queued', 'running')`, []any{at, from}},
		{"", `UPDATE sessions SET ended = $1 WHERE principal = $2 AND ended = 0`, []any{at, from}},
		{"", `UPDATE keys SET revoked = $1 WHERE principal = $2 AND revoked = 0`, []any{at, from}},
		{"", `UPDATE links SET revoked = $1 WHERE (principal = $2 OR person = $2) AND used = 0 AND revoked = 0`, []any{at, from}},
		{"", `DELETE FROM team_members WHERE principal = $1`, []any{from}},
	} {
		result, err := tx.Exec(step.query, step.args...)
		if err != nil {
			return nil, fmt.Errorf("%.30s…: %w", step.query, err)
		}
		if step.name != "" {
			if counts[step.name], err = result.RowsAffected(); err != nil {
				return nil, err
			}
		}
	}
	return counts, nil
}
