package tensor

import (
	"fmt"
	"math"
)

// KV stores the keys and values of every layer in pages that the engine hands out. It knows pages, not
// sequences: whose a page is, is the engine's business.
//
// One page holds PageSize consecutive positions of one sequence, for all layers: planes in the order [layer][key
// or value][head]. Different pages may be written and read by different goroutines at the same time.
//
// A plane of keys is [e, PageSize] and one of values [PageSize, e], so that a vector takes sixteen positions of a
// channel of the keys, and sixteen channels of a position of the values. The numbers of a position are stored in
// one of four types:
//
//	F32, F16  as they are; what is too large for F16 becomes its largest number
//	Q8_0      an int8 each, times the scale of their group
//	Q4_1      four bits each, times the scale of their group, plus its minimum: channel i below e/2 in the low
//	          bits of a byte, and channel i+e/2 in the high ones
//
// Keys of the last two types are stored after a Walsh-Hadamard transform over all channels, or as many as the largest
// power of two that divides e, and so are the queries that meet them: their product is n times as large and otherwise
// the same, but a channel that is far larger than the others, as trained keys have, no longer makes the scale of its
// group alone (Ashkboos and others, "QuaRot", arXiv 2404.00456). On SmolLM2 it halves what 8 bits cost.
//
// A group is 32 channels of one position, or 16 if e is no multiple of 32; e must be one of 16. The scales, and
// after them the minima, follow the integers of a plane: [e/group, PageSize], in F16.
type KV struct {
	Layers, Heads, HeadDim int
	PageSize               int
	Pages                  int
	Type                   Type // F32, F16, Q8_0 or Q4_1

	data    []byte
	plane   int // bytes
	group   int // channels that share a scale, 0 if there are no scales
	spread  int // channels that are transformed together, 0 if keys are stored as they are
	release func() error
}

// KVOptions is the shape of a [KV]. Heads counts key and value heads. The zero Type is F32.
type KVOptions struct {
	Layers, Heads, HeadDim int
	PageSize, Pages        int
	Type                   Type
}

// maxKVBytes keeps products of untrusted sizes far from overflow: one tebibyte.
const maxKVBytes = 1 << 40

// maxPageSize bounds a page.
const maxPageSize = 4096

// KVPageBytes returns the size of one page, or 0 if the options are not valid.
func KVPageBytes(o KVOptions) int64 {
	if o.check() != nil {
		return 0
	}
	return int64(o.Layers) * 2 * int64(o.Heads) * int64(o.planeBytes())
}

// planeBytes returns the size of the keys or the values of one head of one layer in a page.
func (o KVOptions) planeBytes() int {
	e := o.HeadDim
	switch o.Type {
	case Q8_0:
		return o.PageSize * (e + 2*e/kvGroup(e))
	case Q4_1:
		return o.PageSize * (e/2 + 4*e/kvGroup(e))
	case F16:
		return o.PageSize * 2 * e
	}
	return o.PageSize * 4 * e
}

// kvGroup returns how many of e channels share a scale; 0 if they cannot be split into groups.
func kvGroup(e int) int {
	for _, size := range []int{32, 16} {
		if e%size == 0 {
			return size
		}
	}
	return 0
}

// KVFits reports whether keys and values of head size e can be stored in type t.
func KVFits(t Type, e int) bool {
	switch t {
	case F32, F16:
		return true
	case Q8_0, Q4_1:
		return kvGroup(e) != 0
	}
	return false
}

func (o KVOptions) check() error {
	for _, d := range []struct {
		name   string
		n, max int
	}{{"layers", o.Layers, 1 << 12}, {"heads", o.Heads, 1 << 12}, {"head size", o.HeadDim, 1 << 12},
		{"page size", o.PageSize, maxPageSize}, {"pages", o.Pages, 1 << 30}} {
		if d.n < 1 || d.n > d.max {
			return fmt.Errorf("kv cache: %s %d, want 1 to %d", d.name, d.n, d.max)
		}
	}
	switch o.Type {
	case F32, F16:
		return nil
	case Q8_0, Q4_1:
		if kvGroup(o.HeadDim) == 0 {
			return fmt.Errorf("kv cache of %v: head size %d, want a multiple of 16", o.Type, o.HeadDim)
		}
		return nil
	}
	return fmt.Errorf("kv cache: type %v, want F32, F16, Q8_0 or Q4_1", o.Type)
}

// NewKV makes a cache. Its memory is reserved at once but taken from the system only page by page, as it
// is written. Close gives it back.
func NewKV(o KVOptions) (*KV, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	page := KVPageBytes(o)
	if page > maxKVBytes/int64(o.Pages) {
		return nil, fmt.Errorf("kv cache: %d pages of %d bytes, want at most %d bytes", o.Pages, page, int64(maxKVBytes))
	}
	data, release, err := reserve(int(page) * o.Pages)
	if err != nil {
		return nil, fmt.Errorf("kv cache of %d bytes: %w", page*int64(o.Pages), err)
	}
	kv := &KV{Layers: o.Layers, Heads: o.Heads, HeadDim: o.HeadDim, PageSize: o.PageSize, Pages: o.Pages,
		Type: o.Type, data: data, plane: o.planeBytes(), release: release}
	if o.Type == Q8_0 || o.Type == Q4_1 {
		kv.group = kvGroup(o.HeadDim)
		kv.spread = o.HeadDim & -o.HeadDim
	}
	return kv, nil
}

// Bytes returns the size of all pages, written or not.
func (kv *KV) Bytes() int64 { return int64(len(kv.data)) }

// Close gives the memory back. The cache must not be used afterwards.
func (kv *KV) Close() error {
	if kv.release == nil {
		return nil
	}
	release := kv.release
	kv.data, kv.release = nil, nil
	return release()
}

// CopyPage copies all layers of page src to page dst.
func (kv *KV) CopyPage(dst, src int32) {
	size := len(kv.data) / kv.Pages
	copy(kv.data[int(dst)*size:][:size], kv.data[int(src)*size:][:size])
}

// planeOf returns the keys (which 0) or values (which 1) of one head in a page.
func (kv *KV) planeOf(page int32, layer, which, head int) []byte {
	at := (((int(page)*kv.Layers+layer)*2+which)*kv.Heads + head) * kv.plane
	return kv.data[at:][:kv.plane:kv.plane]
}

// toF16 rounds to the nearest half, ties to even; what is too large becomes the largest half and not an
// infinity, which would turn a whole row of attention into NaN.
func toF16(f float32) uint16 {
	bits := math.Float32bits(f)
	sign := uint16(bits>>16) & 0x8000
	bits &= 0x7fffffff
	switch {
	case bits > 0x7f800000:
		return sign | 0x7e00
	case bits >= 0x477ff000: // rounds beyond 65504
		return sign | 0x7bff
	case bits >= 0x38800000: // normal
		bits += 0xfff + bits>>13&1
		return sign | uint16((bits-0x38000000)>>13)
	case bits < 0x33000000: // rounds to zero
		return sign
	}
	// subnormal: the mantissa with its hidden bit, shifted to units of 2^-24
	shift := 126 - bits>>23
	mant := bits&0x7fffff | 0x800000
	half := uint32(1) << (shift - 1)
	return sign | uint16((mant+half-1+mant>>shift&1)>>shift)
}
