package web

import (
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
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
	return sendFile(w, r, f, b, "")
}

// sendFile sends a file to be saved under a name, or under one that the page gives it, and closes it. Whatever it says that it is, no
// browser shows it as a page of ours.
func sendFile(w http.ResponseWriter, r *http.Request, f io.ReadSeekCloser, b store.Blob, name string) (any, error) {
	defer f.Close()
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Disposition", attachment(name))
	header.Set("Cache-Control", "private, no-cache")
	header.Set("ETag", `"`+b.Hash+`"`)
	http.ServeContent(patient{w, http.NewResponseController(w)}, r, "", time.Time{}, f)
	return written{}, nil
}

// attachment has what is sent saved under the last element of a name, if it has one.
func attachment(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if base == "." || base == "/" || base == ".." {
		return "attachment"
	}
	return mime.FormatMediaType("attachment", map[string]string{"filename": base})
}
