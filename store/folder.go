package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"exaone/chat"
)

// Folder holds conversations of one principal, and what the model is told in all of them.
type Folder struct {
	ID           string
	Name         string
	Instructions string
	Position     int // folders are listed by it
	Grade        int // of the instructions; the conversations in it have it at least
	Created      time.Time
	Updated      time.Time
}

// FolderSpec is what a new folder should be. It is put behind the others.
type FolderSpec struct {
	Name         string
	Instructions string
	Grade        int // 0 to MaxGrade
}

// FolderChange is what should be otherwise; nil stays as it is.
type FolderChange struct {
	Name         *string
	Instructions *string
	Position     *int
	Grade        *int
}

// maxInstructions bounds instructions and prompts, in bytes: more than any window takes.
const maxInstructions = 64 << 10

const folderColumns = `folders.id, folders.name, folders.instructions, folders.position, folders.grade, folders.created, folders.updated`

func scanFolder(r scanner) (f Folder, err error) {
	var created, updated int64
	err = r.Scan(&f.ID, &f.Name, &f.Instructions, &f.Position, &f.Grade, &created, &updated)
	f.Created, f.Updated = moment(created), moment(updated)
	return f, err
}

func checkFolder(f Folder) error {
	if err := checkName("name", f.Name); err != nil {
		return err
	}
	return checkText("instructions", f.Instructions, maxInstructions)
}

// checkText is an error for a text that is too long or cannot be kept as it is. An empty one is well.
func checkText(field, value string, most int) error {
	if len(value) > most {
		return chat.NewError(chat.CodeBadField, nil, field, fmt.Sprintf("%d bytes", len(value)), fmt.Sprintf("≤ %d", most))
	}
	if value != validText(value) {
		return chat.NewError(chat.CodeBadField, nil, field, fmt.Sprintf("%.40q", value), "UTF-8")
	}
	return nil
}

// CreateFolder makes a folder of who. CodeBadField says what is wrong with the spec.
func (s *Store) CreateFolder(ctx context.Context, who chat.Principal, spec FolderSpec) (f Folder, err error) {
	at := now()
	f = Folder{ID: newID("folder"), Name: spec.Name, Instructions: spec.Instructions, Grade: spec.Grade, Created: at, Updated: at}
	if err := checkFolder(f); err != nil {
		return Folder{}, err
	}
	err = s.write(ctx, "create a folder", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		if err := requireGrade(ctx, tx, who, f.Grade); err != nil {
			return err
		}
		last, _, err := row(ctx, tx, integer, `SELECT coalesce(max(position), 0) FROM folders WHERE principal = $1 AND deleted = 0`, who.ID)
		if err != nil {
			return err
		}
		f.Position = int(last) + 1
		_, err = tx.Exec(`INSERT INTO folders (id, principal, name, instructions, position, grade, created, updated)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			f.ID, who.ID, f.Name, f.Instructions, f.Position, f.Grade, milliseconds(f.Created), milliseconds(f.Updated))
		return err
	})
	if err != nil {
		return Folder{}, err
	}
	return f, nil
}

// Folders returns the folders of who in their order.
func (s *Store) Folders(ctx context.Context, who chat.Principal) ([]Folder, error) {
	all, err := rows(ctx, s.reader, scanFolder,
		`SELECT `+folderColumns+` FROM folders WHERE principal = $1 AND deleted = 0 AND `+cleared("folders.grade", 1)+`
			ORDER BY position, created, id`, who.ID)
	return all, s.fault("list the folders", err)
}

// Folder returns a folder of who, or CodeNoFolder.
func (s *Store) Folder(ctx context.Context, who chat.Principal, id string) (Folder, error) {
	f, err := ownFolder(ctx, s.reader, who, id)
	return f, s.fault("read a folder", err)
}

func ownFolder(ctx context.Context, q querier, who chat.Principal, id string) (Folder, error) {
	f, ok, err := row(ctx, q, scanFolder,
		`SELECT `+folderColumns+` FROM folders WHERE id = $1 AND principal = $2 AND deleted = 0
			AND `+cleared("folders.grade", 2), id, who.ID)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoFolder, nil, id)
	}
	return f, err
}

// UpdateFolder changes a folder of who and returns what it is then. The conversations in it have its grade at least.
// CodeNoFolder, CodeBadField, CodeGradeAbove.
func (s *Store) UpdateFolder(ctx context.Context, who chat.Principal, id string, change FolderChange) (f Folder, err error) {
	err = s.write(ctx, "change a folder", func(tx *sql.Tx) error {
		if f, err = ownFolder(ctx, tx, who, id); err != nil {
			return err
		}
		set(&f.Name, change.Name)
		set(&f.Instructions, change.Instructions)
		set(&f.Position, change.Position)
		if err := checkFolder(f); err != nil {
			return err
		}
		f.Updated = now()
		_, err := tx.Exec(`UPDATE folders SET name = $2, instructions = $3, position = $4, updated = $5 WHERE id = $1`,
			f.ID, f.Name, f.Instructions, f.Position, milliseconds(f.Updated))
		if err != nil || change.Grade == nil || *change.Grade == f.Grade {
			return err
		}
		return regradeFolder(ctx, tx, who, &f, *change.Grade)
	})
	if err != nil {
		return Folder{}, err
	}
	return f, nil
}

// DeleteFolder deletes a folder of who. The conversations in it are in none then.
func (s *Store) DeleteFolder(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "delete a folder", func(tx *sql.Tx) error {
		if _, err := ownFolder(ctx, tx, who, id); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE conversations SET folder = '' WHERE folder = $1`, id); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE folders SET deleted = $2, name = '', instructions = '' WHERE id = $1`, id, milliseconds(now()))
		if err != nil {
			return err
		}
		return appendAudit(tx, who, "folder.delete", id, nil)
	})
}
