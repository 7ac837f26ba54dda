package document

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"sync"
)

// What deflate (RFC 1951) packs, unpacked from memory to memory: whoever knows where a part ends, packed and unpacked, need
// not read it through windows. It takes a third of the time of compress/flate, which stays for what has no known end, and
// for telling what is wrong with what this does not unpack.

// inflateMargin is how many bytes more than it will fill a destination has: matches are copied in words that go beyond them.
const inflateMargin = 280

var (
	errInflate     = errors.New("what is packed is damaged")
	errInflateCut  = errors.New("what is packed ends too early")
	errInflateLong = errors.New("more is packed than was said")
)

// Sizes of deflate.
const (
	inflateCodeBits   = 15 // of the longest code
	inflateLitBits    = 11 // of codes that a look into a table tells: longer ones are rare
	inflateDistBits   = 9
	inflateLits       = 286
	inflateDists      = 30
	inflateEnd        = 256 // the symbol that ends a block
	inflateMostLength = 258
)

// An entry of a table says what a code stands for: bits 0 to 7 how many bits it takes with the extra ones behind it, 8 to 11
// without them, from 16 on the literal, or the least length or distance.
const (
	inflateLiteral = 1 << 12
	inflateOther   = 1 << 13 // the end, a code that is too long for the table, or none
)

// inflateCodes is a Huffman code: a table for its short codes, and what is needed to find the long ones.
type inflateCodes struct {
	table   []uint32 // by the next bits
	entries []uint32 // by symbol, without their bits
	count   [inflateCodeBits + 1]uint16
	sorted  [inflateLits + 2]uint16 // symbols by code
}

// inflater unpacks. It is of one goroutine.
type inflater struct {
	src  []byte
	pos  int // of the next byte that is not in hold; beyond the end, the bytes are zeros
	hold uint64
	have uint // bits in hold

	lit, dist inflateCodes
	lengths   [inflateLits + 2 + inflateDists + 2]uint8
}

var inflaters = sync.Pool{New: func() any { return newInflater() }}

func newInflater() *inflater {
	z := &inflater{}
	z.lit.table, z.dist.table = make([]uint32, 1<<inflateLitBits), make([]uint32, 1<<inflateDistBits)
	z.lit.entries, z.dist.entries = inflateLitEntries, inflateDistEntries
	return z
}

// inflateFixed are the codes of blocks that bring none with them. [3.2.6]
var inflateFixed = sync.OnceValue(func() *inflater {
	z := newInflater()
	for i := range 288 {
		z.lengths[i] = [...]uint8{8, 9, 7, 8}[min(i/144, 1)+i/256+i/280]
	}
	for i := range 32 {
		z.lengths[288+i] = 5
	}
	z.lit.build(z.lengths[:288])
	z.dist.build(z.lengths[288:320])
	return z
})

// What symbols of lengths and distances stand for. [3.2.5]
var (
	inflateLitEntries  = inflateLitsOf()
	inflateDistEntries = inflateDistsOf()
)

func inflateLitsOf() []uint32 {
	all := make([]uint32, 288)
	for i := range all {
		all[i] = inflateOther
	}
	for i := range inflateEnd {
		all[i] = inflateLiteral | uint32(i)<<16
	}
	base := 3
	for i := range 28 {
		extra := max(i/4-1, 0)
		all[inflateEnd+1+i] = uint32(base)<<16 | uint32(extra)
		base += 1 << extra
	}
	all[inflateLits-1] = inflateMostLength << 16
	all[286], all[287] = inflateOther|1<<16, inflateOther|1<<16
	return all
}

func inflateDistsOf() []uint32 {
	all := make([]uint32, 32)
	base := 1
	for i := range all {
		extra := max(i/2-1, 0)
		all[i] = uint32(base)<<16 | uint32(extra)
		base += 1 << extra
	}
	all[30], all[31] = inflateOther, inflateOther
	return all
}

// inflate unpacks src into dst, which has inflateMargin bytes more than will be filled, and returns how many were. What of
// src is behind the end is not looked at.
func inflate(dst, src []byte) (int, error) {
	z := inflaters.Get().(*inflater)
	z.src, z.pos, z.hold, z.have = src, 0, 0, 0
	n, err := z.blocks(dst)
	z.src = nil
	inflaters.Put(z)
	return n, err
}

// blocks unpacks block after block.
func (z *inflater) blocks(dst []byte) (n int, err error) {
	for last := false; !last && err == nil; {
		z.refill()
		last = z.take(1) == 1
		switch z.take(2) {
		case 0:
			n, err = z.stored(dst, n)
		case 1:
			fixed := inflateFixed()
			n, err = z.block(dst, n, &fixed.lit, &fixed.dist)
		case 2:
			if err = z.codes(); err == nil {
				n, err = z.block(dst, n, &z.lit, &z.dist)
			}
		default:
			err = errInflate
		}
	}
	if z.pos-int(z.have/8) > len(z.src) {
		err = errInflateCut
	}
	return n, err
}

