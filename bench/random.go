package bench

import (
	"context"
	"encoding/binary"
	"math"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"

	"exaone/tensor"
)

// random is a stream of numbers (wyrand: a Weyl sequence hashed by one wide product). It need not be good, it must be
// fast and the same everywhere.
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0xa0761d6478bd642f
	high, low := bits.Mul64(r.state, r.state^0xe7037ed1a0b428db)
	return high ^ low
}

// mixSeed gives part i of something its own stream.
func mixSeed(seed, i uint64) uint64 {
	r := random{seed ^ bits.RotateLeft64(i*0x9e3779b97f4a7c15, 17)}
	return r.next()
}

// bytes fills dst.
func (r *random) bytes(dst []byte) {
	for ; len(dst) >= 8; dst = dst[8:] {
		binary.LittleEndian.PutUint64(dst, r.next())
	}
	if len(dst) > 0 {
		var last [8]byte
		binary.LittleEndian.PutUint64(last[:], r.next())
		copy(dst, last[:])
	}
}

// piece is the number of elements that one stream of numbers fills: a multiple of every block.
const piece = 1 << 18

// fill writes a tensor, in pieces whose numbers depend on the seed and their place alone.
func fill(ctx context.Context, data []byte, p planned, seed uint64) error {
	if p.scale == 0 {
		ones(data)
		return ctx.Err()
	}
	write := stored[p.kind]
	step := p.kind.Bytes(piece)
	pieces := (len(data) + step - 1) / step
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(pieces, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= pieces {
					return
				}
				r := &random{mixSeed(seed, uint64(i))}
				write(data[i*step:min((i+1)*step, len(data))], r, p.scale)
			}
		})
	}
	wait.Wait()
	return ctx.Err()
}

// The integers of a block are uniform, so their root mean square is known; the scale of a block is what brings its
// elements to the standard deviation wanted, times 0.75 to 1.25. Its sign is random too, as ggml's is, which gives
// the element of largest magnitude the one code more that two's complement has: otherwise the mean of -1/2 of every
// group would add up over the layers.
const (
	rms4 = 4.64  // of -8 to 7
	rms5 = 9.25  // of -16 to 15
	rms6 = 18.48 // of -32 to 31
	rms8 = 73.9  // of -128 to 127
)

// jitter scales x by 0.75 to 1.25 and gives it a random sign.
func (r *random) jitter(x float64) float64 {
	n := r.next()
	x *= 0.75 + float64(n>>48)/(1<<17)
	if n&1 != 0 {
		return -x
	}
	return x
}

func putF16(dst []byte, x float64) { binary.LittleEndian.PutUint16(dst, toF16(float32(x))) }

// toF16 rounds to the nearest number of IEEE 754's 16-bit format, to even between two. x is far below its largest.
func toF16(x float32) uint16 {
	b := math.Float32bits(x)
	sign := uint16(b >> 16 & 0x8000)
	b &= 0x7fffffff
	if b < 113<<23 { // below 2^-14: steps of 2^-24
		return sign | uint16(math.RoundToEven(float64(math.Float32frombits(b))*(1<<24)))
	}
	b += 0xfff + b>>13&1
	return sign | uint16((b-112<<23)>>13)
}

// simple fills blocks of a 16-bit scale and random bytes.
func simple(dst []byte, r *random, t tensor.Type, d float64) {
	for n := t.BlockBytes(); len(dst) >= n; dst = dst[n:] {
		putF16(dst, r.jitter(d))
		r.bytes(dst[2:n])
	}
}

func fillQ4_0(dst []byte, r *random, scale float64) { simple(dst, r, tensor.Q4_0, scale/rms4) }
func fillQ5_0(dst []byte, r *random, scale float64) { simple(dst, r, tensor.Q5_0, scale/rms5) }
func fillQ8_0(dst []byte, r *random, scale float64) { simple(dst, r, tensor.Q8_0, scale/rms8) }

// fillQ4_K: 6-bit scales of 32 to 63, and minima within two of them, so that 7.5 times as large a step gives groups
// a mean near zero.
func fillQ4_K(dst []byte, r *random, scale float64) {
	const middle = 47.5
	for ; len(dst) >= 144; dst = dst[144:] {
		d := math.Abs(r.jitter(scale / 4.61 / middle))
		putF16(dst, d)
		putF16(dst[2:], 7.5*d)
		var s, m [8]byte
		for i := range s {
			n := r.next()
			s[i] = 32 + byte(n>>59)
			m[i] = min(63, s[i]+byte(n&3)-1)
		}
		packScales(dst[4:16], &s, &m)
		r.bytes(dst[16:144])
	}
}

// packScales writes eight 6-bit scales and minima as ggml does (ggml-quants.c, get_scale_min_k4).
func packScales(dst []byte, s, m *[8]byte) {
	for i := range 4 {
		dst[i] = s[i] | s[i+4]>>4<<6
		dst[i+4] = m[i] | m[i+4]>>4<<6
		dst[i+8] = s[i+4]&15 | m[i+4]<<4
	}
}

// fillQ6_K: int8 scales of 64 to 127 in magnitude.
func fillQ6_K(dst []byte, r *random, scale float64) {
	const middle = 95.5
	for ; len(dst) >= 210; dst = dst[210:] {
		r.bytes(dst[:208])
		for i, b := range dst[192:208] {
			n := int8(64 + b&63)
			if b&128 != 0 {
				n = -n
			}
			dst[192+i] = byte(n)
		}
		putF16(dst[208:], math.Abs(r.jitter(scale/rms6/middle)))
	}
}

// gauss is a number of mean 0 and variance 1, near enough normal: the sum of four uniform ones.
func (r *random) gauss() float64 {
	n := r.next()
	sum := int(n&0xffff) + int(n>>16&0xffff) + int(n>>32&0xffff) + int(n>>48)
	return (float64(sum) - 2*65535) / (65536 * 0.57735)
}

func fillF16(dst []byte, r *random, scale float64) {
	for ; len(dst) >= 2; dst = dst[2:] {
		putF16(dst, r.gauss()*scale)
	}
}

func fillBF16(dst []byte, r *random, scale float64) {
	for ; len(dst) >= 2; dst = dst[2:] {
		b := math.Float32bits(float32(r.gauss() * scale))
		binary.LittleEndian.PutUint16(dst, uint16((b+0x7fff+b>>16&1)>>16))
	}
}
