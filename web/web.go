// Package web serves the page a person chats on, and stands between the network and everything served.
//
//	*http.Request
//	 front    proxies, TLS             where a request really comes from
//	 fence    Host, Origin, headers    whoever is not meant to reach us does not
//	 mux ─┬─▶ /            page        what app was built into, embedded
//	      ├─▶ /api/…       page's own  a file for each noun: session, people, teams, models, …
//	      └─▶ the rest     Options.API other programs' dialects
//	            └─ gate               who it is, and what they may do: asked by each route, once
//
// The page asks models through the same dialect as everybody else. Its texts come from the catalogue of package
// chat, in Korean and English.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"

	"exaone/assistant"
	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// Options are what a handler needs. Hub, Store and Gate are required.
type Options struct {
	// Hub knows the models. See there.
	Hub Hub

	// Store has the people, and Gate, over the same store, decides who may do what.
	Store *store.Store
	Gate  *Gate

	// Meter knows who may use which model, and how much. nil knows of no limits.
	Meter Meter

	// Page fills in what GET /api/session tells beside who somebody is. nil leaves it out.
	Page func(ctx context.Context, who chat.Principal, lang chat.Language) (Page, error)

	// Forget deletes what was kept of what was asked with a key that has been revoked. nil deletes nothing.
	Forget func(key string)

	// Turns are the answers to people, over the same store.
	Turns *assistant.Turns

	// Documents has documents read, over the same store. nil keeps none.
	Documents Documents

	// Health says how the server is, for those who run it. nil says nothing.
	Health func(ctx context.Context) []Fact

	// API answers everything under APIPaths, patterns of http.ServeMux. It must ask Gate itself.
	API      http.Handler
	APIPaths []string

	// APIOnly leaves out all else: there is no page, and nobody signs in.
	APIOnly bool

	// URL is how people reach the server, such as https://chat.example.com; "" is as the request did. Links are made
	// with it.
	URL string

	// Proxies are the addresses of those that are believed about where a request comes from.
	Proxies []netip.Prefix

	Version string

	// Exposed says that other computers reach the server; see [Exposed]. Then it answers to any address, but
	// still to no name that is not in Hosts.
	Exposed bool

	// Hosts are names, without port, that people reach the server by, besides localhost.
	Hosts []string

	// Origins are websites, such as http://localhost:5173, whose scripts may use /v1/. None may by default, on
	// this machine either: any page that a browser has open, of whatever program, could ask models otherwise.
	Origins []string

	Log *slog.Logger // nil discards it
}

// Meter is what web needs of people.Meter.
type Meter interface {
	Standing(ctx context.Context, who chat.Principal) (people.Standing, error)
	Visible(ctx context.Context, who chat.Principal) (func(model string) bool, error)
}

// free is a Meter that limits nobody.
type free struct{}

func (free) Standing(context.Context, chat.Principal) (people.Standing, error) {
	return people.Standing{Quota: people.Unlimited}, nil
}

func (free) Visible(context.Context, chat.Principal) (func(string) bool, error) {
	return func(string) bool { return true }, nil
}

// handler answers what is the page's own.
type handler struct {
	hub   Hub
	store *store.Store
	gate  *Gate
	meter Meter
	opts  Options
	log   *slog.Logger

	changing  sync.Mutex // held while branding is read and kept with something else in it
	importing *importing
	following following
	opening   singly // branches that are read whole
	exporting singly // conversations that are taken away
	drawing   singly // pictures of pages
	finding   singly // passages in files within documents
	unpacking singly // files within documents
	showing   singly // documents that are read whole
	lending   lending
}

// New returns the handler of everything served. It fails only if an origin or the URL is none, or the page's files are
// damaged.
func New(opts Options) (http.Handler, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Meter == nil {
		opts.Meter = free{}
	}
	h := &handler{hub: opts.Hub, store: opts.Store, gate: opts.Gate, meter: opts.Meter, opts: opts, log: opts.Log, importing: newImporting()}
	mux := http.NewServeMux()
	if opts.APIOnly {
		mux.Handle("/", h.guard([]route{{path: "/", handle: nowhere}}))
	} else {
		if err := mountPage(mux); err != nil {
			return nil, err
		}
		h.mount(mux)
	}
	for _, path := range opts.APIPaths {
		mux.Handle(path, opts.API)
	}
	fence, err := newFence(opts, mux)
	if err != nil {
		return nil, err
	}
	return &front{inner: fence, proxies: opts.Proxies}, nil
}

// Hub is what the page needs to know of models and to do with them. Errors that a person may read are
// *chat.Error. All methods are called from many goroutines, and none but Licence may take long.
type Hub interface {
	// Status says how things stand.
	Status(ctx context.Context) (Status, error)
	// Catalogue returns the models that are here and those that could be brought, best first.
	Catalogue(ctx context.Context) ([]Offer, error)
	// Licence returns the text that must be accepted before a model is brought.
	Licence(ctx context.Context, model string) (Licence, error)
	// Accept records that somebody accepts it.
	Accept(ctx context.Context, who chat.Principal, a Acceptance) error
	// Pull begins to bring a model and returns; it goes on without the request, and is seen in Status. One that
	// is being brought already is no error. CodeHubLicence if a licence must be accepted first.
	Pull(ctx context.Context, who chat.Principal, model string) error
	// CancelPull ends what Pull began. What has come is kept for the next time.
	CancelPull(ctx context.Context, who chat.Principal, model string) error
	// UseModel makes a model that is here the one that answers when none is named.
	UseModel(ctx context.Context, who chat.Principal, model string) error
}

// State says what a person can do at the moment.
type State string

// The states of the server, as the page sees them.
const (
	StateReady    State = "ready"    // a model answers
	StateBringing State = "bringing" // the first one is on its way
	StateNone     State = "none"     // there is none, and none is on its way: the notes say what to do
)

// Status is how things stand.
type Status struct {
	State State
	Model string // the model that answers when none is named; "" if there is none
	Pulls []Pull // what is being brought, and what has failed of late
	Notes []Note // what a person should know, such as what to do where no source answers
}

// Note is a text of the catalogue with its parameters.
type Note struct {
	Code   chat.Code
	Params []any
}

// Pull is a model on its way.
type Pull struct {
	Model       string
	Phase       string  // wait, ask, download, unpack, copy, failed
	Source      string  // where it comes from
	Done, Total int64   // bytes; Total 0 is unknown
	Rate        float64 // bytes per second of late
	Err         error   // with phase failed; what is no *chat.Error is not shown
}

// Offer is a model that is here or could be.
type Offer struct {
	Model   string // its name
	Title   string // as its maker writes it
	Size    int64  // bytes to bring
	Memory  int64  // bytes to run it
	Window  int    // tokens it reads
	Params  int64  // how many numbers it has; 0 is unknown
	Korean  bool   // it speaks Korean
	Here    bool
	Fits    bool
	Loaded  bool
	Note    chat.Code // one line about what it is good and bad at; "" is none
	Licence string    // title
	Class   string    // open, terms, research or unknown
	Level   string    // what it has been seen to be able to do: extract, assist, full; "" is not known

	Elsewhere bool // it is on another server, and nobody here knows what it speaks
}

// Licence is a text to accept.
type Licence struct {
	Model string
	Title string
	Class string
	URL   string
	Text  string
	Hash  string // of Text: it comes back with the acceptance
	Note  Note   // whether Text is the original
}

// Acceptance is what a person sends back.
type Acceptance struct {
	Model  string
	Hash   string
	Person string // the name that was typed; "" where a click is enough
}
