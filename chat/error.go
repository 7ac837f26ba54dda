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
// a language, such as another *Error, is; so is one for which the catalogue has words of its own beside the code, as it has for
// "blocks" under [CodeDocumentTooMuch].
func (e *Error) In(lang Language) string {
	params := slices.Clone(e.Params)
	for i, p := range params {
		switch p := p.(type) {
		case interface{ In(Language) string }:
			params[i] = p.In(lang)
		case string:
			if word := e.Code + "_" + Code(p); knows(word) {
				params[i] = Text(lang, word)
			}
		}
	}
	return Text(lang, e.Code, params...)
}
