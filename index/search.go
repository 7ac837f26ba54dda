package index

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

const (
	usualTop = 10
	mostTop  = 1000
)

// Search finds the passages that fit a question, among those of the classes it names. What its asker may not see changes
// nothing of it: no hit, no score, no order and no time. It looks at the index as it is when it begins.
func (ix *Index) Search(ctx context.Context, q Query) (Result, error) {
	if q.Top <= 0 {
		q.Top = usualTop
	}
	q.Top = min(q.Top, mostTop)
	classes, release, err := ix.see(q.Classes)
	if err != nil {
		return Result{}, err
	}
	defer release()
	var result Result
	err = guard(func() (err error) {
		result.Hits, err = search(ctx, classes, &q)
		return err
	})
	return result, ix.explain(err, classes)
}

// search searches classes.
func search(ctx context.Context, classes []*class, q *Query) ([]Hit, error) {
	var parts []*part
	for _, c := range classes {
		parts = append(parts, c.parts...)
	}
	s := newSight(parts)
	allowed, err := s.allow(q.Documents)
	if err != nil {
		return nil, err
	}
	plan := ask(s, q)
	first, err := s.top(ctx, plan.terms, allowed, max(candidates, q.Top))
	if err != nil {
		return nil, err
	}
	hits, err := s.hits(ctx, first)
	if err != nil {
		return nil, err
	}
	plan.rank(hits)
	if len(q.Vector) > 0 {
		if hits, err = s.fuse(ctx, classes, plan, q, hits); err != nil {
			return nil, err
		}
	}
	return hits[:min(q.Top, len(hits))], s.err
}

// allow returns the passages of some documents, by part: nil if they are not named, which allows all.
func (s *sight) allow(ids []string) ([]*passageSet, error) {
	if ids == nil {
		return nil, nil
	}
	allowed := make([]*passageSet, len(s.parts))
	for i, p := range s.parts {
		for _, id := range ids {
			e, ok, err := p.document(id)
			if err != nil {
				return nil, err
			}
			if !ok || p.dead.document(e.number) {
				continue
			}
			if allowed[i] == nil {
				allowed[i] = newPassageSet(p.segment.passages)
			}
			allowed[i].addRange(e.first, e.first+e.passages)
		}
	}
	return allowed, nil
}

// hits reads the texts of passages.
func (s *sight) hits(ctx context.Context, list []found) ([]Hit, error) {
	hits := make([]Hit, len(list))
	order := make([]int, len(list)) // as they lie, so that each block is unpacked once
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(list[a].part, list[b].part), cmp.Compare(list[a].passage, list[b].passage))
	})
	const workers = 2
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			errs[w] = guard(func() error {
				return s.readHits(ctx, list, order[len(order)*w/workers:len(order)*(w+1)/workers], hits)
			})
		})
	}
	wait.Wait()
	return hits, firstError(errs...)
}

func (s *sight) readHits(ctx context.Context, list []found, order []int, hits []Hit) error {
	r := textReaders.Get().(*textReader)
	defer r.rest()
	var block blockReader
	for _, i := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		f := list[i]
		p := s.parts[f.part]
		stored, err := block.passage(p.segment, int(f.passage), r)
		if err != nil {
			return err
		}
		e, err := p.documentOf(int(f.passage))
		if err != nil {
			return err
		}
		h := &hits[i]
		h.Document, h.Number, h.Title = string(e.id), int(f.passage)-e.first, string(e.title)
		h.Page, h.Place, h.Score = stored.page, slices.Clone(stored.place), float64(f.score)/scoreUnit
		var err2 error
		h.Heading, err = textOf(stored.heading)
		h.Text, err2 = textOf(stored.text)
		if err = errors.Join(err, err2); err != nil {
			return p.wrong(secText, err)
		}
	}
	return nil
}

// explain makes an error in a file a DamagedError.
func (ix *Index) explain(err error, classes []*class) error {
	fault, ok := errors.AsType[*fileError](err)
	if !ok {
		return err
	}
	d := Damage{File: fault.file, Err: fault.err}
	for _, c := range classes {
		for _, p := range c.parts {
			if p.name != fault.file {
				continue
			}
			infos, err := liveDocuments(p.class, p)
			d.All = err == nil
			for _, info := range infos {
				d.Documents = append(d.Documents, info.ID)
			}
		}
	}
	return &DamagedError{Files: []Damage{d}}
}
