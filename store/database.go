package store

import (
	"context"
	"database/sql"

	"exaone/chat"
)

// openDatabase opens the database, creating what is missing, and migrates it.
func (s *Store) openDatabase(ctx context.Context, steps []migration) error {
	return s.fault("open the store", s.dialect.open(s, ctx, steps))
}

// writeTries is how often a transaction is tried that fails because of another one: the second time and later it
// runs alone, so only a program that is not ours can come in its way.
const writeTries = 5

// write runs fn in a transaction and returns when it is on the disk. Transactions are as if they ran one after
// another; where several run at once and come in each other's way, fn runs again, from the beginning. While others
// write it waits until ctx ends; once begun it is carried through, so that the store never depends on when a reader
// left.
func (s *Store) write(ctx context.Context, op string, fn func(*sql.Tx) error) error {
	for try := 1; ; try++ {
		alone := try > 1
		err := s.tryWrite(ctx, alone, fn)
		if err == nil || try == writeTries || !s.dialect.again(err, alone) {
			return s.fault(op, err)
		}
	}
}

func (s *Store) tryWrite(ctx context.Context, alone bool, fn func(*sql.Tx) error) error {
	if s.taken.Load() {
		return chat.NewError(chat.CodeStoreChanged, nil, s.place())
	}
	leave, err := s.turns.take(ctx, alone)
	if err != nil {
		return err
	}
	defer leave()
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), s.dialect.writing)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// turns are the places of those who write. Most take one; who must be alone takes all.
type turns struct {
	places chan struct{} // nil: there is no need, as there is one connection
	alone  chan struct{} // held by the one who collects all
}

func newTurns(n int) turns {
	return turns{places: make(chan struct{}, n), alone: make(chan struct{}, 1)}
}

// take waits for a place, or for all of them, and returns what gives them back.
func (t turns) take(ctx context.Context, alone bool) (leave func(), err error) {
	if t.places == nil {
		return func() {}, nil
	}
	n := 1
	if alone {
		select {
		case t.alone <- struct{}{}:
			defer func() { <-t.alone }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		n = cap(t.places)
	}
	leave = func() {
		for range n {
			<-t.places
		}
	}
	for i := range n {
		select {
		case t.places <- struct{}{}:
		case <-ctx.Done():
			n = i
			leave()
			return nil, ctx.Err()
		}
	}
	return leave, nil
}

// querier is what rows are read from: the readers, or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// rows reads all rows of a query, each by scan.
func rows[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	found, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var all []T
	for found.Next() {
		one, err := scan(found)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, found.Err()
}

// each reads the rows of a query one after another, until visit says that it has seen enough. Nothing else is read from q
// meanwhile.
func each[T any](ctx context.Context, q querier, scan func(scanner) (T, error), visit func(T) (more bool), query string, args ...any) error {
	found, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		one, err := scan(found)
		if err != nil {
			return err
		}
		if !visit(one) {
			return nil
		}
	}
	return found.Err()
}

// row reads the one row of a query, or reports that there is none.
func row[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) (T, bool, error) {
	all, err := rows(ctx, q, scan, query, args...)
	if err != nil || len(all) == 0 {
		var none T
		return none, false, err
	}
	return all[0], true, nil
}

// scanner is a row that can be read.
type scanner interface{ Scan(dest ...any) error }

// integer scans a row of one number.
func integer(r scanner) (n int64, err error) {
	err = r.Scan(&n)
	return n, err
}

// text scans a row of one text.
func text(r scanner) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}
