package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"exaone/chat"
	"exaone/store"
	"exaone/web"
)

// backupCmd copies what the store keeps to one file, while a server runs or not.
type backupCmd struct {
	File  string `arg:"" placeholder:"FILE"`
	Force bool
}

// toStdout is the name of standard output in place of a file.
const toStdout = "-"

// Run writes the file beside its place and moves it there once all of it has been read again: whatever goes wrong, a
// file of that name is a whole backup.
func (c *backupCmd) Run(app *app) error {
	if c.File == toStdout {
		if app.outTTY {
			return chat.NewError(chat.CodeCLIBackupTerminal, nil)
		}
		return app.backupTo(app.out)
	}
	if _, err := os.Lstat(c.File); err == nil && !c.Force {
		return chat.NewError(chat.CodeConvertExists, nil, c.File)
	}
	part, err := os.CreateTemp(filepath.Dir(c.File), ".exaone-backup-*")
	if err != nil {
		return fileFault(err, c.File)
	}
	defer os.Remove(part.Name()) // once moved, there is nothing of that name
	info, err := app.backupFile(part)
	if err := errors.Join(err, part.Close()); err != nil {
		return fileFault(err, c.File)
	}
	if err := os.Rename(part.Name(), c.File); err != nil {
		return fileFault(err, c.File)
	}
	app.say(chat.CodeCLIBackedUp, c.File, info.Rows, info.Blobs, bytesText(info.Bytes))
	if len(info.Missing) > 0 {
		app.note(chat.CodeCLIBackupMissing, len(info.Missing))
	}
	return nil
}

// fileFault is an error of the file system as a person is told it; others stay what they are.
func fileFault(err error, path string) error {
	if _, told := errors.AsType[*chat.Error](err); told {
		return err
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return chat.NewError(chat.CodeCLIFileFault, err, path, rootCause(err).Error())
	}
	if _, ok := errors.AsType[*os.LinkError](err); ok {
		return chat.NewError(chat.CodeCLIFileFault, err, path, rootCause(err).Error())
	}
	return err
}

// rootCause is what the system says of an error: "permission denied", without the path that the person has typed.
func rootCause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// backupFile writes a backup to a file, synchronises it and reads it again.
func (a *app) backupFile(file *os.File) (store.BackupInfo, error) {
	if err := a.backupTo(file); err != nil {
		return store.BackupInfo{}, err
	}
	if err := file.Sync(); err != nil {
		return store.BackupInfo{}, err
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return store.BackupInfo{}, err
	}
	return store.VerifyBackup(a.ctx, file, size)
}

// backupTo writes a backup of the store, by way of the server that has it open if there is one.
func (a *app) backupTo(w io.Writer) error {
	st, err := a.store()
	if isLocked(err) && a.desk == nil {
		code, err := a.order([]string{"backup", toStdout}, w, a.err, err)
		if err == nil && code != exitOK {
			err = &silentError{code}
		}
		return err
	}
	if err != nil {
		return err
	}
	if err := st.Backup(a.ctx, w); err != nil {
		return err
	}
	return st.AppendAudit(a.ctx, a.who, web.AuditBackup, "", nil)
}

// silentError ends a command about whose failure everything was said.
type silentError struct{ code int }

func (e *silentError) Error() string { return "already said" }

// restoreCmd brings a backup into an empty data directory, or an empty database.
type restoreCmd struct {
	File string `arg:"" placeholder:"FILE"`
}

// Run reads the whole file before anything is made of it.
func (c *restoreCmd) Run(app *app) error {
	file, err := os.Open(c.File)
	if err != nil {
		return chat.NewError(chat.CodeCLINotAFile, err, c.File)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return chat.NewError(chat.CodeCLINotAFile, err, c.File)
	}
	done, err := store.Restore(app.ctx, app.storeOptions(), file, info.Size())
	if err != nil {
		return err
	}
	app.say(chat.CodeCLIRestoredBackup, c.File, app.data)
	app.note(chat.CodeCLIRestoredEnded, done.Sessions, done.Links)
	if len(done.Keys) == 0 {
		return nil
	}
	app.note(chat.CodeCLIRestoredKeys, len(done.Keys))
	for _, k := range done.Keys[:min(len(done.Keys), mostKeysTold)] {
		fmt.Fprintf(app.err, "  %s  %s (%s)\n", k.ID, inLine(k.Name), inLine(k.Owner))
	}
	return nil
}

// mostKeysTold is how many keys a restoration names.
const mostKeysTold = 20
