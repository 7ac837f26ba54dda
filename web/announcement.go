package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// announcementRoutes are for those who speak to everybody.
var announcementRoutes = []route{
	{http.MethodGet, "/api/admin/announcements", people.Announce, (*handler).announcements},
	{http.MethodPost, "/api/admin/announcements", people.Announce, (*handler).createAnnouncement},
	{http.MethodPut, "/api/admin/announcements/{id}", people.Announce, (*handler).changeAnnouncement},
	{http.MethodDelete, "/api/admin/announcements/{id}", people.Announce, (*handler).deleteAnnouncement},
}

type announcementJSON struct {
	ID      string                  `json:"id"`
	Level   store.AnnouncementLevel `json:"level"`
	Korean  string                  `json:"ko"`
	English string                  `json:"en"`
	Begins  time.Time               `json:"begins"`
	Ends    *time.Time              `json:"ends"` // null: never
	Grade   int                     `json:"grade"`
	Author  string                  `json:"author"`
	Created time.Time               `json:"created"`
}

func newAnnouncement(a store.Announcement) announcementJSON {
	return announcementJSON{a.ID, a.Level, a.Korean, a.English, a.Begins.UTC(), when(a.Ends), a.Grade, a.Author, a.Created.UTC()}
}

// readAnnouncement reads what an announcement should be. Begins left out is now, Ends left out is never.
func readAnnouncement(w http.ResponseWriter, r *http.Request) (store.AnnouncementSpec, error) {
	var in struct {
		Level   store.AnnouncementLevel `json:"level"`
		Korean  string                  `json:"ko"`
		English string                  `json:"en"`
		Begins  time.Time               `json:"begins"`
		Ends    time.Time               `json:"ends"`
		Grade   int                     `json:"grade"`
	}
	err := readUpTo(w, r, &in, maxLongBody)
	return store.AnnouncementSpec{Level: in.Level, Korean: in.Korean, English: in.English, Begins: in.Begins, Ends: in.Ends, Grade: in.Grade}, err
}

func (h *handler) announcements(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Announcements(r.Context(), who)
	return listed(all, newAnnouncement), err
}

func (h *handler) createAnnouncement(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	spec, err := readAnnouncement(w, r)
	if err != nil {
		return nil, err
	}
	a, err := h.store.CreateAnnouncement(r.Context(), who, spec)
	return newAnnouncement(a), err
}

func (h *handler) changeAnnouncement(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	spec, err := readAnnouncement(w, r)
	if err != nil {
		return nil, err
	}
	a, err := h.store.UpdateAnnouncement(r.Context(), who, r.PathValue("id"), spec)
	return newAnnouncement(a), err
}

func (h *handler) deleteAnnouncement(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.DeleteAnnouncement(r.Context(), who, r.PathValue("id"))
}
