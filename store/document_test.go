package store

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

func addDocument(t testing.TB, s *Store, who chat.Principal, spec DocumentSpec, text string) (Document, Version) {
	t.Helper()
	if spec.Mime == "" {
		spec.Mime = "text/plain"
	}
	d, v, err := s.AddDocument(t.Context(), who, spec, strings.NewReader(text))
	must(t, err)
	return d, v
}

// readAll claims the job of a version and says that it has been read.
func readAll(t testing.TB, s *Store, v Version) {
	t.Helper()
	readAs(t, s, v, VersionResult{Format: "text", Pages: 1, Passages: 2, Manifest: json.RawMessage(`{"whole":true}`)})
}

// readAs claims the job of a version and says what was read.
func readAs(t testing.TB, s *Store, v Version, r VersionResult) {
	t.Helper()
	ctx := t.Context()
	job, ok, err := s.Claim(ctx, System, time.Minute, JobDocument)
	must(t, err)
	if !ok || job.ID != v.Job {
		t.Fatalf("claimed %v %+v, want %s", ok, job, v.Job)
	}
	var payload DocumentJob
	must(t, json.Unmarshal(job.Payload, &payload))
	got, ok, err := s.WaitingVersion(ctx, System, payload.Version)
	must(t, err)
	if !ok || got.ID != v.ID {
		t.Fatalf("to be read: %v %+v, want %s", ok, got, v.ID)
	}
	has, err := s.EntryOf(ctx, System, v.ID)
	must(t, err)
	must(t, s.FinishVersion(ctx, System, job, v.ID, has, r))
}

func TestDocumentsAreReadByTheirReaders(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		team, err := s.CreateTeam(ctx, System, "연구소")
		must(t, err)
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember, team.ID).as()
		eve := signUp(t, s, "eve", RoleMember).as()
		own, version := addDocument(t, s, ada, DocumentSpec{Name: "혼자.txt"}, "하나")
		ours, _ := addDocument(t, s, ada, DocumentSpec{Name: "우리.txt", Readers: []string{team.ID}}, "둘")
		to, _ := addDocument(t, s, ada, DocumentSpec{Name: "이브.txt", Readers: []string{eve.ID, eve.ID}}, "셋")
		all, _ := addDocument(t, s, ada, DocumentSpec{Name: "모두.txt", Readers: []string{Everybody, team.ID}}, "넷")
		for _, c := range []struct {
			who  chat.Principal
			want []Document
		}{{ada, []Document{own, ours, to, all}}, {bob, []Document{ours, all}}, {eve, []Document{to, all}}} {
			got, err := s.Documents(ctx, c.who, DocumentFilter{Limit: 10})
			must(t, err)
			classes, err := s.DocumentClasses(ctx, c.who)
			must(t, err)
			if len(got) != len(c.want) || len(classes) != len(c.want) {
				t.Errorf("%s has %+v in classes %v, want %d", c.who.ID, got, classes, len(c.want))
			}
			for _, d := range c.want {
				must(t, second(s.Document(ctx, c.who, d.ID)))
			}
		}
		wantCode(t, second(s.Document(ctx, bob, own.ID)), chat.CodeNoDocument)
		wantCode(t, second(s.Version(ctx, bob, version.ID)), chat.CodeNoDocument)
		wantCode(t, second(s.UpdateDocument(ctx, bob, ours.ID, DocumentChange{Name: point("x")})), chat.CodeNoDocument)
		wantCode(t, s.DeleteDocument(ctx, bob, all.ID), chat.CodeNoDocument)
		_, err = s.AddVersion(ctx, bob, ours.ID, DocumentSpec{Name: "x.txt", Mime: "text/plain"}, strings.NewReader("x"))
		wantCode(t, err, chat.CodeNoDocument)
		f, _, err := s.OpenVersion(ctx, ada, version.ID)
		must(t, err)
		text, err := io.ReadAll(f)
		f.Close()
		if err != nil || string(text) != "하나" {
			t.Errorf("%q, %v", text, err)
		}

		// A page at a time, and a reader who is taken away again.
		first, err := s.Documents(ctx, ada, DocumentFilter{Limit: 3})
		must(t, err)
		rest, err := s.Documents(ctx, ada, DocumentFilter{After: &first[2], Limit: 3})
		if err != nil || len(rest) != 1 {
			t.Errorf("the second page has %d, %v; want 1", len(rest), err)
		}
		changed, err := s.UpdateDocument(ctx, ada, to.ID, DocumentChange{Readers: &[]string{}})
		must(t, err)
		if changed.Class != own.Class || changed.Class == to.Class {
			t.Errorf("class %s, want that of what nobody else reads, %s", changed.Class, own.Class)
		}
		wantCode(t, second(s.Document(ctx, eve, to.ID)), chat.CodeNoDocument)
		must(t, second(s.UpdateDocument(ctx, ada, to.ID, DocumentChange{Grade: point(0)})))
		_, err = s.UpdateDocument(ctx, ada, to.ID, DocumentChange{Grade: point(1)})
		wantCode(t, err, chat.CodeGradeAbove)
		must(t, s.Check(ctx))
	})
}

