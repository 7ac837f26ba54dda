package store

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"exaone/chat"
)

func TestAuditVerifies(t *testing.T) { eachStore(t, testAuditVerifies) }
func testAuditVerifies(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	if head, err := s.VerifyAudit(ctx, System); err != nil || head.Seq != 0 {
		t.Fatalf("an empty log: %+v, %v", head, err)
	}
	must(t, s.AppendAudit(ctx, chat.Local, "model.remove", "smollm2-135m", nil))
	must(t, s.AppendAudit(ctx, System, "note.add", "한글 <&>", map[string]any{"words": "두 줄\n", "n": 3}))
	head, err := s.VerifyAudit(ctx, System)
	if err != nil || head.Seq != 2 || len(head.Hash) != 32 {
		t.Fatalf("%+v, %v; want two rows", head, err)
	}
	all, err := s.Audit(ctx, System, 1, 10)
	if err != nil || len(all) != 1 || all[0].Object != "한글 <&>" || all[0].Principal != "system" || all[0].At.IsZero() {
		t.Fatalf("after the first: %+v, %v", all, err)
	}
	if err := s.AppendAudit(ctx, chat.Local, "big", "x", strings.Repeat("a", maxAuditDetails)); err == nil {
		t.Fatal("details without bound")
	}
}

func TestAuditRowsAreNeverChanged(t *testing.T) { eachStore(t, testAuditRowsAreNeverChanged) }
func testAuditRowsAreNeverChanged(t *testing.T, at place) {
	s := at.open(t)
	must(t, s.AppendAudit(t.Context(), chat.Local, "a.b", "c", nil))
	for _, query := range []string{`UPDATE audit SET action = 'x'`, `DELETE FROM audit`} {
		if _, err := s.writer.Exec(query); err == nil {
			t.Errorf("%s was let through", query)
		}
	}
}

// Whoever has the file can do anything to it but hide it.
func TestVerifyAuditNamesTheFirstAlteredRow(t *testing.T) { eachStore(t, testFirstAlteredRow) }
func testFirstAlteredRow(t *testing.T, kind place) {
	const rows = 9
	// What lets somebody change rows, and what PostgreSQL calls things.
	open, words := `DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; `, strings.NewReplacer()
	if !kind.sqlite() {
		open = `DROP TRIGGER audit_no_change ON audit; DROP TRIGGER audit_no_truncate ON audit; `
		words = strings.NewReplacer("zeroblob(32)", "decode(repeat('00', 32), 'hex')")
	}
	tests := []struct {
		name, query string
		want        int64
	}{
		{"time", `UPDATE audit SET at = at + 1 WHERE seq = 4`, 4},
		{"principal", `UPDATE audit SET principal = 'system' WHERE seq = 1`, 1},
		{"action", `UPDATE audit SET action = 'key.revoke' WHERE seq = 9`, 9},
		{"object", `UPDATE audit SET object = 'y' WHERE seq = 5`, 5},
		{"details", `UPDATE audit SET details = '{"n": 4}' WHERE seq = 4`, 4},
		{"text moved to the next field", `UPDATE audit SET action = 'a.bo', object = substr(object, 2) WHERE seq = 3`, 3},
		{"hash", `UPDATE audit SET hash = zeroblob(32) WHERE seq = 6`, 6},
		{"previous", `UPDATE audit SET previous = zeroblob(32) WHERE seq = 6`, 6},
		{"a row gone", `DELETE FROM audit WHERE seq = 7`, 7},
		{"the first gone", `DELETE FROM audit WHERE seq = 1`, 1},
		{"the last gone", `DELETE FROM audit WHERE seq = 9`, 9},
		{"all gone", `DELETE FROM audit`, 1},
		{"two swapped", `UPDATE audit SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4); UPDATE audit SET seq = -seq WHERE seq < 0`, 3},
		{"a row added", `INSERT INTO audit SELECT 10, at, principal, action, object, details, hash, hash FROM audit WHERE seq = 9`, 10},
		{"the head", `UPDATE audit_head SET hash = zeroblob(32)`, 10},
		{"the head gone", `DELETE FROM audit_head`, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			at := kind.another(t)
			s := at.open(t)
			for i := range rows {
				must(t, s.AppendAudit(t.Context(), chat.Local, "a.b", fmt.Sprint("o", i), map[string]int{"n": i}))
			}
			must(t, s.Close())
			at.exec(t, open+words.Replace(test.query))
			s = at.open(t)
			_, err := s.VerifyAudit(t.Context(), System)
			e := wantCode(t, err, chat.CodeAuditAltered)
			if got := fmt.Sprint(e.Params[0]); got != fmt.Sprint(test.want) {
				t.Fatalf("names row %s (%v), want %d", got, err, test.want)
			}
		})
	}
}

func TestConcurrentWritersKeepOneChain(t *testing.T) { eachStore(t, testConcurrentWritersKeepOneChain) }
func testConcurrentWritersKeepOneChain(t *testing.T, at place) {
	s := at.open(t)
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			for i := range 20 {
				if err := s.AppendAudit(t.Context(), chat.Local, "race.write", fmt.Sprint(w, ".", i), nil); err != nil {
					t.Error(err)
				}
				if err := s.SetSetting(t.Context(), chat.Local, chat.Local, fmt.Sprint("w", w), i); err != nil {
					t.Error(err)
				}
				if _, err := s.Audit(t.Context(), System, 0, 5); err != nil {
					t.Error(err)
				}
				if i%10 == 0 {
					if _, err := s.VerifyAudit(t.Context(), System); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	writers.Wait()
	if head, err := s.VerifyAudit(t.Context(), System); err != nil || head.Seq != 160 {
		t.Fatalf("%+v, %v; want 160 rows", head, err)
	}
}
