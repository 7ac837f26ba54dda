package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"

	"exaone/chat"
)

// guard is the lock that keeps other servers from a database, as the lock file keeps other processes from a data
// directory: an advisory lock of PostgreSQL, which goes with the connection that has it.
type guard struct {
	pool *sql.DB // one connection
	conn *sql.Conn
	stop context.CancelFunc
	done chan struct{} // closed when nobody watches any more; nil while nobody has begun to
}

// guardKey says what is locked; the other half of the key is the schema. It spells "exao".
const guardKey = 0x6578616f

// guardPatience is how long another server's lock is waited for.
const guardPatience = time.Second

// guardInterval is how often it is seen to that the lock is still there.
const guardInterval = 2 * time.Second

// takeGuard locks a database for this server, or returns CodeStoreTaken with who has it.
func takeGuard(ctx context.Context, s *Store, config *pgx.ConnConfig) (*guard, error) {
	g := &guard{pool: postgresPool(config, 1, nil)}
	var err error
	if g.conn, err = g.pool.Conn(ctx); err == nil {
		// A server that was killed is noticed by PostgreSQL a moment later.
		for range 20 {
			if err = lockDatabase(ctx, s, g.conn); codeOf(err) != chat.CodeStoreTaken || ctx.Err() != nil {
				break
			}
			time.Sleep(guardPatience / 20)
		}
	}
	if err != nil {
		g.Close()
		return nil, err
	}
	return g, nil
}

func lockDatabase(ctx context.Context, s *Store, conn *sql.Conn) error {
	const key = `$1::integer, hashtext(current_schema())`
	var ok bool
	if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock(`+key+`)`, guardKey).Scan(&ok); err != nil || ok {
		return err
	}
	holder, _, err := row(ctx, conn, text, `SELECT coalesce(a.application_name, '') FROM pg_locks AS l
		JOIN pg_stat_activity AS a ON a.pid = l.pid
		WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $1 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
		guardKey)
	if err != nil {
		return err
	}
	return chat.NewError(chat.CodeStoreTaken, nil, s.place(), cutText(holder, maxName))
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
	g.conn.Close()
	conn, err := g.pool.Conn(ctx)
	if err != nil {
		s.log.Warn("the database cannot be reached", "url", s.place(), "err", err)
		return
	}
	g.conn = conn
	err = lockDatabase(ctx, s, conn)
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
