package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"

	"exaone/chat"
	"exaone/document"
	"exaone/people"
)

// placeRoutes are about where in a document something stands.
var placeRoutes = []route{
	{http.MethodPost, "/api/versions/{id}/places", people.Converse, (*handler).places},
}

// mostStretches is how many stretches one request may ask for.
const mostStretches = 256

type placesJSON struct {
	Reading string          `json:"reading"` // names what was read, which is another when a version is read again
	Places  []document.Spot `json:"places"`
	Pages   []document.Page `json:"pages,omitempty"` // those that places are on: a part of one is asked for no further than it goes
	Texts   []markedJSON    `json:"texts"`
	Inside  *insideJSON     `json:"inside,omitempty"`
}

// insideJSON is the file within the document in which the places are.
type insideJSON struct {
	File  string   `json:"file"`  // as the queries of content, file and picture take it: 0, or 2.0 for the first file of the third
	Names []string `json:"names"` // the outermost first
	Sure  bool     `json:"sure"`  // it is what was cited, and no more is marked than that
	Bytes bool     `json:"bytes"` // it has some of its own, which can be had
}

// passageAsked is a passage of a file within a document, which has no place there: its text as it was found, the headings above it, and
// bytes from and to of the text that are cited, none for all of it.
type passageAsked struct {
	Heading string   `json:"heading"`
	Text    string   `json:"text"`
	Parts   [][2]int `json:"parts"`
}

// markedJSON is a text that is marked, from and to in UTF-16 units.
type markedJSON struct {
	Number int    `json:"text"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Part   int    `json:"part"`
	Quote  string `json:"quote"`
	// Of a cell of a table, and of a sheet.
	Row *int `json:"row,omitempty"`
	Col *int `json:"col,omitempty"`
}

// places tells where stretches of the texts of a version stand, or a passage of a file within it. Those that are no stretch of it are left
// out: the document is not what whoever cited it read, and the page says so.
func (h *handler) places(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Spans   []document.Stretch `json:"spans"`
		Passage *passageAsked      `json:"passage"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := bounded("spans", int64(len(in.Spans)), 0, mostStretches); err != nil {
		return nil, err
	}
	if in.Passage != nil {
		if err := bounded("passage.parts", int64(len(in.Passage.Parts)), 0, mostStretches); err != nil {
			return nil, err
		}
	}
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	doc, err := shelf.Document(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	reading, err := readingOf(doc)
	if err != nil {
		return nil, err
	}
	if in.Passage == nil {
		out := placesOf(doc, in.Spans)
		out.Reading = reading
		return out, nil
	}
	// All of the files within is divided into passages: once at a time for each person.
	leave, err := h.finding.enter(r.Context(), who.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	out := in.Passage.places(doc)
	out.Reading = reading
	return out, nil
}

// readingOf names what was read of a version: by what came out and what is missing, in which half a document differs from all of it.
func readingOf(doc *document.Document) (string, error) {
	manifest, err := json.Marshal(&doc.Manifest)
	sum := sha256.Sum256(manifest)
	return hex.EncodeToString(sum[:8]), err
}

// places is where the passage stands in the file within a document that has it; nowhere, if none has.
func (p *passageAsked) places(doc *document.Document) placesJSON {
	found, ok := doc.FindInside(p.Heading, p.Text)
	if !ok {
		return placesOf(doc, nil)
	}
	stretches, whole := found.Passage.Stretches(p.Parts)
	out := placesOf(doc.File(found.Path), stretches)
	_, bytes := doc.Inner(found.Path)
	out.Inside = &insideJSON{Names: found.Names, Sure: found.Sure && whole, Bytes: bytes}
	for n, at := range found.Path {
		if n > 0 {
			out.Inside.File += "."
		}
		out.Inside.File += strconv.Itoa(at)
	}
	return out
}

func placesOf(doc *document.Document, stretches []document.Stretch) placesJSON {
	spots, marked := doc.Places(stretches)
	out := placesJSON{Places: spots, Pages: pagesOf(doc, spots), Texts: make([]markedJSON, 0, len(marked))}
	if out.Places == nil {
		out.Places = []document.Spot{}
	}
	for _, m := range marked {
		s := m.Stretch
		j := markedJSON{Number: s.Text, Start: unitsTo(m.Text, s.Start), End: unitsTo(m.Text, s.End), Part: m.Part, Quote: m.Text[s.Start:s.End]}
		if m.Cell != nil {
			j.Row, j.Col = &m.Cell.Row, &m.Cell.Col
		}
		out.Texts = append(out.Texts, j)
	}
	return out
}

// pagesOf are the pages that spots are on, in the file's order.
func pagesOf(doc *document.Document, spots []document.Spot) []document.Page {
	on := map[int]bool{}
	for i := range spots {
		on[spots[i].Page] = true
	}
	var out []document.Page
	for _, p := range doc.Pages {
		if on[p.Number] {
			out = append(out, p)
		}
	}
	return out
}

// mostParts is how many parts of a document one request may ask for.
const mostParts = 50

// versionParts replies with parts from to to of what was read of a version, or of a file within it.
func (h *handler) versionParts(r *http.Request, who chat.Principal) (any, error) {
	from, err := number(r, "from", 0, 1<<31, 0)
	if err != nil {
		return nil, err
	}
	to, err := number(r, "to", from, from+mostParts-1, from)
	if err != nil {
		return nil, err
	}
	bare, err := yes(r, "bare")
	if err != nil {
		return nil, err
	}
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	doc, err := shelf.Document(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	reading, err := readingOf(doc)
	if err != nil {
		return nil, err
	}
	if doc, err = fileOf(r, doc); err != nil {
		return nil, err
	}
	out := newContent(doc, int(from), int(to), bare)
	out.Reading = reading
	return out, nil
}
