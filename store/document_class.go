package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
)

// Documents with the same readers and grade are of one class, which is how the index divides them. A class is named by what
// its documents have in common, so that who may read it never changes: a document whose readers change is of another class
// then. That makes the question what somebody may search one about classes, of which there are few, and not about documents.

// classReaders are those who may read a document of an owner whom others are named for, sorted.
func classReaders(owner string, readers []string) []string {
	all := append([]string{owner}, readers...)
	slices.Sort(all)
	all = slices.Compact(all)
	if slices.Contains(all, Everybody) {
		all = []string{Everybody} // whoever else is named does not matter
	}
	return all
}

// classOf names those who may read a document: a hash of its grade, owner and readers, in their order.
func classOf(grade int, owner string, readers []string) string {
	all := classReaders(owner, readers)
	sum := sha256.Sum256([]byte(fmt.Sprintf("%d\n%s", grade, strings.Join(all, "\n"))))
	return hex.EncodeToString(sum[:16])
}

// keepClass is classOf, and has the class found by its readers. Whoever gives a document a class asks it, in the same
// transaction.
func keepClass(tx *sql.Tx, grade int, owner string, readers []string) (string, error) {
	class := classOf(grade, owner, readers)
	for _, subject := range classReaders(owner, readers) {
		_, err := tx.Exec(`INSERT INTO document_classes (subject, class, grade) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, subject, class, grade)
		if err != nil {
			return "", err
		}
	}
	return class, nil
}

// DocumentClasses returns the classes of all documents that who may read, sorted: what a search for them opens. It looks at
// the classes that one is named for, by their index: how many documents are in them, and how many others there are, changes
// nothing about its time.
func (s *Store) DocumentClasses(ctx context.Context, who chat.Principal) ([]string, error) {
	all, err := rows(ctx, s.reader, text, `SELECT DISTINCT class FROM document_classes
		WHERE subject IN (SELECT $1 UNION ALL SELECT $2 UNION ALL SELECT team FROM team_members WHERE principal = $1)
			AND `+cleared("document_classes.grade", 1)+`
			AND EXISTS (SELECT 1 FROM documents WHERE documents.class = document_classes.class AND documents.deleted = 0)
		ORDER BY class`, who.ID, Everybody)
	return all, s.fault("look up what may be searched", err)
}

// moveInIndex has versions put into the index again that are in it for others than the readers of a class, their documents' now.
// where is the condition that picks them, with $1 the class and $2 an id.
func moveInIndex(tx *sql.Tx, where, class, id string) error {
	_, err := tx.Exec(`UPDATE document_versions SET indexed = '`+InIndexForOthers+`' WHERE indexed NOT IN ('', $1) AND `+where, class, id)
	return err
}

// SweepClasses forgets who could read classes that no document has any more, and returns of how many readers. A server calls
// it now and then.
func (s *Store) SweepClasses(ctx context.Context) (n int, err error) {
	err = s.write(ctx, "forget classes of documents", func(tx *sql.Tx) error {
		result, err := tx.Exec(`DELETE FROM document_classes WHERE NOT EXISTS (SELECT 1 FROM documents
			WHERE documents.class = document_classes.class AND documents.deleted = 0)`)
		if err != nil {
			return err
		}
		gone, err := result.RowsAffected()
		n = int(gone)
		return err
	})
	return n, err
}
