package intake

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// change changes a document of who, and tells the shelf.
func (h *house) change(who chat.Principal, d store.Document, change store.DocumentChange) store.Document {
	h.t.Helper()
	d, err := h.store.UpdateDocument(h.t.Context(), who, d.ID, change)
	must(h.t, err)
	h.shelf.Wake()
	return d
}

// What there is of a document is found by its new name, and by its new readers and no others, while it is read again, and when that
// has ended: whether it brings nothing or all.
func TestWhatIsReadAgainFollowsItsDocument(t *testing.T) {
	for name, blocks := range map[string]int{"nothing": 0, "all": -1} {
		t.Run(name, func(t *testing.T) {
			h, ada, d, v, _, next := halfReadAgain(t, blocks)
			bob, eve := h.person("bob"), h.person("eve")
			d = h.change(ada, d, store.DocumentChange{Readers: &[]string{bob.ID}})
			h.settled(bob, "숙박비", "규정.md")
			before := d.Class
			name := "여비 지침.md"
			d = h.change(ada, d, store.DocumentChange{Name: &name, Readers: &[]string{eve.ID}})
			if got := h.find(bob, "숙박비"); len(got) > 0 {
				t.Errorf("at once after it was taken from him bob finds %q", got)
			}
			h.settled(eve, "숙박비", "규정.md")
			h.settled(ada, "지침", "규정.md")
			if left, err := h.shelf.index.Search(t.Context(), index.Query{Text: "숙박비", Classes: []string{before}}); err != nil || len(left.Hits) > 0 {
				t.Errorf("the index has it for those who could read it before: %+v, %v", left.Hits, err)
			}
			if now, err := h.store.Version(t.Context(), ada, v.ID); err != nil || now.State != store.VersionWaiting {
				t.Fatalf("%s, %v; want one that is being read again", now.State, err)
			}
			next <- true
			h.until(ada, v.ID, store.VersionRead)
			h.settled(ada, "지침", "규정.md")
			h.settled(eve, "숙박비", "규정.md")
			h.settled(bob, "숙박비")
			if now, err := h.store.Version(t.Context(), ada, v.ID); err != nil || now.Indexed != d.Class {
				t.Errorf("in the index as %q, %v; want %q", now.Indexed, err, d.Class)
			}
		})
	}
}

// A document that gets another name while a new version of it is read is found by that at once, and when it has been read.
func TestANewVersionHasTheNameOfItsDocument(t *testing.T) {
	g := gated{make(chan string), make(chan bool)}
	h := newHouse(t, Options{Reader: g})
	ada := h.person("ada")
	d, one := h.add(ada, "규정.md", "출장비 규정")
	<-g.began
	g.next <- true
	h.until(ada, one.ID, store.VersionRead)
	two, err := h.store.AddVersion(t.Context(), ada, d.ID, store.DocumentSpec{Name: "규정 2.md", Mime: "text/markdown"}, strings.NewReader("출장비 개정"))
	must(t, err)
	h.shelf.Wake()
	<-g.began
	name := "여비 지침.md"
	h.change(ada, d, store.DocumentChange{Name: &name})
	h.settled(ada, "지침", "규정.md")
	g.next <- true
	h.until(ada, two.ID, store.VersionRead)
	h.settled(ada, "지침", "규정 2.md")
}

// The first pages of a document that is read for the first time are for those who may read it now, as soon as there is another page.
func TestTheFirstPagesFollowTheirDocument(t *testing.T) {
	next := make(chan bool)
	h := newHouse(t, Options{Reader: slow{make(chan string, 1), next}})
	ada, bob := h.person("ada"), h.person("bob")
	d, _ := h.add(ada, "긴 문서.txt", "x")
	next <- true
	h.settled(ada, "1쪽", "긴 문서.txt")
	next <- true
	name := "여비 지침.txt"
	h.change(ada, d, store.DocumentChange{Name: &name, Readers: &[]string{bob.ID}})
	next <- true
	h.settled(bob, "1쪽", "긴 문서.txt")
	h.settled(ada, "지침", "긴 문서.txt")
	close(next)
}

// A name that an earlier program did not tell the index of is told when the next one begins.
func TestANameThatTheIndexMissedIsFound(t *testing.T) {
	h := newHouse(t, Options{})
	ada := h.person("ada")
	d, v := h.add(ada, "여비 지침.md", "출장비 규정")
	h.until(ada, v.ID, store.VersionRead)
	h.settled(ada, "지침", "여비 지침.md")
	must(t, h.shelf.index.Put(t.Context(), index.Document{ID: v.ID, Class: d.Class, Version: document.Version, Title: "규정.md",
		Passages: []index.Passage{{Text: "출장비 규정"}}}))
	h.settled(ada, "지침")
	h.close()
	h.open()
	h.settled(ada, "지침", "여비 지침.md")
}

// counted makes the same vector of everything, and counts of how many passages.
type counted struct{ passages atomic.Int64 }

func (c *counted) Embed(_ context.Context, r chat.EmbedRequest) (chat.Embeddings, error) {
	out := chat.Embeddings{Model: "m"}
	for range r.Texts {
		out.Vectors = append(out.Vectors, []float32{1, 0})
	}
	if r.Purpose == chat.PurposePassage {
		c.passages.Add(int64(len(r.Texts)))
	}
	return out, nil
}

// Vectors of a document that only gets other readers and another name are not made again: its new readers find it by them.
func TestVectorsMoveWithTheirDocument(t *testing.T) {
	e := &counted{}
	h := newHouse(t, Options{Embedder: func() (chat.Embedder, string) { return e, "m" }})
	ada, bob := h.person("ada"), h.person("bob")
	d, v := h.add(ada, "규정.md", "# 출장비\n\n출장비는 닷새 안에 정산한다.\n\n# 숙박비\n\n숙박비에는 한도가 있다.")
	h.until(ada, v.ID, store.VersionRead)
	h.embedded(ada, v.ID, "m")
	made := e.passages.Load()
	name := "여비 지침.md"
	d = h.change(ada, d, store.DocumentChange{Name: &name, Readers: &[]string{bob.ID}})
	now, err := h.store.Version(t.Context(), ada, v.ID)
	for ; err == nil && now.Indexed != d.Class && t.Context().Err() == nil; now, err = h.store.Version(t.Context(), ada, v.ID) {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil || now.Embedded != "m" || e.passages.Load() != made {
		t.Errorf("%+v, %v, vectors of %d passages; want those of %d", now, err, e.passages.Load(), made)
	}
	found, err := h.shelf.index.Search(t.Context(), index.Query{Vector: []float32{1, 0}, Classes: []string{d.Class}})
	if err != nil || int64(len(found.Hits)) != made || made == 0 {
		t.Errorf("by their meaning: %+v, %v; want %d", found.Hits, err, made)
	}
}
