package web

import (
	"net/http"
	"strings"

	"exaone/assistant"
	"exaone/chat"
	"exaone/exchange"
	"exaone/people"
	"exaone/store"
)

// proofRoutes are about what an answer rests on: that it is looked at again, and that it goes with the answer elsewhere.
var proofRoutes = []route{
	{http.MethodGet, "/api/messages/{id}/markdown", people.Converse, (*handler).answerMarkdown},
	{http.MethodGet, "/api/messages/{id}/proof", people.Converse, (*handler).proof},
}

// answerOf returns an answer of who that has ended, and what is kept of how it was made.
func (h *handler) answerOf(r *http.Request, who chat.Principal) (store.Message, []store.Event, error) {
	m, err := h.store.Message(r.Context(), who, r.PathValue("id"))
	switch {
	case err != nil:
		return m, nil, err
	case m.Role != chat.Assistant:
		return m, nil, chat.NewError(chat.CodeNotAnAnswer, nil, m.ID)
	case m.State == store.StateWriting:
		return m, nil, chat.NewError(chat.CodeTurnWriting, nil, m.ID)
	}
	events, err := h.store.Events(r.Context(), who, m.ID, 0)
	return m, events, err
}

// proof checks an answer again, by what is kept of it and of the documents, as far as whoever asks may read them now.
func (h *handler) proof(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	m, stored, err := h.answerOf(r, who)
	if err != nil {
		return nil, err
	}
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	events := make([]chat.Event, len(stored))
	for i, e := range stored {
		events[i] = chat.DecodeEvent(e.Kind, e.Version, e.Data)
	}
	p, err := assistant.Verify(r.Context(), who, shelf, m.Text, events)
	if err != nil {
		return nil, err
	}
	return struct {
		Message   string          `json:"message"`
		Holds     bool            `json:"holds"`     // no citation is false
		Unchecked int             `json:"unchecked"` // citations and rows of what is deleted, or not to be read, or of nothing
		Sentences assistant.Tally `json:"sentences"`
		Rows      assistant.Tally `json:"rows"`
		assistant.Proof
	}{m.ID, p.Holds(), p.Unchecked(), p.Sentences(), p.Rows(), p}, nil
}

// answerMarkdown replies with an answer and what it rests on, as a text to be put elsewhere.
func (h *handler) answerMarkdown(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	m, events, err := h.answerOf(r, who)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := exchange.WriteAnswer(&text, exchange.Options{Language: language(r)}, m, events); err != nil {
		return nil, err
	}
	return struct {
		Text string `json:"text"`
	}{text.String()}, nil
}
