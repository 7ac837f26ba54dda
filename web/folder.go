package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// folderRoutes are about folders of conversations of whoever asks.
var folderRoutes = []route{
	{http.MethodGet, "/api/folders", people.Converse, (*handler).folders},
	{http.MethodPost, "/api/folders", people.Converse, (*handler).createFolder},
	{http.MethodPatch, "/api/folders/{id}", people.Converse, (*handler).changeFolder},
	{http.MethodDelete, "/api/folders/{id}", people.Converse, (*handler).deleteFolder},
}

type folderJSON struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Instructions string    `json:"instructions"`
	Position     int       `json:"position"`
	Grade        int       `json:"grade"` // conversations in it have it at least
	Created      time.Time `json:"created"`
	Updated      time.Time `json:"updated"`
}

func newFolder(f store.Folder) folderJSON {
	return folderJSON{f.ID, f.Name, f.Instructions, f.Position, f.Grade, f.Created.UTC(), f.Updated.UTC()}
}

func (h *handler) folders(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Folders(r.Context(), who)
	return listed(all, newFolder), err
}

// maxLongBody bounds a body with instructions or a prompt, in bytes: 64 KiB, and what JSON makes of it at worst.
const maxLongBody = 6*64<<10 + maxBody

// mostFolders bounds the place of a folder.
const mostFolders = 1_000_000

func (h *handler) createFolder(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name         string `json:"name"`
		Instructions string `json:"instructions"`
		Grade        int    `json:"grade"`
	}
	if err := readUpTo(w, r, &in, maxLongBody); err != nil {
		return nil, err
	}
	f, err := h.store.CreateFolder(r.Context(), who, store.FolderSpec(in))
	return newFolder(f), err
}

func (h *handler) changeFolder(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name         *string `json:"name"`
		Instructions *string `json:"instructions"`
		Position     *int    `json:"position"`
		Grade        *int    `json:"grade"`
	}
	if err := readUpTo(w, r, &in, maxLongBody); err != nil {
		return nil, err
	}
	if in.Position != nil {
		if err := bounded("position", int64(*in.Position), 0, mostFolders); err != nil {
			return nil, err
		}
	}
	f, err := h.store.UpdateFolder(r.Context(), who, r.PathValue("id"), store.FolderChange(in))
	return newFolder(f), err
}

func (h *handler) deleteFolder(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.DeleteFolder(r.Context(), who, r.PathValue("id"))
}
