package main

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"exaone/chat"
	"exaone/hub"
	"exaone/weights"
)

// preparedFlags say whether prepared files may be written beside models.
type preparedFlags struct {
	NoPrepared bool ``
}

// prepare gives a model its prepared form, showing how far it is. What goes wrong is told and is no error: the
// model can be run without.
func (a *app) prepare(local hub.Local) {
	bar := progress{app: a}
	defer bar.clear()
	err := weights.Prepare(a.ctx, local.Path, func(done, total int64) { bar.show(preparing(local.Name, done, total)) })
	if err != nil && a.ctx.Err() == nil {
		bar.clear()
		a.note(chat.CodeCLINotPrepared, local.Name, err)
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

// phasePrepare is shown as the phases of a pull are.
const phasePrepare hub.Phase = "prepare"

func preparing(name string, done, total int64) hub.Progress {
	return hub.Progress{Model: name, Phase: phasePrepare, Done: done, Total: total}
}

type modelsSlimCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run removes the original of a model, after comparing every byte of its prepared form with it.
func (c *modelsSlimCmd) Run(app *app) error {
	local, err := app.ours(c.Model)
	if err != nil {
		return err
	}
	if _, err := os.Stat(local.Path); errors.Is(err, fs.ErrNotExist) {
		app.say(chat.CodeCLISlimAlready, local.Name)
		return nil
	}
	bar := progress{app: app}
	defer bar.clear()
	show := func(done, total int64) { bar.show(preparing(local.Name, done, total)) }
	if err := weights.Prepare(app.ctx, local.Path, show); err != nil {
		return chat.NewError(chat.CodeCLINotSlim, err, local.Name, err)
	}
	if err := weights.VerifyPrepared(app.ctx, local.Path, show); err != nil {
		return chat.NewError(chat.CodeCLINotSlim, err, local.Name, err)
	}
	info, err := os.Stat(local.Path)
	if err != nil {
		return err
	}
	if err := os.Remove(local.Path); err != nil {
		return chat.NewError(chat.CodeCLINotSlim, err, local.Name, err)
	}
	bar.clear()
	app.say(chat.CodeCLISlim, local.Name, bytesText(info.Size()))
	return nil
}

type modelsRestoreCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run writes the original of a model again, from its prepared form.
func (c *modelsRestoreCmd) Run(app *app) error {
	local, err := app.ours(c.Model)
	if err != nil {
		return err
	}
	if _, err := os.Stat(local.Path); err == nil {
		app.say(chat.CodeCLIRestored, local.Name, local.Path)
		return nil
	}
	bar := progress{app: app}
	defer bar.clear()
	err = weights.Restore(app.ctx, local.Path, func(done, total int64) { bar.show(preparing(local.Name, done, total)) })
	if err != nil {
		return chat.NewError(chat.CodeBadModel, err, local.Name, err)
	}
	bar.clear()
	app.say(chat.CodeCLIRestored, local.Name, local.Path)
	return nil
}

// ours returns a whole model that lies in the data directory.
func (a *app) ours(name string) (hub.Local, error) {
	local, err := a.hub(sourceFlags{}).Show(name)
	switch {
	case err != nil:
		return hub.Local{}, err
	case local.Dir == "" || local.Source == "":
		return hub.Local{}, chat.NewError(chat.CodeHubNotOurs, nil, local.Path)
	}
	return local, local.Err
}
