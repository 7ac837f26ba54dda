package main

import (
	"context"
	"net/http"
	"os"

	"exaone/chat"
	"exaone/hub"
	"exaone/store"
	"exaone/weights"
)

// ledger keeps the acceptances of the hub in the store. It opens the store only when a licence is in question:
// bringing an open model, or listing those that are here, needs no store and no lock.
type ledger struct{ open func() (*store.Store, error) }

// Accepted reports whether this very text has been accepted for a model.
func (l ledger) Accepted(ctx context.Context, model, textHash string) (bool, error) {
	s, err := l.open()
	if err != nil {
		return false, err
	}
	return s.Accepted(ctx, store.System, model, textHash)
}

// Record keeps an acceptance for good.
func (l ledger) Record(ctx context.Context, a hub.Acceptance) error {
	s, err := l.open()
	if err != nil {
		return err
	}
	return s.RecordAcceptance(ctx, a.Principal, store.Acceptance{Model: a.Model, Licence: a.Licence,
		Class: string(a.Class), TextHash: a.TextHash, Person: a.Person, Accepted: a.Date})
}

// hub returns the hub of the data directory. This is where the environment that concerns models is read.
func (a *app) hub(from sourceFlags) *hub.Hub {
	return hub.New(hub.Options{
		Dir:          a.data,
		Offline:      a.offline,
		Ledger:       ledger{a.store},
		Memory:       physicalMemory(),
		Token:        os.Getenv("HF_TOKEN"),
		Endpoint:     os.Getenv("HF_ENDPOINT"),
		PackageIndex: from.PackageIndex,
		Proxy:        http.ProxyFromEnvironment,
		Log:          a.log,
	})
}

// checkpoint returns the path of the weights that a name, a file or a folder means.
func (a *app) checkpoint(model string) (string, error) {
	local, err := a.hub(sourceFlags{}).Resolve(model)
	return local.Path, err
}

// open opens the checkpoint that a name, a file or a folder means. The caller closes it.
func (a *app) open(model string) (*weights.File, error) {
	path, err := a.checkpoint(model)
	if err != nil {
		return nil, err
	}
	f, err := weights.Open(path)
	if err != nil {
		if _, missing := os.Stat(path); missing != nil && weights.Damaged(err) {
			return nil, chat.NewError(chat.CodeModelDamaged, err, model)
		}
		return nil, chat.NewError(chat.CodeBadModel, err, model, err.Error())
	}
	return f, nil
}
