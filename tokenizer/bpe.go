package tokenizer

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"unicode/utf8"
)

// maxShort is the number of symbols up to which a word is merged by looking at all ranks again after each
// merge, which is faster than a heap for short words and quadratic for long ones.
const maxShort = 32

// A slot of the table of pairs holds left (20 bits), right (20) and rank (24).
const (
	rankBits  = 24
	maxMerges = 1<<rankBits - 1
	freeSlot  = 1<<64 - 1
)

// bpe is byte-pair encoding by a ranked list of merges. Its symbols are bytes if the text is byte-level
// (each byte has a token of its own), else characters. It never changes once built.
type bpe struct {
	byteLevel    bool
	ignoreMerges bool // a word that is a token is that token, whatever its merges would give
	unknown      unknown
	vocab        *vocabulary
	byteID       [256]ID // byte-level: the token of a byte; else of an ASCII character; -1 if there is none
	pairs        []uint64
	multiplier   uint64 // of the hash: random, so that no file can be made to collide
	shift        int
	joined       []ID // by rank: what the pair becomes

	// bytePairs has the rank of every pair of bytes, if the text is byte-level: half of all questions, and
	// the pairs that a script uses stay in the fastest cache.
	bytePairs []uint32
}

// unknown says what becomes of a character that has no token.
type unknown struct {
	bytes    [256]ID // tokens <0xHH>, if fallback
	fallback bool    // to the tokens of its bytes
	id       ID      // else the token for the unknown, -1 if there is none
	fuse     bool    // one for a run of unknown characters
}

// merge is a pair of ids and the id they become. A list of merges is ranked by its order.
type merge struct{ left, right, id ID }

// index builds the table of pairs. If a pair occurs twice, its first rank counts, or its last.
func (b *bpe) index(merges []merge, last bool) error {
	if len(merges) > maxMerges {
		return fmt.Errorf("merges: found %d, want at most %d", len(merges), maxMerges)
	}
	b.pairs = make([]uint64, tableSize(len(merges)))
	for i := range b.pairs {
		b.pairs[i] = freeSlot
	}
	b.multiplier = rand.Uint64() | 1
	b.shift = 64 - bits.TrailingZeros(uint(len(b.pairs)))
	b.joined = make([]ID, len(merges))
	for rank, m := range merges {
		b.joined[rank] = m.id
		key := uint64(m.left)<<20 | uint64(m.right)
		i := b.slot(key)
		if b.pairs[i] == freeSlot || last {
			b.pairs[i] = key<<rankBits | uint64(rank)
		}
	}
	return nil
}

// slot returns where key is, or the free slot where it would be.
func (b *bpe) slot(key uint64) int {
	for i := int(key * b.multiplier >> b.shift); ; i++ {
		if i == len(b.pairs) {
			i = 0
		}
		if e := b.pairs[i]; e>>rankBits == key || e == freeSlot {
			return i
		}
	}
}

// rank returns the rank of a pair, or noRank.
func (b *bpe) rank(left, right ID) uint32 {
	e := b.pairs[b.slot(uint64(left)<<20|uint64(right))]
	if e == freeSlot {
		return noRank
	}
	return uint32(e & maxMerges)
}

// encode appends the ids of a word.
func (b *bpe) encode(s *scratch, dst []ID, word string) []ID {
	if b.ignoreMerges {
		if id := b.whole(s, word); id >= 0 {
			return append(dst, id)
		}
	}
	start := len(dst)
	dst = b.symbols(dst, word)
	symbols := dst[start:]
	if len(symbols) > maxShort {
		return dst[:start+b.mergeLong(s, symbols)]
	}
	var ranks [maxShort]uint32
	if len(symbols) == len(word) && b.bytePairs != nil {
		for i := 0; i+1 < len(word); i++ {
			ranks[i] = b.bytePairs[uint(word[i])<<8|uint(word[i+1])]
		}
	} else {
		for i := 0; i+1 < len(symbols); i++ {
			ranks[i] = b.rank(symbols[i], symbols[i+1])
		}
	}
	return dst[:start+b.mergeShort(symbols, &ranks)]
}

// whole returns the token that a word is as a whole, or -1.
func (b *bpe) whole(s *scratch, word string) ID {
	id := ID(-1)
	if b.byteLevel {
		s.spelling = appendSpelling(s.spelling[:0], word)
		id = b.vocab.find(string(s.spelling))
	} else {
		id = b.vocab.find(word)
	}
	if id >= 0 && b.vocab.class[id] != classNormal {
		return -1
	}
	return id
}

