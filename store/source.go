package store

import (
	"context"
	"slices"
	"strings"

	"exaone/chat"
)

// MayRead reports whether somebody may read what a citation names as its source: what is kept here and is theirs. Of a
// file, "file:HASH", that is whoever has something that refers to it. Any other source is nobody's: not known here, it is
// not known to be anybody's.
//
// Whoever has a conversation reads its citations without being asked; this is for others, to whom it is shown. A kind of
// source that comes to be kept here gets its rule here.
func (s *Store) MayRead(ctx context.Context, who chat.Principal, source string) (bool, error) {
	hash, ok := strings.CutPrefix(source, chat.SourceFile)
	if !ok {
		return false, nil
	}
	n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM blob_refs WHERE hash = $1 AND principal = $2`, hash, who.ID)
	return n > 0, s.fault("look who may read a source", err)
}

// mayReadCited reports whether who, to whom a conversation is shown with some files, may read what a citation of it is
// of. What is on the web anybody may.
func (s *Store) mayReadCited(ctx context.Context, who chat.Principal, c chat.Citation, files []string) (bool, error) {
	hash, kept := strings.CutPrefix(c.Source, chat.SourceFile)
	switch {
	case kept && slices.Contains(files, hash):
		return true, nil
	case !kept && c.URL != "":
		return true, nil
	}
	return s.MayRead(ctx, who, c.Source)
}
