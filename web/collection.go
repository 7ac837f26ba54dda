package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// collectionRoutes are about folders of documents.
var collectionRoutes = []route{
	{http.MethodGet, "/api/collections", people.Converse, (*handler).collections},
	{http.MethodPost, "/api/collections", people.Converse, (*handler).addCollection},
	{http.MethodGet, "/api/collections/{id}", people.Converse, (*handler).collection},
	{http.MethodPatch, "/api/collections/{id}", people.Converse, (*handler).changeCollection},
	{http.MethodDelete, "/api/collections/{id}", people.Converse, (*handler).deleteCollection},
}

type collectionJSON struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Parent    string    `json:"parent"` // "" is none, or none that one may see
	Mine      bool      `json:"mine"`
	Documents int       `json:"documents"` // that one may read, in it and not below
	Created   time.Time `json:"created"`
	Updated   time.Time `json:"updated"`
	Readers   []string  `json:"readers,omitempty"` // of one's own: persons, teams, "*"
	Above     []string  `json:"above,omitempty"`   // of one's own: who may read it because they may read what it is in
}

func newCollection(c store.Collection, who chat.Principal) collectionJSON {
	return collectionJSON{ID: c.ID, Name: c.Name, Parent: c.Parent, Mine: c.Owner == who.ID, Documents: c.Documents,
		Created: c.Created.UTC(), Updated: c.Updated.UTC()}
}

// wholeCollection is a collection with who else may read it, which only whose it is may know.
func (h *handler) wholeCollection(r *http.Request, who chat.Principal, c store.Collection) (out collectionJSON, err error) {
	out = newCollection(c, who)
	if out.Mine {
		out.Readers, out.Above, err = h.store.CollectionReaders(r.Context(), who, c.ID)
	}
	return out, err
}

// collections lists those that somebody may see, with who else may read them if they are theirs.
func (h *handler) collections(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Collections(r.Context(), who)
	if err != nil {
		return nil, err
	}
	out := listed(all, func(c store.Collection) collectionJSON { return newCollection(c, who) })
	for i, c := range all {
		if out.Items[i], err = h.wholeCollection(r, who, c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (h *handler) collection(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	c, err := h.store.Collection(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return h.wholeCollection(r, who, c)
}

func (h *handler) addCollection(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name    string   `json:"name"`
		Parent  string   `json:"parent"`
		Readers []string `json:"readers"` // persons, teams, "*"
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := h.mayNameReaders(who, in.Readers); err != nil {
		return nil, err
	}
	c, err := h.store.AddCollection(r.Context(), who, store.CollectionSpec(in))
	if err != nil {
		return nil, err
	}
	return h.wholeCollection(r, who, c)
}

func (h *handler) changeCollection(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name    *string   `json:"name"`
		Parent  *string   `json:"parent"`
		Readers *[]string `json:"readers"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if in.Readers != nil {
		if err := h.mayNameReaders(who, *in.Readers); err != nil {
			return nil, err
		}
	}
	if in.Parent != nil {
		if err := h.mayPutInto(r, who, *in.Parent); err != nil {
			return nil, err
		}
	}
	c, err := h.store.UpdateCollection(r.Context(), who, r.PathValue("id"), store.CollectionChange(in))
	if err != nil {
		return nil, err
	}
	h.shelfChanged()
	return h.wholeCollection(r, who, c)
}

func (h *handler) deleteCollection(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	if err := h.store.DeleteCollection(r.Context(), who, r.PathValue("id")); err != nil {
		return nil, err
	}
	h.shelfChanged()
	return struct{}{}, nil
}

// shelfChanged tells whoever keeps the index that documents have other readers, or are gone.
func (h *handler) shelfChanged() {
	if shelf, err := h.shelf(); err == nil {
		shelf.Wake()
	}
}

// mayNameReaders is an error if there are some, and who may not share.
func (h *handler) mayNameReaders(who chat.Principal, readers []string) error {
	if len(readers) == 0 {
		return nil
	}
	return h.gate.may(who, people.Share)
}

// mayPutInto is an error if putting something into a collection of who's shares it, and they may not share.
func (h *handler) mayPutInto(r *http.Request, who chat.Principal, collection string) error {
	if collection == "" {
		return nil
	}
	named, above, err := h.store.CollectionReaders(r.Context(), who, collection)
	if err != nil {
		return err
	}
	return h.mayNameReaders(who, append(named, above...))
}
