package intake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// cited is how many passages somebody finds that have a word, each of which the document says where the passage says that it does.
func cited(ctx context.Context, shelf *Shelf, who chat.Principal, word string) (n int, err error) {
	found, err := shelf.Search(ctx, who, Question{Text: word, Top: 50})
	if err != nil {
		return 0, err
	}
	for _, f := range found {
		if !strings.Contains(f.Text, word) {
			continue
		}
		n++
		if !f.Version.HasReading() { // the first pages of one that nothing had been read of
			continue
		}
		doc, err := shelf.Document(ctx, who, f.Version.ID)
		if err != nil {
			return 0, err
		}
		texts := []string{}
		for _, t := range doc.Texts() {
			texts = append(texts, t.Text)
		}
		for _, s := range f.Place.Spans {
			if s.Text >= len(texts) || !strings.HasPrefix(texts[s.Text][min(s.From, len(texts[s.Text])):], f.Text[s.Start:s.End]) {
				return 0, fmt.Errorf("%q is not in the document where the passage says", f.Text[s.Start:s.End])
			}
		}
	}
	return n, nil
}

// once is an error of a test unless somebody finds and can cite one passage of each word.
func (h *house) once(who chat.Principal, words ...string) {
	h.t.Helper()
	for _, word := range words {
		if n, err := cited(context.Background(), h.shelf, who, word); err != nil || n != 1 {
			h.t.Errorf("%s is found and can be cited %d times, %v; want once", word, n, err)
		}
	}
}

// reads waits until a version is read for so many attempts of its job.
func (h *house) reads(who chat.Principal, version string, attempt int) {
	h.t.Helper()
	if !comes(func() bool {
		v, err := h.store.Version(context.Background(), who, version)
		must(h.t, err)
		job, err := h.store.Job(context.Background(), who, v.Job)
		must(h.t, err)
		return job.State == store.JobRunning && job.Attempt == attempt
	}) {
		h.t.Fatalf("%s is not read for the %d. time", version, attempt)
	}
}

