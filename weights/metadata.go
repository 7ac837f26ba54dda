package weights

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// kind is the type of a value, with GGUF's numbers.
type kind uint32

const (
	kindU8     kind = 0
	kindI8     kind = 1
	kindU16    kind = 2
	kindI16    kind = 3
	kindU32    kind = 4
	kindI32    kind = 5
	kindF32    kind = 6
	kindBool   kind = 7
	kindString kind = 8
	kindArray  kind = 9
	kindU64    kind = 10
	kindI64    kind = 11
	kindF64    kind = 12
)

var kinds = [...]struct {
	name string
	size int // bytes, the least for a string
}{
	kindU8: {"u8", 1}, kindI8: {"i8", 1}, kindU16: {"u16", 2}, kindI16: {"i16", 2}, kindU32: {"u32", 4}, kindI32: {"i32", 4},
	kindF32: {"f32", 4}, kindBool: {"bool", 1}, kindString: {"string", 8}, kindArray: {"array", 0},
	kindU64: {"u64", 8}, kindI64: {"i64", 8}, kindF64: {"f64", 8},
}

func (k kind) known() bool { return int(k) < len(kinds) }

func (k kind) String() string {
	if !k.known() {
		return fmt.Sprintf("kind %d", uint32(k))
	}
	return kinds[k].name
}

// value says where a value is. It is decoded when somebody asks, since most of a header is a vocabulary, which
// only one reader needs, once.
type value struct {
	kind kind // of an element, if it is an array
	list bool
	n    int // elements of an array
	at   int // first byte, of an array's first element
}

func (v value) String() string {
	if v.list {
		return fmt.Sprintf("[%d]%v", v.n, v.kind)
	}
	return v.kind.String()
}

// readValue steps over a value.
func readValue(c *cursor) value {
	v := value{kind: kind(c.u32()), n: 1}
	if v.kind == kindArray {
		v.list = true
		v.kind = kind(c.u32())
	}
	if !v.kind.known() || v.kind == kindArray { // an array of arrays is allowed nowhere
		c.fail("%v, which is not known here", v.kind)
	}
	if c.err != nil {
		return v
	}
	size := kinds[v.kind].size
	if v.list {
		v.n = c.count("elements", size, maxArray)
	}
	v.at = c.at
	if v.kind != kindString {
		c.take(uint64(v.n) * uint64(size))
		return v
	}
	for range v.n {
		c.bytes("string", maxString)
		if c.err != nil {
			break
		}
	}
	return v
}

// metadata is what a GGUF file says beside its tensors.
type metadata struct {
	data   []byte // the file
	keys   []string
	values map[string]value
}

// number is an integer or float of any kind.
type number struct {
	bits  uint64 // an integer, signed ones as two's complement
	float float64
	kind  kind
}

