package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("EXAONE_TEST_INTAKE"); dir != "" {
		serveUntilKilled(dir)
	}
	if dir := os.Getenv("EXAONE_TEST_INTAKE_AGAIN"); dir != "" {
		readAgainUntilKilled(dir)
	}
	if within := os.Getenv("EXAONE_TEST_SCRATCH"); within != "" {
		holdUntilKilled(within)
	}
	if dir := os.Getenv("EXAONE_TEST_INTAKE_FULL"); dir != "" {
		if err := fillDisk(dir); err != nil {
			fmt.Println("FAIL", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// here reads files in this process.
type here struct {
	read func(name string) // called before each file is read
}

func (h here) Read(ctx context.Context, path, name, password string, o document.Options) (*document.Document, error) {
	if h.read != nil {
		h.read(name)
	}
	return document.ReadFile(ctx, path, name, password, o)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is a store with a shelf and some people.
type house struct {
	t     testing.TB
	dir   string
	store *store.Store
	shelf *Shelf
	o     Options
}

func newHouse(t testing.TB, o Options) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), o: o}
	must(t, os.Chmod(h.dir, 0o700))
	h.open()
	t.Cleanup(h.close)
	return h
}

func (h *house) open() {
	h.t.Helper()
	var err error
	h.store, err = store.Open(context.Background(), store.Options{Dir: h.dir})
	must(h.t, err)
	o := h.o
	o.Store, o.Dir = h.store, filepath.Join(h.dir, "documents")
	if o.Reader == nil {
		o.Reader = here{}
	}
	h.shelf, err = Open(context.Background(), o)
	must(h.t, err)
}

func (h *house) close() {
	must(h.t, h.shelf.Close())
	must(h.t, h.store.Close())
}

func (h *house) person(login string) chat.Principal {
	h.t.Helper()
	p, err := h.store.CreatePerson(context.Background(), store.System, store.PersonSpec{Name: login, Login: login, Role: store.RoleMember, Password: "$argon2id$x"})
	must(h.t, err)
	return chat.Principal{ID: p.ID, Role: p.Role}
}

func (h *house) add(who chat.Principal, name, text string, readers ...string) (store.Document, store.Version) {
	h.t.Helper()
	d, v, err := h.store.AddDocument(context.Background(), who, store.DocumentSpec{Name: name, Mime: "text/plain", Readers: readers}, strings.NewReader(text))
	must(h.t, err)
	h.shelf.Wake()
	return d, v
}

// mostWait is how long something may take on a machine that others share.
const mostWait = 2 * time.Minute

// comes waits until something is so, and reports whether it came.
func comes(is func() bool) bool {
	for until := time.Now().Add(mostWait); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			return false
		}
	}
	return true
}

// until waits for a version to come into a state.
func (h *house) until(who chat.Principal, id string, state store.VersionState) store.Version {
	h.t.Helper()
	var v store.Version
	if !comes(func() bool {
		var err error
		v, err = h.store.Version(context.Background(), who, id)
		must(h.t, err)
		return v.State == state
	}) {
		h.t.Fatalf("version %s did not become %s", id, state)
	}
	return v
}

func (h *house) find(who chat.Principal, text string) []string {
	h.t.Helper()
	found, err := h.shelf.Search(context.Background(), who, Question{Text: text})
	must(h.t, err)
	names := []string{}
	for _, f := range found {
		if !slices.Contains(names, f.Version.Name) {
			names = append(names, f.Version.Name)
		}
	}
	slices.Sort(names)
	return names
}

// settled waits until a search finds what it should.
func (h *house) settled(who chat.Principal, text string, want ...string) {
	h.t.Helper()
	var got []string
	if !comes(func() bool {
		got = h.find(who, text)
		return slices.Equal(got, want)
	}) {
		h.t.Errorf("%s finds %q, want %q", text, got, want)
	}
}

