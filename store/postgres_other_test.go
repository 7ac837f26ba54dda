//go:build !linux

package store

import "testing"

// newDatabase: the server that the tests use is started on Linux alone.
func newDatabase(t testing.TB, tables bool) string {
	t.Skip("no PostgreSQL here")
	return ""
}

func stopServer() {}
