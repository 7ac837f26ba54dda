package web

import (
	"context"
	"errors"
	"net/http"

	"exaone/chat"
	"exaone/exchange"
	"exaone/people"
	"exaone/store"
)

// importRoutes bring conversations from elsewhere.
var importRoutes = []route{
	{http.MethodPost, "/api/import", people.Converse, (*handler).bring},
}

type skippedJSON struct {
	Code  chat.Code `json:"code"`
	Name  string    `json:"name"`
	Count int       `json:"count"`
	Text  string    `json:"text"`
}

// bring reads the file of another program and keeps what is in it, all or nothing; with dry_run it says what that would be.
func (h *handler) bring(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	up := h.importing.begin(w, r)
	leave, err := h.importing.enter(who)
	if err != nil {
		up.ignore()
		return nil, err
	}
	defer leave()
	file, dry, err := up.receive(h.store)
	if err != nil {
		up.ignore()
		return nil, err
	}
	defer file.Close()
	ctx, done, err := h.importing.read(r.Context())
	if err != nil {
		return nil, err
	}
	defer done()
	found, ids, err := h.keep(ctx, who, file, dry)
	if err != nil {
		if late, ok := errors.AsType[*chat.Error](context.Cause(ctx)); ok {
			return nil, late
		}
		return nil, err
	}
	lang := language(r)
	return struct {
		Format        string        `json:"format"`
		Conversations int           `json:"conversations"`
		Messages      int           `json:"messages"`
		Skipped       []skippedJSON `json:"skipped"`
		IDs           []string      `json:"ids"`
	}{found.Format, len(found.Conversations), found.Messages, listed(found.Skipped, func(s exchange.Skipped) skippedJSON {
		return skippedJSON{s.Code, s.Name, s.Count, s.In(lang)}
	}).Items, ids}, nil
}

// keep reads what is in a file, and keeps it unless it is only to be looked at.
func (h *handler) keep(ctx context.Context, who chat.Principal, file *store.Temp, dry bool) (*exchange.Import, []string, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	found, err := exchange.Read(ctx, file, info.Size())
	if err != nil {
		return nil, nil, err
	}
	if err := h.store.MayImport(ctx, who, found.Conversations); err != nil {
		return nil, nil, err
	}
	if dry {
		return found, []string{}, nil
	}
	ids, err := h.store.Import(ctx, who, found.Conversations)
	return found, ids, err
}
