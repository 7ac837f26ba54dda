package store

import (
	"context"
	"database/sql"
	"fmt"

	"exaone/chat"
)

// adopt gives the first administrator what was kept on this machine before there was anybody: whoever tried the program
// out and then signed in has what they said. Keys stay what they are: programs that have one go on.
func adopt(ctx context.Context, tx *sql.Tx, to string) error {
	from := chat.Local.ID
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE conversations SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE folders SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE prompts SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE shares SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE ratings SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE settings SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE collections SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE documents SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE jobs SET principal = $1 WHERE principal = $2 AND kind = '` + JobDocument + `'`, []any{to, from}},
		{`UPDATE blob_refs SET principal = $1 WHERE principal = $2`, []any{to, from}},
		{`UPDATE principals SET grade = (SELECT was.grade FROM principals AS was WHERE was.id = $2) WHERE id = $1`, []any{to, from}},
	} {
		if _, err := tx.Exec(step.query, step.args...); err != nil {
			return fmt.Errorf("%.30s…: %w", step.query, err)
		}
	}
	return reclassDocuments(ctx, tx, to)
}
