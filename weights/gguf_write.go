package weights

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"reflect"
	"slices"

	"exaone/tensor"
)

// Key is one metadata value to write. Value is a string, bool, float32, float64, or integer of 8 to 64 bits (not
// int or uint, whose size is not fixed), or a slice of one of them.
type Key struct {
	Name  string
	Value any
}

// Entry is one tensor to write. Data is called once, when its turn has come, so that a conversion needs no more than
// one tensor in memory; it returns exactly Type.Bytes of the elements. Where Data is nil, Write is called in its place,
// and writes as many bytes in pieces of any size.
type Entry struct {
	Name  string
	Type  tensor.Type
	Shape []int // slowest dimension first
	Data  func() ([]byte, error)
	Write func(w io.Writer) error
}

// writeTo writes the data of the tensor and checks its size.
func (e Entry) writeTo(w io.Writer) error {
	c := &counter{w: w}
	var err error
	if e.Data == nil {
		err = e.Write(c)
	} else {
		var data []byte
		if data, err = e.Data(); err == nil {
			_, err = c.Write(data)
		}
	}
	if want := e.Type.Bytes(elements(e.Shape)); err == nil && c.n != int64(want) {
		err = fmt.Errorf("%d bytes, want %d", c.n, want)
	}
	return err
}

// counter counts what goes through it.
type counter struct {
	w io.Writer
	n int64
}

// Write implements [io.Writer].
func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// Stored returns an entry that writes a tensor as it is.
func Stored(t *tensor.Tensor) Entry {
	return Entry{Name: t.Name, Type: t.Type, Shape: t.Shape, Data: func() ([]byte, error) { return t.RowMajor(), nil }}
}

// WriteGGUF writes a checkpoint as GGUF version 3. Keys and tensors stand in the order given, so equal arguments
// give equal bytes. Data is aligned to 32 bytes, or to the uint32 of a key general.alignment. What exceeds the limits
// of the reader is an error.
func WriteGGUF(w io.Writer, keys []Key, tensors []Entry) error {
	out := &ggufWriter{w: bufio.NewWriterSize(w, 1<<20)}
	alignment, err := checkKeys(keys)
	if err != nil {
		return fmt.Errorf("write gguf: %w", err)
	}
	out.bytes([]byte(ggufMagic))
	out.number(uint32(3))
	out.number(uint64(len(tensors)))
	out.number(uint64(len(keys)))
	for _, k := range keys {
		if err := out.key(k); err != nil {
			return fmt.Errorf("write gguf: key %q: %w", k.Name, err)
		}
	}
	if err := out.infos(tensors, alignment); err != nil {
		return fmt.Errorf("write gguf: %w", err)
	}
	for _, t := range tensors {
		out.pad(alignment)
		if out.err != nil {
			return out.err
		}
		if err := t.writeTo(out.w); err != nil {
			return fmt.Errorf("write gguf: tensor %q: %w", t.Name, err)
		}
		out.n += uint64(t.Type.Bytes(elements(t.Shape)))
	}
	out.pad(alignment)
	if out.err == nil {
		out.err = out.w.Flush()
	}
	return out.err
}

// ggufWriter writes and counts, until the first error.
type ggufWriter struct {
	w   *bufio.Writer
	n   uint64
	err error
}

func (w *ggufWriter) bytes(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
		w.n += uint64(len(b))
	}
}

// number writes a value of fixed size, or a slice of such.
func (w *ggufWriter) number(v any) {
	if w.err == nil {
		w.err = binary.Write(w.w, binary.LittleEndian, v)
		w.n += uint64(binary.Size(v))
	}
}

func (w *ggufWriter) text(s string) {
	w.number(uint64(len(s)))
	w.bytes([]byte(s))
}

func (w *ggufWriter) pad(alignment uint64) {
	w.bytes(make([]byte, -w.n&(alignment-1)))
}

