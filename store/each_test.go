package store

import (
	"errors"
	"log/slog"
	"testing"

	"exaone/chat"
)

// place is where the store of a test is. It may be opened again once it has been closed.
type place struct{ opts Options }

// open opens the store at a place and closes it at the end of the test.
func (p place) open(t testing.TB) *Store {
	t.Helper()
	p.opts.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	s, err := Open(t.Context(), p.opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// eachStore runs a test on every kind of store, each time with an empty place of its own.
func eachStore(t *testing.T, test func(t *testing.T, at place)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, place{Options{Dir: t.TempDir()}}) })
}

// codeOf is the code of an error that has one, for goroutines that may not end the test.
func codeOf(err error) chat.Code {
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return e.Code
	}
	return ""
}
