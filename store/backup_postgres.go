package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// backUpPostgres copies all tables as they are to a schema of the same database, backup_v0001_20261130t120000_000, whole
// or not at all.
func backUpPostgres(s *Store, ctx context.Context, conn *sql.Conn, version int) error {
	at := strings.ToLower(strings.ReplaceAll(time.Now().UTC().Format("20060102T150405.000"), ".", "_"))
	schema := fmt.Sprintf("backup_v%04d_%s", version, at)
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	names, err := rows(ctx, tx, text, s.dialect.tables)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `CREATE SCHEMA `+schema); err != nil {
		return err
	}
	for _, name := range names {
		_, err := tx.ExecContext(ctx, `CREATE TABLE `+schema+`.`+quoteName(name)+` AS TABLE `+quoteName(name))
		if err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	s.log.Info("the store was copied before it is migrated", "schema", schema, "version", version)
	return nil
}
