package web

import (
	"fmt"
	"net/http"
	"strings"

	"exaone/chat"
	"exaone/intake"
	"exaone/people"
	"exaone/store"
)

// glossaryRoutes are about words that mean the same in this house: a search for one finds the others.
var glossaryRoutes = []route{
	{http.MethodGet, "/api/glossary", people.Converse, (*handler).glossary},
	{http.MethodPut, "/api/admin/glossary", people.Brand, (*handler).changeGlossary},
}

type glossaryJSON struct {
	Groups [][]string `json:"groups"` // words and phrases, those of one list mean the same
}

// Bounds of a glossary: each word is looked up in every question.
const (
	mostGroups  = 2000
	mostInGroup = 20
	mostWord    = 100 // bytes
)

func (h *handler) glossary(_ http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	out := glossaryJSON{Groups: [][]string{}}
	_, err := h.store.Setting(r.Context(), store.System, intake.GlossarySetting, &out.Groups)
	return out, err
}

// changeGlossary keeps another glossary in place of the one that is there.
func (h *handler) changeGlossary(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in glossaryJSON
	if err := readUpTo(w, r, &in, maxLongBody); err != nil {
		return nil, err
	}
	if len(in.Groups) > mostGroups {
		return nil, chat.NewError(chat.CodeBadField, nil, "groups", len(in.Groups), fmt.Sprintf("≤ %d", mostGroups))
	}
	for i, group := range in.Groups {
		if len(group) < 2 || len(group) > mostInGroup {
			return nil, chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("groups[%d]", i), len(group), fmt.Sprintf("2 … %d", mostInGroup))
		}
		for j, word := range group {
			if group[j] = strings.TrimSpace(word); group[j] == "" || len(word) > mostWord {
				return nil, chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("groups[%d][%d]", i, j), fmt.Sprintf("%.40q", word), fmt.Sprintf("1 … %d bytes", mostWord))
			}
		}
	}
	if in.Groups == nil {
		in.Groups = [][]string{}
	}
	return in, h.store.SetSetting(r.Context(), who, store.System, intake.GlossarySetting, in.Groups)
}
