package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
	"exaone/web"
)

// writePair writes a certificate of a name for 127.0.0.1 that signs itself, and its key.
func writePair(t *testing.T, dir, name string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	made, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: made}, key: {Type: "PRIVATE KEY", Bytes: encoded}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// A certificate is read again when it was renewed, and what does not fit together is not taken up.
func TestACertificateIsRenewed(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	cert, key := writePair(t, dir, "first")
	c := &certificate{cert: cert, key: key, now: func() time.Time { return now }}
	name := func() string {
		t.Helper()
		pair, err := c.get()
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.Subject.CommonName
	}
	touch := func() {
		t.Helper()
		later := now.Add(time.Second)
		if err := errors.Join(os.Chtimes(cert, later, later), os.Chtimes(key, later, later)); err != nil {
			t.Fatal(err)
		}
	}
	if got := name(); got != "first" {
		t.Fatalf("the certificate is %q", got)
	}
	writePair(t, dir, "second")
	touch()
	if got := name(); got != "first" {
		t.Errorf("within a minute the certificate is %q, want first", got)
	}
	now = now.Add(renewCheck)
	if got := name(); got != "second" {
		t.Errorf("after a minute the certificate is %q, want second", got)
	}
	if err := os.WriteFile(key, []byte("half of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	touch()
	now = now.Add(renewCheck)
	if got := name(); got != "second" {
		t.Errorf("with half a key the certificate is %q, want second", got)
	}
	if _, err := tlsConfig(cert, key); err == nil {
		t.Error("a server begins with half a key")
	}
}

// TestSigningInOverTLS signs somebody in as another computer would, over HTTP/2 as browsers do.
func TestSigningInOverTLS(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	password, err := keptPassword()
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.CreatePerson(t.Context(), store.System, store.PersonSpec{Name: "홍길동", Login: "hong", Role: people.Admin, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := web.New(web.Options{Store: s, Gate: web.NewGate(web.GateOptions{Store: s})})
	if err != nil {
		t.Fatal(err)
	}
	config, err := tlsConfig(writePair(t, t.TempDir(), "chat"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- web.ServeTLS(ctx, listener, handler, config, nil) }()
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // the certificate signs itself
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+listener.Addr().String()+"/api/session",
		strings.NewReader(`{"login":"hong","password":"감나무 아래 큰 평상"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 {
		t.Errorf("%s %s %s, %v", resp.Proto, resp.Status, body, err)
	}
	if c := resp.Cookies(); len(c) != 1 || c[0].Name != "__Host-exaone_session" || !c[0].Secure {
		t.Errorf("cookies %v", c)
	}
	if resp.Header.Get("Strict-Transport-Security") == "" {
		t.Error("browsers are not told to come encrypted again")
	}
	client.CloseIdleConnections()
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTLSNeedsBoth(t *testing.T) {
	if config, err := tlsConfig("", ""); config != nil || err != nil {
		t.Errorf("without files: %v, %v", config, err)
	}
	_, err := tlsConfig("cert.pem", "")
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeServeTLSPair {
		t.Errorf("with one file: %v, want %s", err, chat.CodeServeTLSPair)
	}
}
