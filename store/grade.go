package store

import (
	"context"
	"database/sql"
	"fmt"

	"exaone/chat"
)

// How confidential something is, is its grade: 0 is for everybody, and the higher the number the fewer may read it. A
// principal is cleared up to a grade, and no getter returns what is above that: it is not there, whoever it belongs to.
// What is derived has the grade of what it comes from:
//
//	folder ─▶ conversation ─▶ message ─▶ events, ratings, files
//	                      ├─▶ summaries, shares, documents that are part of it
//	                      └─▶ a branch, or a reader's copy, which never goes below it
//
// All that belongs to a conversation has its grade at all times, so that one comparison is enough to show or hide it.

// MaxGrade is the highest grade there is. The program itself, chat.Local and the first administrator are cleared for it.
const MaxGrade = 9

// cleared is the condition that a principal, whose id is the query's parameter of a number, may read what has a grade.
func cleared(grade string, parameter int) string {
	return fmt.Sprintf(`%s <= (SELECT reader.grade FROM principals AS reader WHERE reader.id = $%d)`, grade, parameter)
}

func checkGrade(grade int) error {
	if grade < 0 || grade > MaxGrade {
		return chat.NewError(chat.CodeBadField, nil, "grade", grade, fmt.Sprintf("0 … %d", MaxGrade))
	}
	return nil
}

// clearance returns the highest grade that who may read.
func clearance(ctx context.Context, q querier, who chat.Principal) (int, error) {
	n, _, err := row(ctx, q, integer, `SELECT grade FROM principals WHERE id = $1`, who.ID)
	return int(n), err
}

// Clearance returns the highest grade that who may read; nobody's is the lowest.
func (s *Store) Clearance(ctx context.Context, who chat.Principal) (int, error) {
	most, err := clearance(ctx, s.reader, who)
	return most, s.fault("look up a clearance", err)
}

// requireGrade is an error unless a grade is one, and who may read what has it: nobody puts anything out of their own
// sight.
func requireGrade(ctx context.Context, q querier, who chat.Principal, grade int) error {
	if err := checkGrade(grade); err != nil || grade == 0 {
		return err
	}
	most, err := clearance(ctx, q, who)
	if err == nil && grade > most {
		err = chat.NewError(chat.CodeGradeAbove, nil, grade, most)
	}
	return err
}

// regrade changes the grade of a conversation that who may read, and of all that belongs to it. It is recorded.
// CodeGradeAbove and CodeGradeBelow for a grade that it cannot have.
func regrade(ctx context.Context, tx *sql.Tx, who chat.Principal, c *Conversation, grade int) error {
	if grade == c.Grade {
		return nil
	}
	if err := requireGrade(ctx, tx, who, grade); err != nil {
		return err
	}
	folder, _, err := row(ctx, tx, integer, `SELECT grade FROM folders WHERE id = $1`, c.Folder)
	if err != nil {
		return err
	}
	if lowest := max(c.Lowest, int(folder)); grade < lowest {
		return chat.NewError(chat.CodeGradeBelow, nil, lowest)
	}
	if err := setGrade(tx, c.ID, grade); err != nil {
		return err
	}
	if err := gradeDocuments(ctx, tx, c.ID); err != nil {
		return err
	}
	before := c.Grade
	c.Grade = grade
	return appendAudit(tx, who, "conversation.grade", c.ID, map[string]any{"grade": grade, "grade_before": before})
}

// setGrade gives a conversation and all that belongs to it a grade.
func setGrade(tx *sql.Tx, conversation string, grade int) error {
	const within = ` IN (SELECT id FROM messages WHERE conversation = $1)`
	for _, query := range []string{
		`UPDATE conversations SET grade = $2 WHERE id = $1`,
		`UPDATE messages SET grade = $2 WHERE conversation = $1`,
		`UPDATE events SET grade = $2 WHERE message` + within,
		`UPDATE ratings SET grade = $2 WHERE message` + within,
		`UPDATE summaries SET grade = $2 WHERE conversation = $1`,
		`UPDATE shares SET grade = $2 WHERE conversation = $1`,
		`UPDATE blob_refs SET grade = $2 WHERE object IN (SELECT 'message:' || id FROM messages WHERE conversation = $1)`,
	} {
		if _, err := tx.Exec(query, conversation, grade); err != nil {
			return fmt.Errorf("%.30s…: %w", query, err)
		}
	}
	return nil
}

