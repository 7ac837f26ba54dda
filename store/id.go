package store

import (
	"crypto/rand"
	"strings"
)

// newID returns an id that says what it names: "key-" and sixteen letters and digits, 80 random bits, so that
// a thousand million of them hold no two alike and nobody guesses one.
func newID(noun string) string {
	return noun + "-" + strings.ToLower(rand.Text()[:16])
}
