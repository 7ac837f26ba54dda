//go:build !linux

package web

import "testing"

func newPostgres(t *testing.T) (address string, vacuum func() string) {
	t.Skip("no PostgreSQL here")
	return "", nil
}
