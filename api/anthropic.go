package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"exaone/chat"
)

// anthropic is the dialect of Anthropic's Messages API (version 2023-06-01): messages, counting their tokens, and the
// list of models, which has the same path as OpenAI's: the header that all of Anthropic's clients send tells them apart.
var anthropic = dialect{
	name:   "anthropic",
	under:  "/v1/",
	claims: func(r *http.Request) bool { return r.Header.Get("Anthropic-Version") != "" },
	refuse: refuseAnthropic,
	routes: []route{
		{http.MethodPost, "/v1/messages", ScopeInference, (*Server).anthropicMessages},
		{http.MethodPost, "/v1/messages/count_tokens", ScopeInference, (*Server).anthropicCount},
		{http.MethodGet, "/v1/models", ScopeInference, (*Server).anthropicModels},
		{http.MethodGet, "/v1/models/{id...}", ScopeInference, (*Server).anthropicModel},
	},
}

// anthropicFailure is an error as Anthropic's clients read it, also within a stream.
type anthropicFailure struct {
	Type  string `json:"type"`
	Error struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"error"`
	RequestID string `json:"request_id,omitempty"`
}

func (anthropicFailure) event() string { return "error" }

func newAnthropicFailure(status int, message, id string) anthropicFailure {
	f := anthropicFailure{Type: "error", RequestID: id}
	f.Error.Message = message
	switch {
	case status == http.StatusUnauthorized:
		f.Error.Type = "authentication_error"
	case status == http.StatusForbidden:
		f.Error.Type = "permission_error"
	case status == http.StatusNotFound:
		f.Error.Type = "not_found_error"
	case status == http.StatusRequestEntityTooLarge:
		f.Error.Type = "request_too_large"
	case status == http.StatusTooManyRequests:
		f.Error.Type = "rate_limit_error"
	case status == statusOverloaded:
		f.Error.Type = "overloaded_error"
	case status < http.StatusInternalServerError:
		f.Error.Type = "invalid_request_error"
	default:
		f.Error.Type = "api_error"
	}
	return f
}

// statusOverloaded is Anthropic's status for a server that has too much to do; 429 is for a client that asks too much.
const statusOverloaded = 529

func anthropicStatus(code chat.Code, status int) int {
	if code == chat.CodeBusy {
		return statusOverloaded
	}
	return status
}

func refuseAnthropic(w http.ResponseWriter, status int, code chat.Code, message, _ string) {
	status = anthropicStatus(code, status)
	refuseJSON(w, status, newAnthropicFailure(status, message, anthropicID(w)))
}

// anthropicID puts the request's id where Anthropic's clients look for it, and returns it.
func anthropicID(w http.ResponseWriter) string {
	id := w.Header().Get("X-Request-Id")
	w.Header().Set("Request-Id", id)
	return id
}

// anthropicMessages answers POST /v1/messages.
func (s *Server) anthropicMessages(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseAnthropic(body, true)
	if err != nil {
		return err
	}
	q.req.Principal, q.req.Scope = who, who.Scope()
	anthropicID(w)
	for _, text := range q.warnings {
		w.Header().Add(warningHeader, text)
	}
	return s.answer(w, r, []chat.Request{q.req}, q.streamed, s.newAnthropicReply(r, q))
}

// anthropicCount answers POST /v1/messages/count_tokens: the tokens that the model would read, to the last one.
func (s *Server) anthropicCount(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseAnthropic(body, false)
	if err != nil {
		return err
	}
	q.req.Principal, q.req.Scope = who, who.Scope()
	done, err := s.enter(r.Context(), who, q.req.Model)
	if err != nil {
		return err
	}
	defer done()
	n, err := s.countTokens(r.Context(), q.req)
	if err != nil {
		return err
	}
	anthropicID(w)
	return s.writeJSON(w, struct {
		InputTokens int `json:"input_tokens"`
	}{n})
}

// anthropicInfo is a model as Anthropic's clients list it.
type anthropicInfo struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Name    string `json:"display_name"`
	Created string `json:"created_at"`
	Life    string `json:"lifecycle"`
	Window  int    `json:"max_input_tokens,omitempty"`
}

func newAnthropicInfo(m ModelInfo) anthropicInfo {
	return anthropicInfo{"model", m.ID, m.ID, m.Created.UTC().Format(time.RFC3339), "active", m.Window}
}

// anthropicPage is as many models as a page has if nobody says.
const anthropicPage = 20

// anthropicModels lists models, a page at a time.
func (s *Server) anthropicModels(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	models, err := s.opts.Models(r)
	if err != nil {
		return err
	}
	from, to, err := page(models, r.URL.Query())
	if err != nil {
		return err
	}
	out := struct {
		Data  []anthropicInfo `json:"data"`
		First *string         `json:"first_id"`
		Last  *string         `json:"last_id"`
		More  bool            `json:"has_more"`
	}{Data: []anthropicInfo{}}
	for _, m := range models[from:to] {
		out.Data = append(out.Data, newAnthropicInfo(m))
	}
	if n := len(out.Data); n > 0 {
		out.First, out.Last = &out.Data[0].ID, &out.Data[n-1].ID
	}
	out.More = to < len(models)
	if r.URL.Query().Has("before_id") {
		out.More = from > 0
	}
	anthropicID(w)
	return s.writeJSON(w, out)
}

// page returns which models a query asks for.
func page(models []ModelInfo, query url.Values) (from, to int, err error) {
	limit := anthropicPage
	if text := query.Get("limit"); text != "" {
		raw := json.RawMessage(text)
		if !json.Valid(raw) {
			raw, _ = json.Marshal(text)
		}
		o := object{faults: &faults{dialect: "anthropic"}, fields: map[string]json.RawMessage{"limit": raw}}
		n, _ := o.integer("limit")
		if err := o.err(); err != nil {
			return 0, 0, err
		}
		limit = int(n)
	}
	find := func(field string) (int, error) {
		id := query.Get(field)
		for i, m := range models {
			if m.ID == id {
				return i, nil
			}
		}
		return 0, chat.NewError(chat.CodeBadField, nil, field, strconv.Quote(fmt.Sprintf("%.100s", id)), "the id of a model")
	}
	after, before := query.Has("after_id"), query.Has("before_id")
	switch {
	case after && before:
		return 0, 0, chat.NewError(chat.CodeBadField, nil, "before_id", "after_id beside it", "one of them")
	case before:
		to, err = find("before_id")
		return max(0, to-limit), to, err
	case after:
		from, err = find("after_id")
		from++
	}
	from = min(from, len(models))
	return from, min(len(models), from+limit), err
}

// anthropicModel describes one model.
func (s *Server) anthropicModel(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	id := r.PathValue("id")
	if id == "" {
		return chat.NewError(chat.CodeNoModel, nil, id)
	}
	m, err := s.modelInfo(r, id)
	if err != nil {
		return err
	}
	anthropicID(w)
	return s.writeJSON(w, newAnthropicInfo(m))
}