func TestWhatIsPutInIsFoundByItsReaders(t *testing.T) {
	h := newHouse(t, Options{Workers: 2})
	ada, bob := h.person("ada"), h.person("bob")
	_, own := h.add(ada, "출장.txt", "출장비는 돌아온 뒤 5일 안에 정산한다.")
	d, ours := h.add(ada, "여비.md", "# 여비\n\n출장비의 세부 기준은 따로 정한다.", bob.ID)
	h.until(ada, own.ID, store.VersionRead)
	read := h.until(ada, ours.ID, store.VersionRead)
	if read.Format == "" || read.Passages == 0 || len(read.Manifest) == 0 || read.Gaps != 0 {
		t.Errorf("read: %+v", read)
	}
	h.settled(ada, "출장비는 언제까지 정산하나요?", "여비.md", "출장.txt")
	h.settled(bob, "출장비는 언제까지 정산하나요?", "여비.md")
	doc, err := h.shelf.Document(t.Context(), bob, ours.ID)
	if err != nil || !strings.Contains(doc.Text(true), "세부 기준") {
		t.Errorf("%v: %+v", err, doc)
	}
	if _, err := h.shelf.Document(t.Context(), bob, own.ID); err == nil {
		t.Error("what bob may not read, he is given")
	}

	// Another reader, a new version, a deletion: the index follows.
	if _, err := h.store.UpdateDocument(t.Context(), ada, d.ID, store.DocumentChange{Readers: &[]string{}}); err != nil {
		t.Fatal(err)
	}
	if got := h.find(bob, "출장비"); len(got) > 0 {
		t.Errorf("at once after it was taken from him bob finds %q", got)
	}
	h.shelf.Wake()
	two, err := h.store.AddVersion(t.Context(), ada, d.ID, store.DocumentSpec{Name: "여비2.md", Mime: "text/markdown"}, strings.NewReader("# 여비\n\n출장비는 폐지한다."))
	must(t, err)
	h.shelf.Wake()
	h.until(ada, two.ID, store.VersionRead)
	h.settled(ada, "출장비", "여비2.md", "출장.txt")
	if doc, err := h.shelf.Document(t.Context(), ada, ours.ID); err != nil || !strings.Contains(doc.Text(true), "세부 기준") {
		t.Errorf("the older version is for what cites it: %v", err)
	}
	must(t, h.store.DeleteDocument(t.Context(), ada, d.ID))
	h.shelf.Wake()
	h.settled(ada, "출장비", "출장.txt")
	comes(func() bool {
		gone, err := h.store.GoneVersions(t.Context(), store.System, 10)
		return err == nil && len(gone) == 0
	})
	h.nowhere("폐지한다")
}

// nowhere looks for a text in every file of the house, as it is and in UTF-16.
func (h *house) nowhere(text string) {
	h.t.Helper()
	must(h.t, filepath.WalkDir(filepath.Join(h.dir, "documents"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(data), text) {
			h.t.Errorf("%s has %q", path, text)
		}
		return err
	}))
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	h := newHouse(t, Options{})
	ada := h.person("ada")
	_, empty := h.add(ada, "빈 파일.hwp", "")
	_, odd := h.add(ada, "무엇.bin", "\x00\x01\x02\x03\x04\x05")
	v := h.until(ada, empty.ID, store.VersionFailed)
	if v.Error == nil || v.Error.Code != chat.CodeDocumentEmpty {
		t.Errorf("empty: %v", v.Error)
	}
	_, damaged := h.add(ada, "손상.hwp", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00\xff", 2048))
	if v := h.until(ada, damaged.ID, store.VersionFailed); v.Error == nil || v.Error.Code != chat.CodeDocumentDamaged {
		t.Errorf("damaged, with nothing in it that can be read: %v", v.Error)
	}
	if v := h.until(ada, odd.ID, store.VersionFailed); v.Error == nil || v.Error.Code != chat.CodeDocumentUnknown {
		t.Errorf("odd: %v", v.Error)
	}
}

func TestReadingStopsWhenCancelled(t *testing.T) {
	began, go_on := make(chan string, 10), make(chan bool)
	h := newHouse(t, Options{Lease: time.Second, Reader: slow{began, go_on}})
	ada := h.person("ada")
	_, v := h.add(ada, "긴 문서.txt", "글")
	<-began
	must(t, h.store.CancelVersion(t.Context(), ada, v.ID))
	for range 100 { // a page comes from time to time, until nobody wants another
		select {
		case go_on <- true:
			time.Sleep(20 * time.Millisecond)
			continue
		case name := <-began:
			t.Errorf("%s is read again", name)
		case <-time.After(time.Second):
		}
		break
	}
	if got := h.until(ada, v.ID, store.VersionCancelled); got.Pages != 0 {
		t.Errorf("%+v", got)
	}
	h.settled(ada, "글")
	close(go_on)
}

// slow is a reader of a document whose pages come when somebody says so.
type slow struct {
	began chan string
	next  chan bool
}

func (s slow) Read(ctx context.Context, _, name, _ string, o document.Options) (*document.Document, error) {
	s.began <- name
	doc := &document.Document{Unit: document.Paper}
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case _, ok := <-s.next:
			if !ok {
				return doc, nil
			}
		}
		page, block := document.Page{Number: n}, document.Block{Kind: document.Paragraph, Text: fmt.Sprintf("글 %d쪽", n)}
		doc.Pages, doc.Blocks = append(doc.Pages, page), append(doc.Blocks, block)
		if err := o.Page(page, []document.Block{block}, 0); err != nil {
			return nil, err
		}
	}
}

