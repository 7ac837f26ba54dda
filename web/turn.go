package web

import (
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
	{http.MethodPost, "/api/turns/{message}/approval", people.Converse, inPerson((*handler).approve)},
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
	Scope        assistant.Scope `json:"scope"`
	ClientID     string          `json:"client_id"` // what the page calls it: sent twice, it is one turn
}

// readAsk reads what somebody asks. Whether they may, and of which model, is for whoever lets questions in to say.
func (h *handler) readAsk(w http.ResponseWriter, r *http.Request) (assistant.Ask, error) {
	var in askJSON
	if err := readUpTo(w, r, &in, maxTextBody); err != nil {
		return assistant.Ask{}, err
	}
	return assistant.Ask{Conversation: in.Conversation, Parent: in.Parent, Text: in.Text, Attachments: in.Attachments, Mode: in.Mode,
		Model: in.Model, Temporary: in.Temporary, Folder: in.Folder, Regenerate: in.Regenerate, Continue: in.Continue, Scope: in.Scope, Once: in.ClientID}, nil
}

// ask begins an answer and replies once question and answer are on the disk.
func (h *handler) ask(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	in, err := h.readAsk(w, r)
	if err != nil {
		return nil, err
	}
	question, answer, err := h.opts.Turns.Start(r.Context(), who, in)
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

// ledger tells what would go into the window for a question. Nothing is made.
func (h *handler) ledger(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	in, err := h.readAsk(w, r)
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

// approve allows, or refuses, what an answer that is being written asks about.
func (h *handler) approve(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		ID    string `json:"id"`
		Allow bool   `json:"allow"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	return done{true}, h.opts.Turns.Approve(r.Context(), who, r.PathValue("message"), in.ID, in.Allow)
}

func (h *handler) undoSummary(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.UndoSummary(r.Context(), who, r.PathValue("id"))
}