func TestDocumentsAboveOnesClearanceAreNotThere(t *testing.T) {
	s, ctx := openTest(t, t.TempDir()), t.Context()
	defer s.Close()
	chief, member := signUp(t, s, "chief", RoleAdmin).as(), signUp(t, s, "member", RoleMember).as()
	must(t, second(s.UpdatePerson(ctx, System, chief.ID, PersonChange{Grade: point(2)})))
	d, v := addDocument(t, s, chief, DocumentSpec{Name: "비밀.txt", Grade: 2, Readers: []string{Everybody}}, "비밀")
	wantCode(t, second(s.Document(ctx, member, d.ID)), chat.CodeNoDocument)
	if classes, err := s.DocumentClasses(ctx, member); err != nil || len(classes) > 0 {
		t.Errorf("classes %v, %v; want none", classes, err)
	}
	got, err := s.ReadableVersions(ctx, member, []string{v.ID})
	if err != nil || len(got) != 0 {
		t.Errorf("versions %v, %v; want none", got, err)
	}
	must(t, second(s.UpdateDocument(ctx, chief, d.ID, DocumentChange{Grade: point(0)})))
	if got, err = s.ReadableVersions(ctx, member, []string{v.ID}); err != nil || len(got) != 1 {
		t.Errorf("versions %v, %v; want one", got, err)
	}
}

// The same bytes are not read again for whoever may read them already, and for nobody else.
func TestSameBytesAreFreeForReaders(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		_, first := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "같은 글")
		if first.CopyOf != "" {
			t.Errorf("a copy of %s, want of nothing", first.CopyOf)
		}
		readAll(t, s, first)
		_, again := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "같은 글")
		_, others := addDocument(t, s, bob, DocumentSpec{Name: "규정.txt"}, "같은 글")
		if again.CopyOf != first.ID || others.CopyOf != "" {
			t.Errorf("copies of %q and %q, want %q and none", again.CopyOf, others.CopyOf, first.ID)
		}
	})
}

// A reading that ended before its document did is nobody else's, and may be done once more.
func TestAReadingThatWasCutIsNotTheLast(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada := signUp(t, s, "ada", RoleMember).as()
		_, whole := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "글")
		readAll(t, s, whole)
		must(t, s.RetryVersion(ctx, ada, whole.ID)) // there is no more of it: nothing happens
		_, cut := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "글")
		readAs(t, s, cut, VersionResult{Pages: 2, Gaps: 1, Manifest: json.RawMessage(`{"whole":false,"cut":true}`)})
		_, again := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "글")
		if cut.CopyOf != whole.ID || again.CopyOf != whole.ID {
			t.Errorf("copies of %q and %q, want of %q", cut.CopyOf, again.CopyOf, whole.ID)
		}
		must(t, s.RetryVersion(ctx, ada, cut.ID))
		for id, want := range map[string]VersionState{whole.ID: VersionRead, cut.ID: VersionWaiting} {
			if v, err := s.Version(ctx, ada, id); err != nil || v.State != want || v.CopyOf != "" {
				t.Errorf("%s is %s, a copy of %q, %v; want %s", id, v.State, v.CopyOf, err, want)
			}
		}
	})
}

