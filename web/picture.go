package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"

	"exaone/chat"
	"exaone/document"
	"exaone/people"
)

// pictureRoutes show what pages look like.
var pictureRoutes = []route{
	{http.MethodGet, "/api/versions/{id}/picture", people.Converse, (*handler).picture},
}

// mostShown is how many pixels a side of a picture of a page has at most.
const mostShown = 2000

// picture replies with a PNG of a page of a picture or a PDF, or with file of one within the document, or with box=x0,y0,x1,y1 of that part
// of it, in points from the top left corner; width is in pixels. Whoever has it already gets none again, but is asked each time whether
// they may.
func (h *handler) picture(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	v, err := viewOf(r)
	if err != nil {
		return nil, err
	}
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	version, err := h.store.Version(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	hash := version.Hash
	if v.File, err = innerOf(r, shelf, who); err != nil {
		return nil, err
	}
	if v.File != nil {
		hash = v.File.SHA256
	}
	header := w.Header()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d %v", document.Version, hash, v.Page, v.Width, v.Rect))
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	header.Set("Cache-Control", "private, no-cache")
	header.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return written{}, nil
	}
	drawn, err := h.draw(r.Context(), shelf, who, version.ID, v)
	if err != nil {
		header.Del("ETag")
		return nil, err
	}
	header.Set("Content-Type", "image/png")
	header.Set("Content-Length", strconv.Itoa(len(drawn.PNG)))
	_, _ = patient{w, http.NewResponseController(w)}.Write(drawn.PNG) // whoever is gone needs none
	return written{}, nil
}

// draw draws one picture at a time for each person: others' pages are to be drawn, too.
func (h *handler) draw(ctx context.Context, shelf Documents, who chat.Principal, version string, v document.View) (document.Drawing, error) {
	leave, err := h.drawing.enter(ctx, who.ID)
	if err != nil {
		return document.Drawing{}, err
	}
	defer leave() // also if what draws panics: whoever asks next would wait for ever
	return shelf.Picture(ctx, who, version, v)
}

// viewOf reads which part of which page somebody wants to see.
func viewOf(r *http.Request) (document.View, error) {
	page, err := number(r, "page", 1, 1<<31-1, 1)
	if err != nil {
		return document.View{}, err
	}
	width, err := number(r, "width", 1, mostShown, 0)
	if err != nil {
		return document.View{}, err
	}
	v := document.View{Page: int(page), Width: int(width), Most: mostShown}
	if box := r.URL.Query().Get("box"); box != "" {
		if v.Rect, err = document.ParseRect(box); err != nil {
			return v, chat.NewError(chat.CodeBadField, err, "box", fmt.Sprintf("%.80q", box), "x0,y0,x1,y1")
		}
	}
	return v, nil
}