// A document is found while the rest of it is read.
func TestTheFirstPageIsFoundAtOnce(t *testing.T) {
	next := make(chan bool)
	h := newHouse(t, Options{Reader: slow{make(chan string, 1), next}})
	ada := h.person("ada")
	h.add(ada, "긴 문서.txt", "x")
	next <- true
	h.settled(ada, "1쪽", "긴 문서.txt")
	close(next)
}

// What was read of the same bytes is taken over for whoever may read it, and only then.
func TestTheSameBytesAreReadOnce(t *testing.T) {
	var names []string
	h := newHouse(t, Options{Reader: here{read: func(name string) { names = append(names, name) }}})
	ada, bob := h.person("ada"), h.person("bob")
	for _, who := range []chat.Principal{ada, ada, bob} {
		_, v := h.add(who, "규정.txt", "출장비 규정")
		h.until(who, v.ID, store.VersionRead)
	}
	if len(names) != 2 {
		t.Errorf("read %d times, want 2: once for each", len(names))
	}
}

// cutting is a reader that is ended after the first page so many times.
type cutting struct{ times int }

func (c *cutting) Read(ctx context.Context, path, name, _ string, o document.Options) (*document.Document, error) {
	doc, err := document.ReadFile(ctx, path, name, "", o)
	if c.times--; c.times >= 0 {
		doc.Blocks, doc.Manifest.Cut = doc.Blocks[:1], true
		return doc, chat.NewError(chat.CodeDocumentReader, errors.New("killed"), name)
	}
	return doc, err
}

// Half a document, because its reader was killed, is worth having; the same bytes, put in again, are read again, and so is the
// document when somebody asks for it.
func TestWhatWasCutIsReadAgain(t *testing.T) {
	h := newHouse(t, Options{Reader: &cutting{times: 1}})
	ada := h.person("ada")
	_, cut := h.add(ada, "규정.md", "출장비 규정\n\n숙박비 한도")
	if v := h.until(ada, cut.ID, store.VersionRead); v.Gaps != 1 || !v.Cut {
		t.Errorf("cut: %+v", v)
	}
	h.settled(ada, "출장비", "규정.md")
	h.settled(ada, "숙박비")
	_, again := h.add(ada, "규정.md", "출장비 규정\n\n숙박비 한도")
	if v := h.until(ada, again.ID, store.VersionRead); v.Gaps != 0 || v.Cut {
		t.Errorf("put in again: %+v", v)
	}
	must(t, h.store.RetryVersion(t.Context(), ada, cut.ID))
	h.shelf.Wake()
	if v := h.until(ada, cut.ID, store.VersionRead); v.Gaps != 0 || v.Cut {
		t.Errorf("asked for again: %+v", v)
	}
}

// What is derived can be lost: the index, what was read, and both.
func TestWhatIsLostIsMadeAgain(t *testing.T) {
	for _, lose := range [][]string{{"index"}, {"read"}, {"index", "read"}} {
		h := newHouse(t, Options{})
		ada := h.person("ada")
		_, v := h.add(ada, "규정.txt", "출장비 규정")
		h.until(ada, v.ID, store.VersionRead)
		h.close()
		for _, dir := range lose {
			must(t, os.RemoveAll(filepath.Join(h.dir, "documents", dir)))
		}
		h.open()
		if slices.Contains(lose, "read") && !slices.Contains(lose, "index") {
			_, err := h.shelf.Document(t.Context(), ada, v.ID)
			if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentUnread {
				t.Errorf("lost %v: %v", lose, err)
			}
		}
		h.until(ada, v.ID, store.VersionRead)
		h.settled(ada, "출장비", "규정.txt")
	}
}

