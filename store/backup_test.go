package store

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"exaone/chat"
)

// fillEverything puts at least one row into every table, and awkward values into some.
func fillEverything(t testing.TB, s *Store) (secret string) {
	t.Helper()
	ctx := t.Context()
	team, err := s.CreateTeam(ctx, System, `연구소 "1" <&>`)
	must(t, err)
	ada := signUp(t, s, "ada", RoleAdmin, team.ID)
	who := ada.as()
	_, _, err = s.CreateSession(ctx, who, SessionSpec{Address: "192.0.2.1", Agent: "한글\u2028 \t🙂"})
	must(t, err)
	_, _, err = s.CreateLink(ctx, who, LinkSpec{Kind: LinkInvite, Role: RoleGuest, Teams: []string{team.ID}})
	must(t, err)
	must(t, s.SetQuota(ctx, who, Quota{PerDay: 1 << 60, PerMinute: Unlimited}))
	must(t, s.SetTeamQuota(ctx, who, Quota{Subject: team.ID, PerDay: 1 << 50, PerMinute: Unlimited, AtOnce: 3}))
	must(t, s.AddUsage(ctx, who, "2026-11-30", "m", chat.Usage{PromptTokens: 3}))
	must(t, s.SetModelReaders(ctx, who, "m", []string{team.ID}))
	must(t, s.KeepAbility(ctx, Ability{Model: "m", Digest: "d", Level: "assist"}))
	secret, _, err = s.CreateKey(ctx, who, KeySpec{Name: "열쇠", Scopes: []Scope{ScopeInference}})
	must(t, err)
	must(t, s.RecordAcceptance(ctx, who, Acceptance{Model: "m", Licence: "l", Class: "terms", TextHash: "h"}))
	must(t, s.SetSetting(ctx, who, who, "note", "줄\n\\ \" \u0001 끝"))
	_, err = s.Enqueue(ctx, who, JobSpec{Kind: "k", Payload: map[string]any{"n": 1.5}})
	must(t, err)
	for i := range 3 {
		_, err = s.PutBlob(ctx, who, fmt.Sprint("message:", i), "text/plain", stringReader(strings.Repeat("파일 ", 1+i*40_000)))
		must(t, err)
	}
	shelf, err := s.AddCollection(ctx, who, CollectionSpec{Name: "규정", Readers: []string{team.ID}})
	must(t, err)
	_, regulation := addDocument(t, s, chat.Principal{ID: ada.ID}, DocumentSpec{Name: "출장 규정.txt", Readers: []string{Everybody}, Collection: shelf.ID},
		"출장비는 닷새 안에 정산한다.")
	must(t, s.KeepDigest(ctx, who, "요약", Digest{Version: regulation.ID, Data: json.RawMessage(`"줄임"`)}))
	must(t, s.write(ctx, "test", func(tx *sql.Tx) error {
		for _, query := range []string{
			`INSERT INTO folders (id, principal, name, instructions, position, created, updated) VALUES ('f', $1, '폴더', '', 1, 1, 1)`,
			`INSERT INTO conversations (id, principal, title, titled, created, updated) VALUES ('c', $1, '회의록 요약', 'rule', 1, 2)`,
			`INSERT INTO messages (id, conversation, parent, number, principal, role, state, text, created)
				VALUES ('q', 'c', '', 1, $1, 'user', 'done', '지난주 회의록을 요약해 주세요', 1)`,
			`INSERT INTO messages (id, conversation, parent, number, principal, role, state, text, created)
				VALUES ('a', 'c', 'q', 2, $1, 'assistant', 'done', '요약입니다', 2)`,
			`INSERT INTO prompts (id, principal, name, title, text, created, updated) VALUES ('p', $1, 'n', 't', '{{x}}', 1, 1)`,
			`INSERT INTO ratings (message, principal, value, reasons, text, created) VALUES ('a', $1, -1, '[]', '', 1)`,
			`INSERT INTO announcements (id, principal, level, ko, en, begins, ends, created) VALUES ('n', $1, 'info', '공지', 'note', 1, 0, 1)`,
		} {
			if _, err := tx.Exec(query, ada.ID); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`INSERT INTO shares (id, conversation, principal, hash, prefix, leaf, audience, expires, created)
			VALUES ('s', 'c', $1, $2, 'exa-', '', '["*"]', 0, 1)`, ada.ID, hashSecret("x")); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO events (message, number, first, kind, version, data) VALUES ('a', 2, 1, 'delta', 1, '{}')`); err != nil {
			return err
		}
		if err := insertSources(tx, "a", []string{regulation.ID}, false); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO summaries (id, conversation, until, text, model, created) VALUES ('u', 'c', 'q', '줄임', 'm', 1)`)
		return err
	}))
	return secret
}

