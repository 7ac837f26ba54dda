package chat

import (
	"fmt"
	"slices"
)

// Error is an error that a person may read: a code and its parameters, put into Korean or English by the
// catalogue that pages, server and command line share. Err is for the log alone.
type Error struct {
	Code   Code
	Params []any
	Err    error
}

// NewError returns an error with a code, its parameters, and a cause for the log, which may be nil.
func NewError(code Code, cause error, params ...any) *Error {
	return &Error{Code: code, Params: params, Err: cause}
}

// Error returns the English text and, for the log, the cause.
func (e *Error) Error() string {
	text := e.In(English)
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", text, e.Err)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// In returns the text for a person who reads lang, without the cause. A parameter that can itself be said in
// a language, such as another *Error, is; so is the limit that a file goes beyond under [CodeDocumentTooMuch], as "blocks" is. Any other
// text is said as it is, whatever the catalogue has a code for: it may be the name that somebody gave a file.
func (e *Error) In(lang Language) string {
	params := slices.Clone(e.Params)
	for i, p := range params {
		if p, ok := p.(interface{ In(Language) string }); ok {
			params[i] = p.In(lang)
		}
	}
	if e.Code == CodeDocumentTooMuch && len(params) > 0 {
		if limit, ok := params[0].(string); ok && knows(e.Code+"_"+Code(limit)) {
			params[0] = Text(lang, e.Code+"_"+Code(limit))
		}
	}
	return Text(lang, e.Code, params...)
}
