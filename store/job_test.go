package store

import (
	"encoding/json"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

func claim(t *testing.T, s *Store, lease time.Duration, kinds ...string) Job {
	t.Helper()
	j, ok, err := s.Claim(t.Context(), System, lease, kinds...)
	must(t, err)
	if !ok {
		t.Fatal("nothing to claim")
	}
	return j
}

func wantNothing(t *testing.T, s *Store, kinds ...string) {
	t.Helper()
	if j, ok, err := s.Claim(t.Context(), System, time.Minute, kinds...); err != nil || ok {
		t.Fatalf("claimed %+v, %v; want nothing", j, err)
	}
}

func TestJobRunsToItsEnd(t *testing.T) { eachStore(t, testJobRunsToItsEnd) }
func testJobRunsToItsEnd(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	ada := person(t, s, "Ada")
	want, err := s.Enqueue(ctx, ada, JobSpec{Kind: "pull", Payload: map[string]string{"model": "smollm2-135m"}})
	must(t, err)
	wantNothing(t, s, "index", "train")
	j := claim(t, s, time.Minute, "index", "pull")
	if j.ID != want.ID || j.Principal.ID != ada.ID || j.State != JobRunning || j.Attempt != 1 || string(j.Payload) != `{"model":"smollm2-135m"}` {
		t.Fatalf("claimed %+v", j)
	}
	wantNothing(t, s)
	must(t, s.Heartbeat(ctx, j, 3, 10, time.Minute))
	if got, err := s.Job(ctx, ada, j.ID); err != nil || got.Done != 3 || got.Total != 10 {
		t.Fatalf("%+v, %v; want 3 of 10", got, err)
	}
	must(t, s.Complete(ctx, j))
	got, err := s.Job(ctx, ada, j.ID)
	if err != nil || got.State != JobDone || got.Done != 10 || got.Finished.IsZero() || got.Error != nil {
		t.Fatalf("%+v, %v; want done", got, err)
	}
	wantCode(t, s.Complete(ctx, j), chat.CodeJobLost)

	_, err = s.Job(ctx, chat.Local, j.ID)
	wantCode(t, err, chat.CodeNoJob)
	if all, err := s.Jobs(ctx, chat.Local, 10); err != nil || len(all) != 0 {
		t.Fatalf("somebody else sees %v, %v", all, err)
	}
	if all, err := s.Jobs(ctx, ada, 10); err != nil || len(all) != 1 {
		t.Fatalf("jobs %v, %v; want one", all, err)
	}
}

func TestJobIsTriedAgain(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ctx := t.Context()
		_, err := s.Enqueue(ctx, chat.Local, JobSpec{Kind: "pull", MaxAttempts: 3})
		must(t, err)
		why := chat.NewError(chat.CodeTooLong, errors.New("for the log"), 5000, 4096)
		for attempt, wait := range []time.Duration{time.Second, 2 * time.Second} {
			j := claim(t, s, time.Minute)
			if j.Attempt != attempt+1 {
				t.Fatalf("attempt %d, want %d", j.Attempt, attempt+1)
			}
			must(t, s.Fail(ctx, j, why, false))
			time.Sleep(wait - time.Millisecond)
			wantNothing(t, s)
			time.Sleep(time.Millisecond)
		}
		j := claim(t, s, time.Minute)
		must(t, s.Fail(ctx, j, why, false))
		j, err = s.Job(ctx, chat.Local, j.ID)
		if err != nil || j.State != JobFailed || j.Error.In(chat.English) != why.In(chat.English) {
			t.Fatalf("%+v, %v; want failed with %q", j, err, why.In(chat.English))
		}
		time.Sleep(time.Hour)
		wantNothing(t, s)
	})
}

func TestJobFailsForGood(t *testing.T) { eachStore(t, testJobFailsForGood) }
func testJobFailsForGood(t *testing.T, at place) {
	s := at.open(t)
	_, err := s.Enqueue(t.Context(), chat.Local, JobSpec{Kind: "pull", MaxAttempts: 9})
	must(t, err)
	j := claim(t, s, time.Minute)
	if err := s.Fail(t.Context(), j, nil, true); err == nil {
		t.Fatal("failed without a reason")
	}
	must(t, s.Fail(t.Context(), j, chat.NewError(chat.CodeShuttingDown, nil), true))
	if j, err = s.Job(t.Context(), chat.Local, j.ID); err != nil || j.State != JobFailed {
		t.Fatalf("%+v, %v; want failed", j, err)
	}
}

