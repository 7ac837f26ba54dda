package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"exaone/chat"
)

// How many connections there are to PostgreSQL. Those that write share the disk's synchronisations; more than a few
// only come in one another's way.
const (
	postgresWriters = 6
	postgresReaders = 8
)

// postgresDialect is PostgreSQL 13 or later. Transactions that write are serializable: they are as if they ran one after
// another, which is what the rest of the package is written for.
var postgresDialect = dialect{
	name:  "postgres",
	steps: "migrations/postgres",

	writing:  &sql.TxOptions{Isolation: sql.LevelSerializable},
	snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},

	tables: `SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()`,
	columns: `SELECT a.attname::text,
			CASE format_type(a.atttypid, NULL) WHEN 'bigint' THEN 'integer' WHEN 'bytea' THEN 'bytes' ELSE format_type(a.atttypid, NULL) END,
			coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1
		FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
		LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
		WHERE n.nspname = current_schema() AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
	refers: `SELECT f.relname::text, t.relname::text FROM pg_constraint AS r JOIN pg_class AS f ON f.oid = r.conrelid
		JOIN pg_class AS t ON t.oid = r.confrelid JOIN pg_namespace AS n ON n.oid = f.relnamespace
		WHERE r.contype = 'f' AND n.nspname = current_schema()`,
	history: `CREATE TABLE IF NOT EXISTS migrations (
		version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied BIGINT NOT NULL)`,

	open:   openPostgres,
	backUp: backUpPostgres,
	verify: verifyPostgres,

	code:         postgresCode,
	again:        postgresAgain,
	mayHaveStood: postgresMayHaveStood,
}

// openPostgres takes the database for this server, migrates it and opens the pools.
func openPostgres(s *Store, ctx context.Context, steps []migration) error {
	config, err := parseURL(s.url)
	if err != nil {
		return err
	}
	if s.guard, err = takeGuard(ctx, s, config); err != nil {
		return err
	}
	if err := s.migrate(ctx, s.guard.conn, steps); err != nil {
		return err
	}
	s.writer = postgresPool(config, postgresWriters, nil, stdlib.OptionAfterConnect(s.guard.admit))
	s.reader = postgresPool(config, postgresReaders, map[string]string{"default_transaction_read_only": "on"})
	s.turns = newTurns(postgresWriters)
	s.guard.watch(s)
	return nil
}

// parseURL reads a database's address. Nothing of it is shown but host and database.
func parseURL(address string) (*pgx.ConnConfig, error) {
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return nil, chat.NewError(chat.CodeStoreAddress, nil, shownURL(address))
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, chat.NewError(chat.CodeStoreAddress, errors.New("not understood"), shownURL(address)) // err may hold the password
	}
	host, _ := os.Hostname()
	config.RuntimeParams["application_name"] = fmt.Sprintf("%.60s", fmt.Sprint(guardName, os.Getpid(), " on ", host))
	// What has been acknowledged is on the disk, whatever the server's default.
	config.RuntimeParams["synchronous_commit"] = "on"
	config.RuntimeParams["timezone"] = "UTC"
	return config, nil
}

// shownURL is an address without name and password, for messages.
func shownURL(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || u.Opaque != "" {
		return "…"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if host := u.Query().Get("host"); shown.Host == "" && host != "" {
		return u.Scheme + "://" + host + u.Path // a folder with a socket
	}
	return shown.String()
}

// postgresPool is a pool of at most n connections, with some settings of their own.
func postgresPool(config *pgx.ConnConfig, n int, settings map[string]string, options ...stdlib.OptionOpenDB) *sql.DB {
	config = config.Copy()
	for name, value := range settings {
		config.RuntimeParams[name] = value
	}
	db := stdlib.OpenDB(*config, options...)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db
}

// postgresCode is the code for an error of PostgreSQL or of the way to it.
func postgresCode(s *Store, err error) (chat.Code, bool) {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return chat.CodeStoreUnreachable, isLost(err)
	}
	switch e.Code {
	case "53100":
		return chat.CodeStoreFull, true
	case "22021", "22P05": // bytes that are no character, or NUL
		return chat.CodeTextBytes, true
	case "25006", "42501", "3F000": // read only, not allowed, no schema to create in
		return chat.CodeStoreUnwritable, true
	case "40001", "40P01", "55P03", "53300":
		return chat.CodeStoreBusy, true
	}
	switch e.Code[:2] {
	case "08", "28", "3D", "57":
		return chat.CodeStoreUnreachable, true
	case "XX":
		return chat.CodeStoreDamaged, true
	case "53", "58":
		return chat.CodeStoreFault, true
	}
	return "", true
}

// isLost reports whether an error says that there is no way to the server.
func isLost(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	_, ok := errors.AsType[*net.OpError](err)
	return ok || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err)
}

// postgresAgain reports whether a transaction failed because another one came in its way. A key that is there already
// may be that of one which was not to be seen yet; when nobody else writes it is there for good.
func postgresAgain(err error, alone bool) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505" && !alone)
}

// postgresMayHaveStood reports whether a transaction that ended with err may have been committed: where the way to
// the server was lost, and its answer with it.
func postgresMayHaveStood(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(e.Code, "57") || strings.HasPrefix(e.Code, "08")
	}
	e, ok := errors.AsType[*chat.Error](err)
	return !ok || e.Code == chat.CodeStoreUnreachable
}

// verifyPostgres has PostgreSQL read every row and everything in it, which is when it notices damage: it has no
// command that looks for it. References and indexes it keeps itself.
func verifyPostgres(s *Store, ctx context.Context) error {
	names, err := rows(ctx, s.reader, text, s.dialect.tables)
	if err != nil {
		return err
	}
	for _, name := range names {
		_, _, err := row(ctx, s.reader, integer,
			`SELECT coalesce(sum(length(t::text)), 0)::bigint FROM `+quoteName(name)+` AS t`)
		if err != nil {
			return err
		}
	}
	return nil
}

// quoteName is a table's or column's name as both databases read it.
func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