// checkKeys looks for faults of names, and returns the alignment.
func checkKeys(keys []Key) (uint64, error) {
	alignment := uint64(alignmentElse)
	seen := make(map[string]bool, len(keys))
	for _, k := range keys {
		if k.Name == "" || len(k.Name) > maxKey || seen[k.Name] {
			return 0, fmt.Errorf("key %q: want a name of 1 to %d bytes that no other has", k.Name, maxKey)
		}
		seen[k.Name] = true
		if k.Name == alignmentKey {
			n, ok := k.Value.(uint32)
			if !ok || bits.OnesCount32(n) != 1 || n > maxAlignment {
				return 0, fmt.Errorf("%s is %v (%T), want a uint32 that is a power of two up to %d", alignmentKey, k.Value, k.Value, maxAlignment)
			}
			alignment = uint64(n)
		}
	}
	if len(keys) > maxKeys {
		return 0, fmt.Errorf("%d keys, want at most %d", len(keys), maxKeys)
	}
	return alignment, nil
}

// kindOf returns how values of a Go type are written.
func kindOf(t reflect.Type) (kind, bool) {
	k, ok := map[reflect.Kind]kind{
		reflect.Uint8: kindU8, reflect.Int8: kindI8, reflect.Uint16: kindU16, reflect.Int16: kindI16, reflect.Uint32: kindU32,
		reflect.Int32: kindI32, reflect.Uint64: kindU64, reflect.Int64: kindI64, reflect.Float32: kindF32,
		reflect.Float64: kindF64, reflect.Bool: kindBool, reflect.String: kindString,
	}[t.Kind()]
	return k, ok
}

// key writes a name and its value.
func (w *ggufWriter) key(k Key) error {
	v := reflect.ValueOf(k.Value)
	if !v.IsValid() {
		return errors.New("no value")
	}
	w.text(k.Name)
	t, n := v.Type(), 1
	list := t.Kind() == reflect.Slice
	if list {
		t, n = t.Elem(), v.Len()
		w.number(uint32(kindArray))
	}
	kind, ok := kindOf(t)
	if !ok {
		return fmt.Errorf("%T, want a string, bool, float or integer of fixed size, or a slice of one", k.Value)
	}
	w.number(uint32(kind))
	if list {
		w.number(uint64(n))
	}
	switch {
	case n > maxArray:
		return fmt.Errorf("%d elements, want at most %d", n, maxArray)
	case kind != kindString:
		w.number(k.Value)
		return nil
	}
	for i := range n {
		s := v
		if list {
			s = v.Index(i)
		}
		if s.Len() > maxString {
			return fmt.Errorf("string of %d bytes, want at most %d", s.Len(), maxString)
		}
		w.text(s.String())
	}
	return nil
}

// infos writes what the header says of the tensors.
func (w *ggufWriter) infos(tensors []Entry, alignment uint64) error {
	if len(tensors) > maxTensors {
		return fmt.Errorf("%d tensors, want at most %d", len(tensors), maxTensors)
	}
	seen := make(map[string]bool, len(tensors))
	offset := uint64(0)
	for _, t := range tensors {
		if t.Name == "" || len(t.Name) > maxName || seen[t.Name] {
			return fmt.Errorf("tensor %q: want a name of 1 to %d bytes that no other has", t.Name, maxName)
		}
		seen[t.Name] = true
		size := t.Type.Bytes(elements(t.Shape))
		if size <= 0 || len(t.Shape) > maxDims || t.Shape[len(t.Shape)-1]%t.Type.BlockSize() != 0 {
			return fmt.Errorf("tensor %q: shape %v of %v, want 1 to %d dimensions and rows of whole blocks", t.Name, t.Shape, t.Type, maxDims)
		}
		w.text(t.Name)
		w.number(uint32(len(t.Shape)))
		for _, d := range slices.Backward(t.Shape) {
			w.number(uint64(d))
		}
		w.number(uint32(t.Type))
		w.number(offset)
		offset += (uint64(size) + alignment - 1) &^ (alignment - 1)
	}
	return nil
}

// elements returns the product of a shape, or -1 if it has none or is not an int.
func elements(shape []int) int {
	if len(shape) == 0 {
		return -1
	}
	n := uint64(1)
	for _, d := range shape {
		high, low := bits.Mul64(n, uint64(max(d, 0)))
		if high != 0 || low > uint64(^uint(0)>>1) {
			return -1
		}
		n = low
	}
	return int(n)
}
