package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// gradeRoutes are about what grades are called. Who may read up to which is a person's (personRoutes).
var gradeRoutes = []route{
	{http.MethodGet, "/api/grades", people.Converse, (*handler).grades},
	{http.MethodPut, "/api/admin/grades", people.ManagePeople, (*handler).changeGrades},
}

// gradeJSON is a grade and what it is called.
type gradeJSON struct {
	Grade   int    `json:"grade"`
	Korean  string `json:"ko"`
	English string `json:"en"`
}

// gradeSetting is the name of the setting under which the names of grades are kept, the lowest grade's first.
const gradeSetting = "grades"

// defaultGrades are those of Korea's security framework for public offices (N2SF): open, sensitive, classified.
var defaultGrades = []gradeJSON{{0, "공개", "Open"}, {1, "민감", "Sensitive"}, {2, "기밀", "Classified"}}

// maxGradeName is how long the name of a grade may be, in characters: it stands beside titles.
const maxGradeName = 20

func (h *handler) gradeNames(ctx context.Context) ([]gradeJSON, error) {
	names := defaultGrades
	var kept []gradeJSON
	ok, err := h.store.Setting(ctx, store.System, gradeSetting, &kept)
	if ok {
		names = kept
	}
	return names, err
}

// grades lists the grades that there are, lowest first, and up to which whoever asks may read.
func (h *handler) grades(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	names, err := h.gradeNames(r.Context())
	if err != nil {
		return nil, err
	}
	clearance, err := h.store.Clearance(r.Context(), who)
	return struct {
		Items     []gradeJSON `json:"items"`
		Clearance int         `json:"clearance"`
	}{names, clearance}, err
}

// changeGrades says what grades are called, lowest first. What has a grade above the last of them keeps its number.
func (h *handler) changeGrades(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Items []gradeJSON `json:"items"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := bounded("items", int64(len(in.Items)), 1, store.MaxGrade+1); err != nil {
		return nil, err
	}
	for i, one := range in.Items {
		if one.Grade != i {
			return nil, chat.NewError(chat.CodeBadField, nil, "grade", one.Grade, fmt.Sprint(i))
		}
		for _, name := range []string{one.Korean, one.English} {
			if n := utf8.RuneCountInString(name); strings.TrimSpace(name) == "" || n > maxGradeName || strings.ContainsFunc(name, unicode.IsControl) {
				return nil, chat.NewError(chat.CodeBadField, nil, "ko, en", fmt.Sprintf("%.40q", name), fmt.Sprintf("1–%d characters", maxGradeName))
			}
		}
	}
	if err := h.store.SetSetting(r.Context(), who, store.System, gradeSetting, in.Items); err != nil {
		return nil, err
	}
	return h.grades(w, r, who)
}
