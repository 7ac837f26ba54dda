package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// backupRoutes are about the copies that the store makes of itself before it is migrated: what was deleted is in them until
// they go.
var backupRoutes = []route{
	{http.MethodGet, "/api/admin/backups", people.Backup, (*handler).backups},
	{http.MethodPut, "/api/admin/backups", people.Backup, (*handler).changeBackups},
}

type copyJSON struct {
	Name    string     `json:"name"`
	Made    time.Time  `json:"made"`
	Size    int64      `json:"size"`    // bytes; 0 is not known
	Expires *time.Time `json:"expires"` // null is never
}

// backups lists the copies, and after how many days they go.
func (h *handler) backups(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, days, err := h.store.Copies(r.Context(), who)
	return struct {
		Days  int        `json:"days"` // 0 is never
		Items []copyJSON `json:"items"`
	}{days, listed(all, func(c store.Copy) copyJSON { return copyJSON{c.Name, c.Made.UTC(), c.Size, when(c.Expires)} }).Items}, err
}

// changeBackups says after how many days copies go.
func (h *handler) changeBackups(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Days int `json:"days"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := h.store.SetBackupDays(r.Context(), who, in.Days); err != nil {
		return nil, err
	}
	return h.backups(w, r, who)
}