// Half of a document that is being read again when a server ends is found and can be cited as soon as the next one has begun, and
// until there is more of it.
func TestARestartLosesNoHalf(t *testing.T) {
	for name, c := range map[string]struct {
		running func(h *house, d store.Document, v store.Version, other chat.Principal)
		ended   func(t *testing.T, h *house)
		shared  bool // the other one finds it, too
	}{
		"as it was":      {},
		"without index":  {ended: func(t *testing.T, h *house) { must(t, os.RemoveAll(filepath.Join(h.dir, "documents", "index"))) }},
		"another reader": {running: shareWith, shared: true},
		"kept, and not yet in the index": {running: func(h *house, _ store.Document, v store.Version, _ chat.Principal) {
			must(h.t, h.store.IndexedVersion(h.t.Context(), store.System, v.ID, store.Entry{}))
			must(h.t, h.shelf.kept.save(v.ID, &document.Document{Blocks: []document.Block{
				{Kind: document.Paragraph, Text: "새로 읽은 표지"}, {Kind: document.Paragraph, Text: "숙박비 한도"}}}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			next := make(chan bool, 1)
			reader := &halves{blocks: []int{2, 1, 1, -1}, next: next}
			h := newHouse(t, Options{Reader: reader})
			ada, bob := h.person("ada"), h.person("bob")
			d, v := h.add(ada, "규정.md", "출장비 규정\n\n숙박비 한도\n\n식비 상한")
			next <- true
			h.until(ada, v.ID, store.VersionRead)
			must(t, h.store.RetryVersion(t.Context(), ada, v.ID))
			h.shelf.Wake()
			h.reads(ada, v.ID, 1)
			for reader.busy.Load() == 0 { // else that reading would be the next one's
				time.Sleep(time.Millisecond)
			}
			h.once(ada, "숙박비")
			if c.running != nil {
				c.running(h, d, v, bob)
			}
			must(t, h.shelf.Close())
			must(t, h.store.Close())
			if c.ended != nil {
				c.ended(t, h)
			}
			h.open()
			h.once(ada, "숙박비")
			h.reads(ada, v.ID, 2)
			h.once(ada, "숙박비")
			if c.shared {
				h.once(bob, "숙박비")
			}
			next <- true // and it brings less
			if now := h.until(ada, v.ID, store.VersionRead); !now.Cut || now.Error == nil {
				t.Errorf("with less: %+v", now)
			}
			h.once(ada, "숙박비")
			must(t, h.store.RetryVersion(t.Context(), ada, v.ID))
			h.shelf.Wake()
			next <- true
			if now := h.until(ada, v.ID, store.VersionRead); now.Cut || now.Error != nil {
				t.Errorf("whole: %+v", now)
			}
			h.once(ada, "출장비", "숙박비", "식비")
		})
	}
}

func shareWith(h *house, d store.Document, _ store.Version, other chat.Principal) {
	h.t.Helper()
	_, err := h.store.UpdateDocument(h.t.Context(), chat.Principal{ID: d.Owner}, d.ID, store.DocumentChange{Readers: &[]string{other.ID}})
	must(h.t, err)
}

// While half of the newest version of a document is read again, no older one is found beside it, nor after a restart.
func TestNoOlderVersionIsFoundBesideAHalf(t *testing.T) {
	next := make(chan bool, 1)
	h := newHouse(t, Options{Reader: &halves{blocks: []int{-1, 1, 1, 1}, next: next}})
	ada := h.person("ada")
	d, one := h.add(ada, "규정.md", "출장비 규정\n\n숙박비 한도")
	next <- true
	h.until(ada, one.ID, store.VersionRead)
	two, err := h.store.AddVersion(t.Context(), ada, d.ID, store.DocumentSpec{Name: "규정 2.md", Mime: "text/markdown"}, strings.NewReader("출장비 개정\n\n숙박비 폐지"))
	must(t, err)
	h.shelf.Wake()
	next <- true
	h.until(ada, two.ID, store.VersionRead)
	h.settled(ada, "출장비", "규정 2.md")
	must(t, h.store.RetryVersion(t.Context(), ada, two.ID))
	h.shelf.Wake()
	h.reads(ada, two.ID, 1)
	must(t, h.shelf.tidyUp(t.Context()))
	h.once(ada, "출장비")
	h.settled(ada, "숙박비")
	must(t, h.shelf.Close())
	must(t, h.store.Close())
	h.open()
	h.reads(ada, two.ID, 2)
	must(t, h.shelf.tidyUp(t.Context()))
	h.once(ada, "출장비")
	h.settled(ada, "숙박비")
	next <- true
	h.until(ada, two.ID, store.VersionRead)
}

// cuts is a reader that is ended before the last block, by chance.
type cuts struct{}

func (cuts) Read(ctx context.Context, path, name, _ string, o document.Options) (*document.Document, error) {
	doc, err := document.ReadFile(ctx, path, name, "", document.Options{})
	if err != nil {
		return nil, err
	}
	n := 1 + rand.IntN(len(doc.Blocks)-1)
	for i := range n {
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		if err := o.Page(document.Page{Number: i + 1}, doc.Blocks[i:i+1], 0); err != nil {
			return nil, err
		}
	}
	doc.Blocks, doc.Manifest.Cut = doc.Blocks[:n], true
	return doc, chat.NewError(chat.CodeDocumentReader, errors.New("killed"), name)
}

// cutWords are in the blocks of the document that is read again and again, one in each.
var cutWords = []string{"가락지", "나침반", "다듬이", "라일락", "마고자"}

// readAgainUntilKilled is a server in a process of its own that has one document read again whenever it has been read, and says
// how many words there are of it then, and how often it finds each, until it is killed.
func readAgainUntilKilled(dir string) {
	fail := func(err error) {
		if err != nil {
			fmt.Println("FAIL", err)
			os.Exit(1)
		}
	}
	ctx, who := context.Background(), chat.Local
	st, err := store.Open(ctx, store.Options{Dir: dir})
	fail(err)
	shelf, err := Open(ctx, Options{Store: st, Dir: filepath.Join(dir, "documents"), Reader: cuts{}, Lease: 300 * time.Millisecond})
	fail(err)
	finds := func() {
		counts := []any{"finds"}
		for _, word := range cutWords {
			n, err := cited(ctx, shelf, who, word)
			fail(err)
			counts = append(counts, n)
		}
		fmt.Println(counts...)
	}
	all, err := st.Documents(ctx, who, store.DocumentFilter{Limit: 10})
	fail(err)
	if len(all) > 0 {
		finds() // whatever it was killed in
	} else {
		text := ""
		for _, word := range cutWords {
			text += word + strings.Repeat(" 출장비는 돌아온 뒤 닷새 안에 정산한다.", 10) + "\n\n"
		}
		d, _, err := st.AddDocument(ctx, who, store.DocumentSpec{Name: "규정.md", Mime: "text/markdown"}, strings.NewReader(text))
		fail(err)
		all = append(all, d)
		shelf.Wake()
	}
	fmt.Println("open")
	for {
		versions, err := st.Versions(ctx, who, all[0].ID)
		fail(err)
		if v := versions[0]; v.State != store.VersionWaiting {
			if v.HasReading() {
				doc, err := shelf.Document(ctx, who, v.ID)
				fail(err)
				fmt.Println("read", len(doc.Blocks))
			}
			fail(st.RetryVersion(ctx, who, v.ID))
			shelf.Wake()
		}
		finds()
		time.Sleep(time.Millisecond)
	}
}

// However often a server is killed while a document is read again: what there was of it is found when the next one has begun, and
// all the time, once.
func TestKilledServersKeepHalves(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o700))
	me, err := os.Executable()
	must(t, err)
	had, looks, n := 0, 0, kills(t)
	for range n {
		cmd := exec.Command(me)
		cmd.Env = append(os.Environ(), "EXAONE_TEST_INTAKE_AGAIN="+dir)
		cmd.Stderr = t.Output()
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		for lines := bufio.NewScanner(out); lines.Scan(); {
			words := strings.Fields(lines.Text())
			switch {
			case len(words) == 2 && words[0] == "read":
				_, err := fmt.Sscan(words[1], &had)
				must(t, err)
			case len(words) == 1+len(cutWords) && words[0] == "finds":
				looks++
				for i, count := range words[1:] {
					if count != "1" && (i < had || count != "0") {
						t.Errorf("of %d words that there are %s is found %s times", had, cutWords[i], count)
					}
				}
			case lines.Text() == "open":
				time.AfterFunc(time.Duration(rand.IntN(250))*time.Millisecond, func() { _ = cmd.Process.Kill() })
			case words[0] == "FAIL":
				t.Error(lines.Text())
			}
		}
		_ = cmd.Wait()
	}
	h := &house{t: t, dir: dir}
	h.open()
	defer h.close()
	h.once(chat.Local, cutWords[:had]...)
	all, err := h.store.Documents(t.Context(), chat.Local, store.DocumentFilter{Limit: 10})
	must(t, err)
	if len(all) != 1 {
		t.Fatalf("%d documents, want 1", len(all))
	}
	versions, err := h.store.Versions(t.Context(), chat.Local, all[0].ID)
	must(t, err)
	for now := h.until(chat.Local, versions[0].ID, store.VersionRead); now.Cut; now = h.until(chat.Local, versions[0].ID, store.VersionRead) {
		must(t, h.store.RetryVersion(t.Context(), chat.Local, now.ID))
		h.shelf.Wake()
	}
	h.once(chat.Local, cutWords...)
	t.Logf("%d kills, looked for %d times, %d of %d words there when the last one was killed", n, looks, had, len(cutWords))
}
