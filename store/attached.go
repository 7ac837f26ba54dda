package store

import (
	"encoding/json"
	"fmt"
	"math"

	"exaone/chat"
)

// MostBoxes is how many parts of pages one question may be about.
const MostBoxes = 4

// AttachedDocument is a document that is attached to a message, or a part of a page of one.
type AttachedDocument struct {
	Name     string
	MIME     string
	Document string
	Version  string // "" is the newest
	Page     int    // from 1; 0 is all of the document
	Box      []float64
	Deleted  bool
}

// AttachedDocuments returns the documents among the attachments of a message, in order. A box has four finite numbers, x0 < x1
// and y0 < y1, none below 0, on a page from 1; whether the page has such a place is not known here. The errors are CodeBoxForm
// and CodeBoxTooMany.
func AttachedDocuments(attachments json.RawMessage) ([]AttachedDocument, error) {
	var each []json.RawMessage
	if len(attachments) == 0 || json.Unmarshal(attachments, &each) != nil {
		return nil, nil // what is no list is refused where it is kept
	}
	var all []AttachedDocument
	boxes := 0
	for i, raw := range each {
		var has struct{ Document, Page, Box json.RawMessage }
		if json.Unmarshal(raw, &has) != nil || has.Document == nil && has.Box == nil && has.Page == nil {
			continue // a file, or what others put there
		}
		one, err := readAttached(i, raw)
		if err != nil {
			return nil, err
		}
		if one.Box != nil {
			boxes++
		}
		if one.Document != "" {
			all = append(all, one)
		}
	}
	if boxes > MostBoxes {
		return nil, chat.NewError(chat.CodeBoxTooMany, nil, boxes, MostBoxes)
	}
	return all, nil
}

// readAttached reads one attachment.
func readAttached(number int, raw json.RawMessage) (AttachedDocument, error) {
	wrong := func(found, want string) error { return chat.NewError(chat.CodeBoxForm, nil, number+1, found, want) }
	var d attachedDocument
	if err := json.Unmarshal(raw, &d); err != nil {
		return AttachedDocument{}, wrong(fmt.Sprintf("%.80q", raw), `{"document":ID,"version":ID,"page":N,"box":[x0,y0,x1,y1]}`)
	}
	switch {
	case d.Box == nil && d.Page == 0: // an empty box is not all of a document
	case d.Document == "":
		return AttachedDocument{}, wrong(`"document":""`, `"document":ID`)
	case d.Page < 1:
		return AttachedDocument{}, wrong(fmt.Sprintf(`"page":%d`, d.Page), `"page":1, 2, …`)
	case len(d.Box) != 4:
		return AttachedDocument{}, wrong(fmt.Sprintf(`"box":%.80s`, jsonOf(d.Box)), `"box":[x0,y0,x1,y1]`)
	case !isBox(d.Box):
		return AttachedDocument{}, wrong(fmt.Sprintf(`"box":%.80s`, jsonOf(d.Box)), `"box":[x0,y0,x1,y1], 0 ≤ x0 < x1, 0 ≤ y0 < y1`)
	}
	return AttachedDocument{Name: d.Name, MIME: d.MIME, Document: d.Document, Version: d.Version, Page: d.Page, Box: d.Box, Deleted: d.Deleted}, nil
}

// jsonOf is a box as whoever sent it wrote it, or about so.
func jsonOf(box []float64) string {
	data, err := json.Marshal(box)
	if err != nil { // not a number that came in JSON
		return fmt.Sprint(box)
	}
	return string(data)
}

// isBox reports whether four numbers are a rectangle with something in it, at least a tenth of a point a side: less can be neither
// seen nor drawn.
func isBox(b []float64) bool {
	const least = 0.1
	for _, v := range b {
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
			return false
		}
	}
	return b[2]-b[0] >= least && b[3]-b[1] >= least
}
