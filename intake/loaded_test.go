package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// text is a document of so many bytes of text.
func text(n int) *document.Document {
	return &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: strings.Repeat("x", n)}}}
}

// shelves is what is decoded, and how often each was.
type shelves struct {
	mu    sync.Mutex
	times map[string]int
}

func (s *shelves) load(version string) (*document.Document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times[version]++
	if version == "damaged" {
		return nil, errors.New("damaged")
	}
	return text(1000), nil
}

func TestDocumentsAreKeptAsFarAsTheyFit(t *testing.T) {
	from := &shelves{times: map[string]int{}}
	l := newLoaded(from.load)
	l.most = 3 * text(1000).Size()
	ask := func(versions ...string) {
		t.Helper()
		for _, v := range versions {
			if doc, err := l.get(t.Context(), v); err != nil || len(doc.Blocks) != 1 {
				t.Fatal(doc, err)
			}
		}
	}
	ask("a", "b", "c", "a", "d", "a", "c", "d", "b") // b is the one that was used last longest ago when d comes
	if got, want := fmt.Sprint(from.times), "map[a:1 b:2 c:1 d:1]"; got != want {
		t.Errorf("decoded %s, want %s", got, want)
	}
	if l.size != l.most || len(l.at) != 3 || l.ages.Len() != 3 {
		t.Errorf("%d bytes in %d documents, want %d in 3", l.size, len(l.at), l.most)
	}
	for range 2 {
		if _, err := l.get(t.Context(), "damaged"); err == nil {
			t.Error("no error")
		}
	}
	if from.times["damaged"] != 2 {
		t.Errorf("an error was kept: %v", from.times)
	}
	l.drop("d")
	ask("d")
	if from.times["d"] != 2 {
		t.Errorf("what was dropped was kept: %v", from.times)
	}
	l.age(time.Now().Add(time.Second))
	if l.size != 0 || len(l.at) != 0 {
		t.Errorf("nobody looks at any: %d bytes", l.size)
	}
	l.most = 10
	ask("a", "a")
	if l.size != 0 || from.times["a"] != 3 {
		t.Errorf("what is too large is kept: %d bytes, %v", l.size, from.times)
	}
}

// Who wants what is being decoded waits for that; what is dropped meanwhile is not kept, and what nobody wants is not decoded.
func TestDocumentsAreDecodedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var times atomic.Int64
		next := make(chan bool)
		l := newLoaded(func(string) (*document.Document, error) {
			times.Add(1)
			<-next
			return text(1), nil
		})
		var all sync.WaitGroup
		ask := func(ctx context.Context, version string) {
			all.Go(func() {
				if doc, err := l.get(ctx, version); ctx.Err() == nil && (doc == nil || err != nil) {
					t.Error(doc, err)
				}
			})
		}
		for range 5 {
			ask(t.Context(), "a")
		}
		synctest.Wait()
		l.drop("a")
		ask(t.Context(), "a")
		synctest.Wait()
		next <- true
		next <- true
		all.Wait()
		synctest.Wait()
		if n := times.Load(); n != 2 || len(l.at) != 1 {
			t.Errorf("decoded %d times, want once before and once after; %d kept", n, len(l.at))
		}
		times.Store(0)
		for i := range mostAtOnce {
			ask(t.Context(), fmt.Sprint(i))
		}
		synctest.Wait()
		ctx, leave := context.WithCancel(t.Context())
		ask(ctx, "nobody's")
		synctest.Wait()
		leave()
		synctest.Wait()
		close(next)
		all.Wait()
		if n := times.Load(); n != mostAtOnce {
			t.Errorf("decoded %d, want %d: one was wanted by nobody", n, mostAtOnce)
		}
	})
}

// What is kept is nobody's who may not read it any more, and many may look at it at once.
func TestKeptDocumentsAreReadByTheirReaders(t *testing.T) {
	h := newHouse(t, Options{})
	ada, bob := h.person("ada"), h.person("bob")
	d, v := h.add(ada, "규정.md", "# 출장비\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |\n\n출장비는 닷새 안에 정산한다.", bob.ID)
	h.until(ada, v.ID, store.VersionRead)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			doc, err := h.shelf.Document(t.Context(), bob, v.ID)
			if err != nil {
				t.Error(err)
				return
			}
			_, passages := Passages(doc)
			_, marked := doc.Places([]document.Stretch{{Text: 0, Start: 0, End: 3}})
			if passages != nil || len(marked) != 1 || !strings.Contains(doc.Text(true)+doc.Markdown(), "닷새") || len(doc.Parts()) == 0 {
				t.Errorf("%v, %v", passages, marked)
			}
		})
	}
	all.Wait()
	if _, err := h.store.UpdateDocument(t.Context(), ada, d.ID, store.DocumentChange{Readers: &[]string{}}); err != nil {
		t.Fatal(err)
	}
	_, err := h.shelf.Document(t.Context(), bob, v.ID)
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeNoDocument {
		t.Errorf("what bob may not read any more: %v", err)
	}
	must(t, h.store.DeleteDocument(t.Context(), ada, d.ID))
	h.shelf.Wake()
	if !comes(func() bool {
		h.shelf.loaded.mu.Lock()
		defer h.shelf.loaded.mu.Unlock()
		return len(h.shelf.loaded.at) == 0
	}) {
		t.Error("what is deleted stays in memory")
	}
}

func BenchmarkDocument(b *testing.B) {
	h := newHouse(b, Options{})
	ada := h.person("ada")
	_, v := h.add(ada, "규정.md", strings.Repeat("# 출장비\n\n출장비는 닷새 안에 정산한다.\n\n", 5000))
	h.until(ada, v.ID, store.VersionRead)
	for _, kept := range []bool{false, true} {
		b.Run(fmt.Sprintf("kept=%v", kept), func(b *testing.B) {
			for b.Loop() {
				if !kept {
					h.shelf.loaded.drop(v.ID)
				}
				if _, err := h.shelf.Document(b.Context(), ada, v.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A document that is deleted leaves the disk before memory: nobody has it decoded, and kept, in between.
func TestWhatIsDroppedLeavesTheDiskFirst(t *testing.T) {
	k := kept{t.TempDir()}
	must(t, k.save("a", text(10)))
	s := &Shelf{kept: k, loaded: newLoaded(k.load)}
	_, err := s.loaded.get(t.Context(), "a")
	must(t, err)
	s.loaded.mu.Lock() // memory is not to be had
	dropped := make(chan error)
	go func() { dropped <- s.drop("a") }()
	comes(func() bool {
		_, err = os.Stat(k.path("a"))
		return err != nil
	})
	s.loaded.mu.Unlock()
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file waits for memory: %v", err)
	}
	must(t, <-dropped)
	if _, err := s.loaded.get(t.Context(), "a"); err == nil {
		t.Error("it is still there")
	}
}

// What cannot be decoded, however that ends, is an error for those who want it, and keeps nobody else from theirs.
func TestDecodingMayPanic(t *testing.T) {
	l := newLoaded(func(version string) (*document.Document, error) {
		if version == "odd" {
			panic("odd")
		}
		return text(10), nil
	})
	for range 2 * mostAtOnce {
		if _, err := l.get(t.Context(), "odd"); err == nil || !strings.Contains(err.Error(), "panic: odd") {
			t.Fatal(err)
		}
	}
	if _, err := l.get(t.Context(), "fine"); err != nil {
		t.Error(err)
	}
}
