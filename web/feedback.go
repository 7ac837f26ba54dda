package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// feedbackRoutes are for those who look at what people think of answers.
var feedbackRoutes = []route{
	{http.MethodGet, "/api/admin/feedback", people.HandleReports, (*handler).feedback},
	{http.MethodPost, "/api/admin/feedback/handle", people.HandleReports, (*handler).handleFeedback},
}

// feedbackJSON is what somebody thinks of an answer. The answer is not in it: an auditor may read that, and each look
// is recorded.
type feedbackJSON struct {
	Message string     `json:"message"`
	Person  string     `json:"person"`
	Value   int        `json:"value"`
	Reasons []string   `json:"reasons"`
	Text    string     `json:"text"`
	Mode    string     `json:"mode"`
	Model   string     `json:"model"`
	Created time.Time  `json:"created"`
	Handled *time.Time `json:"handled"`
	Handler string     `json:"handler"`
}

func newFeedback(one store.Rating) feedbackJSON {
	return feedbackJSON{one.Message, one.Person, one.Value, append([]string{}, one.Reasons...), one.Text, one.Mode, one.Model,
		one.Created.UTC(), when(one.Handled), one.Handler}
}

// feedback lists ratings, newest first: those that nobody has looked at, or with ?all= all.
func (h *handler) feedback(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	limit, err := number(r, "limit", 1, 200, 50)
	if err != nil {
		return nil, err
	}
	every, err := yes(r, "all")
	if err != nil {
		return nil, err
	}
	all, err := h.store.Ratings(r.Context(), who, !every, r.URL.Query().Get("cursor"), int(limit))
	if err != nil {
		return nil, err
	}
	out := listed(all, newFeedback)
	if len(all) == int(limit) {
		out.Next = all[len(all)-1].Cursor()
	}
	return out, nil
}

func (h *handler) handleFeedback(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Message string `json:"message"`
		Person  string `json:"person"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	return done{true}, h.store.HandleRating(r.Context(), who, in.Message, in.Person)
}
