package main

import (
	"strings"

	"exaone/browser"
)

// enter signs a visitor's session in to a browser.
func enter(b *browser.Browser, v *visitor) {
	b.T.Helper()
	name, value, _ := strings.Cut(v.cookie, "=")
	b.SetCookie(v.base, name, value)
}
