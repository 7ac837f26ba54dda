package web

import (
	"net/http"

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
	Places []document.Spot `json:"places"`
	Texts  []markedJSON    `json:"texts"`
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

// places tells where stretches of the texts of a version stand. Those that are no stretch of it are left out: the document
// is not what whoever cited it read, and the page says so.
func (h *handler) places(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Spans []document.Stretch `json:"spans"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := bounded("spans", int64(len(in.Spans)), 0, mostStretches); err != nil {
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
	spots, marked := doc.Places(in.Spans)
	out := placesJSON{Places: spots, Texts: make([]markedJSON, 0, len(marked))}
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
	return out, nil
}

// mostParts is how many parts of a document one request may ask for.
const mostParts = 50

// versionParts replies with parts from to to of what was read of a version.
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
	return newContent(doc, int(from), int(to), bare), nil
}
