package tokenizer

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"math"
)

// maxLen is the largest number of ids a vocabulary may have. The largest published one has 262,144; the
// bound keeps a file with one huge id from asking for huge tables.
const maxLen = 1 << 20

// class says what a token is, as GGUF's token types do.
type class uint8

const (
	classNone    class = iota // a hole: no token has this id
	classNormal               // made by the model
	classSpecial              // a mark: matched only where special tokens are asked for, never made from text
	classAdded                // matched in any text before the model runs: runs of spaces, tags
	classByte                 // stands for one byte, written <0xHH>
	classUnused               // has an id and a spelling, is never produced
)

// strings32 is a list of byte strings in one piece of memory.
type strings32 struct {
	data []byte
	ends []uint32 // string i is data[ends[i-1]:ends[i]]
}

// end makes a string of the bytes put to data since the last one.
func (s *strings32) end() { s.ends = append(s.ends, uint32(len(s.data))) }

func (s *strings32) len() int { return len(s.ends) }

func (s *strings32) at(i ID) []byte {
	var start uint32
	if i > 0 {
		start = s.ends[i-1]
	}
	end := s.ends[i]
	return s.data[start:end:end]
}

// vocabulary is what ids mean: how each is spelled in its file, what it is, and which bytes it stands for. It
// finds an id by its spelling. It never changes once built.
type vocabulary struct {
	spelling strings32
	bytes    strings32
	class    []class
	slots    []ID // open addressing by hash of the spelling; -1 is free
	seed     maphash.Seed
	longest  int // bytes of the longest spelling
}

// newVocabulary returns the vocabulary of spelled tokens, of which each has a class. If two tokens are
// spelled alike, the one with the lower id is found by it.
func newVocabulary[T string | []byte](tokens []T, classes []class) (*vocabulary, error) {
	if len(tokens) == 0 {
		return nil, fmt.Errorf("vocabulary: found no tokens, want at least one")
	}
	if len(tokens) > maxLen {
		return nil, fmt.Errorf("vocabulary: found %d tokens, want at most %d", len(tokens), maxLen)
	}
	total := 0
	for _, token := range tokens {
		total += len(token)
	}
	if total > math.MaxUint32 {
		return nil, fmt.Errorf("vocabulary: found %d bytes of text, want at most %d", total, uint32(math.MaxUint32))
	}
	v := &vocabulary{class: classes, seed: maphash.MakeSeed()}
	v.spelling.data = make([]byte, 0, total)
	v.spelling.ends = make([]uint32, 0, len(tokens))
	v.slots = make([]ID, tableSize(len(tokens)))
	for i := range v.slots {
		v.slots[i] = -1
	}
	for i, token := range tokens {
		v.spelling.data = append(v.spelling.data, token...)
		v.spelling.end()
		if classes[i] != classNone {
			v.insert(ID(i))
			v.longest = max(v.longest, len(token))
		}
	}
	return v, nil
}

// tableSize returns the power of two that holds n entries at most half full.
func tableSize(n int) int {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return size
}

func (v *vocabulary) insert(id ID) {
	token := v.spelling.at(id)
	mask := uint64(len(v.slots) - 1)
	for i := maphash.Bytes(v.seed, token) & mask; ; i = (i + 1) & mask {
		if v.slots[i] < 0 {
			v.slots[i] = id
			return
		}
		if bytes.Equal(v.spelling.at(v.slots[i]), token) {
			return
		}
	}
}

// find returns the id of a spelling, or -1.
func (v *vocabulary) find(token string) ID {
	if len(token) > v.longest {
		return -1
	}
	mask := uint64(len(v.slots) - 1)
	for i := maphash.String(v.seed, token) & mask; ; i = (i + 1) & mask {
		id := v.slots[i]
		if id < 0 {
			return -1
		}
		if string(v.spelling.at(id)) == token {
			return id
		}
	}
}

// len returns the number of ids, holes included.
func (v *vocabulary) len() int { return len(v.class) }

// has reports whether id is a token.
func (v *vocabulary) has(id ID) bool {
	return id >= 0 && int(id) < len(v.class) && v.class[id] != classNone
}
