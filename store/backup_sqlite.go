package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"exaone/chat"
	"exaone/disk"
)

// backUpSQLite copies the store as it is to DIR/backups, whole and checked, or returns why not.
func backUpSQLite(s *Store, ctx context.Context, conn *sql.Conn, version int) (err error) {
	dir := filepath.Join(s.dir, "backups")
	if err := disk.MakeDir(dir); err != nil {
		return err
	}
	name := fmt.Sprintf("store-v%04d-%s.db", version, time.Now().UTC().Format("20060102T150405.000Z"))
	path := filepath.Join(dir, name)
	part := path + ".part"
	defer os.Remove(part) // not there any more if all went well
	// SQLite does not synchronise such a copy, so that is done here.
	if err := createPrivate(part); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `VACUUM INTO $1`, part); err != nil {
		return err
	}
	if err := checkCopy(ctx, part); err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	s.log.Info("the store was copied before it is migrated", "path", path, "version", version)
	return disk.SyncDir(dir)
}

// checkCopy reads a copy through.
func checkCopy(ctx context.Context, path string) error {
	db, err := openPool(sourceName(path, map[string][]string{"mode": {"ro"}}), 1)
	if err != nil {
		return err
	}
	defer db.Close()
	verdict, _, err := row(ctx, db, text, `PRAGMA quick_check(1)`)
	if err != nil {
		return err
	}
	if verdict != "ok" {
		return chat.NewError(chat.CodeStoreDamaged, errors.New(verdict), path)
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
