package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/people"
	"exaone/store"
	"exaone/web"
)

// What is wrong is said so that whoever reads it knows what to do.
func TestHealthTellsWhatIsWrong(t *testing.T) {
	d := newDesk(t)
	d.address = "http://127.0.0.1:11500"
	now := time.Now()
	c := &checkup{desk: d, now: func() time.Time { return now }, memory: func() int64 { return 8 << 30 }}
	look := func(about string) (web.Worry, chat.Code, string) {
		t.Helper()
		for _, f := range c.facts(t.Context()) {
			if f.About == about {
				return f.Worry, f.Note.Code, chat.Text(chat.Korean, f.Note.Code, f.Note.Params...)
			}
		}
		return "", "", ""
	}
	is := func(about string, worry web.Worry, code chat.Code, words string) {
		t.Helper()
		if w, got, text := look(about); w != worry || got != code || !strings.Contains(text, words) || strings.Contains(text, "%!") {
			t.Errorf("%s: %s %s %q; want %s %s with %q", about, w, got, text, worry, code, words)
		}
	}

	for free, want := range map[int64]chat.Code{100 << 30: chat.CodeHealthDiskOK, 2 << 30: chat.CodeHealthDiskLow, 1 << 20: chat.CodeHealthDiskFull} {
		c.space = func(string) (int64, error) { return free, nil }
		if _, got, text := look("disk"); got != want || !strings.Contains(text, bytesText(free)) {
			t.Errorf("%d bytes left: %s %q, want %s", free, got, text, want)
		}
	}
	c.space = func(string) (int64, error) { return 0, errors.New("no such disk") }
	is("disk", "", "", "")

	is("model", web.Now, chat.CodeHealthModelNone, "답할 모델이 없습니다")
	is("memory", web.Fine, chat.CodeHealthMemoryOK, "8.0 GiB")
	local, err := d.find("good")
	if err != nil {
		t.Fatal(err)
	}
	d.mu.Lock()
	d.now = local
	d.mu.Unlock()
	is("model", web.Fine, chat.CodeHealthModelOK, "good")
	d.mu.Lock()
	d.levels = map[string]assistant.Level{"good": assistant.Extract}
	d.mu.Unlock()
	is("model", web.Soon, chat.CodeHealthModelWeak, "good")

	is("address", web.Fine, chat.CodeHealthNear, "127.0.0.1")
	c.exposed = true
	is("address", web.Soon, chat.CodeHealthPlain, "--tls-cert")
	c.url = "https://chat.example.com"
	is("address", web.Fine, chat.CodeHealthSecure, "chat.example.com")
	c.exposed = false // a proxy on this machine
	is("address", web.Fine, chat.CodeHealthSecure, "chat.example.com")

	is("certificate", "", "", "")
	for days, want := range map[int]chat.Code{90: chat.CodeHealthCertOK, 3: chat.CodeHealthCertSoon, -1: chat.CodeHealthCertOver} {
		end := now.AddDate(0, 0, days)
		c.config = &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return &tls.Certificate{Leaf: &x509.Certificate{NotAfter: end}}, nil
		}}
		if _, got, text := look("certificate"); got != want || !strings.Contains(text, end.Local().Format(time.DateOnly)) {
			t.Errorf("a certificate for %d days: %s %q, want %s", days, got, text, want)
		}
	}

	is("backup", web.Soon, chat.CodeHealthBackupNone, "exaone backup")
	if err := d.store.AppendAudit(t.Context(), store.System, web.AuditBackup, "", nil); err != nil {
		t.Fatal(err)
	}
	is("backup", web.Fine, chat.CodeHealthBackupOK, now.Format(time.DateOnly))
	now = time.Now().AddDate(0, 0, 30)
	is("backup", web.Soon, chat.CodeHealthBackupOld, "30일 전")

	for i, want := range []chat.Code{chat.CodeHealthAdminsNone, chat.CodeHealthAdminsOne, chat.CodeHealthAdminsOK} {
		if i > 0 {
			spec := store.PersonSpec{Name: "admin", Login: strings.Repeat("a", i), Role: people.Admin}
			if _, err := d.store.CreatePerson(t.Context(), store.System, spec); err != nil {
				t.Fatal(err)
			}
		}
		if _, got, _ := look("admins"); got != want {
			t.Errorf("%d administrators: %s, want %s", i, got, want)
		}
	}
	is("store", web.Fine, chat.CodeHealthStoreOK, d.store.Dir())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if f, _ := c.store(ended); f.Worry != web.Now || strings.Contains(chat.Text(chat.English, f.Note.Code, f.Note.Params...), "%!") {
		t.Errorf("a store that cannot be read: %+v", f)
	}
}
