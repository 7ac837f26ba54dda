package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// embedBatch is how many passages are embedded at once: enough to keep every thread busy.
const embedBatch = 64

// Embed makes a vector of each passage with what stands above it, and tells the name of the model. Of a passage longer
// than the model's window the beginning counts.
func Embed(ctx context.Context, e chat.Embedder, who chat.Principal, model string, passages []index.Passage) (vectors [][]float32, by string, err error) {
	return embed(ctx, e, who, model, passages, func(int) {})
}

// embed is Embed, and tells of how many passages there is a vector after each batch.
func embed(ctx context.Context, e chat.Embedder, who chat.Principal, model string, passages []index.Passage, told func(done int)) (vectors [][]float32, by string, err error) {
	for len(passages) > 0 {
		batch := passages[:min(len(passages), embedBatch)]
		passages = passages[len(batch):]
		texts := make([]string, len(batch))
		for i, p := range batch {
			texts[i] = embedded(p)
		}
		out, err := e.Embed(ctx, chat.EmbedRequest{Model: model, Texts: texts, Purpose: chat.PurposePassage, Cut: true, Principal: who})
		if err != nil {
			return nil, "", err
		}
		if len(out.Vectors) != len(batch) {
			return nil, "", fmt.Errorf("%d vectors of %d passages", len(out.Vectors), len(batch))
		}
		vectors, by = append(vectors, out.Vectors...), out.Model
		told(len(vectors))
	}
	return vectors, by, nil
}

// embedded is the text of which the vector of a passage is made.
func embedded(p index.Passage) string {
	if p.Heading == "" {
		return p.Text
	}
	return p.Heading + "\n" + p.Text
}

// EmbeddingModel names the model that makes vectors of documents; "" is none, and they are found by their words alone.
func (s *Shelf) EmbeddingModel() string {
	if s.o.Embedder == nil {
		return ""
	}
	e, model := s.o.Embedder()
	if e == nil {
		return ""
	}
	return model
}

// Vectors is of how many passages of a version there are vectors, while they are made; 0 before and after.
func (s *Shelf) Vectors(version string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.embedding != version {
		return 0
	}
	return s.embedded
}

// vectorsOf notes how far the vectors of a version have come.
func (s *Shelf) vectorsOf(version string, done int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.embedding, s.embedded = version, done
}

// keepEmbedding makes vectors of what has been read, when there is a model for it, until ctx ends.
func (s *Shelf) keepEmbedding(ctx context.Context) {
	for {
		if s.noRoom(0) != nil {
			if !wait(ctx, nil, s.o.roomWait) {
				return
			}
			continue
		}
		began := time.Now()
		more, err := s.embedSome(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("make vectors of documents", "error", err)
		}
		pause := max(poll, seldom*time.Since(began))
		if err != nil {
			pause = embedPause
		}
		if more && err == nil {
			continue
		}
		if !wait(ctx, nil, pause) {
			return
		}
	}
}

// embedPause is how long is waited after a failure. The document that failed is tried again much later.
const embedPause = time.Second

// Embedding takes the oldest of so many documents that have not failed of late.
const (
	embedLook  = 100
	embedAgain = 10 * time.Minute
)

// embedSome makes the vectors of one document and reports whether there may be more. A document that fails holds up no
// other.
func (s *Shelf) embedSome(ctx context.Context) (more bool, err error) {
	e, model := s.o.Embedder()
	if e == nil {
		return false, nil
	}
	todo, err := s.store.UnembeddedVersions(ctx, store.System, model, embedLook)
	if err != nil {
		return false, err
	}
	for _, v := range todo {
		if time.Since(s.unembeddable[v.ID]) < embedAgain {
			continue
		}
		ok, err := s.embed(ctx, e, model, v)
		if err != nil || !ok {
			s.unembeddable[v.ID] = time.Now()
		}
		return true, err
	}
	return false, nil
}

// embed makes the vectors of a document, and reports whether the index still had what they are of. Those of a document that was
// read again meanwhile are given up, and are made of what was read then.
func (s *Shelf) embed(ctx context.Context, e chat.Embedder, model string, v store.ReadVersion) (bool, error) {
	mark, err := s.kept.mark(v.ID) // before it is loaded: that of a later reading would be true at the end
	doc, lost := s.kept.load(v.ID)
	if err := errors.Join(err, lost); err != nil {
		return false, errors.Join(err, s.store.RereadVersion(ctx, store.System, v.ID))
	}
	passages, err := Passages(doc)
	if err != nil {
		return false, err
	}
	if len(passages) == 0 { // a blank scan
		return true, s.store.EmbeddedVersion(ctx, store.System, v.ID, model)
	}
	defer s.vectorsOf("", 0)
	vectors, _, err := embed(ctx, e, store.System, model, passages, func(done int) { s.vectorsOf(v.ID, done) })
	if err != nil {
		return false, err
	}
	s.vectors.Lock()
	defer s.vectors.Unlock()
	if now, err := s.kept.mark(v.ID); err != nil || now != mark { // the index knows no reading from another with as many passages
		return true, nil
	}
	// An earlier program may have made other passages of it: no vectors of these would ever be theirs.
	has, ok, err := s.index.Document(v.ID)
	if err == nil && ok && (has.Version != document.Version || has.Passages != len(vectors)) {
		err = s.placeLocked(ctx, v)
	}
	if err != nil || !ok {
		return false, err
	}
	ok, err = s.index.PutVectors(ctx, v.ID, document.Version, vectors)
	if err != nil || !ok {
		return false, err
	}
	return true, s.store.EmbeddedVersion(ctx, store.System, v.ID, model)
}

// vectorsIn are the vectors that the index has of a version, by what they are made of. What it cannot tell is made again.
func (s *Shelf) vectorsIn(version string) map[string][]float32 {
	passages, vectors, err := s.index.Vectors(version)
	if err != nil {
		s.log.Warn("the vectors of a document are lost, and are made again", "version", version, "why", err)
		return nil
	}
	all := make(map[string][]float32, len(passages))
	for i, p := range passages {
		if vectors[i] != nil {
			all[embedded(p)] = vectors[i]
		}
	}
	return all
}

// putVectorsBack gives passages of a version that have just been put into the index the vectors that there were of the same text, and
// reports whether there was one for each.
func (s *Shelf) putVectorsBack(ctx context.Context, version string, passages []index.Passage, had map[string][]float32) (bool, error) {
	whole := len(had) > 0
	vectors := make([][]float32, len(passages))
	for i, p := range passages {
		vectors[i] = had[embedded(p)]
		whole = whole && vectors[i] != nil
	}
	ok, err := s.index.PutVectors(ctx, version, document.Version, vectors)
	return ok && whole, err
}
