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

// Place is where a passage stands in its document, as the index keeps it with the passage.
type Place struct {
	Last      int             `json:"last,omitempty"` // the page on which it ends
	Section   int             `json:"section,omitempty"`
	Paragraph int             `json:"paragraph,omitempty"`
	Hidden    bool            `json:"hidden,omitempty"`
	Spans     []document.Span `json:"spans"`
}

// PlaceOf is the place of a passage that a search found.
func PlaceOf(raw []byte) (p Place, err error) {
	err = json.Unmarshal(raw, &p)
	return p, err
}

// Passages are the passages of a document as the index takes them.
func Passages(doc *document.Document) ([]index.Passage, error) {
	var all []index.Passage
	for _, p := range doc.Passages() {
		place, err := json.Marshal(Place{Last: p.Last, Section: p.Section, Paragraph: p.Start, Hidden: p.Hidden, Spans: p.Spans})
		if err != nil {
			return nil, err
		}
		all = append(all, index.Passage{Heading: p.Heading, Text: p.Text, Page: p.Page, Place: place})
	}
	for _, a := range doc.Attachments {
		if a.Read == nil {
			continue
		}
		inner, err := Passages(a.Read)
		if err != nil {
			return nil, err
		}
		for i := range inner {
			inner[i].Heading = under(a.Name, inner[i].Heading)
			inner[i].Page = 0 // it is a page of the file within
			inner[i].Place = nil
		}
		all = append(all, inner...)
	}
	return all, nil
}

// under is a heading under another.
func under(outer, inner string) string {
	if inner == "" {
		return outer
	}
	return outer + " › " + inner
}
