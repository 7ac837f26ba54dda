package web

import (
	"encoding/json"
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// versionRoutes are about the files that a document was.
var versionRoutes = []route{
	{http.MethodGet, "/api/versions/{id}", people.Converse, (*handler).version},
	{http.MethodGet, "/api/versions/{id}/events", people.Converse, (*handler).followVersion},
	{http.MethodPost, "/api/versions/{id}/reading", people.Converse, (*handler).readVersion},
	{http.MethodDelete, "/api/versions/{id}/reading", people.Converse, (*handler).cancelVersion},
	{http.MethodGet, "/api/versions/{id}/file", people.Converse, (*handler).versionFile},
	{http.MethodGet, "/api/versions/{id}/content", people.Converse, (*handler).versionContent},
}

func (h *handler) version(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	v, err := h.store.Version(r.Context(), who, r.PathValue("id"))
	return h.newVersion(r, who, v), err
}

// followVersion tells how far the reading of a version has come, as events "version", until it has ended.
func (h *handler) followVersion(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if _, err := h.store.Version(r.Context(), who, id); err != nil {
		return nil, err
	}
	leave, err := h.following.enter(who.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	s := newStream(w, r)
	tick := time.NewTicker(beat)
	defer tick.Stop()
	last := ""
	for {
		changed := shelf.Changed() // before looking: what changes meanwhile is heard
		v, err := h.store.Version(r.Context(), who, id)
		if err != nil {
			h.sendError(s, err)
			return written{}, nil
		}
		data, err := json.Marshal(h.newVersion(r, who, v))
		if err != nil {
			return written{}, nil
		}
		if string(data) != last {
			last = string(data)
			if s.send(fields("", "version", data)) != nil {
				return written{}, nil
			}
		}
		if v.State != store.VersionWaiting {
			return written{}, nil
		}
		select {
		case <-r.Context().Done():
			return written{}, nil
		case <-changed:
		case <-tick.C:
			if s.send([]byte(": \n\n")) != nil {
				return written{}, nil
			}
		}
	}
}

// readVersion has a version read once more that could not be, or was cancelled.
func (h *handler) readVersion(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	if err := h.store.RetryVersion(r.Context(), who, r.PathValue("id")); err != nil {
		return nil, err
	}
	shelf.Wake()
	v, err := h.store.Version(r.Context(), who, r.PathValue("id"))
	return h.newVersion(r, who, v), err
}

func (h *handler) cancelVersion(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	if err := h.store.CancelVersion(r.Context(), who, r.PathValue("id")); err != nil {
		return nil, err
	}
	v, err := h.store.Version(r.Context(), who, r.PathValue("id"))
	return h.newVersion(r, who, v), err
}

// versionFile sends the file as it was put in, or with file a file within it.
func (h *handler) versionFile(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	if r.URL.Query().Get("file") != "" {
		return h.innerFile(w, r, who)
	}
	f, v, err := h.store.OpenVersion(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return sendFile(w, r, f, store.Blob{Hash: v.Hash, Size: v.Size, Mime: v.Mime}, "")
}

// versionContent replies with what was read: pages, blocks, tables, and where everything stands. With from or to it is those
// parts of the document as the reading room shows them. All of a document may be hundreds of megabytes, which are in memory until the last
// of them is sent: once at a time for each person.
func (h *handler) versionContent(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	if q := r.URL.Query(); q.Has("from") || q.Has("to") {
		return h.versionParts(r, who)
	}
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	leave, err := h.showing.enter(r.Context(), who.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	doc, err := shelf.Document(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	write(w, http.StatusOK, doc)
	return written{}, nil
}