// symbols appends the tokens of the bytes or characters of a word.
func (b *bpe) symbols(dst []ID, word string) []ID {
	run := false // the symbol before is unknown
	for i := 0; i < len(word); {
		n, id := 1, ID(-1)
		if b.byteLevel || word[i] < utf8.RuneSelf {
			id = b.byteID[word[i]]
		} else {
			_, n = utf8.DecodeRuneInString(word[i:])
			id = b.vocab.find(word[i : i+n])
			if id >= 0 && b.vocab.class[id] != classNormal {
				id = -1
			}
		}
		if id >= 0 {
			dst = append(dst, id)
		} else {
			dst = b.unknown.append(dst, word[i:i+n], run)
		}
		run = id < 0
		i += n
	}
	return dst
}

// append appends what becomes of a character without a token. run says that it follows another one.
func (u *unknown) append(dst []ID, char string, run bool) []ID {
	if u.fallback {
		for i := range len(char) {
			dst = append(dst, u.bytes[char[i]])
		}
		return dst
	}
	if run && u.fuse {
		return dst
	}
	return append(dst, u.id)
}

// mergeShort merges at most maxShort symbols in place and returns how many are left. ranks has the rank of
// each with the next one, and is used up.
func (b *bpe) mergeShort(symbols []ID, ranks *[maxShort]uint32) int {
	n := len(symbols)
	for n > 1 {
		best, at := uint32(noRank), 0
		for i, r := range ranks[:n-1] {
			if r < best {
				best, at = r, i
			}
		}
		if best == noRank {
			break
		}
		symbols[at] = b.joined[best]
		n--
		copy(symbols[at+1:n], symbols[at+2:])
		if at+1 < n {
			copy(ranks[at+1:n-1], ranks[at+2:n])
			ranks[at] = b.rank(symbols[at], symbols[at+1])
		}
		if at > 0 {
			ranks[at-1] = b.rank(symbols[at-1], symbols[at])
		}
	}
	return n
}

// mergeLong merges symbols in place, by way of a heap, and returns how many are left.
func (b *bpe) mergeLong(s *scratch, symbols []ID) int {
	m := &s.merger
	m.run(len(symbols),
		func(left, right int32) uint32 { return b.rank(symbols[left], symbols[right]) },
		func(left, right int32) { symbols[left] = b.joined[m.rank[left]] })
	n := 0
	for i := int32(0); i >= 0; i = m.next[i] {
		symbols[n] = symbols[i]
		n++
	}
	return n
}

// setSingles looks up the tokens of bytes, or of ASCII characters. It reports whether every byte has one;
// characters beyond ASCII are never all there.
func (b *bpe) setSingles() (all bool) {
	all = b.byteLevel
	var spelling []byte
	for c := 255; c >= 0; c-- {
		if b.byteLevel {
			spelling = appendSpelling(spelling[:0], string([]byte{byte(c)}))
		} else {
			spelling = append(spelling[:0], byte(c))
		}
		id := b.vocab.find(string(spelling))
		if id >= 0 && b.vocab.class[id] != classNormal {
			id = -1
		}
		b.byteID[c] = id
		all = all && id >= 0
	}
	return all
}

// setBytePairs fills in the ranks of pairs of bytes. A byte that has no token takes part in none.
func (b *bpe) setBytePairs() {
	b.bytePairs = make([]uint32, 1<<16)
	for i := range b.bytePairs {
		b.bytePairs[i] = noRank
		if left, right := b.byteID[i>>8], b.byteID[i&0xff]; left >= 0 && right >= 0 {
			b.bytePairs[i] = b.rank(left, right)
		}
	}
}

// setBytes makes unknown characters fall back to the tokens of their bytes, if there is one for each byte.
func (u *unknown) setBytes(v *vocabulary) {
	for c := range u.bytes {
		id := v.find(fmt.Sprintf("<0x%02X>", c))
		if id < 0 {
			return
		}
		u.bytes[c] = id
	}
	u.fallback = true
}

// lacking returns a byte of UTF-8 text that has no token, or -1. C0, C1 and F5 to FF occur in none.
func (b *bpe) lacking() int {
	for c := range 0xf5 {
		if c != 0xc0 && c != 0xc1 && b.byteID[c] < 0 {
			return c
		}
	}
	return -1
}