// What people said is found by themselves: by what was meant, and not when it is deleted.
func TestConversationsAreFoundByTheirOwners(t *testing.T) {
	h := newHouse(t, Options{})
	ada, bob := h.person("ada"), h.person("bob")
	ctx := t.Context()
	c, _, answer, err := h.store.StartConversation(ctx, ada, store.ConversationSpec{Title: "여비"},
		store.MessageSpec{Text: "출장비는 언제까지 정산하나요?"}, store.MessageSpec{})
	must(t, err)
	must(t, h.store.FinishMessage(ctx, answer.ID, store.MessageEnd{State: store.StateDone, Text: "닷새 안에 영수증을 붙여 정산합니다.", Finish: "stop"}))
	must(t, h.shelf.Close()) // nobody else looks at the conversations meanwhile
	h.shelf, err = Open(ctx, Options{Store: h.store, Dir: filepath.Join(h.dir, "documents"), Reader: here{}})
	must(t, err)
	find := func(who chat.Principal, text string) []store.Found {
		talks, err := h.shelf.SearchTalks(ctx, who, text, 10)
		must(t, err)
		found, err := h.store.FindTalks(ctx, who, talks)
		must(t, err)
		return found
	}
	comes(func() bool { return len(find(ada, "영수증")) > 0 })
	for _, query := range []string{"ㅊㅈㅂ", "cnfwkdql", "출장비 정싼", "영수증"} {
		found := find(ada, query)
		if len(found) != 1 || found[0].Conversation.ID != c.ID || len(found[0].Marks) == 0 {
			t.Errorf("%s finds %+v", query, found)
		}
	}
	if found := find(bob, "영수증"); len(found) > 0 {
		t.Errorf("bob finds %+v", found)
	}
	must(t, h.store.DeleteConversations(ctx, ada, []string{c.ID}))
	if found := find(ada, "영수증"); len(found) > 0 {
		t.Errorf("what is deleted is found: %+v", found)
	}
	if !comes(func() bool { // its words leave the index, too
		talks, err := h.shelf.SearchTalks(ctx, ada, "영수증", 10)
		return err == nil && len(talks) == 0
	}) {
		t.Error("what is deleted stays in the index")
	}
}

// Where there is no room, nothing is read and what waits says why; as soon as there is room, it is read.
func TestReadingWaitsForRoom(t *testing.T) {
	var free atomic.Int64
	free.Store(5 << 20)
	h := newHouse(t, Options{free: func(string) (int64, error) { return free.Load(), nil }})
	ada := h.person("ada")
	_, v := h.add(ada, "규정.txt", "출장비 규정")
	comes(func() bool { return h.shelf.Held() != nil })
	why := h.shelf.Held()
	if why == nil || why.Code != chat.CodeDocumentHeld || fmt.Sprint(why.Params) != "[16 5]" {
		t.Errorf("held: %v", why)
	}
	h.until(ada, v.ID, store.VersionWaiting)
	free.Store(1 << 30)
	h.until(ada, v.ID, store.VersionRead)
	h.settled(ada, "출장비", "규정.txt")
	if why := h.shelf.Held(); why != nil {
		t.Errorf("held with room: %v", why)
	}
}

// A reading that does not fit is tried again as often as it takes: it is not the file's fault.
func TestWhatDidNotFitIsTriedAgain(t *testing.T) {
	h := newHouse(t, Options{Reader: full{}, roomWait: 10 * time.Millisecond})
	ada := h.person("ada")
	_, v := h.add(ada, "규정.txt", "출장비 규정")
	for n := range 15 {
		var job store.Job
		comes(func() bool {
			var err error
			job, err = h.store.Job(t.Context(), ada, v.Job)
			must(t, err)
			return job.State == store.JobQueued && job.Attempt > n
		})
		if job.State != store.JobQueued || job.MaxAttempts <= job.Attempt || job.Error == nil || job.Error.Code != chat.CodeDocumentHeld {
			t.Fatalf("attempt %d: %+v", n+1, job)
		}
		h.shelf.Wake()
	}
	h.until(ada, v.ID, store.VersionWaiting)
}

// full is a reader on a disk without room.
type full struct{}

func (full) Read(context.Context, string, string, string, document.Options) (*document.Document, error) {
	return nil, fmt.Errorf("write: %w", syscall.ENOSPC)
}

// What somebody who leaves has said is found by whoever has it then, at once and however long ago it was said.
func TestConversationsAreFoundByTheirHeirs(t *testing.T) {
	h := newHouse(t, Options{recent: time.Nanosecond}) // nothing that was said is recent
	ctx := t.Context()
	ada, bob := h.person("ada"), h.person("bob")
	_, _, answer, err := h.store.StartConversation(ctx, ada, store.ConversationSpec{Title: "여비"},
		store.MessageSpec{Text: "출장비는 언제까지 정산하나요?"}, store.MessageSpec{})
	must(t, err)
	must(t, h.store.FinishMessage(ctx, answer.ID, store.MessageEnd{State: store.StateDone, Text: "닷새 안에 영수증을 붙여 정산합니다.", Finish: "stop"}))
	h.close()
	h.open() // which looks at all
	finds := func(who chat.Principal, want int) {
		t.Helper()
		var talks []store.FoundTalk
		if !comes(func() bool {
			talks, err = h.shelf.SearchTalks(ctx, who, "영수증", 10)
			must(t, err)
			return len(talks) == want
		}) {
			t.Fatalf("%s finds %d conversations, want %d", who.ID, len(talks), want)
		}
	}
	finds(ada, 1)
	must(t, h.store.Depart(ctx, store.System, ada.ID, bob.ID))
	finds(bob, 1)
	finds(ada, 0)
}