// backup is a store's backup, and what it says of itself.
func backup(t testing.TB, s *Store) ([]byte, manifest) {
	t.Helper()
	var b bytes.Buffer
	must(t, s.Backup(t.Context(), &b))
	a, err := openArchive(bytes.NewReader(b.Bytes()), int64(b.Len()))
	must(t, err)
	return b.Bytes(), a.manifest
}

func restore(t testing.TB, at place, data []byte) error {
	t.Helper()
	_, err := Restore(t.Context(), at.opts, bytes.NewReader(data), int64(len(data)))
	return err
}

// A backup of either kind of store, restored into either, is the same store: row by row and file by file.
func TestBackupRestores(t *testing.T) { eachStore(t, testBackupRestores) }
func testBackupRestores(t *testing.T, from place) {
	s := from.open(t)
	secret := fillEverything(t, s)
	data, want := backup(t, s)
	for _, table := range want.Tables {
		if table.Rows == 0 {
			t.Errorf("table %s is empty: put a row into it in fillEverything", table.Name)
		}
	}
	info, err := VerifyBackup(t.Context(), bytes.NewReader(data), int64(len(data)))
	if err != nil || info.Blobs != 4 || info.Rows < 30 || info.Schema != len(migrations(from.dialect())) || info.Audit.Seq < 5 {
		t.Fatalf("it is %+v, %v", info, err)
	}
	eachStore(t, func(t *testing.T, to place) {
		must(t, restore(t, to, data))
		wantCode(t, restore(t, to, data), chat.CodeRestoreNotEmpty)
		other := to.open(t)
		must(t, other.Check(t.Context()))
		_, got := backup(t, other)
		for i, table := range got.Tables {
			if slices.Contains([]string{"audit", "audit_head", "sessions", "links"}, table.Name) {
				continue // what was ended by it; see TestRestoringLetsNobodyIn
			}
			if w := want.Tables[i]; table.Name != w.Name || table.Rows != w.Rows || table.SHA256 != w.SHA256 {
				t.Errorf("table %s: %d rows with sum %s, want %s: %d with %s", table.Name, table.Rows, table.SHA256, w.Name, w.Rows, w.SHA256)
			}
		}
		if len(got.Tables) != len(want.Tables) || !slices.Equal(got.Blobs, want.Blobs) || got.Audit.Seq != want.Audit.Seq+1 {
			t.Errorf("restored %+v, want %+v", got, want)
		}
		// What was let in before is let in, and what was found is found.
		key, err := other.VerifyKey(t.Context(), secret)
		must(t, err)
		found, _, err := other.Find(t.Context(), key.Principal, "회의록", 10)
		if err != nil || len(found) == 0 {
			t.Errorf("found %+v, %v; want the conversation", found, err)
		}
		must(t, other.AppendAudit(t.Context(), System, "test.go_on", "x", nil))
		_, err = other.VerifyAudit(t.Context(), System)
		must(t, err)
	})
}

