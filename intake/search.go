package intake

import (
	"context"

	"exaone/chat"
	"exaone/index"
	"exaone/store"
)

// Question is what somebody looks for among the documents that they may read.
type Question struct {
	Text     string
	Versions []string // only in these; nil is all
	Top      int      // 10 if 0
}

// Found is a passage that bears on a question.
type Found struct {
	index.Hit
	Version store.Version // its Gaps say whether the document has holes
	Place   Place
}

// Search finds passages, best first, in what who may read: the index opens nothing else, and what it found is asked of the
// store again, as the index may be a moment behind.
func (s *Shelf) Search(ctx context.Context, who chat.Principal, q Question) ([]Found, error) {
	classes, err := s.store.DocumentClasses(ctx, who)
	if err != nil || len(classes) == 0 {
		return nil, err
	}
	words, err := s.words.of(ctx, s.store)
	if err != nil {
		return nil, err
	}
	query := index.Query{Text: q.Text, Classes: classes, Documents: q.Versions, Top: q.Top, Glossary: words}
	if s.o.Embedder != nil {
		if e, model := s.o.Embedder(); e != nil {
			out, err := e.Embed(ctx, chat.EmbedRequest{Model: model, Texts: []string{q.Text}, Purpose: chat.PurposeQuery, Cut: true, Principal: who})
			if err != nil {
				s.log.Warn("search without vectors", "why", err) // words alone find most of it
			} else {
				query.Vector = out.Vectors[0]
			}
		}
	}
	result, err := s.index.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(result.Hits))
	for _, h := range result.Hits {
		ids = append(ids, h.Document)
	}
	readable, err := s.store.ReadableVersions(ctx, who, ids)
	if err != nil {
		return nil, err
	}
	var found []Found
	for _, h := range result.Hits {
		v, ok := readable[h.Document]
		if !ok || v.State != store.VersionRead && v.State != store.VersionWaiting {
			continue
		}
		f := Found{Hit: h, Version: v}
		if len(h.Place) > 0 {
			if f.Place, err = PlaceOf(h.Place); err != nil {
				return nil, err
			}
		}
		found = append(found, f)
	}
	return found, nil
}
