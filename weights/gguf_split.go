package weights

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// maxParts is the most files a checkpoint may have.
const maxParts = 1024

// split is what a GGUF file says of the split it is part of. A file that is whole has count 0 or 1.
type split struct {
	no      int // from 0
	count   int
	tensors int // of all parts together
}

// split reads the keys that llama.cpp's gguf-split writes.
func (h *header) split() (split, error) {
	var s split
	for _, k := range []struct {
		key string
		to  *int
		max uint64
	}{{"split.no", &s.no, maxParts}, {"split.count", &s.count, maxParts}, {"split.tensors.count", &s.tensors, maxTensors}} {
		if _, ok := h.values[k.key]; !ok {
			continue
		}
		n, ok := h.uint(k.key)
		if !ok || n > k.max { // show its kind and not its value, which may be a megabyte
			return split{}, fmt.Errorf("%s is %v, want a whole number up to %d", k.key, h.values[k.key], k.max)
		}
		*k.to = int(n)
	}
	return s, nil
}

// partName matches the name that every part of a split file must have.
var partName = regexp.MustCompile(`^(.*)-(\d{5})-of-(\d{5})\.gguf$`)

// readSplit opens the other parts of a split file, of which opened was named, and takes in all. Metadata is that
// of the first part.
func (f *File) readSplit(opened *part, h *header, s split) error {
	name := filepath.Base(opened.path)
	m := partName.FindStringSubmatch(name)
	if m == nil || m[2] != fmt.Sprintf("%05d", s.no+1) || m[3] != fmt.Sprintf("%05d", s.count) {
		return fmt.Errorf("%s is part %d of %d: want a name that ends in -%05d-of-%05d.gguf", name, s.no+1, s.count, s.no+1, s.count)
	}
	f.parts = nil
	defer func() { // wherever that ended, Close must find the part that came first
		if !slices.Contains(f.parts, opened) {
			f.parts = append(f.parts, opened)
		}
	}()
	for i := range s.count {
		head := h
		if i == s.no {
			f.parts = append(f.parts, opened)
		} else {
			var err error
			if head, err = f.openSplit(filepath.Join(f.dir, fmt.Sprintf("%s-%05d-of-%05d.gguf", m[1], i+1, s.count)), i, s); err != nil {
				return fmt.Errorf("part %d of %d: %w", i+1, s.count, err)
			}
		}
		if i == 0 {
			f.meta = &head.metadata
		}
		f.add(head.tensors, i)
	}
	if s.tensors != 0 && s.tensors != len(f.tensors) {
		return fmt.Errorf("%d parts have %d tensors, want %d", s.count, len(f.tensors), s.tensors)
	}
	return nil
}

// openSplit opens part i of a split and checks that it says to be that.
func (f *File) openSplit(path string, i int, want split) (*header, error) {
	p, err := f.open(path)
	if err != nil {
		return nil, err
	}
	h, err := parseGGUF(p.data)
	if err != nil {
		return nil, err
	}
	p.header = h.size
	s, err := h.split()
	switch {
	case err != nil:
		return nil, err
	case s.no != i || s.count != want.count || s.tensors != want.tensors:
		return nil, fmt.Errorf("it says to be part %d of %d with %d tensors in all, want %d of %d with %d",
			s.no+1, s.count, s.tensors, i+1, want.count, want.tensors)
	}
	return h, nil
}

// splitOf returns what all parts of a split file have in common in their names, and which part path is; ok is
// false for a file that is not named like a part.
func splitOf(path string) (common string, no int, ok bool) {
	m := partName.FindStringSubmatch(filepath.Base(path))
	if m == nil {
		return "", 0, false
	}
	no, err := strconv.Atoi(m[2])
	return m[1] + "-of-" + m[3], no, err == nil
}
