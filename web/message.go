package web

import (
	"encoding/json"
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// messageRoutes are about messages in conversations of whoever asks.
var messageRoutes = []route{
	{http.MethodPatch, "/api/messages/{id}", people.Converse, (*handler).editMessage},
	{http.MethodDelete, "/api/messages/{id}", people.Converse, (*handler).deleteMessage},
	{http.MethodGet, "/api/messages/{id}/events", people.Converse, (*handler).events},
	{http.MethodPut, "/api/messages/{id}/rating", people.Converse, (*handler).rate},
}

type messageJSON struct {
	ID          string             `json:"id"`
	Parent      string             `json:"parent"`
	Role        chat.Role          `json:"role"`
	State       store.MessageState `json:"state"`
	Text        string             `json:"text"`
	Thinking    string             `json:"thinking"`
	Mode        string             `json:"mode"`
	Model       string             `json:"model"`
	Attachments json.RawMessage    `json:"attachments"`
	Usage       chat.Usage         `json:"usage"`
	Finish      string             `json:"finish"`
	Error       *errorJSON         `json:"error"`
	Created     time.Time          `json:"created"`
	Finished    *time.Time         `json:"finished"`
	Deleted     bool               `json:"deleted"` // an empty place with something below it
	Cut         bool               `json:"cut"`     // its text is left out, for there is so much below it
	Siblings    []string           `json:"siblings"`
	Rating      *ratingJSON        `json:"rating"`
}

// errorJSON is why an answer ended before its time.
type errorJSON struct {
	Code    chat.Code `json:"code"`
	Message string    `json:"message"`
}

type ratingJSON struct {
	Value   int      `json:"value"`
	Reasons []string `json:"reasons"`
	Text    string   `json:"text"`
}

func newMessage(m store.Message, lang chat.Language) messageJSON {
	out := messageJSON{ID: m.ID, Parent: m.Parent, Role: m.Role, State: m.State, Text: m.Text, Thinking: m.Thinking, Mode: m.Mode,
		Model: m.Model, Attachments: m.Attachments, Usage: m.Usage, Finish: m.Finish, Created: m.Created.UTC(),
		Finished: when(m.Finished), Deleted: !m.Deleted.IsZero(), Cut: m.Cut, Siblings: m.Siblings}
	if m.Siblings == nil {
		out.Siblings = []string{m.ID}
	}
	if m.Attachments == nil {
		out.Attachments = json.RawMessage("[]")
	}
	switch {
	case m.Error != nil:
		out.Error = &errorJSON{m.Error.Code, m.Error.In(lang)}
	case m.State == store.StateInterrupted:
		out.Error = &errorJSON{chat.CodeTurnInterrupted, chat.Text(lang, chat.CodeTurnInterrupted)}
	}
	if m.Rating != nil {
		out.Rating = &ratingJSON{m.Rating.Value, append([]string{}, m.Rating.Reasons...), m.Rating.Text}
	}
	return out
}

func newMessages(all []store.Message, lang chat.Language) []messageJSON {
	return listed(all, func(m store.Message) messageJSON { return newMessage(m, lang) }).Items
}

// maxTextBody bounds a body with a text that somebody wrote, in bytes: a mebibyte, and what JSON makes of it at worst.
const maxTextBody = 6<<20 + maxBody

// editMessage puts another answer beside one, in a person's words. Questions are edited by asking again.
func (h *handler) editMessage(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := readUpTo(w, r, &in, maxTextBody); err != nil {
		return nil, err
	}
	ctx := r.Context()
	m, err := h.store.Message(ctx, who, r.PathValue("id"))
	switch {
	case err != nil:
		return nil, err
	case m.Role != chat.Assistant:
		return nil, chat.NewError(chat.CodeNotAnAnswer, nil, m.ID)
	case m.State == store.StateWriting:
		return nil, chat.NewError(chat.CodeTurnWriting, nil, m.ID)
	}
	edited, err := h.store.AddMessage(ctx, who, store.MessageSpec{Conversation: m.Conversation, Parent: m.Parent, Role: m.Role,
		Text: in.Text, Thinking: m.Thinking, Mode: m.Mode, Model: m.Model, Attachments: m.Attachments, Beside: m.ID})
	if err != nil {
		return nil, err
	}
	branch, err := h.store.Branch(ctx, who, m.Conversation, edited.ID)
	if err != nil || len(branch) == 0 {
		return newMessage(edited, language(r)), err
	}
	return newMessage(branch[len(branch)-1], language(r)), nil
}

func (h *handler) deleteMessage(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.DeleteMessage(r.Context(), who, r.PathValue("id"))
}

// eventJSON is an event as it is stored.
type eventJSON struct {
	Number  int64           `json:"number"`
	Kind    string          `json:"kind"`
	Version int             `json:"version"`
	Data    json.RawMessage `json:"data"`
}

// events replies with what is kept of how an answer was made.
func (h *handler) events(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Events(r.Context(), who, r.PathValue("id"), 0)
	return listed(all, newEvent), err
}

func newEvent(e store.Event) eventJSON { return eventJSON{e.Number, e.Kind, e.Version, e.Data} }

// rate keeps what somebody thinks of an answer; the value 0 takes it back.
func (h *handler) rate(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in ratingJSON
	if err := readUpTo(w, r, &in, maxLongBody); err != nil {
		return nil, err
	}
	return done{true}, h.store.Rate(r.Context(), who, r.PathValue("id"), store.RatingSpec(in))
}
