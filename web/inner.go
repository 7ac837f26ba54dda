package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// pathOf is the place of a file within a document that the query names, as insideJSON does; nil, which is the document itself, where it
// names none.
func pathOf(r *http.Request) ([]int, error) {
	word := r.URL.Query().Get("file")
	if word == "" {
		return nil, nil
	}
	var at []int
	const deepest = 64 // no file is read so many files deep
	for one := range strings.SplitSeq(word, ".") {
		n, err := strconv.Atoi(one)
		if err != nil || n < 0 || len(at) == deepest {
			return nil, noFile(r)
		}
		at = append(at, n)
	}
	return at, nil
}

// noFile is the error where the query names a file within a document that has none there.
func noFile(r *http.Request) error {
	return chat.NewError(chat.CodeBadField, nil, "file", fmt.Sprintf("%.40q", r.URL.Query().Get("file")), "0 | 0.1 | …")
}

// fileOf is the document that a file within another was read as: where the query names one.
func fileOf(r *http.Request, doc *document.Document) (*document.Document, error) {
	at, err := pathOf(r)
	if err != nil {
		return nil, err
	}
	if inner := doc.File(at); inner != nil {
		return inner, nil
	}
	return nil, noFile(r)
}

// innerOf is the file within a version that the query names, with bytes of its own; nil where it names none.
func innerOf(r *http.Request, shelf Documents, who chat.Principal) (*document.Inner, error) {
	at, err := pathOf(r)
	if at == nil || err != nil {
		return nil, err
	}
	doc, err := shelf.Document(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	in, ok := doc.Inner(at)
	if !ok {
		return nil, noFile(r)
	}
	return &in, nil
}

// innerFile sends a file within a version by its own name. It is unpacked each time, for one request of a person's after the other, and
// lies on the disk until all of it is sent: few of them do at once for each, so that one that stands still keeps no other back. For whoever has it already nothing is unpacked.
func (h *handler) innerFile(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	in, err := innerOf(r, shelf, who)
	if err != nil {
		return nil, err
	}
	b := store.Blob{Hash: in.SHA256, Size: in.Size}
	if tag := `"` + b.Hash + `"`; r.Header.Get("If-None-Match") == tag {
		w.Header().Set("Cache-Control", "private, no-cache")
		w.Header().Set("ETag", tag)
		w.WriteHeader(http.StatusNotModified)
		return written{}, nil
	}
	leave, err := h.lending.enter(r.Context(), who.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	f, err := h.unpack(r, shelf, who, *in)
	if err != nil {
		return nil, err
	}
	return sendFile(w, r, f, b, in.Name)
}

// unpack unpacks a file within a version, one at a time for each person. It is the caller's, and must be closed.
func (h *handler) unpack(r *http.Request, shelf Documents, who chat.Principal, in document.Inner) (io.ReadSeekCloser, error) {
	leave, err := h.unpacking.enter(r.Context(), who.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	return shelf.Inner(r.Context(), who, r.PathValue("id"), in)
}
