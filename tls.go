package main

import (
	"crypto/tls"
	"os"
	"sync"
	"time"

	"exaone/chat"
)

// certificate is a pair of files that may be renewed while the server runs. It may be used by many goroutines.
type certificate struct {
	cert, key string
	now       func() time.Time

	mu     sync.Mutex
	pair   *tls.Certificate
	read   time.Time // of the files, when they were read
	looked time.Time
}

// renewCheck is how often files are looked at.
const renewCheck = time.Minute

// tlsConfig returns how a server encrypts with a certificate, or CodeServeTLS.
func tlsConfig(cert, key string) (*tls.Config, error) {
	if cert == "" && key == "" {
		return nil, nil
	}
	if cert == "" || key == "" {
		return nil, chat.NewError(chat.CodeServeTLSPair, nil)
	}
	c := &certificate{cert: cert, key: key, now: time.Now}
	if _, err := c.get(); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.get() }}, nil
}

// get returns the pair, read again if the files have changed. Files that do not fit, as while they are being replaced,
// leave the pair as it was.
func (c *certificate) get() (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.pair != nil && now.Sub(c.looked) < renewCheck {
		return c.pair, nil
	}
	c.looked = now
	changed := time.Time{}
	for _, file := range []string{c.cert, c.key} {
		if info, err := os.Stat(file); err == nil && info.ModTime().After(changed) {
			changed = info.ModTime()
		}
	}
	if c.pair != nil && changed.Equal(c.read) {
		return c.pair, nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	switch {
	case err == nil:
		c.pair, c.read = &pair, changed
	case c.pair == nil:
		return nil, chat.NewError(chat.CodeServeTLS, err, c.cert, c.key)
	}
	return c.pair, nil
}
