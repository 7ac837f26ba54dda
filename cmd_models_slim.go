package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"exaone/chat"
	"exaone/disk"
	"exaone/hub"
	"exaone/weights"
)

// preparedFlags say whether prepared files may be written beside models.
type preparedFlags struct {
	NoPrepared bool ``
}

// preparePoll is the time between two looks at whether another process has prepared a model.
const preparePoll = 200 * time.Millisecond

// prepare gives a model its prepared form, showing how far it is; if another process is at it, it waits for that. What
// goes wrong is told and is no error: the model can be run without.
func (a *app) prepare(local hub.Local) {
	bar := progress{app: a}
	defer bar.clear()
	for {
		err := weights.Prepare(a.ctx, local.Path, func(done, total int64) { bar.show(preparing(local.Name, done, total)) })
		if a.ctx.Err() != nil || err == nil {
			return
		}
		if !errors.Is(err, weights.ErrPreparing) {
			bar.clear()
			a.note(chat.CodeCLINotPrepared, local.Name, reasonOf(err, local.Path))
			return
		}
		bar.show(preparing(local.Name, 0, 0))
		select {
		case <-a.ctx.Done():
		case <-time.After(preparePoll):
		}
	}
}

// preparing returns what shows the progress of preparing any models on the way to running them.
func (a *app) preparing() func(name string, done, total int64) {
	var mu sync.Mutex
	bar := progress{app: a}
	return func(name string, done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if done == total {
			bar.clear()
			return
		}
		bar.show(preparing(name, done, total))
	}
}

// The phases that are shown as those of a pull are.
const (
	phasePrepare hub.Phase = "prepare"
	phaseVerify  hub.Phase = "verify"
)

func preparing(name string, done, total int64) hub.Progress {
	return hub.Progress{Model: name, Phase: phasePrepare, Done: done, Total: total}
}

type modelsSlimCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run removes the original of a model, after comparing every byte of its prepared form with it.
func (c *modelsSlimCmd) Run(app *app) error {
	local, done, err := app.hold(c.Model)
	if err != nil {
		return err
	}
	defer done()
	info, err := os.Stat(local.Path)
	if errors.Is(err, fs.ErrNotExist) {
		app.say(chat.CodeCLISlimAlready, local.Name)
		return nil
	}
	if err != nil {
		return err
	}
	if err := app.slim(local); err != nil {
		if app.ctx.Err() != nil {
			return err
		}
		return chat.NewError(chat.CodeCLINotSlim, err, local.Name, app.whyNot(err, local))
	}
	app.say(chat.CodeCLISlim, local.Name, bytesText(info.Size()))
	return nil
}

// slim leaves of a model only its prepared form, showing how far it is.
func (a *app) slim(local hub.Local) error {
	bar := progress{app: a}
	defer bar.clear()
	show := func(done, total int64) { bar.show(preparing(local.Name, done, total)) }
	// What could not be restored to what was brought is not given up either.
	verified := func() error {
		if err := weights.Prepare(a.ctx, local.Path, show); err != nil {
			return err
		}
		return weights.VerifyPreparedOf(a.ctx, local.Path, local.Sum(), show)
	}
	err := verified()
	if weights.Damaged(err) { // the prepared form may be, and is made again; or the original is
		if err := os.Remove(weights.PreparedPath(local.Path)); err != nil {
			return err
		}
		err = verified()
	}
	if err != nil {
		return err
	}
	return a.hub(sourceFlags{}).GiveUp(local)
}

// verifySlim reads all of a model that has only its prepared form, showing how far it is. What is wrong says what to do.
func (a *app) verifySlim(local hub.Local) error {
	bar := progress{app: a}
	defer bar.clear()
	err := weights.VerifyPreparedOf(a.ctx, local.Path, local.Sum(), func(done, total int64) {
		bar.show(hub.Progress{Model: local.Name, Phase: phaseVerify, Done: done, Total: total})
	})
	if weights.Damaged(err) {
		return local.Broken(weights.PreparedPath(local.Path), err)
	}
	return err
}

type modelsRestoreCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run writes the original of a model again, from its prepared form.
func (c *modelsRestoreCmd) Run(app *app) error {
	local, done, err := app.hold(c.Model)
	if err != nil {
		return err
	}
	defer done()
	if _, err := os.Stat(local.Path); err == nil {
		app.say(chat.CodeCLIRestored, local.Name, local.Path)
		return nil
	}
	bar := progress{app: app}
	defer bar.clear()
	err = weights.RestoreAs(app.ctx, local.Path, local.Sum(), func(done, total int64) { bar.show(preparing(local.Name, done, total)) })
	bar.clear()
	switch {
	case err != nil && app.ctx.Err() != nil:
		return err
	case err != nil:
		return chat.NewError(chat.CodeCLINotRestored, err, local.Name, app.whyNot(err, local))
	}
	app.say(chat.CodeCLIRestored, local.Name, local.Path)
	return nil
}

// hold returns a whole model that was brought, and keeps others from changing it until done is called.
func (a *app) hold(name string) (local hub.Local, done func(), err error) {
	h := a.hub(sourceFlags{})
	if local, err = brought(h, name); err != nil {
		return local, nil, err
	}
	held, err := h.Hold(local)
	if err != nil {
		return local, nil, err
	}
	if local, err = brought(h, name); err != nil { // whoever held it may have changed it
		return local, nil, errors.Join(err, held.Close())
	}
	return local, func() { held.Close() }, nil // it is a file that nobody writes to
}

// brought returns a whole model that the hub brought.
func brought(h *hub.Hub, name string) (hub.Local, error) {
	local, err := h.Show(name)
	switch {
	case err != nil:
		return hub.Local{}, err
	case local.Dir == "":
		return hub.Local{}, chat.NewError(chat.CodeHubNotOurs, nil, local.Path)
	case local.Source == "" && local.Err == nil:
		return hub.Local{}, chat.NewError(chat.CodeHubOwn, nil, local.Path)
	}
	return local, local.Err
}

// whyNot is [reasonOf] for a model that was brought: where its files are damaged, it says what to do.
func (a *app) whyNot(err error, local hub.Local) any {
	if !weights.Damaged(err) {
		return reasonOf(err, local.Path)
	}
	a.log.Error("the files of a model are damaged", "model", local.Name, "reason", err)
	if _, missing := os.Stat(local.Path); missing != nil {
		return local.Broken(weights.PreparedPath(local.Path), err)
	}
	return local.Broken(local.Path, err)
}

// reasonOf is why a file was not written, for an error that a person reads: a full disk in their language, and anything
// else as it is.
func reasonOf(err error, path string) any {
	dir := filepath.Dir(path)
	if full, ok := errors.AsType[*weights.NoSpace](err); ok {
		return chat.NewError(chat.CodeHubDiskFull, err, dir, full.Free>>20, (full.Want+1<<20-1)>>20)
	}
	if disk.Full(err) {
		return chat.NewError(chat.CodeConvertDiskFull, err, path)
	}
	return err
}
