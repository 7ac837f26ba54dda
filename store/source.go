package store

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"exaone/chat"
)

// MayRead reports whether somebody may read what a citation names as its source: what is kept here, is theirs and not
// above their clearance. Of a file, "file:HASH", that is whoever has something that refers to it; of a version of a document,
// "version:ID", whoever may read the document. Any other source is nobody's: not known here, it is not known to be anybody's.
//
// Whoever has a conversation reads its citations without being asked; this is for others, to whom it is shown. A kind of
// source that comes to be kept here gets its rule here.
func (s *Store) MayRead(ctx context.Context, who chat.Principal, source string) (bool, error) {
	if version, ok := strings.CutPrefix(source, chat.SourceVersion); ok {
		err := requireVersion(ctx, s.reader, who, version)
		if codeOf(err) == chat.CodeNoDocument {
			return false, nil
		}
		return err == nil, s.fault("look who may read a source", err)
	}
	hash, ok := strings.CutPrefix(source, chat.SourceFile)
	if !ok {
		return false, nil
	}
	n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM blob_refs WHERE hash = $1 AND principal = $2 AND `+
		cleared("blob_refs.grade", 2), hash, who.ID)
	return n > 0, s.fault("look who may read a source", err)
}

// mayReadCited reports whether who, to whom a conversation is shown with some files, may read what a citation of it is
// of. What is on the web anybody may.
func (s *Store) mayReadCited(ctx context.Context, who chat.Principal, c chat.Citation, files []string) (bool, error) {
	hash, kept := strings.CutPrefix(c.Source, chat.SourceFile)
	switch {
	case kept && slices.Contains(files, hash):
		return true, nil
	case onWeb(c):
		return true, nil
	}
	return s.MayRead(ctx, who, c.Source)
}

// onWeb reports whether a citation is of a site: its source is where its address leads, or nothing else. A document of a
// house may have an address, too, and is not for everybody.
func onWeb(c chat.Citation) bool {
	to, err := url.Parse(c.URL)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" || to.Hostname() == "" {
		return false
	}
	site := strings.ToLower(c.Source)
	if _, rest, ok := strings.Cut(site, "://"); ok {
		site, _, _ = strings.Cut(rest, "/")
	}
	site, host := strings.TrimPrefix(site, "www."), strings.ToLower(to.Hostname())
	return c.Source == "" || site == host || strings.Contains(site, ".") && strings.HasSuffix(host, "."+site)
}
