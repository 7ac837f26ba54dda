package main

import (
	"errors"

	"exaone/chat"
	"exaone/hub"
)

// pullCmd brings a model: from a catalogue name, an address, or a path.
type pullCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
	Name  string `placeholder:"NAME"`
	sourceFlags
	preparedFlags
}

// Run brings the model, asking for its licence if nobody has accepted it. What arrived before a Ctrl-C or a
// failure stays, and the next run goes on from there.
func (c *pullCmd) Run(app *app) error {
	h := app.hub(c.sourceFlags)
	local, already, err := app.pull(h, c.Model)
	if needed, ok := errors.AsType[*hub.LicenceError](err); ok {
		if err := app.acceptLicence(h, c.Model, needed.Licence, c.AcceptLicence, c.Name); err != nil {
			return err
		}
		local, already, err = app.pull(h, c.Model)
	}
	switch {
	case err == nil && local.Slim: // it has no original to be prepared, or to be used where the prepared form is damaged
		err = app.verifySlim(local)
	case err == nil && !c.NoPrepared:
		app.prepare(local)
	}
	switch {
	case err != nil:
		return err
	case already:
		app.say(chat.CodeCLIAlreadyHere, local.Name, local.Path)
	case !chats(local.Model):
		app.say(chat.CodeCLIPulledEncoder, local.Name, local.Path)
	default:
		app.say(chat.CodeCLIPulled, local.Name, local.Path)
	}
	return nil
}

// pull brings a model and shows how far it is. already says that it was here before.
func (a *app) pull(h *hub.Hub, what string) (local hub.Local, already bool, err error) {
	bar := progress{app: a}
	defer bar.clear()
	already = true
	for p, err := range h.Pull(a.ctx, what) {
		if err != nil {
			return hub.Local{}, false, err
		}
		bar.show(p)
		if p.Phase == hub.PhaseDone {
			local = p.Local
		} else {
			already = false
		}
	}
	return local, already, nil
}
