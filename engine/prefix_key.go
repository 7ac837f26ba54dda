package engine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"exaone/chat"
	"exaone/weights"
)

// arithmetic is the number of the rules by which keys and values come from weights and ids. It is raised whenever the
// same weights and ids would give other bits than before: another order of sums, rounding, scale or position, or another
// meaning of a byte in a page. What is on disk under an older number is not found any more. Kernels and threads are not
// in it: all of them give the same bits.
const arithmetic = 2

// prefixTag stands for all that keys and values depend on beside ids and adapter: the weights, the form of a page, and
// the arithmetic. It is zero if that cannot be known, and then nothing is kept on disk.
func (m *loaded) prefixTag(exact bool) tag {
	id, err := weightsID(m.file)
	if err != nil {
		m.prefixes.log.Warn("no prefixes of a model are kept on disk: its files cannot be told from others",
			"model", m.spec.Name, "err", err, m.prefixes.off(reason(err, m.spec.Path)))
		return tag{}
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s %s exact=%v arithmetic=%d", id, m.cache.Layout(), exact, arithmetic))
}

// weightsID stands for every byte of a checkpoint. A prepared one holds sums of itself. Of any other, the samples in its
// ID may miss a change in a tensor, so the sizes of its files, when they were changed, and which files they are on their
// disk go with it: a copy is taken for another checkpoint then, which costs no more than to compute again.
func weightsID(file *weights.File) (string, error) {
	if content := file.Content(); content != "" {
		return "content " + content, nil
	}
	id := file.ID()
	if id == "" {
		return "", errors.New("they cannot be read")
	}
	for _, path := range file.Paths() {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		id += fmt.Sprintf(" %d %d %s", info.Size(), info.ModTime().UnixNano(), fileNumber(info))
	}
	return id, nil
}

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