func TestLeaseRunsOut(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ctx := t.Context()
		_, err := s.Enqueue(ctx, chat.Local, JobSpec{Kind: "pull", MaxAttempts: 2})
		must(t, err)
		first := claim(t, s, time.Minute)
		time.Sleep(59 * time.Second)
		must(t, s.Heartbeat(ctx, first, 1, 2, time.Minute))
		time.Sleep(59 * time.Second)
		wantNothing(t, s)
		time.Sleep(time.Second)
		second := claim(t, s, time.Minute)
		if second.ID != first.ID || second.Attempt != 2 {
			t.Fatalf("claimed %+v, want the second attempt at %s", second, first.ID)
		}
		// The first worker comes back late: it may change nothing.
		wantCode(t, s.Heartbeat(ctx, first, 2, 2, time.Minute), chat.CodeJobLost)
		wantCode(t, s.Complete(ctx, first), chat.CodeJobLost)
		wantCode(t, s.Fail(ctx, first, chat.NewError(chat.CodeInternal, nil, "x"), false), chat.CodeJobLost)
		time.Sleep(time.Minute)
		wantNothing(t, s)
		j, err := s.Job(ctx, chat.Local, first.ID)
		must(t, err)
		if j.State != JobFailed {
			t.Fatalf("%+v, want failed", j)
		}
		wantCode(t, j.Error, chat.CodeJobInterrupted)
	})
}

func TestOpenReleasesLeases(t *testing.T) { eachStore(t, testOpenReleasesLeases) }
func testOpenReleasesLeases(t *testing.T, at place) {
	s := at.open(t)
	_, err := s.Enqueue(t.Context(), chat.Local, JobSpec{Kind: "pull", MaxAttempts: 2})
	must(t, err)
	first := claim(t, s, time.Hour)
	must(t, s.Close())
	s = at.open(t)
	if second := claim(t, s, time.Hour); second.ID != first.ID || second.Attempt != 2 {
		t.Fatalf("claimed %+v, want the second attempt at %s", second, first.ID)
	}
}

func TestCancelJob(t *testing.T) { eachStore(t, testCancelJob) }
func testCancelJob(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	waiting, err := s.Enqueue(ctx, chat.Local, JobSpec{Kind: "later", NotBefore: time.Now().Add(time.Hour)})
	must(t, err)
	_, err = s.Enqueue(ctx, chat.Local, JobSpec{Kind: "now"})
	must(t, err)
	running := claim(t, s, time.Minute)
	if running.Kind != "now" {
		t.Fatalf("claimed %+v, want the one that is due", running)
	}
	wantCode(t, s.CancelJob(ctx, person(t, s, "Ada"), running.ID), chat.CodeNoJob)
	must(t, s.CancelJob(ctx, chat.Local, waiting.ID))
	must(t, s.CancelJob(ctx, chat.Local, running.ID))
	must(t, s.CancelJob(ctx, chat.Local, running.ID))
	wantCode(t, s.Heartbeat(ctx, running, 1, 2, time.Minute), chat.CodeJobCancelled)
	wantCode(t, s.Complete(ctx, running), chat.CodeJobCancelled)
	for _, id := range []string{waiting.ID, running.ID} {
		if j, err := s.Job(ctx, chat.Local, id); err != nil || j.State != JobCancelled {
			t.Fatalf("%+v, %v; want cancelled", j, err)
		}
	}
}