// importGrade returns the grade of a conversation that comes from elsewhere: its folder's at least. It is an error if who
// may not bring it.
func importGrade(ctx context.Context, q querier, who chat.Principal, from *ImportedConversation) (int, error) {
	folder, err := folderGrade(ctx, q, who, from.Folder)
	if err != nil {
		return 0, err
	}
	grade := max(from.Grade, from.Lowest, folder)
	return grade, requireGrade(ctx, q, who, grade)
}

// MayImport is the error with which Import would refuse conversations of who, for what they are as CheckImport says or
// for how confidential they are, without keeping anything.
func (s *Store) MayImport(ctx context.Context, who chat.Principal, all []ImportedConversation) error {
	if err := CheckImport(all); err != nil {
		return err
	}
	for i := range all {
		if _, err := importGrade(ctx, s.reader, who, &all[i]); err != nil {
			return s.fault("look whether an import may be", err)
		}
	}
	return nil
}

// gradeImport gives a conversation that comes from elsewhere its grade.
func gradeImport(ctx context.Context, tx *sql.Tx, who chat.Principal, one *importOne) error {
	grade, err := importGrade(ctx, tx, who, one.from)
	if err != nil {
		return err
	}
	// The files stay where those are that they were taken from.
	_, err = tx.Exec(`DELETE FROM blob_refs WHERE principal = $1 AND grade > $2
		AND object IN (SELECT 'message:' || id FROM messages WHERE conversation = $3)`, who.ID, grade, one.ID)
	if err != nil || grade == 0 {
		return err
	}
	if _, err := tx.Exec(`UPDATE conversations SET lowest = $2 WHERE id = $1`, one.ID, one.from.Lowest); err != nil {
		return err
	}
	return setGrade(tx, one.ID, grade)
}

// raise gives a conversation that is in a folder, or comes into it, the folder's grade unless its own is higher.
func raise(ctx context.Context, tx *sql.Tx, who chat.Principal, c *Conversation, folder string) error {
	grade, _, err := row(ctx, tx, integer, `SELECT grade FROM folders WHERE id = $1`, folder)
	if err != nil || int(grade) <= c.Grade {
		return err
	}
	return regrade(ctx, tx, who, c, int(grade))
}

// raiseFolder does so with all conversations of a folder.
func raiseFolder(ctx context.Context, tx *sql.Tx, who chat.Principal, folder string) error {
	all, err := rows(ctx, tx, scanConversation, `SELECT `+conversationColumns+` FROM conversations
		JOIN folders ON folders.id = conversations.folder
		WHERE folders.id = $1 AND conversations.grade < folders.grade AND conversations.deleted = 0`, folder)
	for i := range all {
		if err == nil {
			err = raise(ctx, tx, who, &all[i], folder)
		}
	}
	return err
}

// regradeFolder changes the grade of a folder that who may read, and raises the conversations in it. It is recorded.
func regradeFolder(ctx context.Context, tx *sql.Tx, who chat.Principal, f *Folder, grade int) error {
	if err := requireGrade(ctx, tx, who, grade); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE folders SET grade = $2 WHERE id = $1`, f.ID, grade); err != nil {
		return err
	}
	before := f.Grade
	f.Grade = grade
	if err := raiseFolder(ctx, tx, who, f.ID); err != nil {
		return err
	}
	return appendAudit(tx, who, "folder.grade", f.ID, map[string]any{"grade": grade, "grade_before": before})
}
