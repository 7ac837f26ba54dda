package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// gated is a reader that says what it reads, and goes on when it is told to.
type gated struct {
	began chan string
	next  chan bool
}

func (g gated) Read(ctx context.Context, path, name, password string, o document.Options) (*document.Document, error) {
	select {
	case g.began <- name:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-g.next:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return here{}.Read(ctx, path, name, password, o)
}

// A folder of one person does not hold up the file of another, and what somebody asks about comes before both, even where every
// worker is busy.
func TestAFolderHoldsUpNobody(t *testing.T) {
	g := gated{make(chan string), make(chan bool)}
	h := newHouse(t, Options{Reader: g})
	ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
	for n := range 8 {
		h.add(ada, fmt.Sprintf("a%02d.txt", n), "폴더")
	}
	first := <-g.began
	h.add(bob, "b.txt", "파일")
	time.Sleep(10 * time.Millisecond) // times are milliseconds
	_, asked, err := h.store.AddDocument(t.Context(), eve, store.DocumentSpec{Name: "e.txt", Mime: "text/plain", Conversation: "draft:1"}, strings.NewReader("질문"))
	must(t, err)
	h.shelf.Wake()
	if got := <-g.began; got != "e.txt" { // while the only worker reads the first
		t.Errorf("beside %s, %s is read, want what is asked about", first, got)
	}
	g.next <- true
	g.next <- true
	var order []string
	for range 2 {
		order = append(order, <-g.began)
		g.next <- true
	}
	if !slices.Contains(order, "b.txt") {
		t.Errorf("%v are read, and bob waits", order)
	}
	go func() {
		for range 6 {
			<-g.began
			g.next <- true
		}
	}()
	h.until(eve, asked.ID, store.VersionRead)
	h.settled(ada, "폴더", "a00.txt", "a01.txt", "a02.txt", "a03.txt", "a04.txt", "a05.txt", "a06.txt", "a07.txt")
	h.settled(bob, "파일", "b.txt")
}

// endless reads documents that take too long, after some pages.
type endless int

func (n endless) Read(_ context.Context, _, name, _ string, o document.Options) (*document.Document, error) {
	why := chat.NewError(chat.CodeDocumentLong, nil, name, 120.0)
	doc := &document.Document{Format: "pdf", Unit: document.Paper}
	for i := range int(n) {
		page, block := document.Page{Number: i + 1}, document.Block{Kind: document.Paragraph, Text: fmt.Sprintf("%d쪽의 글", i+1)}
		doc.Pages, doc.Blocks = append(doc.Pages, page), append(doc.Blocks, block)
		if err := o.Page(page, []document.Block{block}, 0); err != nil {
			return nil, err
		}
	}
	if n == 0 {
		return nil, why
	}
	return doc, why
}

// What takes too long is ended once and for all, with what was read until then and the reason.
func TestWhatTakesTooLongSaysSo(t *testing.T) {
	h := newHouse(t, Options{Reader: endless(0)})
	ada := h.person("ada")
	_, v := h.add(ada, "끝없는.pdf", "x")
	if v = h.until(ada, v.ID, store.VersionFailed); v.Error == nil || v.Error.Code != chat.CodeDocumentLong || !strings.Contains(v.Error.In("ko"), "120분") {
		t.Errorf("nothing was read: %v", v.Error)
	}
	h = newHouse(t, Options{Reader: endless(3)})
	ada = h.person("ada")
	_, v = h.add(ada, "끝없는.pdf", "x")
	v = h.until(ada, v.ID, store.VersionRead)
	if v.Gaps != 1 || v.Pages != 3 || !strings.Contains(string(v.Manifest), string(chat.CodeDocumentLong)) {
		t.Errorf("three pages were read: %d gaps, %d pages, %s", v.Gaps, v.Pages, v.Manifest)
	}
	h.settled(ada, "2쪽의 글", "끝없는.pdf")
}

// steps makes vectors of a batch when it is told to.
type steps chan bool

func (s steps) Embed(ctx context.Context, r chat.EmbedRequest) (chat.Embeddings, error) {
	if r.Purpose == chat.PurposePassage {
		select {
		case <-s:
		case <-ctx.Done():
			return chat.Embeddings{}, ctx.Err()
		}
	}
	out := chat.Embeddings{Model: "m"}
	for range r.Texts {
		out.Vectors = append(out.Vectors, []float32{1, 0})
	}
	return out, nil
}

func TestVectorsSayHowFarTheyAre(t *testing.T) {
	s := make(steps)
	h := newHouse(t, Options{Embedder: func() (chat.Embedder, string) { return s, "m" }})
	ada := h.person("ada")
	_, v := h.add(ada, "규정.md", strings.Repeat("# 제목\n\n"+strings.Repeat("출장비는 닷새 안에 정산한다. ", 40)+"\n\n", 2*embedBatch))
	v = h.until(ada, v.ID, store.VersionRead)
	if v.Passages <= embedBatch || h.shelf.Vectors(v.ID) != 0 || h.shelf.EmbeddingModel() != "m" {
		t.Fatalf("%d passages, %d vectors", v.Passages, h.shelf.Vectors(v.ID))
	}
	s <- true
	s <- true
	if n := h.shelf.Vectors(v.ID); n < embedBatch || n%embedBatch != 0 || h.shelf.Vectors("another") != 0 {
		t.Errorf("%d vectors after a batch of %d", n, embedBatch)
	}
	close(s)
	h.embedded(ada, v.ID, "m")
}

// Vectors are made of a document of which an earlier program put other passages into the index, too: it is put there anew.
func TestVectorsFollowWhatIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		version  string
		passages []index.Passage
	}{
		"another version": {"1", []index.Passage{{Text: "출장비 규정"}}},
		"more passages":   {document.Version, []index.Passage{{Text: "출장비"}, {Text: "규정"}}},
	} {
		t.Run(name, func(t *testing.T) {
			var model atomic.Value
			model.Store("")
			h := newHouse(t, Options{Embedder: func() (chat.Embedder, string) {
				if model := model.Load().(string); model != "" {
					return moody{}, model
				}
				return nil, ""
			}})
			ada := h.person("ada")
			d, v := h.add(ada, "규정.md", "출장비 규정")
			h.until(ada, v.ID, store.VersionRead)
			must(t, h.shelf.index.Put(t.Context(), index.Document{ID: v.ID, Class: d.Class, Version: c.version, Title: d.Name, Passages: c.passages}))
			model.Store("moody")
			h.embedded(ada, v.ID, "moody")
			h.once(ada, "출장비")
			found, err := h.shelf.index.Search(t.Context(), index.Query{Vector: []float32{1, 0}, Classes: []string{d.Class}})
			if err != nil || len(found.Hits) != 1 || found.Hits[0].Text != "출장비 규정" {
				t.Errorf("by its meaning: %+v, %v", found.Hits, err)
			}
		})
	}
}
