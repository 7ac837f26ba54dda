package store

import (
	"context"
	"database/sql"
	"strings"

	"exaone/chat"
)

// dialect is what one kind of database is told otherwise than the other. All that is not here is the same for both:
// SQL with $1 for parameters, times and sizes as whole numbers, hashes as bytes.
type dialect struct {
	name  string
	steps string // the folder of its migrations

	writing  *sql.TxOptions // of a transaction that writes
	snapshot *sql.TxOptions // of one that reads everything as it is at one moment

	tables  string // query: the name of every table, ours or not, that a migration made
	columns string // query: name, kind (integer, text or bytes) and order in the key (0: none) of the columns of table $1
	refers  string // query: of all references, the table that refers and the one referred to
	history string // makes the table of the migrations that have run
	broken  string // query: a table with a reference that leads nowhere; "" where there cannot be one

	// What comes before and after migrations, during which references may lead nowhere; "" for nothing.
	loosen, tighten string

	open   func(s *Store, ctx context.Context, steps []migration) error
	backUp func(s *Store, ctx context.Context, conn *sql.Conn, version int) error
	verify func(s *Store, ctx context.Context) error // reads all of the database

	code         func(s *Store, err error) (chat.Code, bool) // of an error of the database; "" is a mistake of ours
	again        func(err error, alone bool) bool            // whether a transaction failed because of another one
	mayHaveStood func(err error) bool                        // whether what failed may be there nevertheless
}

// validText is s without what PostgreSQL does not keep in a text: bytes that are no character, and NUL. Whatever
// comes from outside and is not checked goes through it, so that both databases keep the same.
func validText(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// postgres reports whether the rows are in PostgreSQL, for the few queries that have no words in common.
func (s *Store) postgres() bool { return s.dialect.name == "postgres" }
