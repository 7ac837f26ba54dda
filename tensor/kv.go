package tensor

import (
	"fmt"
	"math"
	"unsafe"
)

// KV stores the keys and values of every layer in pages that the engine hands out. It knows pages, not
// sequences: whose a page is, is the engine's business.
//
// One page holds PageSize consecutive positions of one sequence, for all layers. Inside it the order is
// [layer][key or value][head][position][e], so that a page can be copied as a whole and one head's keys lie
// together. Different pages may be written and read by different goroutines at the same time.
type KV struct {
	Layers, Heads, HeadDim int
	PageSize               int
	Pages                  int
	Type                   Type // F32 or F16

	data    []byte
	f32     []float32 // data, if Type is F32
	f16     []uint16  // data, if Type is F16
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

// KVPageBytes returns the size of one page, or 0 if the options are not valid.
func KVPageBytes(o KVOptions) int64 {
	if o.check() != nil {
		return 0
	}
	return int64(o.Layers) * 2 * int64(o.Heads) * int64(o.PageSize) * int64(o.HeadDim) * kvSize(o.Type)
}

// kvSize returns the bytes of one number of a cache of type t.
func kvSize(t Type) int64 {
	if t == F16 {
		return 2
	}
	return 4
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
	if o.Type != F32 && o.Type != F16 {
		return fmt.Errorf("kv cache: type %d, want F32 or F16", o.Type)
	}
	return nil
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
		Type: o.Type, data: data, release: release}
	if o.Type == F16 {
		kv.f16 = unsafe.Slice((*uint16)(unsafe.Pointer(&data[0])), len(data)/2)
	} else {
		kv.f32 = unsafe.Slice((*float32)(unsafe.Pointer(&data[0])), len(data)/4)
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
	kv.data, kv.f32, kv.f16, kv.release = nil, nil, nil, nil
	return release()
}

// CopyPage copies all layers of page src to page dst.
func (kv *KV) CopyPage(dst, src int32) {
	size := len(kv.data) / kv.Pages
	copy(kv.data[int(dst)*size:][:size], kv.data[int(src)*size:][:size])
}

// index returns where the keys (which 0) or values (which 1) of one head begin in a page: [PageSize, e].
func (kv *KV) index(page int32, layer, which, head int) int {
	return (((int(page)*kv.Layers+layer)*2+which)*kv.Heads + head) * kv.PageSize * kv.HeadDim
}

// store writes one head's key or value of a position inside a page.
func (kv *KV) store(page int32, layer, which, head, slot int, x []float32) {
	at := kv.index(page, layer, which, head) + slot*kv.HeadDim
	if kv.Type == F32 {
		copy(kv.f32[at:at+kv.HeadDim], x)
		return
	}
	dst := kv.f16[at : at+kv.HeadDim]
	for i, v := range x[:len(dst)] {
		dst[i] = toF16(v)
	}
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
