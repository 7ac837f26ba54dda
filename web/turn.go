package web

import (
	"context"
	"encoding/json"
	"net/http"

	"exaone/assistant"
	"exaone/chat"
	"exaone/people"
)

// turnRoutes are about answers while they are written. The server owns them: whoever asked may leave and come back.
var turnRoutes = []route{
	{http.MethodPost, "/api/ledger", people.Converse, (*handler).ledger},
	{http.MethodPost, "/api/summaries/{id}/undo", people.Converse, (*handler).undoSummary},
	{http.MethodPost, "/api/turns", people.Converse, (*handler).ask},
	{http.MethodGet, "/api/turns/{message}/events", people.Converse, (*handler).follow},
	{http.MethodPost, "/api/turns/{message}/stop", people.Converse, (*handler).stop},
}

// askJSON is what somebody asks; see assistant.Ask.
type askJSON struct {
	Conversation string          `json:"conversation"`
	Parent       *string         `json:"parent"`
	Text         string          `json:"text"`
	Mode         string          `json:"mode"`
	Model        string          `json:"model"`
	Temporary    bool            `json:"temporary"`
	Folder       string          `json:"folder"`
	Regenerate   string          `json:"regenerate"`
	Continue     string          `json:"continue"`
	Attachments  json.RawMessage `json:"attachments"`
	ClientID     string          `json:"client_id"` // what the page calls it: sent twice, it is one turn
}

// readAsk reads what somebody asks, of a model that they may use.
func (h *handler) readAsk(w http.ResponseWriter, r *http.Request, who chat.Principal) (assistant.Ask, error) {
	var in askJSON
	if err := readUpTo(w, r, &in, maxTextBody); err != nil {
		return assistant.Ask{}, err
	}
	visible, err := h.meter.Visible(r.Context(), who)
	if err == nil && !visible(in.Model) {
		err = chat.NewError(chat.CodeNoModel, nil, in.Model)
	}
	return assistant.Ask{Conversation: in.Conversation, Parent: in.Parent, Text: in.Text, Attachments: in.Attachments, Mode: in.Mode,
		Model: in.Model, Temporary: in.Temporary, Folder: in.Folder, Regenerate: in.Regenerate, Continue: in.Continue, Once: in.ClientID}, err
}

// ask begins an answer and replies once question and answer are on the disk.
func (h *handler) ask(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	in, err := h.readAsk(w, r, who)
	if err != nil {
		return nil, err
	}
	// What was taken before, its reply lost on the way, asks for nothing of a quota.
	question, answer, known, err := h.opts.Turns.Taken(r.Context(), who, in.Once)
	if err == nil && !known {
		if err = h.leftToday(r.Context(), who); err == nil {
			question, answer, err = h.opts.Turns.Start(r.Context(), who, in)
		}
	}
	if err != nil {
		return nil, err
	}
	c, err := h.store.Conversation(r.Context(), who, answer.Conversation)
	if err != nil {
		return nil, err
	}
	return struct {
		Conversation conversationJSON `json:"conversation"`
		Question     messageJSON      `json:"question"`
		Answer       messageJSON      `json:"answer"`
	}{newConversation(c), newMessage(question, language(r)), newMessage(answer, language(r))}, nil
}

// leftToday is CodeQuotaDay if somebody has used what they may today. The model would say so, too, but only when the
// question is kept; the other limits are over before long, and are left to it.
func (h *handler) leftToday(ctx context.Context, who chat.Principal) error {
	s, err := h.meter.Standing(ctx, who)
	if err == nil && s.PerDay >= 0 && s.UsedToday >= s.PerDay {
		err = chat.NewError(chat.CodeQuotaDay, nil, s.UsedToday, s.PerDay, s.Resets.Format("2006-01-02 15:04"))
	}
	return err
}

// ledger tells what would go into the window for a question. Nothing is made.
func (h *handler) ledger(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	in, err := h.readAsk(w, r, who)
	if err != nil {
		return nil, err
	}
	ledger, err := h.opts.Turns.Preview(r.Context(), who, in)
	if err != nil {
		return nil, err
	}
	_, _, data, err := chat.EncodeEvent(ledger)
	return json.RawMessage(data), err
}

func (h *handler) stop(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.opts.Turns.Stop(r.Context(), who, r.PathValue("message"))
}

func (h *handler) undoSummary(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.UndoSummary(r.Context(), who, r.PathValue("id"))
}