// refill has at least 56 bits in hold.
func (z *inflater) refill() {
	if z.pos+8 <= len(z.src) {
		z.hold |= binary.LittleEndian.Uint64(z.src[z.pos:]) << (z.have & 63)
		z.pos += int(63-z.have) >> 3
		z.have |= 56
		return
	}
	for ; z.have < 56; z.have += 8 {
		if z.pos < len(z.src) {
			z.hold |= uint64(z.src[z.pos]) << z.have
		}
		z.pos++
	}
}

// take takes the next n bits, which are in hold.
func (z *inflater) take(n uint) uint64 {
	v := z.hold & (1<<n - 1)
	z.hold >>= n
	z.have -= n
	return v
}

// stored copies a block that is not packed. [3.2.4]
func (z *inflater) stored(dst []byte, n int) (int, error) {
	z.take(z.have & 7)
	at := z.pos - int(z.have/8)
	z.hold, z.have = 0, 0
	if at+4 > len(z.src) {
		return n, errInflateCut
	}
	size := int(binary.LittleEndian.Uint16(z.src[at:]))
	if size != int(^binary.LittleEndian.Uint16(z.src[at+2:])) {
		return n, errInflate
	}
	at += 4
	if at+size > len(z.src) {
		return n, errInflateCut
	}
	if n+size > len(dst)-inflateMargin {
		return n, errInflateLong
	}
	z.pos = at + size
	return n + copy(dst[n:], z.src[at:z.pos]), nil
}

// inflateOrder is the order in which lengths of codes of lengths come. [3.2.7]
var inflateOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// codes reads the codes of a block. [3.2.7]
func (z *inflater) codes() error {
	lits, dists, count := int(z.take(5))+257, int(z.take(5))+1, int(z.take(4))+4
	if lits > inflateLits || dists > inflateDists {
		return errInflate
	}
	var lengths [19]uint8
	for i := range count {
		if z.have < 3 {
			z.refill()
		}
		lengths[inflateOrder[i]] = uint8(z.take(3))
	}
	table, ok := inflateLengthCode(&lengths)
	if !ok {
		return errInflate
	}
	for i := 0; i < lits+dists; {
		z.refill()
		if z.pos > len(z.src)+16 {
			return errInflateCut
		}
		e := table[z.hold&127]
		z.take(uint(e >> 8))
		length, times := uint8(e), 1
		switch length {
		case 16:
			if i == 0 {
				return errInflate
			}
			length, times = z.lengths[i-1], 3+int(z.take(2))
		case 17:
			length, times = 0, 3+int(z.take(3))
		case 18:
			length, times = 0, 11+int(z.take(7))
		}
		if e == 0 || i+times > lits+dists {
			return errInflate
		}
		for range times {
			z.lengths[i] = length
			i++
		}
	}
	if !z.lit.build(z.lengths[:lits]) || !z.dist.build(z.lengths[lits:lits+dists]) {
		return errInflate
	}
	return nil
}

// inflateLengthCode is the table of the code in which lengths of codes are written: bits in the upper byte, symbol in the lower.
func inflateLengthCode(lengths *[19]uint8) (table [128]uint16, ok bool) {
	code, used := 0, 0
	for n := 1; n <= 7; n++ {
		code <<= 1
		for symbol, length := range lengths {
			if int(length) != n {
				continue
			}
			if code >= 1<<n {
				return table, false
			}
			for at := int(bits.Reverse8(uint8(code)) >> (8 - n)); at < 128; at += 1 << n {
				table[at] = uint16(n)<<8 | uint16(symbol)
			}
			code++
			used++
		}
	}
	return table, code == 128 || code == 64 && used == 1 // whole, or one code of one bit
}

// build makes a code of the lengths of its symbols' codes. [3.2.2]
func (c *inflateCodes) build(lengths []uint8) bool {
	c.count = [inflateCodeBits + 1]uint16{}
	for _, n := range lengths {
		c.count[n]++
	}
	c.count[0] = 0
	var from [inflateCodeBits + 1]uint16
	left, used := 1, uint16(0)
	for n := 1; n <= inflateCodeBits; n++ {
		from[n] = used
		used += c.count[n]
		if left = left<<1 - int(c.count[n]); left < 0 {
			return false
		}
	}
	if left > 0 && (used > 1 || c.count[1] != used) {
		return false
	}
	for symbol, n := range lengths {
		if n > 0 {
			c.sorted[from[n]] = uint16(symbol)
			from[n]++
		}
	}
	c.fill()
	return true
}

