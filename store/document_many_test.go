package store

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"exaone/chat"
)

// manyDocuments are documents that have been read, all of ada's: every twentieth for everybody to read, the others for bob and one
// team of nineteen. They are of twenty classes.
func manyDocuments(b *testing.B, s *Store) (ada, bob chat.Principal) {
	const documents, classes = 100_000, 20
	ada, bob = signUp(b, s, "ada", RoleMember).as(), signUp(b, s, "bob", RoleMember).as()
	must(b, s.write(b.Context(), "test", func(tx *sql.Tx) error {
		for i := range documents {
			readers := []string{Everybody}
			if i%classes > 0 {
				readers = []string{bob.ID, fmt.Sprint("team", i%classes)}
			}
			class, err := keepClass(tx, 0, ada.ID, readers)
			if err != nil {
				return err
			}
			id := fmt.Sprint("document", i)
			_, err = tx.Exec(`INSERT INTO documents (id, principal, name, grade, class, created, updated) VALUES ($1, $2, 'x', 0, $3, $4, $4)`,
				id, ada.ID, class, i)
			if err != nil {
				return err
			}
			_, err = tx.Exec(`INSERT INTO document_versions (id, document, number, principal, hash, name, mime, size, job, state, indexed, embedded, manifest, created, updated)
				VALUES ($1, $1, 1, $2, $1, 'x', 'x', 1, 'j', 'read', $3, 'm', '{"whole":true,"bytes":1000,"out":{"pages":3,"tables":1,"cells":1,"images":1,"characters":100}}', 1, 1)`,
				id, ada.ID, class)
			if err != nil {
				return err
			}
			for _, reader := range readers {
				if _, err := tx.Exec(`INSERT INTO document_readers (document, subject, principal, created) VALUES ($1, $2, $3, 0)`, id, reader, ada.ID); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return ada, bob
}

// BenchmarkManyDocuments asks the store that has 100,000 documents what a search needs, and what is looked for all the time.
func BenchmarkManyDocuments(b *testing.B) {
	for _, at := range []struct {
		name  string
		place func(testing.TB) place
	}{{"sqlite", sqlitePlace}, {"postgres", postgresPlace}} {
		b.Run(at.name, func(b *testing.B) { benchmarkManyDocuments(b, at.place(b).open(b)) })
	}
}

func benchmarkManyDocuments(b *testing.B, s *Store) {
	ada, bob := manyDocuments(b, s)
	if s.postgres() { // as it does by itself, a minute after so many new rows
		must(b, second(s.writer.ExecContext(b.Context(), "ANALYZE")))
	}
	for _, ask := range []struct {
		name string
		want int
		ask  func(ctx context.Context) (int, error)
	}{
		{"classes of one's own", 20, func(ctx context.Context) (int, error) { return counted(s.DocumentClasses(ctx, ada)) }},
		{"classes of others", 20, func(ctx context.Context) (int, error) { return counted(s.DocumentClasses(ctx, bob)) }},
		{"gone", 0, func(ctx context.Context) (int, error) { return counted(s.GoneVersions(ctx, System, 100)) }},
		{"superseded", 0, func(ctx context.Context) (int, error) { return counted(s.SupersededVersions(ctx, System, 100)) }},
		{"moved", 0, func(ctx context.Context) (int, error) { return counted(s.MovedVersions(ctx, System, 100)) }},
		{"without vectors", 0, func(ctx context.Context) (int, error) { return counted(s.UnembeddedVersions(ctx, System, "m", 100)) }},
	} {
		b.Run(ask.name, func(b *testing.B) {
			for b.Loop() {
				if n, err := ask.ask(b.Context()); err != nil || n != ask.want {
					b.Fatalf("%d, %v; want %d", n, err, ask.want)
				}
			}
		})
	}
}

func counted[T any](all []T, err error) (int, error) { return len(all), err }
