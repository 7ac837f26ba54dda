package intake

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// A document that is deleted while it is read leaves nothing: neither what had been found of it, nor what was kept.
func TestDeletedWhileItIsReadLeavesNothing(t *testing.T) {
	began, next := make(chan string, 10), make(chan bool)
	h := newHouse(t, Options{Reader: slow{began, next}, Lease: time.Hour}) // nothing ends the reading but its end
	ada := h.person("ada")
	d, v := h.add(ada, "긴 문서.txt", "x")
	<-began
	next <- true
	h.settled(ada, "1쪽", "긴 문서.txt")
	must(t, h.store.DeleteDocument(t.Context(), ada, d.ID))
	h.shelf.Wake()
	comes(func() bool {
		known, err := h.store.KnownVersions(t.Context(), store.System, []string{v.ID})
		must(t, err)
		return len(known) == 0
	})
	select { // its pages are more, if the reading goes on
	case next <- true:
	case <-time.After(time.Second):
	}
	close(next)
	h.leaves("쪽")
}

// leaves waits until no file beside the store has some bytes.
func (h *house) leaves(text string) {
	h.t.Helper()
	where := ""
	if !comes(func() bool {
		where = ""
		err := filepath.WalkDir(filepath.Join(h.dir, "documents"), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return nil // it has gone meanwhile
			}
			b, err := os.ReadFile(path)
			if err == nil && (bytes.Contains(b, []byte(text)) || filepath.Ext(path) == ".read") {
				where = path
			}
			return nil
		})
		must(h.t, err)
		return where == ""
	}) {
		h.t.Errorf("%s has words of it", where)
	}
}

// What a crash left of versions that nobody knows any more goes at the next start.
func TestWhatNobodyKnowsIsRemovedAtTheStart(t *testing.T) {
	h := newHouse(t, Options{})
	must(t, h.shelf.kept.save("version-0123", &document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: "글"}}}))
	h.close()
	h.open()
	h.leaves("글")
}

// moody embeds texts but for one.
type moody struct{}

func (moody) Embed(_ context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	var out chat.Embeddings
	for _, text := range req.Texts {
		if bytes.Contains([]byte(text), []byte("고장")) {
			return chat.Embeddings{}, errors.New("broken")
		}
		out.Vectors = append(out.Vectors, []float32{1, 0})
	}
	return out, nil
}

// A document without words, and one of which no vectors can be made, hold up no other.
func TestOneDocumentHoldsUpNoVectors(t *testing.T) {
	h := newHouse(t, Options{Embedder: func() (chat.Embedder, string) { return moody{}, "moody" }})
	ada := h.person("ada")
	for _, text := range []string{"\n", "고장 난 글", "좋은 글"} {
		_, v := h.add(ada, "문서.txt", text)
		h.until(ada, v.ID, store.VersionRead)
		if text != "좋은 글" {
			continue
		}
		if !comes(func() bool {
			v, err := h.store.Version(t.Context(), ada, v.ID)
			return err == nil && v.Embedded == "moody"
		}) {
			t.Error("the last one got no vectors")
		}
	}
}
