package weights

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"path/filepath"
	"slices"

	"exaone/tensor"
)

// GGUF (github.com/ggml-org/ggml, docs/gguf.md): the magic, a version, the numbers of tensors and of keys; the keys
// with their values; names, shapes, types and offsets of the tensors; then, aligned, their data. All little-endian.
const (
	ggufMagic     = "GGUF"
	alignmentKey  = "general.alignment"
	alignmentElse = 32 // if the key is not there
)

// Limits of what a header may claim, far above what real models need (EXAONE's vocabulary is 102,400 strings,
// Gemma's 262,144) and low enough that a small file cannot make us allocate much.
const (
	maxKeys      = 1 << 16
	maxTensors   = 1 << 17
	maxKey       = 1<<16 - 1 // bytes
	maxName      = 64        // bytes; of a tensor, as ggml has it
	maxString    = 1 << 20   // bytes
	maxArray     = 4 << 20   // elements
	maxDims      = 4
	maxAlignment = 64 << 10
)

// Smallest sizes of things in the file, to hold counts against what is left of it.
const (
	keyBytes    = 8 + 1 + 4 + 1         // name of one byte, kind, value of one byte
	tensorBytes = 8 + 1 + 4 + 8 + 4 + 8 // name of one byte, one dimension
)

// header is the parsed start of a GGUF file.
type header struct {
	metadata
	tensors []Info // offsets count from the start of the file
	size    int    // bytes before the data of the first tensor
}

// parseGGUF reads the header of a file. All tensors lie within data, each where the alignment allows, and none
// overlaps another. That no two have one name is for File.index to check, over all parts.
func parseGGUF(data []byte) (*header, error) {
	c := &cursor{data: data}
	if magic := c.take(4); string(magic) != ggufMagic {
		return nil, fmt.Errorf("magic %q, want %q", magic, ggufMagic)
	}
	version := c.u32()
	switch {
	case c.err != nil:
		return nil, c.err
	case version&0xffff == 0 && version != 0:
		return nil, fmt.Errorf("big-endian GGUF of version %d, want little-endian", bits.ReverseBytes32(version))
	case version < 2 || version > 3:
		return nil, fmt.Errorf("GGUF version %d, want 2 or 3", version)
	}
	tensors := c.count("tensors", tensorBytes, maxTensors)
	keys := c.count("keys", keyBytes, maxKeys)
	h := &header{metadata: metadata{data: data, values: make(map[string]value)}}
	h.readKeys(c, keys)
	alignment := h.alignment(c)
	h.readTensors(c, tensors)
	if c.err != nil {
		return nil, c.err
	}
	if err := h.place(c.at, alignment); err != nil {
		return nil, err
	}
	return h, nil
}

// readKeys reads n keys and where their values are.
func (h *header) readKeys(c *cursor, n int) {
	for range n {
		key := c.name("key", maxKey)
		if _, ok := h.values[key]; ok && c.err == nil {
			c.fail("key %q appears twice", key)
		}
		v := readValue(c)
		if c.err != nil {
			c.err = fmt.Errorf("key %q: %w", key, c.err)
			return
		}
		h.values[key] = v
		h.keys = append(h.keys, key)
	}
}

// alignment returns what the offsets of tensors are multiples of.
func (h *header) alignment(c *cursor) uint64 {
	v, ok := h.values[alignmentKey]
	if !ok || c.err != nil {
		return alignmentElse
	}
	if v.kind != kindU32 || v.list {
		c.fail("%s is %v, want u32", alignmentKey, v)
		return alignmentElse
	}
	n := binary.LittleEndian.Uint32(h.data[v.at:])
	if bits.OnesCount32(n) != 1 || n > maxAlignment {
		c.fail("%s %d, want a power of two up to %d", alignmentKey, n, maxAlignment)
	}
	return uint64(n)
}

