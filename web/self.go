package web

import (
	"net/http"
	"strings"

	"exaone/chat"
	"exaone/store"
)

// rename is how somebody wants to be called. Their login and role are not theirs to change.
func (h *handler) rename(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name string `json:"name"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	in.Name = strings.TrimSpace(in.Name)
	if _, err := h.store.UpdatePerson(r.Context(), who, who.ID, store.PersonChange{Name: &in.Name}); err != nil {
		return nil, err
	}
	h.gate.resolver.Notice()
	return h.self(r.Context(), who)
}
