package grammar

import (
	"errors"
	"fmt"
	"strings"
)

// What a grammar may not be. Compile and New wrap them in an [Error].
var (
	ErrTooLarge      = errors.New("the grammar has too many states")
	ErrTooDeep       = errors.New("the grammar nests too deep")
	ErrTooSlow       = errors.New("the grammar takes too long to compile")
	ErrTooSlowHere   = errors.New("the grammar takes too long to follow from here")
	ErrUnsatisfiable = fmt.Errorf("nothing of fewer than %d bytes can match the grammar", far)
)

// Error says what in a grammar cannot be enforced, and why.
type Error struct {
	Path    string // a JSON pointer into a schema ("" is its root), or "byte 12" of an expression or rules
	Keyword string // the keyword of the schema, if one is to blame
	Err     error
}

// Error returns the path, the keyword, and the cause.
func (e *Error) Error() string {
	var where []string
	if e.Path != "" {
		where = append(where, e.Path)
	}
	if e.Keyword != "" {
		where = append(where, e.Keyword)
	}
	if len(where) == 0 {
		return e.Err.Error()
	}
	return strings.Join(where, ": ") + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// errorAt is an error at an offset of a text.
func errorAt(offset int, format string, args ...any) *Error {
	return &Error{Path: fmt.Sprintf("byte %d", offset), Err: fmt.Errorf(format, args...)}
}