// fill fills the table: for each length of codes it is as large as there are codes, and then is written twice for the next.
func (c *inflateCodes) fill() {
	table := c.table
	most := bits.Len(uint(len(table))) - 1
	table[0] = inflateOther
	code, next := uint32(0), 0 // code is written from its last bit to its first
	for n := 1; n <= most; n++ {
		half := 1 << (n - 1)
		copy(table[half:2*half], table[:half])
		for range c.count[n] {
			e := c.entries[c.sorted[next]]
			next++
			table[code] = e + uint32(n)<<8 + uint32(n)
			// the next code of as many bits, reversed
			bit := uint32(half)
			for ; code&bit != 0; bit >>= 1 {
				code ^= bit
			}
			code |= bit
		}
	}
}

// long finds a code that is longer than the table tells; 0 if there is none.
func (c *inflateCodes) long(hold uint64) uint32 {
	code, first, at := 0, 0, 0
	for n := 1; n <= inflateCodeBits; n++ {
		code |= int(hold & 1)
		hold >>= 1
		count := int(c.count[n])
		if code-first < count {
			return c.entries[c.sorted[at+code-first]] + uint32(n)<<8 + uint32(n)
		}
		at += count
		first = (first + count) << 1
		code <<= 1
	}
	return 0
}

// block unpacks a block from its codes to its end.
func (z *inflater) block(dst []byte, n int, lit, dist *inflateCodes) (int, error) {
	lits, dists := (*[1 << inflateLitBits]uint32)(lit.table), (*[1 << inflateDistBits]uint32)(dist.table)
	src, pos, hold, have := z.src, z.pos, z.hold, z.have
	for {
		if n > len(dst)-inflateMargin {
			return n, errInflateLong
		}
		if pos+8 <= len(src) {
			hold |= binary.LittleEndian.Uint64(src[pos:]) << (have & 63)
			pos += int(63-have) >> 3
			have |= 56
		} else {
			z.pos, z.hold, z.have = pos, hold, have
			z.refill()
			if pos, hold, have = z.pos, z.hold, z.have; pos > len(src)+16 {
				return n, errInflateCut
			}
		}
		e := lits[hold&(1<<inflateLitBits-1)]
		if e&inflateLiteral != 0 { // often several in a row, and there are bits enough
			dst[n] = byte(e >> 16)
			n++
			hold >>= e & 63
			have -= uint(e & 63)
			if e = lits[hold&(1<<inflateLitBits-1)]; e&inflateLiteral != 0 {
				dst[n] = byte(e >> 16)
				n++
				hold >>= e & 63
				have -= uint(e & 63)
				continue
			}
		}
		if e&inflateOther != 0 {
			switch e = lit.long(hold); {
			case e == 0:
				return n, errInflate
			case e&inflateLiteral != 0:
				dst[n] = byte(e >> 16)
				n++
				hold >>= e & 63
				have -= uint(e & 63)
				continue
			case e&inflateOther != 0: // the end, or a symbol that is none
				if e>>16 != 0 {
					return n, errInflate
				}
				z.pos, z.hold, z.have = pos, hold>>(e&63), have-uint(e&63)
				return n, nil
			}
		}
		if have < 48 {
			z.pos, z.hold, z.have = pos, hold, have
			z.refill()
			pos, hold, have = z.pos, z.hold, z.have
		}
		length := int(e>>16) + int(hold&(1<<(e&63)-1)>>(e>>8&15))
		hold >>= e & 63
		have -= uint(e & 63)
		d := dists[hold&(1<<inflateDistBits-1)]
		if d&inflateOther != 0 {
			if d = dist.long(hold); d == 0 || d&inflateOther != 0 {
				return n, errInflate
			}
		}
		back := int(d>>16) + int(hold&(1<<(d&63)-1)>>(d>>8&15))
		hold >>= d & 63
		have -= uint(d & 63)
		if back > n {
			return n, errInflate
		}
		inflateCopy(dst[n-back:], back, length)
		n += length
	}
}

// inflateCopy writes length bytes at to[back:], each the one back bytes before it, and may write 15 more.
func inflateCopy(to []byte, back, length int) {
	switch {
	case back >= 16:
		for i := 0; i < length; i += 16 {
			*(*[16]byte)(to[back+i:]) = *(*[16]byte)(to[i:])
		}
	case back >= 8:
		for i := 0; i < length; i += 8 {
			*(*[8]byte)(to[back+i:]) = *(*[8]byte)(to[i:])
		}
	default:
		for done := 0; done < length; { // what was written is written again, and grows
			done += copy(to[back+done:back+length], to[:back+done])
		}
	}
}
