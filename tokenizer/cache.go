package tokenizer

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"sync/atomic"
)

// The sizes make an entry 64 bytes, one cache line.
const (
	cacheSets = 1 << 14 // 4 MiB in all, of which a program has as much as it uses
	cacheWays = 4       // entries of a set
	cacheWord = 32      // bytes: ten Hangul syllables
	cacheIDs  = 9       // ids of 20 bits, three to a number
	idBits    = 20
)

// cache remembers the ids of words. It is a table of fixed size in which a new word takes the place of an
// older one, whichever; words that are too long are not kept. Many goroutines may use it, and none ever waits: a reader
// that meets a writer has not found the word, a writer that meets another keeps nothing.
type cache struct {
	multiplier [cacheWord / 8]uint64 // of the hash; random, so that no text can be made to collide
	sets       [][cacheWays]cacheEntry
}

// cacheEntry is read and written a number at a time, each atomically. A writer makes the version odd, and
// even again once it is done; what a reader saw between two loads of the same even version is whole.
type cacheEntry struct {
	head atomic.Uint64 // version (48 bits), bytes of the word (8), ids (8)
	word [cacheWord / 8]atomic.Uint64
	ids  [cacheIDs / 3]atomic.Uint64
}

// headVersion is one version in a head.
const headVersion = 1 << 16

// cacheKey is a word as numbers, padded with zeros, and its place.
type cacheKey struct {
	word [cacheWord / 8]uint64
	size uint64 // 0: the word is not kept
	set  *[cacheWays]cacheEntry
}

func newCache() *cache {
	c := &cache{sets: make([][cacheWays]cacheEntry, cacheSets)}
	for i := range c.multiplier {
		c.multiplier[i] = rand.Uint64() | 1
	}
	return c
}

// key returns the key of a word.
func (c *cache) key(word string) (k cacheKey) {
	if c == nil || len(word) > cacheWord || word == "" {
		return k
	}
	var b [cacheWord]byte
	copy(b[:], word)
	hash := uint64(0)
	for i := range (len(word) + 7) / 8 {
		k.word[i] = binary.LittleEndian.Uint64(b[8*i:])
		hash += k.word[i] * c.multiplier[i]
	}
	k.size = uint64(len(word))
	k.set = &c.sets[hash>>(64-bits.Len(cacheSets-1))]
	return k
}

// find appends the ids of the word, and reports whether it was there.
func (k *cacheKey) find(dst []ID) ([]ID, bool) {
	if k.size == 0 {
		return dst, false
	}
	for way := range k.set {
		e := &k.set[way]
		head := e.head.Load()
		if head>>8&0xff != k.size || head&headVersion != 0 || !e.is(k) {
			continue
		}
		count := int(head & 0xff)
		var ids [cacheIDs / 3]uint64
		for i := range (count + 2) / 3 {
			ids[i] = e.ids[i].Load()
		}
		if e.head.Load() != head {
			continue
		}
		for i := range count {
			dst = append(dst, ID(ids[i/3]>>(i%3*idBits)&(1<<idBits-1)))
		}
		return dst, true
	}
	return dst, false
}

// is reports whether e is the entry of k's word, or of one that begins like it.
func (e *cacheEntry) is(k *cacheKey) bool {
	for i := range (k.size + 7) / 8 {
		if e.word[i].Load() != k.word[i] {
			return false
		}
	}
	return true
}

// keep remembers the ids of the word, in an entry of its set that is free or any.
func (k *cacheKey) keep(ids []ID) {
	if k.size == 0 || len(ids) > cacheIDs {
		return
	}
	var packed [cacheIDs / 3]uint64
	for i, id := range ids {
		packed[i/3] |= uint64(id) << (i % 3 * idBits)
	}
	e := &k.set[rand.Uint32()%cacheWays]
	for way := range k.set {
		if k.set[way].head.Load() == 0 {
			e = &k.set[way]
			break
		}
	}
	// An odd version: another writer is here.
	head := e.head.Load()
	if head&headVersion != 0 || !e.head.CompareAndSwap(head, head+headVersion) {
		return
	}
	for i := range e.word {
		e.word[i].Store(k.word[i])
	}
	for i := range e.ids {
		e.ids[i].Store(packed[i])
	}
	e.head.Store(head&^0xffff + 2*headVersion | k.size<<8 | uint64(len(ids)))
}
