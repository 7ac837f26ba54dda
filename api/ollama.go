package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"exaone/chat"
)

// ollama is the dialect of Ollama's API (docs/api.md and openapi.yaml of version 0.12): chat, generate, embeddings, and
// what its clients ask of models. Its paths stand among those of the page, so each is named. HEAD / is the page's.
//
// Models are managed by exaone pull and the page: whatever would change them is refused by name.
var ollama = dialect{
	name:   "ollama",
	refuse: refuseOllama,
	routes: []route{
		{http.MethodGet, "/api/version", ScopeInference, (*Server).ollamaVersion},
		{http.MethodGet, "/api/tags", ScopeInference, (*Server).ollamaTags},
		{http.MethodGet, "/api/ps", ScopeInference, (*Server).ollamaRunning},
		{http.MethodPost, "/api/show", ScopeInference, (*Server).ollamaShow},
		{http.MethodPost, "/api/chat", ScopeInference, (*Server).ollamaChat},
		{http.MethodPost, "/api/generate", ScopeInference, (*Server).ollamaGenerate},
		{http.MethodPost, "/api/embed", ScopeInference, (*Server).ollamaEmbed},
		{http.MethodPost, "/api/embeddings", ScopeInference, (*Server).ollamaEmbeddings},
		{"", "/api/blobs/{digest}", ScopeInference, unmanaged},
		{"", "/api/copy", ScopeInference, unmanaged},
		{"", "/api/create", ScopeInference, unmanaged},
		{"", "/api/delete", ScopeInference, unmanaged},
		{"", "/api/pull", ScopeInference, unmanaged},
		{"", "/api/push", ScopeInference, unmanaged},
	},
}

// unmanaged refuses what would bring, change or remove a model.
func unmanaged(_ *Server, _ http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	path, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/"), "/")
	return chat.NewError(chat.CodeUnmanaged, nil, "/api/"+path)
}

type ollamaFailure struct {
	Error string `json:"error"`
}

func refuseOllama(w http.ResponseWriter, status int, _ chat.Code, message, _ string) {
	refuseJSON(w, status, ollamaFailure{message})
}

// refuseJSON writes an error.
func refuseJSON(w http.ResponseWriter, status int, failure any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(failure) // it can fail only for a client that is gone
}

func (s *Server) ollamaVersion(w http.ResponseWriter, _ *http.Request, _ chat.Principal) error {
	return s.writeJSON(w, struct {
		Version string `json:"version"`
	}{s.opts.Version})
}

// ollamaModel is a model as lists have it. Where a list is of models in memory, Expires, VRAM and Context say more.
type ollamaModel struct {
	Name     string        `json:"name"`
	Model    string        `json:"model"`
	Modified string        `json:"modified_at,omitempty"`
	Size     int64         `json:"size"` // on disk, or in memory
	Digest   string        `json:"digest"`
	Details  ollamaDetails `json:"details"`
	Expires  string        `json:"expires_at,omitempty"`
	VRAM     *int64        `json:"size_vram,omitempty"`
	Context  int           `json:"context_length,omitempty"`
}

// ollamaDetails says what kind of model it is. What nobody knows is "".
type ollamaDetails struct {
	Parent       string   `json:"parent_model"`
	Format       string   `json:"format"`
	Family       string   `json:"family"`
	Families     []string `json:"families"`
	Parameters   string   `json:"parameter_size"`
	Quantization string   `json:"quantization_level"`
}

func newOllamaDetails(m ModelInfo) ollamaDetails {
	d := ollamaDetails{Format: m.Format, Family: m.Family, Families: []string{}, Quantization: m.Quantization}
	if m.Family != "" {
		d.Families = []string{m.Family}
	}
	if m.Parameters > 0 {
		d.Parameters = roughly(m.Parameters)
	}
	return d
}

// roughly is a number of parameters as Ollama writes it: 134.52M, 2.4B.
func roughly(n int64) string {
	for _, unit := range []struct {
		size   float64
		name   string
		digits int
	}{{1e9, "B", 1}, {1e6, "M", 2}, {1e3, "K", 2}} {
		if float64(n) >= unit.size {
			return strconv.FormatFloat(float64(n)/unit.size, 'f', unit.digits, 64) + unit.name
		}
	}
	return strconv.FormatInt(n, 10)
}

// ollamaTime is a time as Ollama writes it.
func ollamaTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func (s *Server) ollamaTags(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	return s.ollamaList(w, r, func(m ModelInfo) (ollamaModel, bool) {
		return ollamaModel{Size: m.Size, Modified: ollamaTime(m.Created)}, true
	})
}

// never is when a model goes that is kept until its memory is needed.
var never = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

func (s *Server) ollamaRunning(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	return s.ollamaList(w, r, func(m ModelInfo) (ollamaModel, bool) {
		until := m.Expires
		if until.IsZero() {
			until = never
		}
		return ollamaModel{Size: m.Memory, Expires: ollamaTime(until), VRAM: new(int64), Context: m.Window}, m.Loaded
	})
}

// ollamaList replies with the models that of keeps, with what they have in common.
func (s *Server) ollamaList(w http.ResponseWriter, r *http.Request, of func(ModelInfo) (ollamaModel, bool)) error {
	models, err := s.opts.Models(r)
	if err != nil {
		return err
	}
	list := []ollamaModel{}
	for _, m := range models {
		if one, ok := of(m); ok {
			one.Name, one.Model, one.Digest, one.Details = m.ID, m.ID, m.Digest, newOllamaDetails(m)
			list = append(list, one)
		}
	}
	return s.writeJSON(w, struct {
		Models []ollamaModel `json:"models"`
	}{list})
}

// ollamaShow describes one model. Templates and Modelfiles are not shown: models have neither, in Ollama's language.
func (s *Server) ollamaShow(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	name := ollamaName(body)
	if older, ok := body.text("name"); ok && name == "" { // as older clients call it
		name = strings.TrimSuffix(older, latest)
	}
	body.idleFlags("verbose")
	body.only("system", "a model's own cannot be changed", `""`)
	body.only("template", "a model's own cannot be changed", `""`)
	body.only("options", "a model's own cannot be changed", "{}")
	body.close()
	if err := body.err(); err != nil {
		return err
	}
	m, err := s.modelInfo(r, name)
	if err != nil {
		return err
	}
	info := map[string]any{"general.architecture": m.Family}
	if m.Parameters > 0 {
		info["general.parameter_count"] = m.Parameters
	}
	if m.Window > 0 && m.Family != "" {
		info[m.Family+".context_length"] = m.Window
	}
	return s.writeJSON(w, struct {
		Licence      string         `json:"license"`
		Modelfile    string         `json:"modelfile"`
		Parameters   string         `json:"parameters"`
		Template     string         `json:"template"`
		Details      ollamaDetails  `json:"details"`
		Info         map[string]any `json:"model_info"`
		Capabilities []string       `json:"capabilities"`
		Modified     string         `json:"modified_at"`
	}{Licence: m.Licence, Details: newOllamaDetails(m), Info: info, Capabilities: append([]string{}, m.Capabilities...),
		Modified: ollamaTime(m.Created)})
}

// modelInfo finds a model by name; "" is the default one.
func (s *Server) modelInfo(r *http.Request, name string) (ModelInfo, error) {
	models, err := s.opts.Models(r)
	if err != nil {
		return ModelInfo{}, err
	}
	for _, m := range models {
		if m.ID == name || name == "" && m.Default {
			return m, nil
		}
	}
	return ModelInfo{}, chat.NewError(chat.CodeNoModel, nil, fmt.Sprintf("%.100s", name))
}