// readTensors reads what the header says of n tensors.
func (h *header) readTensors(c *cursor, n int) {
	h.tensors = make([]Info, 0, n) // n is held against the bytes left: this is less than four times those
	for range n {
		name := c.name("name of a tensor", maxName)
		t := readInfo(c)
		if c.err != nil {
			c.err = fmt.Errorf("tensor %q: %w", name, c.err)
			return
		}
		t.Name = name
		h.tensors = append(h.tensors, t)
	}
}

// readInfo reads shape, type and offset of a tensor and computes its size.
func readInfo(c *cursor) Info {
	dims := c.u32()
	if c.err == nil && (dims < 1 || dims > maxDims) {
		c.fail("%d dimensions, want 1 to %d", dims, maxDims)
	}
	if c.err != nil {
		return Info{}
	}
	shape, elements := make([]int, dims), uint64(1)
	for i := range shape {
		d := c.u64()
		high, low := bits.Mul64(elements, d)
		if c.err == nil && (d < 1 || d > math.MaxInt || high != 0 || low > math.MaxInt64) {
			c.fail("dimension %d of %d is %d: it must be at least 1, and their product below 2^63", i+1, dims, d)
		}
		// GGUF has the fastest dimension first.
		elements, shape[len(shape)-1-i] = low, int(d)
	}
	typ := tensor.Type(c.u32())
	offset := c.u64()
	if c.err != nil {
		return Info{}
	}
	if !typ.Known() {
		c.fail("%v, which is not known", typ)
		return Info{}
	}
	row := shape[len(shape)-1]
	if row%typ.BlockSize() != 0 || elements > math.MaxInt {
		c.fail("shape %v of %v, want rows of whole blocks of %d", shape, typ, typ.BlockSize())
		return Info{}
	}
	size := typ.Bytes(int(elements))
	if size < 0 || offset > math.MaxInt64 {
		c.fail("shape %v of %v at offset %d is beyond any file", shape, typ, offset)
		return Info{}
	}
	return Info{Type: typ, DType: typ.String(), Shape: shape, Offset: int64(offset), Bytes: int64(size)}
}

// place checks where the tensors are, and counts their offsets from the start of the file. The header ends at end.
func (h *header) place(end int, alignment uint64) error {
	start := (uint64(end) + alignment - 1) &^ (alignment - 1)
	h.size = int(min(start, uint64(len(h.data))))
	if len(h.tensors) == 0 {
		return nil // a vocabulary without a model, and no data need follow
	}
	if start > uint64(len(h.data)) {
		return fmt.Errorf("the data should start at byte %d, but the file has %d", start, len(h.data))
	}
	room := uint64(len(h.data)) - start
	for i := range h.tensors {
		t := &h.tensors[i]
		offset, size := uint64(t.Offset), uint64(t.Bytes)
		switch {
		case offset%alignment != 0:
			return fmt.Errorf("tensor %q: offset %d, want a multiple of %d", t.Name, offset, alignment)
		case offset > room || size > room-offset:
			return fmt.Errorf("tensor %q: %d bytes at offset %d, but the file has only %d bytes of data", t.Name, size, offset, room)
		}
		t.Offset = int64(start + offset)
	}
	return apart(h.tensors)
}

// apart reports the first two tensors of one file that overlap.
func apart(tensors []Info) error {
	order := make([]int, len(tensors))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(tensors[a].Offset, tensors[b].Offset) })
	for i := 1; i < len(order); i++ {
		a, b := tensors[order[i-1]], tensors[order[i]]
		if a.Offset+a.Bytes > b.Offset {
			return fmt.Errorf("tensors %q and %q overlap", a.Name, b.Name)
		}
	}
	return nil
}

// readGGUF takes in a GGUF file that has been mapped, and the other parts if it is split.
func (f *File) readGGUF(p *part) error {
	f.format = GGUF
	name := filepath.Base(p.path)
	h, err := parseGGUF(p.data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.header = h.size
	s, err := h.split()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if s.count > 1 {
		return f.readSplit(p, h, s)
	}
	f.add(h.tensors, 0)
	f.meta = &h.metadata
	return nil
}
