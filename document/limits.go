package document

import (
	"errors"
	"fmt"
	"slices"

	"exaone/chat"
)

// Limits bound what reading a file may take. A field of 0 has the usual value.
type Limits struct {
	Text     int64 // bytes of text that may come out
	Unpacked int64 // bytes that may be unpacked, of all streams together
	Blocks   int   // blocks and cells
	Pages    int
	Depth    int   // of nesting: tables in tables, elements in elements, archives in archives
	Pixels   int64 // of a picture
	Entries  int   // of an archive

	whole *Limits // which these are what is left of, for a file within a file; nil if nothing was taken off
}

// or returns the limits with the usual values where there were none: what fits into 512 MB beside its file.
func (l Limits) or() Limits {
	set := func(v *int64, usual int64) {
		if *v == 0 {
			*v = usual
		}
	}
	seti := func(v *int, usual int) {
		if *v == 0 {
			*v = usual
		}
	}
	set(&l.Text, 64<<20)
	set(&l.Unpacked, 256<<20)
	set(&l.Pixels, 64<<20)
	seti(&l.Blocks, 1<<20)
	seti(&l.Pages, 20_000)
	seti(&l.Depth, 64)
	seti(&l.Entries, 20_000)
	return l
}

// tooMuch is the error for a file that goes beyond a limit: of what, for which the catalogue has words, and how much is allowed; an
// int64 is bytes.
func tooMuch(what string, limit any) error {
	if n, ok := limit.(int64); ok { // of bytes
		limit = fmt.Sprintf("%d KB", n>>10)
		if n >= 1<<20 {
			limit = fmt.Sprintf("%d MB", n>>20)
		}
	}
	return chat.NewError(chat.CodeDocumentTooMuch, nil, what, limit)
}

// over is the error for a file that goes beyond its limit of "text", "unpacked" or "blocks". It names the limit that was set: whoever
// reads that a file within another may have 46 KB cannot know that the rest went to the files before it.
func (l Limits) over(what string) error {
	if l.whole != nil {
		l = *l.whole
	}
	switch what {
	case "text":
		return tooMuch(what, l.Text)
	case "unpacked":
		return tooMuch(what, l.Unpacked)
	}
	return tooMuch(what, l.Blocks)
}

// leftOut is the error of a file within a file that is larger than what is left of a limit, and of which therefore nothing is read: the rest
// of the limit is there for those behind it.
type leftOut struct{ error }

// Unwrap is what the file is beyond.
func (l leftOut) Unwrap() error { return l.error }

// larger is the error for a file of which nothing is read, as it alone is larger than its limit of "text" or "unpacked".
func (l Limits) larger(what string) error {
	if l.whole != nil {
		return leftOut{l.over(what)}
	}
	return l.over(what)
}

// spent reports whether an error says that there is nothing left of what a file shares with all that are in it: text, bytes unpacked,
// blocks, as over says it, or the memory of their reader. Every other limit is one file's own: those behind it can be read.
func (l Limits) spent(err error) bool {
	told, ok := errors.AsType[*chat.Error](err)
	_, without := errors.AsType[leftOut](err)
	switch {
	case !ok, without:
		return false
	case told.Code == chat.CodeDocumentMemory:
		return true
	case told.Code != chat.CodeDocumentTooMuch:
		return false
	}
	return slices.ContainsFunc([]string{"text", "unpacked", "blocks"}, func(what string) bool {
		over, ok := errors.AsType[*chat.Error](l.over(what))
		return ok && slices.Equal(told.Params, over.Params)
	})
}
