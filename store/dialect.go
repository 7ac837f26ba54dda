package store

import "strings"

// validText is s without what PostgreSQL does not keep in a text: bytes that are no character, and NUL. Whatever
// comes from outside and is not checked goes through it, so that both databases keep the same.
func validText(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}
