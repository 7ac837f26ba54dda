package tokenizer

import (
	"hash/maphash"
	"sync/atomic"
)

// The sizes make an entry 64 bytes, one cache line. They hold ten Hangul syllables.
const (
	cacheEntries = 1 << 16 // of which the table of pointers takes 512 KiB, the entries 4 MiB once full
	cacheWord    = 30
	cacheIDs     = 8
)

// cache remembers the ids of words. It is one table of fixed size in which a new word takes the place of the
// one before it. A reader sees an entry whole or not at all, so that many goroutines may use it without a
// lock; words that are too long are not kept.
type cache struct {
	seed  maphash.Seed
	slots []atomic.Pointer[cacheEntry]
}

type cacheEntry struct {
	word  [cacheWord]byte
	size  uint8
	count uint8
	ids   [cacheIDs]ID
}

func newCache() *cache {
	return &cache{seed: maphash.MakeSeed(), slots: make([]atomic.Pointer[cacheEntry], cacheEntries)}
}

// slot returns where word is or would be, or nil for a word that is not kept.
func (c *cache) slot(word string) *atomic.Pointer[cacheEntry] {
	if c == nil || len(word) > cacheWord {
		return nil
	}
	return &c.slots[maphash.String(c.seed, word)%cacheEntries]
}

// is reports whether e is the entry of word.
func (e *cacheEntry) is(word string) bool {
	return e != nil && string(e.word[:e.size]) == word
}

// keep stores the ids of word in its slot.
func keep(slot *atomic.Pointer[cacheEntry], word string, ids []ID) {
	if slot == nil || len(ids) > cacheIDs {
		return
	}
	e := &cacheEntry{size: uint8(len(word)), count: uint8(len(ids))}
	copy(e.word[:], word)
	copy(e.ids[:], ids)
	slot.Store(e)
}
