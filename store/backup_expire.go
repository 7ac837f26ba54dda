package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/people"
)

// The copies that are made before a migration have what was there then, also what was deleted since. So they do not stay for
// ever: after BackupDays they go. What somebody has taken with `exaone backup` is theirs to keep or to delete.

// BackupDays is the name of the setting, of [System], after how many days a copy goes; 0 keeps them.
const BackupDays = "backup_days"

// usualBackupDays is how long they stay while nobody has set it, and mostBackupDays what may be set.
const (
	usualBackupDays = 30
	mostBackupDays  = 3650
)

// Copy is a copy of the store that was made before a migration.
type Copy struct {
	Name    string
	Made    time.Time
	Size    int64     // bytes; 0 in PostgreSQL, which has it
	Expires time.Time // zero: never
}

// backupDays is after how many days copies go.
func (s *Store) backupDays(ctx context.Context) (int, error) {
	days := usualBackupDays
	_, err := s.Setting(ctx, System, BackupDays, &days)
	return days, err
}

// Copies returns the copies that there are, the oldest first, and after how many days they go. CodeMayNot unless who may take
// backups.
func (s *Store) Copies(ctx context.Context, who chat.Principal) ([]Copy, int, error) {
	if err := s.right(ctx, who, people.Backup); err != nil {
		return nil, 0, err
	}
	days, err := s.backupDays(ctx)
	if err != nil {
		return nil, 0, err
	}
	all, err := s.copies(ctx)
	for i := range all {
		if days > 0 {
			all[i].Expires = all[i].Made.AddDate(0, 0, days)
		}
	}
	return all, days, s.fault("list the copies of the store", err)
}

// SetBackupDays says after how many days copies go, 0 for never. CodeMayNot unless who may take backups.
func (s *Store) SetBackupDays(ctx context.Context, who chat.Principal, days int) error {
	if err := s.right(ctx, who, people.Backup); err != nil {
		return err
	}
	if days < 0 || days > mostBackupDays {
		return chat.NewError(chat.CodeBadField, nil, "days", days, "0 … 3650")
	}
	return s.SetSetting(ctx, who, System, BackupDays, days)
}

// ExpireBackups deletes the copies that are too old, and returns how many. It is recorded. A server calls it now and then.
func (s *Store) ExpireBackups(ctx context.Context) (n int, err error) {
	days, err := s.backupDays(ctx)
	if err != nil || days == 0 {
		return 0, err
	}
	all, err := s.copies(ctx)
	if err != nil {
		return 0, s.fault("list the copies of the store", err)
	}
	for _, one := range all {
		if now().Before(one.Made.AddDate(0, 0, days)) {
			continue
		}
		err := s.write(ctx, "delete an old copy of the store", func(tx *sql.Tx) error {
			if s.postgres() {
				if _, err := tx.Exec(`DROP SCHEMA IF EXISTS ` + quoteName(one.Name) + ` CASCADE`); err != nil {
					return err
				}
			}
			return appendAudit(tx, System, "backup.expire", one.Name, map[string]any{"days": days})
		})
		if err == nil && !s.postgres() {
			err = os.Remove(filepath.Join(s.dir, "backups", one.Name))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, s.fault("delete an old copy of the store", err)
		}
		n++
	}
	return n, nil
}

// copies are the copies that there are, the oldest first.
func (s *Store) copies(ctx context.Context) (all []Copy, err error) {
	if s.postgres() {
		names, err := rows(ctx, s.reader, text, `SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'backup\_v%'`)
		for _, name := range names {
			if made, ok := copyTime(name, "backup_v", "_", "20060102t150405_000"); ok {
				all = append(all, Copy{Name: name, Made: made})
			}
		}
		slices.SortFunc(all, func(a, b Copy) int { return a.Made.Compare(b.Made) })
		return all, err
	}
	files, err := os.ReadDir(filepath.Join(s.dir, "backups"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, file := range files {
		made, ok := copyTime(strings.TrimSuffix(file.Name(), ".db"), "store-v", "-", "20060102T150405.000Z")
		if info, err := file.Info(); ok && err == nil && info.Mode().IsRegular() {
			all = append(all, Copy{Name: file.Name(), Made: made, Size: info.Size()})
		}
	}
	slices.SortFunc(all, func(a, b Copy) int { return a.Made.Compare(b.Made) })
	return all, err
}

// copyTime is when a copy of a name was made; what is not named so is none of ours.
func copyTime(name, begin, between, layout string) (time.Time, bool) {
	rest, ok := strings.CutPrefix(name, begin)
	_, at, found := strings.Cut(rest, between)
	if !ok || !found {
		return time.Time{}, false
	}
	if layout == "20060102t150405_000" { // PostgreSQL's names are in small letters, and have no points
		at, layout = strings.ToUpper(strings.Replace(at, "_", ".", 1)), "20060102T150405.000"
	}
	made, err := time.Parse(layout, at)
	return made, err == nil
}