// What was read of a version is there while it is read again, and is all there is if that brings nothing; what is lost is not.
func TestWhatWasCutIsThereWhileItIsReadAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada := signUp(t, s, "ada", RoleMember).as()
		_, cut := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "글")
		readAs(t, s, cut, VersionResult{Pages: 2, Gaps: 1, Manifest: json.RawMessage(`{"whole":false,"cut":true}`)})
		is := func(state VersionState, has bool, code chat.Code) {
			t.Helper()
			v, err := s.Version(ctx, ada, cut.ID)
			must(t, err)
			known, err := s.HasReading(ctx, System, cut.ID)
			must(t, err)
			told := chat.Code("")
			if v.Error != nil {
				told = v.Error.Code
			}
			if v.State != state || v.HasReading() != has || known != has || told != code {
				t.Errorf("%s, read %v and %v, %q; want %s, %v, %q", v.State, v.HasReading(), known, told, state, has, code)
			}
		}
		slow := chat.NewError(chat.CodeDocumentSlow, nil, "규정.txt", 8.0)
		fail := func() {
			t.Helper()
			v, err := s.Version(ctx, ada, cut.ID)
			must(t, err)
			must(t, s.FailVersion(ctx, System, Job{ID: v.Job}, cut.ID, slow))
		}
		is(VersionRead, true, "")
		must(t, s.RetryVersion(ctx, ada, cut.ID))
		is(VersionWaiting, true, "")
		must(t, s.CancelVersion(ctx, ada, cut.ID))
		is(VersionRead, true, "")
		must(t, s.RetryVersion(ctx, ada, cut.ID))
		fail()
		is(VersionRead, true, slow.Code)
		must(t, s.RetryVersion(ctx, ada, cut.ID))
		is(VersionWaiting, true, "")
		must(t, s.CancelVersion(ctx, ada, cut.ID))
		must(t, s.RereadVersion(ctx, System, cut.ID)) // it is lost
		is(VersionWaiting, false, "")
		fail()
		is(VersionFailed, false, slow.Code)
	})
}

// The index keeps what there is of a version while that is read again, and no older version beside it; a newer one takes its place.
func TestTheIndexKeepsWhatIsReadAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada := signUp(t, s, "ada", RoleMember).as()
		cut := VersionResult{Gaps: 1, Manifest: json.RawMessage(`{"whole":false,"cut":true}`)}
		d, one := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "하나")
		readAll(t, s, one)
		next := func(text string) Version {
			v, err := s.AddVersion(ctx, ada, d.ID, DocumentSpec{Name: "규정.txt", Mime: "text/plain"}, strings.NewReader(text))
			must(t, err)
			return v
		}
		two := next("둘")
		readAs(t, s, two, cut)
		must(t, s.IndexedVersion(ctx, System, one.ID, Entry{}))
		must(t, s.EmbeddedVersion(ctx, System, two.ID, "e5"))
		holds := func(indexed, embedded string, superseded ...string) Version {
			t.Helper()
			now, err := s.Version(ctx, ada, two.ID)
			must(t, err)
			all, err := s.ReadVersions(ctx, System, "", 10)
			must(t, err)
			old, err := s.SupersededVersions(ctx, System, 10)
			must(t, err)
			if len(all) != 1 || (all[0].ID == two.ID) != (len(superseded) == 0) || !slices.Equal(old, superseded) {
				t.Errorf("the index is to have %+v, and no more %v", all, old)
			}
			if now.Indexed != indexed || now.Embedded != embedded {
				t.Errorf("in the index as %q, vectors %q; want %q and %q", now.Indexed, now.Embedded, indexed, embedded)
			}
			if moved, err := s.MovedVersions(ctx, System, 10); err != nil || len(moved) > 0 {
				t.Errorf("moved %+v, %v; want none", moved, err)
			}
			return now
		}
		holds(d.Class, "e5")
		must(t, s.RetryVersion(ctx, ada, two.ID))
		holds(d.Class, "e5")
		must(t, s.CancelVersion(ctx, ada, two.ID))
		holds(d.Class, "e5")
		must(t, s.RetryVersion(ctx, ada, two.ID))
		readAs(t, s, holds(d.Class, "e5"), cut)
		holds(d.Class, "") // those of the other words are none of these
		must(t, s.RetryVersion(ctx, ada, two.ID))
		again := holds(d.Class, "")
		third := next("셋")
		holds(d.Class, "")
		must(t, s.FinishVersion(ctx, System, Job{ID: third.Job}, third.ID, Entry{d.Class, d.Name}, VersionResult{Manifest: json.RawMessage(`{"whole":true}`)}))
		holds(d.Class, "", two.ID)
		must(t, s.IndexedVersion(ctx, System, two.ID, Entry{}))
		must(t, s.RereadVersion(ctx, System, two.ID)) // what there was of it is lost, and it waits for its job as before
		if now, err := s.Version(ctx, ada, two.ID); err != nil || now.HasReading() || now.State != VersionWaiting || now.Job != again.Job {
			t.Errorf("%+v, %v; want one that waits for %s", now, err, again.Job)
		}
	})
}

