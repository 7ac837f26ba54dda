// Package intake reads the files that people bring, and keeps the index true to them: of the documents of a server, each of
// whose versions is read by a job, and of a folder on the disk.
//
//	file ── document.Pool ──▶ Document ── Passages ──▶ index.Put      found as soon as its first pages are read
//	                             │                         │
//	                             └──▶ kept beside it       └── Embed ──▶ index.PutVectors, later
package intake

import (
	"context"
	"encoding/json"

	"exaone/document"
	"exaone/index"
)

// Reader reads a file in a process of its own; *document.Pool is one. Many goroutines may use it.
type Reader interface {
	Read(ctx context.Context, path, name, password string, o document.Options) (*document.Document, error)
}

// Place is where a passage stands in its document, as the index keeps it with the passage. One of a file within the document stands
// nowhere in it: it has no Spans, and says no more than whether it is hidden.
type Place struct {
	Last      int             `json:"last,omitempty"` // the page on which it ends
	Section   int             `json:"section,omitempty"`
	Paragraph int             `json:"paragraph,omitempty"`
	Hidden    bool            `json:"hidden,omitempty"`
	Spans     []document.Span `json:"spans,omitempty"`
}

// PlaceOf is the place of a passage that a search found.
func PlaceOf(raw []byte) (p Place, err error) {
	err = json.Unmarshal(raw, &p)
	return p, err
}

// Passages are the passages of a document as the index takes them, those of the files within it behind its own.
func Passages(doc *document.Document) ([]index.Passage, error) {
	var all []index.Passage
	for _, p := range doc.Passages() {
		place := Place{Last: p.Last, Section: p.Section, Paragraph: p.Start, Hidden: p.Hidden, Spans: p.Spans}
		if err := add(&all, p.Heading, p, p.Page, place); err != nil {
			return nil, err
		}
	}
	if err := within(doc, "", &all); err != nil {
		return nil, err
	}
	return all, nil
}

// within adds the passages of the files within a document. outer are the names above theirs, as document.FindInside has them.
func within(doc *document.Document, outer string, all *[]index.Passage) error {
	for _, a := range doc.Attachments {
		if a.Read == nil {
			continue
		}
		name := a.Name
		if outer != "" {
			name = under(outer, name)
		}
		for _, p := range a.Read.Passages() {
			// Its page is one of the file within, and its spans are bytes of that: neither is a place here.
			if err := add(all, under(name, p.Heading), p, 0, Place{Hidden: p.Hidden}); err != nil {
				return err
			}
		}
		if err := within(a.Read, name, all); err != nil {
			return err
		}
	}
	return nil
}

func add(all *[]index.Passage, heading string, p document.Passage, page int, place Place) error {
	raw, err := json.Marshal(place)
	if err != nil {
		return err
	}
	*all = append(*all, index.Passage{Heading: heading, Text: p.Text, Page: page, Place: raw})
	return nil
}

// under is a heading under another.
func under(outer, inner string) string {
	if inner == "" {
		return outer
	}
	return outer + " › " + inner
}
