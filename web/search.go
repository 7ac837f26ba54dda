package web

import (
	"context"
	"net/http"
	"slices"
	"time"
	"unicode/utf16"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// searchRoutes find conversations of whoever asks.
var searchRoutes = []route{
	{http.MethodGet, "/api/search", people.Converse, (*handler).search},
}

type foundJSON struct {
	Conversation string    `json:"conversation"`
	Title        string    `json:"title"`
	Message      string    `json:"message"` // "" was found in the title
	Snippet      string    `json:"snippet"`
	Marks        [][2]int  `json:"marks"` // what was found in the snippet, from and to, in UTF-16 units
	Archived     bool      `json:"archived"`
	Updated      time.Time `json:"updated"`
}

func newFound(f store.Found) foundJSON {
	return foundJSON{f.Conversation.ID, f.Conversation.Title, f.Message, f.Snippet, units(f.Snippet, f.Marks),
		f.Conversation.Archived, f.Conversation.Updated.UTC()}
}

// units are marks as a page counts: in UTF-16 units, where the store counts characters.
func units(text string, marks []store.Mark) [][2]int {
	at := []int{0} // where each character begins
	for _, c := range text {
		at = append(at, at[len(at)-1]+max(1, utf16.RuneLen(c)))
	}
	out := [][2]int{}
	for _, m := range marks {
		out = append(out, [2]int{at[min(m[0], len(at)-1)], at[min(m[1], len(at)-1)]})
	}
	return out
}

// search finds conversations. cut says that there is more than one search looks through (CodeSearchCut).
func (h *handler) search(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	limit, err := number(r, "limit", 1, 100, 30)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query().Get("q")
	all, cut, err := h.store.Find(r.Context(), who, query, int(limit))
	if err == nil && len(all) < int(limit) {
		all, err = h.findMore(r.Context(), who, query, all, int(limit))
	}
	return struct {
		Items []foundJSON `json:"items"`
		Cut   bool        `json:"cut"`
	}{listed(all, newFound).Items, cut}, err
}

// findMore adds conversations that have what was meant, if not what was typed: mistyped, by initial consonants, with the wrong
// keyboard, in other forms of the words.
func (h *handler) findMore(ctx context.Context, who chat.Principal, query string, found []store.Found, limit int) ([]store.Found, error) {
	if h.opts.Documents == nil || query == "" {
		return found, nil
	}
	talks, err := h.opts.Documents.SearchTalks(ctx, who, query, limit)
	if err != nil {
		return nil, err
	}
	talks = slices.DeleteFunc(talks, func(t store.FoundTalk) bool {
		return slices.ContainsFunc(found, func(f store.Found) bool { return f.Conversation.ID == t.Conversation })
	})
	more, err := h.store.FindTalks(ctx, who, talks[:min(len(talks), limit-len(found))])
	return append(found, more...), err
}