// TestRestoringLetsNobodyIn holds that who was signed out, and which link was revoked, after the backup was made, are so
// after it was restored, and that keys that work again are told.
func TestRestoringLetsNobodyIn(t *testing.T) { eachStore(t, testRestoringLetsNobodyIn) }
func testRestoringLetsNobodyIn(t *testing.T, from place) {
	s, ctx := from.open(t), t.Context()
	ada := signUp(t, s, "ada", RoleAdmin)
	session, one, err := s.CreateSession(ctx, ada.as(), SessionSpec{})
	must(t, err)
	invite, link, err := s.CreateLink(ctx, ada.as(), LinkSpec{Kind: LinkInvite, Role: RoleAdmin})
	must(t, err)
	secret, key, err := s.CreateKey(ctx, ada.as(), KeySpec{Name: "lost", Scopes: []Scope{ScopeAdmin}})
	must(t, err)
	_, gone, err := s.CreateKey(ctx, ada.as(), KeySpec{Name: "gone", Scopes: []Scope{ScopeAdmin}})
	must(t, err)
	must(t, s.RevokeKey(ctx, ada.as(), gone.ID))
	data, _ := backup(t, s)
	must(t, s.EndSession(ctx, ada.as(), one.ID))
	must(t, s.RevokeLink(ctx, ada.as(), link.ID))
	must(t, s.RevokeKey(ctx, ada.as(), key.ID))
	eachStore(t, func(t *testing.T, to place) {
		done, err := Restore(ctx, to.opts, bytes.NewReader(data), int64(len(data)))
		must(t, err)
		if done.Sessions != 1 || done.Links != 1 || !slices.Equal(done.Keys, []RestoredKey{{key.ID, "lost", "ADA"}}) {
			t.Errorf("restored %+v, want a session, a link and a key", done)
		}
		s := to.open(t)
		_, _, err = s.VerifySession(ctx, session)
		wantCode(t, err, chat.CodeSessionOver)
		_, err = s.PeekLink(ctx, invite)
		wantCode(t, err, chat.CodeLinkRevoked)
		_, err = s.VerifyKey(ctx, secret)
		must(t, err)
		entries, err := s.FindAudit(ctx, System, AuditFilter{Action: "backup.restore", Limit: 1})
		if err != nil || len(entries) != 1 || !strings.Contains(string(entries[0].Details), key.ID) {
			t.Errorf("on record: %+v, %v", entries, err)
		}
	})
}

// A backup of an older version is restored as what it was, and brought up to date when it is opened.
func TestBackupOfAnOlderVersion(t *testing.T) { eachStore(t, testBackupOfAnOlderVersion) }
func testBackupOfAnOlderVersion(t *testing.T, at place) {
	s, err := at.blank(t).openWith(t, migrations(at.dialect())[:1])
	must(t, err)
	must(t, s.SetSetting(t.Context(), chat.Local, chat.Local, "language", "ko"))
	data, _ := backup(t, s)
	eachStore(t, func(t *testing.T, to place) {
		to = to.blank(t)
		must(t, restore(t, to, data))
		s := to.open(t)
		if ok, err := s.Setting(t.Context(), chat.Local, "language", new(string)); err != nil || !ok {
			t.Fatalf("setting: %v, %v", ok, err)
		}
		signUp(t, s, "ada", RoleAdmin)
	})
}

// While it is written, others write and take files away; it holds one moment.
func TestBackupWhileOthersWrite(t *testing.T) { eachStore(t, testBackupWhileOthersWrite) }
func testBackupWhileOthersWrite(t *testing.T, at place) {
	s := at.open(t)
	fillEverything(t, s)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				object := fmt.Sprint("w:", w)
				b, err := s.PutBlob(t.Context(), chat.Local, object, "text/plain", stringReader(fmt.Sprint("content ", w, " ", i%5)))
				if err == nil {
					err = s.ReleaseBlob(t.Context(), chat.Local, object, b.Hash)
				}
				if err == nil {
					err = s.AppendAudit(t.Context(), chat.Local, "race.write", object, nil)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	var last []byte
	for range 8 {
		var m manifest
		last, m = backup(t, s)
		if len(m.Missing) > 0 {
			t.Errorf("missing %v", m.Missing)
		}
		_, err := VerifyBackup(t.Context(), bytes.NewReader(last), int64(len(last)))
		must(t, err)
	}
	stop()
	writers.Wait()
	to := sqlitePlace(t)
	must(t, restore(t, to, last))
	must(t, to.open(t).Check(t.Context()))
	s.background.Wait()
	must(t, soundAndSwept(t.Context(), s))
}

func TestBackupWithoutAFileThatIsGone(t *testing.T) {
	s := openTest(t, t.TempDir())
	fillEverything(t, s)
	must(t, os.Remove(blobFiles(t, s)[0]))
	_, m := backup(t, s)
	if len(m.Missing) != 1 || len(m.Blobs) != 3 {
		t.Fatalf("missing %v of %d, want one said to be", m.Missing, len(m.Blobs)+1)
	}
}

func TestBackupEndsWithItsReader(t *testing.T) {
	s := openTest(t, t.TempDir())
	fillEverything(t, s)
	broken := errors.New("the line is broken")
	for after := range 30 {
		err := s.Backup(t.Context(), &failingWriter{after: after * 200, err: broken})
		if err != nil && !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: %v, want %v", after*200, err, broken)
		}
	}
	must(t, s.Check(t.Context()))
}