// Whoever cancels the job that reads a document has cancelled the reading: the document does not wait for it any more, and has what
// was read of it before.
func TestCancellingItsJobCancelsAReading(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		_, v := addDocument(t, s, ada, DocumentSpec{Name: "규정.txt", Readers: []string{bob.ID}}, "글")
		is := func(state VersionState, has bool) Version {
			t.Helper()
			now, err := s.Version(ctx, ada, v.ID)
			must(t, err)
			if now.State != state || now.HasReading() != has || now.Error != nil {
				t.Errorf("%s, read %v, %v; want %s, %v", now.State, now.HasReading(), now.Error, state, has)
			}
			return now
		}
		ended := func(job string) {
			t.Helper()
			if j, err := s.Job(ctx, ada, job); err != nil || j.State != JobCancelled || j.Finished.IsZero() {
				t.Errorf("%+v, %v; want cancelled", j, err)
			}
			wantNothing(t, s, JobDocument)
		}
		wantCode(t, s.CancelJob(ctx, bob, v.Job), chat.CodeNoJob) // who may read it
		is(VersionWaiting, false)
		must(t, s.CancelJob(ctx, ada, v.Job))
		is(VersionCancelled, false)
		ended(v.Job)

		must(t, s.RetryVersion(ctx, ada, v.ID))
		// That job is over, and the version waits for another: whoever still works at the first one ends nothing.
		first := Job{ID: v.Job}
		must(t, s.CancelJob(ctx, ada, first.ID))
		must(t, s.FailVersion(ctx, System, first, v.ID, chat.NewError(chat.CodeDocumentEmpty, nil, "규정.txt")))
		wantCode(t, s.FinishVersion(ctx, System, first, v.ID, Entry{Class: "class"}, VersionResult{}), chat.CodeNoDocument)
		second := is(VersionWaiting, false).Job
		running := claim(t, s, time.Minute, JobDocument)
		must(t, s.CancelJob(ctx, ada, second))
		is(VersionCancelled, false)
		ended(second)
		wantCode(t, s.Heartbeat(ctx, running, 1, 2, time.Minute), chat.CodeJobCancelled)
		wantCode(t, s.FinishVersion(ctx, System, running, v.ID, Entry{Class: "class"}, VersionResult{}), chat.CodeNoDocument)

		must(t, s.RetryVersion(ctx, ada, v.ID))
		readAs(t, s, is(VersionWaiting, false), VersionResult{Gaps: 1, Manifest: json.RawMessage(`{"whole":false,"cut":true}`)})
		before := is(VersionRead, true)
		must(t, s.RetryVersion(ctx, ada, v.ID))
		third := is(VersionWaiting, true).Job
		must(t, s.CancelJob(ctx, ada, third))
		if after := is(VersionRead, true); !after.Cut || after.Indexed != before.Indexed || string(after.Manifest) != string(before.Manifest) {
			t.Errorf("%+v, want what there was: %+v", after, before)
		}
		ended(third)
		must(t, s.CancelJob(ctx, ada, third))
		is(VersionRead, true)
		must(t, s.Check(ctx))
	})
}

// What is above somebody's clearance by now is none of theirs to cancel.
func TestJobsAboveOnesClearanceAreNotThere(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		chief := signUp(t, s, "chief", RoleAdmin).as()
		must(t, second(s.UpdatePerson(ctx, System, chief.ID, PersonChange{Grade: point(2)})))
		_, v := addDocument(t, s, chief, DocumentSpec{Name: "비밀.txt", Grade: 2}, "글")
		must(t, second(s.UpdatePerson(ctx, System, chief.ID, PersonChange{Grade: point(0)})))
		wantCode(t, s.CancelJob(ctx, chief, v.Job), chat.CodeNoJob)
		if _, waits, err := s.WaitingVersion(ctx, System, v.ID); err != nil || !waits {
			t.Errorf("waits: %v, %v", waits, err)
		}
	})
}

func TestEachJobIsClaimedOnce(t *testing.T) { eachStore(t, testEachJobIsClaimedOnce) }
func testEachJobIsClaimedOnce(t *testing.T, at place) {
	s := at.open(t)
	const jobs = 40
	for range jobs {
		_, err := s.Enqueue(t.Context(), chat.Local, JobSpec{Kind: "count"})
		must(t, err)
	}
	var claimed sync.Map
	var n atomic.Int32
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for {
				j, ok, err := s.Claim(t.Context(), System, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if err != nil || !ok {
					return
				}
				if _, twice := claimed.LoadOrStore(j.ID, true); twice {
					t.Errorf("%s was claimed twice", j.ID)
				}
				n.Add(1)
				if err := s.Complete(t.Context(), j); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	if n.Load() != jobs {
		t.Fatalf("%d claimed, want %d", n.Load(), jobs)
	}
}

func TestErrorParamsComeBack(t *testing.T) {
	type word string
	in := []any{"문서", 7, int64(math.MaxInt64), uint8(3), true, 2.0, 1.5, math.Inf(1), word("w"), errors.New("e"), nil}
	want := []any{"문서", int64(7), int64(math.MaxInt64), int64(3), true, 2.0, 1.5, "+Inf", "w", "e", "<nil>"}
	encoded, err := encodeParams(in)
	must(t, err)
	got, err := decodeParams(encoded)
	must(t, err)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%#v came back as %#v, want %#v", in[i], got[i], want[i])
		}
	}
}

func TestDelayDoublesToItsEnd(t *testing.T) {
	for attempt, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 10: 5 * time.Minute, math.MaxInt: 5 * time.Minute} {
		if got := delay(attempt); got != want {
			t.Errorf("delay after attempt %d is %v, want %v", attempt, got, want)
		}
	}
}
