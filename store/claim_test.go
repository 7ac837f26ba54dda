package store

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

// queue puts jobs of somebody into the queue, a millisecond after each other.
func queue(t *testing.T, s *Store, who chat.Principal, urgent bool, names ...string) {
	t.Helper()
	for _, name := range names {
		_, err := s.Enqueue(t.Context(), who, JobSpec{Kind: "k", Payload: name, Urgent: urgent})
		must(t, err)
		time.Sleep(time.Millisecond)
	}
}

// order claims and completes so many jobs, each of which takes a second, and tells their payloads.
func order(t *testing.T, s *Store, n int) string {
	t.Helper()
	var names []string
	for range n {
		j := claim(t, s, time.Minute, "k")
		time.Sleep(time.Second)
		must(t, s.Complete(t.Context(), j))
		names = append(names, strings.Trim(string(j.Payload), `"`))
	}
	return strings.Join(names, " ")
}

func TestPeopleTakeTurns(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ada, bob, eve := person(t, s, "Ada"), person(t, s, "Bob"), person(t, s, "Eve")
		queue(t, s, ada, false, "a1", "a2", "a3", "a4", "a5", "a6")
		if got := order(t, s, 2); got != "a1 a2" {
			t.Errorf("alone: %s", got)
		}
		queue(t, s, bob, false, "b1", "b2")
		queue(t, s, eve, false, "e1")
		if got, want := order(t, s, 6), "a3 b1 e1 a4 b2 a5"; got != want {
			t.Errorf("in turns: %s, want %s", got, want)
		}
		// What somebody waits for comes first, of several people in turns.
		queue(t, s, ada, true, "A1", "A2", "A3")
		queue(t, s, eve, true, "E1")
		queue(t, s, bob, false, "b3")
		if got, want := order(t, s, 6), "A1 E1 A2 A3 a6 b3"; got != want {
			t.Errorf("urgent: %s, want %s", got, want)
		}
	})
}

// However many urgent jobs come, others have their turn.
func TestNobodyWaitsForEver(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ada, bob := person(t, s, "Ada"), person(t, s, "Bob")
		queue(t, s, bob, false, "b")
		for i := range 2000 {
			queue(t, s, ada, true, "a")
			if order(t, s, 1) == "b" {
				if waited := time.Duration(i) * time.Second; waited < urgentLead/2 || waited > 2*urgentLead {
					t.Errorf("waited %v, want about %v", waited, urgentLead)
				}
				return
			}
		}
		t.Error("never had its turn")
	})
}

func TestUrgentJobsAlone(t *testing.T) { eachStore(t, testUrgentJobsAlone) }
func testUrgentJobsAlone(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
	queue(t, s, ada, false, "a")
	urgent := func() string {
		t.Helper()
		j, ok, err := s.ClaimUrgent(ctx, System, time.Minute, "k")
		must(t, err)
		if !ok {
			return ""
		}
		if !j.Urgent {
			t.Errorf("claimed %+v", j)
		}
		return string(j.Payload)
	}
	if got := urgent(); got != "" {
		t.Errorf("claimed %s, which nobody waits for", got)
	}
	queue(t, s, bob, true, "b")
	if got := urgent(); got != `"b"` {
		t.Errorf("claimed %q", got)
	}
	if j := claim(t, s, time.Minute); string(j.Payload) != `"a"` {
		t.Errorf("claimed %+v", j)
	}
}

// Documents of a conversation are urgent, and so is what is attached to a question while it waits.
func TestDocumentsThatSomebodyWaitsFor(t *testing.T) { eachStore(t, testDocumentsWaitedFor) }
func testDocumentsWaitedFor(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada := signUp(t, s, "ada", RoleMember).as()
	isUrgent := func(v Version) bool {
		t.Helper()
		j, err := s.Job(ctx, ada, v.Job)
		must(t, err)
		return j.Urgent
	}
	d, own := addDocument(t, s, ada, DocumentSpec{Name: "서랍.txt"}, "하나")
	_, draft := addDocument(t, s, ada, DocumentSpec{Name: "질문.txt", Conversation: "draft:1"}, "둘")
	if isUrgent(own) || !isUrgent(draft) {
		t.Errorf("urgent: of its own right %v, of a conversation %v", isUrgent(own), isUrgent(draft))
	}
	must(t, s.CancelVersion(ctx, ada, draft.ID))
	must(t, s.RetryVersion(ctx, ada, draft.ID))
	draft, err := s.Version(ctx, ada, draft.ID)
	must(t, err)
	if !isUrgent(draft) {
		t.Error("what is read again is not urgent any more")
	}
	_, _, _, err = s.StartConversation(ctx, ada, ConversationSpec{}, MessageSpec{Text: "이건?", Attachments: []byte(fmt.Sprintf(`[{"document":%q}]`, d.ID))}, MessageSpec{})
	must(t, err)
	if !isUrgent(own) {
		t.Error("what a question is about is not urgent")
	}
}

// BenchmarkClaim claims among 10,000 jobs of one person and one of each of a hundred others.
func BenchmarkClaim(b *testing.B) {
	for _, at := range []struct {
		name  string
		place func(testing.TB) place
	}{{"sqlite", sqlitePlace}, {"postgres", postgresPlace}} {
		b.Run(at.name, func(b *testing.B) {
			s := at.place(b).open(b)
			var people []chat.Principal
			for i := range 101 {
				people = append(people, signUp(b, s, fmt.Sprint("p", i), RoleMember).as())
			}
			must(b, s.write(b.Context(), "test", func(tx *sql.Tx) error {
				for i := range 10_000 {
					who := people[0]
					if i < len(people) {
						who = people[i]
					}
					at := now()
					if err := insertJob(tx, Job{ID: newID("job"), Principal: who, Kind: "k", Payload: []byte("{}"), State: JobQueued, MaxAttempts: 1, NotBefore: at, Created: at}); err != nil {
						return err
					}
				}
				return nil
			}))
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				_, ok, err := s.Claim(b.Context(), System, time.Minute, "k")
				if err != nil || !ok {
					b.Fatal(ok, err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "µs-p95")
		})
	}
}
