package index

import (
	"bytes"
	"context"
	"errors"
	"slices"
)

// Parts in memory are merged when gatherAt of them are about the same size, so that there are few however small what is
// put is, and each passage is copied a few times only.
const (
	gatherAt    = 4
	gatherBytes = 8 << 20 // of parts that are merged while a Put waits
)

// gatherMemory merges parts in memory that a log has.
func (c *class) gatherMemory(log uint64) error {
	for {
		bySize := map[int][]int{}
		var full []int
		for i, p := range c.parts {
			if p.file != nil || p.log != log || p.held() > gatherBytes {
				continue
			}
			b := tier(int(p.held()), 4<<10)
			if bySize[b] = append(bySize[b], i); len(bySize[b]) == gatherAt {
				full = bySize[b]
				break
			}
		}
		if full == nil {
			return nil
		}
		var sources []source
		for _, i := range full {
			sources = append(sources, source{segment: c.parts[i].segment, dead: c.parts[i].dead})
		}
		var out bytes.Buffer
		if _, err := mergeSegments(context.Background(), &out, sources, false); err != nil {
			return err
		}
		s, err := openSegment("memory", out.Bytes(), true)
		if err != nil {
			return err
		}
		p := newPart(s)
		p.log = log
		c.parts[full[0]] = p
		for k := len(full) - 1; k > 0; k-- {
			c.parts = slices.Delete(c.parts, full[k], full[k]+1)
		}
	}
}

// tier returns a size's order of magnitude, to the base of 4, from a least one on.
func tier(size, least int) int {
	n := 0
	for size >= least {
		size /= 4
		n++
	}
	return n
}

// documentsOf returns documents of a segment as they were put.
func documentsOf(s *segment, dead *deadSet, yield func(d *Document) error) error {
	r := s.documentsFrom(0)
	t := textReaders.Get().(*textReader)
	defer t.rest()
	for r.next() {
		e := &r.current
		if dead.document(e.number) {
			continue
		}
		passages, err := passagesOf(s, e, t)
		if err != nil {
			return err
		}
		d := &Document{ID: string(e.id), Class: s.class, Version: string(e.version), Title: string(e.title), Passages: passages}
		if err := yield(d); err != nil {
			return err
		}
	}
	return r.err
}

// passagesOf are the passages of a document of a segment as they were put.
func passagesOf(s *segment, e *entry, t *textReader) (all []Passage, err error) {
	err = s.eachPassage(e.first, e.first+e.passages, t, func(_ int, p stored) error {
		heading, err := textOf(p.heading)
		text, err2 := textOf(p.text)
		all = append(all, Passage{Heading: heading, Text: text, Page: p.page, Place: bytes.Clone(p.place)})
		return errors.Join(err, err2)
	})
	return all, err
}

// reanalyse makes a segment of another analysis anew, in memory.
func reanalyse(s *segment) (*segment, error) {
	var documents []*Document
	err := documentsOf(s, nil, func(d *Document) error {
		documents = append(documents, d)
		return nil
	})
	if err != nil {
		return nil, err
	}
	image, err := buildSegment(context.Background(), s.class, documents)
	if err != nil {
		return nil, err
	}
	return openSegment("memory", image, true)
}
