package tokenizer

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"unicode/utf8"
)

// pieces is a tree of the normal tokens of a vocabulary, a character to an edge. Its edges are in one hash table: a
// slot holds the parent (21 bits), the character (21) and the child (21). It never changes once built.
type pieces struct {
	ids        []ID     // by node: the token that ends there, or -1
	slots      []uint64 // 0 is free: the root is nobody's child
	multiplier uint64   // of the hash: random, so that no file can be made to collide
	shift      int
}

const (
	pieceBits = 21
	maxPieces = 1<<pieceBits - 1 // nodes; XLM-RoBERTa's quarter of a million pieces have about 600,000
	rootPiece = int32(0)
)

func newPieces(v *vocabulary) (*pieces, error) {
	p := &pieces{ids: []ID{-1}, multiplier: rand.Uint64() | 1}
	p.resize(tableSize(v.len()))
	for id := range ID(v.len()) {
		if v.class[id] != classNormal {
			continue
		}
		node := rootPiece
		for text := v.spelling.at(id); len(text) > 0; {
			r, n := utf8.DecodeRune(text)
			text = text[n:]
			child := p.next(node, r)
			if child < 0 {
				if len(p.ids) > maxPieces {
					return nil, fmt.Errorf("vocabulary: found more than %d beginnings of tokens", maxPieces)
				}
				child = p.add(node, r)
			}
			node = child
		}
		if node != rootPiece && p.ids[node] < 0 { // of two that are spelled alike the lower id counts
			p.ids[node] = id
		}
	}
	return p, nil
}

// resize makes a table of so many slots, a power of two, and puts the edges into it.
func (p *pieces) resize(slots int) {
	old := p.slots
	p.slots = make([]uint64, slots)
	p.shift = 64 - bits.TrailingZeros(uint(slots))
	for _, e := range old {
		if e != 0 {
			p.slots[p.slot(e>>pieceBits)] = e
		}
	}
}

// add makes an edge to a new node.
func (p *pieces) add(node int32, r rune) int32 {
	if 2*len(p.ids) >= len(p.slots) {
		p.resize(2 * len(p.slots))
	}
	child := int32(len(p.ids))
	p.ids = append(p.ids, -1)
	key := edgeOf(node, r)
	p.slots[p.slot(key)] = key<<pieceBits | uint64(child)
	return child
}

func edgeOf(node int32, r rune) uint64 { return uint64(node)<<pieceBits | uint64(r) }

// slot returns where the edge of key is, or the free slot where it would be.
func (p *pieces) slot(key uint64) int {
	for i := int(key * p.multiplier >> p.shift); ; i++ {
		if i == len(p.slots) {
			i = 0
		}
		if e := p.slots[i]; e == 0 || e>>pieceBits == key {
			return i
		}
	}
}

// next returns the node behind an edge, or -1.
func (p *pieces) next(node int32, r rune) int32 {
	e := p.slots[p.slot(edgeOf(node, r))]
	if e == 0 {
		return -1
	}
	return int32(e & maxPieces)
}
