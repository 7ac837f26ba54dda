package store

import (
	"os"
	"path/filepath"
	"testing"

	"exaone/chat"
)

// Copies that were made before a migration go after so many days, and nothing else does.
func TestCopiesExpire(t *testing.T) { eachStore(t, testCopiesExpire) }
func testCopiesExpire(t *testing.T, at place) {
	at = at.blank(t)
	s, err := at.openWith(t, migrations(at.dialect())[:2])
	must(t, err)
	must(t, s.Close())
	s = at.open(t) // which copies it
	ada, bob := signUp(t, s, "ada", RoleAdmin).as(), signUp(t, s, "bob", RoleMember).as()
	_, _, err = s.Copies(t.Context(), bob)
	wantCode(t, err, chat.CodeMayNot)
	all, days, err := s.Copies(t.Context(), ada)
	if err != nil || days != usualBackupDays || len(all) != 1 || all[0].Expires.Sub(all[0].Made).Hours() != 24*usualBackupDays {
		t.Fatalf("copies %+v, %d days, %v", all, days, err)
	}
	if n, err := s.ExpireBackups(t.Context()); n != 0 || err != nil {
		t.Errorf("expired %d, %v; want none: it is new", n, err)
	}
	const old = "20200102T030405.000Z"
	if at.sqlite() {
		dir := filepath.Join(s.dir, "backups")
		must(t, os.WriteFile(filepath.Join(dir, "store-v0001-"+old+".db"), []byte("old"), 0o600))
		must(t, os.WriteFile(filepath.Join(dir, "mine.db"), []byte("mine"), 0o600))
	} else {
		_, err := s.writer.Exec(`CREATE SCHEMA backup_v0001_20200102t030405_000; CREATE TABLE backup_v0001_20200102t030405_000.x (y TEXT); CREATE SCHEMA backup_mine`)
		must(t, err)
	}
	must(t, s.SetBackupDays(t.Context(), ada, 0))
	if n, err := s.ExpireBackups(t.Context()); n != 0 || err != nil {
		t.Errorf("expired %d, %v; want none", n, err)
	}
	wantCode(t, s.SetBackupDays(t.Context(), bob, 7), chat.CodeMayNot)
	must(t, s.SetBackupDays(t.Context(), ada, 7))
	if n, err := s.ExpireBackups(t.Context()); n != 1 || err != nil {
		t.Errorf("expired %d, %v; want one", n, err)
	}
	if all, _, err := s.Copies(t.Context(), ada); err != nil || len(all) != 1 {
		t.Errorf("left %+v, %v", all, err)
	}
}
