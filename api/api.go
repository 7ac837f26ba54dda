// Package api speaks other programs' HTTP dialects: their requests become chat requests for our models, and the
// events of the answer become their replies.
//
//	POST /v1/chat/completions
//	 route      *http.Request    authorised, counted, and panics caught
//	 body       JSON          ─▶ fields, each read once and within its bounds; what nobody reads is refused
//	 dialect    fields        ─▶ []chat.Request
//	 answers    chat.Model    ─▶ events of all choices, in one channel
//	 dialect    chat.Event    ─▶ one reply, or server-sent events
//
// [Client] is the other way round: a chat.Model on another server that speaks OpenAI's dialect.
//
// A dialect is a file, or a few with its name before, and one line in all.go. The limits of all numbers are in bounds.go.
package api

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// ModelInfo describes a model that may be asked.
type ModelInfo struct {
	ID           string
	Created      time.Time // when it was brought here
	OwnedBy      string    // whose model it is, such as "lgai"
	Window       int       // tokens of the longest conversation; 0 is not known until it is loaded
	Size         int64     // bytes on disk
	Loaded       bool      // in memory now
	Default      bool      // the one that is asked when none is named
	Capabilities []string  // such as "completion", "chat", "tools", "thinking", "insert", "vision", "embedding", "rerank"

	// What Ollama's clients ask beside; "" and 0 are not known.
	Format       string    // of its file: "gguf" or "safetensors"
	Family       string    // its architecture, such as "llama"
	Parameters   int64     // how many numbers it has
	Quantization string    // such as "Q4_K_M"
	Digest       string    // of its files: SHA-256 in hexadecimal
	Licence      string    // its title
	Memory       int64     // bytes that it takes in memory, if it is there
	Expires      time.Time // when it is let go if nobody asks it until then; zero is when its memory is needed
}

// Options are what a [Server] needs. Only Model is required.
type Options struct {
	// Model answers. A request for a model it does not know is CodeNoModel.
	Model chat.Model

	// Models lists what of what Model knows whoever makes a request may choose from. nil is nothing.
	Models func(r *http.Request) ([]ModelInfo, error)

	// Sees reports whether a model, "" the usual one, can be shown pictures. It is asked only of a request that has one, and may
	// take asking another server: an error says that this is not known. nil is none: pictures are refused.
	Sees func(ctx context.Context, model string) (bool, error)

	// Embedder and Ranker answer /v1/embeddings and /v1/rerank. nil refuses them with CodeNoEmbedder and CodeNoRanker.
	Embedder chat.Embedder
	Ranker   chat.Ranker

	// Tokens knows the tokens of models, and Memory which of them are in memory. nil refuses with CodeUnsupported what
	// needs them: counting and raw prompts, keep_alive.
	Tokens Tokens
	Memory Memory

	// Enter counts a request that asks a model for no answer (its tokens, its template, to be loaded), or says why there may
	// be none; done is called when it is over. What asks for answers is counted where they come from. nil counts nothing.
	Enter func(ctx context.Context, who chat.Principal, model string) (done func(), err error)

	// Manages reports whether whoever makes a request says for everybody how long models stay in memory. nil is everybody.
	Manages func(r *http.Request) bool

	// Authorize says on whose behalf a request is made, or with a *chat.Error why it may not be. scope is what
	// it needs: ScopeInference or ScopeAdmin. nil takes everybody for chat.Local.
	Authorize func(r *http.Request, scope string) (chat.Principal, error)

	// Gauges are numbers of the moment for /metrics, by name without the prefix exaone_: letters, digits and
	// underscores. It must not wait for the model. nil is none.
	Gauges func() map[string]float64

	Version   string           // replied as system_fingerprint
	KeepAlive time.Duration    // silence after which a stream gets a comment; 0 is ten seconds
	Patience  time.Duration    // how long one write to a client, or its whole body, may take; 0 is thirty seconds
	Now       func() time.Time // nil is time.Now
	Log       *slog.Logger     // nil discards it
}

// The scopes that routes ask Authorize for.
const (
	ScopeInference = "inference"
	ScopeAdmin     = "admin"
)

// Server is the http.Handler of all dialects, /health and /metrics. It may be used by many goroutines.
type Server struct {
	opts    Options
	mux     *http.ServeMux
	metrics *metrics
}

// New returns a server. It starts nothing.
func New(opts Options) *Server {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.KeepAlive == 0 {
		opts.KeepAlive = 10 * time.Second
	}
	if opts.Patience == 0 {
		opts.Patience = 30 * time.Second
	}
	if opts.Models == nil {
		opts.Models = func(*http.Request) ([]ModelInfo, error) { return nil, nil }
	}
	if opts.Authorize == nil {
		opts.Authorize = func(*http.Request, string) (chat.Principal, error) { return chat.Local, nil }
	}
	s := &Server{opts: opts, mux: http.NewServeMux(), metrics: newMetrics(opts.Gauges)}
	s.mount()
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Paths returns the paths the server answers, as patterns of http.ServeMux without methods, so that it can be
// mounted beside other handlers. Anything else under them is refused in the dialect's own shape.
func Paths() []string {
	all := slices.Sorted(maps.Keys(places()))
	return slices.DeleteFunc(all, func(path string) bool { // what is below another is mounted with it
		return slices.ContainsFunc(dialects, func(d dialect) bool { return d.under != "" && d.under != path && strings.HasPrefix(path, d.under) })
	})
}
