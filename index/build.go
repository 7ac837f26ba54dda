package index

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
)

// segmentWriter writes a segment: passages and documents in their order, then terms in theirs.
type segmentWriter struct {
	image     *imageWriter
	class     string
	passages  *passageWriter
	documents *documentWriter
	terms     *termWriter
}

// newSegmentWriter begins a segment whose texts are packed with the help of usual text, or not packed if that is nil.
func newSegmentWriter(w io.Writer, class string, usual []byte) (*segmentWriter, error) {
	s := &segmentWriter{image: newImageWriter(w), class: class}
	var err error
	s.passages, err = newPassageWriter(s.image, usual)
	return s, err
}

// endPassages ends the passages and begins the documents.
func (s *segmentWriter) endPassages() {
	s.passages.close()
	s.documents = newDocumentWriter(s.image)
}

// endDocuments ends the documents and begins the terms.
func (s *segmentWriter) endDocuments() {
	s.documents.close()
	s.terms = newTermWriter(s.image, s.passages.lengths)
}

func (s *segmentWriter) close() error {
	s.terms.close()
	s.image.section()
	s.image.Write(appendMeta(nil, s.class, analysis, s.documents.n, len(s.passages.lengths), s.terms.n))
	return s.image.close()
}

// gathered is a term of documents that are being put in, and where it is.
type gathered struct {
	key  []byte
	list []posting
}