type failingWriter struct {
	after int
	err   error
}

func (f *failingWriter) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, f.err
	}
	return len(p), nil
}

// Whatever byte is changed or missing: it is noticed, or it makes no difference; and nothing is touched.
func TestDamagedBackupsAreRefused(t *testing.T) {
	s := openTest(t, t.TempDir())
	fillEverything(t, s)
	data, _ := backup(t, s)
	whole, err := VerifyBackup(t.Context(), bytes.NewReader(data), int64(len(data)))
	must(t, err)
	verify := func(data []byte) error {
		info, err := VerifyBackup(t.Context(), bytes.NewReader(data), int64(len(data)))
		if err == nil && (info.Rows != whole.Rows || info.Bytes != whole.Bytes || !bytes.Equal(info.Audit.Hash, whole.Audit.Hash)) {
			t.Fatalf("it passes for %+v, want %+v or an error", info, whole)
		}
		if err != nil {
			switch codeOf(err) {
			case chat.CodeBackupDamaged, chat.CodeBackupForeign, chat.CodeBackupNewer, chat.CodeAuditAltered:
			default:
				t.Fatalf("error %v, want one about the backup", err)
			}
		}
		return err
	}
	random := rand.New(rand.NewPCG(20261130, 1))
	refused := 0
	for range 400 {
		changed := slices.Clone(data)
		changed[random.IntN(len(changed))] ^= byte(1 + random.IntN(255))
		if verify(changed) != nil {
			refused++
		}
	}
	if refused < 350 {
		t.Errorf("%d of 400 changes were noticed", refused)
	}
	to := sqlitePlace(t)
	for n := 0; n < len(data); n += 1 + len(data)/100 {
		if verify(data[:n]) == nil {
			t.Errorf("%d of %d bytes pass", n, len(data))
		}
		if err := restore(t, to, data[:n]); err == nil {
			t.Fatalf("%d of %d bytes were restored", n, len(data))
		}
	}
	if got := files(t, to.opts.Dir); len(got) != 0 {
		t.Errorf("a backup that was refused left %v", got)
	}
}

