package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"exaone/chat"
	"exaone/disk"
)

// fault makes an error of the database or of the file system one that a person may read, where a person can do
// something about it. Errors that are so already, and those of a context, stay what they are.
func (s *Store) fault(op string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*chat.Error](err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", op, err)
	}
	path := s.dir
	code := fileCode(err)
	if c, ok := s.dialect.code(s, err); ok {
		path, code = s.place(), c
	} else if e, ok := errors.AsType[*fs.PathError](err); ok {
		path = e.Path
	}
	switch code {
	case "":
		return fmt.Errorf("%s: %w", op, err)
	case chat.CodeTextBytes:
		return chat.NewError(code, fmt.Errorf("%s: %w", op, err)) // wherever it is
	}
	return chat.NewError(code, fmt.Errorf("%s: %w", op, err), path)
}

// fileCode is the code for an error of the file system, "" if there is none.
func fileCode(err error) chat.Code {
	switch {
	case disk.Full(err):
		return chat.CodeStoreFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, disk.ErrNotDirectory), disk.ReadOnly(err):
		return chat.CodeStoreUnwritable
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return chat.CodeStoreFault
	}
	if _, ok := errors.AsType[*os.LinkError](err); ok {
		return chat.CodeStoreFault
	}
	return ""
}

// codeOf is the code of an error, "" if it has none.
func codeOf(err error) chat.Code {
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return e.Code
	}
	return ""
}
