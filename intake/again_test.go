package intake

import (
	"archive/zip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// halves is a reader that is ended after so many blocks, once for each; then it reads to the end. It goes on when somebody says so.
type halves struct {
	blocks []int // -1 is all
	next   chan bool
	busy   atomic.Int32 // readings that have not ended
}

func (h *halves) Read(ctx context.Context, path, name, _ string, o document.Options) (*document.Document, error) {
	n := h.blocks[0]
	h.blocks = h.blocks[1:]
	h.busy.Add(1)
	defer h.busy.Add(-1)
	doc, err := document.ReadFile(ctx, path, name, "", document.Options{})
	if err != nil {
		return nil, err
	}
	if n < 0 {
		n = len(doc.Blocks)
	}
	for i := range n {
		if err := o.Page(document.Page{Number: i + 1}, doc.Blocks[i:i+1], 0); err != nil {
			return nil, err
		}
	}
	select {
	case <-h.next:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	switch {
	case n == len(doc.Blocks):
		return doc, nil
	case n == 0:
		return nil, chat.NewError(chat.CodeDocumentSlow, errors.New("busy"), name, 8.0)
	}
	doc.Blocks, doc.Manifest.Cut = doc.Blocks[:n], true
	return doc, chat.NewError(chat.CodeDocumentReader, errors.New("killed"), name)
}

// Half of a document is there while the document is read again, and afterwards, unless there is more of it then: whether the second
// reading brings nothing, less, or is cancelled.
func TestReadingAgainLosesNoHalf(t *testing.T) {
	for name, c := range map[string]struct {
		again  int
		cancel bool
		code   chat.Code
	}{
		"nothing":   {again: 0, code: chat.CodeDocumentSlow},
		"less":      {again: 1, code: chat.CodeDocumentReader},
		"cancelled": {again: 1, cancel: true},
	} {
		t.Run(name, func(t *testing.T) {
			next := make(chan bool, 1)
			reader := &halves{blocks: []int{2, c.again, -1}, next: next}
			h := newHouse(t, Options{Reader: reader})
			ada := h.person("ada")
			_, v := h.add(ada, "규정.md", "출장비 규정\n\n숙박비 한도\n\n식비 상한")
			half := func(state store.VersionState) store.Version {
				t.Helper()
				now := h.until(ada, v.ID, state)
				doc, err := h.shelf.Document(t.Context(), ada, v.ID)
				if err != nil || len(doc.Blocks) != 2 || now.Gaps == 0 || now.Manifest == nil {
					t.Fatalf("%+v: %v", now, err)
				}
				h.settled(ada, "숙박비", "규정.md")
				return now
			}
			next <- true
			half(store.VersionRead)
			must(t, h.store.RetryVersion(t.Context(), ada, v.ID))
			h.shelf.Wake()
			for total := int64(0); total < int64(c.again); { // until it has come so far
				job, err := h.store.Job(t.Context(), ada, half(store.VersionWaiting).Job)
				must(t, err)
				if total = job.Done; job.State == store.JobRunning && c.again == 0 {
					break
				}
			}
			if c.cancel {
				must(t, h.store.CancelVersion(t.Context(), ada, v.ID))
				for reader.busy.Load() > 0 {
					time.Sleep(time.Millisecond)
				}
			} else {
				next <- true
			}
			after := half(store.VersionRead)
			if !after.Cut || after.Indexed == "" || c.code == "" && after.Error != nil || c.code != "" && (after.Error == nil || after.Error.Code != c.code) {
				t.Errorf("after: %+v", after)
			}
			must(t, h.store.RetryVersion(t.Context(), ada, v.ID))
			h.shelf.Wake()
			next <- true
			if now := h.until(ada, v.ID, store.VersionRead); now.Cut || now.Gaps != 0 || now.Error != nil {
				t.Errorf("whole: %+v", now)
			}
			h.settled(ada, "식비", "규정.md")
			if doc, err := h.shelf.Document(t.Context(), ada, v.ID); err != nil || len(doc.Blocks) != 3 {
				t.Errorf("whole: %+v, %v", doc, err)
			}
		})
	}
}

// letters is a reader of messages that is ended after so many of what is attached, once for each; then it reads to the end.
type letters struct{ files []int }

func (l *letters) Read(ctx context.Context, path, name, _ string, o document.Options) (*document.Document, error) {
	doc, err := document.ReadFile(ctx, path, name, "", o)
	if err != nil || len(l.files) == 0 {
		return doc, err
	}
	n := l.files[0]
	l.files = l.files[1:]
	doc.Attachments, doc.Manifest.Cut = doc.Attachments[:n], true
	return doc, chat.NewError(chat.CodeDocumentMemory, nil, name, 448)
}

// What was read of more files attached to a message is not given up for less of them, though the message says the same in both.
func TestReadingAgainLosesNoAttachments(t *testing.T) {
	h := newHouse(t, Options{Reader: &letters{files: []int{3, 1}}})
	ada := h.person("ada")
	message := "From: a@example.com\nSubject: 규정\nContent-Type: multipart/mixed; boundary=edge\n\n--edge\n\n보세요.\n"
	for i, text := range []string{"출장비 규정", "숙박비 한도", "식비 상한", "일비 정액"} {
		message += fmt.Sprintf("--edge\nContent-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=%d.txt\nContent-Transfer-Encoding: base64\n\n%s\n",
			i, base64.StdEncoding.EncodeToString([]byte(text)))
	}
	_, v := h.add(ada, "규정.eml", message+"--edge--\n")
	h.until(ada, v.ID, store.VersionRead)
	h.once(ada, "출장비", "숙박비", "식비")
	must(t, h.store.RetryVersion(t.Context(), ada, v.ID))
	h.shelf.Wake()
	now := h.until(ada, v.ID, store.VersionRead)
	doc, err := h.shelf.Document(t.Context(), ada, v.ID)
	if err != nil || len(doc.Attachments) != 3 || !now.Cut || now.Error == nil || now.Error.Code != chat.CodeDocumentMemory {
		t.Errorf("%+v: %+v, %v; want the three attachments that there were", now, doc, err)
	}
	h.once(ada, "출장비", "숙박비", "식비")
	must(t, h.store.RetryVersion(t.Context(), ada, v.ID))
	h.shelf.Wake()
	if now := h.until(ada, v.ID, store.VersionRead); now.Cut || now.Error != nil {
		t.Errorf("whole: %+v", now)
	}
	h.once(ada, "일비")
}

// bounded is a reader that gives a file no more than so much.
type bounded struct{ limits document.Limits }

func (b bounded) Read(ctx context.Context, path, name, password string, o document.Options) (*document.Document, error) {
	o.Limits = b.limits
	return document.ReadFile(ctx, path, name, password, o)
}

// The files of an archive are there and are found, before and behind one that is beyond a limit.
func TestAnArchiveBeyondALimitIsFound(t *testing.T) {
	h := newHouse(t, Options{Reader: bounded{document.Limits{Text: 1 << 10}}})
	ada := h.person("ada")
	var archive strings.Builder
	w := zip.NewWriter(&archive)
	for _, text := range []string{"출장비 규정", "숙박비 한도", strings.Repeat("가나다 ", 1000), "식비 상한"} {
		f, err := w.Create(fmt.Sprintf("%.3s.txt", text))
		must(t, err)
		_, err = f.Write([]byte(text))
		must(t, err)
	}
	must(t, w.Close())
	_, v := h.add(ada, "규정.zip", archive.String())
	now := h.until(ada, v.ID, store.VersionRead)
	doc, err := h.shelf.Document(t.Context(), ada, v.ID)
	if err != nil || len(doc.Attachments) != 4 || doc.Attachments[2].Read != nil || doc.Attachments[2].Why == "" || now.Gaps == 0 {
		t.Errorf("%+v: %+v, %v; want all files but one, and that it is not all", now, doc, err)
	}
	h.once(ada, "출장비", "숙박비", "식비")
}

// halfReadAgain is a house in which a document of three blocks has been read to its second, as half, and is being read again, to so many
// blocks as halves counts them; next lets its reader go on.
func halfReadAgain(t *testing.T, blocks int) (h *house, ada chat.Principal, d store.Document, half, again store.Version, next chan bool) {
	t.Helper()
	next = make(chan bool, 1)
	h = newHouse(t, Options{Reader: &halves{blocks: []int{2, blocks}, next: next}})
	ada = h.person("ada")
	d, v := h.add(ada, "규정.md", "출장비 규정\n\n숙박비 한도\n\n식비 상한")
	next <- true
	half = h.until(ada, v.ID, store.VersionRead)
	must(t, h.store.RetryVersion(t.Context(), ada, v.ID))
	h.shelf.Wake()
	h.reads(ada, v.ID, 1)
	again, err := h.store.Version(t.Context(), ada, v.ID)
	must(t, err)
	return h, ada, d, half, again, next
}

// A reading that is cancelled at the last moment, when what it found is kept already, leaves what there was, text and manifest alike.
func TestAReadingCancelledAtItsEndLeavesTheHalf(t *testing.T) {
	h, ada, _, v, again, _ := halfReadAgain(t, 0)
	job, err := h.store.Job(t.Context(), ada, again.Job)
	must(t, err)
	must(t, h.store.CancelVersion(t.Context(), ada, v.ID))
	whole := &document.Document{Blocks: []document.Block{
		{Kind: document.Paragraph, Text: "출장비 규정"}, {Kind: document.Paragraph, Text: "숙박비 한도"}, {Kind: document.Paragraph, Text: "식비 상한"}}}
	err = (&reading{shelf: h.shelf, job: job, version: again}).finish(t.Context(), whole)
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeNoDocument {
		t.Fatalf("%v, want that nobody wants it any more", err)
	}
	now, err := h.store.Version(t.Context(), ada, v.ID)
	must(t, err)
	doc, err := h.shelf.Document(t.Context(), ada, v.ID)
	if err != nil || len(doc.Blocks) != 2 || now.State != store.VersionRead || string(now.Manifest) != string(v.Manifest) {
		t.Errorf("%+v: %+v, %v; want the half", now, doc, err)
	}
	h.settled(ada, "식비")
	h.settled(ada, "숙박비", "규정.md")
	h.once(ada, "숙박비")
}

// A reading that cannot be noted at its end leaves what there was, in the index, too: what is found can be cited before it is read once
// more.
func TestAReadingThatCannotBeNotedLeavesTheHalf(t *testing.T) {
	h, ada, d, v, again, next := halfReadAgain(t, 0)
	whole := &document.Document{Blocks: []document.Block{
		{Kind: document.Paragraph, Text: "새로 읽은 표지"}, {Kind: document.Paragraph, Text: "숙박비 한도"}, {Kind: document.Paragraph, Text: "식비 상한"}}}
	ended := store.Job{ID: v.Job} // no version waits for it any more
	if err := (&reading{shelf: h.shelf, job: ended, version: again}).finish(t.Context(), whole); err == nil {
		t.Fatal("it was noted")
	}
	for range 3 { // it waits still
		h.once(ada, "출장비", "숙박비")
		if found := h.find(ada, "식비"); len(found) > 0 {
			t.Errorf("words of the reading that was given up are found: %q", found)
		}
		must(t, h.shelf.tidyUp(t.Context()))
	}
	next <- true // and the next one finds nothing
	h.until(ada, v.ID, store.VersionRead)
	h.shelf.Wake()
	for now := again; now.Indexed != d.Class; time.Sleep(10 * time.Millisecond) {
		now = h.until(ada, v.ID, store.VersionRead)
	}
	h.once(ada, "출장비", "숙박비")
}

// senses makes a vector of a text of its own for each word, and waits before it makes the first of passages.
type senses struct {
	words []string
	began chan bool
	next  chan bool
	once  sync.Once
}

func (s *senses) Embed(ctx context.Context, r chat.EmbedRequest) (chat.Embeddings, error) {
	if r.Purpose == chat.PurposePassage {
		s.once.Do(func() {
			close(s.began)
			select {
			case <-s.next:
			case <-ctx.Done():
			}
		})
	}
	out := chat.Embeddings{Model: "senses"}
	for _, text := range r.Texts {
		v := make([]float32, len(s.words))
		for i, word := range s.words {
			if strings.Contains(text, word) {
				v[i] = 1
			}
		}
		out.Vectors = append(out.Vectors, v)
	}
	return out, ctx.Err()
}

// turned is a reader that finds half of a file, other words than that when it reads it again, and a third text in the next file.
type turned struct{ texts []string }

func (r *turned) Read(_ context.Context, _, name, _ string, _ document.Options) (*document.Document, error) {
	text := r.texts[0]
	r.texts = r.texts[1:]
	doc := &document.Document{Format: "md", Blocks: []document.Block{{Kind: document.Paragraph, Text: text}}}
	if len(r.texts) == 2 {
		doc.Manifest.Cut = true
		return doc, chat.NewError(chat.CodeDocumentReader, errors.New("killed"), name)
	}
	return doc, nil
}

// Vectors that are made while a document is read again are none of what it says then.
func TestReadingAgainMakesVectorsAnew(t *testing.T) {
	e := &senses{words: []string{"숙박", "출장비"}, began: make(chan bool), next: make(chan bool)}
	h := newHouse(t, Options{Reader: &turned{texts: []string{"출장비 규정", "숙박 규정과 그 한도", "출장비와 숙박"}},
		Embedder: func() (chat.Embedder, string) { return e, "senses" }})
	ada := h.person("ada")
	_, again := h.add(ada, "규정.md", "x")
	h.until(ada, again.ID, store.VersionRead)
	<-e.began
	must(t, h.store.RetryVersion(t.Context(), ada, again.ID))
	h.shelf.Wake()
	if now := h.until(ada, again.ID, store.VersionRead); now.Cut || now.Passages != 1 {
		t.Fatalf("read again: %+v", now)
	}
	close(e.next)
	_, both := h.add(ada, "안내.md", "y")
	for _, v := range []store.Version{again, both} {
		h.embedded(ada, v.ID, "senses")
	}
	classes, err := h.store.DocumentClasses(t.Context(), ada)
	must(t, err)
	for text, meant := range map[string][]float32{"숙박 규정과 그 한도": {1, 0}, "출장비와 숙박": {0, 1}} {
		found, err := h.shelf.index.Search(t.Context(), index.Query{Vector: meant, Classes: classes})
		if must(t, err); len(found.Hits) == 0 || found.Hits[0].Text != text {
			t.Errorf("the meaning %v finds %+v, want %s first", meant, found.Hits, text)
		}
	}
}

// embedded waits until there are vectors of a version by a model.
func (h *house) embedded(who chat.Principal, version, model string) {
	h.t.Helper()
	if !comes(func() bool {
		v, err := h.store.Version(context.Background(), who, version)
		must(h.t, err)
		return v.Embedded == model
	}) {
		h.t.Fatalf("version %s got no vectors", version)
	}
}
