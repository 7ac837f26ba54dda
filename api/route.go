package api

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"exaone/chat"
)

// dialect is a way of speaking to models over HTTP.
type dialect struct {
	name   string
	under  string // the path below which all is the dialect's, as a pattern; "" is none. Routes may lie outside of it, too
	routes []route
	// claims reports whether a request comes from a client of the dialect. It decides between dialects that have a path
	// in common; a dialect without it answers what no other claims there.
	claims func(r *http.Request) bool
	// refuse writes an error in the dialect's shape. Nothing has been written before.
	refuse func(w http.ResponseWriter, status int, code chat.Code, message, param string)
}

// route is a method at a path.
type route struct {
	method string // "" is any
	path   string // a pattern of http.ServeMux, without method
	scope  string // what it asks Authorize for; "" asks nothing
	handle func(s *Server, w http.ResponseWriter, r *http.Request, who chat.Principal) error
}

// takes reports whether the route answers a method.
func (rt route) takes(method string) bool {
	return rt.method == "" || rt.method == method || method == http.MethodHead && rt.method == http.MethodGet
}

// house are the routes that belong to no dialect. Their errors look like those of OpenAI.
var house = dialect{name: "house", refuse: refuseOpenAI, routes: []route{
	{http.MethodGet, "/health", "", (*Server).health},
	{http.MethodGet, "/metrics", ScopeAdmin, (*Server).showMetrics},
}}

// Route is a method at a path, and the scope that whoever asks needs; "" is none. Method "" is any.
type Route struct{ Method, Path, Scope string }

// Routes returns all routes of all dialects.
func Routes() []Route {
	var all []Route
	for _, d := range append([]dialect{house}, dialects...) {
		for _, rt := range d.routes {
			all = append(all, Route{rt.method, rt.path, rt.scope})
		}
	}
	return all
}

// place is a route of a dialect.
type place struct {
	dialect dialect
	route   route
}

// places returns what there is at each path.
func places() map[string][]place {
	at := make(map[string][]place)
	for _, d := range append([]dialect{house}, dialects...) {
		for _, rt := range d.routes {
			at[rt.path] = append(at[rt.path], place{d, rt})
		}
		if d.under != "" {
			at[d.under] = append(at[d.under], place{d, route{path: d.under, handle: nowhere}})
		}
	}
	return at
}

// mount fills the mux. It is given paths alone, so that a wrong method is refused in the dialect's shape.
func (s *Server) mount() {
	for path, at := range places() {
		s.mux.Handle(path, s.guard(at))
	}
}

func nowhere(_ *Server, _ http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	return chat.NewError(chat.CodeNoRoute, nil, r.Method, fmt.Sprintf("%.100s", r.URL.Path))
}

// pick returns which of the places at one path a request is for, and the methods that may be used there instead of its
// own if it is for none of them.
func pick(at []place, r *http.Request) (p place, instead string) {
	ours := slices.DeleteFunc(slices.Clone(at), func(p place) bool { return p.dialect.claims == nil || !p.dialect.claims(r) })
	if len(ours) == 0 {
		ours = slices.DeleteFunc(slices.Clone(at), func(p place) bool { return p.dialect.claims != nil })
	}
	if len(ours) == 0 {
		ours = at
	}
	var methods []string
	for _, p := range ours {
		if p.route.takes(r.Method) {
			return p, ""
		}
		methods = append(methods, p.route.method)
	}
	return ours[0], strings.Join(methods, ", ")
}

// guard wraps the places at a path: it authorises, counts, writes errors, and is where a panic ends.
func (s *Server) guard(at []place) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, instead := pick(at, r)
		t := &tracked{ResponseWriter: w}
		began := s.opts.Now()
		s.metrics.open.Inc()
		id := newID("req_")
		t.Header().Set("X-Request-Id", id)
		defer func() {
			if fault := recover(); fault != nil {
				if fault == http.ErrAbortHandler { // net/http's own way to end a connection
					s.metrics.open.Dec()
					panic(fault)
				}
				s.fail(t, r, p.dialect, id, fmt.Errorf("panic: %v\n%s", fault, debug.Stack()))
			}
			s.metrics.open.Dec()
			s.metrics.count(p.route.path, t.outcome(r), s.opts.Now().Sub(began))
		}()
		if err := s.serve(t, r, p.route, instead); err != nil {
			s.fail(t, r, p.dialect, id, err)
		}
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, rt route, instead string) error {
	if instead != "" {
		w.Header().Set("Allow", instead)
		return chat.NewError(chat.CodeBadMethod, nil, fmt.Sprintf("%.20s", r.Method), r.URL.Path, instead)
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
