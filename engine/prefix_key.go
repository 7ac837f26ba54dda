package engine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"exaone/chat"
)

// prefixTag stands for all that keys and values depend on beside ids and adapter: the weights, the form of a page, and
// the program, since another version may compute other bits. It is zero if that cannot be known.
func (m *loaded) prefixTag(exact bool) tag {
	id, program := m.file.ID(), programSum()
	if id == "" || program == "" {
		return tag{}
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s %s exact=%v %s", id, m.cache.Layout(), exact, program))
}

// programSum is the SHA-256 of the running program, or "" if it cannot be read.
var programSum = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	h := sha256.New()
	if err := addFile(h, path); err != nil {
		return ""
	}
	return fmt.Sprintf("%x", h.Sum(nil))
})

// adapterTag is the SHA-256 of an adapter's files.
func adapterTag(dir string) (tag, error) {
	h := sha256.New()
	for _, name := range []string{"adapter_config.json", "adapter_model.safetensors"} {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if err != nil {
			return tag{}, err
		}
		fmt.Fprintln(h, name, info.Size())
		if err := addFile(h, path); err != nil {
			return tag{}, err
		}
	}
	return tag(h.Sum(nil)), nil
}

func addFile(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, f.Close())
}

// public is how many of the ids of a request come of its public messages alone: those that its prompt has in common
// with the prompt of these messages and nothing else, no tools either. What a dialect cannot write so is not public.
func (m *loaded) public(req chat.Request, ids []int32) int {
	if req.Public == 0 || req.Prompt != nil {
		return 0
	}
	req.Messages, req.Tools = req.Messages[:req.Public], nil
	segments, err := m.dialect.Render(req)
	if err != nil {
		return 0
	}
	alone, err := m.encode(segments)
	if err != nil {
		return 0
	}
	return common(alone, ids)
}
