package index

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// Postings are packed in blocks of at most blockSize: the gaps between passages in as many bits as suit most of them
// (PFOR: Zukowski et al., Super-Scalar RAM-CPU Cache Compression, 2006), what does not fit mended after them, and the
// levels of frequency that are not the usual one.
//
//	head      bits 0–4 width w; bit 5: gaps are mended; bit 6: some levels are not usual; bit 7: levels as half bytes
//	gaps      n·w bits, lowest first: the gap to the passage before, less 1
//	mends     if bit 5: their number, then for each its place in the block and the bits above w (varint)
//	levels    if bit 7: n half bytes, lowest first; if bit 6: their number, then for each its place and its level
const (
	blockSize  = 128
	packWidth  = 31
	packMended = 1 << 5
	packLevels = 1 << 6
	packHalves = 1 << 7

	usualLevel = 3 // of levels: once in the text
)

var errPack = errors.New("a block of postings that nobody wrote")

// posting is a passage, by its number in the segment, and the level of its frequency.
type posting struct {
	passage uint32
	level   uint8
}

// appendBlock packs up to blockSize postings, ascending, all behind the passage before (or -1).
func appendBlock(b []byte, before int64, list []posting) []byte {
	var gaps [blockSize]uint32
	var wide [33]int // how many gaps have that many bits
	for i, p := range list {
		gaps[i] = uint32(int64(p.passage) - before - 1)
		before = int64(p.passage)
		wide[bits.Len32(gaps[i])]++
	}
	width := packingWidth(wide, len(list))
	head := len(b)
	b = append(b, byte(width))
	b = appendBits(b, gaps[:len(list)], width)
	if b2 := appendMends(b, gaps[:len(list)], width); len(b2) > len(b) {
		b = b2
		b[head] |= packMended
	}
	unusual := 0
	for _, p := range list {
		if p.level != usualLevel {
			unusual++
		}
	}
	switch {
	case unusual == 0:
	case 1+2*unusual <= (len(list)+1)/2:
		b[head] |= packLevels
		b = append(b, byte(unusual))
		for i, p := range list {
			if p.level != usualLevel {
				b = append(b, byte(i), p.level)
			}
		}
	default:
		b[head] |= packHalves
		for i := 0; i < len(list); i += 2 {
			pair := list[i].level
			if i+1 < len(list) {
				pair |= list[i+1].level << 4
			}
			b = append(b, pair)
		}
	}
	return b
}

// packingWidth returns the width that takes the least room, a mend being about two bytes.
func packingWidth(wide [33]int, n int) int {
	top := 32
	for top > 0 && wide[top] == 0 {
		top--
	}
	best, least, over := min(top, packWidth), 1<<30, 0
	for w := top; w >= 0; w-- {
		cost := n * w
		if over > 0 {
			cost += 8 + over*(8+8*(1+(top-w-1)/7))
		}
		if w <= packWidth && cost < least {
			best, least = w, cost
		}
		over += wide[w]
	}
	return best
}

func appendBits(b []byte, values []uint32, width int) []byte {
	var held uint64
	var have int
	for _, v := range values {
		held |= uint64(v&(1<<width-1)) << have
		for have += width; have >= 8; have -= 8 {
			b = append(b, byte(held))
			held >>= 8
		}
	}
	if have > 0 {
		b = append(b, byte(held))
	}
	return b
}

func appendMends(b []byte, gaps []uint32, width int) []byte {
	at, n := len(b), 0
	for i, g := range gaps {
		if rest := g >> width; rest > 0 {
			if n == 0 {
				b = append(b, 0)
			}
			n++
			b = append(b, byte(i))
			b = binary.AppendUvarint(b, uint64(rest))
		}
	}
	if n > 0 {
		b[at] = byte(n)
	}
	return b
}

// unpacked is a block taken apart.
type unpacked struct {
	n        int
	usual    bool // all levels are the usual one, and level is not set
	passages [blockSize]uint32
	level    [blockSize]uint8
}

// unpack takes a block of n postings apart. The bytes of b behind the block are not looked at, but a few are read
// with it if they are there. It returns how many bytes the block has.
func (u *unpacked) unpack(b []byte, before int64, n int) (int, error) {
	if len(b) == 0 || n > blockSize {
		return 0, errPack
	}
	head := b[0]
	width := int(head & packWidth)
	size := 1 + (n*width+7)/8
	if len(b) < size {
		return 0, errPack
	}
	unpackBits(u.passages[:n], b[1:], size-1, width)
	if head&packMended != 0 {
		used, err := u.mend(b[size:], n, width)
		if err != nil {
			return 0, err
		}
		size += used
	}
	next := uint64(before + 1)
	for i, gap := range u.passages[:n] {
		next += uint64(gap)
		u.passages[i] = uint32(next)
		next++
	}
	if next > 1<<32 {
		return 0, errPack
	}
	used, err := u.readLevels(b[size:], head, n)
	u.n = n
	return size + used, err
}

// unpackBits reads values of a width that lie one behind the other in the first size bytes of b.
func unpackBits(values []uint32, b []byte, size, width int) {
	mask := uint64(1)<<width - 1
	at := 0
	i := 0
	// Eight bytes hold a value wherever it begins in the first; the last values are too near the end for that.
	for ; i < len(values) && at>>3+8 <= len(b); i++ {
		values[i] = uint32(binary.LittleEndian.Uint64(b[at>>3:]) >> (at & 7) & mask)
		at += width
	}
	for ; i < len(values); i++ {
		var last [8]byte
		copy(last[:], b[at>>3:size])
		values[i] = uint32(binary.LittleEndian.Uint64(last[:]) >> (at & 7) & mask)
		at += width
	}
}

func (u *unpacked) mend(b []byte, n, width int) (int, error) {
	if len(b) == 0 {
		return 0, errPack
	}
	size := 1
	for range b[0] {
		if size >= len(b) || int(b[size]) >= n {
			return 0, errPack
		}
		rest, used := binary.Uvarint(b[size+1:])
		if used <= 0 || rest >= 1<<(32-width) {
			return 0, errPack
		}
		u.passages[b[size]] |= uint32(rest) << width
		size += 1 + used
	}
	return size, nil
}

func (u *unpacked) readLevels(b []byte, head byte, n int) (int, error) {
	switch u.usual = head&(packLevels|packHalves) == 0; {
	case u.usual:
		return 0, nil
	case head&packHalves != 0:
		size := (n + 1) / 2
		if len(b) < size {
			return 0, errPack
		}
		for i := range n {
			u.level[i] = b[i/2] >> (i % 2 * 4) & 15
		}
		return size, nil
	}
	if len(b) == 0 || len(b) < 1+2*int(b[0]) {
		return 0, errPack
	}
	for i := range n {
		u.level[i] = usualLevel
	}
	size := 1 + 2*int(b[0])
	for at := 1; at < size; at += 2 {
		if int(b[at]) >= n || b[at+1] >= byte(len(levels)) {
			return 0, errPack
		}
		u.level[b[at]] = b[at+1]
	}
	return size, nil
}
