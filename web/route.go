package web

import (
	"net/http"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/people"
)

// route is one method at one path of the page's own.
type route struct {
	method string
	path   string        // a pattern of http.ServeMux, without method
	action people.Action // what whoever asks must be allowed; "" is open to everybody
	// handle returns what is replied as JSON, or written if it has replied itself.
	handle reply
}

type reply func(h *handler, w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error)

// inPerson refuses a key, whatever its scope: what is for who sits there, and not for a program of theirs. A key that is
// found must let nobody in, take over nobody's account and nobody's work, and shut nobody out: neither would end when it is
// revoked.
func inPerson(handle reply) reply {
	return func(h *handler, w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
		if who.Key != "" {
			return nil, chat.NewError(chat.CodeSignInNeeded, nil)
		}
		return handle(h, w, r, who)
	}
}

// routes are the page's own: a list for each noun, in its own file. A test holds that each is in a table of who may
// use it (authorisation_test.go beside main).
var routes = slices.Concat(
	announcementRoutes,
	auditRoutes,
	backupRoutes,
	blobRoutes,
	brandingRoutes,
	collectionRoutes,
	conversationRoutes,
	documentRoutes,
	downloadRoutes,
	feedbackRoutes,
	folderRoutes,
	glossaryRoutes,
	gradeRoutes,
	healthRoutes,
	importRoutes,
	inviteRoutes,
	keyRoutes,
	libraryRoutes,
	messageRoutes,
	modelRoutes,
	pageRoutes,
	personRoutes,
	pictureRoutes,
	placeRoutes,
	promptRoutes,
	proofRoutes,
	quotaRoutes,
	searchRoutes,
	sessionRoutes,
	settingRoutes,
	shareRoutes,
	tableRoutes,
	teamRoutes,
	turnRoutes,
	usageRoutes,
	versionRoutes,
)

// Route is a method at a path, and what whoever asks must be allowed.
type Route struct {
	Method string
	Path   string
	Action people.Action
}

// Routes returns all routes of the page's own.
func Routes() []Route {
	all := make([]Route, len(routes))
	for i, rt := range routes {
		all[i] = Route{rt.method, rt.path, rt.action}
	}
	return all
}

// written is what a route returns that has replied itself.
type written struct{}

// mount gives a mux the routes by their paths alone, so that a wrong method is refused in the page's own shape.
func (h *handler) mount(mux *http.ServeMux) {
	at := make(map[string][]route)
	for _, rt := range routes {
		at[rt.path] = append(at[rt.path], rt)
	}
	for path, there := range at {
		mux.Handle(path, h.guard(there))
	}
	// A path of the page's own that is not there is refused in its own shape.
	for _, path := range []string{"/api/", "/"} {
		mux.Handle(path, h.guard([]route{{path: path, handle: nowhere}}))
	}
}

// pick returns which of the routes at one path a request is for, or the methods that may be used there.
func pick(there []route, method string) (rt route, instead string) {
	var methods []string
	for _, rt := range there {
		if rt.method == "" || rt.method == method {
			return rt, ""
		}
		methods = append(methods, rt.method)
	}
	return route{}, strings.Join(methods, ", ")
}

func nowhere(_ *handler, _ http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	return nil, chat.NewError(chat.CodeNoRoute, nil, r.Method, r.URL.Path)
}
