package weights

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"path/filepath"
	"slices"

	"exaone/tensor"
)

// Safetensors (github.com/huggingface/safetensors): the length of a header, as eight bytes, the header, a JSON object
// that gives each tensor a type, a shape and a stretch of what follows, then the data, without gaps.
const (
	maxHeader   = 100 << 20 // bytes, as the format has it
	maxPath     = 4 << 10   // bytes of a tensor's name
	maxTextDims = 8
	entryBytes  = 50             // of the shortest entry that is valid
	metadataKey = "__metadata__" // strings about the file; nothing here needs them
)

// form is a type of the format.
type form struct {
	name string
	bits uint64 // of an element
	typ  tensor.Type
}

// forms are the types of the format.
var forms = []form{
	{"F32", 32, tensor.F32}, {"F16", 16, tensor.F16}, {"BF16", 16, tensor.BF16}, {"F64", 64, tensor.F64},
	{"I8", 8, tensor.I8}, {"I16", 16, tensor.I16}, {"I32", 32, tensor.I32}, {"I64", 64, tensor.I64},
	{"BOOL", 8, tensor.NoType}, {"U8", 8, tensor.NoType}, {"U16", 16, tensor.NoType}, {"U32", 32, tensor.NoType},
	{"U64", 64, tensor.NoType}, {"C64", 64, tensor.NoType}, {"F8_E5M2", 8, tensor.NoType}, {"F8_E4M3", 8, tensor.NoType},
	{"F8_E8M0", 8, tensor.NoType}, {"F6_E2M3", 6, tensor.NoType}, {"F6_E3M2", 6, tensor.NoType}, {"F4", 4, tensor.NoType},
}

// parseSafetensors reads the header of a file. The tensors, which it returns in the order of their data, fill the
// rest of the file without gap or overlap; size is the length of what precedes it. That no two have one name is for
// File.index to check.
func parseSafetensors(data []byte) (tensors []Info, size int, err error) {
	if len(data) < 8 {
		return nil, 0, fmt.Errorf("%d bytes, want at least 8", len(data))
	}
	n := binary.LittleEndian.Uint64(data)
	if n > maxHeader || n > uint64(len(data)-8) {
		return nil, 0, fmt.Errorf("header of %d bytes, want at most %d", n, min(maxHeader, len(data)-8))
	}
	text, body := data[8:8+n], data[8+n:]
	if err := checkJSON(text); err != nil {
		return nil, 0, fmt.Errorf("header: %w", err)
	}
	s := &scanner{data: text}
	tensors = make([]Info, 0, min(bytes.Count(text, []byte(`"dtype"`)), len(text)/entryBytes, maxTensors))
	for s.open('{'); s.more(); {
		name, err := s.text("name of a tensor", maxPath)
		switch {
		case err != nil:
			return nil, 0, err
		case len(name) == 0:
			return nil, 0, errors.New("a tensor has no name")
		case string(name) == metadataKey:
			s.skip()
			continue
		case len(tensors) == maxTensors:
			return nil, 0, fmt.Errorf("more than %d tensors", maxTensors)
		}
		t, err := s.info()
		if err != nil {
			return nil, 0, fmt.Errorf("tensor %q: %w", name, err)
		}
		t.Name = string(name)
		tensors = append(tensors, t)
	}
	if err := fill(tensors, int64(len(body))); err != nil {
		return nil, 0, err
	}
	size = 8 + int(n)
	for i := range tensors {
		tensors[i].Offset += int64(size)
	}
	return tensors, size, nil
}

// info reads what a header says of one tensor. Its offset counts from the end of the header.
func (s *scanner) info() (Info, error) {
	if !s.open('{') {
		return Info{}, fmt.Errorf("found %s, want an object", clip(s.skip()))
	}
	var dtype []byte
	var shape, offsets []int
	for s.more() {
		key, err := s.text("key", maxPath)
		if err != nil {
			return Info{}, err
		}
		switch {
		case string(key) == "dtype" && dtype == nil:
			dtype, err = s.text("dtype", 16)
		case string(key) == "shape" && shape == nil:
			shape, err = s.wholes("shape", maxTextDims)
		case string(key) == "data_offsets" && offsets == nil:
			offsets, err = s.wholes("data_offsets", 2)
		default:
			err = fmt.Errorf("unexpected %q", clip(key))
		}
		if err != nil {
			return Info{}, err
		}
	}
	at := slices.IndexFunc(forms, func(f form) bool { return f.name == string(dtype) })
	switch {
	case at < 0:
		return Info{}, fmt.Errorf("dtype %q, which is not known", dtype)
	case shape == nil:
		return Info{}, errors.New("no shape")
	case len(offsets) != 2 || offsets[0] > offsets[1]:
		return Info{}, fmt.Errorf("data_offsets %v, want a begin and an end", offsets)
	}
	form := forms[at]
	t := Info{Type: form.typ, DType: form.name, Shape: shape, Offset: int64(offsets[0]), Bytes: int64(offsets[1] - offsets[0])}
	total := form.bits
	for _, d := range shape {
		high, low := bits.Mul64(total, uint64(d))
		if high != 0 || low > math.MaxInt64 {
			return Info{}, fmt.Errorf("shape %v of %s is beyond any file", shape, dtype)
		}
		total = low
	}
	if total%8 != 0 || int64(total/8) != t.Bytes {
		return Info{}, fmt.Errorf("shape %v of %s in %d bytes, want %d bits", shape, dtype, t.Bytes, total)
	}
	return t, nil
}

// fill sorts tensors by where their data is, and checks that it is all that the file has.
func fill(tensors []Info, size int64) error {
	slices.SortStableFunc(tensors, func(a, b Info) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Bytes, b.Bytes))
	})
	var end int64
	for _, t := range tensors {
		if t.Offset != end {
			return fmt.Errorf("tensor %q: data from %d, want from %d, where the one before ends", t.Name, t.Offset, end)
		}
		end += t.Bytes
		if end > size {
			return fmt.Errorf("tensor %q: data up to %d, but the file has only %d bytes of it", t.Name, end, size)
		}
	}
	if end != size {
		return fmt.Errorf("%d bytes of data belong to no tensor", size-end)
	}
	return nil
}

// readSafetensors takes in a file that has been mapped.
func (f *File) readSafetensors(p *part) error {
	f.format = Safetensors
	tensors, size, err := parseSafetensors(p.data)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(p.path), err)
	}
	p.header = size
	f.add(tensors, len(f.parts)-1)
	return nil
}