func TestVersionsOfADocument(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada := signUp(t, s, "ada", RoleMember).as()
		d, one := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "하나")
		readAll(t, s, one)
		two, err := s.AddVersion(ctx, ada, d.ID, DocumentSpec{Name: "규정(개정).txt", Mime: "text/plain"}, strings.NewReader("둘"))
		must(t, err)
		must(t, s.CancelVersion(ctx, ada, one.ID)) // it is read: nothing happens
		must(t, s.CancelVersion(ctx, ada, two.ID))
		if _, ok, err := s.WaitingVersion(ctx, System, two.ID); ok || err != nil {
			t.Errorf("a cancelled version is to be read: %v", err)
		}
		if _, ok, err := s.Claim(ctx, System, time.Minute, JobDocument); ok || err != nil {
			t.Errorf("its job can be claimed: %v", err)
		}
		must(t, s.RetryVersion(ctx, ada, two.ID))
		all, err := s.Versions(ctx, ada, d.ID)
		must(t, err)
		states := []VersionState{all[0].State, all[1].State}
		if all[0].Number != 2 || !slices.Equal(states, []VersionState{VersionWaiting, VersionRead}) || string(all[1].Manifest) != `{"whole":true}` {
			t.Errorf("versions %+v", all)
		}
		must(t, s.FailVersion(ctx, System, Job{ID: all[0].Job}, two.ID, chat.NewError(chat.CodeDocumentPassword, nil, "규정(개정).txt")))
		got, err := s.Version(ctx, ada, two.ID)
		must(t, err)
		if got.State != VersionFailed || got.Error == nil || got.Error.Code != chat.CodeDocumentPassword || got.Error.Params[0] != "규정(개정).txt" {
			t.Errorf("failed: %+v", got)
		}
	})
}

// What has been put into the index as its document is no more by the time that this is noted is to be put there once more, and so is
// what there is of a version that is read again.
func TestTheIndexLearnsOfChangesMeanwhile(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		d, v := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "하나")
		cut := VersionResult{Gaps: 1, Manifest: json.RawMessage(`{"whole":false,"cut":true}`)}
		had := Entry{d.Class, d.Name}
		follows := func(want Entry) {
			t.Helper()
			moved, err := s.MovedVersions(ctx, System, 10)
			must(t, err)
			if is, err := s.EntryOf(ctx, System, v.ID); err != nil || is != want || len(moved) != 1 || moved[0].Entry != want {
				t.Errorf("moved %+v to %+v, %v; want to %+v", moved, is, err, want)
			}
			must(t, s.IndexedVersion(ctx, System, v.ID, want))
			if moved, err = s.MovedVersions(ctx, System, 10); err != nil || len(moved) > 0 {
				t.Errorf("moved %+v, %v; want none", moved, err)
			}
			had = want
		}
		change := func(change DocumentChange) Entry {
			t.Helper()
			d, err := s.UpdateDocument(ctx, ada, d.ID, change)
			must(t, err)
			return Entry{d.Class, d.Name}
		}
		name := "여비 지침.txt"
		renamed := change(DocumentChange{Name: &name})
		must(t, s.FinishVersion(ctx, System, Job{ID: v.Job}, v.ID, had, cut))
		follows(renamed)

		must(t, s.RetryVersion(ctx, ada, v.ID))
		follows(change(DocumentChange{Readers: &[]string{bob.ID}}))
		name = "여비 규정.txt"
		follows(change(DocumentChange{Name: &name}))
		name = "여비.txt"
		renamed = change(DocumentChange{Name: &name})
		must(t, s.IndexedVersion(ctx, System, v.ID, had))
		follows(renamed)

		must(t, s.DeleteDocument(ctx, ada, d.ID))
		wantCode(t, second(s.EntryOf(ctx, System, v.ID)), chat.CodeNoDocument)
		wantCode(t, second(s.EntryOf(ctx, ada, v.ID)), chat.CodeMayNot)
	})
}

