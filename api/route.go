package api

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"runtime/debug"

	"exaone/chat"
)

// dialect is a way of speaking to models over HTTP.
type dialect struct {
	name   string
	under  string // the path below which all is the dialect's, as a pattern
	routes []route
	// refuse writes an error in the dialect's shape. Nothing has been written before.
	refuse func(w http.ResponseWriter, status int, code chat.Code, message, param string)
}

// route is one method at one path.
type route struct {
	method string
	path   string // a pattern of http.ServeMux, without method
	scope  string // what it asks Authorize for; "" asks nothing
	handle func(s *Server, w http.ResponseWriter, r *http.Request, who chat.Principal) error
}

// house are the routes that belong to no dialect. Their errors look like those of OpenAI.
var house = dialect{name: "house", refuse: refuseOpenAI, routes: []route{
	{http.MethodGet, "/health", "", (*Server).health},
	{http.MethodGet, "/metrics", ScopeAdmin, (*Server).showMetrics},
}}

// mount fills the mux. A path has one method here, so the mux is given paths alone and a wrong method is refused
// in the dialect's shape.
func (s *Server) mount() {
	for _, d := range append([]dialect{house}, dialects...) {
		for _, rt := range d.routes {
			s.mux.Handle(rt.path, s.guard(d, rt))
		}
		if d.under != "" {
			s.mux.Handle(d.under, s.guard(d, route{path: d.under, handle: nowhere}))
		}
	}
}

func nowhere(_ *Server, _ http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	return chat.NewError(chat.CodeNoRoute, nil, r.Method, fmt.Sprintf("%.100s", r.URL.Path))
}

// guard wraps a route: it authorises, counts, writes errors, and is where a panic ends.
func (s *Server) guard(d dialect, rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := &tracked{ResponseWriter: w}
		began := s.opts.Now()
		s.metrics.open.Inc()
		id := newID("req_")
		t.Header().Set("X-Request-Id", id)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { // net/http's own way to end a connection
					s.metrics.open.Dec()
					panic(p)
				}
				s.fail(t, r, d, id, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
			s.metrics.open.Dec()
			s.metrics.count(rt.path, t.outcome(r), s.opts.Now().Sub(began))
		}()
		if err := s.serve(t, r, rt); err != nil {
			s.fail(t, r, d, id, err)
		}
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, rt route) error {
	if rt.method != "" && r.Method != rt.method && !(r.Method == http.MethodHead && rt.method == http.MethodGet) {
		w.Header().Set("Allow", rt.method)
		return chat.NewError(chat.CodeBadMethod, nil, fmt.Sprintf("%.20s", r.Method), r.URL.Path, rt.method)
	}
	var who chat.Principal
	if rt.scope != "" {
		var err error
		if who, err = s.opts.Authorize(r, rt.scope); err != nil {
			return err
		}
	}
	return rt.handle(s, w, r, who)
}

// newID returns prefix and 96 random bits.
func newID(prefix string) string {
	var b [12]byte
	rand.Read(b[:]) // never fails
	return prefix + hex.EncodeToString(b[:])
}

// tracked remembers what was replied.
type tracked struct {
	http.ResponseWriter
	status int // 0: nothing yet
}

// WriteHeader notes the status.
func (t *tracked) WriteHeader(status int) {
	if t.status == 0 {
		t.status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write notes that something was replied.
func (t *tracked) Write(b []byte) (int, error) {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	return t.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (t *tracked) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// statusLeft is what is counted for a client that left before anything was replied, as nginx does.
const statusLeft = 499

func (t *tracked) outcome(r *http.Request) int {
	switch {
	case t.status != 0:
		return t.status
	case r.Context().Err() != nil:
		return statusLeft
	}
	return http.StatusOK
}
