package intake

import (
	"context"
	"fmt"
	"strings"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// What people said is found like what is in their documents: by one's own alone, of the grades that one is cleared for. The
// store tells by its times what has changed; that is looked up often for what is recent, and for all now and then.

const (
	talkPrefix  = "talk:" // of ids and classes: no document's begins so
	talkBatch   = 500
	talkPoll    = 3 * time.Second
	talkRecent  = 48 * time.Hour   // longer than any answer takes
	talkAll     = 10 * time.Minute // how often all are looked at: titles and grades change without a message
	talksPerHit = 4                // passages that are asked for, for each conversation that is wanted
)

func talkClass(owner string, grade int) string {
	return fmt.Sprintf("%s%d:%s", talkPrefix, grade, owner)
}

// keepTalks lets the index follow the conversations until ctx ends.
func (s *Shelf) keepTalks(ctx context.Context) {
	var all time.Time // when all were last looked at
	var handed int64  // what the store said of handovers then
	for {
		since, handovers := time.Now().Add(-s.o.recent), s.store.Handovers()
		if time.Since(all) > talkAll || handed != handovers {
			since = time.Time{}
		}
		began, pause := time.Now(), talkPoll
		err := s.syncTalks(ctx, since)
		if err != nil && ctx.Err() == nil {
			s.log.Error("keep the index of conversations true", "error", err)
		}
		if err == nil && since.IsZero() {
			all, handed = began, handovers
		}
		if s.full(err, 0) != nil {
			pause = s.o.roomWait
		}
		if !wait(ctx, nil, pause) {
			return
		}
	}
}

// syncTalks puts conversations that have changed since a time into the index, and takes out what is gone; since the zero time
// it also takes out whatever nobody knows.
func (s *Shelf) syncTalks(ctx context.Context, since time.Time) error {
	if s.talks == nil {
		talks := map[string]string{}
		for d, err := range s.index.Documents() {
			if err != nil {
				return err
			}
			if id, ok := strings.CutPrefix(d.ID, talkPrefix); ok {
				talks[id] = d.Version
			}
		}
		s.talks = talks
	}
	seen, after := map[string]bool{}, ""
	for {
		page, err := s.store.Talks(ctx, store.System, since, after, talkBatch)
		if err != nil {
			return err
		}
		for _, t := range page {
			after, seen[t.ID] = t.ID, true
			was, ok := s.talks[t.ID]
			if was == t.Version() {
				continue
			}
			if ok && !strings.HasSuffix(was, t.Cut()) { // what was taken out of it must not lie beneath
				if err := s.index.Purge(ctx, talkPrefix+t.ID); err != nil {
					return err
				}
			}
			if err := s.putTalk(ctx, t); err != nil {
				return err
			}
		}
		if len(page) < talkBatch {
			break
		}
	}
	gone, err := s.store.GoneTalks(ctx, store.System, since)
	if err != nil {
		return err
	}
	if since.IsZero() {
		for id := range s.talks {
			if !seen[id] {
				gone = append(gone, id)
			}
		}
	}
	return s.dropTalks(ctx, gone)
}

// putTalk puts a conversation into the index: each message is a passage, or more if it is long.
func (s *Shelf) putTalk(ctx context.Context, t store.Talk) error {
	texts, err := s.store.TalkTexts(ctx, store.System, t.ID)
	if err != nil {
		return err
	}
	var passages []index.Passage
	for _, one := range texts {
		doc := document.Document{Blocks: []document.Block{{Kind: document.Paragraph, Text: one.Text}}}
		for _, p := range doc.Passages() {
			passages = append(passages, index.Passage{Text: p.Text, Place: []byte(one.Message)})
		}
	}
	if len(passages) == 0 && t.Title != "" {
		passages = []index.Passage{{Text: t.Title}}
	}
	err = s.index.Put(ctx, index.Document{ID: talkPrefix + t.ID, Class: talkClass(t.Owner, t.Grade), Version: t.Version(), Title: t.Title, Passages: passages})
	if err == nil {
		s.talks[t.ID] = t.Version()
	}
	return err
}

// dropTalks takes conversations out of the index, with every byte of them.
func (s *Shelf) dropTalks(ctx context.Context, ids []string) error {
	var there []string
	for _, id := range ids {
		if _, ok := s.talks[id]; ok {
			there = append(there, talkPrefix+id)
		}
	}
	if len(there) == 0 {
		return nil
	}
	if err := s.index.Purge(ctx, there...); err != nil {
		return err
	}
	for _, id := range there {
		delete(s.talks, strings.TrimPrefix(id, talkPrefix))
	}
	return nil
}

// SearchTalks finds conversations of who by what was said in them, best first, at most so many. The index may be a moment
// behind: the store is to be asked whether who may still read each.
func (s *Shelf) SearchTalks(ctx context.Context, who chat.Principal, query string, limit int) ([]store.FoundTalk, error) {
	most, err := s.store.Clearance(ctx, who)
	if err != nil {
		return nil, err
	}
	var classes []string
	for grade := range most + 1 {
		classes = append(classes, talkClass(who.ID, grade))
	}
	words, err := s.words.of(ctx, s.store)
	if err != nil {
		return nil, err
	}
	result, err := s.index.Search(ctx, index.Query{Text: query, Classes: classes, Top: limit * talksPerHit, Glossary: words})
	if err != nil {
		return nil, err
	}
	var found []store.FoundTalk
	seen := map[string]bool{}
	for _, h := range result.Hits {
		id := strings.TrimPrefix(h.Document, talkPrefix)
		if seen[id] || len(found) == limit {
			continue
		}
		seen[id] = true
		found = append(found, store.FoundTalk{Conversation: id, Message: string(h.Place), Text: h.Text, Marks: h.Marks})
	}
	return found, nil
}
