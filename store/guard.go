package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"exaone/chat"
)

// guard is the lock that keeps other servers from a database, as the lock file keeps other processes from a data
// directory: an advisory lock of PostgreSQL, which goes with the connection that has it. Whoever takes it ends the
// other connections of whoever had it, and no connection writes that was made when the lock was not there: what a
// server that was cut off or killed has begun cannot come late.
type guard struct {
	pool *sql.DB // one connection
	conn *sql.Conn
	pid  atomic.Int64 // of the server's process that has the lock; 0 while nobody is sure
	stop context.CancelFunc
	done chan struct{} // closed when nobody watches any more; nil while nobody has begun to
}

// guardKey is what is locked. It spells "exao".
const guardKey = 0x6578616f

// guardPatience is how long another server's lock is waited for.
const guardPatience = time.Second

// guardTries is how often the lock is tried for in that time.
const guardTries = 20

// guardInterval is how often it is seen to that the lock is still there.
const guardInterval = time.Second

// guardName is what connections say they are, with the process and the machine behind it.
const guardName = "exaone, process "

// takeGuard locks a database for this server, or returns CodeStoreTaken with who has it.
func takeGuard(ctx context.Context, s *Store, config *pgx.ConnConfig) (*guard, error) {
	g := &guard{pool: postgresPool(config, 1, nil)}
	var err error
	// A server that was killed is noticed by PostgreSQL a moment later.
	for range guardTries {
		if err = g.connect(ctx); err == nil {
			err = g.lock(ctx, s)
		}
		if err == nil {
			return g, nil
		}
		if ctx.Err() != nil || codeOf(err) != chat.CodeStoreTaken && !g.lost(ctx, err) {
			break
		}
		time.Sleep(guardPatience / guardTries)
	}
	g.Close()
	return nil, err
}

// connect sees to it that there is a connection to take the lock on.
func (g *guard) connect(ctx context.Context) (err error) {
	if g.conn == nil {
		g.conn, err = g.pool.Conn(ctx)
	}
	return err
}

// lost tells whether the connection broke, and lets go of it. A server that was killed when it had just taken the lock
// may have asked PostgreSQL to end all others; that is still done, and met the connection that waited for the lock.
func (g *guard) lost(ctx context.Context, err error) bool {
	if g.conn == nil {
		e, ok := errors.AsType[*pgconn.PgError](err)
		return ok && e.Code == "57P01" // admin_shutdown, while it was being made
	}
	if g.conn.PingContext(ctx) == nil {
		return false
	}
	g.conn.Close()
	g.conn = nil
	return true
}

// lock takes the lock on the guard's connection.
func (g *guard) lock(ctx context.Context, s *Store) error {
	var ok bool
	var pid int64
	err := g.conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1), pg_backend_pid()`, guardKey).Scan(&ok, &pid)
	if err != nil {
		return err
	}
	if ok {
		if err := g.endOthers(ctx); err != nil {
			return err
		}
		g.pid.Store(pid)
		return nil
	}
	holder, _, err := row(ctx, g.conn, text, `SELECT a.application_name FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
		WHERE `+guardLock+` AND l.objid::bigint = $1`, guardKey)
	if err != nil {
		return err
	}
	return chat.NewError(chat.CodeStoreTaken, nil, s.place(), cutText(holder, maxName))
}

// guardLock picks the locks that are like ours in this database.
const guardLock = `l.locktype = 'advisory' AND l.granted AND l.classid = 0
	AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`

// endOthers ends the connections of whoever had the lock before, and waits until they are gone: what they had begun
// is committed or never will be.
func (g *guard) endOthers(ctx context.Context) error {
	const others = `FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user
		AND pid <> pg_backend_pid() AND application_name LIKE '` + guardName + `%'`
	for range 250 {
		n, _, err := row(ctx, g.conn, integer, `SELECT count(pg_terminate_backend(pid)) `+others)
		if err != nil || n == 0 {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return errors.New("connections of another server do not end")
}

// admit is an error for a connection that writes, unless the lock is there. It is asked when the connection is made:
// whoever takes the lock ends those that there are.
func (g *guard) admit(ctx context.Context, conn *pgx.Conn) error {
	var n int64
	err := conn.QueryRow(ctx, `SELECT count(*) FROM pg_locks AS l WHERE `+guardLock+` AND l.objid::bigint = $1 AND l.pid = $2`,
		int64(guardKey), g.pid.Load()).Scan(&n)
	if err == nil && n == 0 {
		err = fmt.Errorf("the lock of the database is not there: %w", driver.ErrBadConn)
	}
	return err
}

// watch sees to it in the background that the lock is still there, and takes it again after the server was away. If
// another server was quicker, nothing more is written.
func (g *guard) watch(s *Store) {
	ctx, stop := context.WithCancel(context.Background())
	g.stop, g.done = stop, make(chan struct{})
	go func() {
		defer close(g.done)
		tick := time.NewTicker(guardInterval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if g.conn.PingContext(ctx) != nil && ctx.Err() == nil {
				g.again(ctx, s)
			}
		}
	}()
}

// again takes the lock on a new connection. The old one is gone, and the lock with it.
func (g *guard) again(ctx context.Context, s *Store) {
	g.pid.Store(0)
	g.conn.Close()
	conn, err := g.pool.Conn(ctx)
	if err != nil {
		s.log.Warn("the database cannot be reached", "url", s.place(), "err", err)
		return
	}
	g.conn = conn
	err = g.lock(ctx, s)
	if codeOf(err) == chat.CodeStoreTaken {
		s.taken.Store(true)
		s.log.Error("another server has taken the database", "err", err)
		g.stop()
		return
	}
	if err != nil {
		s.log.Warn("the database cannot be locked", "url", s.place(), "err", err)
		conn.Close()
		return
	}
	s.log.Info("the database is back", "url", s.place())
}

// Close gives the lock back.
func (g *guard) Close() error {
	if g.done != nil {
		g.stop()
		<-g.done
	}
	if g.conn != nil {
		// It would go with the connection, but only when the server notices. Either may be gone already.
		ctx, cancel := context.WithTimeout(context.Background(), guardPatience)
		defer cancel()
		g.conn.ExecContext(ctx, `SELECT pg_advisory_unlock_all()`)
		g.conn.Close()
	}
	return g.pool.Close()
}
