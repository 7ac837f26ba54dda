package store

import (
	"math"
	"strings"
	"testing"

	"exaone/chat"
)

func TestSettings(t *testing.T) { eachStore(t, testSettings) }
func testSettings(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	ada := person(t, s, "Ada")
	type choice struct{ Model string }
	must(t, s.SetSetting(ctx, ada, ada, "choice", choice{"a"}))
	must(t, s.SetSetting(ctx, ada, ada, "choice", choice{"b"}))
	must(t, s.SetSetting(ctx, chat.Local, System, "choice", choice{"everybody's"}))

	got := choice{"as it was"}
	if ok, err := s.Setting(ctx, chat.Local, "choice", &got); err != nil || ok || got.Model != "as it was" {
		t.Fatalf("somebody else's: %+v, %v, %v", got, ok, err)
	}
	if ok, err := s.Setting(ctx, ada, "choice", &got); err != nil || !ok || got.Model != "b" {
		t.Fatalf("%+v, %v, %v; want b", got, ok, err)
	}
	if ok, err := s.Setting(ctx, System, "choice", &got); err != nil || !ok || got.Model != "everybody's" {
		t.Fatalf("%+v, %v, %v; want everybody's", got, ok, err)
	}
	if all, err := s.Settings(ctx, ada); err != nil || len(all) != 1 || string(all["choice"]) != `{"Model":"b"}` {
		t.Fatalf("settings %s, %v", all, err)
	}
	var number int
	if _, err := s.Setting(ctx, ada, "choice", &number); err == nil {
		t.Fatal("read an object into a number")
	}
	must(t, s.SetSetting(ctx, ada, ada, "choice", nil))
	if ok, err := s.Setting(ctx, ada, "choice", &got); err != nil || ok {
		t.Fatalf("taken away: %v, %v", ok, err)
	}

	wantCode(t, s.SetSetting(ctx, ada, ada, "", 1), chat.CodeBadField)
	wantCode(t, s.SetSetting(ctx, ada, ada, "big", strings.Repeat("a", maxSetting)), chat.CodeBadField)
	wantCode(t, s.SetSetting(ctx, ada, chat.Principal{ID: "nobody"}, "a", 1), chat.CodeNoPrincipal)
	if err := s.SetSetting(ctx, ada, ada, "nan", math.NaN()); err == nil {
		t.Fatal("kept what JSON cannot write")
	}
	all, err := s.Audit(ctx, System, 0, 100)
	must(t, err)
	changes := 0
	for _, e := range all {
		if e.Action == "setting.change" {
			changes++
		}
	}
	if changes != 1 {
		t.Fatalf("%d changes in the audit log, want everybody's alone", changes)
	}
}

func TestAcceptances(t *testing.T) { eachStore(t, testAcceptances) }
func testAcceptances(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	a := Acceptance{Model: "exaone-3.5-2.4b", Licence: "EXAONE-1.1-NC", Class: "research", TextHash: strings.Repeat("ab", 32), Person: "김하나"}
	accepted := func(model, hash string) bool {
		t.Helper()
		ok, err := s.Accepted(ctx, System, model, hash)
		must(t, err)
		return ok
	}
	if accepted(a.Model, a.TextHash) {
		t.Fatal("accepted before anybody did")
	}
	must(t, s.RecordAcceptance(ctx, chat.Local, a))
	if !accepted(a.Model, a.TextHash) || accepted(a.Model, strings.Repeat("cd", 32)) || accepted("gemma-3-270m", a.TextHash) {
		t.Fatal("want this text of this model accepted, and nothing else")
	}
	all, err := s.Acceptances(ctx, System)
	if err != nil || len(all) != 1 || all[0].Person != "김하나" || all[0].Principal != "local" || all[0].Accepted.IsZero() {
		t.Fatalf("acceptances %+v, %v", all, err)
	}
	for _, bad := range []Acceptance{{}, {Model: "m", Licence: "l", Class: "c"}, {Model: "m", Licence: "l", Class: "c", TextHash: "h", Person: "a\nb"}} {
		wantCode(t, s.RecordAcceptance(ctx, chat.Local, bad), chat.CodeBadField)
	}
	wantCode(t, s.RecordAcceptance(ctx, chat.Principal{}, a), chat.CodeNoPrincipal)
}

func TestPrincipals(t *testing.T) { eachStore(t, testPrincipals) }
func testPrincipals(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	local, err := s.Principal(ctx, chat.Local)
	if err != nil || local.Kind != KindLocal || !local.Disabled.IsZero() {
		t.Fatalf("local from the start: %+v, %v", local, err)
	}
	ada := person(t, s, "에이다")
	got, err := s.Principal(ctx, ada)
	if err != nil || got.Name != "에이다" || got.Kind != KindPerson || got.Created.IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
	if all, err := s.Principals(ctx, System); err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v; want local, system and one more", all, err)
	}
	must(t, s.DisablePrincipal(ctx, chat.Local, ada.ID))
	must(t, s.DisablePrincipal(ctx, chat.Local, ada.ID))
	_, err = s.Enqueue(ctx, ada, JobSpec{Kind: "k"})
	wantCode(t, err, chat.CodePrincipalOff)
	must(t, s.EnablePrincipal(ctx, chat.Local, ada.ID))
	_, err = s.Enqueue(ctx, ada, JobSpec{Kind: "k"})
	must(t, err)

	wantCode(t, s.DisablePrincipal(ctx, chat.Local, "nobody"), chat.CodeNoPrincipal)
	wantCode(t, s.DisablePrincipal(ctx, chat.Local, System.ID), chat.CodeBadField)
	_, err = s.CreatePrincipal(ctx, chat.Local, KindLocal, "second")
	wantCode(t, err, chat.CodeBadField)
	_, err = s.CreatePrincipal(ctx, chat.Local, KindPerson, " \x00")
	wantCode(t, err, chat.CodeBadField)
	_, err = s.Principal(ctx, chat.Principal{ID: "nobody"})
	wantCode(t, err, chat.CodeNoPrincipal)
}
