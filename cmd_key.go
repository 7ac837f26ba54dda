package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"exaone/chat"
	"exaone/engine"
	"exaone/store"
)

// keyCmd gathers what there is to do with API keys.
type keyCmd struct {
	Create keyCreateCmd `cmd:""`
	List   keyListCmd   `cmd:""`
	Revoke keyRevokeCmd `cmd:""`
}

// keyCreateCmd makes a key and shows its secret, once.
type keyCreateCmd struct {
	Name    string   `arg:"" placeholder:"NAME"`
	Scopes  []string `default:"inference" placeholder:"SCOPE"`
	Expires span     `placeholder:"PERIOD"`
	Rate    int      `placeholder:"N"`
}

// Run writes the secret alone to standard output, so that a script can take it, and the words about it to
// standard error.
func (c *keyCreateCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	spec := store.KeySpec{Name: c.Name, PerMinute: c.Rate}
	for _, scope := range c.Scopes {
		spec.Scopes = append(spec.Scopes, store.Scope(scope))
	}
	if c.Expires > 0 {
		spec.Expires = time.Now().Add(time.Duration(c.Expires))
	}
	secret, key, err := st.CreateKey(app.ctx, app.who, spec)
	if err != nil {
		return err
	}
	app.note(chat.CodeCLIKeyCreated, key.ID)
	_, err = fmt.Fprintln(app.out, secret)
	return err
}

type keyListCmd struct{}

// Run lists the keys, revoked ones too.
func (c *keyListCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	keys, err := st.Keys(app.ctx, app.who)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		app.note(chat.CodeCLINoKeys)
		return nil
	}
	rows := [][]string{strings.Split(app.text(chat.CodeCLIKeyColumns), "|")}
	for _, k := range keys {
		rows = append(rows, []string{k.ID, k.Name, k.Prefix + "…", joinScopes(k.Scopes), perMinute(k.PerMinute),
			day(k.Expires), day(k.LastUsed), app.text(keyState(k, time.Now()))})
	}
	return writeTable(app.out, rows)
}

type keyRevokeCmd struct {
	ID string `arg:"" placeholder:"ID"`
}

// Run ends a key for good, and deletes what is kept of what was asked with it, on disk and in a server that runs.
func (c *keyRevokeCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	if err := st.RevokeKey(app.ctx, app.who, c.ID); err != nil {
		return err
	}
	app.note(chat.CodeCLIKeyRevoked, c.ID)
	if app.desk != nil {
		app.desk.engine.Forget(chat.KeyScope(c.ID))
		return nil
	}
	dir := app.prefixDir()
	if err := engine.ForgetOnDisk(dir, chat.KeyScope(c.ID)); err != nil {
		return chat.NewError(chat.CodeCLIKeyNotForgotten, err, dir)
	}
	return nil
}

func keyState(k store.Key, now time.Time) chat.Code {
	switch {
	case !k.Revoked.IsZero():
		return chat.CodeCLIStateRevoked
	case !k.Expires.IsZero() && !now.Before(k.Expires):
		return chat.CodeCLIStateExpired
	}
	return chat.CodeCLIStateGood
}

func joinScopes(scopes []store.Scope) string {
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = string(scope)
	}
	return strings.Join(words, ",")
}

func perMinute(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

// day returns the date of t where the person is, or "-" for no time.
func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format(time.DateOnly)
}