// rewrite is a backup with members and manifest changed by somebody who knows how.
func rewrite(t testing.TB, data []byte, change func(m *manifest, members map[string][]byte)) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	members := map[string][]byte{}
	for _, f := range z.File {
		in, err := f.Open()
		must(t, err)
		members[f.Name], err = io.ReadAll(in)
		must(t, err)
	}
	var m manifest
	must(t, json.Unmarshal(members[manifestMember], &m))
	change(&m, members)
	members[manifestMember], err = json.Marshal(m)
	must(t, err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range members {
		into, err := w.Create(name)
		must(t, err)
		_, err = into.Write(content)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func TestForgedBackupsAreRefused(t *testing.T) {
	s := openTest(t, t.TempDir())
	fillEverything(t, s)
	data, _ := backup(t, s)
	tableOf := func(m *manifest, name string) *manifestTable {
		i := slices.IndexFunc(m.Tables, func(t manifestTable) bool { return t.Name == name })
		return &m.Tables[i]
	}
	for name, test := range map[string]struct {
		change func(m *manifest, members map[string][]byte)
		want   chat.Code
	}{
		"a newer schema":       {func(m *manifest, _ map[string][]byte) { m.Schema++ }, chat.CodeBackupNewer},
		"a newer format":       {func(m *manifest, _ map[string][]byte) { m.Format++ }, chat.CodeBackupNewer},
		"no schema":            {func(m *manifest, _ map[string][]byte) { m.Schema = 0 }, chat.CodeBackupDamaged},
		"a member more":        {func(_ *manifest, members map[string][]byte) { members["../../etc/passwd"] = nil }, chat.CodeBackupDamaged},
		"a table missing":      {func(_ *manifest, members map[string][]byte) { delete(members, "tables/keys.jsonl") }, chat.CodeBackupDamaged},
		"a table named twice":  {func(m *manifest, _ map[string][]byte) { m.Tables = append(m.Tables, m.Tables[0]) }, chat.CodeBackupDamaged},
		"a path for a hash":    {func(m *manifest, _ map[string][]byte) { m.Blobs[0].Hash = "../x" }, chat.CodeBackupDamaged},
		"a file larger":        {func(m *manifest, _ map[string][]byte) { m.Blobs[0].Size++ }, chat.CodeBackupDamaged},
		"a row fewer":          {func(m *manifest, _ map[string][]byte) { tableOf(m, "keys").Rows-- }, chat.CodeBackupDamaged},
		"another value's kind": {func(m *manifest, _ map[string][]byte) { tableOf(m, "keys").Columns[0].Kind = "integer" }, chat.CodeBackupDamaged},
		"another head":         {func(m *manifest, _ map[string][]byte) { m.Audit.Seq-- }, chat.CodeAuditAltered},
	} {
		t.Run(name, func(t *testing.T) {
			wantCode(t, restore(t, sqlitePlace(t), rewrite(t, data, test.change)), test.want)
		})
	}
	_, err := VerifyBackup(t.Context(), strings.NewReader("not a zip"), 9)
	wantCode(t, err, chat.CodeBackupForeign)
}

// What is in the archive but does not fit into the store leaves nothing behind, and the next try succeeds.
func TestRestoreIsAllOrNothing(t *testing.T) { eachStore(t, testRestoreIsAllOrNothing) }
func testRestoreIsAllOrNothing(t *testing.T, at place) {
	s := openTest(t, t.TempDir())
	fillEverything(t, s)
	data, _ := backup(t, s)
	// The last table has a column that is not there.
	wrong := rewrite(t, data, func(m *manifest, _ map[string][]byte) { m.Tables[len(m.Tables)-1].Columns[0].Name = "other" })
	wantCode(t, restore(t, at, wrong), chat.CodeBackupDamaged)
	must(t, restore(t, at, data))
	must(t, at.open(t).Check(t.Context()))
}

func TestRestoreRefusesWhatIsThere(t *testing.T) { eachStore(t, testRestoreRefuses) }
func testRestoreRefuses(t *testing.T, at place) {
	s := at.open(t)
	data, _ := backup(t, s)
	err := restore(t, at, data)
	wantCode(t, err, map[bool]chat.Code{true: chat.CodeStoreLocked, false: chat.CodeStoreTaken}[at.sqlite()])
	must(t, s.Close())
	must(t, restore(t, at, data)) // it holds nothing yet
	s = at.open(t)
	signUp(t, s, "ada", RoleAdmin)
	must(t, s.Close())
	wantCode(t, restore(t, at, data), chat.CodeRestoreNotEmpty)
	if all, err := at.open(t).Persons(t.Context(), System); err != nil || len(all) != 1 {
		t.Fatalf("people %+v, %v; want the one who was there", all, err)
	}
	if at.sqlite() {
		if _, err := os.Stat(filepath.Join(at.opts.Dir, restoringDir)); err == nil {
			t.Error("what was put together is still there")
		}
	}
}
