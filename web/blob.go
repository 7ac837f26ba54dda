package web

import (
	"net/http"
	"os"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// blobRoutes give back files that something of whoever asks refers to.
var blobRoutes = []route{
	{http.MethodGet, "/api/files/{hash}", people.Converse, (*handler).blob},
}

// blob sends a file to be saved.
func (h *handler) blob(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	f, b, err := h.store.OpenBlob(r.Context(), who, r.PathValue("hash"))
	if err != nil {
		return nil, err
	}
	return sendFile(w, r, f, b)
}

// sendFile sends a file to be saved, and closes it. Whatever it says that it is, no browser shows it as a page of ours.
func sendFile(w http.ResponseWriter, r *http.Request, f *os.File, b store.Blob) (any, error) {
	defer f.Close()
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Disposition", "attachment")
	header.Set("Cache-Control", "private, no-cache")
	header.Set("ETag", `"`+b.Hash+`"`)
	http.ServeContent(patient{w, http.NewResponseController(w)}, r, "", time.Time{}, f)
	return written{}, nil
}