// buildSegment makes the bytes of a segment of documents of one class, none twice. It sorts them.
func buildSegment(ctx context.Context, class string, documents []*Document) ([]byte, error) {
	slices.SortFunc(documents, func(a, b *Document) int { return strings.Compare(a.ID, b.ID) })
	var out bytes.Buffer
	w, err := newSegmentWriter(&out, class, nil)
	if err != nil {
		return nil, err
	}
	terms, err := gather(ctx, w, documents)
	if err != nil {
		return nil, err
	}
	w.endPassages()
	for _, d := range documents {
		w.documents.add(entry{id: []byte(d.ID), version: []byte(d.Version), title: []byte(d.Title), passages: len(d.Passages)})
	}
	w.endDocuments()
	for _, t := range terms {
		w.terms.add(t.key, t.list)
	}
	if err := w.close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// gather writes the passages of documents and returns their terms, sorted by key.
func gather(ctx context.Context, w *segmentWriter, documents []*Document) ([]gathered, error) {
	byKey := map[string]int{}
	var terms []gathered
	var key []byte
	var heading, text []byte
	n := uint32(0)
	for _, d := range documents {
		for i := range d.Passages {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			length := analyse(d, i, func(t Term, frequency float32) {
				key = appendKey(key[:0], t.Kind, t.Text)
				at, ok := byKey[string(key)]
				if !ok {
					at = len(terms)
					terms = append(terms, gathered{key: bytes.Clone(key)})
					byKey[string(key)] = at
				}
				level := frequencyLevel(frequency)
				list := terms[at].list
				if last := len(list) - 1; last >= 0 && list[last].passage == n { // two that were cut alike
					list[last].level = max(list[last].level, level)
					return
				}
				terms[at].list = append(list, posting{n, level})
			})
			p := &d.Passages[i]
			heading, text = appendText(heading[:0], p.Heading), appendText(text[:0], p.Text)
			w.passages.add(stored{heading: heading, text: text, place: p.Place, page: p.Page}, lengthLevel(length))
			n++
		}
	}
	slices.SortFunc(terms, func(a, b gathered) int { return bytes.Compare(a.key, b.key) })
	return terms, nil
}

// source is a segment that goes into a new one, without its dead documents.
type source struct {
	*segment
	dead *deadSet
	to   []uint32 // where its passages go; gone for those of dead documents
}

const gone = 1<<32 - 1

// mergeSegments writes the live documents of segments of one class as one, their texts packed or not. No document is live
// in two of them. It returns how many documents it wrote.
func mergeSegments(ctx context.Context, out io.Writer, sources []source, pack bool) (documents int, err error) {
	var usual []byte
	if pack {
		if usual, err = usualOf(sources); err != nil {
			return 0, err
		}
	}
	w, err := newSegmentWriter(out, sources[0].class, usual)
	if err != nil {
		return 0, err
	}
	order, err := mergeDocuments(sources)
	if err != nil {
		return 0, err
	}
	if err := mergePassages(ctx, w, sources, order); err != nil {
		return 0, err
	}
	w.endPassages()
	for _, e := range order {
		w.documents.add(e.entry)
	}
	w.endDocuments()
	if err := mergeTerms(ctx, w, sources); err != nil {
		return 0, err
	}
	return len(order), w.close()
}

// from is a document and which source has it.
type from struct {
	entry
	source int
}

// mergeDocuments returns the live documents by ID, and sets where their passages go.
func mergeDocuments(sources []source) ([]from, error) {
	var order []from
	for i := range sources {
		s := &sources[i]
		s.to = make([]uint32, s.passages)
		for p := range s.to {
			s.to[p] = gone
		}
		r := s.documentsFrom(0)
		for r.next() {
			if !s.dead.document(r.current.number) {
				order = append(order, from{copyID(r.current), i})
			}
		}
		if r.err != nil {
			return nil, r.err
		}
	}
	slices.SortStableFunc(order, func(a, b from) int { return bytes.Compare(a.id, b.id) })
	next := uint32(0)
	for _, e := range order {
		for p := range e.passages {
			sources[e.source].to[e.first+p] = next
			next++
		}
	}
	return order, nil
}

// copyID makes an entry's ID its own; the rest holds as long as the segment.
func copyID(e entry) entry {
	e.id = bytes.Clone(e.id)
	return e
}

func mergePassages(ctx context.Context, w *segmentWriter, sources []source, order []from) error {
	r := textReaders.Get().(*textReader)
	defer r.rest()
	lengths := make([][]byte, len(sources))
	for i, s := range sources {
		var err error
		if lengths[i], err = s.allLengths(); err != nil {
			return err
		}
	}
	for i := 0; i < len(order); {
		if err := ctx.Err(); err != nil {
			return err
		}
		// Documents that lie one behind the other are read at once, each block once.
		e := order[i]
		end := e.first + e.passages
		for i++; i < len(order) && order[i].source == e.source && order[i].first == end; i++ {
			end += order[i].passages
		}
		err := sources[e.source].eachPassage(e.first, end, r, func(n int, p stored) error {
			w.passages.add(p, lengths[e.source][n])
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// usualOf gathers what texts are usually like from passages all over the segments.
func usualOf(sources []source) ([]byte, error) {
	total := 0
	for _, s := range sources {
		total += s.passages
	}
	r := textReaders.Get().(*textReader)
	defer r.rest()
	usual := make([]byte, 0, usualText)
	step := max(1, total/128)
	at := 0
	for _, s := range sources {
		for ; at < s.passages && len(usual) < usualText; at += step {
			if s.dead.has(uint32(at)) {
				continue
			}
			err := s.eachPassage(at, at+1, r, func(_ int, p stored) error {
				part := min(len(p.text), 2*usualText/128, usualText-len(usual))
				usual = append(usual, p.text[:part]...)
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
		at -= s.passages
		at = max(at, 0)
	}
	return usual, nil
}

// mergeTerms goes through the terms of all sources together.
func mergeTerms(ctx context.Context, w *segmentWriter, sources []source) error {
	readers := make([]*termReader, 0, len(sources))
	of := map[*termReader]*source{}
	for i := range sources {
		r := &termReader{}
		r.reset(sources[i].segment, 0)
		if r.next() {
			readers = append(readers, r)
			of[r] = &sources[i]
		} else if r.err != nil {
			return r.err
		}
	}
	var l list
	var merged []posting
	var key []byte
	for n := 0; len(readers) > 0; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		least := readers[0]
		for _, r := range readers[1:] {
			if bytes.Compare(r.key, least.key) < 0 {
				least = r
			}
		}
		key, merged = append(key[:0], least.key...), merged[:0]
		parts := 0
		for i := 0; i < len(readers); i++ {
			r := readers[i]
			if !bytes.Equal(r.key, key) {
				continue
			}
			if err := l.open(r.s, r.whereabouts); err != nil {
				return err
			}
			to := of[r].to
			err := l.all(func(passage uint32, level uint8) bool {
				if p := to[passage]; p != gone {
					merged = append(merged, posting{p, level})
				}
				return true
			})
			if err != nil {
				return err
			}
			parts++
			if !r.next() {
				if r.err != nil {
					return r.err
				}
				readers = slices.Delete(readers, i, i+1)
				i--
			}
		}
		if len(merged) == 0 {
			continue
		}
		if parts > 1 {
			slices.SortFunc(merged, func(a, b posting) int { return cmp.Compare(a.passage, b.passage) })
		}
		w.terms.add(key, merged)
	}
	return nil
}
