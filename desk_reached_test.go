package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"exaone/api"
	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// A model that somebody may not use cannot be loaded, kept, tokenised or described by them either, under any name.
func TestHiddenModelIsOutOfReach(t *testing.T) {
	d := authorisationDesk(t)
	hong, secret := keyOf(t, d, "hong", people.Member)
	kim, other := keyOf(t, d, "kim", people.Guest)
	url := servePeople(t, d)
	if err := d.store.SetModelReaders(t.Context(), store.System, "good", []string{hong.ID}); err != nil {
		t.Fatal(err)
	}
	requests := []struct{ path, body string }{
		{"/tokenize", `{"model":"good","content":"가"}`},
		{"/tokenize", `{"content":"가"}`},
		{"/detokenize", `{"model":"good","tokens":[1]}`},
		{"/apply-template", `{"model":"good","messages":[{"role":"user","content":"가"}]}`},
		{"/v1/messages/count_tokens", `{"model":"good","messages":[{"role":"user","content":"가"}]}`},
		{"/completion", `{"model":"good","n_predict":1,"prompt":"가"}`},
		{"/api/generate", `{"model":"good","prompt":"가","raw":true,"stream":false,"options":{"num_predict":1}}`},
		{"/api/generate", `{"model":"good"}`},
		{"/api/generate", `{"model":"good","keep_alive":0}`},
		{"/api/chat", `{"model":"good","keep_alive":0,"stream":false,"messages":[{"role":"user","content":"가"}]}`},
		{"/api/show", `{"model":"good"}`},
	}
	for _, r := range requests {
		if status, _, body := withKey(t, "POST", url+r.path, other, r.body); status != 404 || strings.Contains(body, "tokens_evaluated") {
			t.Errorf("%s %s by somebody else: %d %s", r.path, r.body, status, body)
		}
	}
	if status, _, body := withKey(t, "GET", url+"/props?model=good", other, ""); status != 404 {
		t.Errorf("/props by somebody else: %d %s", status, body)
	}
	if n := len(d.engine.Loaded()); n != 1 {
		t.Errorf("%d models in memory, want the one that was there", n)
	}
	for _, r := range requests {
		if strings.Contains(r.body, "keep_alive") {
			continue
		}
		if status, _, body := withKey(t, "POST", url+r.path, secret, r.body); status != 200 {
			t.Errorf("%s %s by a reader: %d %s", r.path, r.body, status, body)
		}
	}
	models := talkers{newMeter(d), d}
	if _, err := models.Describe(t.Context(), kim, "good"); codeIn(err) != chat.CodeNoModel {
		t.Errorf("described: %v", err)
	}
	if _, err := models.Describe(t.Context(), kim, ""); codeIn(err) != chat.CodeNoModel {
		t.Errorf("described by no name: %v", err)
	}
	if m, err := models.Describe(t.Context(), hong, ""); err != nil || m.Name != "good" {
		t.Errorf("described to a reader: %+v, %v", m, err)
	}
}

// An adapter has readers of its own.
func TestReadersOfAnAdapter(t *testing.T) {
	d := authorisationDesk(t)
	d.adapters = map[string]string{"legal": "/nowhere", "plain": "/nowhere"}
	meter := newMeter(d)
	hong, kim := chat.Principal{ID: "hong"}, chat.Principal{ID: "kim"}
	for model, readers := range map[string]string{"good": "kim", "legal": "hong"} {
		one, err := d.store.CreatePerson(t.Context(), store.System, store.PersonSpec{Name: readers, Role: people.Member})
		if err != nil {
			t.Fatal(err)
		}
		if readers == "hong" {
			hong.ID = one.ID
		} else {
			kim.ID = one.ID
		}
		if err := d.store.SetModelReaders(t.Context(), store.System, model, []string{one.ID}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		who   chat.Principal
		model string
		want  chat.Code
	}{{hong, "legal", ""}, {kim, "legal", chat.CodeNoModel}, {kim, "plain", ""}, {hong, "plain", chat.CodeNoModel}, {hong, "", chat.CodeNoModel}} {
		if err := meter.Allow(t.Context(), c.who, c.model, people.Chats); codeIn(err) != c.want {
			t.Errorf("%q: %v, want %q", c.model, err, c.want)
		}
	}
}

// Counting tokens and loading are requests of a minute, each once.
func TestTokensAreRequestsOfAQuota(t *testing.T) {
	d := authorisationDesk(t)
	hong, secret := keyOf(t, d, "hong", people.Member)
	url := servePeople(t, d)
	if err := d.store.SetQuota(t.Context(), store.System, store.Quota{Subject: hong.ID, PerDay: -1, PerMinute: 3, AtOnce: 1}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/tokenize", "/api/generate", "/tokenize"} {
		if status, _, body := withKey(t, "POST", url+path, secret, `{"model":"good"`+map[string]string{"/tokenize": `,"content":"가"`}[path]+`}`); status != 200 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	status, header, body := withKey(t, "POST", url+"/tokenize", secret, `{"model":"good","content":"가"}`)
	if status != 429 || header.Get("Retry-After") == "" {
		t.Errorf("a fourth in the minute: %d %s", status, body)
	}
}

// How long a model stays is what the one wants who wants it longest, unless somebody says it who manages models; and the
// current one is everybody's.
func TestAModelStaysForWhoeverWantsIt(t *testing.T) {
	d := newDesk(t)
	ann, bob, boss := chat.Principal{ID: "ann"}, chat.Principal{ID: "bob"}, chat.Principal{ID: "boss"}
	load := func(who chat.Principal) {
		t.Helper()
		if err := d.Load(t.Context(), who, "good"); err != nil {
			t.Fatal(err)
		}
	}
	stays := func(why string) {
		t.Helper()
		time.Sleep(50 * time.Millisecond)
		if len(d.engine.Loaded()) != 1 {
			t.Errorf("%s: it was let go", why)
		}
	}
	keep := func(who chat.Principal, d2 time.Duration, all bool) {
		d.Keep(who, api.Keeping{Model: "good", For: d2, All: all})
	}
	load(ann)
	load(store.System) // finding out what it can do is no reason to keep it
	stays("nobody said anything")
	keep(ann, 0, false)
	waitLoaded(t, d, false)

	load(ann)
	load(bob)
	keep(ann, 0, false)
	stays("somebody else has used it")
	keep(bob, time.Hour, false)
	stays("somebody else wants it for an hour")
	if at := d.stays.expires("good"); time.Until(at) < 50*time.Minute || time.Until(at) > time.Hour {
		t.Errorf("it leaves at %v, want in an hour", at)
	}
	keep(boss, 0, true)
	waitLoaded(t, d, false)

	local, err := d.find("good")
	if err != nil {
		t.Fatal(err)
	}
	d.use(local, nil)
	waitLoaded(t, d, true)
	keep(ann, 0, false)
	stays("it is the one that answers everybody")
	keep(boss, 0, true)
	waitLoaded(t, d, false)
}

// codeIn is the code of an error, or "".
func codeIn(err error) chat.Code {
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told.Code
	}
	return ""
}