// number reads the next number.
func (c *cursor) number(k kind) number {
	n := number{kind: k}
	b := c.take(uint64(kinds[k].size))
	if b == nil {
		return n
	}
	switch k {
	case kindU8, kindBool:
		n.bits = uint64(b[0])
	case kindI8:
		n.bits = uint64(int8(b[0]))
	case kindU16:
		n.bits = uint64(binary.LittleEndian.Uint16(b))
	case kindI16:
		n.bits = uint64(int16(binary.LittleEndian.Uint16(b)))
	case kindU32:
		n.bits = uint64(binary.LittleEndian.Uint32(b))
	case kindI32:
		n.bits = uint64(int32(binary.LittleEndian.Uint32(b)))
	case kindU64, kindI64:
		n.bits = binary.LittleEndian.Uint64(b)
	case kindF32:
		n.float = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case kindF64:
		n.float = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	return n
}

func (k kind) signed() bool   { return k == kindI8 || k == kindI16 || k == kindI32 || k == kindI64 }
func (k kind) unsigned() bool { return k == kindU8 || k == kindU16 || k == kindU32 || k == kindU64 }

// natural returns n as uint64, int64, float64 or bool.
func (n number) natural() any {
	switch {
	case n.kind == kindBool:
		return n.bits != 0
	case n.kind.signed():
		return int64(n.bits)
	case n.kind.unsigned():
		return n.bits
	}
	return n.float
}

// list decodes an array with one function per element.
func list[T any](v value, element func() T) []T {
	out := make([]T, v.n)
	for i := range out {
		out[i] = element()
	}
	return out
}

// value decodes the value of a key; false if there is none, or if the file has changed since it was opened.
func (m *metadata) value(key string) (any, bool) {
	if m == nil {
		return nil, false
	}
	v, ok := m.values[key]
	if !ok {
		return nil, false
	}
	var out any
	err := guard(func() error {
		c := &cursor{data: m.data, at: v.at}
		out = decode(c, v)
		return c.err
	})
	if err != nil {
		return nil, false
	}
	return out, true
}

// decode reads v at c.
func decode(c *cursor, v value) any {
	text := func() string { return string(c.bytes("string", maxString)) }
	switch {
	case !v.list && v.kind == kindString:
		return text()
	case !v.list:
		return c.number(v.kind).natural()
	case v.kind == kindString:
		return list(v, text)
	case v.kind == kindBool:
		return list(v, func() bool { return c.number(v.kind).bits != 0 })
	case v.kind.signed():
		return list(v, func() int64 { return int64(c.number(v.kind).bits) })
	case v.kind.unsigned():
		return list(v, func() uint64 { return c.number(v.kind).bits })
	}
	return list(v, func() float64 { return c.number(v.kind).float })
}

// uint returns a whole number that is not negative, of any integer kind.
func (m *metadata) uint(key string) (uint64, bool) {
	switch n, _ := m.value(key); n := n.(type) {
	case uint64:
		return n, true
	case int64:
		return uint64(max(n, 0)), n >= 0
	}
	return 0, false
}

// get returns the value of a key as a T.
func get[T any](f *File, key string) (T, bool) {
	t, ok := f.Value(key).(T)
	return t, ok
}

// Keys returns the names of all metadata in the order of the file; nothing for safetensors.
func (f *File) Keys() []string {
	if f.meta == nil {
		return nil
	}
	return slices.Clone(f.meta.keys)
}

// Value returns the value of a key, nil if there is none: a string, bool, uint64, int64 or float64, or a slice of one
// of them, which is the caller's. Arrays are decoded at every call.
func (f *File) Value(key string) any {
	v, _ := f.meta.value(key)
	return v
}

// String returns the string at key; false if there is none or it is of another kind. Its bytes need not be UTF-8.
func (f *File) String(key string) (string, bool) { return get[string](f, key) }

// Uint returns the integer at key, of any width; false if there is none, or it is negative or not an integer.
func (f *File) Uint(key string) (uint64, bool) { return f.meta.uint(key) }

// Float returns the number at key, integer or not; false if there is none.
func (f *File) Float(key string) (float64, bool) {
	switch n := f.Value(key).(type) {
	case float64:
		return n, true
	case uint64:
		return float64(n), true
	case int64:
		return float64(n), true
	}
	return 0, false
}

// Bool returns the truth value at key; false if there is none or it is of another kind.
func (f *File) Bool(key string) (value, ok bool) { return get[bool](f, key) }

// Strings returns the array of strings at key; false if there is none.
func (f *File) Strings(key string) ([]string, bool) { return get[[]string](f, key) }

// Ints returns the array of integers at key; false if there is none or one is 2^63 or more.
func (f *File) Ints(key string) ([]int64, bool) {
	switch list := f.Value(key).(type) {
	case []int64:
		return list, true
	case []uint64:
		ints := make([]int64, len(list))
		for i, n := range list {
			if n > math.MaxInt64 {
				return nil, false
			}
			ints[i] = int64(n)
		}
		return ints, true
	}
	return nil, false
}

// Floats returns the array of floats at key, rounded to float32; false if there is none.
func (f *File) Floats(key string) ([]float32, bool) {
	list, ok := get[[]float64](f, key)
	floats := make([]float32, len(list))
	for i, x := range list {
		floats[i] = float32(x)
	}
	return floats, ok
}