// What is deleted leaves its file at once, and says what is to go from the index; what is moved is told likewise.
func TestTheIndexLearnsWhatMovesAndGoes(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		d, v := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt"}, "하나")
		readAll(t, s, v)
		if moved, err := s.MovedVersions(ctx, System, 10); err != nil || len(moved) != 0 {
			t.Errorf("moved %v, %v; want none", moved, err)
		}
		must(t, second(s.UpdateDocument(ctx, ada, d.ID, DocumentChange{Readers: &[]string{bob.ID}})))
		moved, err := s.MovedVersions(ctx, System, 10)
		must(t, err)
		if len(moved) != 1 || moved[0].ID != v.ID || moved[0].Indexed == moved[0].Class || moved[0].Title != "규정.txt" {
			t.Fatalf("moved %+v", moved)
		}
		must(t, s.IndexedVersion(ctx, System, v.ID, moved[0].Entry))
		must(t, s.EmbeddedVersion(ctx, System, v.ID, "e5"))
		all, err := s.ReadVersions(ctx, System, "", 10)
		must(t, err)
		if len(all) != 1 || all[0].Embedded != "e5" || all[0].Indexed != all[0].Class {
			t.Errorf("read %+v", all)
		}
		wantCode(t, second(s.ReadVersions(ctx, ada, "", 10)), chat.CodeMayNot)

		must(t, s.DeleteDocument(ctx, ada, d.ID))
		if s.hasFile(v.Hash) {
			t.Error("the file of a deleted document is still there")
		}
		gone, err := s.GoneVersions(ctx, System, 10)
		must(t, err)
		if !slices.Equal(gone, []string{v.ID}) {
			t.Errorf("gone %v, want %s", gone, v.ID)
		}
		must(t, s.ForgetVersion(ctx, System, v.ID))
		if gone, err = s.GoneVersions(ctx, System, 10); err != nil || len(gone) > 0 {
			t.Errorf("gone %v, %v; want none", gone, err)
		}
		must(t, s.Check(ctx))
	})
}

// Documents of somebody who leaves are the heir's, and nobody finds them by the old class.
func TestDepartHandsDocumentsOver(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember), signUp(t, s, "bob", RoleMember)
		signUp(t, s, "chief", RoleAdmin)
		d, v := addDocument(t, s, ada.as(), DocumentSpec{Name: "규정.txt"}, "하나")
		readAll(t, s, v)
		own, _ := addDocument(t, s, bob.as(), DocumentSpec{Name: "밥.txt"}, "둘")
		must(t, s.Depart(ctx, System, ada.ID, bob.ID))
		got, err := s.Document(ctx, bob.as(), d.ID)
		must(t, err)
		if got.Owner != bob.ID || got.Class != own.Class {
			t.Errorf("got %+v, want of %s in class %s", got, bob.ID, own.Class)
		}
		if moved, err := s.MovedVersions(ctx, System, 10); err != nil || len(moved) != 1 {
			t.Errorf("moved %v, %v; want one", moved, err)
		}
	})
}
