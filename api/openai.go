package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"exaone/chat"
)

// openai is the dialect of OpenAI's API reference (version 1): models, chat completions, completions, responses and
// embeddings, with the fields that vLLM and llama.cpp added to them, and rerank as Jina and Cohere have it.
var openai = dialect{
	name:   "openai",
	under:  "/v1/",
	refuse: refuseOpenAI,
	routes: []route{
		{http.MethodGet, "/v1/models", ScopeInference, (*Server).listModels},
		// A model's name may have slashes in it.
		{http.MethodGet, "/v1/models/{id...}", ScopeInference, (*Server).showModel},
		{http.MethodPost, "/v1/chat/completions", ScopeInference, (*Server).completeChat},
		{http.MethodPost, "/v1/completions", ScopeInference, (*Server).completeText},
		{http.MethodPost, "/v1/responses", ScopeInference, (*Server).respond},
		{http.MethodPost, "/v1/embeddings", ScopeInference, (*Server).embed},
		{http.MethodPost, "/v1/rerank", ScopeInference, (*Server).rank},
		{http.MethodPost, "/rerank", ScopeInference, (*Server).rank},
	},
}

// openAIError is an error as OpenAI's clients read it.
type openAIError struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    string  `json:"code"`
}

type openAIFailure struct {
	Error openAIError `json:"error"`
}

func newOpenAIFailure(status int, code chat.Code, message, param string) openAIFailure {
	e := openAIError{Message: message, Type: "server_error", Code: string(code)}
	switch {
	case status == http.StatusUnauthorized:
		e.Type = "authentication_error"
	case status == http.StatusForbidden:
		e.Type = "permission_error"
	case status == http.StatusTooManyRequests:
		e.Type = "rate_limit_error"
	case status < http.StatusInternalServerError:
		e.Type = "invalid_request_error"
	}
	if param != "" {
		e.Param = &param
	}
	return openAIFailure{e}
}

func refuseOpenAI(w http.ResponseWriter, status int, code chat.Code, message, param string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(newOpenAIFailure(status, code, message, param)) // it can fail only for a client that is gone
}

// openAIModel is a model, with what OpenAI does not say of one: how much it reads and what it can do.
type openAIModel struct {
	ID           string   `json:"id"`
	Object       string   `json:"object"`
	Created      int64    `json:"created"`
	OwnedBy      string   `json:"owned_by"`
	Window       int      `json:"context_window,omitempty"`
	MaxModelLen  int      `json:"max_model_len,omitempty"` // the same by vLLM's name, which clients know
	Capabilities []string `json:"capabilities"`
	Size         int64    `json:"size"`
	Loaded       bool     `json:"loaded"`
	Default      bool     `json:"default"`
}

func newOpenAIModel(m ModelInfo) openAIModel {
	owner := m.OwnedBy
	if owner == "" {
		owner = "local"
	}
	created := int64(0)
	if !m.Created.IsZero() {
		created = m.Created.Unix()
	}
	return openAIModel{
		ID: m.ID, Object: "model", Created: created, OwnedBy: owner, Window: m.Window, MaxModelLen: m.Window,
		Capabilities: append([]string{}, m.Capabilities...), Size: m.Size, Loaded: m.Loaded, Default: m.Default,
	}
}

func (s *Server) listModels(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	models, err := s.opts.Models(r)
	if err != nil {
		return err
	}
	out := struct {
		Object string        `json:"object"`
		Server string        `json:"server"` // so that a client knows what it may ask; see Client
		Data   []openAIModel `json:"data"`
	}{"list", string(peerExaone), []openAIModel{}}
	for _, m := range models {
		out.Data = append(out.Data, newOpenAIModel(m))
	}
	return s.writeJSON(w, out)
}

func (s *Server) showModel(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	id := r.PathValue("id")
	models, err := s.opts.Models(r)
	if err != nil {
		return err
	}
	for _, m := range models {
		if m.ID == id {
			return s.writeJSON(w, newOpenAIModel(m))
		}
	}
	return chat.NewError(chat.CodeNoModel, nil, fmt.Sprintf("%.100s", id))
}

// modelName is what a stream says the model is: nobody but the engine knows which one the default is, and it
// says so at the end.
func (s *Server) modelName(r *http.Request, asked string) string {
	if asked != "" {
		return asked
	}
	models, err := s.opts.Models(r)
	if err != nil {
		return ""
	}
	for _, m := range models {
		if m.Default {
			return m.ID
		}
	}
	return ""
}

// openAIUsage counts tokens. A prompt counts once, however many choices it has.
type openAIUsage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	TotalTokens      int `json:"total_tokens"`
	Details          struct {
		CachedTokens int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
}

// add counts one choice; first says that it is the first of its prompt.
func (u *openAIUsage) add(usage chat.Usage, first bool) {
	if first {
		u.PromptTokens += usage.PromptTokens
		u.Details.CachedTokens += usage.CachedTokens
	}
	u.CompletionTokens += usage.CompletionTokens
	u.TotalTokens = u.PromptTokens + u.CompletionTokens
}

// openAIWarning is something of a schema that constrains nothing, which OpenAI has no field for: replies have a list
// of them under "warnings", and a stream with the chunk that ends its first choice.
type openAIWarning struct {
	Path    string `json:"path"` // a JSON pointer into the schema
	Keyword string `json:"keyword"`
	Text    string `json:"text"`
}

func newOpenAIWarnings(warnings []chat.Warning) []openAIWarning {
	var out []openAIWarning
	for _, w := range warnings {
		out = append(out, openAIWarning(w))
	}
	return out
}

// envelope is what all replies and chunks of one request have in common.
type envelope struct {
	ID          string `json:"id"`
	Object      string `json:"object"`
	Created     int64  `json:"created"`
	Model       string `json:"model"`
	Fingerprint string `json:"system_fingerprint,omitempty"`
}

func (s *Server) envelope(r *http.Request, prefix, object, model string) envelope {
	return envelope{newID(prefix), object, s.opts.Now().Unix(), s.modelName(r, model), s.opts.Version}
}

// printable is a token as text where it must be text: bytes that are no character become U+FFFD.
func printable(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// finite keeps a log probability within what JSON can say; OpenAI writes -9999 for "never".
func finite(v float32) float32 {
	if !(v >= -9999) { // -Inf, and NaN
		return -9999
	}
	return v
}
