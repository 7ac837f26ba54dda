package main

import (
	"net"
	"testing"
)

// TestSignInAt holds that a server announces an address only if somebody can sign in there.
func TestSignInAt(t *testing.T) {
	for _, c := range []struct {
		name    string
		serve   serveCmd
		listens string
		address string
		want    string
	}{
		{"this computer", serveCmd{}, "127.0.0.1:1", "http://127.0.0.1:1", "http://127.0.0.1:1"},
		{"this computer, IPv6", serveCmd{}, "[::1]:1", "http://[::1]:1", "http://[::1]:1"},
		{"all addresses", serveCmd{}, "[::]:1", "http://office:1", "http://127.0.0.1:1"},
		{"all addresses, encrypted", serveCmd{}, "0.0.0.0:1", "https://office:1", "https://office:1"},
		{"one address", serveCmd{}, "192.0.2.1:1", "http://192.0.2.1:1", ""},
		{"one address, encrypted", serveCmd{}, "192.0.2.1:1", "https://192.0.2.1:1", "https://192.0.2.1:1"},
		{"a URL", serveCmd{URL: "https://chat.example.com/"}, "127.0.0.1:1", "http://127.0.0.1:1", "https://chat.example.com"},
		{"a URL that is not encrypted", serveCmd{URL: "http://chat.example.com"}, "0.0.0.0:1", "http://office:1", "http://127.0.0.1:1"},
		{"a proxy on this computer", serveCmd{TrustedProxy: []string{"127.0.0.0/8"}}, "127.0.0.1:1", "http://127.0.0.1:1", ""},
		{"a proxy elsewhere", serveCmd{TrustedProxy: []string{"192.0.2.7"}}, "0.0.0.0:1", "http://office:1", "http://127.0.0.1:1"},
	} {
		listens, err := net.ResolveTCPAddr("tcp", c.listens)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.serve.signInAt(listens, c.address); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
